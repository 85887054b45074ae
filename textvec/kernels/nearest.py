"""Exact cosines of dense rows with queries, and fast screenings of which rows can be among the best of a query.

Exact ones are added up in float64, each in an order that nothing but the number of dimensions decides: equal rows have
equal cosines, wherever they stand and however the work is cut. Many queries are screened through BLAS in float32; one
alone, which waits for memory most of the time, by codes of a byte a number.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw
from textvec.kernels.heap import replace_worst

ROWS = 512  # of the table, whose scores with so many
QUERIES = 256  # are in the cache together
STRIP = 32  # scores that are passed over at once
SUMS = {"reassoc", "contract", "nsz"}  # what SIMD needs: sums in any order
HIGHEST = 127  # code; the lowest is its negative


@nb.njit(inline="always")
def _dot(a, i, b, j):
    """The dot product of row i and row j: four sums at a time, so that none waits for the other."""
    n = a.shape[1]
    whole = n - n % 4
    s0 = s1 = s2 = s3 = 0.0
    d = 0
    while d < whole:
        s0 += np.float64(a[i, d]) * np.float64(b[j, d])
        s1 += np.float64(a[i, d + 1]) * np.float64(b[j, d + 1])
        s2 += np.float64(a[i, d + 2]) * np.float64(b[j, d + 2])
        s3 += np.float64(a[i, d + 3]) * np.float64(b[j, d + 3])
        d += 4
    while d < n:
        s0 += np.float64(a[i, d]) * np.float64(b[j, d])
        d += 1
    return (s0 + s1) + (s2 + s3)


@kernel(nb.void(ro(nb.float32, 2), rw(nb.float64)))
def lengths(rows, out):
    """The Euclidean length of each row; what is not finite has none that is."""
    for i in range(rows.shape[0]):
        out[i] = np.sqrt(_dot(rows, i, rows, i))


@kernel(nb.void(ro(nb.float32, 2), ro(nb.float64), ro(nb.float64, 2), rw(nb.float64, 2)))
def cosines(rows, inverse, directions, out):
    """The cosine of each row with each query.

    inverse      1 / length of each row; NaN where that is 0, which makes NaN of the row's cosines
    directions   queries of length 1
    out          of shape (n_rows, n_queries)
    """
    for i in range(rows.shape[0]):
        for q in range(directions.shape[0]):
            out[i, q] = _dot(rows, i, directions, q) * inverse[i]


@kernel(nb.void(ro(nb.float32, 2), ro(nb.float64), ro(nb.int64), ro(nb.float64, 2), ro(nb.int64), rw(nb.float64)))
def cosines_of_some(rows, inverse, places, directions, asked, out):
    """The cosine of row places[j] with query asked[j]; out[j] stays what it is where the place is negative.

    inverse, directions   as for `cosines`
    """
    for j in range(places.shape[0]):
        i = places[j]
        if i >= 0:
            out[j] = _dot(rows, i, directions, asked[j]) * inverse[i]


@kernel(nb.void(ro(nb.float32, 2), ro(nb.float64), ro(nb.float32), rw(nb.int8, 2), rw(nb.float32)))
def encode(rows, inverse, center, codes, steps):
    """Round rows of length 1, less a center, to multiples of a step: u is center + step * code, give or take step / 2.

    inverse   1 / length of each row; NaN where that is 0, which becomes its step, with codes that are 0
    codes     out: may have more columns than there are dimensions, which become 0
    steps     out: one for each row, so that the largest number of the row has the highest code
    """
    n = rows.shape[1]
    for i in range(rows.shape[0]):
        for d in range(codes.shape[1]):
            codes[i, d] = 0
        if np.isnan(inverse[i]):
            steps[i] = np.nan
            continue
        largest = 1e-30
        for d in range(n):
            largest = max(largest, abs(rows[i, d] * inverse[i] - center[d]))
        steps[i] = largest / HIGHEST
        per_step = 1 / np.float64(steps[i])
        for d in range(n):
            codes[i, d] = np.int8(np.rint((rows[i, d] * inverse[i] - center[d]) * per_step))


@nb.njit(fastmath=SUMS)
def _inner(codes, i, direction):
    s = np.float32(0)
    for d in range(direction.shape[0]):
        s += np.float32(codes[i, d]) * direction[d]
    return s


@kernel(nb.void(ro(nb.int8, 2), ro(nb.float32), ro(nb.float32), nb.float32, rw(nb.float32), rw(nb.float32)))
def bound(codes, steps, direction, margin, highest, heap):
    """Bound the cosine of each coded row with one query, up to that of the center, which is the same for all.

    direction   the query, with zeros to as many columns as the codes have
    margin      how far, in steps, the cosine may be from that of the codes
    highest     out: what the cosine of each row is at the most; NaN where the step is
    heap        in and out: the highest of what cosines are at the least, the root of the heap, its lowest, first
    """
    rows = np.full(heap.shape[0], -1)  # the shared heap keeps them with the scores; nothing reads them
    for i in range(codes.shape[0]):
        inner = _inner(codes, i, direction)
        highest[i] = steps[i] * (inner + margin)
        lowest = steps[i] * (inner - margin)
        if lowest > heap[0]:
            replace_worst(rows, heap, heap.shape[0], i, lowest)


@kernel(nb.void(ro(nb.float32, 2), ro(nb.float32), nb.int64, ro(nb.float32, 2), rw(nb.int64, 2), rw(nb.float32, 2)))
def screen(rows, inverse, first, directions, ids, scores):
    """Push rows whose rounded cosines are high into the heap of each query.

    inverse       1 / length of each row; a row where it is NaN is passed over
    first         number of the first row
    directions    queries of length 1
    ids, scores   in and out: of shape (n_queries, n_kept), the root of a heap, its lowest score, first
    """
    products = np.empty(QUERIES * ROWS, np.float32)
    for a in range(0, rows.shape[0], ROWS):
        part = rows[a : a + ROWS]
        scale = inverse[a : a + ROWS]
        n = part.shape[0]
        for b in range(0, directions.shape[0], QUERIES):
            asked = directions[b : b + QUERIES]
            product = products[: asked.shape[0] * n].reshape(asked.shape[0], n)
            np.dot(asked, part.T, product)
            for r in range(asked.shape[0]):
                q = b + r
                low = scores[q, 0]
                for start in range(0, n, STRIP):
                    strip = product[r, start : start + STRIP]
                    factor = scale[start : start + STRIP]
                    higher = 0
                    for i in range(strip.shape[0]):  # nearly always none, which SIMD instructions tell
                        higher += strip[i] * factor[i] > low
                    if higher:
                        for i in range(strip.shape[0]):
                            score = strip[i] * factor[i]
                            if score > low:
                                replace_worst(ids[q], scores[q], ids.shape[1], first + a + start + i, score)
                                low = scores[q, 0]
