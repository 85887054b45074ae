"""Counting and joining phrases: paths of word codes, held in a trie that is one hash table.

A path leads from a word through words that connect to the word that ends it. Its nodes are numbers: a word that begins
a path is its own code; what follows is an edge, and edge e leads to node n_words + e. `keys[e]` is the node that edge
e leaves, times 2 ** 32, plus the code of the word that it takes; `slots` is an open-addressing table of edges, a power
of two long: e + 1, or 0 where free.

Tested in tests/preprocessing/test_phrases.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw

# What a key is multiplied by for its hash: 2 ** 64 over the golden ratio, made odd (Fibonacci hashing, Knuth).
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@nb.njit(inline="always")
def _find(keys, slots, key):
    """Look up an edge by its key: its number and slot, or -1 and the free slot."""
    mask = slots.shape[0] - 1
    slot = np.int64((np.uint64(key) * _MULTIPLIER) >> np.uint64(32)) & mask
    while True:
        e = slots[slot] - 1
        if e < 0 or keys[e] == key:
            return e, slot
        slot = (slot + 1) & mask


@kernel(nb.void(ro(nb.int64), nb.int64, rw(nb.int32)))
def fill_slots(keys, n_edges, slots):
    """Put the first n_edges edges, known to be distinct, into an empty table."""
    for e in range(n_edges):
        slots[_find(keys, slots, keys[e])[1]] = e + 1


@kernel(
    nb.int64(
        ro(nb.int32), ro(nb.int64), ro(nb.int32), nb.int64, nb.int64,
        rw(nb.int64), rw(nb.int64), rw(nb.int32), rw(nb.int64),
    )
)  # fmt: skip
def count_paths(codes, offsets, share_of, share, first, keys, counts, slots, n_edges):
    """Count the paths between neighbouring words, from document `first` on, as long as the table has room.

    share_of, share   only words of this share begin a path, so that threads can share the work; the share of words that
                      connect, and neither begin nor end a path, is -1
    counts            out: how often each edge was the end of a path
    n_edges           one number: the edges in the table

    Returns the document to go on with, which is one past the last when all is done.
    """
    n_words = share_of.shape[0]
    n = n_edges[0]
    d = first
    while d < offsets.shape[0] - 1 and n + offsets[d + 1] - offsets[d] <= keys.shape[0]:
        node = -1
        for j in range(offsets[d], offsets[d + 1]):
            c = np.int64(codes[j])
            if node >= 0:
                key = (node << 32) | c
                e, slot = _find(keys, slots, key)
                if e < 0:
                    e = n
                    slots[slot] = n + 1
                    keys[n] = key
                    counts[n] = 0
                    n += 1
                if share_of[c] < 0:
                    node = n_words + e
                    continue
                counts[e] += 1
            node = c if share_of[c] == share else -1
        d += 1
    n_edges[0] = n
    return d


@kernel(
    nb.void(
        ro(nb.int32), ro(nb.int64), ro(nb.int32), nb.int64, ro(nb.int64), ro(nb.int32), ro(nb.int32),
        rw(nb.int32), rw(nb.int64),
    )
)  # fmt: skip
def join(codes, offsets, word_of, n_words, keys, slots, joined, new_codes, ends):
    """Replace the codes of each phrase by one code, from left to right.

    word_of           the code in the trie, which has n_words words, of each word; -1 if it is not one of them
    joined            for each edge the number of the phrase that it completes, -1 inside of one
    new_codes, ends   out: the codes, phrases after all words; how many there are after each document
    """
    n = 0
    for d in range(offsets.shape[0] - 1):
        node = -1
        begin = 0
        for j in range(offsets[d], offsets[d + 1]):
            new_codes[n] = codes[j]
            n += 1
            c = np.int64(word_of[codes[j]])
            if node >= 0 and c >= 0:
                e, _ = _find(keys, slots, (node << 32) | c)
                if e >= 0:
                    if joined[e] < 0:
                        node = n_words + e
                        continue
                    new_codes[begin] = word_of.shape[0] + joined[e]  # take its words back
                    n = begin + 1
                    node = -1
                    continue
            node = c
            begin = n - 1
        ends[d] = n
