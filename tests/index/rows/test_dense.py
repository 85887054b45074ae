"""Dense vectors of an index against scikit-learn's cosine similarity, however they are cut and searched."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics.pairwise import cosine_similarity

from support.compare import threads
from textvec.index.rows.dense import DenseRows


def no_floor(queries):
    return np.zeros(len(queries), np.float32)


def expected(vectors, queries, k, allowed=None):
    """Return found_rows and cosines by a full sort of what scikit-learn computes."""
    cosines = cosine_similarity(np.asarray(queries, np.float64), np.asarray(vectors, np.float64))
    if allowed is not None:
        cosines[:, allowed == 0] = 0
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    scores = np.take_along_axis(cosines, order, axis=1)
    return np.where(scores > 0, order, -1), np.where(scores > 0, scores, 0)


@pytest.fixture(scope="module")
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def vectors(rng):
    """Rows around a few centers, some of them equal, some zero, far from the origin: as averaged word vectors are."""
    vectors = rng.normal(size=(40, 30))[rng.integers(0, 40, 4000)] + 0.3 * rng.normal(size=(4000, 30)) + 2
    vectors[::97] = 0
    vectors[5::500] = vectors[5]
    return (vectors * rng.lognormal(size=(4000, 1))).astype(np.float32)


@pytest.fixture(scope="module")
def queries(vectors, rng):
    return (vectors[1:4000:200] + 0.1 * rng.normal(size=(20, 30))).astype(np.float32)


@pytest.mark.parametrize("k", [1, 10, 200, 4000, 9000])
@pytest.mark.parametrize("n_queries", [1, 3, 20])
def test_same_as_scikit_learn(vectors, queries, k, n_queries):
    asked = queries[:n_queries]
    found_rows, scores = DenseRows.of(vectors).search(asked, k, no_floor(asked))
    assert found_rows.shape == scores.shape == (n_queries, k)
    assert (found_rows.dtype, scores.dtype) == (np.int64, np.float32)
    _, best = expected(vectors, asked, k)
    np.testing.assert_allclose(scores[:, : best.shape[1]], best, atol=1e-6)
    assert not scores[:, best.shape[1] :].any()
    np.testing.assert_array_equal(found_rows >= 0, scores > 0)
    cosines = cosine_similarity(asked.astype(np.float64), vectors.astype(np.float64))
    for q in range(n_queries):
        found = found_rows[q][found_rows[q] >= 0]
        assert len(set(found)) == len(found)
        np.testing.assert_allclose(scores[q, : len(found)], cosines[q, found], atol=1e-6)
        equal = np.diff(scores[q, : len(found)]) == 0
        assert (np.diff(found)[equal] > 0).all(), "equal scores are not in the order of rows"


def test_scores_do_not_depend_on_how_work_is_cut(vectors, queries):
    """Each score is that of one row and one query, whatever else is searched, found, or stored beside it."""
    rows = DenseRows.of(vectors)
    found_rows, scores = rows.search(queries, 4000, no_floor(queries))
    score_of = [dict(zip(p.tolist(), s.tolist(), strict=True)) for p, s in zip(found_rows, scores, strict=True)]

    def assert_same(found, numbers, offset=0, first=0):
        for q, (of_query, of_found) in enumerate(zip(found.tolist(), numbers.tolist(), strict=True), first):
            assert all(score_of[q][p + offset] == s for p, s in zip(of_query, of_found, strict=True) if p >= 0)

    for n in (1, 2, 5):
        with threads(n):
            again = rows.search(queries, 10, no_floor(queries))
        np.testing.assert_array_equal(again[0], found_rows[:, :10])
        np.testing.assert_array_equal(again[1], scores[:, :10])
    for q in range(len(queries)):
        one = rows.search(queries[q : q + 1], 10, no_floor(queries[:1]))
        np.testing.assert_array_equal(one[0][0], found_rows[q, :10])
        np.testing.assert_array_equal(one[1][0], scores[q, :10])
    for a, b in ((0, 77), (77, 1500), (1500, 4000)):
        assert_same(*DenseRows.of(vectors[a:b]).search(queries, 10, no_floor(queries)), offset=a)
        joined = DenseRows.of(np.concatenate([vectors[:a], vectors[a:b], vectors[b:]]))
        np.testing.assert_array_equal(joined.search(queries, 10, no_floor(queries))[0], found_rows[:, :10])


@pytest.mark.parametrize("share", [0, 0.001, 0.05, 0.5, 1])
@pytest.mark.parametrize("n_queries", [1, 20])
def test_allowed(vectors, queries, rng, share, n_queries):
    allowed = (rng.random(len(vectors)) < share).astype(np.uint8)
    rows, asked = DenseRows.of(vectors), queries[:n_queries]
    everything, all_scores = rows.search(asked, len(vectors), no_floor(asked))
    found_rows, scores = rows.search(asked, 10, no_floor(asked), allowed)
    for q in range(n_queries):
        kept = (everything[q] >= 0) & (allowed[everything[q]] != 0)
        n = min(10, kept.sum())
        np.testing.assert_array_equal(found_rows[q], np.append(everything[q][kept][:n], [-1] * (10 - n)))
        np.testing.assert_array_equal(scores[q, :n], all_scores[q][kept][:n])


def test_only_scores_above_the_floor_count(vectors, queries):
    rows = DenseRows.of(vectors)
    _, scores = rows.search(queries, 10, no_floor(queries))
    floor = np.where(np.arange(len(queries)) % 2, scores[:, 4], 0).astype(np.float32)
    found_rows, above = rows.search(queries, 10, floor)
    for q in range(len(queries)):
        kept = scores[q] > floor[q]
        np.testing.assert_array_equal(above[q], np.where(kept, scores[q], 0))
        np.testing.assert_array_equal(found_rows[q] >= 0, kept)


def test_what_is_not_similar_is_not_found():
    vectors = np.array([[1, 0], [0, 0], [-1, 0], [0, 3], [-2, 1]], np.float32)
    asked = np.array([[2, 0], [0, 0], [0, -1]], np.float32)
    found_rows, scores = DenseRows.of(vectors).search(asked, 5, no_floor(asked))
    assert found_rows.tolist() == [[0, -1, -1, -1, -1], [-1] * 5, [-1] * 5]
    assert scores.tolist() == [[1, 0, 0, 0, 0], [0] * 5, [0] * 5]


@pytest.mark.parametrize("scale", [1e-42, 1e-30, 1e-20, 1e30, 1e37])
@pytest.mark.parametrize("n_queries", [1, 20])
def test_very_short_and_very_long_rows(vectors, queries, scale, n_queries):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = vectors / np.where(lengths > 0, lengths, 1)
    scaled = (units * np.where(np.arange(len(vectors)) % 3, 1, scale)[:, None]).astype(np.float32)
    asked = queries[:n_queries]
    _, scores = DenseRows.of(scaled).search(asked, 10, no_floor(asked))
    exact = scaled.astype(np.float64)
    exact /= np.where((length := np.linalg.norm(exact, axis=1, keepdims=True)) > 0, length, 1)
    np.testing.assert_allclose(scores, expected(exact, asked, 10)[1], atol=1e-6)
    _, scores = DenseRows.of(vectors).search((asked * 1e-30).astype(np.float32), 10, no_floor(asked))
    np.testing.assert_allclose(scores, expected(vectors, asked, 10)[1], atol=1e-6)


@given(
    arrays(np.float32, st.tuples(st.integers(0, 300), st.just(3)), elements=st.sampled_from([0, 0, 1, 2, -1, 1e-20])),
    arrays(np.float32, st.tuples(st.integers(0, 9), st.just(3)), elements=st.sampled_from([0, 1, -1, 3e9])),
    st.integers(1, 9),
)
@settings(deadline=None, max_examples=60)
def test_any_vectors(vectors, asked, k):
    found_rows, scores = DenseRows.of(vectors).search(asked, k, no_floor(asked))
    assert found_rows.shape == scores.shape == (len(asked), k)
    if len(asked) and len(vectors):
        lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
        units = vectors / np.where(lengths > 0, lengths, 1)
        best = expected(units, asked, k)[1]
        np.testing.assert_allclose(scores[:, : best.shape[1]], np.where(best > 1e-12, best, 0), atol=1e-6)


def test_saved_arrays_are_searched_from_memory_maps(vectors, queries, tmp_path):
    rows = DenseRows.of(vectors)
    for name, array in rows.arrays.items():
        np.save(tmp_path / name, array)
    maps = {name: np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in rows.arrays}
    opened = DenseRows.from_arrays(maps)
    assert len(opened) == len(vectors)
    for n in (1, 20):
        for mine, its in zip(*(r.search(queries[:n], 10, no_floor(queries[:n])) for r in (rows, opened)), strict=True):
            np.testing.assert_array_equal(mine, its)
    np.testing.assert_array_equal(opened.take(np.array([7, 3])), vectors[[7, 3]])


@pytest.mark.parametrize("name", ["vectors", "inverses", "codes", "steps", "center"])
@pytest.mark.parametrize("damage", ["missing", "type", "axes", "length"])
def test_a_damaged_array_is_named(vectors, name, damage):
    arrays = DenseRows.of(vectors).arrays
    array = arrays[name]
    changed = {"missing": None, "type": array.astype(complex), "axes": array[None], "length": array[:-1]}[damage]
    arrays = {**arrays, name: changed}
    if damage == "length" and name == "vectors":
        name = "inverses"  # whichever it is, they do not fit one another
    with pytest.raises(ValueError, match=f"'{name}' of dense vectors"):
        DenseRows.from_arrays({key: value for key, value in arrays.items() if value is not None})


def test_codes_of_fewer_dimensions_are_refused(vectors):
    arrays = DenseRows.of(vectors).arrays
    with pytest.raises(ValueError, match=r"'codes' .* at least 30 columns"):
        DenseRows.from_arrays({**arrays, "codes": np.ascontiguousarray(arrays["codes"][:, :16])})


def test_queries_of_another_size(vectors):
    with pytest.raises(ValueError, match=r"Vectors of 30 numbers were expected.* have 29"):
        DenseRows.of(vectors).search(np.ones((1, 29), np.float32), 3, np.zeros(1, np.float32))


def test_the_import_is_light():
    code = "import sys, textvec.index.rows.dense; print(*{'sklearn', 'scipy', 'numba', 'usearch'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
