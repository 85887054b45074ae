"""Fast, explained, scikit-learn compatible text vectorization, and exact search by cosines and BM25.

Names are imported when they are first used, so that `import textvec` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec import embeddings, preprocessing, vectorizers, weightings
from textvec._common import lazy
from textvec._version import __version__ as __version__

if TYPE_CHECKING:
    from textvec.embeddings import EmbeddingVectorizer as EmbeddingVectorizer
    from textvec.embeddings import Word2Vec as Word2Vec
    from textvec.embeddings import WordVectors as WordVectors
    from textvec.index import BM25Index as BM25Index
    from textvec.index import CosineIndex as CosineIndex
    from textvec.index import HybridIndex as HybridIndex
    from textvec.index import VectorIndex as VectorIndex
    from textvec.index import open_index as open_index
    from textvec.interop import accelerate as accelerate
    from textvec.interop import to_onnx as to_onnx
    from textvec.interop import to_sklearn as to_sklearn
    from textvec.persistence import load as load
    from textvec.persistence import save as save
    from textvec.preprocessing import Chunker as Chunker
    from textvec.preprocessing import Lemmatizer as Lemmatizer
    from textvec.preprocessing import Phrases as Phrases
    from textvec.preprocessing import Stemmer as Stemmer
    from textvec.preprocessing import StopWords as StopWords
    from textvec.preprocessing import Tokenizer as Tokenizer
    from textvec.text import Tokens as Tokens
    from textvec.tracing import trace as trace
    from textvec.vectorizers import CountVectorizer as CountVectorizer
    from textvec.vectorizers import HashingVectorizer as HashingVectorizer
    from textvec.vectorizers import OneHotVectorizer as OneHotVectorizer
    from textvec.vectorizers import SequenceEncoder as SequenceEncoder
    from textvec.vectorizers import TfidfVectorizer as TfidfVectorizer
    from textvec.weightings import BM25Weighting as BM25Weighting
    from textvec.weightings import NBWeighting as NBWeighting
    from textvec.weightings import TfidfWeighting as TfidfWeighting

_HOMES = {
    **dict.fromkeys(preprocessing.ESTIMATORS, "textvec.preprocessing"),
    **dict.fromkeys(vectorizers.ESTIMATORS, "textvec.vectorizers"),
    **dict.fromkeys(weightings.ESTIMATORS, "textvec.weightings"),
    **dict.fromkeys(embeddings.ESTIMATORS, "textvec.embeddings"),
    **dict.fromkeys(("BM25Index", "CosineIndex", "HybridIndex", "VectorIndex", "open_index"), "textvec.index"),
    "Tokens": "textvec.text",
    "WordVectors": "textvec.embeddings",
    "accelerate": "textvec.interop",
    "load": "textvec.persistence",
    "save": "textvec.persistence",
    "to_onnx": "textvec.interop",
    "to_sklearn": "textvec.interop",
    "trace": "textvec.tracing",
}

# Written out, as type checkers read it: without it, `from textvec import *` would bring no name to them.
__all__ = [
    "BM25Index",
    "BM25Weighting",
    "Chunker",
    "CosineIndex",
    "CountVectorizer",
    "EmbeddingVectorizer",
    "HashingVectorizer",
    "HybridIndex",
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
    "VectorIndex",
    "Word2Vec",
    "WordVectors",
    "__version__",
    "accelerate",
    "load",
    "open_index",
    "save",
    "to_onnx",
    "to_sklearn",
    "trace",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, _ = lazy.exports(__name__, _HOMES)


def __dir__() -> list[str]:
    return __all__
