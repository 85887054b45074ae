"""Sorted n-grams looked up in a sorted table of n-grams, and merged into it.

Tested in tests/vectorizers/test_ngrams.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw


@nb.njit(inline="always")
def _compare(rows, r, table, t):
    """Compare a row with one of another table: negative, 0 or positive. A row that ends before the other is less."""
    width = min(rows.shape[1], table.shape[1])
    for m in range(width):
        difference = np.int64(rows[r, m]) - np.int64(table[t, m])
        if difference != 0:
            return difference
    if rows.shape[1] > width:
        return np.int64(rows[r, width]) + 1
    if table.shape[1] > width:
        return -(np.int64(table[t, width]) + 1)
    return np.int64(0)


@kernel(nb.void(ro(nb.int32, 2), ro(nb.int32, 2), ro(nb.int64), rw(nb.int32)))
def match_rows(rows, table, starts, found):
    """Find sorted n-grams in a sorted table, by a merge that gallops through the table.

    starts            the n-grams of the table that begin with word c are from starts[c] to starts[c + 1]
    found             out: the row of the table, or -1
    """
    low = 0
    for r in range(rows.shape[0]):
        found[r] = -1
        c = rows[r, 0]
        if c + 1 >= starts.shape[0]:
            continue
        low = max(low, starts[c])
        last = starts[c + 1]
        step = 1
        high = low
        while high < last and _compare(rows, r, table, high) > 0:
            low = high + 1
            high += step
            step *= 2
        high = min(high, last)
        while low < high:
            middle = (low + high) // 2
            if _compare(rows, r, table, middle) > 0:
                low = middle + 1
            else:
                high = middle
        if low < last and _compare(rows, r, table, low) == 0:
            found[r] = low


@kernel(
    nb.int64(
        ro(nb.int32, 2), ro(nb.int32), ro(nb.int32, 2), rw(nb.int32, 2), rw(nb.int32), rw(nb.int32)
    )
)  # fmt: skip
def merge_rows(table, columns, rows, merged, merged_columns, found):
    """Merge sorted n-grams into a sorted table; those that are new get the columns after the last.

    columns           the column of each row of the table
    merged, merged_columns  out: the rows of both and their columns
    found             out: the column of each n-gram

    Returns the number of rows.
    """
    n = table.shape[1]
    t, k = 0, 0
    column = table.shape[0]
    for r in range(rows.shape[0]):
        order = np.int64(1)
        while t < table.shape[0]:
            order = _compare(rows, r, table, t)
            if order <= 0:
                break
            for m in range(n):
                merged[k, m] = table[t, m]
            merged_columns[k] = columns[t]
            k += 1
            t += 1
        for m in range(n):
            merged[k, m] = rows[r, m]
        if t < table.shape[0] and order == 0:
            merged_columns[k] = columns[t]
            t += 1
        else:
            merged_columns[k] = column
            column += 1
        found[r] = merged_columns[k]
        k += 1
    while t < table.shape[0]:
        for m in range(n):
            merged[k, m] = table[t, m]
        merged_columns[k] = columns[t]
        k += 1
        t += 1
    return k
