"""The hashing trick: from words to rows of signed counts in hashed columns, with no table of n-grams.

The hash is MurmurHash3 for 32 bits (Appleby 2011). It reads from left to right, so that the hash of "not good" goes on
from where that of "not" stopped: `feed` and `finish` are its two halves, and every word's state between them is kept.

The column of a feature is |hash| modulo the number of columns, and the sign of the hash decides whether it adds 1 or
`negative` there (-1 for alternating signs, see Weinberger et al. 2009).

Tested in tests/vectorizers/test_hashing.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw
from textvec.kernels.accumulate import add, make_bitmap, take_row
from textvec.kernels.vector_ops import divide_by_norm

_EMPTY = np.int32(2**31 - 1)  # marks a free place in the table of a document; it is more than any column
_LOW_32_BITS = np.uint64(0xFFFFFFFF)  # of a word's state: its hash, see `hash_words`


@nb.njit(inline="always")
def _scramble(k):
    k = np.uint32(np.uint32(k) * np.uint32(0xCC9E2D51))
    k = np.uint32((k << np.uint32(15)) | (k >> np.uint32(17)))
    return np.uint32(k * np.uint32(0x1B873593))


@nb.njit(inline="always")
def _mix(h, k):
    """Take four more bytes into a hash."""
    h = np.uint32(h ^ _scramble(k))
    h = np.uint32((h << np.uint32(13)) | (h >> np.uint32(19)))
    return np.uint32(h * np.uint32(5) + np.uint32(0xE6546B64))


@nb.njit(inline="always")
def _feed(h, carry, length, text, begin, end):
    """Go on hashing with text[begin:end] after `length` bytes: the new hash and carry.

    carry             the bytes, up to three, that did not fill a block of four yet
    """
    shift = np.uint64((length & 3) << 3)
    i = begin
    for _ in range((end - begin) >> 2):
        low = np.uint64(text[i]) | (np.uint64(text[i + 1]) << np.uint64(8))
        high = np.uint64(text[i + 2]) | (np.uint64(text[i + 3]) << np.uint64(8))
        carry |= (low | (high << np.uint64(16))) << shift
        h = _mix(h, carry & _LOW_32_BITS)
        carry >>= np.uint64(32)
        i += 4
    left = end - i
    if left > 0:
        k = np.uint64(text[i])
        if left > 1:
            k |= np.uint64(text[i + 1]) << np.uint64(8)
        if left > 2:
            k |= np.uint64(text[i + 2]) << np.uint64(16)
        carry |= k << shift
        if (length & 3) + left > 3:
            h = _mix(h, carry & _LOW_32_BITS)
            carry >>= np.uint64(32)
    return h, carry


@nb.njit(inline="always")
def _finish(h, carry, length):
    """Return the hash, signed, of text that was fed and is `length` bytes long."""
    if length & 3 != 0:
        h = np.uint32(h ^ _scramble(carry))
    h = np.uint32(h ^ np.uint32(length))
    h = np.uint32(h ^ (h >> np.uint32(16)))
    h = np.uint32(h * np.uint32(0x85EBCA6B))
    h = np.uint32(h ^ (h >> np.uint32(13)))
    h = np.uint32(h * np.uint32(0xC2B2AE35))
    return np.int32(np.uint32(h ^ (h >> np.uint32(16))))


@nb.njit(inline="always")
def _column(h, n_columns):
    """Return |h| modulo the number of columns, |-2**31| being 2**31."""
    return np.int64(np.uint32(abs(np.int64(h))) % np.uint32(n_columns))


@kernel(nb.void(ro(nb.uint8), ro(nb.int64), nb.int64, rw(nb.uint64), rw(nb.int32)))
def hash_words(text, bounds, skip, states, hashes):
    """Hash words: word c is text[bounds[c] + skip : bounds[c + 1]].

    states            out: where hashing stopped, the carry in the higher half; empty where that is not needed
    hashes            out
    """
    for c in range(bounds.shape[0] - 1):
        begin = bounds[c] + skip
        h, carry = _feed(np.uint32(0), np.uint64(0), np.int64(0), text, begin, bounds[c + 1])
        if states.shape[0] > 0:
            states[c] = np.uint64(h) | (carry << np.uint64(32))
        hashes[c] = _finish(h, carry, bounds[c + 1] - begin)


@nb.njit
def _hash_document(text, bounds, skip, states, codes, begin, end, low, high, hashes):
    """Hash the n-grams of low to high words that the words codes[begin:end] make: their number."""
    n = 0
    for p in range(begin, end):
        c = codes[p]
        h = np.uint32(states[c] & _LOW_32_BITS)
        carry = states[c] >> np.uint64(32)
        length = bounds[c + 1] - bounds[c] - skip
        if low == 1:
            hashes[n] = _finish(h, carry, length)
            n += 1
        for q in range(p + 1, min(p + high, end)):
            c = codes[q]
            h, carry = _feed(h, carry, length, text, bounds[c], bounds[c + 1])
            length += bounds[c + 1] - bounds[c]
            if q - p + 1 >= low:
                hashes[n] = _finish(h, carry, length)
                n += 1
    return n


@nb.njit(inline="always")
def _insert(columns, sums, i, column, value):
    """Add a value to a column in a table that is sorted but for its gaps, from place i on, which its hash asks for.

    That is one step of linear probing sort (Gonnet and Munro 1984). Columns are hashes, spread evenly: ways are short.
    """
    while columns[i] < column:
        i += 1
    other = columns[i]
    if other == column:
        sums[i] += value
        return
    columns[i] = column
    while other != _EMPTY:  # make room: those that follow, up to the next gap, move on
        sums[i], value = value, sums[i]
        i += 1
        columns[i], other = other, columns[i]
    sums[i] = value


@nb.njit
def _scale(values, begin, end, binary, norm):
    """Bring a row to its norm, 1 or 2 for l1 or l2 (0: none), after making each value 1 if it is binary."""
    if binary:
        values[begin:end] = 1
    if norm > 0:
        divide_by_norm(values[begin:end], norm)


@kernel(
    nb.void(
        ro(nb.uint8), ro(nb.int64), nb.int64, ro(nb.uint64), ro(nb.int32), ro(nb.int64), nb.int64, nb.int64,
        nb.int64, nb.int64, ro(nb.int64), rw(nb.int32),
    )
)  # fmt: skip
def hash_ngrams(text, bounds, skip, states, codes, offsets, low, high, first, last, places, hashes):
    """Hash the n-grams of a range of documents; a document of fewer than `low` words is hashed whole.

    text, bounds, skip, states   words, each with what stands between it and the word before it; see `hash_words`
    hashes            out: those of document d from places[d] on
    """
    for d in range(first, last):
        begin, end = offsets[d], offsets[d + 1]
        out = hashes[places[d] : places[d + 1]]
        _hash_document(text, bounds, skip, states, codes, begin, end, min(low, end - begin), high, out)


@kernel(
    nb.int64(
        ro(nb.uint8), ro(nb.int64), nb.int64, ro(nb.uint64), ro(nb.int32), ro(nb.int64), nb.int64, nb.int64,
        nb.int64, nb.int64, nb.boolean, nb.int64, nb.int64, nb.int64,
        ro(nb.int64), rw(nb.int64), rw(nb.int32), rw(nb.float64),
    )
)  # fmt: skip
def sum_ngrams(
    text, bounds, skip, states, codes, offsets, low, high,
    n_columns, negative, binary, norm, first, last, places, sizes, indices, values,
):  # fmt: skip
    """Hash the n-grams of a range of documents and add up their signs: the number of values.

    text, bounds, skip, states   see `hash_ngrams`
    binary, norm      see `_scale`
    places            running total of the documents' n-grams
    sizes             out: how many columns each document has
    indices, values   out: the rows of the range, columns sorted
    """
    most = 0
    for d in range(first, last):
        most = max(most, places[d + 1] - places[d])
    hashes = np.empty(most, np.int32)
    columns = np.full(5 * most + 2, _EMPTY, np.int32)
    sums = np.empty(5 * most + 2, np.int32)
    n = 0
    for d in range(first, last):
        n_hashes = _hash_document(text, bounds, skip, states, codes, offsets[d], offsets[d + 1], low, high, hashes)
        # 2 ** shift columns share a place, so that the table has two to four places for each n-gram.
        shift = np.int64(0)
        while n_columns >> shift > 4 * n_hashes:
            shift += 1
        for j in range(n_hashes):
            column = _column(hashes[j], n_columns)
            _insert(columns, sums, column >> shift, np.int32(column), 1 if hashes[j] >= 0 else negative)
        n_places = (n_columns >> shift) + 1 + n_hashes
        n_found = 0
        for i in range(n_places):  # closes the gaps without a branch, which would go either way
            columns[n_found] = columns[i]
            sums[n_found] = sums[i]
            n_found += columns[i] != _EMPTY
        begin = n
        for i in range(n_found):
            indices[n] = columns[i]
            values[n] = sums[i]
            n += 1
        columns[:n_places] = _EMPTY
        _scale(values, begin, n, binary, norm)
        sizes[d] = n - begin
    return n


@kernel(
    nb.int64(
        ro(nb.int32), ro(nb.int64), ro(nb.int64), ro(nb.int32), ro(nb.int32),
        nb.int64, nb.boolean, nb.int64, nb.int64, nb.int64, rw(nb.int64), rw(nb.int32), rw(nb.float64),
    )
)  # fmt: skip
def sum_features(
    codes, offsets, bounds, features, columns, negative, binary, norm, first, last, sizes, indices, values
):  # fmt: skip
    """Add up the signs of the features that the words of a range of documents stand for: the number of values.

    bounds            the features of word c are those from bounds[c] to bounds[c + 1]
    features          the place of each one's column in `columns`; inverted (~) where its hash is negative
    columns           the columns that occur, sorted: so few that their sums stay in the processor's cache
    binary, norm, sizes, indices, values   see `sum_ngrams`
    """
    sums = np.zeros(columns.shape[0], np.int32)
    seen, blocks = make_bitmap(columns.shape[0])
    n = 0
    for d in range(first, last):
        for p in range(offsets[d], offsets[d + 1]):
            c = codes[p]
            for k in range(bounds[c], bounds[c + 1]):
                f = np.int64(features[k])
                add(sums, seen, blocks, f if f >= 0 else ~f, 1 if f >= 0 else negative)
        begin = n
        n = take_row(sums, seen, blocks, indices, values, begin)
        for k in range(begin, n):
            indices[k] = columns[indices[k]]
        _scale(values, begin, n, binary, norm)
        sizes[d] = n - begin
    return n
