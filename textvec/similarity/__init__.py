"""How alike texts are: measures of two, matrices of many, near-duplicates.

The index and its results are documented here as well; they live in `textvec.index`.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.explanation.explanation import Contribution as Contribution
    from textvec.explanation.explanation import Explanation as Explanation
    from textvec.explanation.explanation import PairContribution as PairContribution
    from textvec.index.cosine_index import CosineIndex as CosineIndex
    from textvec.index.errors import DamagedIndexError as DamagedIndexError
    from textvec.index.results import Document as Document
    from textvec.index.results import FoundPassage as FoundPassage
    from textvec.index.results import Hit as Hit
    from textvec.index.results import Hits as Hits
    from textvec.index.results import SearchResults as SearchResults
    from textvec.similarity.duplicates import Duplicates as Duplicates
    from textvec.similarity.duplicates import find_duplicate_clusters as find_duplicate_clusters
    from textvec.similarity.duplicates import find_duplicates as find_duplicates
    from textvec.similarity.measures import cosine as cosine
    from textvec.similarity.measures import cosine_distance as cosine_distance
    from textvec.similarity.measures import jaccard as jaccard
    from textvec.similarity.measures import percent as percent
    from textvec.similarity.overlap import Overlap as Overlap
    from textvec.similarity.overlap import find_overlap as find_overlap
    from textvec.similarity.pairwise import SimilarityMatrix as SimilarityMatrix
    from textvec.similarity.pairwise import TextPair as TextPair
    from textvec.similarity.pairwise import TextPairs as TextPairs
    from textvec.similarity.pairwise import similarity_matrix as similarity_matrix
    from textvec.similarity.word_measures import soft_cosine as soft_cosine
    from textvec.similarity.word_measures import word_movers_distance as word_movers_distance

_HOMES = {
    "Contribution": "textvec.explanation.explanation",
    "CosineIndex": "textvec.index.cosine_index",
    "DamagedIndexError": "textvec.index.errors",
    "Document": "textvec.index.results",
    "Duplicates": "textvec.similarity.duplicates",
    "Explanation": "textvec.explanation.explanation",
    "FoundPassage": "textvec.index.results",
    "Hit": "textvec.index.results",
    "Hits": "textvec.index.results",
    "Overlap": "textvec.similarity.overlap",
    "PairContribution": "textvec.explanation.explanation",
    "SearchResults": "textvec.index.results",
    "SimilarityMatrix": "textvec.similarity.pairwise",
    "TextPair": "textvec.similarity.pairwise",
    "TextPairs": "textvec.similarity.pairwise",
    "cosine": "textvec.similarity.measures",
    "cosine_distance": "textvec.similarity.measures",
    "find_duplicate_clusters": "textvec.similarity.duplicates",
    "find_duplicates": "textvec.similarity.duplicates",
    "find_overlap": "textvec.similarity.overlap",
    "jaccard": "textvec.similarity.measures",
    "percent": "textvec.similarity.measures",
    "similarity_matrix": "textvec.similarity.pairwise",
    "soft_cosine": "textvec.similarity.word_measures",
    "word_movers_distance": "textvec.similarity.word_measures",
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
    "Hits",
    "Overlap",
    "PairContribution",
    "SearchResults",
    "SimilarityMatrix",
    "TextPair",
    "TextPairs",
    "cosine",
    "cosine_distance",
    "find_duplicate_clusters",
    "find_duplicates",
    "find_overlap",
    "jaccard",
    "percent",
    "similarity_matrix",
    "soft_cosine",
    "word_movers_distance",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
