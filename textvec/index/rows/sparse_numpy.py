"""The NumPy engine of sparse search: one query, in some milliseconds, without the half second of loading compiled code.

Rows are found as `textvec.kernels.search` finds them, by bounds of their scores, and get the same scores, bit by bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.vectors import Sparse
from textvec.index._cold_start import MAX_SCORED_ROWS
from textvec.index.rows.postings import Postings, corrupt_vectors, take_checked
from textvec.index.rows.saturation import NO_SATURATION, Saturation

Found = tuple[NDArray[np.int64], NDArray[np.float32]]

MIN_STEP = np.float32(2e-38)
"""The smallest factor of a level, as in `textvec.kernels.postings`, which is not imported here as it is compiled."""

CANDIDATES_PER_HIT, MIN_CANDIDATES = 4, 64
"""How many rows of the highest bounds are scored first. Their k-th best score is a lower limit for hits: with more of
them it is higher, and fewer rows are scored in the second pass."""

ROWS_PER_STRIDE = 256
"""The largest bounds of so many rows in a row are compared first: NumPy takes seconds to partition ten million bounds,
most of which are equal. With another number it takes longer to find the same rows."""


def search(
    vectors: Sparse,
    postings: Postings,
    queries: Sparse,
    k: int,
    floor: NDArray[np.float32],
    allowed: NDArray[np.uint8] | None,
    saturation: Saturation = NO_SATURATION,
) -> Found | None:
    """Find the k rows with the highest products for one query, see `SparseRows.search`.

    Returns
    -------
    rows : ndarray of int64 of shape (1, k)
    scores : ndarray of float32 of shape (1, k)
        None instead of both if too many rows would have to be scored.
    """
    try:
        return _search(vectors, postings, queries, k, floor[0], allowed, saturation)
    except IndexError:
        raise corrupt_vectors() from None


def _search(
    vectors: Sparse,
    postings: Postings,
    query: Sparse,
    k: int,
    floor: np.float32,
    allowed: NDArray[np.uint8] | None,
    saturation: Saturation,
) -> Found | None:
    bounds = _bounds(postings, vectors.n_vectors, query, saturation.slack)
    if allowed is not None:
        bounds[allowed == 0] = 0
    n = min(max(CANDIDATES_PER_HIT * k, MIN_CANDIDATES), len(bounds))
    if n > MAX_SCORED_ROWS:
        return None
    best = _highest(bounds, n)
    scores = np.sort(_scores(vectors, query, best[bounds[best] > 0], saturation))
    bar = max(floor, scores[-k]) if len(scores) >= k else floor
    # A bound is rounded about as often as there are terms.
    safe = np.float32(1 - (len(query.indices) + 8) * 2.0**-23)
    rows = np.flatnonzero(bounds > bar * safe)
    if len(rows) > MAX_SCORED_ROWS:
        return None
    scores = _scores(vectors, query, rows, saturation)
    rows, scores = rows[scores > floor], scores[scores > floor]
    order = np.lexsort((rows, -scores))[:k]
    found = np.full((1, k), -1, np.int64), np.zeros((1, k), np.float32)
    found[0][0, : len(order)], found[1][0, : len(order)] = rows[order], scores[order]
    return found


def _bounds(postings: Postings, n_rows: int, query: Sparse, slack: np.float32) -> NDArray[np.float32]:
    """Return for each row a number that its product is not above, but for rounding."""
    bounds = np.zeros(n_rows, np.float32)
    for used, column, weight in zip(
        np.searchsorted(postings.columns, query.indices), query.indices, query.data, strict=True
    ):
        if used == len(postings.columns) or postings.columns[used] != column:
            continue
        factor = max(abs(weight) * postings.steps[used] * slack, MIN_STEP)
        of_column = slice(postings.posting_starts[used], postings.posting_starts[used + 1])
        if of_column.start < of_column.stop:
            bounds[postings.posting_rows[of_column]] += factor * postings.posting_levels[of_column]
        else:
            bounds += factor * postings.frequent_levels[np.searchsorted(postings.frequent, used)]
    return bounds


def _highest(bounds: NDArray[np.float32], n: int) -> NDArray[np.int64]:
    """Return n rows with the highest bounds: they are in the n strides that have the highest ones."""
    firsts = np.arange(0, len(bounds), ROWS_PER_STRIDE)
    if not n:
        return firsts[:0]
    tops = np.maximum.reduceat(bounds, firsts)
    rows = (firsts[_largest(tops, min(n, len(tops))), None] + np.arange(ROWS_PER_STRIDE)).ravel()
    rows = rows[rows < len(bounds)]
    return rows[_largest(bounds[rows], n)]


def _largest(values: NDArray[np.float32], n: int) -> NDArray[np.int64]:
    """Return the places of the n largest values."""
    return np.argpartition(values, len(values) - n)[len(values) - n :]


def _scores(vectors: Sparse, query: Sparse, rows: NDArray[np.int64], saturation: Saturation) -> NDArray[np.float32]:
    """Return the products of rows with the query, added up along the rows, as the kernel does."""
    if not len(query.indices):
        return np.zeros(len(rows), np.float32)
    some = take_checked(vectors, rows)
    i = np.minimum(np.searchsorted(query.indices, some.indices), len(query.indices) - 1)
    numbers = np.repeat(np.arange(len(rows)), np.diff(some.indptr))
    weights = saturation.weights(some.data, rows[numbers])
    products = np.where(query.indices[i] == some.indices, query.data[i].astype(np.float64) * weights, 0)
    return np.bincount(numbers, products, len(rows)).astype(np.float32)
