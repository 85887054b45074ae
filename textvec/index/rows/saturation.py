"""Rows of counts instead of weights: what makes weights of them while they are searched.

Tested in tests/index/rows/test_bm25.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class HalfCount(NamedTuple):
    """At which count a term has half of the weight that it can have: base + slope * length of the document.

    Attributes
    ----------
    base : float
    slope : float
    """

    base: float
    slope: float

    def slack_of(self, before: HalfCount) -> np.float32:
        """Return how many times larger than before a weight can be, rounded up.

        With half-counts h and H, c / (c + h) is at most max(1, H / h) times c / (c + H), and H / h lies between the
        quotients of the bases and of the slopes.
        """
        ratio = max(_quotient(before.base, self.base), _quotient(before.slope, self.slope))
        return np.float32(1) if ratio <= 1 else np.float32(min(ratio * (1 + 2.0**-22), 1e38))


def _quotient(a: float, b: float) -> float:
    """Return a / b; 0 where a is 0."""
    return 0.0 if a == 0 else a / b if b > 0 else np.inf


class Saturation(NamedTuple):
    """Turns the count c of a term in a row into the weight c / (c + half-count of the row).

    Attributes
    ----------
    lengths : ndarray of float64 of shape (n_rows,)
        The length of each row; empty where rows hold weights already.
    base, slope : float
        See `HalfCount`.
    slack : float32
        How many times a weight can exceed the bound that its level gives.
    """

    lengths: NDArray[np.float64]
    base: float
    slope: float
    slack: np.float32

    def weights(self, counts: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the weight of each count, which is given with its row."""
        weights = counts.astype(np.float64)
        if not len(self.lengths):
            return weights
        with np.errstate(divide="ignore", invalid="ignore"):  # of corrupt counts
            return weights / (weights + (self.base + self.slope * self.lengths[rows]))


NO_SATURATION = Saturation(np.empty(0), 0.0, 0.0, np.float32(1))
"""Of rows that hold weights."""
