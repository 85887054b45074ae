"""Words to vectors, and word vectors to documents' vectors.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.embeddings.embedding_vectorizer import EmbeddingVectorizer as EmbeddingVectorizer
    from textvec.embeddings.pretrained import download as download
    from textvec.embeddings.results import Neighbour as Neighbour
    from textvec.embeddings.results import Neighbours as Neighbours
    from textvec.embeddings.subwords import Subwords as Subwords
    from textvec.embeddings.word2vec import Word2Vec as Word2Vec
    from textvec.embeddings.word_vectors import WordVectors as WordVectors

_HOMES = {
    "EmbeddingVectorizer": "textvec.embeddings.embedding_vectorizer",
    "Neighbour": "textvec.embeddings.results",
    "Neighbours": "textvec.embeddings.results",
    "Subwords": "textvec.embeddings.subwords",
    "Word2Vec": "textvec.embeddings.word2vec",
    "WordVectors": "textvec.embeddings.word_vectors",
    "download": "textvec.embeddings.pretrained",
}

__all__ = [
    "EmbeddingVectorizer",
    "Neighbour",
    "Neighbours",
    "Subwords",
    "Word2Vec",
    "WordVectors",
    "download",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)

ESTIMATORS = {name: _HOMES[name] for name in ("EmbeddingVectorizer", "Word2Vec")}
"""The estimators of this room and their modules, which `textvec` exports and `textvec.load` may make."""
