"""The formulas of BM25. Needs NumPy alone: a query is encoded without scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec.weightings._document_counts import DocumentCounts, Floats


class Variant(NamedTuple):
    """The factors of a score: idf(df, n); tf(c, B, k1, delta) of a term that is there; tf of one that is not.

    By how much the first tf exceeds the second is limit * c / (c + k * B) in every variant; `limit` and `k` are
    functions of k1 and delta.
    """

    idf: Callable[[Floats, int], Floats]
    tf: Callable[[Floats, Floats, float, float], Floats]
    absent: Callable[[float, float], float] = lambda k1, delta: 0.0
    limit: Callable[[float, float], float] = lambda k1, delta: 1.0
    k: Callable[[float, float], float] = lambda k1, delta: k1


VARIANTS = {
    "robertson": Variant(
        lambda df, n: np.maximum(np.log((n - df + 0.5) / (df + 0.5)), 0),
        lambda c, B, k1, delta: c / (k1 * B + c),
    ),
    "lucene": Variant(
        lambda df, n: np.log(1 + (n - df + 0.5) / (df + 0.5)),
        lambda c, B, k1, delta: c / (k1 * B + c),
    ),
    "atire": Variant(
        lambda df, n: np.log(n / df),
        lambda c, B, k1, delta: (k1 + 1) * c / (k1 * B + c),
        limit=lambda k1, delta: k1 + 1,
    ),
    "bm25l": Variant(
        lambda df, n: np.log((n + 1) / (df + 0.5)),
        lambda c, B, k1, delta: (k1 + 1) * (c / B + delta) / (k1 + c / B + delta),
        lambda k1, delta: (k1 + 1) * delta / ((k1 + delta) or 1),
        limit=lambda k1, delta: (k1 + 1) * (1 - delta / ((k1 + delta) or 1)),
        k=lambda k1, delta: k1 + delta,
    ),
    "bm25+": Variant(
        lambda df, n: np.log((n + 1) / df),
        lambda c, B, k1, delta: (k1 + 1) * c / (k1 * B + c) + delta,
        lambda k1, delta: delta,
        limit=lambda k1, delta: k1 + 1,
    ),
}


def weights(
    rows: DocumentCounts, method: str, k1: float, b: float, delta: float, idf: Floats, average_length: float
) -> Floats:
    """Return by how much each weight exceeds the weight of its term in a document that does not hold it."""
    lengths = rows.sum(rows.counts) / (average_length or 1)
    return _weights(rows.counts, rows.spread(1 - b + b * lengths), VARIANTS[method], k1, delta, idf[rows.columns])


def query_weights(
    counts: Floats, columns: NDArray[Any], method: str, k1: float, b: float, delta: float, idf: Floats,
    average_length: float,
) -> Floats:  # fmt: skip
    """Return the weights of the counts of one document, which are whole numbers; see `weights` for the rest."""
    length = float(counts.sum()) / (average_length or 1)  # of whole numbers, the sum is the same in any order
    return _weights(counts, 1 - b + b * length, VARIANTS[method], k1, delta, idf[columns])


def _weights(counts: Floats, B: Any, variant: Variant, k1: float, delta: float, idf: Floats) -> Floats:
    return np.asarray(idf * (variant.tf(counts, B, k1, delta) - variant.absent(k1, delta)))
