"""The weights of sparse vectors by column: what bounds the score of a row without reading the row.

Tested in tests/index/rows/test_sparse.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.vectors import Sparse
from textvec.index.errors import DamagedIndexError, corrupt_index

MAX_COLUMNS_PER_WEIGHT = 4
"""With more columns than this for each weight, as in an index of few hashed texts, those that are not empty are
numbered anew, which takes as long as counting in all: memory goes by the weights, whatever number a file announces."""


class Postings(NamedTuple):
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
        Indices into `columns` of the frequent ones.
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
    def of(cls, vectors: Sparse) -> Postings:
        """Sort weights by column, in threads that take a range of rows each.

        Raises
        ------
        ValueError
            If the arrays of the vectors do not fit each other.
        """
        if vectors.n_columns <= MAX_COLUMNS_PER_WEIGHT * len(vectors.indices):
            return cls._of(vectors)
        columns, numbers = np.unique(vectors.indices, return_inverse=True)
        if len(columns) and not 0 <= columns[0] <= columns[-1] < vectors.n_columns:
            raise corrupt_vectors()
        made = cls._of(vectors._replace(indices=numbers.astype(np.int32), n_columns=len(columns)))
        return made._replace(columns=columns[made.columns])

    @classmethod
    def _of(cls, vectors: Sparse) -> Postings:
        """Do the same, with some numbers for each column, also for those that are empty."""
        from textvec._common.threads import n_threads, run, split
        from textvec.kernels import postings as kernels

        n_rows, n_columns, n_weights = vectors.n_vectors, vectors.n_columns, len(vectors.indices)
        # Each thread needs a count for every column: one thread more only where these are few beside the weights.
        ranges = split(vectors.indptr, max(1, min(n_threads(n_weights), n_weights // (n_columns + 1))))
        counts, peaks = np.zeros((len(ranges), n_columns), np.int64), np.zeros((len(ranges), n_columns), np.float32)
        indptr, indices, data, _ = vectors

        def count(i: int) -> int:
            first, last = ranges[i]
            corrupt: int = kernels.count(
                indptr=indptr, columns=indices, weights=data, first=first, last=last, counts=counts[i], peaks=peaks[i]
            )
            return corrupt

        if any(run(count, range(len(ranges)))):
            raise corrupt_vectors()
        totals, highest = counts.sum(axis=0), peaks.max(axis=0)
        columns = np.flatnonzero(totals).astype(np.int32)
        is_frequent = totals > n_rows * kernels.MIN_FREQUENT_SHARE
        frequent = np.flatnonzero(is_frequent[columns]).astype(np.int32)
        table_rows = np.full(n_columns, -1, np.int32)
        table_rows[columns[frequent]] = np.arange(len(frequent), dtype=np.int32)
        steps = np.maximum(highest / np.float32(kernels.MAX_LEVEL), kernels.MIN_STEP)
        totals[is_frequent] = 0
        ends = np.cumsum(totals)
        at = ends - totals + np.cumsum(counts, axis=0) - counts
        n_postings = int(totals.sum())
        posting_rows, posting_levels = np.empty(n_postings, np.int32), np.empty(n_postings, np.uint8)
        table = np.zeros((len(frequent), n_rows), np.uint8)

        def fill(i: int) -> None:
            first, last = ranges[i]
            kernels.fill(
                indptr=indptr, columns=indices, weights=data, first=first, last=last, table_rows=table_rows,
                steps=steps, at=at[i], p_rows=posting_rows, p_levels=posting_levels, table=table,
            )  # fmt: skip

        run(fill, range(len(ranges)))
        starts = np.append(0, ends[columns])
        return cls(columns, steps[columns], starts, posting_rows, posting_levels, frequent, table)


def take_checked(vectors: Sparse, rows: NDArray[np.int64]) -> Sparse:
    """Return some of the vectors, or raise an error if the arrays, of a corrupt file, lead out of each other."""
    starts, ends = vectors.indptr[rows], vectors.indptr[rows + 1]
    if ((starts < 0) | (ends < starts) | (ends > len(vectors.indices))).any():
        raise corrupt_vectors()
    return vectors.take(rows)


def check_rows(vectors: Sparse) -> None:
    """Raise an error if the bounds of rows, of a corrupt file, do not follow one another from 0 to the last weight."""
    bounds = vectors.indptr
    if bounds[0] != 0 or bounds[-1] != len(vectors.indices) or (np.diff(bounds) < 0).any():
        raise corrupt_vectors()


def check_columns(vectors: Sparse) -> None:
    """Raise an error unless the columns of each row, which may be of a corrupt file, are there, and increase."""
    columns, n = vectors.indices.astype(np.int64), max(vectors.n_columns, 1)
    places = columns + n * np.repeat(np.arange(vectors.n_vectors), np.diff(vectors.indptr))
    if columns.min(initial=0) < 0 or columns.max(initial=-1) >= n or (np.diff(places) <= 0).any():
        raise corrupt_vectors()


def corrupt_vectors() -> DamagedIndexError:
    """Return the error for arrays that lead out of each other."""
    return corrupt_index("its sparse vectors do not fit each other")
