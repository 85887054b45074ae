"""Exact cosines of dense vectors with queries, and two fast screenings for the rows that can be a query's nearest.

Exact cosines are added up in float64, in an order that depends only on the number of dimensions: equal rows have equal
cosines, wherever they are in the matrix and however the work is divided. The screenings round, and their callers know
the bound of that rounding. Many queries are screened together by BLAS in float32. A single query, which waits for
memory most of the time, is screened by codes of one byte for each number.

In all kernels `vectors` is a matrix of one vector per row, `rows` are row numbers in it, and `inverses` are 1 / length
of each vector, NaN where the length is 0. `directions` are queries divided by their lengths.

Tested in tests/_common/test_dense_search.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw
from textvec.kernels.heap import replace_worst

# A tile is the part of all scores that BLAS computes in one call. Its 512 KB, together with the vectors of its rows and
# queries, should fit into the processor's second-level cache; larger or smaller tiles only take longer.
ROWS_PER_TILE = 512
QUERIES_PER_TILE = 256
# This many scores are compared at once with the lowest score that is kept: a multiple of what a SIMD instruction takes.
# Where one of them is higher, all are compared a second time, one by one, so that longer strips take longer.
SCORES_PER_STRIP = 32
MAX_CODE = 127  # The highest code of int8; the lowest is its negative, so that codes are symmetric.
_SUMS = {"reassoc", "contract", "nsz"}  # The fastmath flags that let SIMD instructions add up in any order.


@nb.njit(inline="always")
def _dot(a, i, b, j):
    """Return the dot product of row i of a and row j of b, in four sums, so that additions need not wait."""
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
def lengths(vectors, out):
    """Compute the Euclidean length of each vector; it is NaN or infinite if one of the numbers is."""
    for i in range(vectors.shape[0]):
        out[i] = np.sqrt(_dot(vectors, i, vectors, i))


@kernel(nb.void(ro(nb.float32, 2), ro(nb.float64), ro(nb.float64, 2), rw(nb.float64, 2)))
def cosines(vectors, inverses, directions, out):
    """Compute the cosine of each vector with each query.

    out          of shape (n_rows, n_queries)
    """
    for i in range(vectors.shape[0]):
        for q in range(directions.shape[0]):
            out[i, q] = _dot(vectors, i, directions, q) * inverses[i]


@kernel(nb.void(ro(nb.float32, 2), ro(nb.float64), ro(nb.int64), ro(nb.float64, 2), ro(nb.int64), rw(nb.float64)))
def cosines_of_pairs(vectors, inverses, rows, directions, queries, out):
    """Compute the cosine of row rows[j] with query queries[j] for each j.

    rows         negative ones are skipped
    queries      indices of `directions`
    out          unchanged where the row is negative
    """
    for j in range(rows.shape[0]):
        i = rows[j]
        if i >= 0:
            out[j] = _dot(vectors, i, directions, queries[j]) * inverses[i]


@kernel(nb.void(ro(nb.float32, 2), ro(nb.float64), ro(nb.float32), rw(nb.int8, 2), rw(nb.float32)))
def encode(vectors, inverses, center, codes, steps):
    """Round each vector to codes: divided by its length, it is center + step * code, give or take step / 2.

    center       of shape (n_dimensions,)
    codes        out: columns beyond the dimensions become 0; those of a vector of length 0 all do
    steps        out: the step of each row, so that its largest number has the highest code; NaN for a length of 0
    """
    n = vectors.shape[1]
    for i in range(vectors.shape[0]):
        for d in range(codes.shape[1]):
            codes[i, d] = 0
        if np.isnan(inverses[i]):
            steps[i] = np.nan
            continue
        largest = 1e-30
        for d in range(n):
            largest = max(largest, abs(vectors[i, d] * inverses[i] - center[d]))
        steps[i] = largest / MAX_CODE
        per_step = 1 / np.float64(steps[i])
        for d in range(n):
            codes[i, d] = np.int8(np.rint((vectors[i, d] * inverses[i] - center[d]) * per_step))


@nb.njit(fastmath=_SUMS)
def _inner(codes, i, direction):
    """Return the inner product of row i of the codes and a query, in float32."""
    s = np.float32(0)
    for d in range(direction.shape[0]):
        s += np.float32(codes[i, d]) * direction[d]
    return s


@kernel(nb.void(ro(nb.int8, 2), ro(nb.float32), ro(nb.float32), nb.float32, rw(nb.float32), rw(nb.float32)))
def bound(codes, steps, direction, margin, highest, lowest):
    """Bound the cosine of each row with one query from above, and find the best bounds from below.

    The cosine of the center with the query, which is the same for all rows, is left out of all bounds.

    direction    the query, with zeros added up to the number of columns of the codes
    margin       how far, in steps, a cosine can be from the inner product of the codes
    highest      out: the upper bound of each row; NaN where the step is NaN
    lowest       in: -inf, once for each bound to keep; out: the highest of all lower bounds, in no order to rely on
    """
    rows = np.full(lowest.shape[0], -1)  # the heap keeps them beside the scores; nothing reads them here
    for i in range(codes.shape[0]):
        inner = _inner(codes, i, direction)
        highest[i] = steps[i] * (inner + margin)
        low = steps[i] * (inner - margin)
        if low > lowest[0]:
            replace_worst(rows, lowest, lowest.shape[0], i, low)


@kernel(nb.void(ro(nb.float32, 2), ro(nb.float32), nb.int64, ro(nb.float32, 2), rw(nb.int64, 2), rw(nb.float32, 2)))
def screen(vectors, inverses, first, directions, rows, scores):
    """Keep the rows with the highest cosines, rounded to float32, for each query.

    vectors, inverses    a block of a larger matrix; a row whose inverse is NaN is skipped
    first                the row number of the block's first row
    rows, scores         in and out: of shape (n_queries, n_kept), a heap for each query; -1 and -inf at the start
    """
    products = np.empty(QUERIES_PER_TILE * ROWS_PER_TILE, np.float32)
    for a in range(0, vectors.shape[0], ROWS_PER_TILE):
        of_tile = vectors[a : a + ROWS_PER_TILE]
        inverses_of_tile = inverses[a : a + ROWS_PER_TILE]
        n = of_tile.shape[0]
        for b in range(0, directions.shape[0], QUERIES_PER_TILE):
            asked = directions[b : b + QUERIES_PER_TILE]
            tile = products[: asked.shape[0] * n].reshape(asked.shape[0], n)
            np.dot(asked, of_tile.T, tile)
            for r in range(asked.shape[0]):
                q = b + r
                lowest = scores[q, 0]
                for start in range(0, n, SCORES_PER_STRIP):
                    strip = tile[r, start : start + SCORES_PER_STRIP]
                    inverses_of_strip = inverses_of_tile[start : start + SCORES_PER_STRIP]
                    n_higher = 0
                    for i in range(strip.shape[0]):  # nearly always none is higher, and SIMD instructions find that out
                        n_higher += strip[i] * inverses_of_strip[i] > lowest
                    if n_higher:
                        for i in range(strip.shape[0]):
                            score = strip[i] * inverses_of_strip[i]
                            if score > lowest:
                                replace_worst(rows[q], scores[q], rows.shape[1], first + a + start + i, score)
                                lowest = scores[q, 0]
