"""Exact top-k search over sparse rows, by postings, that leaves out what cannot matter.

A term's postings can raise a score by at most `bound`, the product of the query's weight and the largest weight in
the postings. Once k documents are known whose scores beat the sum of the smallest bounds, documents that hold only
those terms need not be looked at (MaxScore: Turtle and Flood 1995). The other terms are added up in an array, a block
of documents at a time so that it stays in the processor's cache; more terms follow while too many documents are left
that could still enter the top k. For those few the remaining terms are looked up in their rows. Terms are always added
in one order, so that equal rows get equal scores whatever was left out when.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw

BLOCK = 16384  # documents
CHUNK = 64  # documents that are passed over at once
SLACK = 1e-6  # bounds and scores are float32
LOOK_UP = 128  # looking up a term in a document's row takes the time of about so many postings


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
def _from(sorted_ids, low, high, wanted):
    """Find the first place from low to high with this id or a later one."""
    while low < high:
        middle = (low + high) // 2
        if sorted_ids[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@nb.njit
def _count_above(total, first, last, bar):
    part = total[first:last]  # a loop from 0 needs no check for negative indices, and becomes SIMD instructions
    n = 0
    for d in range(part.shape[0]):
        n += part[d] > bar
    return n


@kernel(
    nb.void(
        ro(nb.int64), ro(nb.int32), ro(nb.float32), ro(nb.float32), nb.int64, nb.int64,
        ro(nb.int64), ro(nb.int32), ro(nb.float32), ro(nb.int64), ro(nb.int32), ro(nb.float32),
        rw(nb.int64, 2), rw(nb.float32, 2),
    )
)  # fmt: skip
def search(
    q_ptr, q_terms, q_weights, q_rest, first, last,
    p_ptr, p_documents, p_weights, d_ptr, d_terms, d_weights, ids, scores,
):  # fmt: skip
    """Find the k documents with the highest dot products for a range of queries.

    q_ptr, q_terms, q_weights   queries, as CSR, each query's terms by falling bound
    q_rest                      for each of these entries, the sum of its own and the following bounds of its query
    p_ptr, p_documents, p_weights   documents by term (postings), as CSC, documents increasing
    d_ptr, d_terms, d_weights   the same by document, as CSR
    ids, scores                 in: -1 and a score to beat, at least 0; out: the k best of each query, as a heap
    """
    n_documents = d_ptr.shape[0] - 1
    total = np.zeros(BLOCK, np.float64)  # long queries add up too much rounding in float32
    for q in range(first, last):
        a, z = q_ptr[q], q_ptr[q + 1]
        needed = z  # the terms from here on cannot bring a document in by themselves
        for low in range(0, n_documents, BLOCK):
            size = min(BLOCK, n_documents - low)
            while needed > a and q_rest[needed - 1] + SLACK < scores[q, 0]:
                needed -= 1
            if needed == a:
                break
            t = a
            while t < z:
                begin, end = p_ptr[q_terms[t]], p_ptr[q_terms[t] + 1]
                begin = _from(p_documents, begin, end, low)
                end = _from(p_documents, begin, min(end, begin + size), low + size)
                if t >= needed:
                    bar = max(scores[q, 0] - q_rest[t] - SLACK, 0.0)
                    if _count_above(total, 0, size, bar) * LOOK_UP < end - begin:
                        break
                w = np.float64(q_weights[t])
                for p in range(begin, end):
                    total[np.uint32(p_documents[p] - low)] += w * p_weights[p]
                t += 1
            rest = q_rest[t] if t < z else 0.0
            for chunk in range(0, size, CHUNK):
                stop = min(chunk + CHUNK, size)
                bar = max(scores[q, 0] - rest - SLACK, 0.0)
                if _count_above(total, chunk, stop, bar) == 0:
                    continue
                for d in range(chunk, stop):
                    s = total[d]
                    if s > max(scores[q, 0] - rest - SLACK, 0.0):
                        for u in range(t, z):
                            end = d_ptr[low + d + 1]
                            j = _from(d_terms, d_ptr[low + d], end, q_terms[u])
                            if j < end and d_terms[j] == q_terms[u]:
                                s += np.float64(q_weights[u]) * d_weights[j]
                        if np.float32(s) > scores[q, 0]:
                            _replace_worst(ids, scores, q, low + d, np.float32(s))
            total[:] = 0
