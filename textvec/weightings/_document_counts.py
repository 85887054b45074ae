"""Counts as the formulas of weightings take them. Needs NumPy alone: a query is encoded without scikit-learn.

Tested in tests/weightings/test_tfidf.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec._common.lengths import euclidean_lengths

Floats = NDArray[np.float64]


class DocumentCounts:
    """The counts of documents, one after the other. Documents without any are left out: they have nothing to weigh.

    Attributes
    ----------
    counts : ndarray of float64 of shape (n_counts,)
    columns : ndarray of shape (n_counts,)
        The column, which is the term, of each count.
    sizes : ndarray of shape (n_documents,)
        How many terms each document holds.
    """

    def __init__(self, counts: NDArray[Any], columns: NDArray[Any], indptr: NDArray[Any]) -> None:
        sizes = np.diff(indptr)
        self.counts = counts.astype(np.float64)
        self.columns = columns
        self.sizes = sizes[sizes > 0]
        self._starts = (indptr[:-1] - indptr[0])[sizes > 0]

    def sum(self, values: Floats) -> Floats:
        """Return each document's sum of values, one of which belongs to each count."""
        return np.asarray(np.add.reduceat(values, self._starts))

    def euclidean(self, values: Floats) -> Floats:
        """Return each document's Euclidean length."""
        return euclidean_lengths(self._starts, values)

    def max(self, values: Floats) -> Floats:
        """Return each document's largest value."""
        return np.asarray(np.maximum.reduceat(values, self._starts))

    def spread(self, values: Floats) -> Floats:
        """Return for each count the value of its document."""
        return np.repeat(values, self.sizes)
