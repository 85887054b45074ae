"""Search that lasts: documents and their vectors, in memory and on disk.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.index.bm25_index import BM25Index as BM25Index
    from textvec.index.cosine_index import CosineIndex as CosineIndex
    from textvec.index.errors import DamagedIndexError as DamagedIndexError
    from textvec.index.hybrid_index import HybridIndex as HybridIndex
    from textvec.index.opening import open_index as open_index
    from textvec.index.query_terms import QueryTerm as QueryTerm
    from textvec.index.query_terms import QueryTerms as QueryTerms
    from textvec.index.results import Document as Document
    from textvec.index.results import FoundPassage as FoundPassage
    from textvec.index.results import Hit as Hit
    from textvec.index.results import Hits as Hits
    from textvec.index.results import SearchResults as SearchResults
    from textvec.index.vector_index import VectorIndex as VectorIndex

_HOMES = {
    "BM25Index": "textvec.index.bm25_index",
    "CosineIndex": "textvec.index.cosine_index",
    "DamagedIndexError": "textvec.index.errors",
    "Document": "textvec.index.results",
    "FoundPassage": "textvec.index.results",
    "Hit": "textvec.index.results",
    "Hits": "textvec.index.results",
    "HybridIndex": "textvec.index.hybrid_index",
    "QueryTerm": "textvec.index.query_terms",
    "QueryTerms": "textvec.index.query_terms",
    "SearchResults": "textvec.index.results",
    "VectorIndex": "textvec.index.vector_index",
    "open_index": "textvec.index.opening",
}

__all__ = [
    "BM25Index",
    "CosineIndex",
    "DamagedIndexError",
    "Document",
    "FoundPassage",
    "Hit",
    "Hits",
    "HybridIndex",
    "QueryTerm",
    "QueryTerms",
    "SearchResults",
    "VectorIndex",
    "open_index",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
