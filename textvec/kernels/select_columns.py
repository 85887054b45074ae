"""Rows of counts (CSR) whose columns get new numbers, some of which are left out.

Tested in tests/vectorizers/test_count.py.
"""

from __future__ import annotations

import numba as nb

from textvec.kernels._compile import kernel, ro, rw


@kernel(nb.void(ro(nb.int64), ro(nb.int32), ro(nb.int32), nb.int64, nb.int64, rw(nb.int64)))
def kept_sizes(indptr, indices, columns, first, last, sizes):
    """Count, for each row of a range, the columns that have a new number."""
    for d in range(first, last):
        n = 0
        for k in range(indptr[d], indptr[d + 1]):
            n += columns[indices[k]] >= 0
        sizes[d] = n


@kernel(
    nb.void(
        ro(nb.int64), ro(nb.int32), ro(nb.int32), ro(nb.int32), nb.int64, nb.int64, ro(nb.int64),
        rw(nb.int32), rw(nb.int32),
    )
)  # fmt: skip
def renumber(indptr, indices, counts, columns, first, last, new_indptr, new_indices, new_counts):
    """Write a range of rows with their new columns; columns[c] is that of column c, or negative.

    new_indptr        where each row goes, see `kept_sizes`
    new_indices, new_counts  out
    """
    for d in range(first, last):
        n = new_indptr[d]
        for k in range(indptr[d], indptr[d + 1]):
            c = columns[indices[k]]
            if c >= 0:
                new_indices[n] = c
                new_counts[n] = counts[k]
                n += 1
