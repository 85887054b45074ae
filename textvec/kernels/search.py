"""Exact top-k search over sparse rows, by postings, that passes over documents that cannot be among the best.

Documents are taken in chunks. Of each frequent term the largest weight in each chunk is known; times the query's
weight it bounds what the term can add to a score there (block-max: Ding and Suel 2011). Postings of rare terms are
added up first, as they are. A chunk where the best of these sums and the bounds together do not reach the k-th best
score so far is never opened, and for common words that is nearly all of them.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw

CHUNK = 8  # documents
FREQUENT = 16  # terms are, that occur in more than one of so many documents
SEEDS = 16  # chunks with the highest bounds, opened first so that there is a score to beat
STRIDE = 64  # chunks that are passed over at once
WINDOW = 8  # strides whose chunks are opened together, if they can hold a hit
SLACK = np.float32(1e-5)  # what sums of float32 are off by, at most


@kernel(
    nb.void(
        ro(nb.int64), ro(nb.int32), ro(nb.float32), ro(nb.int32), nb.int64, nb.int64, rw(nb.int32, 2), rw(nb.float32, 2)
    )
)
def summarize(p_ptr, p_documents, p_weights, frequent, first, last, starts, peaks):
    """Cut the postings of frequent terms into chunks: where each begins, and its largest weight, whatever its sign.

    frequent          terms that are frequent; starts and peaks have a row for each, of which first to last are written
    starts            out: of shape (n_frequent, n_chunks + 1), counted from the term's first posting
    peaks             out: of shape (n_frequent, n_chunks)
    """
    n_chunks = peaks.shape[1]
    for r in range(first, last):
        begin, end = p_ptr[frequent[r]], p_ptr[frequent[r] + 1]
        p = begin
        for c in range(n_chunks):
            starts[r, c] = p - begin
            peak = np.float32(0)
            while p < end and p_documents[p] < (c + 1) * CHUNK:
                peak = max(peak, abs(p_weights[p]))
                p += 1
            peaks[r, c] = peak
        starts[r, n_chunks] = end - begin


@nb.njit(inline="always")
def _before(score_a, id_a, score_b, id_b):
    """Tell whether hit a is the worse one: a smaller score, or the same and a later document."""
    return score_a < score_b or (score_a == score_b and id_a > id_b)


@nb.njit
def _replace_worst(ids, scores, q, document, score):
    """Put a hit in the place of the worst, which is the root of the heap in row q, and sift it down."""
    k = ids.shape[1]
    i = 0
    while True:
        c = 2 * i + 1
        if c >= k:
            break
        if c + 1 < k and _before(scores[q, c + 1], ids[q, c + 1], scores[q, c], ids[q, c]):
            c += 1
        if not _before(scores[q, c], ids[q, c], score, document):
            break
        scores[q, i] = scores[q, c]
        ids[q, i] = ids[q, c]
        i = c
    scores[q, i] = score
    ids[q, i] = document


@nb.njit
def _top(high, stride):
    """Return the largest of a stride of values, none of them negative."""
    bits = high[stride * STRIDE : (stride + 1) * STRIDE].view(np.int32)
    top = np.int32(0)
    for c in range(bits.shape[0]):  # bits of floats from 0 on sort as the floats do, and become SIMD instructions
        top = max(top, bits[c])
    return top


@kernel(
    nb.void(
        ro(nb.int64), ro(nb.int32), ro(nb.float32), nb.int64, nb.int64,
        ro(nb.int64), ro(nb.int32), ro(nb.float32), ro(nb.int32), ro(nb.int32, 2), ro(nb.float32, 2), nb.int64,
        rw(nb.int64, 2), rw(nb.float32, 2),
    )
)  # fmt: skip
def search(
    q_ptr, q_terms, q_weights, first, last,
    p_ptr, p_documents, p_weights, frequent_row, starts, peaks, n_documents, ids, scores,
):  # fmt: skip
    """Find the k documents with the highest dot products for a range of queries.

    q_ptr, q_terms, q_weights   queries, as CSR
    p_ptr, p_documents, p_weights   documents by term (postings), as CSC, documents increasing
    frequent_row                each term's row in `starts` and `peaks`, see `summarize`; -1 for rare ones
    ids, scores                 in: -1 and a score to beat, at least 0; out: the k best of each query, as a heap
    """
    n_chunks = peaks.shape[1]
    total = np.zeros(n_documents, np.float64)  # long queries add up too much rounding in float32
    high = np.empty(n_chunks, np.float32)  # what a score in each chunk can reach
    bits = high.view(np.int32)
    tops = np.empty((n_chunks + STRIDE - 1) // STRIDE, np.int32)  # the bits of the highest of each stride of chunks
    top_values = tops.view(np.float32)
    opened = np.empty(max(WINDOW * STRIDE, SEEDS) + 1, np.int64)
    begin = np.empty(opened.shape[0], np.int64)
    end = np.empty(opened.shape[0], np.int64)
    for q in range(first, last):
        high[:] = 0
        for t in range(q_ptr[q], q_ptr[q + 1]):
            term = q_terms[t]
            w = np.float64(q_weights[t])
            r = frequent_row[term]
            if r < 0:
                for p in range(p_ptr[term], p_ptr[term + 1]):
                    d = p_documents[p]
                    total[d] += w * p_weights[p]
                    high[d // CHUNK] = max(high[d // CHUNK], np.float32(total[d]))
        for t in range(q_ptr[q], q_ptr[q + 1]):
            r = frequent_row[q_terms[t]]
            if r >= 0:
                w_high = abs(q_weights[t])
                peak = peaks[r]
                for c in range(n_chunks):
                    high[c] += w_high * peak[c]
        for s in range(tops.shape[0]):
            tops[s] = _top(high, s)

        for low in range(-WINDOW, tops.shape[0], WINDOW):
            n = 0
            if low < 0:
                while n < min(SEEDS, n_chunks):
                    s = np.argmax(tops)
                    if tops[s] == 0:
                        break
                    c = s * STRIDE
                    while bits[c] < tops[s]:
                        c += 1
                    high[c] = 0
                    tops[s] = _top(high, s)
                    opened[n] = c
                    n += 1
            else:
                bar = max(scores[q, 0] - SLACK, np.float32(0))
                for s in range(low, min(low + WINDOW, tops.shape[0])):
                    if top_values[s] > bar:
                        for c in range(s * STRIDE, min((s + 1) * STRIDE, n_chunks)):
                            opened[n] = c
                            n += high[c] > bar
            for t in range(q_ptr[q], q_ptr[q + 1]):
                term = q_terms[t]
                r = frequent_row[term]
                if r < 0:
                    continue
                w = np.float64(q_weights[t])
                for i in range(n):  # a loop of its own, so that the processor waits for all of these at once
                    begin[i] = p_ptr[term] + starts[r, opened[i]]
                    end[i] = p_ptr[term] + starts[r, opened[i] + 1]
                for i in range(n):
                    for p in range(begin[i], end[i]):
                        total[p_documents[p]] += w * p_weights[p]
            for i in range(n):
                for d in range(opened[i] * CHUNK, min((opened[i] + 1) * CHUNK, n_documents)):
                    score = np.float32(total[d])
                    total[d] = 0
                    if score > 0 and _before(scores[q, 0], ids[q, 0], score, d):
                        _replace_worst(ids, scores, q, d, score)

        for t in range(q_ptr[q], q_ptr[q + 1]):
            term = q_terms[t]
            if frequent_row[term] < 0:
                for p in range(p_ptr[term], p_ptr[term + 1]):
                    total[p_documents[p]] = 0
