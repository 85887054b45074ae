"""Matrices to neighbours: exact cosine search that lasts and explains itself, and other measures of similarity.

Names are imported when they are first used: a shell command that searches an index needs few of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textvec.similarity._damage import DamagedIndexError
    from textvec.similarity.duplicates import Duplicates, find_duplicates
    from textvec.similarity.explanation import Contribution, Explanation, PairContribution
    from textvec.similarity.index import CosineIndex
    from textvec.similarity.measures import cosine, cosine_distance, jaccard, percent
    from textvec.similarity.pairwise import SimilarityMatrix, TextPair, similarity_matrix
    from textvec.similarity.results import Document, FoundPassage, Hit, SearchResults
    from textvec.similarity.word_measures import soft_cosine, word_movers_distance

_HOMES = {
    "Contribution": "explanation",
    "CosineIndex": "index",
    "DamagedIndexError": "_damage",
    "Document": "results",
    "Duplicates": "duplicates",
    "Explanation": "explanation",
    "FoundPassage": "results",
    "Hit": "results",
    "PairContribution": "explanation",
    "SearchResults": "results",
    "SimilarityMatrix": "pairwise",
    "TextPair": "pairwise",
    "cosine": "measures",
    "cosine_distance": "measures",
    "find_duplicates": "duplicates",
    "jaccard": "measures",
    "percent": "measures",
    "similarity_matrix": "pairwise",
    "soft_cosine": "word_measures",
    "word_movers_distance": "word_measures",
}

__all__ = [
    "Contribution",
    "CosineIndex",
    "DamagedIndexError",
    "Document",
    "Duplicates",
    "Explanation",
    "FoundPassage",
    "Hit",
    "PairContribution",
    "SearchResults",
    "SimilarityMatrix",
    "TextPair",
    "cosine",
    "cosine_distance",
    "find_duplicates",
    "jaccard",
    "percent",
    "similarity_matrix",
    "soft_cosine",
    "word_movers_distance",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
