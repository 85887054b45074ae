"""Documents and all that goes with them: ids, contents, metadata, passages, vectors.

Tested in tests/index/test_changes.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec._common.offsets import joined_offsets, taken
from textvec.encoders.vectors import Pair, Vectors, joined, taken_from


class Passages(NamedTuple):
    """The passages of documents, each of which has a vector.

    Attributes
    ----------
    offsets : ndarray of int64 of shape (n_documents + 1,)
        Where the passages of each document begin and end.
    spans : ndarray of int64 of shape (n_passages, 2)
        The first character of each in its document, and the one after the last.
    """

    offsets: NDArray[np.int64]
    spans: NDArray[np.int64]

    def of(self, docs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the offsets, and the rows, of the passages of some documents."""
        return taken(self.offsets, docs)

    def texts(self, contents: pa.Array) -> list[str]:
        """Return the text of each passage."""
        spans = iter(self.spans.tolist())
        return [
            text[slice(*next(spans))]
            for text, n in zip(contents.to_pylist(), np.diff(self.offsets).tolist(), strict=True)
            for _ in range(n)
        ]

    @classmethod
    def concatenated(cls, parts: Sequence[Passages]) -> Passages:
        """Return the passages of all documents of several parts, one part after the other."""
        offsets = joined_offsets([part.offsets for part in parts])
        return cls(offsets, np.concatenate([part.spans for part in parts]))


@dataclass(frozen=True)
class Documents:
    """Documents with their vectors, in any order: what a segment is made of.

    Attributes
    ----------
    ids : pyarrow.Array of int64 or large_string
    contents : pyarrow.Array
        The documents as they were given: texts, lists of words, or nulls where only their vectors were given.
    metadata : pyarrow.Table or None
    passages : Passages or None
        None where each document has one vector, that of all of it.
    vectors : Sparse, ndarray of float32, or Pair of both
        One for each document or passage.
    """

    ids: pa.Array
    contents: pa.Array
    metadata: pa.Table | None
    passages: Passages | None
    vectors: Vectors | Pair

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, docs: NDArray[np.int64]) -> Documents:
        """Return some of the documents, by their positions, in that order."""
        rows, passages = docs, None
        if self.passages is not None:
            offsets, rows = self.passages.of(docs)
            passages = Passages(offsets, self.passages.spans[rows])
        vectors = taken_from(self.vectors, rows)
        metadata = None if self.metadata is None else self.metadata.take(docs)
        return Documents(self.ids.take(docs), self.contents.take(docs), metadata, passages, vectors)

    def with_ids(self, ids: pa.Array) -> Documents:
        """Return the same documents with other ids."""
        return replace(self, ids=ids)

    def in_order(self) -> Documents:
        """Return the documents in the order of their ids."""
        import pyarrow.compute as pc  # takes longer than opening an index, which does not need it

        order = pc.array_sort_indices(self.ids).to_numpy().astype(np.int64)
        return self if (np.diff(order) == 1).all() else self.take(order)

    @classmethod
    def concatenated(cls, parts: Sequence[Documents]) -> Documents:
        """Return the documents of several parts, one part after the other."""
        first = parts[0]
        if len(parts) == 1:
            return first
        metadata = None
        if first.metadata is not None:
            metadata = pa.concat_tables([part.metadata for part in parts]).combine_chunks()
        passages = None
        if first.passages is not None:
            passages = Passages.concatenated([part.passages for part in parts if part.passages is not None])
        all_vectors = joined([part.vectors for part in parts])
        ids, contents = (pa.concat_arrays([getattr(part, name) for part in parts]) for name in ("ids", "contents"))
        return cls(ids, contents, metadata, passages, all_vectors)
