"""Codes to counted n-grams, by sorting: a suffix array of the corpus, cut off at n words.

Positions of the token stream are sorted by the n words that begin there, one counting sort per n: a position that is
sorted by its n-gram sorts the position to its left by the (n + 1)-gram (the induction of suffix-array construction,
cf. Nong, Zhang and Chan 2009). Equal n-grams are then next to each other, in document order, and n-grams come out in
the order of their words without a hash table and without a string. What a later pass wants to know of a position
(its document, the word before it) is carried along, because reading it at random places is what would cost.

The stream is the codes of all documents with -1 before the first, and after each. Every order of positions has the
same buckets, one per first word, which is what lets threads share the work without locks.

Tested in tests/vectorizers/test_ngrams.py.
"""

from __future__ import annotations

import numba as nb

from textvec.kernels._compile import kernel, ro, rw


@kernel(nb.void(ro(nb.int32), ro(nb.int64), ro(nb.int32), nb.int64, nb.int64, rw(nb.int32), rw(nb.int64)))
def make_stream(codes, offsets, rank, first, last, stream, sizes):
    """Write the ranks of a range of documents' codes, a -1 after each document; and count each rank in `sizes`."""
    p = offsets[first] + first + 1
    for d in range(first, last):
        for j in range(offsets[d], offsets[d + 1]):
            c = rank[codes[j]]
            stream[p] = c
            sizes[c] += 1
            p += 1
        stream[p] = -1
        p += 1


@kernel(
    nb.void(
        ro(nb.int32), ro(nb.int64), nb.int64, nb.int64,
        rw(nb.int64), rw(nb.int32), rw(nb.int32), rw(nb.int32),
    )
)  # fmt: skip
def sort_words(stream, offsets, first, last, places, documents, left, order):
    """Counting sort of the positions in a range of documents by their word.

    places            where each word's next position goes; moved on
    documents         out: the document of each position
    left, order       out: the word before it; the position itself. Empty arrays where they are not needed
    """
    for d in range(first, last):
        for p in range(offsets[d] + d + 1, offsets[d + 1] + d + 1):
            k = places[stream[p]]
            places[stream[p]] = k + 1
            documents[k] = d
            if left.shape[0] > 0:
                left[k] = stream[p - 1]
            if order.shape[0] > 0:
                order[k] = p


@kernel(
    nb.void(
        ro(nb.int32), ro(nb.int64), ro(nb.uint8), nb.int64, nb.int64, nb.int64, rw(nb.int64),
        ro(nb.int32), ro(nb.int32), ro(nb.int32), rw(nb.int32), rw(nb.int32), rw(nb.int32), rw(nb.int32),
    )
)  # fmt: skip
def induce(stream, offsets, depth, n, low, high, places, documents, left, order, documents_n, left_n, order_n, tail):
    """From positions sorted by (n - 1)-gram to positions sorted by n-gram, for first words low to high.

    depth             where new groups of equal (n - 1)-grams begin, see `split_groups`
    places            where each first word's bucket begins; moved on
    documents, left, order    of the positions sorted by (n - 1)-gram
    documents_n, left_n, order_n    out: of the positions sorted by n-gram; the last words of documents come first.
                      The latter two are empty where they are not needed
    tail              out: the group of the (n - 1)-gram that begins one word on; -1 where the document ends
    """
    for d in range(offsets.shape[0] - 1):
        p = offsets[d + 1] + d  # the last word of the document, or the -1 before an empty one
        c = stream[p]
        if low <= c < high:
            k = places[c]
            places[c] = k + 1
            documents_n[k] = d
            tail[k] = -1
            if left_n.shape[0] > 0:
                left_n[k] = stream[p - 1]
            if order_n.shape[0] > 0:
                order_n[k] = p
    group = -1
    for j in range(documents.shape[0]):
        group += depth[j] < n
        c = left[j]
        if low <= c < high:
            k = places[c]
            places[c] = k + 1
            documents_n[k] = documents[j]
            tail[k] = group
            if left_n.shape[0] > 0:
                left_n[k] = stream[order[j] - 2]
            if order_n.shape[0] > 0:
                order_n[k] = order[j] - 1


@kernel(nb.int64(ro(nb.int32), nb.int64, nb.int64, nb.int64, rw(nb.uint8)))
def split_groups(tail, n, first, last, depth):
    """Bring depth from (n - 1)-grams to n-grams: the smallest m whose m-gram differs from that before; or n + 1.

    Returns the number of different n-grams, counting shorter ones at the ends of documents.
    """
    groups = 0
    for k in range(first, last):
        if depth[k] == n and tail[k] == tail[k - 1]:
            depth[k] = n + 1
        groups += depth[k] <= n
    return groups


@kernel(
    nb.void(ro(nb.int32), ro(nb.uint8), ro(nb.int64), nb.int64, nb.int64, ro(nb.int32, 2), nb.int64, rw(nb.int32, 2))
)
def write_rows(tail, depth, buckets, low, high, shorter, group, rows):
    """Write the words of each group of equal n-grams into its row, -1 after the last, from row `group` on.

    shorter           the rows of the (n - 1)-grams
    """
    n = rows.shape[1]
    for word in range(low, high):
        for k in range(buckets[word], buckets[word + 1]):
            if depth[k] <= n:
                rows[group, 0] = word
                for m in range(1, n):
                    rows[group, m] = shorter[tail[k], m - 1] if tail[k] >= 0 else -1
                group += 1


@nb.njit(inline="always")
def _reach(group_rows, group):
    """Return how many words the n-grams of a group have: fewer than n where the document ends."""
    n = group_rows.shape[1]
    reach = 1
    while reach < n and group_rows[group, reach] >= 0:
        reach += 1
    return reach


@kernel(nb.int64(ro(nb.uint8), ro(nb.int32, 2), nb.int64, nb.int64, nb.int64, nb.int64))
def count_listed(depth, group_rows, min_n, first, last, group):
    """Count the n-grams that `list_ngrams` lists."""
    n = group_rows.shape[1]
    f = 0
    for k in range(first, last):
        if depth[k] <= n:
            f += max(0, _reach(group_rows, group) + 1 - max(depth[k], min_n))
            group += 1
    return f


@kernel(
    nb.int64(
        ro(nb.uint8), ro(nb.int32, 2), ro(nb.int32, 2), nb.int64, nb.int64, nb.int64, nb.int64,
        rw(nb.uint8), rw(nb.int32), rw(nb.int32), rw(nb.int32), rw(nb.int32, 2),
    )
)  # fmt: skip
def list_ngrams(depth, documents, group_rows, min_n, first, last, group, length, begin, end, frequency, rows):
    """List the n-grams of at least min_n words, for a stretch of the order that begins with a bucket.

    N-grams come sorted by their words, a shorter one before those it begins: "a", "a b", "a b c", "b".

    documents         of the positions in the order of their 1-grams, 2-grams, ..., n-grams; one row each
    group_rows        words of each group of equal n-grams; `group` is the first of this stretch
    length, begin, end  out: an n-gram of m words occurs in documents[m - 1, begin:end], once for each time
    frequency         out: in how many documents it occurs
    rows              out: its words, then -1

    Returns the number of n-grams.
    """
    n = group_rows.shape[1]
    f = 0
    for k in range(first, last):
        if depth[k] > n:
            continue
        for m in range(max(depth[k], min_n), _reach(group_rows, group) + 1):
            distinct = 0
            latest = -1
            j = k
            while True:
                d = documents[m - 1, j]
                distinct += d != latest
                latest = d
                j += 1
                if j == last or depth[j] <= m:
                    break
            length[f] = m
            begin[f] = k
            end[f] = j
            frequency[f] = distinct
            for i in range(n):
                rows[f, i] = group_rows[group, i] if i < m else -1
            f += 1
        group += 1
    return f


@kernel(
    nb.void(ro(nb.int32, 2), ro(nb.uint8), ro(nb.int32), ro(nb.int32), ro(nb.int32), nb.int64, nb.int64, rw(nb.int64))
)
def row_sizes(documents, length, begin, end, columns, first, last, sizes):
    """Count for each document the n-grams, of a range, that have a column."""
    for f in range(first, last):
        if columns[f] < 0:
            continue
        latest = -1
        for k in range(begin[f], end[f]):
            d = documents[length[f] - 1, k]
            sizes[d] += d != latest
            latest = d


@kernel(
    nb.void(
        ro(nb.int32, 2), ro(nb.uint8), ro(nb.int32), ro(nb.int32), ro(nb.int32), nb.int64, nb.int64,
        rw(nb.int64), rw(nb.int32), rw(nb.int32),
    )
)  # fmt: skip
def fill_rows(documents, length, begin, end, columns, first, last, places, indices, data):
    """Turn where n-grams occur into rows (CSR): places[d] is where the next n-gram of document d is written."""
    for f in range(first, last):
        if columns[f] < 0:
            continue
        latest = -1
        p = 0
        for k in range(begin[f], end[f]):
            d = documents[length[f] - 1, k]
            if d == latest:
                data[p] += 1
            else:
                p = places[d]
                places[d] = p + 1
                indices[p] = columns[f]
                data[p] = 1
                latest = d
