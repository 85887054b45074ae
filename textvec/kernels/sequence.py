"""Coded documents to rows of equal length.

Tested in tests/vectorizers/test_sequence.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw


@kernel(nb.void(ro(nb.int32), ro(nb.int64), rw(nb.int64)))
def count_documents(codes, offsets, frequencies):
    """Count for each word the documents that hold it.

    frequencies       out: of each word; zeros before
    """
    latest = np.full(frequencies.shape[0], -1, np.int64)
    for d in range(offsets.shape[0] - 1):
        for k in range(offsets[d], offsets[d + 1]):
            c = codes[k]
            frequencies[c] += latest[c] != d
            latest[c] = d


@kernel(nb.void(ro(nb.int32), ro(nb.int32), ro(nb.int64), ro(nb.int64), ro(nb.int64), rw(nb.int32, 2)))
def place(codes, numbers, begin, length, column, sequences):
    """Write a stretch of each document's words into its row.

    numbers           what a code becomes: numbers[code]
    begin, length     the stretch of each document
    column            where in its row it begins
    sequences         out: what is not written to stays as it is
    """
    for d in range(begin.shape[0]):
        b, c = begin[d], column[d]
        for k in range(length[d]):
            sequences[d, c + k] = numbers[codes[b + k]]
