"""All that is indexed: segments, and which of their documents were deleted. It never changes: a change makes a new one.

So readers go on with what they have while somebody writes, in memory and on disk.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec.encoders.vectors import Sparse, Vectors, count
from textvec.index._segment import Entries, Id, Segment, value_at

if TYPE_CHECKING:
    from textvec.index._filters import Where

Allowed = Sequence[NDArray[np.uint8] | None]  # for each part

_SOME = 4096  # ids that are read at once
_MORE = 4  # times as many passages as documents are looked at first, and then as many as before


class Part(NamedTuple):
    """A segment, and the places of its deleted documents, increasing."""

    segment: Segment
    deleted: NDArray[np.int64]

    @property
    def live(self) -> NDArray[np.int64]:
        """The places of documents that are not deleted."""
        return np.delete(np.arange(len(self.segment)), self.deleted)

    def allowed(self, where: Where | None) -> NDArray[np.uint8] | None:
        """Return which rows may be found, None for all."""
        documents = None
        if where is not None:
            from textvec.index._filters import allowed_by

            documents = allowed_by(where, self.segment.metadata)
        if len(self.deleted):
            documents = np.ones(len(self.segment), np.bool_) if documents is None else documents
            documents[self.deleted] = False
        return self.segment.allowed(documents)

    def entries(self) -> Entries:
        """Return the documents that are not deleted."""
        return self.segment.entries.take(self.live) if len(self.deleted) else self.segment.entries


@dataclass(frozen=True, eq=False)
class Collection:
    """Segments of documents, searched as one.

    A row of the collection is a vector: rows are numbered through all segments.

    Attributes
    ----------
    parts : tuple of Part
    next_id : int
        The first number that never was an id.
    approximate : bool
    """

    parts: tuple[Part, ...]
    next_id: int
    approximate: bool = False

    @classmethod
    def of(cls, entries: Entries, approximate: bool) -> Collection:
        """Index documents."""
        return cls((), 0, approximate)._with_segment(entries)

    def __len__(self) -> int:
        return sum(len(segment) - len(deleted) for segment, deleted in self.parts)

    def __iter__(self) -> Iterator[Id]:
        return heapq.merge(*(_ids(part) for part in self.parts))

    @property
    def entries(self) -> Entries:
        """Those of the first segment, which are of the types that all of them are."""
        return self.parts[0].segment.entries

    @cached_property
    def _bases(self) -> NDArray[np.int64]:
        return np.cumsum([0, *(len(part.segment.rows) for part in self.parts)])

    def find(self, id_: Id) -> tuple[int, int] | None:
        """Return the number of the part, and the place in it, of a document; None if there is none with that id."""
        if isinstance(id_, str) != pa.types.is_large_string(self.entries.ids.type):
            return None
        for number, (segment, deleted) in enumerate(self.parts):
            place = segment.find(id_)
            at = np.searchsorted(deleted, place)
            if place >= 0 and (at == len(deleted) or deleted[at] != place):
                return number, place
        return None

    def found(self, ids: Iterable[Id]) -> list[tuple[int, int]]:
        """Return where documents are, see `find`.

        Raises
        ------
        KeyError
            If no document has one of the ids.
        """
        places = []
        for id_ in ids:
            at = self.find(id_)
            if at is None:
                some = ", ".join(repr(each) for each, _ in zip(self, range(3), strict=False))
                raise KeyError(f"No document has the id {id_!r}; there are {len(self)}, such as {some}.")
            places.append(at)
        return places

    def added(self, entries: Entries) -> Collection:
        """Return the collection with more documents.

        They become a segment, together with the last ones as long as those are no larger: the number of segments grows
        with the logarithm of the number of additions, and so does how often a document is copied.
        """
        if not len(entries):
            return self
        parts, lots = list(self.parts), [entries]
        while parts and len(parts[-1].segment) <= sum(map(len, lots)):
            lots.append(parts.pop().entries())
        return replace(self, parts=tuple(parts))._with_segment(Entries.joined(lots[::-1]))

    def without(self, places: Iterable[tuple[int, int]]) -> Collection:
        """Return the collection without some documents, which are given as `find` does."""
        deleted: list[list[int]] = [[] for _ in self.parts]
        for number, place in places:
            deleted[number].append(place)
        parts = (
            Part(part.segment, np.union1d(part.deleted, np.array(more, np.int64))) if more else part
            for part, more in zip(self.parts, deleted, strict=True)
        )
        return replace(self, parts=tuple(parts))

    def next_ids(self, n: int) -> pa.Array:
        """Return n integers that never were ids."""
        if self.next_id + n > 2**63:
            raise ValueError(f"The next ids would be {self.next_id} and more, which is too large: give ids.")
        return pa.array(np.arange(self.next_id, self.next_id + n, dtype=np.int64))

    def compacted(self) -> Collection:
        """Return the collection as one segment without deleted documents."""
        if len(self.parts) == 1 and not len(self.parts[0].deleted):
            return self
        lots = [part.entries() for part in self.parts]
        return replace(self, parts=())._with_segment(Entries.joined(lots))

    def _with_segment(self, entries: Entries) -> Collection:
        next_id = self.next_id
        if len(entries) and pa.types.is_integer(entries.ids.type):
            next_id = max(next_id, int(np.max(entries.ids.to_numpy())) + 1)
        segment = Segment.of(entries, self.approximate)
        return replace(self, parts=(*self.parts, Part(segment, np.empty(0, np.int64))), next_id=next_id)

    def search(
        self, queries: Vectors, k: int, floor: float, where: Where | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the k best documents for each query.

        Returns
        -------
        rows : ndarray of int64 of shape (n_queries, k)
            The best row of each document, best first, equal ones by id; -1 where there are fewer.
        scores : ndarray of float32 of shape (n_queries, k)
        """
        return self._search_documents(queries, k, floor, self._allowed(where))

    def _search_documents(
        self, queries: Vectors, k: int, floor: float, allowed: Allowed
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        if self.entries.passages is None:
            return self._search(queries, k, floor, allowed)
        n = count(queries)
        rows, scores = np.full((n, k), -1, np.int64), np.zeros((n, k), np.float32)
        asked, n_rows = np.arange(n), int(self._bases[-1])
        looked_at = max(min(_MORE * k, n_rows), 1)
        while len(asked):
            some = queries.take(asked) if isinstance(queries, Sparse) else queries[asked]
            found, high = self._search(some, looked_at, floor, allowed)
            unfinished = []
            for q, of_query, score in zip(asked.tolist(), found, high, strict=True):
                _, firsts = np.unique(self.documents_of(of_query[of_query >= 0]), return_index=True)
                firsts = np.sort(firsts)[:k]  # what is found is in order already
                rows[q, : len(firsts)], scores[q, : len(firsts)] = of_query[firsts], score[firsts]
                if looked_at < n_rows and len(firsts) < k and of_query[-1] >= 0:
                    unfinished.append(q)
            asked, looked_at = np.array(unfinished, np.int64), min(_MORE * looked_at, n_rows)
        return rows, scores

    def documents_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a number for each row, the same for rows of one document."""
        numbers = np.searchsorted(self._bases, rows, side="right") - 1
        documents = np.empty_like(rows)
        for number, part in enumerate(self.parts):
            mine = numbers == number
            documents[mine] = part.segment.places_of(rows[mine] - self._bases[number]) + self._bases[number]
        return documents

    def at(self, row: int) -> tuple[Segment, int, int]:
        """Return the segment of a row, the place of its document there, and its own."""
        number = int(np.searchsorted(self._bases, row, side="right")) - 1
        segment, own = self.parts[number].segment, row - int(self._bases[number])
        return segment, int(segment.places_of(np.array([own]))[0]), own

    def _search(
        self, queries: Vectors, k: int, floor: float, allowed: Allowed
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the k best rows."""
        n = count(queries)
        rows, scores = np.full((n, k), -1, np.int64), np.zeros((n, k), np.float32)
        for part, base, mask in zip(self.parts, self._bases.tolist(), allowed, strict=False):
            if not len(part.segment.rows) or (mask is not None and not mask.any()):
                continue
            # What does not reach the worst of k hits is none; what is as good may be one, by its id.
            bar = np.where(rows[:, -1] >= 0, np.nextafter(scores[:, -1], np.float32(-1)), np.float32(floor))
            found, high = part.segment.rows.search(queries, min(k, len(part.segment.rows)), bar, mask)
            found = np.where(found >= 0, found + base, -1)
            if base == 0:
                rows[:, : found.shape[1]], scores[:, : found.shape[1]] = found, high
            elif (found >= 0).any():
                rows, scores = self._best(np.hstack([rows, found]), np.hstack([scores, high]), k)
        return rows, scores

    def _best(
        self, rows: NDArray[np.int64], scores: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the k best of some rows for each query, equal ones by id."""
        order = np.lexsort((rows, -scores, rows < 0))
        rows, scores = np.take_along_axis(rows, order, axis=1), np.take_along_axis(scores, order, axis=1)
        same = (scores[:, 1:] == scores[:, :-1]) & (rows[:, 1:] >= 0)
        tied = np.zeros(rows.shape, np.bool_)
        tied[:, 1:] |= same
        tied[:, :-1] |= same
        by_id = sorted((self.id_at(row), row) for row in np.unique(rows[tied]).tolist())
        rank_of = {row: rank for rank, (_, row) in enumerate(by_id)}
        ranks = np.zeros(rows.shape, np.int64)
        ranks[tied] = [rank_of[row] for row in rows[tied].tolist()]
        order = np.lexsort((ranks, -scores, rows < 0))[:, :k]
        return np.take_along_axis(rows, order, axis=1), np.take_along_axis(scores, order, axis=1)

    def id_at(self, row: int) -> Id:
        """Return the id of the document that a row belongs to."""
        segment, place, _ = self.at(row)
        id_: Id = value_at(segment.entries.ids, place)
        return id_

    def search_by_id(
        self, ids: Sequence[Id], k: int, floor: float, where: Where | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the k best documents for each of some documents, which are no hits of their own; see `search`."""
        most, allowed = max(min(k, len(self) - 1), 1), self._allowed(where)
        rows, scores = np.full((len(ids), most), -1, np.int64), np.zeros((len(ids), most), np.float32)
        for q, (number, place) in enumerate(self.found(ids)):
            segment = self.parts[number].segment
            own = segment.rows_of(place)
            found, high = self._search_documents(segment.rows.take(own), most + 1, floor, allowed)
            other = (found >= 0) & ~np.isin(found, own + self._bases[number])
            best, of = self._best_of_documents(found[other], high[other])
            rows[q, : len(best[:most])], scores[q, : len(best[:most])] = best[:most], of[:most]
        return rows, scores

    def _best_of_documents(
        self, rows: NDArray[np.int64], scores: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the best row of each document, best first, equal ones by id."""
        order = np.lexsort((rows, -scores))
        rows, scores = rows[order], scores[order]
        _, firsts = np.unique(self.documents_of(rows), return_index=True)
        (rows,), (scores,) = self._best(rows[None, firsts], scores[None, firsts], len(firsts))
        return rows, scores

    def best_row(self, number: int, place: int, query: Vectors) -> int:
        """Return the row of a document, counted in its part, that is most similar to a query."""
        segment = self.parts[number].segment
        own = segment.rows_of(place)
        if len(own) == 1:
            return int(own[0])
        mask = np.zeros(len(segment.rows), np.uint8)
        mask[own] = 1
        ((best,),), _ = segment.rows.search(query, 1, np.zeros(1, np.float32), mask)
        return max(int(best), int(own[0]))

    def check_like(self, vectors: Vectors) -> None:
        """Raise an error unless vectors are of the kind, and the width, of those that are here."""
        mine = _kind(self.entries.vectors)
        if _kind(vectors) != mine:
            raise ValueError(f"The vectors of this index are {mine}, but these are {_kind(vectors)}.")

    def check_fits(self, entries: Entries) -> None:
        """Raise an error unless documents can be added."""
        self.check_like(entries.vectors)
        for name, one in {"ids": "an id", "documents": "a document"}.items():
            mine, other = (getattr(each, name).type for each in (self.entries, entries))
            if mine != other and len(entries):
                raise ValueError(f"Of this index, {one} is of type {mine}, but here it is of type {other}.")

    def info(self) -> dict[str, Any]:
        """Return figures."""
        n_rows = int(self._bases[-1])
        entries = self.entries
        sparse = isinstance(entries.vectors, Sparse)
        width = entries.vectors.n_columns if isinstance(entries.vectors, Sparse) else entries.vectors.shape[1]
        return {
            "documents": len(self),
            "ids": "integers" if pa.types.is_integer(entries.ids.type) else "strings",
            **({} if entries.passages is None else {"passages": n_rows}),
            "deleted": sum(len(part.deleted) for part in self.parts),
            "segments": len(self.parts),
            "vectors": "sparse" if sparse else "dense, approximate" if self.approximate else "dense",
            "columns" if sparse else "dimensions": width,
            "metadata": [] if entries.metadata is None else entries.metadata.column_names,
        }

    def _allowed(self, where: Where | None) -> Allowed:
        return [part.allowed(where) for part in self.parts]


def _ids(part: Part) -> Iterator[Id]:
    """Yield the ids of the documents that are not deleted, some at a time."""
    ids, live = part.segment.ids, part.live
    for start in range(0, len(live), _SOME):
        yield from ids.take(live[start : start + _SOME]).to_pylist()


def _kind(vectors: Vectors) -> str:
    if isinstance(vectors, Sparse):
        return f"sparse, of {vectors.n_columns} columns"
    return f"dense, of {vectors.shape[1]} dimensions"
