"""Rows of counts, which are made piece by piece, to one CSR matrix, without ever holding both in full.

Tested in tests/vectorizers/test_streaming.py.
"""

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
from textvec._common.offsets import joined_offsets, offsets_of
from textvec._common.threads import n_threads, run, split
from textvec.kernels import select_columns as kernels
from textvec.vectorizers._counting import CountRows, Counts


class CsrBuilder:
    """Takes the counts of documents, which come in pieces, and makes one CSR matrix of them.

    A piece is made into rows only when the next one comes, or the matrix is asked for: most corpora are one piece, and
    which of its columns stay is known only after it was taken.

    Parameters
    ----------
    binary : bool
        Whether to replace each count by 1.
    repeated : bool, default=False
        Whether several n-grams may have one column, in which they are added up.
    """

    def __init__(self, binary: bool, repeated: bool = False) -> None:
        self.binary, self.repeated = binary, repeated
        self._rows: deque[CountRows] = deque()
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
        """Give each column a new number, or a negative one to leave it out; n-grams are sorted by the new numbers."""
        if self._rows:
            self._columns = columns
        elif self._latest is not None:
            counts, old = self._latest
            self._latest = counts, np.append(columns, np.int32(-1))[old]
        self._in_order = True

    def to_csr(self, n_columns: int, dtype: Any, fill: Callable[[CountRows, NDArray[Any]], None]) -> Any:
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
        bounds = offsets_of(np.array([indptr[-1] for indptr in indptrs], np.int64))
        n_values = int(bounds[-1])
        data = np.empty(n_values, dtype)
        if len(self._rows) == 1:
            rows = self._sorted(self._rows.popleft(), n_columns)
            fill(rows, data)
            return make_csr(data, rows.indices, rows.indptr, n_columns)
        indices = np.empty(n_values, index_type(n_values))
        for indptr, (a, b) in zip(indptrs, pairwise(bounds), strict=True):
            release(n_values)
            rows = self._sorted(self._renumbered(self._rows.popleft(), indptr), n_columns)
            fill(rows, data[a:b])
            indices[a:b] = rows.indices
        return make_csr(data, indices, joined_offsets(indptrs), n_columns)

    def _make_rows(self, counts: Counts, columns: NDArray[np.int32]) -> CountRows:
        rows = counts.to_rows(columns)
        if self.repeated:
            n_columns = int(columns.max(initial=-1)) + 1
            X = sp.csr_array((rows.counts, rows.indices, rows.indptr), shape=(counts.n_documents, n_columns))
            X.sum_duplicates()
            rows = CountRows(X.indptr.astype(np.int64), X.indices.astype(np.int32), X.data)
        if self.binary:
            rows.counts[:] = 1
        return rows

    def _new_indptr(self, rows: CountRows) -> NDArray[np.int64]:
        """Return where rows begin without the counts whose column is left out."""
        if self._columns is None or self._columns.min(initial=0) >= 0:
            return rows.indptr
        columns, sizes = self._columns, np.empty(len(rows.indptr) - 1, np.int64)

        def count(documents: tuple[int, int]) -> None:
            first, last = documents
            kernels.kept_sizes(
                indptr=rows.indptr, indices=rows.indices, columns=columns, first=first, last=last, sizes=sizes
            )

        run(count, _ranges(rows))
        return offsets_of(sizes)

    def _renumbered(self, rows: CountRows, indptr: NDArray[np.int64]) -> CountRows:
        """Return rows with their new columns."""
        if self._columns is None:
            return rows
        columns, counts = self._columns, rows.counts.astype(np.int32, copy=False)
        new = CountRows(indptr, np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.int32))

        def renumber(documents: tuple[int, int]) -> None:
            first, last = documents
            kernels.renumber(
                indptr=rows.indptr,
                indices=rows.indices,
                counts=counts,
                columns=columns,
                first=first,
                last=last,
                new_indptr=new.indptr,
                new_indices=new.indices,
                new_counts=new.counts,
            )

        run(renumber, _ranges(rows))
        return new

    def _sorted(self, rows: CountRows, n_columns: int) -> CountRows:
        """Return rows with their columns sorted, whatever their order was."""
        if self._in_order:
            return rows
        X = sp.csr_array((rows.counts, rows.indices, rows.indptr), shape=(len(rows.indptr) - 1, n_columns))
        X.sort_indices()
        return CountRows(rows.indptr, X.indices.astype(np.int32, copy=False), X.data)


def _compact(rows: CountRows) -> CountRows:
    """Return rows whose counts are of the smallest type that holds them."""
    kind = np.min_scalar_type(int(rows.counts.max(initial=0)))
    return rows._replace(counts=rows.counts.astype(kind)) if kind.itemsize < rows.counts.itemsize else rows


def _ranges(rows: CountRows) -> list[tuple[int, int]]:
    return split(rows.indptr, n_threads(len(rows.indices)))
