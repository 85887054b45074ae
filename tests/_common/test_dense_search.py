"""Exact search among dense rows against computing every cosine in float64, and a stable sort."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from support.compare import threads
from textvec._common import dense_search, dense_table
from textvec._common.lengths import directions_of
from textvec.kernels import nearest as kernels


def table_of(vectors):
    return dense_table.DenseTable.of(vectors, dense_table.lengths_of(vectors))


def search(table, queries, k):
    return dense_search.nearest(table_of(table), directions_of(queries), k)


def expected(table, queries, k):
    """Return rows and cosines by a full sort; cosines are rounded as the search rounds them."""
    table = np.asarray(table, np.float32).astype(np.float64)
    lengths = np.linalg.norm(table, axis=1)
    cosines = directions_of(queries) @ (table / np.where(lengths > 0, lengths, 1)[:, None]).T
    cosines[:, lengths == 0] = -np.inf
    cosines[~np.any(queries, axis=1)] = -np.inf
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    scores = np.take_along_axis(cosines, order, axis=1)
    return np.where(np.isfinite(scores), order, -1), np.where(np.isfinite(scores), scores, 0)


def assert_found(table, queries, k):
    rows, scores = search(table, queries, k)
    expected_rows, cosines = expected(table, queries, k)
    assert rows.shape == scores.shape == expected_rows.shape
    np.testing.assert_array_equal(rows < 0, expected_rows < 0)
    np.testing.assert_allclose(scores, cosines, atol=2e-7)
    for found, of_query in zip(rows, scores, strict=True):
        assert len(set(found[found >= 0])) == (found >= 0).sum()
        assert (np.diff(of_query[found >= 0]) <= 0).all()
        equal = np.diff(of_query) == 0
        assert (np.diff(found)[equal & (found[1:] >= 0)] > 0).all(), "equal scores are not in the order of rows"
    return rows, scores


@pytest.fixture(scope="module")
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.float64])
@pytest.mark.parametrize("k", [1, 10, 300, 3000, 10_000])
@pytest.mark.parametrize("n_threads", [1, 2, 3])
def test_same_rows_as_sorting_all_cosines(rng, dtype, k, n_threads):
    table = rng.normal(size=(3000, 37)).astype(dtype)
    with threads(n_threads):
        assert_found(table, rng.normal(size=(5, 37)), k)


def test_other_layouts(rng, tmp_path):
    table = rng.normal(size=(2000, 24)).astype(np.float32)
    queries = rng.normal(size=(3, 24))
    rows, scores = search(table, queries, 10)
    np.save(tmp_path / "table.npy", table)
    unaligned = np.frombuffer(b"x" + table.tobytes(), np.uint8)[1:].view(np.float32).reshape(table.shape)
    assert not unaligned.flags.aligned
    wide = np.zeros((2000, 30), np.float32)
    wide[:, 3:27] = table
    others = {
        "fortran": np.asfortranarray(table),
        "reversed": table[::-1][::-1],
        "columns": wide[:, 3:27],
        "map": np.load(tmp_path / "table.npy", mmap_mode="r"),
        "unaligned": unaligned,
        "swapped": table.astype(">f4"),
    }
    for name, other in others.items():
        found, of_found = search(other, queries, 10)
        np.testing.assert_array_equal(found, rows, name)
        np.testing.assert_array_equal(of_found, scores, name)


def test_many_queries_give_what_each_alone_does_whatever_the_threads_and_pieces(rng, monkeypatch):
    table = rng.normal(size=(20_000, 50)).astype(np.float32)
    queries = rng.normal(size=(600, 50))
    with threads(1):
        rows, scores = search(table, queries, 10)
    for q in range(0, 600, 67):
        one = search(table, queries[q : q + 1], 10)
        np.testing.assert_array_equal(one[0][0], rows[q])
        np.testing.assert_array_equal(one[1][0], scores[q])
    monkeypatch.setattr(dense_table, "NUMBERS_PER_BLOCK", 50 * 1111)
    monkeypatch.setattr(dense_search, "_MAX_QUERIES_PER_BATCH", 250)
    for n in (2, 5):
        with threads(n):
            found, of_found = search(table, queries, 10)
        np.testing.assert_array_equal(found, rows)
        np.testing.assert_array_equal(of_found, scores)


@pytest.mark.parametrize("n_queries", [3, 20])
def test_equal_rows_come_in_their_order_even_where_more_than_are_kept_are_equal(rng, n_queries):
    table = rng.normal(size=(9000, 31)).astype(np.float32)
    copies = np.sort(rng.choice(9000, 700, replace=False))
    table[copies] = table[copies[0]]
    for n in (1, 2):
        with threads(n):
            rows, scores = search(table, table[copies[:n_queries]], 10)
        np.testing.assert_array_equal(rows, np.tile(copies[:10], (n_queries, 1)))
        assert (scores == scores[0, 0]).all()


def test_rows_that_float32_cannot_tell_apart(rng):
    """Cosines differ by less than the rounding of a sum in float32, so that screening alone would mix them up."""
    table = (1 + rng.normal(size=(20_000, 300)) * 2e-3).astype(np.float32)
    queries = 1 + rng.normal(size=(20, 300)) * 1e-4
    rows, _ = search(table, queries, 10)
    inverses = dense_table.inverses_of(dense_table.lengths_of(table))
    rounded = dense_search.cosines(table, inverses, directions_of(queries)).T.astype(np.float32)
    assert 10 < len(np.unique(rounded[0])) < 100
    np.testing.assert_array_equal(rows, np.argsort(-rounded, axis=1, kind="stable")[:, :10])


@pytest.mark.parametrize("n_kept", [1, 2, 7, 100])
def test_screening_keeps_the_highest_with_the_lowest_of_them_first(rng, n_kept):
    vectors = rng.integers(-9, 10, size=(3000, 4)).astype(np.float32)
    inverses = (1 / rng.integers(1, 99, size=3000)).astype(np.float32)
    inverses[::5] = np.nan
    directions = rng.integers(-9, 10, size=(300, 4)).astype(np.float32)
    rows = np.full((300, n_kept), -1)
    scores = np.full((300, n_kept), -np.inf, np.float32)
    for a in (0, 1000):
        b = 1000 if a == 0 else 3000
        kernels.screen(
            vectors=vectors[a:b], inverses=inverses[a:b], first=a, directions=directions, rows=rows, scores=scores
        )
    products = np.nan_to_num((directions @ vectors.T) * inverses, nan=-np.inf)
    np.testing.assert_array_equal(scores, np.take_along_axis(products, rows, axis=1))
    np.testing.assert_array_equal(np.sort(scores), np.sort(products)[:, -n_kept:])
    np.testing.assert_array_equal(scores[:, 0], scores.min(axis=1))


@pytest.mark.parametrize("size", [3, 100, 1000])
def test_bounds_hold_for_the_worst_query_of_each_row(rng, size, monkeypatch):
    """The query has the signs of the row's rounding errors, so that all of them add up."""
    vectors = rng.normal(size=(300, size)).astype(np.float32)
    table = table_of(vectors)
    units = directions_of(vectors)
    errors = units - table.center - table.steps[:, None] * table.codes[:, :size].astype(np.float64)
    bounds = []
    bound = kernels.bound

    def spy(**named):
        bound(**named)
        bounds.append((named["highest"].copy(), named["margin"] * named["steps"]))

    monkeypatch.setattr(kernels, "bound", spy)
    queries = directions_of(np.vstack([np.sign(errors[:100]), -np.sign(errors[:100])]))
    for query in queries:
        dense_search.nearest(table, query[None], 10)
    cosines = queries @ (units - table.center).T
    highest, margins = (np.array(of_all) for of_all in zip(*bounds, strict=True))
    assert (cosines <= highest + 1e-7).all()
    assert (cosines >= highest - 2 * margins - 1e-7).all()
    tightness = (highest - cosines)[np.arange(100), np.arange(100)] / margins[np.arange(100), np.arange(100)]
    assert tightness.min() < 0.7, "the queries are not those that the bound is made for"


@pytest.mark.parametrize("k", [1, 10, 100])
@pytest.mark.parametrize("center", [0, 1, 30])
def test_codes_and_blas_give_the_same(rng, monkeypatch, k, center):
    vectors = (rng.normal(size=(5000, 70)) + center).astype(np.float32)
    vectors[::11] = vectors[3]
    queries = directions_of(rng.normal(size=(30, 70)) + center)
    table = table_of(vectors)
    answers = []
    for few in (0, 1000):
        monkeypatch.setattr(dense_search, "_MAX_QUERIES_SCREENED_BY_CODES", few)
        answers.append(dense_search.nearest(table, queries, k))
    for by_blas, by_codes in zip(*answers, strict=True):
        np.testing.assert_array_equal(by_blas, by_codes)


def test_zero_rows_and_zero_queries_find_nothing(rng):
    table = rng.normal(size=(2000, 9)).astype(np.float32)
    table[5:1995] = 0
    queries = np.vstack([rng.normal(size=9), np.zeros(9), -table[0]])
    rows, scores = assert_found(table, queries, 20)
    assert (rows[0] >= 0).sum() == 10
    assert (rows[1] == -1).all()
    assert (scores[1] == 0).all()
    assert scores[2, 9] == pytest.approx(-1)


def test_a_table_without_rows_and_no_query():
    assert [a.shape for a in search(np.zeros((0, 3), np.float32), np.ones((2, 3)), 5)] == [(2, 0), (2, 0)]
    assert [a.shape for a in search(np.ones((4, 3), np.float32), np.ones((0, 3)), 2)] == [(0, 2), (0, 2)]


@pytest.mark.parametrize("scale", [1e-42, 1e-38, 1e37])
def test_lengths_at_the_ends_of_float32(rng, scale):
    table = (rng.normal(size=(2000, 20)) * scale).astype(np.float32)
    table[::7] /= np.float32(scale) if scale > 1e-40 else np.float32(1e-38)
    assert np.isfinite(table).all()
    assert_found(table, rng.normal(size=(3, 20)), 10)


@given(
    arrays(np.float32, st.tuples(st.integers(1, 400), st.just(5)), elements=st.sampled_from([0, 0, 1, 2, -1, 0.5])),
    st.integers(1, 9),
)
@settings(deadline=None, max_examples=60)
def test_any_vectors(table, k):
    queries = table[:7]
    rows, _ = search(table, queries, k)
    cosines = dense_search.cosines(
        table, dense_table.inverses_of(dense_table.lengths_of(table)), directions_of(queries)
    )
    for q in range(len(queries)):
        if not queries[q].any():
            assert (rows[q] == -1).all()
            continue
        exact = np.where(table.any(axis=1), cosines[:, q].astype(np.float32), -np.inf)
        order = np.argsort(-exact, kind="stable")[: len(rows[q])]
        np.testing.assert_array_equal(rows[q], np.where(exact[order] > -np.inf, order, -1))


def test_best_leaves_out_nan_and_keeps_order():
    scores = np.array([0.5, np.nan, 0.7, 0.5, -0.1, 0.5])
    assert dense_search.best(scores, 3).tolist() == [2, 0, 3]
    assert dense_search.best(scores, 9).tolist() == [2, 0, 3, 5, 4]
    assert dense_search.best(np.full(4, np.nan), 2).tolist() == []
