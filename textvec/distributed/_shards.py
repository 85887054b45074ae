"""What workers do for an index in shards: they count words, and write shards.

Tested in tests/distributed/test_building.py.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from textvec._common.atomic_files import replacing
from textvec._version import __version__
from textvec.distributed._facts import Facts, keys_of
from textvec.encoders.encode import documents_for, encode
from textvec.engines.identity import add_table
from textvec.engines.pieces import Batch
from textvec.index._bm25 import BM25, FrozenStatistics
from textvec.index._collection import Collection
from textvec.index._inputs import as_documents, encoded_documents
from textvec.index.document_index import DocumentIndex
from textvec.index.rows.base import backend_for
from textvec.index.storage.manifest import MANIFEST
from textvec.index.storage.shards import described
from textvec.index.vector_index import VectorIndex

MARK = ".built"
"""What the name of the file ends with that says of a shard, until the build is finished, what it was made of."""


class PassageEngine:
    """An engine that gives the passages of documents to what learns from documents.

    Parameters
    ----------
    engine : Engine
        Does the work.
    chunker : Chunker
        Cuts the documents.
    """

    def __init__(self, engine: Any, chunker: Any) -> None:
        self._engine, self._chunker = engine, chunker

    def fold(self, function: Callable[[Batch], Any], *args: Any, **kwargs: Any) -> Any:
        """See `Engine`."""
        return self._engine.fold(_OfPassages(function, self._chunker), *args, **kwargs)

    def map(self, function: Callable[[Batch], Any], *args: Any, **kwargs: Any) -> Any:
        """See `Engine`."""
        return self._engine.map(_OfPassages(function, self._chunker), *args, **kwargs)


class _OfPassages(NamedTuple):
    """A function of documents, as one of their passages."""

    function: Callable[[Batch], Any]
    chunker: Any

    def __call__(self, batch: Batch) -> Any:
        return self.function(batch._replace(documents=pa.array(_passages(batch, self.chunker), pa.large_string())))


@dataclass(frozen=True)
class Statistics:
    """Counts the words of a piece for BM25.

    Attributes
    ----------
    index : BM25Index
        With its encoder and its chunker.
    """

    index: Any

    def __call__(self, batch: Batch) -> FrozenStatistics:
        """Return the statistics of the documents, or of their passages."""
        name, chunker = type(self.index).__name__, self.index._chunker
        given = documents_for(self.index.encoder_, batch.documents, name)
        texts = given if chunker is None else _passages(batch, chunker)
        items = "documents" if chunker is None else "passages"
        counts = encode(self.index.encoder_, texts, fit=False, caller=name, items=items, unit=False)
        found: FrozenStatistics = self.index._scoring(counts)[1].frozen
        return found


def merged_statistics(several: Sequence[FrozenStatistics]) -> FrozenStatistics:
    """Return the statistics of the documents of several pieces."""
    n, total, frequencies = (sum(each[1:], each[0]) for each in zip(*several, strict=True))
    return FrozenStatistics(n, total, frequencies)


class WriteShard:
    """Writes the shard of a piece, unless it is finished.

    Parameters
    ----------
    folder : Path
        Of all shards.
    names : mapping of int to str
        Of the shard of each piece.
    index : DocumentIndex
        With its encoder and its chunker, and without documents.
    bm25 : BM25 or None
        With the statistics of all documents.
    facts : Facts
    ids : str or None
        The column of ids.
    metadata : list of str
        The columns of metadata.
    """

    def __init__(
        self,
        folder: Path,
        names: Mapping[int, str],
        index: DocumentIndex,
        bm25: BM25 | None,
        facts: Facts,
        ids: str | None,
        metadata: list[str],
    ) -> None:
        self._folder, self._names, self._index, self._bm25 = folder, names, index, bm25
        self._facts, self._ids, self._metadata = facts._replace(ids=[]), ids, metadata
        self._fingerprint = self._fingerprint_of_all

    @cached_property
    def _fingerprint_of_all(self) -> str:
        """What all shards have in common, as a hash."""
        import joblib

        like = None if self._facts.like is None else str(self._facts.like.schema)
        index = self._index
        about = (__version__, type(index).__name__, index._chunker, self._bm25, like, self._ids, self._metadata)
        found: str = joblib.hash((index.encoder_, index.get_params(), about))
        return found

    def __call__(self, batch: Batch) -> dict[str, Any] | None:
        """Return what the manifest is to say of the shard; None of a piece without documents."""
        n = len(batch.documents)
        if n != self._facts.counts.get(batch.number):
            raise ValueError(
                f"The documents have changed meanwhile: piece {batch.number} has {n} now, and had "
                f"{self._facts.counts.get(batch.number, 0)} when they were counted. Build again when they stay as they "
                "are."
            )
        if not n:
            return None
        start, path = self._facts.starts[batch.number], self._folder / self._names[batch.number]
        given = documents_for(self._index.encoder_, batch.documents, type(self._index).__name__)
        keys = pa.array(np.arange(start, start + n)) if self._ids is None else keys_of(batch.table[self._ids], n)
        table = batch.table.select(self._metadata) if self._metadata else None
        mark, marks = self._mark(given, keys, table), path.with_name(path.name + MARK)
        finished = _finished(path, marks, mark)
        if finished is not None:
            return finished
        marks.unlink(missing_ok=True)
        self._save(path, given, keys, table)
        shard = described(path)
        with replacing(marks) as (file,):
            file.write(json.dumps({"made_of": mark, "shard": shard}).encode())
        return shard

    def _save(self, path: Path, given: Any, keys: pa.Array, table: pa.Table | None) -> None:
        shard = copy(self._index)
        made = encoded_documents(
            given, keys, table, shard.encoder_, shard._chunker, fit=False, caller=type(shard).__name__,
            unit=shard._is_unit, like=self._facts.like,
        )  # fmt: skip
        vectors: Any = made.vectors
        backend = "bm25"
        if isinstance(shard, VectorIndex):
            backend = backend_for(vectors, shard.metric, shard.approximate)
        shard._collection = Collection.of(made, backend, self._bm25)
        try:
            shard.save(path, overwrite=True)
        except FileExistsError:  # another worker, which was taken for dead, has just written the same
            if not (path / MANIFEST).exists():
                raise

    def _mark(self, given: Any, keys: pa.Array, table: pa.Table | None) -> str:
        """Return what a shard is made of, as a hash."""
        hashed = hashlib.blake2b(self._fingerprint.encode(), digest_size=32)
        columns = {"id": keys, "document": as_documents(given)}
        for each in (pa.table(columns), table):
            if each is not None:
                add_table(hashed, each)
        return hashed.hexdigest()


def _finished(path: Path, marks: Path, mark: str) -> dict[str, Any] | None:
    """Return what is known of a shard that is finished, and made of the same; None if it is not."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        known = json.loads(marks.read_bytes())
        if known["made_of"] == mark and described(path) == known["shard"]:
            found: dict[str, Any] = known["shard"]
            return found
    return None


def _passages(batch: Batch, chunker: Any) -> list[str]:
    """Return the passages of the documents of a piece."""
    from textvec.index._documents import Passages

    contents = as_documents(documents_for(None, batch.documents, "build_index"))
    return Passages(*chunker.spans(contents)).texts(contents)
