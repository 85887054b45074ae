"""Tokens to matrices: one-hot, bag of words and n-grams, TF-IDF.

Names are imported when they are first used: a query needs terms, and none of scikit-learn.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textvec.vectorizers.count import CountVectorizer
    from textvec.vectorizers.hashing import HashingVectorizer
    from textvec.vectorizers.one_hot import OneHotVectorizer
    from textvec.vectorizers.sequence import SequenceEncoder
    from textvec.vectorizers.tfidf import TfidfVectorizer

_HOMES = {
    "CountVectorizer": "count",
    "HashingVectorizer": "hashing",
    "OneHotVectorizer": "one_hot",
    "SequenceEncoder": "sequence",
    "TfidfVectorizer": "tfidf",
}

__all__ = ["CountVectorizer", "HashingVectorizer", "OneHotVectorizer", "SequenceEncoder", "TfidfVectorizer"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
