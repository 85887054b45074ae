"""Two rankings of documents to one: by ranks, or by scores that are made comparable.

Tested in tests/index/test_hybrid_index.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._common.numbers import check_positive, is_real
from textvec.index._collection import Collection
from textvec.index._search import Found, merged

Floats = NDArray[np.float64]

FUSIONS = "rrf", "weighted"
NORMALIZATIONS = "min-max", "z-score"
MIN_DEPTH, DEPTH_PER_HIT = 100, 10
"""By default so many documents of each ranking count, or so many for each hit that is wanted, if that is more."""


class Fusion(NamedTuple):
    """How two rankings become one.

    Attributes
    ----------
    by : {"rrf", "weighted"}
    weights : tuple of 2 floats
    normalization : {"min-max", "z-score"}
    rank_constant : float
    depth : int
        How many documents of each ranking count.
    """

    by: str
    weights: tuple[float, float]
    normalization: str
    rank_constant: float
    depth: int

    @classmethod
    def checked(cls, by: Any, weights: Any, normalization: Any, rank_constant: Any, depth: Any, k: int) -> Fusion:
        """Check what a user has given.

        Raises
        ------
        ValueError
            If one of them is not what it may be.
        """
        for name, value, known in (("fusion", by, FUSIONS), ("normalization", normalization, NORMALIZATIONS)):
            if value not in known:
                raise ValueError(f"HybridIndex: {name} must be one of {', '.join(known)}, but it is {value!r:.60}.")
        given: list[Any] = list(weights) if isinstance(weights, tuple | list | np.ndarray) else [None]
        fits = len(given) == 2 and all(is_real(w) and np.isfinite(w) and w >= 0 for w in given) and sum(given) > 0
        if not fits:
            raise ValueError(
                "HybridIndex: weights must be two numbers, of the lexical and of the dense search, of which none is "
                f"negative and one is positive, but they are {weights!r:.60}."
            )
        if not (is_real(rank_constant) and np.isfinite(rank_constant) and rank_constant >= 0):
            raise ValueError(f"HybridIndex: rank_constant must be a number of at least 0, not {rank_constant!r:.60}.")
        if depth is None:
            depth = max(MIN_DEPTH, DEPTH_PER_HIT * k)
        check_positive("HybridIndex: depth, the number of documents of each ranking,", depth)
        return cls(by, (float(given[0]), float(given[1])), normalization, float(rank_constant), max(int(depth), k))

    def contributions(self, part: int, scores: Floats) -> Floats:
        """Return what one ranking gives to the documents in it, which are given by their scores, best first.

        Documents that are not in it get nothing.
        """
        if not len(scores):
            return np.empty(0)
        if self.by == "rrf":
            return np.asarray(self.weights[part] / (self.rank_constant + np.arange(1, len(scores) + 1)))
        # In both ways the worst of a ranking gives nothing, as what is not in it does; equal ones all give 1.
        low, high = scores.min(), scores.max()
        scale = high - low if self.normalization == "min-max" else scores.std()
        own = (scores - low) / scale if high > low else np.ones(len(scores))
        return np.asarray(self.weights[part] * own)


def fused(
    collection: Collection, found: Sequence[Found], fusion: Fusion, k: int, floor: float
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Put the rankings of each query together.

    Parameters
    ----------
    collection : Collection
    found : sequence of (rows, scores)
        Of each search, best first; rows are -1 where there are fewer.
    fusion : Fusion
    k : int
    floor : float
        Lower scores are no hits.

    Returns
    -------
    rows : ndarray of int64 of shape (n_queries, k)
        A row of each document, best first, equal ones by id; -1 where there are fewer.
    scores : ndarray of float32 of shape (n_queries, k)
    """
    n = len(found[0][0])
    k = min(k, max(len(collection), 1))
    rows, scores = np.full((n, k), -1, np.int64), np.zeros((n, k), np.float32)
    for q in range(n):
        # What counts for nothing brings no documents either.
        of_parts = [
            all_rows[q][(all_rows[q] >= 0) & (weight > 0)]
            for (all_rows, _), weight in zip(found, fusion.weights, strict=True)
        ]
        gives = [
            fusion.contributions(i, found[i][1][q][: len(own)].astype(np.float64)) for i, own in enumerate(of_parts)
        ]
        all_rows = np.concatenate(of_parts)
        _, firsts, documents = np.unique(collection.document_numbers(all_rows), return_index=True, return_inverse=True)
        totals = np.bincount(documents, np.concatenate(gives), len(firsts)).astype(np.float32)
        kept = totals >= floor
        (best,), (totals,) = merged(collection, all_rows[firsts][kept][None], totals[kept][None], k)
        rows[q, : len(best)], scores[q, : len(best)] = best, totals
    return rows, scores
