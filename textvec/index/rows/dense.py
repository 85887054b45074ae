"""Dense vectors: exact search by `textvec._common.dense_search`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from textvec._common.lengths import directions_of
from textvec.encoders.vectors import Dense
from textvec.index import _cold_start

if TYPE_CHECKING:
    from textvec._common.dense_table import DenseTable

# The type, and the number of axes, that each saved array must have; the arrays are those of a `DenseTable`.
_KINDS: dict[str, tuple[type[np.generic], int]] = {
    "vectors": (np.float32, 2),
    "inverses": (np.float64, 1),
    "codes": (np.int8, 2),
    "steps": (np.float32, 1),
    "center": (np.float32, 1),
}
# Where at most one row in this many is allowed, the allowed rows are copied and searched alone; otherwise all rows are
# searched, with the others excluded. With another number the same rows are found in more time.
_ROWS_PER_ALLOWED_ROW_TO_COPY = 8


class DenseRows:
    """Dense vectors that are searched exactly.

    Attributes
    ----------
    arrays : dict of str to ndarray
        The fields of a `DenseTable` of vectors in float32, to be saved.

    Examples
    --------
    >>> import numpy as np
    >>> from textvec.index.rows.dense import DenseRows
    >>> dense = DenseRows.of(np.array([[1, 0], [0, 0], [1, 1]], np.float32))
    >>> rows, scores = dense.search(np.array([[0, 2]], np.float32), 2, np.zeros(1, np.float32))
    >>> rows, scores.round(4)
    (array([[ 2, -1]]), array([[0.7071, 0.    ]], dtype=float32))
    """

    backend: ClassVar[str] = "dense"
    summary: ClassVar[str] = "dense"
    array_names: ClassVar[Collection[str]] = tuple(_KINDS)

    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.arrays = arrays

    @classmethod
    def of(cls, vectors: Dense) -> Self:
        """Index vectors; those of length 0 are kept, and never found.

        Parameters
        ----------
        vectors : ndarray of float32 of shape (n_rows, n_dimensions)
            Finite numbers.
        """
        from textvec._common.dense_table import DenseTable, lengths_of

        return cls(DenseTable.of(vectors, lengths_of(vectors))._asdict())

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take arrays as `arrays` returned them; memory-mapped ones are not read.

        Raises
        ------
        ValueError
            If an array is missing, or its type or shape is wrong; the message names it.
        """
        taken = {name: check_saved_array(name, arrays.get(name), *kind) for name, kind in _KINDS.items()}
        n, size = taken["vectors"].shape
        lengths = {"inverses": n, "codes": n, "steps": n, "center": size}
        for name, length in lengths.items():
            if len(taken[name]) != length:
                raise ValueError(
                    f"The array {name!r} of dense vectors must have the length {length}, as 'vectors' has the shape "
                    f"{n, size}, but it has the length {len(taken[name])}. It is damaged, or of another index."
                )
        if taken["codes"].shape[1] < size:
            raise ValueError(
                f"The array 'codes' of dense vectors must have at least {size} columns, as 'vectors' has, but it has "
                f"{taken['codes'].shape[1]}. It is damaged, or of another index."
            )
        return cls(taken)

    @property
    def vectors(self) -> Dense:
        """The vectors, as they were given."""
        return self.arrays["vectors"]

    def __len__(self) -> int:
        return len(self.vectors)

    def take(self, rows: NDArray[np.int64]) -> Dense:
        """Return the vectors of some rows, as they were given."""
        return np.asarray(self.arrays["vectors"])[rows]

    def search(
        self, queries: Dense, k: int, floor: NDArray[np.float32], allowed: NDArray[np.uint8] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the rows with the highest cosines for each query.

        Parameters
        ----------
        queries : ndarray of float32 of shape (n_queries, n_dimensions)
        k : int
            At least 1.
        floor : ndarray of float32 of shape (n_queries,)
            Only rows with higher cosines are found; at least 0.
        allowed : ndarray of uint8 of shape (n_rows,), optional
            Rows where it is 0 are not found.

        Returns
        -------
        rows : ndarray of int64 of shape (n_queries, k)
            Highest cosine first, equal ones in the order of rows; -1 where there are fewer.
        scores : ndarray of float32 of shape (n_queries, k)
            The cosines; 0 where there is no row.

        Raises
        ------
        ValueError
            If the queries do not have as many dimensions as the vectors.
        """
        size = self.arrays["vectors"].shape[1]
        if queries.shape[1] != size:
            raise ValueError(
                f"Vectors of {size} numbers were expected, as those of the index are, but the queries' have "
                f"{queries.shape[1]}. Encode queries as the documents were."
            )
        rows = np.full((len(queries), k), -1, np.int64)
        scores = np.zeros((len(queries), k), np.float32)
        found, cosines = self._nearest(directions_of(queries), k, allowed)
        # Where the true cosine is 0, rounding alone can make it as large as this.
        max_rounding = size * 2.0**-52
        kept = (found >= 0) & (cosines > np.maximum(floor[:, None], max_rounding))
        rows[:, : found.shape[1]][kept] = found[kept]
        scores[:, : found.shape[1]][kept] = cosines[kept]
        return rows, scores

    def _nearest(
        self, directions: NDArray[np.float64], k: int, allowed: NDArray[np.uint8] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the nearest rows that are allowed, and their cosines, as `dense_search.nearest` does."""
        if _cold_start.prefers_numpy(len(directions)):
            from textvec.index.rows import dense_numpy

            arrays = self.arrays
            nearest = dense_numpy.nearest(arrays["vectors"], arrays["inverses"], directions[0], k, allowed)
            if nearest is not None:
                _cold_start.count_search(len(self))
                return nearest
        from textvec._common import dense_search

        if allowed is None:
            return dense_search.nearest(self._table, directions, k)
        if np.count_nonzero(allowed) * _ROWS_PER_ALLOWED_ROW_TO_COPY > len(allowed):
            return dense_search.nearest(self._table.without(allowed == 0), directions, k)
        allowed_rows = np.flatnonzero(allowed)
        found, cosines = dense_search.nearest(self._table.take(allowed_rows), directions, k)
        return np.where(found >= 0, allowed_rows[found], -1), cosines

    @cached_property
    def _table(self) -> DenseTable:
        from textvec._common.dense_table import DenseTable

        return DenseTable(**{name: self.arrays[name] for name in DenseTable._fields})


def check_saved_array(name: str, array: NDArray[Any] | None, dtype: type[np.generic], n_axes: int) -> NDArray[Any]:
    """Return an array of a saved index, or raise ValueError where it is missing, or kernels could not take it."""
    if array is None:
        raise ValueError(f"The array {name!r} of dense vectors is missing.")
    if array.dtype != dtype or array.ndim != n_axes or not (array.flags.c_contiguous and array.flags.aligned):
        raise ValueError(
            f"The array {name!r} of dense vectors must have the type {np.dtype(dtype)} and {n_axes} axes, in C order, "
            f"but it has the type {array.dtype} and the shape {array.shape}. It is damaged, or of another index."
        )
    return np.asarray(array)
