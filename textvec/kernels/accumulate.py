"""Sums over columns for one row after another: a sparse accumulator (Gilbert, Moler and Schreiber 1992).

Values are added up in an array with an element for every column. A bitmap of two levels says which columns the row
has: `seen` has a bit for each column, `blocks` a bit for each word of `seen`, so for 64 columns. Reading the row out
skips what is empty, up to 4,096 columns at a time, and finds columns in increasing order: rows are sorted without a
sort. It also sets everything to zero for the next row.

Tested in tests/vectorizers/test_hashing.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.extending import intrinsic

_ONE = np.uint64(1)


@intrinsic
def _lowest_bit(typing_context, word):
    """Return the position of the lowest bit that is set in an unsigned 64-bit word: one instruction."""

    def generate(context, builder, signature, args):
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return nb.int64(nb.uint64), generate


@nb.njit
def make_bitmap(n_columns):
    """Return the empty bitmap `seen, blocks` of an accumulator; its sums are `np.zeros(n_columns, dtype)`."""
    n_words = (n_columns + 63) // 64
    return np.zeros(n_words, np.uint64), np.zeros((n_words + 63) // 64, np.uint64)


@nb.njit(inline="always")
def add(sums, seen, blocks, column, value):
    """Add a value to a column, an int64 that is not negative, of the row."""
    sums[column] += value
    word = column >> 6
    seen[word] |= _ONE << np.uint64(column & 63)
    blocks[word >> 6] |= _ONE << np.uint64(word & 63)


@nb.njit
def take_row(sums, seen, blocks, columns, values, n):
    """Write the row to columns[n:] and values[n:], and empty the accumulator; return the n of the next row.

    Columns are in increasing order. A column whose values add up to zero is written as well.
    """
    for b in range(blocks.shape[0]):
        words = blocks[b]
        if words == 0:
            continue
        blocks[b] = 0
        while words != 0:
            word = (b << 6) + _lowest_bit(words)
            words &= words - _ONE
            bits = seen[word]
            seen[word] = 0
            while bits != 0:
                column = (word << 6) + _lowest_bit(bits)
                bits &= bits - _ONE
                columns[n] = column
                values[n] = sums[column]
                sums[column] = 0
                n += 1
    return n
