"""Sparse vectors that are searched by bounds of their scores, which postings and a table of frequent columns give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.vectors import Sparse
from textvec.index.errors import DamagedIndexError, damage
from textvec.index.rows.sparse_numpy import is_first, search_one

_ROWS = "row_starts", "row_columns", "row_weights"
_TYPES = {
    "n_columns": (np.int64, 1),
    "row_starts": (np.int64, 1),
    "row_columns": (np.int32, 1),
    "row_weights": (np.float32, 1),
    "columns": (np.int32, 1),
    "steps": (np.float32, 1),
    "posting_starts": (np.int64, 1),
    "posting_rows": (np.int32, 1),
    "posting_levels": (np.uint8, 1),
    "frequent": (np.int32, 1),
    "frequent_levels": (np.uint8, 2),
}


class Levels(NamedTuple):
    """The weights of sparse vectors by column, in steps of 1/255 of each column's largest, rounded up.

    Attributes
    ----------
    columns : ndarray of int32 of shape (n_used,)
        The columns that are not empty.
    steps : ndarray of float32 of shape (n_used,)
        What a level of each of them stands for.
    posting_starts : ndarray of int64 of shape (n_used + 1,)
        Where the postings of each begin; frequent columns have none.
    posting_rows : ndarray of int32 of shape (n_postings,)
    posting_levels : ndarray of uint8 of shape (n_postings,)
    frequent : ndarray of int32 of shape (n_frequent,)
        Places of frequent columns in `columns`.
    frequent_levels : ndarray of uint8 of shape (n_frequent, n_rows)
    """

    columns: NDArray[np.int32]
    steps: NDArray[np.float32]
    posting_starts: NDArray[np.int64]
    posting_rows: NDArray[np.int32]
    posting_levels: NDArray[np.uint8]
    frequent: NDArray[np.int32]
    frequent_levels: NDArray[np.uint8]

    @classmethod
    def of(cls, vectors: Sparse) -> Levels:
        """Sort weights by column, in threads that take a range of rows each.

        Raises
        ------
        ValueError
            If the arrays of the vectors do not fit each other.
        """
        from textvec._common.threads import n_threads, run, split
        from textvec.kernels import postings as kernels

        n_rows, n_columns, n_entries = vectors.n_vectors, vectors.n_columns, len(vectors.indices)
        # A thread more, where the counts that it needs are few beside the entries.
        ranges = split(vectors.indptr, max(1, min(n_threads(n_entries), n_entries // (n_columns + 1))))
        counts, peaks = np.zeros((len(ranges), n_columns), np.int64), np.zeros((len(ranges), n_columns), np.float32)
        parts = list(zip(ranges, counts, peaks, strict=True))
        if any(run(lambda part: kernels.count(*vectors[:3], *part[0], *part[1:]), parts)):
            raise _damaged()
        totals, highest = counts.sum(axis=0), peaks.max(axis=0)
        columns = np.flatnonzero(totals).astype(np.int32)
        is_frequent = totals > n_rows / kernels.FREQUENT
        frequent = np.flatnonzero(is_frequent[columns]).astype(np.int32)
        table_rows = np.full(n_columns, -1, np.int32)
        table_rows[columns[frequent]] = np.arange(len(frequent), dtype=np.int32)
        steps = np.maximum(highest / np.float32(kernels.LEVELS), kernels.TINY)
        totals[is_frequent] = 0
        ends = np.cumsum(totals)
        at = ends - totals + np.cumsum(counts, axis=0) - counts
        n_postings = int(totals.sum())
        posting_rows, posting_levels = np.empty(n_postings, np.int32), np.empty(n_postings, np.uint8)
        table = np.zeros((len(frequent), n_rows), np.uint8)
        run(
            lambda part: kernels.fill(
                *vectors[:3], *part[0], table_rows, steps, part[1], posting_rows, posting_levels, table
            ),
            list(zip(ranges, at, strict=True)),
        )
        starts = np.append(0, ends[columns])
        return cls(columns, steps[columns], starts, posting_rows, posting_levels, frequent, table)


class SparseRows:
    """Sparse vectors that can be searched.

    Attributes
    ----------
    vectors : Sparse
    levels : Levels
    """

    def __init__(self, vectors: Sparse, levels: Levels) -> None:
        self.vectors, self.levels = vectors, levels

    @classmethod
    def of(cls, vectors: Sparse) -> SparseRows:
        """Index vectors.

        Raises
        ------
        ValueError
            If the arrays of the vectors do not fit each other, as those of a damaged index may.
        """
        return cls(vectors, Levels.of(vectors))

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """All there is to save."""
        rows = dict(zip(_ROWS, self.vectors[:3], strict=True))
        return {"n_columns": np.array([self.vectors.n_columns], np.int64), **rows, **self.levels._asdict()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> SparseRows:
        """Take arrays as `arrays` returned them; memory-mapped ones are not read.

        Raises
        ------
        ValueError
            If one is missing, is of another type, or has another shape than the others have it.
        """
        for name, (dtype, ndim) in _TYPES.items():
            if name not in arrays:
                raise ValueError(f"Of the arrays of sparse vectors, {name} is missing.")
            array = arrays[name]
            fits = array.dtype == dtype and array.ndim == ndim
            if not fits or not array.flags.c_contiguous or not array.flags.aligned:
                raise ValueError(
                    f"{name} must be a C-contiguous array of {np.dtype(dtype)} with {ndim} dimension(s), but it is of "
                    f"{array.dtype} and of shape {array.shape}."
                )
        n_rows, n_used = len(arrays["row_starts"]) - 1, len(arrays["columns"])
        shapes = {
            "n_columns": (1,),
            "row_starts": (max(n_rows, 0) + 1,),
            "row_weights": arrays["row_columns"].shape,
            "steps": (n_used,),
            "posting_starts": (n_used + 1,),
            "posting_levels": arrays["posting_rows"].shape,
            "frequent_levels": (len(arrays["frequent"]), n_rows),
        }
        for name, shape in shapes.items():
            if arrays[name].shape != shape:
                raise ValueError(f"{name} must be of shape {shape}, as other arrays have it, not {arrays[name].shape}.")
        indptr, indices, data = (arrays[name] for name in _ROWS)
        vectors = Sparse(indptr, indices, data, int(arrays["n_columns"][0]))
        return cls(vectors, Levels(*(arrays[name] for name in Levels._fields)))

    def __len__(self) -> int:
        return self.vectors.n_vectors

    def take(self, places: NDArray[np.int64]) -> Sparse:
        """Return some of the vectors, in the order of their places.

        Raises
        ------
        ValueError
            If the rows are damaged.
        """
        places = np.asarray(places)
        starts, ends = self.vectors.indptr[places], self.vectors.indptr[places + 1]
        if ((starts < 0) | (ends < starts) | (ends > len(self.vectors.indices))).any():
            raise _damaged()
        return self.vectors.take(places)

    def search(
        self, queries: Sparse, k: int, floor: NDArray[np.float32], allowed: NDArray[np.uint8] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the k rows with the highest products for each query.

        A score depends on the query and the row alone, to the last bit.

        Parameters
        ----------
        queries : Sparse
        k : int
        floor : ndarray of float32 of shape (n_queries,)
            Only higher scores count; at least 0.
        allowed : ndarray of uint8 of shape (n_rows,), optional
            0 for rows that are not to be found.

        Returns
        -------
        places : ndarray of int64 of shape (n_queries, k)
            Best first, equal scores by place; -1 where there are fewer.
        scores : ndarray of float32 of shape (n_queries, k)

        Raises
        ------
        ValueError
            If the arrays are damaged so that rows cannot be found by them.
        """
        if queries.n_vectors == 1 and is_first():
            try:
                found = search_one(self, queries, k, floor[0], allowed)
            except IndexError:
                raise _damaged() from None
            if found is not None:
                return found
        from textvec._common.threads import n_threads, run
        from textvec.kernels import search as kernels

        n, n_rows = queries.n_vectors, len(self)
        threads = n_threads(len(queries.indices) * n_rows // 256)  # levels are added up many at a time
        by_query = n >= threads
        n_ranges = threads if by_query else min(threads, n_rows // kernels.PART + 1)
        cuts = np.linspace(0, n if by_query else n_rows, n_ranges + 1).astype(np.int64).tolist()
        n_lists = 1 if by_query else n_ranges
        places = np.full((n_lists, n, k), -1, np.int64)
        scores = np.broadcast_to(np.asarray(floor, np.float32)[:, None], places.shape).copy()
        mask = np.empty(0, np.uint8) if allowed is None else allowed

        def search(i: int) -> int:
            first, last, low, high = (*cuts[i : i + 2], 0, n_rows) if by_query else (0, n, *cuts[i : i + 2])
            out = 0 if by_query else i
            damaged: int = kernels.search(
                *queries[:3], first, last, *self.vectors[:3], *self.levels, mask, low, high, places[out], scores[out]
            )
            return damaged

        if any(run(search, range(n_ranges))):
            raise _damaged()
        scores[places < 0] = 0
        if by_query:
            return places[0], scores[0]
        places, scores = (np.concatenate(list(lists), axis=1) for lists in (places, scores))
        best = np.argsort(-scores, axis=1, kind="stable")[:, :k]  # the lists are in the order of places
        return np.take_along_axis(places, best, axis=1), np.take_along_axis(scores, best, axis=1)


def _damaged() -> DamagedIndexError:
    return damage("its sparse vectors do not fit each other")
