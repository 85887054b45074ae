"""One query by NumPy: some milliseconds, where loading compiled code would take half a second first.

Rows are found as `textvec.kernels.search` finds them, by bounds of their scores, and get the same scores, bit by bit.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.vectors import Sparse

if TYPE_CHECKING:
    from textvec.index.rows.sparse import SparseRows

Found = tuple[NDArray[np.int64], NDArray[np.float32]]

_KERNEL = "textvec.kernels.search"
_PATIENCE = 20  # searches, after which somebody seems to stay, for whom compiled code is worth loading
_MOST = 5000  # rows that are scored here
_TINY = np.float32(2e-38)  # `textvec.kernels.postings.TINY`
_searches = 0


def is_first() -> bool:
    """Tell whether a search is one of the first of a process that has not loaded compiled code."""
    global _searches
    _searches += 1
    return _searches <= _PATIENCE and _KERNEL not in sys.modules


def search_one(
    rows: SparseRows, query: Sparse, k: int, floor: np.float32, allowed: NDArray[np.uint8] | None
) -> Found | None:
    """Find the k rows with the highest products, see `SparseRows.search`; None if too many would have to be scored.

    Parameters
    ----------
    rows : SparseRows
    query : Sparse
        One vector.
    k : int
    floor : float32
    allowed : ndarray of uint8 of shape (n_rows,) or None

    Returns
    -------
    places : ndarray of int64 of shape (1, k)
    scores : ndarray of float32 of shape (1, k)

    Raises
    ------
    ValueError, IndexError
        If the arrays are damaged.
    """
    bounds = _bounds(rows, query)
    if allowed is not None:
        bounds[allowed == 0] = 0
    n = min(max(4 * k, 64), len(bounds))
    if n > _MOST:
        return None
    best = np.argpartition(bounds, len(bounds) - n)[len(bounds) - n :] if n else np.empty(0, np.int64)
    scores = np.sort(_scores(rows, query, best[bounds[best] > 0]))
    bar = max(floor, scores[-k]) if len(scores) >= k else floor
    # A bound is rounded about as often as there are terms.
    safe = np.float32(1 - (len(query.indices) + 8) * 2.0**-23)
    places = np.flatnonzero(bounds > bar * safe)
    if len(places) > _MOST:
        return None
    scores = _scores(rows, query, places)
    places, scores = places[scores > floor], scores[scores > floor]
    order = np.lexsort((places, -scores))[:k]
    found = np.full((1, k), -1, np.int64), np.zeros((1, k), np.float32)
    found[0][0, : len(order)], found[1][0, : len(order)] = places[order], scores[order]
    return found


def _bounds(rows: SparseRows, query: Sparse) -> NDArray[np.float32]:
    """Return a number for each row that its product is not above, but for rounding."""
    levels = rows.levels
    bounds = np.zeros(len(rows), np.float32)
    for place, column, weight in zip(
        np.searchsorted(levels.columns, query.indices), query.indices, query.data, strict=True
    ):
        if place == len(levels.columns) or levels.columns[place] != column:
            continue
        factor = max(abs(weight) * levels.steps[place], _TINY)
        postings = slice(levels.posting_starts[place], levels.posting_starts[place + 1])
        if postings.start < postings.stop:
            bounds[levels.posting_rows[postings]] += factor * levels.posting_levels[postings]
        else:
            bounds += factor * levels.frequent_levels[np.searchsorted(levels.frequent, place)]
    return bounds


def _scores(rows: SparseRows, query: Sparse, places: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the products of rows with the query, added up along the rows, as the kernel does."""
    if not len(query.indices):
        return np.zeros(len(places), np.float32)
    some = rows.take(places)
    at = np.minimum(np.searchsorted(query.indices, some.indices), len(query.indices) - 1)
    products = np.where(query.indices[at] == some.indices, query.data[at].astype(np.float64) * some.data, 0)
    numbers = np.repeat(np.arange(len(places)), np.diff(some.indptr))
    return np.bincount(numbers, products, len(places)).astype(np.float32)
