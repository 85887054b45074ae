"""The NumPy engine of dense search: one query, without the half second of loading compiled code.

Rows are screened in float32, and what can be among the best is scored exactly, in the order in which
`textvec.kernels.nearest` adds up, so that scores are the same to the last bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from textvec.index._cold_start import MAX_SCORED_ROWS

Found = tuple[NDArray[np.int64], NDArray[np.float32]]

MAX_NUMBERS = 50_000_000
"""Of vectors that NumPy screens. It takes a millisecond for about a million; with more of them the compiled search,
which reads a quarter of the bytes, is faster even with its loading time."""
MIN_LENGTH, MAX_LENGTH = 1e-15, 1e15
"""Of vectors: with shorter or longer ones products of float32 would leave its range."""


def nearest(
    vectors: NDArray[np.float32],
    inverses: NDArray[np.float64],
    direction: NDArray[np.float64],
    k: int,
    allowed: NDArray[np.uint8] | None,
) -> Found | None:
    """Find the k rows with the highest cosines for one query, see `textvec._common.dense_search.nearest`.

    Returns
    -------
    rows : ndarray of int64 of shape (1, min(k, n_rows))
    scores : ndarray of float32 of the same shape
        None instead of both if it would take longer than loading the compiled search.
    """
    n, size = vectors.shape
    k = min(k, n)
    found = np.full((1, k), -1, np.int64), np.zeros((1, k), np.float32)
    lengths = inverses[np.isfinite(inverses)]
    if not len(lengths) or not direction.any():
        return found
    if vectors.size > MAX_NUMBERS or lengths.max() > 1 / MIN_LENGTH or lengths.min() < 1 / MAX_LENGTH:
        return None
    rounded = vectors @ direction.astype(np.float32) * inverses
    rounded[np.isnan(rounded)] = -np.inf
    if allowed is not None:
        rounded[allowed == 0] = -np.inf
    # Bounds the error of both scores: Higham (2002), Accuracy and stability of numerical algorithms, section 3.5.
    slack = 2 * (size + 8) * 2.0**-24
    lowest = np.partition(rounded, n - k)[n - k] if k else np.inf
    rows = np.flatnonzero((rounded >= lowest - slack) & (rounded > -np.inf))
    if len(rows) > MAX_SCORED_ROWS:
        return None
    scores = _cosines(vectors[rows], inverses[rows], direction)
    order = np.argsort(-scores, kind="stable")[:k]
    found[0][0, : len(order)], found[1][0, : len(order)] = rows[order], scores[order]
    return found


def _cosines(
    vectors: NDArray[np.float32], inverses: NDArray[np.float64], direction: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return exact cosines: four sums of every fourth product, each added up one after the other."""
    products = vectors.astype(np.float64) * direction
    n, size = products.shape
    whole = size - size % 4
    sums = np.zeros((n, 4))
    if whole:
        sums = np.add.accumulate(products[:, :whole].reshape(n, whole // 4, 4), axis=1)[:, -1]
    for column in range(whole, size):
        sums[:, 0] += products[:, column]
    return np.asarray(((sums[:, 0] + sums[:, 1]) + (sums[:, 2] + sums[:, 3])) * inverses, np.float32)
