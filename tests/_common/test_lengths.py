"""Division by lengths: for ordinary numbers to the bit what plain NumPy gives, for extreme ones what it should be."""

from fractions import Fraction
from math import isqrt

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import normalize

from textvec import CosineIndex
from textvec._common.lengths import as_float32, directions_of, divide_by_lengths, normalized_rows
from textvec.kernels import duplicates, pooling
from textvec.similarity import find_duplicates, similarity_matrix

SCALES = [5e-324, 1e-310, 1e-200, 1e-46, 1e-30, 1.0, 1e30, 1e39, 1e200, 1e307]


def by_kernel(rows):
    units = np.array(rows, np.float64)
    n, d = units.shape
    duplicates.normalize(np.arange(n + 1) * d, units.reshape(-1))
    return units


def as_sparse(rows):
    return normalized_rows(sp.csr_array(rows)).toarray()


WAYS = [directions_of, as_sparse, by_kernel]


def exact(row):
    """Divide a row by its length in whole numbers, to 30 digits."""
    fractions = [Fraction(float(x)) for x in row]
    square = sum(x * x for x in fractions)
    length = Fraction(isqrt(int(square * 10**700 * 10**60)), 10**380)  # of numbers down to 1e-324
    return [float(x / length) if length else 0.0 for x in fractions]


def one_after_the_other(squares):
    return np.cumsum(squares)[-1]


def as_reduceat_adds(squares):
    return np.add.reduceat(squares, [0])[0]


@pytest.mark.parametrize(
    ("way", "total"), [(directions_of, np.sum), (as_sparse, as_reduceat_adds), (by_kernel, one_after_the_other)]
)
def test_ordinary_rows_to_the_bit(way, total):
    rows = np.random.default_rng(0).normal(size=(200, 7)) * np.logspace(-90, 90, 200)[:, None]
    plain = rows.copy()
    for row in plain:
        row /= np.sqrt(total(row * row))
    np.testing.assert_array_equal(way(rows), plain)


def test_dense_rows_as_numpy_divides_them():
    for shape in ((50, 300), (1, 1000), (300, 1), (20, 33)):
        rows = np.random.default_rng(0).normal(size=shape)
        expected = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        np.testing.assert_array_equal(directions_of(rows), expected)
        np.testing.assert_array_equal(directions_of(np.asfortranarray(rows)), expected)
        assert directions_of(np.asfortranarray(rows)).flags.c_contiguous
        np.testing.assert_array_equal(directions_of(rows[0]), rows[0] / np.linalg.norm(rows[0]))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("way", WAYS)
def test_extreme_rows(way, scale):
    rows = np.array([[3, -4, 0], [1, 1, 9], [0, 0, 0], [2, 0, 0]]) * scale
    with np.errstate(all="raise", under="ignore"):
        units = way(rows)
    np.testing.assert_allclose(units, [exact(row) for row in rows], rtol=1e-15)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=6))
def test_any_row_has_length_one_or_none(row):
    for way in WAYS:
        (unit,) = way(np.array([row]))
        assert np.linalg.norm(unit) == pytest.approx(1 if any(row) else 0)
        np.testing.assert_allclose(unit, exact(row), rtol=1e-14, atol=1e-300)


def test_rows_of_all_sizes_side_by_side():
    rows = np.array([[3e-300, 4e-300], [3, 4], [0, 0], [3e300, 4e300], [4e-320, 3e-320]])
    for way in WAYS:
        np.testing.assert_allclose(way(rows), [[0.6, 0.8], [0.6, 0.8], [0, 0], [0.6, 0.8], [0.8, 0.6]], rtol=1e-4)


def test_sparse_rows_with_stored_zeros_and_without_anything():
    indptr, data = np.array([0, 0, 2, 2, 3, 3]), np.array([3.0, 4.0, 0.0])
    divide_by_lengths(indptr, data)
    assert data.tolist() == [0.6, 0.8, 0.0]
    divide_by_lengths(np.zeros(3, np.int64), np.empty(0))
    repeated = sp.coo_array(([1.0, 2.0, 4.0], ([0, 0, 0], [0, 0, 1])), shape=(1, 2))
    assert normalized_rows(repeated).toarray().tolist() == [[0.6, 0.8]]
    assert repeated.data.tolist() == [1, 2, 4]


@given(st.lists(st.floats(), min_size=1, max_size=20))
def test_one_row_alone_has_the_bits_it_has_beside_others(row):
    if not np.isfinite(row).all():
        with pytest.raises(ValueError, match="NaN or infinity"):
            divide_by_lengths(np.array([0, len(row)]), np.array(row))
        return
    alone, beside = np.array(row), np.array([3.0, *row])
    divide_by_lengths(np.array([0, len(row)]), alone)
    divide_by_lengths(np.array([0, 1, len(row) + 1]), beside)
    np.testing.assert_array_equal(alone, beside[1:])


def test_pooled_rows_as_scikit_learn_divides_them():
    rows = np.random.default_rng(0).normal(size=(50, 20)).astype(np.float32)
    rows[3] = 0
    expected = normalize(rows.astype(np.float64)).astype(np.float32)
    rows[4] *= np.float32(2.0**-120)  # where scikit-learn takes rows for zero
    rows[5] *= np.float32(2.0**120)
    pooling.normalize(rows)
    np.testing.assert_allclose(rows, expected, rtol=2e-7)


def test_float32_keeps_directions():
    rows = np.random.default_rng(0).normal(size=(20, 5))
    assert (as_float32(rows) == rows.astype(np.float32)).all()
    ordinary = rows.astype(np.float32)
    assert as_float32(ordinary) is ordinary
    for scale in (1e-300, 1e-46, 1e-40, 1e39, 1e300):
        with np.errstate(over="raise"):
            found = as_float32(rows * scale)
        assert found.dtype == np.float32
        np.testing.assert_allclose(directions_of(found), directions_of(rows), rtol=1e-6)
    for other in (np.eye(2, dtype=bool), np.full((2, 2), 2**63, np.uint64), np.ones((2, 2), np.float16)):
        assert (as_float32(other) == other.astype(np.float32)).all()
    assert as_float32(np.empty((3, 0))).shape == (3, 0)


@pytest.mark.parametrize("scale", [1e-320, 1e-46, 1e-40, 1e39, 1e300])
@pytest.mark.parametrize("kind", [np.asarray, sp.csr_array], ids=["dense", "sparse"])
def test_vectors_out_of_the_range_of_float32_are_compared(kind, scale):
    """Also beside ordinary ones, and as queries."""
    rows = np.random.default_rng(0).integers(-9, 9, (40, 6)) + 0.5
    plain = CosineIndex("precomputed").fit(kind(rows)).search(kind(rows), 5)
    some = rows.copy()
    some[::3] *= scale
    for scaled in (rows * scale, some):
        # Numbers near 1e-320 have no more than four digits.
        tolerance = 1e-2 if scale < 1e-310 else 1e-6
        index = CosineIndex("precomputed").fit(kind(scaled))
        for queries in (rows, scaled):
            np.testing.assert_allclose(index.search(kind(queries), 5).scores, plain.scores, atol=tolerance)
        found = find_duplicates(kind(scaled), 0.7, encoder="precomputed")
        expected = find_duplicates(kind(rows), 0.7, encoder="precomputed")
        assert len(expected) > 5
        if scale > 1e-310:
            assert set(zip(found.first, found.second, strict=True)) == set(
                zip(expected.first, expected.second, strict=True)
            )
            np.testing.assert_allclose(np.sort(found.scores), np.sort(expected.scores), rtol=1e-12)
        scores = similarity_matrix(kind(scaled), "precomputed").scores
        np.testing.assert_allclose(scores, similarity_matrix(kind(rows), "precomputed").scores, atol=tolerance)
