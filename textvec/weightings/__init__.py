"""Counts to weights: TF-IDF in every SMART variant, BM25 scores, naive Bayes log-count ratios.

Names are imported when they are first used: a query needs the formulas, and none of scikit-learn.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.weightings.bm25 import BM25Weighting as BM25Weighting
    from textvec.weightings.nb import NBWeighting as NBWeighting
    from textvec.weightings.tfidf import TfidfWeighting as TfidfWeighting

_HOMES = {
    "BM25Weighting": "textvec.weightings.bm25",
    "NBWeighting": "textvec.weightings.nb",
    "TfidfWeighting": "textvec.weightings.tfidf",
}

__all__ = [
    "BM25Weighting",
    "NBWeighting",
    "TfidfWeighting",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)

ESTIMATORS = _HOMES
"""The estimators of this room and their modules, which `textvec` exports and `textvec.load` may make."""
