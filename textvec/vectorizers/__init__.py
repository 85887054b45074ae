"""Tokens to matrices: one-hot, bag of words and n-grams, TF-IDF.

Names are imported when they are first used: a query needs terms, and none of scikit-learn.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.vectorizers.count import CountVectorizer as CountVectorizer
    from textvec.vectorizers.hashing import HashingVectorizer as HashingVectorizer
    from textvec.vectorizers.one_hot import OneHotVectorizer as OneHotVectorizer
    from textvec.vectorizers.sequence import SequenceEncoder as SequenceEncoder
    from textvec.vectorizers.tfidf import TfidfVectorizer as TfidfVectorizer

_HOMES = {
    "CountVectorizer": "textvec.vectorizers.count",
    "HashingVectorizer": "textvec.vectorizers.hashing",
    "OneHotVectorizer": "textvec.vectorizers.one_hot",
    "SequenceEncoder": "textvec.vectorizers.sequence",
    "TfidfVectorizer": "textvec.vectorizers.tfidf",
}

__all__ = [
    "CountVectorizer",
    "HashingVectorizer",
    "OneHotVectorizer",
    "SequenceEncoder",
    "TfidfVectorizer",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)

ESTIMATORS = _HOMES
"""The estimators of this room and their modules, which `textvec` exports and `textvec.load` may make."""
