"""Searches as they come from requests: those alike are one search of many queries.

Tested in tests/serve/test_app.py.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from textvec.index.errors import DamagedIndexError
from textvec.index.hybrid_index import HybridIndex
from textvec.serve import answers

if TYPE_CHECKING:
    from textvec.index.document_index import DocumentIndex
    from textvec.index.results import SearchResults

COUNTED = 1000
"""Facets are counted among so many of the best hits: what is further down is hardly what is looked for, and of an
index of meaning everything is a hit."""
SHOWN_VALUES = 20
"""Values of a facet that are listed, the most frequent ones."""


class Search(NamedTuple):
    """A search that was asked for.

    Attributes
    ----------
    query : str
    k : int
    where : tuple of str
        Conditions that all hold: comparisons, or objects of JSON from columns to values.
    min_score : float or None
    explained : int
        Of how many hits to tell why they are.
    facets : bool
        Whether to count the values of metadata.
    """

    query: str
    k: int = 10
    where: tuple[str, ...] = ()
    min_score: float | None = None
    explained: int = 0
    facets: bool = False

    @property
    def alike(self) -> Hashable:
        """What searches have in common that may be made together.

        `k` is in it as some indexes look further where more hits are asked for: a `HybridIndex`, and approximate ones.
        """
        return (self.where, self.min_score, self.facets, self.k)


def search(index: DocumentIndex, searches: Sequence[Search]) -> list[dict[str, Any]]:
    """Answer searches that are alike.

    Parameters
    ----------
    index : CosineIndex, VectorIndex, BM25Index or HybridIndex
    searches : sequence of Search

    Returns
    -------
    list of dict
        For each what the route `/search` answers, without its time.
    """
    first = searches[0]
    asked = [each.query for each in searches]
    shared: dict[str, Any] = {"min_score": first.min_score, "where": conditions(first.where)}
    found = index.search(asked, first.k, **shared)
    counted = index.search(asked, max(first.k, COUNTED), **shared) if first.facets else None
    return [_answer(index, each, found, counted, place) for place, each in enumerate(searches)]


def similar(
    index: DocumentIndex,
    id: str | int,  # noqa: A002
    k: int,
    where: Sequence[str],
    min_score: float | None,
    facets: bool,
) -> dict[str, Any]:
    """Answer which documents are like one of the index; see `search`."""
    shared: dict[str, Any] = {"min_score": min_score, "where": conditions(where)}
    found = index.search_by_id(id, k, **shared)
    counted = index.search_by_id(id, max(k, COUNTED), **shared) if facets else None
    return {"id": id, "hits": list(map(answers.hit, found[0])), **_facets(index, counted, 0)}


def conditions(where: Sequence[str]) -> list[Any] | None:
    """Return conditions as an index takes them, None if there is none.

    Raises
    ------
    ValueError
        If one that begins as an object of JSON is none.
    """
    return [_condition(text) for text in where] or None


def _condition(text: str) -> Any:
    if not text.lstrip().startswith("{"):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(
            f"`where` must be a comparison, or an object in JSON, but {text!r:.60} is none: {error}"
        ) from None


def explanation(index: DocumentIndex, query: str, id: str | int, k: int) -> Any:  # noqa: A002
    """Explain the score that a document has in a search for k hits, by which a `HybridIndex` ranks how many."""
    if isinstance(index, HybridIndex):
        return index.explain(query, id, k=k)
    return index.explain(query, id)


def _answer(
    index: DocumentIndex, asked: Search, found: SearchResults, counted: SearchResults | None, place: int
) -> dict[str, Any]:
    hits = found[place]
    told = [answers.hit(each, _explanation(index, asked, each.id)) for each in hits[: asked.explained]]
    told += map(answers.hit, hits[asked.explained :])
    unknown = _unknown(index, asked.query) if asked.explained else None
    return {"query": asked.query, "hits": told, "unknown": unknown, **_facets(index, counted, place)}


def _explanation(index: DocumentIndex, asked: Search, id: str | int) -> Any:  # noqa: A002
    """Return why a document is a hit, None if the index cannot tell, or the document has been deleted meanwhile."""
    try:
        return explanation(index, asked.query, id, asked.k)
    except (ValueError, KeyError) as error:
        if isinstance(error, DamagedIndexError):
            raise
        return None


def _unknown(index: DocumentIndex, query: str) -> list[dict[str, Any]] | None:
    """Return the words of a query that the index does not know, with what they may mean; None if it cannot tell."""
    try:
        terms = index.query_terms(query)
    except ValueError as error:
        if isinstance(error, DamagedIndexError):
            raise
        return None
    return [{"word": each.term, "suggestion": each.suggestion} for each in terms.unknown]


def _facets(index: DocumentIndex, found: SearchResults | None, place: int) -> dict[str, Any]:
    """Return the values of the columns to filter by, among the best hits; none where there are no such hits."""
    if found is None:
        return {"facets": None, "counted": None}
    return {"facets": [_facet(found, place, column) for column in index.facet_columns], "counted": COUNTED}


def _facet(found: SearchResults, place: int, column: str) -> dict[str, Any]:
    counts = list(found[place : place + 1].value_counts(column)[0].items())
    values = [{"value": answers.plain(value), "count": count} for value, count in counts[:SHOWN_VALUES]]
    return {"column": column, "values": values, "more": len(counts) - len(values)}
