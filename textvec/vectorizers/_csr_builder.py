"""Rows of counts, made piece by piece, to one CSR matrix, without ever holding both in full."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from textvec._common.csr import index_type, make_csr
from textvec._common.memory import release
from textvec._common.threads import n_threads, run, split
from textvec.kernels import select_columns as kernels
from textvec.vectorizers._counting import Counts, Rows


class Pieces:
    """The counts of documents that came in pieces.

    The latest piece is not made into rows before the next one comes: most corpora are one piece, and by then it is
    known which columns stay.
    """

    def __init__(self, binary: bool) -> None:
        self.binary = binary
        self._rows: deque[Rows] = deque()
        self._latest: tuple[Counts, NDArray[np.int32]] | None = None
        self._columns: NDArray[np.int32] | None = None
        self._in_order = True

    def append(self, counts: Counts, columns: NDArray[np.int32]) -> None:
        """Take the counts of the next documents, and the column of each n-gram, negative for those to leave out."""
        if self._latest is not None:
            self._rows.append(_compact(self._make_rows(*self._latest)))
        self._latest = counts, columns
        found = columns[columns >= 0]
        self._in_order &= not (found[1:] <= found[:-1]).any()

    def put_in_order(self, columns: NDArray[np.int32]) -> None:
        """Give each column the new number, negative to leave it out, with which n-grams stand in their own order."""
        if self._rows:
            self._columns = columns
        elif self._latest is not None:
            counts, old = self._latest
            self._latest = counts, np.append(columns, np.int32(-1))[old]
        self._in_order = True

    def to_csr(self, n_columns: int, dtype: Any, fill: Callable[[Rows, NDArray[Any]], None]) -> Any:
        """Return the matrix, and forget the pieces.

        Parameters
        ----------
        n_columns : int
        dtype : dtype
        fill : callable
            Writes the values of rows into an array of that dtype.
        """
        if self._latest is not None:
            self._rows.append(self._make_rows(*self._latest))
            self._latest = None
        indptrs = [self._new_indptr(rows) for rows in self._rows]
        n_entries = np.cumsum([0, *(indptr[-1] for indptr in indptrs)])
        data = np.empty(n_entries[-1], dtype)
        if len(self._rows) == 1:
            rows = self._sorted(self._rows.popleft(), n_columns)
            fill(rows, data)
            return make_csr(data, rows.indices, rows.indptr, n_columns)
        indices = np.empty(n_entries[-1], index_type(n_entries[-1]))
        for indptr, (a, b) in zip(indptrs, pairwise(n_entries), strict=True):
            release(int(n_entries[-1]))
            rows = self._sorted(self._renumbered(self._rows.popleft(), indptr), n_columns)
            fill(rows, data[a:b])
            indices[a:b] = rows.indices
        bounds = [indptr[1:] + a for indptr, a in zip(indptrs, n_entries, strict=False)]
        return make_csr(data, indices, np.concatenate([[0], *bounds]), n_columns)

    def _make_rows(self, counts: Counts, columns: NDArray[np.int32]) -> Rows:
        rows = counts.to_rows(columns)
        if self.binary:
            rows.counts[:] = 1
        return rows

    def _new_indptr(self, rows: Rows) -> NDArray[np.int64]:
        """Return where rows begin without the entries whose column is left out."""
        if self._columns is None or self._columns.min(initial=0) >= 0:
            return rows.indptr
        columns, sizes = self._columns, np.empty(len(rows.indptr) - 1, np.int64)
        run(lambda r: kernels.kept_sizes(rows.indptr, rows.indices, columns, *r, sizes), _ranges(rows))
        return np.concatenate([[0], np.cumsum(sizes)])

    def _renumbered(self, rows: Rows, indptr: NDArray[np.int64]) -> Rows:
        """Return rows with their new columns."""
        if self._columns is None:
            return rows
        columns, old = self._columns, rows._replace(counts=rows.counts.astype(np.int32, copy=False))
        new = Rows(indptr, np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.int32))
        run(lambda r: kernels.renumber(*old, columns, *r, *new), _ranges(rows))
        return new

    def _sorted(self, rows: Rows, n_columns: int) -> Rows:
        """Return rows with their columns sorted, whatever their order was."""
        if self._in_order:
            return rows
        X = sp.csr_array((rows.counts, rows.indices, rows.indptr), shape=(len(rows.indptr) - 1, n_columns))
        X.sort_indices()
        return Rows(rows.indptr, X.indices.astype(np.int32, copy=False), X.data)


def _compact(rows: Rows) -> Rows:
    """Hold the counts in a type as small as they allow."""
    kind = np.min_scalar_type(int(rows.counts.max(initial=0)))
    return rows._replace(counts=rows.counts.astype(kind)) if kind.itemsize < rows.counts.itemsize else rows


def _ranges(rows: Rows) -> list[tuple[int, int]]:
    return split(rows.indptr, n_threads(len(rows.indices)))
