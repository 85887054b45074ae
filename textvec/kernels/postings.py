"""Weights of sparse rows by column, as levels: steps of 1/255 of each column's largest weight, rounded up.

A level is a weight's upper bound in one byte, whatever its sign. Columns that are in many rows have a level for every
row, a table that becomes SIMD instructions; the others have postings.

The rows may come from a file that was damaged: `count` reads them first, and finds out.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw

FREQUENT = 16  # columns are, that are in more than one of so many rows
LEVELS = 255
TINY = np.float32(2e-38)  # the smallest step: below it, products would lose digits


@kernel(nb.int64(ro(nb.int64), ro(nb.int32), ro(nb.float32), nb.int64, nb.int64, rw(nb.int64), rw(nb.float32)))
def count(indptr, columns, weights, first, last, counts, peaks):
    """Count the entries of each column in a range of rows, and find its largest weight, whatever its sign.

    counts, peaks     in: zeros; out: for each column
    Returns 1 if the rows are damaged, or 0.
    """
    for d in range(first, last):
        begin, end = indptr[d], indptr[d + 1]
        if begin < 0 or end < begin or end > columns.shape[0]:
            return 1
        for j in range(begin, end):
            c = columns[j]
            if c < 0 or c >= counts.shape[0]:
                return 1
            counts[c] += 1
            peaks[c] = max(peaks[c], abs(weights[j]))
    return 0


@kernel(
    nb.void(
        ro(nb.int64), ro(nb.int32), ro(nb.float32), nb.int64, nb.int64, ro(nb.int32), ro(nb.float32),
        rw(nb.int64), rw(nb.int32), rw(nb.uint8), rw(nb.uint8, 2),
    )
)  # fmt: skip
def fill(indptr, columns, weights, first, last, table_rows, steps, at, p_rows, p_levels, table):
    """Write the levels of a range of rows, which `count` has seen.

    table_rows        of each column its row in `table`, or -1 where it has postings
    at                in: where each column's postings in these rows begin
    p_rows, p_levels  out: rows and levels by column (postings)
    table             in: zeros; out: of shape (n_frequent, n_rows)
    """
    for d in range(first, last):
        for j in range(indptr[d], indptr[d + 1]):
            c = columns[j]
            level = np.uint8(min(np.ceil(abs(weights[j]) / steps[c]), np.float32(LEVELS)))
            if table_rows[c] >= 0:
                table[table_rows[c], d] = level
            else:
                p_rows[at[c]] = d
                p_levels[at[c]] = level
                at[c] += 1
