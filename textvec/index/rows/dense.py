"""Dense vectors: exact search by `textvec._common.dense_search`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.vectors import Dense

if TYPE_CHECKING:
    from textvec._common.dense_search import Table

_KINDS: dict[str, tuple[type[np.generic], int]] = {  # of the arrays, with their numbers of axes; see `Table`
    "vectors": (np.float32, 2),
    "inverses": (np.float64, 1),
    "codes": (np.int8, 2),
    "steps": (np.float32, 1),
    "center": (np.float32, 1),
}
_FEW = 8  # times fewer rows than there are, and it is better to copy what may be found, and search there


class DenseRows:
    """Dense vectors as rows of a table in which the nearest are searched.

    Parameters
    ----------
    table : Table
        Of vectors in float32.

    Attributes
    ----------
    arrays : dict of str to ndarray
        What rows are made of, to be saved.

    Examples
    --------
    >>> import numpy as np
    >>> from textvec.index.rows.dense import DenseRows
    >>> rows = DenseRows.of(np.array([[1, 0], [0, 0], [1, 1]], np.float32))
    >>> places, scores = rows.search(np.array([[0, 2]], np.float32), 2, np.zeros(1, np.float32))
    >>> places, scores.round(4)
    (array([[ 2, -1]]), array([[0.7071, 0.    ]], dtype=float32))
    """

    backend: ClassVar[str] = "dense"
    summary: ClassVar[str] = "dense"

    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.arrays = arrays

    @classmethod
    def of(cls, vectors: Dense) -> Self:
        """Make rows of vectors; zero ones are kept, and never found.

        Parameters
        ----------
        vectors : ndarray of float32 of shape (n_rows, n_dimensions)
            Finite numbers.
        """
        from textvec._common import dense_search

        return cls(dense_search.Table.of(vectors, dense_search.lengths_of(vectors))._asdict())

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Make rows of arrays that were saved; they may be memory maps, and are not read here.

        Raises
        ------
        ValueError
            If an array is missing, or has another type or shape than it had; the message names it.
        """
        taken = {name: checked(name, arrays.get(name), *kind) for name, kind in _KINDS.items()}
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

    def take(self, places: NDArray[np.int64]) -> Dense:
        """Return the vectors of some rows, as they were given."""
        return np.asarray(self.arrays["vectors"])[places]

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
            Only higher cosines count; not negative.
        allowed : ndarray of uint8 of shape (n_rows,), optional
            Rows where it is 0 are not found.

        Returns
        -------
        places : ndarray of int64 of shape (n_queries, k)
            Highest cosine first, equal ones in the order of rows; -1 where there are fewer.
        scores : ndarray of float32 of shape (n_queries, k)
            The cosines; 0 where there is no row.

        Raises
        ------
        ValueError
            If queries have another number of dimensions than rows.
        """
        from textvec._common import dense_search

        size = self.arrays["vectors"].shape[1]
        if queries.shape[1] != size:
            raise ValueError(
                f"Vectors of {size} numbers were expected, as those of the index are, but the queries' have "
                f"{queries.shape[1]}. Encode queries as the documents were."
            )
        places = np.full((len(queries), k), -1, np.int64)
        scores = np.zeros((len(queries), k), np.float32)
        found, high = self._nearest(dense_search.directions_of(queries), k, allowed)
        # Below, rounding alone makes a cosine of vectors at a right angle.
        kept = (found >= 0) & (high > np.maximum(floor[:, None], size * 2.0**-52))
        places[:, : found.shape[1]][kept] = found[kept]
        scores[:, : found.shape[1]][kept] = high[kept]
        return places, scores

    def _nearest(
        self, directions: NDArray[np.float64], k: int, allowed: NDArray[np.uint8] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the nearest rows, -1 after the last, and their cosines."""
        from textvec._common import dense_search

        if allowed is None:
            return dense_search.nearest(self._table, directions, k)
        if np.count_nonzero(allowed) * _FEW > len(allowed):
            return dense_search.nearest(self._table.without(allowed == 0), directions, k)
        rows = np.flatnonzero(allowed)
        found, high = dense_search.nearest(self._table.take(rows), directions, k)
        return np.where(found >= 0, rows[found], -1), high

    @cached_property
    def _table(self) -> Table:
        from textvec._common.dense_search import Table

        return Table(**{name: self.arrays[name] for name in Table._fields})


def checked(name: str, array: NDArray[Any] | None, dtype: type[np.generic], n_axes: int) -> NDArray[Any]:
    """Return an array that was saved, if kernels can take it."""
    if array is None:
        raise ValueError(f"The array {name!r} of dense vectors is missing.")
    if array.dtype != dtype or array.ndim != n_axes or not (array.flags.c_contiguous and array.flags.aligned):
        raise ValueError(
            f"The array {name!r} of dense vectors must have the type {np.dtype(dtype)} and {n_axes} axes, in C order, "
            f"but it has the type {array.dtype} and the shape {array.shape}. It is damaged, or of another index."
        )
    return np.asarray(array)
