"""Edit distance between one word and many of one length, whose letters are code points.

The distance is the restricted Damerau-Levenshtein distance, also called optimal string alignment: how many letters must
be inserted, deleted or replaced, or neighbours exchanged, where no letter is changed twice.

Tested in tests/text/test_spelling.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw


@nb.njit(inline="always")
def _has_more_bits(bits, n):
    """Tell whether more than n bits are set."""
    for _ in range(n):
        bits &= bits - np.uint64(1)
    return bits != np.uint64(0)


@nb.njit
def _distance(query, letters, word, most, rows):
    """Compute the distance of a word from the query, if it is `most` or less; else return a larger number.

    Only cells of the table that are up to `most` from its diagonal are computed: cell t of row i, counted from 1, is
    the distance of the first i letters of the query from the first i + t - 1 - most of the word. The cells beside them
    are larger than `most`.
    """
    n = query.shape[0]
    m = letters.shape[1]
    width = 2 * most + 1
    before = 0
    last = 1
    row = 2
    for t in range(1, width + 1):
        j = t - 1 - most
        rows[last, t] = j if j >= 0 else most + 1
    for i in range(1, n + 1):
        smallest = most + 1
        for t in range(1, width + 1):
            j = i + t - 1 - most
            if j < 0 or j > m:
                d = most + 1
            elif j == 0:
                d = i
            else:
                letter = letters[word, j - 1]
                d = rows[last, t] + (1 if query[i - 1] != letter else 0)
                d = min(d, rows[last, t + 1] + 1, rows[row, t - 1] + 1)
                if i > 1 and j > 1 and query[i - 2] == letter and query[i - 1] == letters[word, j - 2]:
                    d = min(d, rows[before, t] + 1)
            rows[row, t] = d
            smallest = min(smallest, d)
        if smallest > most:
            return most + 1
        before, last, row = last, row, before
    return rows[last, m - n + most + 1]


@kernel(
    nb.int64(
        ro(nb.uint32), nb.uint64, nb.int64, ro(nb.uint32, 2), ro(nb.uint64), rw(nb.int64, 2), rw(nb.int64), rw(nb.int64)
    )
)  # fmt: skip
def near(query, signature, most, letters, signatures, rows, found, distances):
    """Find the words of one length that are at most `most` from the query, and their distances.

    signature, signatures   bits of the query, and of each word: an edit takes one away at the most, and brings one in
    letters                 a word in each row; lengths differ from that of the query by `most` at the most
    rows                    3 rows of 2 * most + 3 cells, all `most` + 1
    found, distances        out: with room for all words

    Returns how many there are.
    """
    n = 0
    for i in range(signatures.shape[0]):
        if _has_more_bits(signature & ~signatures[i], most) or _has_more_bits(signatures[i] & ~signature, most):
            continue
        d = _distance(query, letters, i, most, rows)
        if d <= most:
            found[n] = i
            distances[n] = d
            n += 1
    return n
