"""What a search returns: hits that read like a list, and print well."""

from __future__ import annotations

import html
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

_SHOWN_QUERIES = 5
_WIDTH = 70


class Hit(NamedTuple):
    """A document that was found.

    Attributes
    ----------
    id : hashable
        Its id.
    score : float
        Its similarity to the query.
    document : str or list of str
        The document, as it was given.
    """

    id: Hashable
    score: float
    document: Any


class SearchResults(Sequence[list[Hit]]):
    """For each query its hits, best first.

    Attributes
    ----------
    places : ndarray of int64 of shape (n_queries, k)
        Positions of the documents that were found, -1 after the last hit of a query.
    scores : ndarray of float32 of shape (n_queries, k)
        Their similarities, 0 after the last hit.

    Examples
    --------
    >>> from textvec import CosineIndex
    >>> results = CosineIndex().fit(["red apple", "green apple", "blue sea"], ids="abc").search(["apple", "sea"])
    >>> [hit.id for hit in results[0]]
    ['a', 'b']
    >>> results[1][0].document
    'blue sea'
    >>> results.to_dicts()[1]
    [{'id': 'c', 'score': 0.7071067690849304, 'document': 'blue sea'}]
    """

    def __init__(
        self, places: NDArray[np.int64], scores: NDArray[np.float32], ids: Sequence[Hashable], documents: Sequence[Any]
    ) -> None:
        self.places = places
        self.scores = np.where(places >= 0, scores, np.float32(0))
        self._ids = ids
        self._documents = documents

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, query: int) -> list[Hit]: ...
    @overload
    def __getitem__(self, query: slice) -> SearchResults: ...
    def __getitem__(self, query: int | slice) -> list[Hit] | SearchResults:
        if isinstance(query, slice):
            return SearchResults(self.places[query], self.scores[query], self._ids, self._documents)
        pairs = zip(self.places[query].tolist(), self.scores[query].tolist(), strict=True)
        return [Hit(self._ids[i], score, self._documents[i]) for i, score in pairs if i >= 0]

    def to_dicts(self) -> list[list[dict[str, Any]]]:
        """Return for each query a list of dicts with the keys of `Hit`."""
        return [[hit._asdict() for hit in hits] for hits in self]

    def __repr__(self) -> str:
        lines = [f"SearchResults({len(self)} {'query' if len(self) == 1 else 'queries'})"]
        for q, hits in enumerate(self[:_SHOWN_QUERIES]):
            lines += [f"  query {q}" if hits else f"  query {q}: no hits"]
            lines += [f"    {hit.score:.4f}  {hit.id}  {_snippet(hit.document)}" for hit in hits]
        return "\n".join(lines if len(self) <= _SHOWN_QUERIES else [*lines, "  ..."])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{q}</td><td>{hit.score:.4f}</td><td>{html.escape(str(hit.id))}</td>"
            f"<td>{html.escape(_snippet(hit.document))}</td></tr>"
            for q, hits in enumerate(self[:_SHOWN_QUERIES])
            for hit in hits
        )
        return f"<table><tr><th>query</th><th>score</th><th>id</th><th>document</th></tr>{rows}</table>"


def _snippet(document: Any) -> str:
    text = " ".join((document if isinstance(document, str) else " ".join(map(str, document))).split())
    return text if len(text) <= _WIDTH else text[: _WIDTH - 3] + "..."
