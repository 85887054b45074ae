"""Vectors as an index takes them, in float32: sparse ones as rows of length 1, dense ones as they are.

Tested in tests/encoders/test_encode.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._common.lengths import as_float32, divide_by_lengths
from textvec._common.offsets import joined_offsets, taken


class Sparse(NamedTuple):
    """Sparse vectors of length 1, or zero, as the three arrays of a CSR matrix, columns increasing in each row.

    Attributes
    ----------
    indptr : ndarray of int64 of shape (n_vectors + 1,)
    indices : ndarray of int32 of shape (n_nonzero,)
    data : ndarray of float32 of shape (n_nonzero,)
    n_columns : int
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    data: NDArray[np.float32]
    n_columns: int

    @property
    def n_vectors(self) -> int:
        """How many vectors there are."""
        return len(self.indptr) - 1

    def take(self, rows: NDArray[np.int64]) -> Sparse:
        """Return some of the vectors, in the order of `places`."""
        indptr, positions = taken(self.indptr, rows)
        return Sparse(indptr, self.indices[positions], self.data[positions], self.n_columns)

    @classmethod
    def concatenated(cls, parts: Sequence[Sparse]) -> Sparse:
        """Return the vectors of several parts, one part after the other."""
        indptr = joined_offsets([part.indptr for part in parts])
        indices, data = (np.concatenate([part[i] for part in parts]) for i in (1, 2))
        return cls(indptr, indices, data, parts[0].n_columns)


Dense = NDArray[np.float32]
Vectors = Sparse | Dense


def count(vectors: Any) -> int:
    """Return the number of vectors, of rows of a matrix, or of whatever has a length."""
    if isinstance(vectors, Sparse):
        return vectors.n_vectors
    return int(vectors.shape[0]) if hasattr(vectors, "shape") else len(vectors)


def as_vectors(matrix: Any) -> Vectors:
    """Return a matrix as an index takes it.

    Parameters
    ----------
    matrix : sparse matrix or ndarray of shape (n_vectors, n_columns)
        Finite numbers, as `textvec.encoders.encode.matrix_of` returns them.
    """
    if not hasattr(matrix, "tocsr"):
        return as_float32(matrix)
    X = matrix.tocsr().astype(np.float64, copy=True)
    X.sum_duplicates()
    X.eliminate_zeros()
    return unit_rows(X.indptr, X.indices, X.data, X.shape[1])


def unit_rows(indptr: NDArray[Any], indices: NDArray[Any], data: NDArray[np.float64], n_columns: int) -> Sparse:
    """Divide the rows of a CSR matrix without zeros by their lengths; `data` is changed.

    Raises
    ------
    ValueError
        If a number is NaN or infinity.
    """
    divide_by_lengths(indptr, data)
    return Sparse(indptr.astype(np.int64), indices.astype(np.int32), data.astype(np.float32), n_columns)
