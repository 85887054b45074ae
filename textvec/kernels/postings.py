"""Weights of sparse rows by column, as levels: multiples of 1/255 of each column's largest weight, rounded up.

A level is an upper bound of a weight's absolute value, in one byte. Frequent columns have a level for every row, in a
table that SIMD instructions add up; the other columns have postings.

The rows may come from a corrupt file: `count` reads them first, and finds that out.

Tested in tests/index/rows/test_sparse.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw

# A column is frequent if more than this share of all rows have a weight in it. In the table it takes up to 16 bytes for
# each weight, where a posting takes 5, but is faster to add up. With another share the same rows are found.
MIN_FREQUENT_SHARE = 1 / 16
MAX_LEVEL = 255  # The largest number of a byte.
# The smallest step of levels. With a smaller one, products in float32 would lose digits, and bounds could be too low.
MIN_STEP = np.float32(2e-38)


@kernel(nb.int64(ro(nb.int64), ro(nb.int32), ro(nb.float32), nb.int64, nb.int64, rw(nb.int64), rw(nb.float32)))
def count(indptr, columns, weights, first, last, counts, peaks):
    """Count the weights of each column in a range of rows, and find the largest absolute value of each column.

    indptr, columns, weights    the rows, as CSR
    first, last                 the range of rows
    counts, peaks               in: zeros, one for each column; out: its number of weights, and the largest
    Returns 1 if the rows are corrupt, or 0.
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
    """Write the levels of a range of rows, which `count` has found not to be corrupt.

    indptr, columns, weights    the rows, as CSR
    first, last                 the range of rows
    table_rows                  of each column its row in `table`, or -1 if it has postings
    steps                       of each column the weight that one level stands for
    at                          in: where each column's postings of these rows begin; out: where they end
    p_rows, p_levels            out: the postings of all columns, one column after the other: rows and levels
    table                       in: zeros; out: levels, of shape (n_frequent, n_rows)
    """
    for d in range(first, last):
        for j in range(indptr[d], indptr[d + 1]):
            c = columns[j]
            level = np.uint8(min(np.ceil(abs(weights[j]) / steps[c]), np.float32(MAX_LEVEL)))
            if table_rows[c] >= 0:
                table[table_rows[c], d] = level
            else:
                p_rows[at[c]] = d
                p_levels[at[c]] = level
                at[c] += 1
