"""Counts as the formulas of weightings take them. Needs NumPy alone: a query is encoded without scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Entries:
    """Entries of a count matrix, row by row. Entries without entries are not among them: they have nothing to weigh.

    Attributes
    ----------
    counts : ndarray of float64 of shape (n_entries,)
    columns : ndarray of shape (n_entries,)
        The column of each entry.
    sizes : ndarray of shape (n_rows,)
        How many entries each row has.
    """

    def __init__(self, counts: NDArray[Any], columns: NDArray[Any], indptr: NDArray[Any]) -> None:
        sizes = np.diff(indptr)
        self.counts = counts.astype(np.float64)
        self.columns = columns
        self.sizes = sizes[sizes > 0]
        self._starts = (indptr[:-1] - indptr[0])[sizes > 0]

    def sum(self, values: Floats) -> Floats:
        """Return each row's sum of the values of its entries."""
        return np.asarray(np.add.reduceat(values, self._starts))

    def max(self, values: Floats) -> Floats:
        """Return each row's largest value."""
        return np.asarray(np.maximum.reduceat(values, self._starts))

    def spread(self, values: Floats) -> Floats:
        """Give each entry the value of its row."""
        return np.repeat(values, self.sizes)
