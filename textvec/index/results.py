"""What a search returns: hits that read like a list, print well, and turn into tables."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec._common.counted import counted
from textvec._common.field_names import names_beside
from textvec._common.html_table import Cell, and_more, html_table
from textvec._common.optional import import_pandas
from textvec._common.printable import printable
from textvec._common.records import Records, cut, snippet
from textvec.index._arrow import value_at

if TYPE_CHECKING:
    from textvec.index._collection import Collection
    from textvec.index._ids import Id
    from textvec.index._segment import Segment

_OWN = {"query", "rank", "id", "score", "document", "passage", "start", "end"}
_SHOWN_QUERIES = 5
_SHOWN_HITS = 10  # of each query, where there are several
_SHOWN_SHARDS = 3  # that are missing
_MAX_SHOWN_CHARACTERS = 1000  # of the text of a single hit


class FoundPassage(NamedTuple):
    """The passage of a document that was found.

    Attributes
    ----------
    number : int
        Its number in the document, from 0.
    start, end : int
        Its first character in the document, and the one after its last.
    text : str
        Its text.
    """

    number: int
    start: int
    end: int
    text: str


class Document(NamedTuple):
    """A document of an index.

    Attributes
    ----------
    id : str or int
        Its id.
    document : str or list of str
        As it was given; None in an index of vectors.
    metadata : dict
        Its row of metadata; empty where the index has none.
    """

    id: Id
    document: Any
    metadata: dict[str, Any]

    @classmethod
    def of(cls, segment: Segment, doc: int) -> Document:
        """Return a document of a segment by its ordinal.

        Parameters
        ----------
        segment : Segment
            The segment of an index.
        doc : int
            The ordinal.
        """
        documents = segment.documents
        metadata = {}
        if documents.metadata is not None:
            metadata = {name: value_at(documents.metadata[name], doc) for name in documents.metadata.column_names}
        return cls(value_at(documents.ids, doc), value_at(documents.contents, doc), metadata)

    def _repr_html_(self) -> str:
        return _fields_as_html("Document", {"id": self.id}, self)


class Hit(NamedTuple):
    """A document that was found.

    Attributes
    ----------
    id : str or int
        Its id.
    score : float
        Its similarity to the query.
    document : str or list of str
        The document, as it was given; None in an index of vectors.
    metadata : dict
        Its row of metadata; empty where the index has none.
    passage : FoundPassage or None
        What was found of it, where documents are cut into passages.
    """

    id: Id
    score: float
    document: Any
    metadata: dict[str, Any]
    passage: FoundPassage | None

    def to_dict(self) -> dict[str, Any]:
        """Return the hit as plain data: metadata by the names of its columns, a passage as three numbers."""
        row: dict[str, Any] = {"id": self.id, "score": self.score, "document": self.document}
        if self.passage is not None:
            row |= {"passage": self.passage.number, "start": self.passage.start, "end": self.passage.end}
        return row | dict(zip(names_beside(_OWN, self.metadata), self.metadata.values(), strict=True))

    def _repr_html_(self) -> str:
        passage = {} if self.passage is None else {"passage": self.passage.text}
        return _fields_as_html("Hit", {"score": f"{self.score:.4f}", "id": self.id} | passage, self)


class Hits(Records[Hit]):
    """The hits of one query, best first: a list of `Hit` that prints well."""

    _head = ("score", "id", "document")
    _texts = frozenset({1, 2})
    _what = ("hit", "hits")

    def _cells(self, record: Hit) -> tuple[str, str, str]:
        found = record.document if record.passage is None else record.passage.text
        return f"{record.score:.4f}", str(record.id), snippet(found)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return each hit as a dict, see `Hit.to_dict`."""
        return [hit.to_dict() for hit in self]


def _fields_as_html(what: str, fields: dict[str, Any], about: Document | Hit) -> str:
    """Return a document as a table with a line for each field, and for each column of metadata."""
    text = {} if about.document is None else {"document": about.document}
    rows = [
        (name, Cell(snippet(value, _MAX_SHOWN_CHARACTERS), "overflow-wrap:anywhere"))
        for name, value in [*(fields | text).items(), *about.metadata.items()]
    ]
    return html_table((), rows, caption=what, texts={0, 1}, row_heads=True)


class SearchResults(Sequence[Hits]):
    """For each query its hits, best first.

    Attributes
    ----------
    scores : ndarray of float32 of shape (n_queries, k)
        0 after the last hit of a query.
    missing_shards : tuple of str
        Those of an index in shards that were not searched, where it was opened so that it may do without some.
    is_partial : bool
        Whether there are such.

    Notes
    -----
    Hits are looked up in the index when they are asked for. A pickle or a copy holds the hits themselves instead, with
    their documents and metadata, and not the index; explanations need the index, whose method `explain` makes them.

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
    >>> results.to_pandas()
       query  rank id     score     document
    0      0     1  a  0.605349    red apple
    1      0     2  b  0.605349  green apple
    2      1     1  c  0.707107     blue sea
    """

    _hits: list[Hits]

    def __init__(
        self,
        rows: NDArray[np.int64],
        scores: NDArray[np.float32],
        collection: Collection,
        missing_shards: Sequence[str] = (),
    ) -> None:
        self.scores = scores
        self.missing_shards = tuple(missing_shards)
        self._rows = rows
        self._collection = collection

    @property
    def is_partial(self) -> bool:
        """Whether shards of the index were not searched."""
        return bool(self.missing_shards)

    def __len__(self) -> int:
        return len(self.scores)

    @overload
    def __getitem__(self, query: int) -> Hits: ...
    @overload
    def __getitem__(self, query: slice) -> SearchResults: ...
    def __getitem__(self, query: int | slice) -> Hits | SearchResults:
        hits = vars(self).get("_hits")
        if isinstance(query, slice):
            if hits is None:
                return SearchResults(self._rows[query], self.scores[query], self._collection, self.missing_shards)
            return self._of_hits(self.scores[query], hits[query], self._schema, self.missing_shards)
        if hits is not None:
            return Hits(hits[query])
        pairs = zip(self._rows[query].tolist(), self.scores[query].tolist(), strict=True)
        return Hits([self._hit(row, score) for row, score in pairs if row >= 0])

    def top(self, k: int) -> SearchResults:
        """Return the first k hits of each query.

        Parameters
        ----------
        k : int
            How many at the most.

        Returns
        -------
        SearchResults
        """
        if "_hits" in vars(self):
            hits = [Hits(each[:k]) for each in self._hits]
            return self._of_hits(self.scores[:, :k], hits, self._schema, self.missing_shards)
        return SearchResults(self._rows[:, :k], self.scores[:, :k], self._collection, self.missing_shards)

    def _hit(self, row: int, score: float) -> Hit:
        segment, doc, own = self._collection.locate_row(row)
        id_, document, metadata = Document.of(segment, doc)
        span = segment.passage(own, doc)
        passage = None if span is None else FoundPassage(*span, document[slice(*span[1:])])
        return Hit(id_, score, document, metadata, passage)

    def to_dicts(self) -> list[list[dict[str, Any]]]:
        """Return for each query a list of dicts, see `Hit.to_dict`."""
        return [[hit.to_dict() for hit in hits] for hits in self]

    def to_arrow(self) -> pa.Table:
        """Return one Arrow table, a row for each hit: the position of its query, its rank from 1, and its `to_dict`."""
        ranked = ((q, rank, hit) for q, hits in enumerate(self) for rank, hit in enumerate(hits, 1))
        rows = [{"query": q, "rank": rank, **hit.to_dict()} for q, rank, hit in ranked]
        return pa.Table.from_pylist(rows, self._schema)

    @cached_property
    def _schema(self) -> pa.Schema:
        """The types of the columns of the table."""
        like = self._collection.like
        fields = [("query", pa.int64()), ("rank", pa.int64()), ("id", like.ids.type), ("score", pa.float64())]
        fields += [("document", like.contents.type)]
        if like.passages is not None:
            fields += [(name, pa.int64()) for name in ("passage", "start", "end")]
        if like.metadata is not None:
            fields += zip(names_beside(_OWN, like.metadata.column_names), like.metadata.schema.types, strict=True)
        return pa.schema(fields)

    @classmethod
    def _of_hits(
        cls, scores: NDArray[np.float32], hits: list[Hits], schema: pa.Schema, missing_shards: tuple[str, ...] = ()
    ) -> SearchResults:
        """Return results that hold their hits, without an index."""
        results = cls.__new__(cls)
        vars(results).update(scores=scores, _hits=hits, _schema=schema, missing_shards=missing_shards)
        return results

    def __reduce__(self) -> tuple[Any, ...]:
        if "_hits" in vars(self):
            hits = self._hits
        else:
            known: dict[int, Hit] = {}  # a document that several queries found is in the pickle once
            hits = []
            for rows, scores in zip(self._rows.tolist(), self.scores.tolist(), strict=True):
                found = [(row, score) for row, score in zip(rows, scores, strict=True) if row >= 0]
                for row, score in found:
                    if row not in known:
                        known[row] = self._hit(row, score)
                hits.append(Hits([known[row]._replace(score=score) for row, score in found]))
        return SearchResults._of_hits, (np.array(self.scores), hits, self._schema, self.missing_shards)

    def value_counts(self, column: str) -> list[dict[Any, int]]:
        """Return for each query how many of its hits have each value of a column of metadata: facets to filter by.

        Parameters
        ----------
        column : str
            Of the metadata.

        Returns
        -------
        list of dict
            From values to numbers of hits, the most frequent first, equal ones in alphabetical order; None is missing.

        Raises
        ------
        ValueError
            If there is no such column.

        Examples
        --------
        >>> from textvec import CosineIndex
        >>> metadata = {"color": ["red", "green", "red"]}
        >>> index = CosineIndex().fit(["apple pie", "apple", "apple tree"], metadata=metadata)
        >>> index.search(["apple"]).value_counts("color")
        [{'red': 2, 'green': 1}]
        """
        from textvec.index.facets import check_column, counted_values

        if "_hits" in vars(self):
            for hits in self._hits:
                if hits:
                    check_column(column, list(hits[0].metadata))
            return [counted_values(hit.metadata[column] for hit in hits) for hits in self._hits]
        return [counted_values(self._collection.values_of(column, rows)) for rows in self._rows]

    def to_pandas(self) -> Any:
        """Return the table of `to_arrow` as a pandas DataFrame."""
        import_pandas("SearchResults.to_pandas")
        return self.to_arrow().to_pandas()

    def __repr__(self) -> str:
        lines = [f"SearchResults({self._summary()})"]
        for q, hits in enumerate(self[:_SHOWN_QUERIES]):
            lines += [f"  query {q}" if hits else f"  query {q}: no hits"]
            lines += [cut(f"    {'  '.join(hits._cells(hit))}".rstrip()) for hit in hits[:_SHOWN_HITS]]
            lines += [f"    {and_more(len(hits) - _SHOWN_HITS, 'hit')}"] if len(hits) > _SHOWN_HITS else []
        rest = and_more(len(self) - _SHOWN_QUERIES, "query", "queries")
        return printable("\n".join([*lines, f"  {rest}"] if rest else lines), keep="\n")

    def _repr_html_(self) -> str:
        rows = []
        for q, hits in enumerate(self[:_SHOWN_QUERIES]):
            rows += [(str(q), *hits._cells(hit)) for hit in hits[:_SHOWN_HITS]] or [(str(q), "", "", "no hits")]
            more = and_more(len(hits) - _SHOWN_HITS, "hit")
            rows += [(str(q), "", "", more)] if more else []
        rest = and_more(len(self) - _SHOWN_QUERIES, "query", "queries")
        caption = f"SearchResults: {self._summary()}"
        return html_table(("query", *Hits._head), rows, caption=caption, texts={2, 3}, rest=rest)

    def _summary(self) -> str:
        partial = f", {counted(len(self.missing_shards), 'shard')} missing: " if self.is_partial else ""
        shown = ", ".join([*self.missing_shards[:_SHOWN_SHARDS], *["..."][: len(self.missing_shards) > _SHOWN_SHARDS]])
        return counted(len(self), "query", "queries") + partial + shown
