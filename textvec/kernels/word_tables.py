"""Sorted words, as bytes, merged with others.

Tested in tests/vectorizers/test_merging.py.
"""

from __future__ import annotations

import numba as nb

from textvec.kernels._compile import kernel, ro, rw


@nb.njit(inline="always")
def _compare(first, first_begin, first_end, second, second_begin, second_end):
    """Compare two words: negative, 0 or positive. A word that ends before the other is less."""
    length = min(first_end - first_begin, second_end - second_begin)
    for i in range(length):
        difference = nb.int64(first[first_begin + i]) - nb.int64(second[second_begin + i])
        if difference != 0:
            return difference
    return (first_end - first_begin) - (second_end - second_begin)


@kernel(
    nb.int64(
        ro(nb.uint8), ro(nb.int64), ro(nb.uint8), ro(nb.int64), rw(nb.int32), rw(nb.int32), rw(nb.int64)
    )
)  # fmt: skip
def merge_words(first, first_offsets, second, second_offsets, first_codes, second_codes, places):
    """Merge two sorted lists of distinct words.

    first, first_offsets      the bytes of the words of the first list, and where each begins
    second, second_offsets    those of the second
    first_codes, second_codes out: the position of each word in the merged list
    places                    out: for each word of the merged list its position in both lists, one after the other

    Returns the number of distinct words.
    """
    n_first, n_second = first_offsets.shape[0] - 1, second_offsets.shape[0] - 1
    i, j, n = 0, 0, 0
    while i < n_first or j < n_second:
        order = nb.int64(0)
        if i == n_first:
            order = 1
        elif j == n_second:
            order = -1
        else:
            order = _compare(
                first, first_offsets[i], first_offsets[i + 1], second, second_offsets[j], second_offsets[j + 1]
            )
        if order <= 0:
            places[n] = i
            first_codes[i] = n
            i += 1
        else:
            places[n] = n_first + j
        if order >= 0:
            second_codes[j] = n
            j += 1
        n += 1
    return n
