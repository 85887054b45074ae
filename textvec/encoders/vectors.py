"""Vectors as an index takes them, in float32: sparse ones as rows of length 1 for cosines, dense ones as they are.

Tested in tests/encoders/test_encode.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._common.lengths import as_float32, divide_by_lengths, euclidean_lengths
from textvec._common.offsets import joined_offsets, taken


class Sparse(NamedTuple):
    """Sparse vectors as the three arrays of a CSR matrix, columns increasing in each row; of length 1 for cosines.

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
        """Return some of the vectors, in the order of `rows`."""
        indptr, positions = taken(self.indptr, rows)
        return Sparse(indptr, self.indices[positions], self.data[positions], self.n_columns)

    @classmethod
    def concatenated(cls, parts: Sequence[Sparse]) -> Sparse:
        """Return the vectors of several parts, one part after the other, with as many columns as the widest has."""
        indptr = joined_offsets([part.indptr for part in parts])
        indices, data = (np.concatenate([part[i] for part in parts]) for i in (1, 2))
        return cls(indptr, indices, data, max(part.n_columns for part in parts))


MAX_LENGTH = 1e18
"""Of vectors that keep their lengths. Inner products of such are below 1e36, and within the range of float32."""

Dense = NDArray[np.float32]
Vectors = Sparse | Dense
"""Of one kind; an index may hold a `Pair` of both."""


def count(vectors: Any) -> int:
    """Return the number of vectors, of rows of a matrix, or of whatever has a length."""
    if hasattr(vectors, "n_vectors"):
        return int(vectors.n_vectors)
    return int(vectors.shape[0]) if hasattr(vectors, "shape") else len(vectors)


def taken_from(vectors: Any, rows: NDArray[np.int64]) -> Any:
    """Return some of the vectors, of any kind that an index searches with."""
    return vectors[rows] if isinstance(vectors, np.ndarray) else vectors.take(rows)


def joined(parts: Sequence[Any]) -> Any:
    """Return the vectors of several parts, one part after the other, of any kind that an index holds."""
    return np.concatenate(parts) if isinstance(parts[0], np.ndarray) else type(parts[0]).concatenated(parts)


class Pair(NamedTuple):
    """Two vectors of each document: one of its words, and one of its meaning.

    Attributes
    ----------
    lexical : Sparse
    dense : ndarray of float32
    """

    lexical: Sparse
    dense: Dense

    @property
    def n_vectors(self) -> int:
        """How many of each there are."""
        return self.lexical.n_vectors

    def take(self, rows: NDArray[np.int64]) -> Pair:
        """Return the vectors of some documents."""
        return Pair(self.lexical.take(rows), self.dense[rows])

    @classmethod
    def concatenated(cls, parts: Sequence[Pair]) -> Pair:
        """Return the vectors of several parts, one part after the other."""
        return cls(
            Sparse.concatenated([part.lexical for part in parts]), np.concatenate([part.dense for part in parts])
        )


def as_vectors(matrix: Any, unit: bool = True) -> Vectors:
    """Return a matrix as an index takes it.

    Parameters
    ----------
    matrix : sparse matrix or ndarray of shape (n_vectors, n_columns)
        Finite numbers, as `textvec.encoders.encode.matrix_of` returns them.
    unit : bool, default=True
        Whether sparse vectors get the length 1, and dense ones whose numbers are too large or small for float32 another
        length: for cosines, which do not depend on lengths.

    Raises
    ------
    ValueError
        If vectors must keep their lengths, and have numbers that are too large for float32.
    """
    if not hasattr(matrix, "tocsr"):
        if unit:
            return as_float32(matrix)
        _check_lengths(np.linalg.norm(matrix.astype(np.float64, copy=False), axis=1))
        return np.require(matrix, np.float32, ["C_CONTIGUOUS", "ALIGNED"])
    X = matrix.tocsr()
    if unit or not (X.has_canonical_format and X.data.all()):
        X = X.astype(np.float64, copy=True)
        X.sum_duplicates()
        X.eliminate_zeros()
    if unit:
        return unit_rows(X.indptr, X.indices, X.data, X.shape[1])
    return whole_rows(X.indptr, X.indices, X.data, X.shape[1])


def unit_rows(indptr: NDArray[Any], indices: NDArray[Any], data: NDArray[np.float64], n_columns: int) -> Sparse:
    """Divide the rows of a CSR matrix without zeros by their lengths; `data` is changed.

    Raises
    ------
    ValueError
        If a number is NaN or infinity.
    """
    divide_by_lengths(indptr, data)
    return Sparse(indptr.astype(np.int64), indices.astype(np.int32), data.astype(np.float32), n_columns)


def whole_rows(indptr: NDArray[Any], indices: NDArray[Any], data: NDArray[Any], n_columns: int) -> Sparse:
    """Return the rows of a CSR matrix without zeros, with the lengths that they have.

    Raises
    ------
    ValueError
        If inner products of them could be too large for float32, or a number is NaN.
    """
    if len(data) and not np.abs(data).max() * len(data) <= MAX_LENGTH:  # nearly always that is enough to know
        starts = indptr[:-1][np.diff(indptr) > 0]
        _check_lengths(euclidean_lengths(starts, data.astype(np.float64)))
    return Sparse(
        indptr.astype(np.int64, copy=False), indices.astype(np.int32, copy=False), data.astype(np.float32, copy=False),
        n_columns,
    )  # fmt: skip


def _check_lengths(lengths: NDArray[np.float64]) -> None:
    if len(lengths) and not lengths.max() <= MAX_LENGTH:
        raise ValueError(
            f"Vectors for inner products must not be longer than {MAX_LENGTH:g}, but one has the length "
            f"{lengths.max():g}: a score would be too large for float32. Divide all vectors by a number."
        )
