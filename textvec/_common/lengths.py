"""Rows divided by their Euclidean lengths, however large or small their numbers are.

The square of a number above 1e154 overflows float64, and that of one below 1e-162 vanishes. Rows that hold such numbers
only are multiplied by a power of two first. That is exact, and other rows are left as they are: so rows of ordinary
numbers give the same results, to the last bit, as they would without any care. In kernels,
`textvec.kernels.vector_ops.divide_by_norm` does the same.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# While the square of a row's length is between these, no square that matters has left the range of float64. With wider
# limits tiny numbers would lose digits when they are squared; with narrower ones more rows would be scaled for nothing.
_ORDINARY = 2.0**-800, 2.0**800
# The same for squares in float32, whose smallest with all digits is 2**-126 and whose largest is near 2**128. Numbers
# of rows with such lengths can be converted to float32.
_ORDINARY_FLOAT32 = 2.0**-100, 2.0**100


def directions_of(rows: Any) -> Floats:
    """Return dense rows divided by their lengths, in float64; zero rows stay.

    Parameters
    ----------
    rows : array-like of shape (n_rows, n_dimensions) or (n_dimensions,)
        Finite numbers.

    Examples
    --------
    >>> from textvec._common.lengths import directions_of
    >>> directions_of([[3, 4], [0, 0], [3e-300, 4e-300]])
    array([[0.6, 0.8],
           [0. , 0. ],
           [0.6, 0.8]])
    """
    rows = np.asarray(rows, np.float64, order="C")
    with np.errstate(over="ignore"):
        lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    if _are_extreme(lengths * lengths, _ORDINARY).any():
        rows = _ordinary(rows, _ORDINARY)
        lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
        lengths[lengths == 0] = 1
    directions: Floats = rows / lengths
    return directions


def divide_by_lengths(indptr: NDArray[Any], data: Floats) -> None:
    """Divide the rows of a sparse matrix by their lengths; zero rows stay.

    Parameters
    ----------
    indptr : ndarray of int of shape (n_rows + 1,)
        Of a CSR matrix in which no column is repeated in a row.
    data : ndarray of float64 of shape (n_nonzero,)
        Changed.

    Raises
    ------
    ValueError
        If a number is NaN or infinity.
    """
    if not len(data):
        return
    if len(indptr) == 2:  # a query, for which all that is below would take as long as its search
        with np.errstate(over="ignore"):
            square = float(np.add.reduceat(data * data, indptr[:1])[0])
        if _ORDINARY[0] < square < _ORDINARY[1]:
            data /= math.sqrt(square)
            return
    sizes = np.diff(indptr)
    starts, sizes = indptr[:-1][sizes > 0], sizes[sizes > 0]
    with np.errstate(over="ignore"):
        squares = np.add.reduceat(data * data, starts)
    if not (squares.min() > _ORDINARY[0] and squares.max() < _ORDINARY[1]):  # so it is with NaN and infinity
        if not np.isfinite(data).all():
            raise ValueError("There are vectors that hold NaN or infinity; cosine similarity needs finite numbers.")
        exponents = np.frexp(np.maximum.reduceat(np.abs(data), starts))[1]
        np.ldexp(data, -np.repeat(exponents, sizes), out=data)
        squares = np.add.reduceat(data * data, starts)
        squares[squares == 0] = 1
    data /= np.repeat(np.sqrt(squares), sizes)


def euclidean_lengths(starts: NDArray[Any], data: Floats) -> Floats:
    """Return the lengths of the rows of a sparse matrix that are not empty.

    Parameters
    ----------
    starts : ndarray of int of shape (n_rows,)
        Where the values of each row begin.
    data : ndarray of float64 of shape (n_nonzero,)
    """
    with np.errstate(over="ignore"):
        squares = np.add.reduceat(data * data, starts)
    if not _are_extreme(squares, _ORDINARY).any():
        return np.asarray(np.sqrt(squares))
    exponents = np.frexp(np.maximum.reduceat(np.abs(data), starts))[1]
    scaled = np.ldexp(data, -np.repeat(exponents, np.diff(starts, append=len(data))))
    return np.ldexp(np.sqrt(np.add.reduceat(scaled * scaled, starts)), exponents)


def normalized_rows(matrix: Any) -> Any:
    """Return a matrix with rows divided by their lengths, in float64: a CSR array of a sparse one, else an array."""
    if not hasattr(matrix, "tocsr"):
        return directions_of(matrix)
    import scipy.sparse as sp  # not at the top, as queries over a saved index have no time to load it

    X = sp.csr_array(matrix, dtype=np.float64, copy=True)
    X.sum_duplicates()
    divide_by_lengths(X.indptr, X.data)
    return X


def as_float32(rows: NDArray[Any]) -> NDArray[np.float32]:
    """Return dense rows in float32, those that would leave its range times a power of two: their directions stay.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_dimensions)
        Rows that hold NaN or infinity still do so afterwards.

    Returns
    -------
    ndarray of float32 of shape (n_rows, n_dimensions)
        In C order; the rows themselves where they are so already.
    """
    if rows.dtype.kind == "f" and rows.dtype.itemsize > 4:  # floats of fewer bits, and 64-bit integers, are within it
        rows = _ordinary(rows, _ORDINARY_FLOAT32)
    return np.require(rows, np.float32, ["C_CONTIGUOUS", "ALIGNED"])


def common_exponent(table: NDArray[Any]) -> int:
    """Return e so that a table divided by 2**e can be converted to float32; 0 if it can be so as it is.

    Parameters
    ----------
    table : ndarray of float64 of shape (n_rows, n_dimensions)
        Whose rows are added up, so that all are divided by the same.
    """
    peak = float(max(table.max(initial=0), -table.min(initial=0)))
    low, high = _ORDINARY_FLOAT32
    return 0 if peak == 0 or low < peak * peak < high or not np.isfinite(peak) else int(np.frexp(peak)[1])


def _ordinary(rows: NDArray[Any], limits: tuple[float, float]) -> NDArray[Any]:
    """Return dense rows, scaled by powers of two if the squares of lengths are out of limits."""
    with np.errstate(over="ignore"):
        extreme = _are_extreme(np.einsum("...i,...i->...", rows, rows), limits)
    if not extreme.any():
        return rows
    peaks = np.abs(rows).max(axis=-1, initial=0)
    exponents = np.where(extreme, np.frexp(peaks)[1], 0)
    return np.ldexp(rows, -exponents[..., None]) if exponents.any() else rows


def _are_extreme(squares: NDArray[Any], limits: tuple[float, float]) -> NDArray[np.bool_]:
    low, high = limits
    extreme: NDArray[np.bool_] = ~((squares > low) & (squares < high))
    return extreme
