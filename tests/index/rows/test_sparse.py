"""SparseRows against a full sort of scikit-learn's cosine similarities."""

import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics.pairwise import cosine_similarity

from support.compare import threads
from textvec import TfidfVectorizer
from textvec.encoders.vectors import Sparse, as_vectors
from textvec.index.rows.sparse import SparseRows
from textvec.kernels import search as kernels

WEIGHTS = [0, 0, 0, 0, 1, 2, -1, 0.5, -0.3, 1e-3, 1e-30, 3.0]
tables = st.integers(1, 9).flatmap(
    lambda n: st.tuples(
        arrays(np.float64, st.tuples(st.integers(0, 40), st.just(n)), elements=st.sampled_from(WEIGHTS)),
        arrays(np.float64, st.tuples(st.integers(0, 4), st.just(n)), elements=st.sampled_from(WEIGHTS)),
    )
)


@pytest.fixture(scope="module", autouse=True)
def no_work_is_too_small_for_threads():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textvec._common.threads.MIN_PARALLEL_WORK", 0)
        yield


def vectors_of(table):
    vectors = as_vectors(sp.csr_array(table))
    assert isinstance(vectors, Sparse)
    return vectors


def dense(vectors):
    shape = vectors.n_vectors, vectors.n_columns
    return sp.csr_array((vectors.data, vectors.indices, vectors.indptr), shape).toarray().astype(np.float64)


def search(rows, queries, k=10, floor=0.0, allowed=None):
    return rows.search(queries, k, np.full(queries.n_vectors, floor, np.float32), allowed)


def exact(queries, rows):
    """Return all scores, in the order of summation that is promised, rounded as they are."""
    weights = np.zeros((queries.n_vectors, rows.n_columns))
    for q in range(queries.n_vectors):
        part = slice(*queries.indptr[q : q + 2])
        weights[q, queries.indices[part]] = queries.data[part]
    scores = np.zeros((queries.n_vectors, rows.n_vectors), np.float32)
    for d in range(rows.n_vectors):
        part = slice(*rows.indptr[d : d + 2])
        products = weights[:, rows.indices[part]] * rows.data[part].astype(np.float64)
        scores[:, d] = np.cumsum(products, axis=1)[:, -1] if products.shape[1] else 0
    return scores


def assert_same(found, scores, k, floor=0.0, allowed=None):
    """Check places and scores, to the last bit, against a stable sort of all scores."""
    scores = np.where(scores > np.float32(floor), scores, 0)
    if allowed is not None:
        scores = np.where(allowed, scores, 0)
    places, values = found
    assert places.shape == values.shape == (len(scores), k)
    assert (places.dtype, values.dtype) == (np.int64, np.float32)
    for q, row in enumerate(scores):
        best = np.argsort(-row, kind="stable")[:k]
        best = best[row[best] > 0]
        assert places[q].tolist() == [*best, *[-1] * (k - len(best))]
        assert values[q].tolist() == [*row[best], *[0.0] * (k - len(best))]


@pytest.fixture(scope="module")
def reviews_and_queries(imdb):
    """Real reviews, and queries of all lengths: a few words of some, others whole, two that are no words."""
    vectorizer = TfidfVectorizer()
    rows = as_vectors(vectorizer.fit_transform(imdb))
    some = [" ".join(text.split()[5 : 5 + n]) for n, text in zip(range(1, 40), imdb, strict=False)]
    halves = [a[: len(a) // 2] + b[len(b) // 2 :] for a, b in zip(imdb[60:90], imdb[90:120], strict=True)]
    queries = as_vectors(vectorizer.transform(["", "qwxz", *some, *imdb[40:60], *halves]))
    return rows, queries, exact(queries, rows)


@pytest.mark.parametrize("k", [1, 10, 300])
@pytest.mark.parametrize("n_threads", [1, 2])
def test_same_hits_as_sorting_all_similarities_of_real_reviews(reviews_and_queries, k, n_threads):
    rows, queries, scores = reviews_and_queries
    assert np.abs(scores - cosine_similarity(dense(queries), dense(rows))).max() < 1e-6
    with threads(n_threads):
        assert_same(search(SparseRows.of(rows), queries, k), scores, k)


@given(tables, st.integers(1, 12), st.sampled_from([0.0, 0.2, 0.99]), st.data())
@settings(deadline=None, max_examples=200)
def test_any_vectors_negative_and_zero_ones_too(pair, k, floor, data):
    rows, queries = map(vectors_of, pair)
    scores = exact(queries, rows)
    if scores.size:
        assert np.abs(scores - cosine_similarity(*map(dense, (queries, rows)))).max() < 1e-6
    index = SparseRows.of(rows)
    assert_same(search(index, queries, k, floor), scores, k, floor)
    allowed = data.draw(arrays(np.uint8, rows.n_vectors, elements=st.sampled_from([0, 1, 255])))
    assert_same(search(index, queries, k, floor, allowed), scores, k, floor, allowed)


@pytest.mark.parametrize("share", [0.0, 0.0005, 0.003, 0.02, 0.5, 1.0])
@pytest.mark.parametrize("n_threads", [1, 2])
def test_what_is_not_allowed_is_as_if_it_were_not_there(reviews_and_queries, share, n_threads):
    rows, queries, scores = reviews_and_queries
    allowed = (np.random.default_rng(0).random(rows.n_vectors) < share).astype(np.uint8)
    places = np.flatnonzero(allowed)
    with threads(n_threads):
        found = search(SparseRows.of(rows), queries, 7, 0.05, allowed)
        few = search(SparseRows.of(rows.take(places)), queries, 7, 0.05)
    assert_same(found, scores, 7, 0.05, allowed)
    assert np.array_equal(found[1], few[1])
    kept = few[0] >= 0
    assert np.array_equal(found[0][kept], places[few[0][kept]])


def test_queries_of_any_number_of_frequent_columns():
    random = np.random.default_rng(0)
    filled = random.random((700, 13)) * (random.random((700, 13)) < [1, 0.04] + [0.6] * 11)
    rows = as_vectors(sp.csr_array(filled))
    queries = as_vectors(sp.csr_array(np.tril(random.random((13, 13)) + 0.1)))
    index = SparseRows.of(rows)
    assert len(index.postings.frequent) == 12
    assert_same(search(index, queries, 20), exact(queries, rows), 20)


def test_scores_are_the_same_to_the_last_bit_however_the_search_is_done(reviews_and_queries):
    rows, queries, scores = reviews_and_queries
    n, half = rows.n_vectors, rows.n_vectors // 2
    index = SparseRows.of(rows)
    together = search(index, queries, 10)
    for q in (5, 30, 45, 70):
        alone = queries.take(np.array([q]))
        for n_threads in (1, 2):
            with threads(n_threads):
                assert np.array_equal(search(index, alone, 10)[1][0], together[1][q])
        assert search(index, alone, 3)[1][0].tolist() == together[1][q, :3].tolist()
        parts = [search(SparseRows.of(rows.take(np.arange(*cut))), alone, n) for cut in ((0, half), (half, n))]
        assert sorted(np.concatenate(parts, axis=2)[1, 0])[::-1][:10] == together[1][q].tolist()
        others = SparseRows.of(rows.take(np.array([7, 0, 1, 2])))
        first = search(others, alone, 4, 0.0, np.array([1, 0, 0, 0], np.uint8))
        assert first[1][0, 0] == scores[q, 7]


def test_many_rows_are_searched_in_parts_and_a_query_is_shared_by_threads():
    random = np.random.default_rng(0)
    n = 3 * kernels.ROWS_PER_PART + 100
    often, seldom = (sp.random_array((n, 60), density=density, rng=random) for density in (0.1, 0.02))
    table = sp.hstack([often, seldom], format="csr")
    rows, queries = vectors_of(table), vectors_of(table[[7, 2 * kernels.ROWS_PER_PART]])
    scores = exact(queries, rows)
    index = SparseRows.of(rows)
    assert 0 < len(index.postings.frequent) < 120
    allowed = np.zeros(n, np.uint8)
    allowed[: kernels.ROWS_PER_PART : 3] = 1  # many of the first part, few of the second, none of the third
    allowed[kernels.ROWS_PER_PART : 2 * kernels.ROWS_PER_PART : 1000] = 1
    allowed[-50:] = 1
    for n_threads in (1, 2, 3):
        with threads(n_threads):
            for q in ([0], [1], [0, 1]):
                some = queries.take(np.array(q))
                assert_same(search(index, some, 20), scores[q], 20)
                assert_same(search(index, some, 4000, 0.0, allowed), scores[q], 4000, 0.0, allowed)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_parts_that_hold_none_of_the_rare_columns_of_a_query(n_threads):
    n = 4 * kernels.ROWS_PER_PART
    places = [3, kernels.ROWS_PER_PART - 1, 2 * kernels.ROWS_PER_PART, n - 1]
    in_few = sp.csr_array((np.arange(1.0, 5), (places, np.zeros(4, int))), shape=(n, 1))
    in_all = sp.csr_array(np.random.default_rng(0).random((n, 1)) + 0.5)
    rows = SparseRows.of(as_vectors(sp.hstack([in_few, in_all], format="csr"), unit=False))
    queries = as_vectors(sp.csr_array([[1.0, 0], [1, 0.001], [0.1, 1], [1, 1]]), unit=False)
    allowed = np.ones(n, np.uint8)
    allowed[places[1]] = 0
    scores = exact(queries, rows.vectors)
    with threads(n_threads):
        for k in (1, 3, 10):
            assert_same(search(rows, queries, k), scores, k)
            assert_same(search(rows, queries, k, 0.0, allowed), scores, k, 0.0, allowed)


def test_equal_scores_come_by_place():
    rows = vectors_of(np.tile([[1.0, 0, 2], [0, 1, 1]], (3 * kernels.ROWS_PER_PART // 4, 1)))
    for n_threads in (1, 2):
        with threads(n_threads):
            places, scores = search(SparseRows.of(rows), vectors_of([[1.0, 0, 0]]), 25)
        assert places[0].tolist() == list(range(0, 50, 2))
        assert len(set(scores[0].tolist())) == 1


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (3, 3)], ids=str)
@pytest.mark.parametrize("n_queries", [0, 2])
def test_empty_matrices(shape, n_queries):
    rows = SparseRows.of(vectors_of(np.zeros(shape)))
    assert len(rows) == shape[0]
    again = SparseRows.from_arrays(rows.arrays)
    for index in (rows, again):
        places, scores = search(index, vectors_of(np.ones((n_queries, shape[1]))), 4)
        assert places.tolist() == [[-1] * 4] * n_queries
        assert scores.tolist() == [[0.0] * 4] * n_queries


@pytest.mark.parametrize("shape", [(70, 1000), (9, 100_000)], ids=str)
def test_long_rows_and_queries(shape):
    random = np.random.default_rng(0)
    table = random.lognormal(0, 3, shape) * random.choice([-1, 1, 1, 1], shape)
    rows = vectors_of(table)
    scores = exact(rows, rows)
    assert np.abs(scores - cosine_similarity(table)).max() < 1e-6
    assert_same(search(SparseRows.of(rows), rows, 5), scores, 5)


def test_weights_that_are_hardly_numbers():
    smallest, small = np.float32(1e-45), np.float32(1e-30)
    weights = np.array([smallest, 1, small, 1, smallest], np.float32)
    rows = Sparse(np.array([0, 1, 3, 5]), np.array([0, 0, 1, 0, 1], np.int32), weights, 2)
    queries = Sparse(np.array([0, 1, 2]), np.array([0, 1], np.int32), np.ones(2, np.float32), 2)
    assert_same(search(SparseRows.of(rows), queries, 3), exact(queries, rows), 3)
    tiny = Sparse(np.array([0, 1]), np.zeros(1, np.int32), np.full(1, 1e-22, np.float32), 1)
    assert exact(tiny, tiny)[0, 0] > 0
    assert_same(search(SparseRows.of(tiny), tiny, 1), exact(tiny, tiny), 1)


def test_rows_of_several_lots_and_rows_by_place(reviews_and_queries):
    rows, queries, scores = reviews_and_queries
    n = rows.n_vectors
    joined = SparseRows.of(Sparse.concatenated([rows.take(np.arange(a, b)) for a, b in ((0, 10), (10, 10), (10, n))]))
    for name, array in SparseRows.of(rows).arrays.items():
        assert array.dtype == joined.arrays[name].dtype
        assert np.array_equal(array, joined.arrays[name])
    assert_same(search(joined, queries), scores, 10)
    assert np.array_equal(dense(joined.take(np.array([5, 2, 5]))), dense(rows)[[5, 2, 5]])


def test_the_same_arrays_whatever_the_number_of_threads(reviews_and_queries):
    rows = reviews_and_queries[0]
    with threads(1):
        one = SparseRows.of(rows).arrays
    with threads(3):
        three = SparseRows.of(rows).arrays
    assert all(np.array_equal(one[name], three[name]) for name in one)


def test_few_scores_are_computed_of_real_queries(reviews_and_queries):
    """Levels bound weights from above, and hardly above: by less than a step."""
    rows = reviews_and_queries[0]
    index = SparseRows.of(rows)
    levels, weights = index.postings, abs(dense(rows))
    bounds = np.zeros_like(weights)
    for u, c in enumerate(levels.columns):
        part = slice(*levels.posting_starts[u : u + 2])
        bounds[levels.posting_rows[part], c] = levels.posting_levels[part] * np.float64(levels.steps[u])
    columns = levels.columns[levels.frequent]
    bounds[:, columns] = levels.frequent_levels.T * levels.steps[levels.frequent].astype(np.float64)
    assert len(columns)
    assert (bounds >= weights * (1 - 1e-6)).all()
    assert (bounds - weights <= weights.max(axis=0) / 254).all()
    assert ((bounds > 0) == (weights > 0)).all()


def test_memory_maps_are_searched_as_they_are(reviews_and_queries, tmp_path):
    rows, queries, scores = reviews_and_queries
    for name, array in SparseRows.of(rows).arrays.items():
        np.save(tmp_path / name, array)
    mapped = {file.stem: np.load(file, mmap_mode="r") for file in tmp_path.glob("*.npy")}
    assert_same(search(SparseRows.from_arrays(mapped), queries), scores, 10)


@pytest.mark.parametrize("name", sorted(SparseRows.of(vectors_of(np.eye(3))).arrays))
def test_arrays_that_do_not_fit_each_other_are_refused(name):
    arrays = SparseRows.of(vectors_of(np.tril(np.ones((40, 40))))).arrays
    with pytest.raises(ValueError, match=f"{name} is missing"):
        SparseRows.from_arrays({other: array for other, array in arrays.items() if other != name})
    with pytest.raises(ValueError, match=f"{name} must be a C-contiguous array of"):
        SparseRows.from_arrays({**arrays, name: arrays[name].astype(np.float64)})
    with pytest.raises(ValueError, match=f"{name} must be a C-contiguous array of"):
        SparseRows.from_arrays({**arrays, name: arrays[name][None]})
    with pytest.raises(ValueError, match="must be of shape"):
        SparseRows.from_arrays({**arrays, name: np.concatenate([arrays[name], arrays[name]])})


def test_columns_without_weights_take_no_memory():
    vectors = vectors_of(np.tril(np.ones((40, 40))))
    wide = vectors._replace(indices=vectors.indices * 50_000_000, n_columns=2**31)
    tracemalloc.start()
    made = SparseRows.of(wide)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000
    for name, array in SparseRows.of(vectors).arrays.items():
        expected = {"n_columns": [2**31], "columns": np.arange(40) * 50_000_000, "row_columns": wide.indices}
        np.testing.assert_array_equal(made.arrays[name], expected.get(name, array))
        assert made.arrays[name].dtype == array.dtype
    for corrupt in (-1, 2**30):
        wide.indices[-1] = corrupt
        with pytest.raises(ValueError, match="The index is damaged"):
            SparseRows.of(wide._replace(n_columns=2**30))


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_no_number_in_damaged_arrays_leads_out_of_them(data):
    """Whatever stands in the arrays, a search ends, with an error or with places and scores as if it were true."""
    table = np.random.default_rng(0).random((300, 20)) * (np.arange(20) < np.arange(300)[:, None] % 20)
    table[:, :4] *= np.arange(300)[:, None] % 40 == 5
    arrays = {name: array.copy() for name, array in SparseRows.of(vectors_of(table)).arrays.items()}
    assert arrays["posting_rows"].size
    assert arrays["frequent_levels"].size
    name = data.draw(st.sampled_from(sorted(set(arrays) - {"n_columns"})))
    array = arrays[name].reshape(-1)
    if array.dtype.kind == "f":
        wrong = st.sampled_from([np.nan, np.inf, -np.inf, -1, 3e38])
    else:
        info = np.iinfo(array.dtype)
        near = st.sampled_from([info.min, max(-1, info.min), info.max, 20, 240])
        wrong = near | st.integers(info.min, info.max)
    for _ in range(data.draw(st.integers(1, 3))):
        array[data.draw(st.integers(0, len(array) - 1))] = data.draw(wrong)
    rows, queries = SparseRows.from_arrays(arrays), vectors_of(table[:40])
    for allowed in (None, (np.arange(300) % 150 == 0).astype(np.uint8)):
        try:
            places, _ = search(rows, queries, 5, 0.0, allowed)
            assert -1 <= places.min() <= places.max() < 300
        except ValueError as error:
            assert "The index is damaged" in str(error)  # noqa: PT017
    try:
        SparseRows.of(rows.take(np.arange(300)))
    except ValueError as error:
        assert "The index is damaged" in str(error)  # noqa: PT017


def test_and_that_is_so_where_each_access_is_checked(tmp_path):
    environment = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    test = f"{__file__}::{test_no_number_in_damaged_arrays_leads_out_of_them.__name__}"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [("row_starts", -5), ("row_starts", 2**62), ("posting_starts", 2**40), ("frequent", 2**30)],
)
def test_damage_is_reported(name, value):
    table = np.zeros((200, 3))
    table[:, 0], table[3, 1], table[4, 2] = 1, 1, 1
    arrays = {name: array.copy() for name, array in SparseRows.of(vectors_of(table)).arrays.items()}
    arrays[name][-2 if name.endswith("starts") else 0] = value
    with pytest.raises(ValueError, match=r"The index is damaged: .* index\.verify\(\)"):
        search(SparseRows.from_arrays(arrays), vectors_of(np.eye(3)), 200)


def test_rows_that_are_damaged_are_not_taken():
    rows = SparseRows.of(vectors_of(np.eye(3)))
    rows.vectors.indptr[2] = 2**50
    with pytest.raises(ValueError, match="The index is damaged"):
        rows.take(np.array([1]))
    rows.vectors.indptr[2] = 2
    rows.vectors.indices[0] = 99
    with pytest.raises(ValueError, match="The index is damaged"):
        SparseRows.of(rows.take(np.array([0])))


def test_nothing_heavy_is_imported_until_it_is_used():
    code = (
        "import sys, textvec.index.rows.sparse as s, numpy as np;"
        "r = s.SparseRows.from_arrays({k: np.zeros(1 + (k == 'row_starts'), t) if n == 1 else np.zeros((1, 1), t)"
        " for k, (t, n) in s.SAVED_ARRAYS.items() if k != 'posting_starts'}"
        " | {'posting_starts': np.zeros(2, np.int64)});"
        "assert len(r) == 1;"
        "print(*{'sklearn', 'scipy', 'numba', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("columns", [[0, 2, 2], [2, 1, 0], [0, 1, 3], [-1, 0, 1]])
def test_columns_of_a_corrupt_file(columns):
    rows = SparseRows.of(vectors_of(np.ones((2, 3))))
    rows.vectors.indices[3:] = columns
    assert rows.take([0]).n_vectors == 1
    with pytest.raises(ValueError, match="The index is damaged: its sparse vectors do not fit each other"):
        rows.take([0, 1])
