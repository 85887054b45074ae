"""Counts to weights: TF-IDF in every SMART variant, BM25 scores, naive Bayes log-count ratios.

Names are imported when they are first used: a query needs the formulas, and none of scikit-learn.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textvec.weightings.bm25 import BM25Weighting
    from textvec.weightings.nb import NBWeighting
    from textvec.weightings.tfidf import TfidfWeighting

_HOMES = {"BM25Weighting": "bm25", "NBWeighting": "nb", "TfidfWeighting": "tfidf"}

__all__ = ["BM25Weighting", "NBWeighting", "TfidfWeighting"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
