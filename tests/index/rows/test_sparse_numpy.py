"""Searches by NumPy: the bits of the compiled engine's, for queries of every kind."""

import numpy as np
import pytest
import scipy.sparse as sp

from textvec import TfidfVectorizer
from textvec.encoders.vectors import as_vectors
from textvec.index.rows import sparse_compiled, sparse_numpy
from textvec.index.rows.sparse import SparseRows
from textvec.kernels import postings
from textvec.similarity import DamagedIndexError


def assert_same(rows, queries, k, floor=0.0, allowed=None):
    """Compare with the compiled engine."""
    floors = np.full(queries.n_vectors, floor, np.float32)
    hits, scores = sparse_compiled.search(rows.vectors, rows.postings, queries, k, floors, allowed)
    for q in range(queries.n_vectors):
        query = queries.take(np.array([q]))
        found = sparse_numpy.search(rows.vectors, rows.postings, query, k, floors[q : q + 1], allowed)
        np.testing.assert_array_equal(found[0], hits[q : q + 1])
        np.testing.assert_array_equal(found[1], scores[q : q + 1])
        assert [array.dtype for array in found] == [hits.dtype, scores.dtype]


def search_one(rows, query, k):
    return sparse_numpy.search(rows.vectors, rows.postings, query, k, np.zeros(1, np.float32), None)


def vectors(seed, n, n_columns, density=0.1, negative=False, rounded=False):
    matrix = sp.random_array((n, n_columns), density=density, rng=np.random.default_rng(seed), format="csr")
    matrix.data = np.ceil(3 * matrix.data) if rounded else matrix.data**3
    matrix.data[::3] *= -1 if negative else 1
    return as_vectors(matrix)


@pytest.mark.parametrize("negative", [False, True])
@pytest.mark.parametrize("rounded", [False, True])
@pytest.mark.parametrize("density", [0.002, 0.03, 0.6])
def test_bits_are_those_of_the_kernel(density, rounded, negative):
    rows = SparseRows.of(vectors(0, 900, 200, density, negative, rounded))
    queries = vectors(1, 30, 200, 0.1, negative, rounded)
    allowed = (np.random.default_rng(2).random(900) < 0.3).astype(np.uint8)
    for k in (1, 3, 900):
        assert_same(rows, queries, k)
        assert_same(rows, queries, k, allowed=allowed)
    assert_same(rows, queries, 5, floor=0.35)
    assert_same(rows, rows.take(np.arange(20)), 4, floor=float(np.nextafter(np.float32(1), np.float32(0))))


@pytest.mark.parametrize("n_rows", [1, 3, 64, 255, 256, 257, 20_000])
def test_the_highest_bounds_are_found_among_many_equal_ones(n_rows):
    random = np.random.default_rng(0)
    bounds = np.where(random.random(n_rows) < 0.01, random.random(n_rows), random.integers(0, 2, n_rows)).astype(
        np.float32
    )
    for n in {1, min(n_rows, 64), n_rows}:
        rows = sparse_numpy._highest(bounds, n)
        assert len(set(rows.tolist())) == n
        np.testing.assert_array_equal(np.sort(bounds[rows]), np.sort(bounds)[n_rows - n :])
    assert not len(sparse_numpy._highest(bounds, 0))


def test_reviews(reviews):
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2)
    rows = SparseRows.of(as_vectors(vectorizer.fit_transform(reviews[:3000])))
    queries = [*reviews[3000:3030], "the", "the and of it", "zzz", "great film about bees", ""]
    assert_same(rows, as_vectors(vectorizer.transform(queries)), 10)


def test_no_rows_no_terms_and_numbers_that_are_tiny():
    nothing = SparseRows.of(as_vectors(sp.csr_array((0, 3))))
    assert_same(nothing, vectors(0, 2, 3, 1.0), 1)
    zero = as_vectors(sp.csr_array((2, 3)))
    assert_same(SparseRows.of(zero), zero, 2)
    tiny = np.geomspace(1e-45, 1, 300, dtype=np.float32)
    rows = SparseRows.of(as_vectors(sp.csr_array(np.stack([tiny, np.ones_like(tiny)], axis=1))))
    assert_same(rows, as_vectors(sp.csr_array(np.array([[1.0, 0], [1e-30, 1], [1, 1e-38]]))), 300)
    rows = SparseRows.of(as_vectors(sp.csr_array([[5e-36, 1, 0]])))
    query = as_vectors(sp.csr_array([[3e-8, 0, 1]]))
    assert search_one(rows, query, 1)[0][0, 0] == 0
    assert_same(rows, query, 1)
    assert sparse_numpy.MIN_STEP == postings.MIN_STEP


def test_what_is_much_is_left_to_the_kernel():
    rows = SparseRows.of(as_vectors(sp.csr_array(np.ones((6000, 1)))))
    query = as_vectors(sp.csr_array(np.ones((1, 1))))
    assert search_one(rows, query, 1) is None
    assert search_one(rows, query, 2000) is None


def test_damage_is_an_error():
    rows = SparseRows.of(vectors(0, 900, 50, 0.01))
    rows.postings.posting_rows[:] = 10_000
    with pytest.raises(DamagedIndexError):
        search_one(rows, vectors(1, 1, 50, 1.0), 3)
