"""Text to codes: cut UTF-8 text into runs of word characters and give each distinct run a number.

The rules of a tokenizer arrive as one table over code points, `fold`. It says what a character becomes (its lower
case, its base letter) or that it is one of `SEPARATOR`, `SKIP` (dropped, the word goes on) or `CONTEXT` (what it
becomes depends on its neighbours or is several characters: the caller rewrites such documents beforehand).

Tested in tests/text/test_encoding.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw

SEPARATOR = -1
SKIP = -2
CONTEXT = -3

DONE, WORDS_FULL, ARENA_FULL = 0, 1, 2  # what `encode` returns: which array is full, if one is

# What the hash of every word starts from: 2 ** 64 over the golden ratio. Any number would do.
_SEED = np.uint64(0x9E3779B97F4A7C15)
# What a hash is multiplied by, a constant of MurmurHash3's finalizer (Appleby). It must be odd, so that different words
# of up to eight bytes have different hashes.
_MULTIPLIER = np.uint64(0xFF51AFD7ED558CCD)


@nb.njit(inline="always")
def _code_point(text, i, b):
    """Decode the UTF-8 character of two bytes or more at i, whose first byte is b: code point and next position."""
    if b < 0xE0:
        return ((b & 0x1F) << 6) | (text[i + 1] & 0x3F), i + 2
    if b < 0xF0:
        return ((b & 0x0F) << 12) | ((text[i + 1] & 0x3F) << 6) | (text[i + 2] & 0x3F), i + 3
    high = ((b & 0x07) << 18) | ((text[i + 1] & 0x3F) << 12)
    return high | ((text[i + 2] & 0x3F) << 6) | (text[i + 3] & 0x3F), i + 4


@nb.njit(inline="always")
def _put(arena, w, c):
    """Write code point c >= 0x80 as UTF-8 at w: the position after it."""
    if c < 0x800:
        arena[w] = 0xC0 | (c >> 6)
        arena[w + 1] = 0x80 | (c & 0x3F)
        return w + 2
    if c < 0x10000:
        arena[w] = 0xE0 | (c >> 12)
        arena[w + 1] = 0x80 | ((c >> 6) & 0x3F)
        arena[w + 2] = 0x80 | (c & 0x3F)
        return w + 3
    arena[w] = 0xF0 | (c >> 18)
    arena[w + 1] = 0x80 | ((c >> 12) & 0x3F)
    arena[w + 2] = 0x80 | ((c >> 6) & 0x3F)
    arena[w + 3] = 0x80 | (c & 0x3F)
    return w + 4


@nb.njit(inline="always")
def _mix(h, chunk):
    """Take eight more bytes into a hash; different chunks give different hashes."""
    h = (h ^ chunk) * _MULTIPLIER
    return h ^ (h >> np.uint64(32))


@nb.njit(inline="always")
def _find(arena, bounds, hashes, slots, start, length, h):
    """Look up the word arena[start : start + length]: its code and slot, or -1 and the free slot."""
    mask = slots.shape[0] - 1
    slot = np.int64(h) & mask
    while True:
        c = slots[slot] - 1
        if c < 0:
            return c, slot
        a = bounds[c]
        if hashes[c] == h and bounds[c + 1] - a == length:
            k = 0 if length > 8 else length  # up to eight bytes, no other word has this hash
            while k < length and arena[a + k] == arena[start + k]:
                k += 1
            if k == length:
                return c, slot
        slot = (slot + 1) & mask


@kernel(
    nb.int64(
        ro(nb.uint8), ro(nb.int64), nb.int64, ro(nb.int32), nb.int64,
        rw(nb.int32), rw(nb.uint64), rw(nb.int64), rw(nb.uint8), rw(nb.int32), rw(nb.int64), rw(nb.int64),
    )
)  # fmt: skip
def encode(text, offsets, last, fold, min_length, slots, hashes, bounds, arena, codes, doc_ends, state):
    """Encode the documents from state[0] up to `last`; resumable, so that the caller can grow a full table.

    text, offsets     UTF-8 bytes, and where documents begin in them: n_docs + 1 offsets
    fold              what each code point becomes (see above); int32, 0x110000 entries
    min_length        tokens of fewer characters are left out
    slots             open-addressing table, a power of two long: code + 1, or 0 where free
    hashes, bounds    per word: its hash; word c is arena[bounds[c] : bounds[c + 1]]
    arena             the bytes of all words, one after the other
    codes, doc_ends   out: one code per token; the number of codes after each document
    state             next document, position in it, codes written, words known
    """
    d, i, n, n_words = state[0], state[1], state[2], state[3]
    limit = min(slots.shape[0] // 2, bounds.shape[0] - 1)
    status = DONE
    while d < last:
        end = offsets[d + 1]
        if bounds[n_words] + 2 * (end - i) + 4 > arena.shape[0]:  # a folded character takes at most twice its bytes
            status = ARENA_FULL
            break
        while i < end:
            start = i
            top = bounds[n_words]
            w = top
            length = 0
            h = _SEED
            chunk = np.uint64(0)
            while i < end:
                c = np.int32(text[i])
                if c < 0x80:
                    i += 1
                else:
                    c, i = _code_point(text, i, c)
                c = fold[c]
                if c < 0:
                    if c == SEPARATOR:
                        break
                    continue
                length += 1
                if c < 0x80:
                    arena[w] = c
                    w += 1
                    chunk = (chunk << np.uint64(8)) | np.uint64(c)
                    if (w - top) & 7 == 0:
                        h = _mix(h, chunk)
                        chunk = np.uint64(0)
                else:
                    v = w
                    w = _put(arena, w, c)
                    while v < w:
                        chunk = (chunk << np.uint64(8)) | np.uint64(arena[v])
                        v += 1
                        if (v - top) & 7 == 0:
                            h = _mix(h, chunk)
                            chunk = np.uint64(0)
            if length < min_length:
                continue
            h = _mix(_mix(h, chunk), np.uint64(0))
            code, slot = _find(arena, bounds, hashes, slots, top, w - top, h)
            if code < 0:
                if n_words >= limit:
                    status = WORDS_FULL
                    i = start
                    break
                code = n_words
                slots[slot] = code + 1
                hashes[code] = h
                bounds[code + 1] = w
                n_words += 1
            codes[n] = code
            n += 1
        if status != DONE:
            break
        d += 1
        doc_ends[d - 1] = n
        if d < last:
            i = offsets[d]
    state[0], state[1], state[2], state[3] = d, i, n, n_words
    return status


@kernel(nb.void(ro(nb.uint8), ro(nb.int64), ro(nb.int32), rw(nb.boolean)))
def find_context(text, offsets, fold, found):
    """Find the documents that hold a character whose folding depends on context."""
    for d in range(offsets.shape[0] - 1):
        i, end = offsets[d], offsets[d + 1]
        while i < end:
            b = text[i]
            if b < 0x80:
                i += 1
                continue
            point, i = _code_point(text, i, np.int32(b))
            if fold[point] == CONTEXT:
                found[d] = True
                break


@kernel(nb.void(ro(nb.uint64), rw(nb.int32), nb.int64))
def fill_slots(hashes, slots, n_words):
    """Put the first n_words words, known to be distinct, into an empty table: how a table grows."""
    mask = slots.shape[0] - 1
    for c in range(n_words):
        slot = np.int64(hashes[c]) & mask
        while slots[slot] != 0:
            slot = (slot + 1) & mask
        slots[slot] = c + 1


@kernel(
    nb.int64(
        ro(nb.uint8), ro(nb.int64), ro(nb.uint64), nb.int64,
        rw(nb.int32), rw(nb.uint64), rw(nb.int64), rw(nb.uint8), nb.int64, rw(nb.int32),
    )
)  # fmt: skip
def merge_words(from_arena, from_bounds, from_hashes, n_from, slots, hashes, bounds, arena, n_words, code_of):
    """Add the words of one table to another that has room for them: the new number of words.

    code_of           out: the code in the second table of each word of the first
    """
    for c in range(n_from):
        a = from_bounds[c]
        length = from_bounds[c + 1] - a
        top = bounds[n_words]
        for k in range(length):
            arena[top + k] = from_arena[a + k]
        code, slot = _find(arena, bounds, hashes, slots, top, length, from_hashes[c])
        if code < 0:
            code = n_words
            slots[slot] = code + 1
            hashes[code] = from_hashes[c]
            bounds[code + 1] = top + length
            n_words += 1
        code_of[c] = code
    return n_words


@kernel(nb.int64(ro(nb.int32), ro(nb.int64), ro(nb.int32), rw(nb.int32), rw(nb.int64)))
def relabel(codes, offsets, code_of, new_codes, new_offsets):
    """Replace each code by code_of[code] and leave out those that became negative: the number that stay."""
    n = 0
    new_offsets[0] = 0
    for d in range(offsets.shape[0] - 1):
        for j in range(offsets[d], offsets[d + 1]):
            c = code_of[codes[j]]
            new_codes[n] = c
            n += c >= 0
        new_offsets[d + 1] = n
    return n
