"""Documents that were indexed together: their ids, texts and metadata beside their vectors, all in the order of ids.

In that order equal scores come by id, whatever was added when, and an id is found by bisection: nothing has to be
built when a segment of a million documents is opened from disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec.encoders.vectors import Sparse, Vectors, gathered
from textvec.index.errors import damage
from textvec.index.rows.dense import DenseRows
from textvec.index.rows.sparse import SparseRows

Id = str | int


def id_list(ids: Any) -> list[Id]:
    """Return one id, or several, as a list of Python strings or integers.

    Raises
    ------
    TypeError
        If one is neither.
    """
    if isinstance(ids, str | int | np.integer):
        ids = [ids]
    plain: list[Id] = []
    for id_ in ids.to_pylist() if isinstance(ids, pa.Array | pa.ChunkedArray) else ids:
        if isinstance(id_, bool | np.bool_) or not isinstance(id_, str | int | np.integer):
            raise TypeError(f"Ids must be all strings or all integers, but one is {id_!r:.60}.")
        plain.append(str.__str__(id_) if isinstance(id_, str) else int(id_))
    return plain


def value_at(array: Any, place: int) -> Any:
    """Return a value of an Arrow array, which may lie in a file that was damaged: its offsets may lead anywhere."""
    return checked(array.slice(place, 1))[0].as_py()


def checked(array: Any) -> Any:
    """Return an Arrow array or table, or raise an error if it is not one."""
    try:
        array.validate(full=True)
    except pa.ArrowInvalid as error:
        raise damage(str(error)) from None
    return array


class Rows(Protocol):
    """Vectors that can be searched."""

    @property
    def vectors(self) -> Any:
        """The vectors, of the kind that `search` takes queries of."""

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that there is to save."""

    def __len__(self) -> int: ...

    def take(self, places: NDArray[np.int64]) -> Any:
        """Return some of the vectors."""

    def search(
        self, queries: Any, k: int, floor: NDArray[np.float32], allowed: NDArray[np.uint8] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return places (-1 where there are fewer), and scores, of shape (n_queries, k), best first.

        Only scores above the floor of a query count, and only rows that are allowed.
        """


class Passages(NamedTuple):
    """The parts of documents that have a vector each.

    Attributes
    ----------
    offsets : ndarray of int64 of shape (n_documents + 1,)
        Where the passages of each document begin and end.
    spans : ndarray of int64 of shape (n_passages, 2)
        The first character of each in its document, and the one after the last.
    """

    offsets: NDArray[np.int64]
    spans: NDArray[np.int64]

    def of(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the offsets, and the rows, of the passages of some documents."""
        return gathered(self.offsets, places)

    def texts(self, documents: pa.Array) -> list[str]:
        """Return the text of each passage."""
        spans = iter(self.spans.tolist())
        return [
            text[slice(*next(spans))]
            for text, n in zip(documents.to_pylist(), np.diff(self.offsets).tolist(), strict=True)
            for _ in range(n)
        ]


@dataclass(frozen=True)
class Entries:
    """Documents and all that goes with them, in any order.

    Attributes
    ----------
    ids : pyarrow.Array of int64 or large_string
    documents : pyarrow.Array
    metadata : pyarrow.Table or None
    passages : Passages or None
        None where each document has one vector, that of all of it.
    vectors : Sparse or ndarray of float32
        One for each document or passage.
    """

    ids: pa.Array
    documents: pa.Array
    metadata: pa.Table | None
    passages: Passages | None
    vectors: Vectors

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, places: NDArray[np.int64]) -> Entries:
        """Return some of the documents, in the order of their places."""
        rows, passages = places, None
        if self.passages is not None:
            offsets, rows = self.passages.of(places)
            passages = Passages(offsets, self.passages.spans[rows])
        vectors = self.vectors.take(rows) if isinstance(self.vectors, Sparse) else self.vectors[rows]
        metadata = None if self.metadata is None else self.metadata.take(places)
        return Entries(self.ids.take(places), self.documents.take(places), metadata, passages, vectors)

    def with_ids(self, ids: pa.Array) -> Entries:
        """Return the same documents with other ids."""
        return replace(self, ids=ids)

    def in_order(self) -> Entries:
        """Return the documents in the order of their ids."""
        import pyarrow.compute as pc  # takes longer than opening an index

        order = pc.array_sort_indices(self.ids).to_numpy().astype(np.int64)
        return self if (np.diff(order) == 1).all() else self.take(order)

    @classmethod
    def joined(cls, parts: Sequence[Entries]) -> Entries:
        """Put the documents of several lots one after the other."""
        first = parts[0]
        if len(parts) == 1:
            return first
        metadata = (
            None if first.metadata is None else pa.concat_tables([part.metadata for part in parts]).combine_chunks()
        )
        passages = None
        if first.passages is not None:
            lots = [part.passages for part in parts if part.passages is not None]
            lengths = np.concatenate([np.diff(lot.offsets) for lot in lots])
            spans = np.concatenate([lot.spans for lot in lots])
            passages = Passages(np.concatenate([[0], np.cumsum(lengths)]), spans)
        vectors: list[Any] = [part.vectors for part in parts]
        together = Sparse.joined(vectors) if isinstance(vectors[0], Sparse) else np.concatenate(vectors)
        ids, documents = (pa.concat_arrays([getattr(part, name) for part in parts]) for name in ("ids", "documents"))
        return cls(ids, documents, metadata, passages, together)


def rows_class(kind: str) -> Any:
    """Return the class of rows that has a name in manifests."""
    if kind == "approximate":
        from textvec.index.rows.hnsw import ApproximateRows

        return ApproximateRows
    return {"sparse": SparseRows, "dense": DenseRows}[kind]


def kind_of(rows: Rows) -> str:
    """Return the name of the class of rows."""
    return next(kind for kind in ("sparse", "dense", "approximate") if type(rows) is rows_class(kind))


@dataclass(frozen=True, eq=False)
class Segment:
    """Documents in the order of their ids, whose vectors can be searched.

    Attributes
    ----------
    entries : Entries
    rows : SparseRows or DenseRows
        The vectors of the entries.
    """

    entries: Entries
    rows: Rows

    @classmethod
    def of(cls, entries: Entries, approximate: bool) -> Segment:
        """Index documents."""
        entries = entries.in_order()
        sparse = isinstance(entries.vectors, Sparse)
        kind = "sparse" if sparse else "approximate" if approximate else "dense"
        return cls(entries, rows_class(kind).of(entries.vectors))

    def __len__(self) -> int:
        return len(self.entries)

    @cached_property
    def metadata(self) -> pa.Table | None:
        """The metadata, which is checked before all of it is read for the first time."""
        return None if self.entries.metadata is None else checked(self.entries.metadata)

    @cached_property
    def ids(self) -> pa.Array:
        """The ids, likewise."""
        return checked(self.entries.ids)

    def find(self, id_: Id) -> int:
        """Return the place of a document, -1 if there is none with that id."""
        ids, low, high = self.entries.ids, 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if value_at(ids, middle) < id_:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and value_at(ids, low) == id_ else -1

    def rows_of(self, place: int) -> NDArray[np.int64]:
        """Return the rows of a document's vectors."""
        passages = self.entries.passages
        return np.array([place]) if passages is None else np.arange(*passages.offsets[place : place + 2])

    def places_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the document that each row belongs to."""
        passages = self.entries.passages
        return rows if passages is None else np.searchsorted(passages.offsets, rows, side="right") - 1

    def allowed(self, documents: NDArray[np.bool_] | None) -> NDArray[np.uint8] | None:
        """Return for each row whether it belongs to one of the documents; None stands for all of them."""
        if documents is None:
            return None
        passages = self.entries.passages
        allowed = documents.astype(np.uint8)
        return allowed if passages is None else np.repeat(allowed, np.diff(passages.offsets))

    def passage(self, row: int, place: int) -> tuple[int, int, int] | None:
        """Return the number of a passage in its document, and its span; None where documents are not cut."""
        passages = self.entries.passages
        if passages is None:
            return None
        start, end = passages.spans[row].tolist()
        return row - int(passages.offsets[place]), start, end

    def text_of(self, place: int, row: int) -> Any:
        """Return a document, or the passage of it that a row stands for."""
        document, passage = value_at(self.entries.documents, place), self.passage(row, place)
        return document if passage is None else document[slice(*passage[1:])]
