"""All that is indexed: segments, and which of their documents were deleted. It never changes: a change makes a new one.

So readers go on with what they have while somebody writes, in memory and on disk.

Tested in tests/index/test_changes.py.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec.encoders.vectors import Pair, Sparse, Vectors
from textvec.index._bm25 import BM25, Statistics
from textvec.index._documents import Documents
from textvec.index._ids import Id
from textvec.index._segment import Segment
from textvec.index.rows.base import BACKENDS, METRIC_NAMES, Rows, backend_class
from textvec.index.rows.bm25 import BM25Rows
from textvec.index.rows.hybrid import DENSE, LEXICAL, HybridRows

if TYPE_CHECKING:
    from textvec.index._filters import Where

IDS_PER_READ = 4096
"""How many ids are turned into Python objects at a time when all are iterated over."""


class LiveSegment(NamedTuple):
    """A segment, and which of its documents were deleted.

    Attributes
    ----------
    segment : Segment
    deleted : ndarray of int64
        The ordinals of the deleted documents, increasing.
    """

    segment: Segment
    deleted: NDArray[np.int64]

    @property
    def live(self) -> NDArray[np.int64]:
        """The ordinals of the documents that are not deleted."""
        return np.delete(np.arange(len(self.segment)), self.deleted)

    def allowed_rows(self, where: Where | None) -> NDArray[np.uint8] | None:
        """Return which rows may be hits, None for all."""
        docs = None
        if where is not None:
            from textvec.index._filters import allowed_by

            docs = allowed_by(where, self.segment.metadata)
        if len(self.deleted):
            docs = np.ones(len(self.segment), np.bool_) if docs is None else docs
            docs[self.deleted] = False
        return self.segment.allowed_rows(docs)

    def documents(self) -> Documents:
        """Return the documents that are not deleted, to write them anew, see `Segment.to_rewrite`."""
        documents = self.segment.to_rewrite()
        return documents.take(self.live) if len(self.deleted) else documents


@dataclass(frozen=True, eq=False)
class Collection:
    """Segments of documents, searched as one.

    A row of the collection is a vector: rows are numbered through all segments.

    Attributes
    ----------
    segments : tuple of LiveSegment
    next_id : int
        The smallest integer that is larger than every integer id so far.
    backend : str
        The kind of rows that new segments get, see `rows.base.BACKENDS`.
    bm25 : BM25 or None
        How counts are scored; None where there are vectors.
    """

    segments: tuple[LiveSegment, ...]
    next_id: int
    backend: str
    bm25: BM25 | None = None

    @classmethod
    def of(cls, documents: Documents, backend: str, bm25: BM25 | None = None) -> Collection:
        """Index documents."""
        return cls((), 0, backend, bm25)._with_segment(documents)

    def __len__(self) -> int:
        return sum(len(segment) - len(deleted) for segment, deleted in self.segments)

    def __iter__(self) -> Iterator[Id]:
        return heapq.merge(*(_live_ids(live) for live in self.segments))

    @property
    def contents(self) -> pa.ChunkedArray:
        """All documents, also those that are deleted."""
        return pa.chunked_array([live.segment.contents for live in self.segments])

    @property
    def metric(self) -> str:
        """What scores are, see `rows.base.Backend`."""
        return BACKENDS[self.backend].metric

    @property
    def like(self) -> Documents:
        """The documents of the first segment, whose types are those of all. Its values were not validated."""
        return self.segments[0].segment.documents

    @cached_property
    def first_rows(self) -> NDArray[np.int64]:
        """The first row of each segment, and the number of all rows."""
        return np.cumsum([0, *(len(live.segment.rows) for live in self.segments)])

    @cached_property
    def facet_columns(self) -> list[str]:
        """The columns of metadata to filter by."""
        from textvec.index.facets import columns_of_few_values

        tables = [live.segment.metadata for live in self.segments]
        return columns_of_few_values([table for table in tables if table is not None])

    def values_of(self, column: str, rows: NDArray[np.int64]) -> list[Any]:
        """Return the values of a column of metadata for the documents of some rows, segment by segment; -1 is none."""
        from textvec.index.facets import check_column

        metadata = self.like.metadata
        check_column(column, [] if metadata is None else metadata.column_names)
        rows = rows[rows >= 0]
        numbers = np.searchsorted(self.first_rows, rows, side="right") - 1
        values = []
        for number, live in enumerate(self.segments):
            own = rows[numbers == number] - self.first_rows[number]
            if len(own):
                docs = pa.array(live.segment.docs_of(own))
                values += live.segment.metadata[column].take(docs).to_pylist()  # type: ignore[index]
        return values

    def find(self, id_: Id) -> tuple[int, int] | None:
        """Return the segment of a document, by its number, and its ordinal there; None if no document has that id."""
        if isinstance(id_, str) != pa.types.is_large_string(self.like.ids.type):
            return None
        for number, (segment, deleted) in enumerate(self.segments):
            doc = segment.find(id_)
            i = np.searchsorted(deleted, doc)
            if doc >= 0 and (i == len(deleted) or deleted[i] != doc):
                return number, doc
        return None

    def locate(self, ids: Iterable[Id]) -> list[tuple[int, int]]:
        """Return where documents are, see `find`.

        Raises
        ------
        KeyError
            If no document has one of the ids.
        """
        located = []
        for id_ in ids:
            found = self.find(id_)
            if found is None:
                some = ", ".join(repr(each) for each, _ in zip(self, range(3), strict=False))
                raise KeyError(f"No document has the id {id_!r}; there are {len(self)}, such as {some}.")
            located.append(found)
        return located

    def locate_row(self, row: int) -> tuple[Segment, int, int]:
        """Return the segment of a row, the ordinal of its document there, and its own number there."""
        number = int(self.first_rows.searchsorted(row, side="right")) - 1
        segment, own = self.segments[number].segment, row - int(self.first_rows[number])
        return segment, segment.doc_of(own), own

    def id_at(self, row: int) -> Id:
        """Return the id of the document that a row belongs to."""
        segment, doc, _ = self.locate_row(row)
        return segment.id_of(doc)

    def document_numbers(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a number for each row, the same for rows of one document."""
        numbers = np.searchsorted(self.first_rows, rows, side="right") - 1
        documents = np.empty_like(rows)
        for number, live in enumerate(self.segments):
            mine = numbers == number
            documents[mine] = live.segment.docs_of(rows[mine] - self.first_rows[number]) + self.first_rows[number]
        return documents

    def added(self, documents: Documents) -> Collection:
        """Return the collection with more documents.

        They become a segment, together with the last ones as long as those are no larger: the number of segments grows
        with the logarithm of the number of additions, and so does how often a document is copied.
        """
        if not len(documents):
            return self
        kept, merged = list(self.segments), [documents]
        while kept and len(kept[-1].segment) <= sum(map(len, merged)):
            merged.append(kept.pop().documents())
        return replace(self, segments=tuple(kept))._with_segment(Documents.concatenated(merged[::-1]))

    def put(self, documents: Documents, is_numbered: bool, replace: bool) -> Collection:
        """Return the collection with more documents, or with others instead of those that have their ids.

        Parameters
        ----------
        documents : Documents
        is_numbered : bool
            Whether they get the next ids.
        replace : bool

        Raises
        ------
        KeyError
            If one is to replace a document that is not there.
        ValueError
            If an id is there already, or the documents are of another kind.
        """
        self.check_fits(documents)
        if is_numbered:
            return self.added(documents.with_ids(self.next_ids(len(documents))))
        known = documents.ids.to_pylist()
        if replace:
            return self.deleted(self.locate(known)).added(documents)
        repeated = next((id_ for id_ in known if self.find(id_)), None)
        if repeated is not None:
            raise ValueError(f"There is a document with the id {repeated!r} already. Delete it, or update it.")
        return self.added(documents)

    def deleted(self, located: Iterable[tuple[int, int]]) -> Collection:
        """Return the collection without some documents, which are given as `find` returns them."""
        docs: list[list[int]] = [[] for _ in self.segments]
        for number, doc in located:
            docs[number].append(doc)
        segments = (
            LiveSegment(live.segment, np.union1d(live.deleted, np.array(more, np.int64))) if more else live
            for live, more in zip(self.segments, docs, strict=True)
        )
        return replace(self, segments=tuple(segments))

    def compacted(self) -> Collection:
        """Return the collection as one segment without deleted documents."""
        if len(self.segments) == 1 and not len(self.segments[0].deleted):
            return self
        parts = [live.documents() for live in self.segments]
        return replace(self, segments=())._with_segment(Documents.concatenated(parts))

    @cached_property
    def rows_to_search(self) -> list[NDArray[np.uint8] | None]:
        """For each segment, which of its rows are of documents that are not deleted; None for all."""
        return [live.allowed_rows(None) for live in self.segments]

    @cached_property
    def statistics(self) -> Statistics:
        """What BM25 needs to know of all documents that are not deleted."""
        return Statistics.of(self.segments)

    @cached_property
    def parts(self) -> dict[str, Collection]:
        """The same documents with one of their two kinds of rows each, as collections to search in."""
        return {
            part: Collection(
                tuple(LiveSegment(live.segment.part(part), live.deleted) for live in self.segments),
                self.next_id,
                backend,
                self.bm25 if part == LEXICAL else None,
            )
            for part, backend in zip((LEXICAL, DENSE), self.backend.split("+"), strict=True)
        }

    def _with_segment(self, documents: Documents) -> Collection:
        next_id = self.next_id
        if len(documents) and pa.types.is_integer(documents.ids.type):
            next_id = max(next_id, int(np.max(documents.ids.to_numpy())) + 1)
        live = LiveSegment(Segment.of(documents, self._rows), np.empty(0, np.int64))
        return replace(self, segments=(*self.segments, live), next_id=next_id)

    def _rows(self, vectors: Any) -> Rows:
        """Make searchable rows of the vectors of documents that are to be added."""
        if isinstance(vectors, Pair):
            words: Any = self.parts[LEXICAL]._rows(vectors.lexical)
            meaning: Any = self.parts[DENSE]._rows(vectors.dense)
            return HybridRows(words, meaning)
        if self.bm25 is not None:
            return BM25Rows.of(vectors, self.bm25.half_count(self.statistics.with_counts(vectors)))
        return backend_class(self.backend).of(vectors)

    def next_ids(self, n: int) -> pa.Array:
        """Return n integers that never were ids."""
        if self.next_id + n > 2**63:
            raise ValueError(f"The next ids would be {self.next_id} and more, which is too large: give ids.")
        return pa.array(np.arange(self.next_id, self.next_id + n, dtype=np.int64))

    def check_like(self, vectors: Vectors | Pair) -> None:
        """Raise an error unless vectors are of the kind, and the width, of those that are here.

        Counts of words may be of any width, where words of documents that are added become terms.
        """
        if isinstance(vectors, Pair):
            for part, of_part in vectors._asdict().items():
                self.parts[part].check_like(of_part)
            return
        if self.bm25 is not None and self.bm25.frozen is None and isinstance(vectors, Sparse):
            return
        mine = words_for(self.like.vectors)
        if words_for(vectors) != mine:
            raise ValueError(f"The vectors of this index are {mine}, but these are {words_for(vectors)}.")

    def check_fits(self, documents: Documents) -> None:
        """Raise an error unless documents can be added."""
        self.check_like(documents.vectors)
        if self.like.metadata is None and documents.metadata is not None and documents.metadata.num_columns:
            names = ", ".join(map(repr, documents.metadata.column_names))
            raise ValueError(
                f"The documents of this index have no metadata, but {names} came. Fit it anew with metadata for all."
            )
        for name, one in {"ids": "an id", "contents": "a document"}.items():
            mine, other = (getattr(each, name).type for each in (self.like, documents))
            if mine != other and len(documents):
                raise ValueError(f"Of this index, {one} is of type {mine}, but here it is of type {other}.")

    def info(self) -> dict[str, Any]:
        """Return figures."""
        like = self.like
        if isinstance(like.vectors, Pair):
            return self._info_of_parts()
        sparse = isinstance(like.vectors, Sparse)
        width = like.vectors.n_columns if isinstance(like.vectors, Sparse) else like.vectors.shape[1]
        if self.bm25 is not None:  # the segments with the newest terms are the widest
            width = max(live.segment.rows.vectors.n_columns for live in self.segments)
        return {
            "documents": len(self),
            "ids": "integers" if pa.types.is_integer(like.ids.type) else "strings",
            **({} if like.passages is None else {"passages": int(self.first_rows[-1])}),
            "deleted": sum(len(live.deleted) for live in self.segments),
            "segments": len(self.segments),
            "scores": METRIC_NAMES[self.metric],
            "vectors": backend_class(self.backend).summary,
            "columns" if sparse else "dimensions": width,
            **({} if self.bm25 is None else {"bm25": self.bm25.summary}),
            "metadata": [] if like.metadata is None else like.metadata.column_names,
        }

    def _info_of_parts(self) -> dict[str, Any]:
        """Return the figures of both parts; those that both have are the same but for what vectors are called."""
        lexical, dense = (self.parts[part].info() for part in (LEXICAL, DENSE))
        vectors = f"{lexical['vectors']} and {dense['vectors']}"
        return {**lexical, **dense, "scores": METRIC_NAMES[self.metric], "vectors": vectors}


def _live_ids(live: LiveSegment) -> Iterator[Id]:
    """Yield the ids of the documents that are not deleted, some at a time."""
    ids, docs = live.segment.ids, live.live
    for start in range(0, len(docs), IDS_PER_READ):
        yield from ids.take(docs[start : start + IDS_PER_READ]).to_pylist()


def words_for(vectors: Any) -> str:
    """Return what errors call sparse or dense vectors: their kind, and their width."""
    if isinstance(vectors, Sparse):
        return f"sparse, of {vectors.n_columns} columns"
    return f"dense, of {vectors.shape[1]} dimensions"
