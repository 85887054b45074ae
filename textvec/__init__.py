"""Fast, explained, scikit-learn compatible text vectorization and exact cosine similarity.

Names are imported when they are first used, so that `import textvec` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textvec.embeddings import EmbeddingVectorizer, Word2Vec, WordVectors
    from textvec.persistence import load, save
    from textvec.preprocessing import Chunker, Lemmatizer, Phrases, Stemmer, StopWords, Tokenizer
    from textvec.similarity import CosineIndex
    from textvec.tokens import Tokens
    from textvec.vectorizers import (
        CountVectorizer,
        HashingVectorizer,
        OneHotVectorizer,
        SequenceEncoder,
        TfidfVectorizer,
    )
    from textvec.weightings import BM25Weighting, NBWeighting, TfidfWeighting

__version__ = "0.1.0"

_HOMES = {
    "BM25Weighting": "textvec.weightings",
    "Chunker": "textvec.preprocessing",
    "CosineIndex": "textvec.similarity",
    "CountVectorizer": "textvec.vectorizers",
    "EmbeddingVectorizer": "textvec.embeddings",
    "HashingVectorizer": "textvec.vectorizers",
    "Lemmatizer": "textvec.preprocessing",
    "NBWeighting": "textvec.weightings",
    "OneHotVectorizer": "textvec.vectorizers",
    "Phrases": "textvec.preprocessing",
    "SequenceEncoder": "textvec.vectorizers",
    "Stemmer": "textvec.preprocessing",
    "StopWords": "textvec.preprocessing",
    "TfidfVectorizer": "textvec.vectorizers",
    "TfidfWeighting": "textvec.weightings",
    "Tokenizer": "textvec.preprocessing",
    "Tokens": "textvec.tokens",
    "Word2Vec": "textvec.embeddings",
    "WordVectors": "textvec.embeddings",
    "load": "textvec.persistence",
    "save": "textvec.persistence",
}

__all__ = [
    "BM25Weighting",
    "Chunker",
    "CosineIndex",
    "CountVectorizer",
    "EmbeddingVectorizer",
    "HashingVectorizer",
    "Lemmatizer",
    "NBWeighting",
    "OneHotVectorizer",
    "Phrases",
    "SequenceEncoder",
    "Stemmer",
    "StopWords",
    "TfidfVectorizer",
    "TfidfWeighting",
    "Tokenizer",
    "Tokens",
    "Word2Vec",
    "WordVectors",
    "__version__",
    "load",
    "save",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'textvec' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
