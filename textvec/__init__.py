"""Fast, explained, scikit-learn compatible text vectorization and exact cosine similarity.

Names are imported when they are first used, so that `import textvec` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textvec.preprocessing import Lemmatizer, Stemmer, StopWords, Tokenizer
    from textvec.similarity import CosineIndex
    from textvec.tokens import Tokens
    from textvec.vectorizers import CountVectorizer, OneHotVectorizer, TfidfVectorizer

__version__ = "0.1.0"

_HOMES = {
    "CosineIndex": "textvec.similarity",
    "CountVectorizer": "textvec.vectorizers",
    "Lemmatizer": "textvec.preprocessing",
    "OneHotVectorizer": "textvec.vectorizers",
    "Stemmer": "textvec.preprocessing",
    "StopWords": "textvec.preprocessing",
    "TfidfVectorizer": "textvec.vectorizers",
    "Tokenizer": "textvec.preprocessing",
    "Tokens": "textvec.tokens",
}

__all__ = [
    "CosineIndex",
    "CountVectorizer",
    "Lemmatizer",
    "OneHotVectorizer",
    "Stemmer",
    "StopWords",
    "TfidfVectorizer",
    "Tokenizer",
    "Tokens",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'textvec' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
