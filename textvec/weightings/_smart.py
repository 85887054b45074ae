"""The formulas of TF-IDF in the SMART notation. Needs NumPy alone: a query is encoded without scikit-learn.

In each, `rows` are counts, `df` document frequencies, `n` the number of documents.

Tested in tests/weightings/test_tfidf.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec.weightings._document_counts import DocumentCounts, Floats

Log = Callable[[Floats], Floats]

TF: dict[str, Callable[[DocumentCounts, Log], Floats]] = {
    "raw": lambda rows, log: rows.counts,
    "relative": lambda rows, log: rows.counts / rows.spread(rows.sum(rows.counts)),
    "binary": lambda rows, log: np.ones_like(rows.counts),
    "log": lambda rows, log: 1 + log(rows.counts),
    "double_log": lambda rows, log: 1 + log(1 + log(rows.counts)),
    "log_average": lambda rows, log: (1 + log(rows.counts)) / rows.spread(1 + log(rows.sum(rows.counts) / rows.sizes)),
    "augmented": lambda rows, log: 0.5 + 0.5 * rows.counts / rows.spread(rows.max(rows.counts)),
}
MIN_COUNT_IS_ONE = ("double_log", "log_average")
"""Variants that need counts of 1 or more: of counts below 1 they make negative numbers, or NaN."""

IDF: dict[str, Callable[[Floats, int, Log], Floats]] = {
    "none": lambda df, n, log: np.ones_like(df),
    "smooth": lambda df, n, log: log((1 + n) / (1 + df)) + 1,
    "plus_one": lambda df, n, log: log(n / df) + 1,
    "standard": lambda df, n, log: log(n / df),
    "zero_corrected": lambda df, n, log: log((n + 1) / df),
    "probabilistic": lambda df, n, log: np.maximum(log((n - df) / df), 0),
}

LENGTH: dict[str, Callable[[DocumentCounts, Floats, Any], Floats]] = {
    "l1": lambda rows, weights, term_lengths: rows.sum(np.abs(weights)),
    "l2": lambda rows, weights, term_lengths: rows.euclidean(weights),
    "pivoted": lambda rows, weights, term_lengths: rows.euclidean(weights),
    "pivoted_unique": lambda rows, weights, term_lengths: rows.sizes.astype(np.float64),
    "pivoted_characters": lambda rows, weights, term_lengths: rows.sum(rows.counts * term_lengths[rows.columns]),
}


def inverse_document_frequencies(df: Floats, n: int, variant: str, log_base: float) -> Floats:
    """Return the inverse document frequency of each term; 0 where the variant has no value."""
    with np.errstate(divide="ignore", invalid="ignore"):
        idf = IDF[variant](df, n, _log(log_base))
    return np.where(np.isfinite(idf), idf, 0.0)


class Formula(NamedTuple):
    """All that weights depend on besides counts; the names are those of `TfidfWeighting`."""

    tf: str
    norm: str
    log_base: float
    slope: float
    pivot: float | None
    idf: Floats
    term_lengths: Floats | None

    def weights(self, rows: DocumentCounts) -> Floats:
        """Return the weight of each count."""
        weights = self.tfidf(rows)
        if self.norm == "none":
            return weights
        lengths = self.lengths(rows, weights)
        if self.pivot is not None:
            lengths = (1 - self.slope) * self.pivot + self.slope * lengths
        lengths[lengths == 0] = 1  # nothing but zeros in that row
        return weights / rows.spread(lengths)

    def tfidf(self, rows: DocumentCounts) -> Floats:
        """Return the weight of each count before it is divided by the length of its row."""
        return np.asarray(TF[self.tf](rows, _log(self.log_base)) * self.idf[rows.columns])

    def lengths(self, rows: DocumentCounts, weights: Floats) -> Floats:
        """Return what the weights of each row are divided by, before it is pivoted."""
        return LENGTH[self.norm](rows, weights, self.term_lengths)


def query_weights(counts: Floats, columns: NDArray[Any], **formula: Any) -> Floats:
    """Return the weights of the counts of one document; see `Formula` for what else is expected."""
    return Formula(**formula).weights(DocumentCounts(counts, columns, np.array([0, len(counts)])))


def _log(base: float) -> Log:
    return lambda values: np.asarray(np.log(values) / math.log(base))
