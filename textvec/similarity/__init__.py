"""Matrices to neighbours: exact cosine search that explains itself."""

from textvec.similarity.index import CosineIndex
from textvec.similarity.results import Hit, SearchResults

__all__ = ["CosineIndex", "Hit", "SearchResults"]
