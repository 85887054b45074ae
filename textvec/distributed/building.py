"""Building an index in shards: every worker writes those of its pieces, with the encoder and the statistics of all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from textvec._common.progress import counted_progress
from textvec.distributed._facts import Facts, Look
from textvec.distributed._shard_folder import check_folder, check_seen, next_number, remove_others, writing
from textvec.distributed._shards import PassageEngine, Statistics, WriteShard, merged_statistics
from textvec.distributed.fitting import fit
from textvec.distributed.sharded_index import ShardedIndex
from textvec.encoders.encode import TRANSFORMER, is_precomputed, kind_of
from textvec.engines import engine_for, spread_of
from textvec.index._bm25 import BM25
from textvec.index.bm25_index import BM25Index
from textvec.index.cosine_index import CosineIndex
from textvec.index.document_index import DocumentIndex
from textvec.index.opening import of_folder
from textvec.index.storage.shards import ShardedFolder, is_sharded, read_shards, write_shards
from textvec.index.vector_index import VectorIndex

if TYPE_CHECKING:
    from textvec.engines.choosing import Engine


def build_index(
    encoder: Any,
    documents: Any,
    folder: str | os.PathLike[str],
    *,
    engine: Any = None,
    column: str | None = None,
    ids: str | None = None,
    metadata: Sequence[str] | None = None,
    overwrite: bool = False,
) -> ShardedIndex:
    r"""Build an index of documents that lie in pieces, in shards: for each piece one, which the worker writes.

    The encoder is fitted first on all documents, by `fit`, so that each shard has the vocabulary, and the weights, of
    all of them. A search over the shards finds what a single index of all documents finds, with the same scores.

    Parameters
    ----------
    encoder : transformer, CosineIndex, VectorIndex or BM25Index
        An index that is not fitted says what to build. Its encoder is cloned and fitted, as by its own `fit`. A
        transformer stands for ``CosineIndex(transformer)``; one that is fitted already is used as it is. Of `BM25Index`
        the statistics must be "frozen".
    documents : dask DataFrame, Series or Bag, ray Dataset, Files, path, or list of paths
        See `fit`. Each piece that is not empty becomes a shard: `Files(..., bytes_per_piece=...)`, or `repartition` of
        Dask and Ray, says how many there are. Each has a copy of the encoder.
    folder : str or path
        Where the shards are written: a folder that is new or empty, on a file system that all workers share.
    engine : dask.distributed.Client, str or Engine, optional
        Who does the work, as in `fit`.
    column : str, optional
        The column that holds the texts, as in `fit`.
    ids : str, optional
        The column that holds a distinct id for each document, strings or integers. By default documents are numbered
        0, 1, 2, ... through all pieces.
    metadata : sequence of str, optional
        The columns to keep for `where` in searches, and beside the hits.
    overwrite : bool, default=False
        Whether an index in shards that is in the folder may be replaced, in one step at the end.

    Returns
    -------
    ShardedIndex
        Opened on this machine.

    Raises
    ------
    ValueError
        If the index cannot be built in shards, an id is repeated, or there are no documents.
    TypeError
        If the encoder is none.
    FileExistsError
        If there is something in the folder that may not be overwritten.
    BlockingIOError
        If somebody else is writing to the folder.

    See Also
    --------
    add_documents : Further shards.
    ShardedIndex : Searches them, on this machine or on a cluster.

    Notes
    -----
    The documents are read once to count them and to compare their ids, once for each step of the encoder that learns,
    for BM25 once for the statistics, and once to write the shards. Ids are compared on this machine, which holds all of
    them as a column of Arrow meanwhile.

    A build that fails, or is interrupted, leaves shards, but no manifest, so that the folder is no index. Started again
    with the same documents and parameters it does not write the shards anew that are finished.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec import CosineIndex
    >>> from textvec.distributed import build_index
    >>> with TemporaryDirectory() as folder:
    ...     for name, text in {"a.txt": "red apple\ngreen apple\n", "b.txt": "blue sea\n"}.items():
    ...         _ = Path(folder, name).write_text(text)
    ...     index = build_index(CosineIndex(), f"{folder}/*.txt", f"{folder}/index")
    ...     print(index)
    ...     print(index.search(["the sea", "red apple"]))
    ShardedIndex(3 documents, 2 shards, CosineIndex)
    SearchResults(2 queries)
      query 0
        0.7071  2  blue sea
      query 1
        1.0000  0  red apple
        0.3664  1  green apple
    """
    index = _checked_index(encoder)
    path, pieces = Path(folder).absolute(), spread_of(documents)
    check_folder(folder, overwrite)
    with writing(path), engine_for(pieces, engine) as chosen:
        before = read_shards(path)["shards"] if is_sharded(path) else []
        source = _Source(pieces, chosen, column, _one_name(ids), _names(metadata or ()))
        facts = source.facts(0)
        facts.check_ids([])
        _fit(index, source)
        plan = _Plan(index, _statistics(index, source), facts, next_number(before))
        _write(path, source, plan, [], facts.next_id)
    return ShardedIndex.open(path, encoder=None if _kind(index) == TRANSFORMER else index.encoder_)


def add_documents(
    folder: str | os.PathLike[str],
    documents: Any,
    *,
    engine: Any = None,
    column: str | None = None,
    ids: str | None = None,
    metadata: Sequence[str] | None = None,
) -> ShardedIndex:
    r"""Add documents to an index in shards, as further shards that become part of it in one step.

    They are encoded by the encoder as it was fitted: its vocabulary and its weights, and the statistics of BM25, stay
    as they are. Whoever has the index open goes on with the shards that it opened.

    Parameters
    ----------
    folder : str or path
        That of `build_index`.
    documents : dask DataFrame, Series or Bag, ray Dataset, Files, path, or list of paths
        As `build_index` takes them.
    engine : dask.distributed.Client, str or Engine, optional
        Who does the work, as in `fit`.
    column : str, optional
        The column that holds the texts, as in `fit`.
    ids : str, optional
        The column that holds new, distinct ids; by default, where ids are integers, the documents get the next ones.
    metadata : sequence of str, optional
        Columns of the index that the documents have; by default all. Others are filled with nulls.

    Returns
    -------
    ShardedIndex
        Opened on this machine, with the new documents.

    Raises
    ------
    FileNotFoundError
        If there is no index in shards.
    ValueError
        If an id is repeated, or is there already. Nothing is added then.
    BlockingIOError
        If somebody else is writing to the folder.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec import TfidfVectorizer
    >>> from textvec.distributed import add_documents, build_index
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_text("red apple\ngreen apple\n")
    ...     _ = Path(folder, "b.txt").write_text("apple, red\n")
    ...     _ = build_index(TfidfVectorizer(), f"{folder}/a.txt", f"{folder}/index")
    ...     index = add_documents(f"{folder}/index", f"{folder}/b.txt")
    ...     print([(hit.id, round(hit.score, 4)) for hit in index.search(["red apple"])[0]])
    [(0, 1.0), (2, 1.0), (1, 0.3361)]
    """
    path, pieces = Path(folder).absolute(), spread_of(documents)
    if not is_sharded(path):
        raise FileNotFoundError(
            f"{path} is no index in shards. Build one by build_index; a single index takes documents by its own `add`."
        )
    with writing(path), engine_for(pieces, engine) as chosen:
        opened = ShardedFolder(path)
        collection = opened.collection
        like = collection.like.metadata
        names = ([] if like is None else like.column_names) if metadata is None else _names(metadata)
        source = _Source(pieces, chosen, column, _one_name(ids), names)
        if ids is None and not pa.types.is_integer(collection.like.ids.type):
            raise ValueError("The ids of this index are strings: name the column that has those of the documents, ids=")
        first = read_shards(path)["next_id"]
        facts = source.facts(first, like)
        facts.check_ids([live.segment.ids for live in collection.segments])
        whole = of_folder(opened)
        index = type(whole)._opened(opened, None)
        index.encoder_, index._chunker = whole.encoder_, whole._chunker
        plan = _Plan(index, collection.bm25, facts, next_number(opened.shards))
        _write(path, source, plan, opened.shards, max(first, facts.next_id))
    return ShardedIndex.open(path)


class _Source(NamedTuple):
    """The documents, and who works on them.

    Attributes
    ----------
    documents : dask DataFrame, Series or Bag, ray Dataset, or Files
    engine : Engine
    column, ids : str or None
        The columns of texts and of ids.
    metadata : list of str
        The columns of metadata.
    """

    documents: Any
    engine: Engine
    column: str | None
    ids: str | None
    metadata: list[str]

    @property
    def columns(self) -> list[str]:
        """The columns beside the texts that are read."""
        return list(dict.fromkeys([*self.metadata, *([] if self.ids is None else [self.ids])]))

    def map(self, what: str, function: Any, columns: Sequence[str]) -> dict[int, Any]:
        """Return what a function makes of each piece, in the order of the pieces, and show how many are done."""
        with counted_progress(what) as done:
            found = dict(self.engine.map(function, self.documents, column=self.column, columns=columns, progress=done))
        return dict(sorted(found.items()))

    def facts(self, first: int, like: pa.Table | None = None) -> Facts:
        """Read the documents to count them, and return what is known then."""
        seen = self.map("Counting documents", Look(self.ids, self.metadata, like), self.columns)
        return Facts.of(seen, first, like, self.ids is not None)


@dataclass(frozen=True)
class _Plan:
    """What is to be written.

    Attributes
    ----------
    index : DocumentIndex
        With its encoder and its chunker, and without documents.
    bm25 : BM25 or None
        With the statistics of all documents.
    facts : Facts
    first_shard : int
        The number of the first shard.
    """

    index: DocumentIndex
    bm25: BM25 | None
    facts: Facts
    first_shard: int


def _checked_index(encoder: Any) -> DocumentIndex:
    """Return the index to build, which is not fitted but for an encoder that is; raise an error if it cannot be."""
    from sklearn.base import clone

    if isinstance(encoder, VectorIndex | BM25Index):
        index: DocumentIndex = clone(encoder)
    elif isinstance(encoder, DocumentIndex) or hasattr(encoder, "search_by_id"):
        raise ValueError(
            f"A {type(encoder).__name__} is not built in shards. Build two indexes, a BM25Index(statistics='frozen') "
            "and a CosineIndex of dense vectors, and put their hits together."
        )
    else:
        index = CosineIndex(encoder)
        if encoder is not None and kind_of(encoder, "build_index") == TRANSFORMER and _is_fitted(encoder):
            index.encoder_ = encoder
    if isinstance(index, VectorIndex) and is_precomputed(index.encoder):
        raise ValueError(
            "build_index encodes texts, so that documents cannot be precomputed rows. Give the transformer that makes "
            "the rows, or index them on one machine by CosineIndex('precomputed')."
        )
    if isinstance(index, BM25Index) and index.statistics == "live":
        raise ValueError(
            "build_index: with statistics='live' the scores in each shard would change with all other shards, whenever "
            "documents are added to one. Statistics of all documents that stay as they are can be in every shard: "
            "BM25Index(statistics='frozen')."
        )
    index._new_encoder()
    index._new_chunker()
    return index


def _one_name(ids: Any) -> str | None:
    """Return the name of the column of ids, or raise an error if it is something else, such as the ids."""
    if isinstance(ids, str | None):
        return ids
    raise TypeError(
        "ids must be the name of the column that holds the id of each document, but it is of type "
        f"{type(ids).__name__}."
    )


def _names(metadata: str | Sequence[str]) -> list[str]:
    """Return the names of the columns of metadata; one of them may be given as it is."""
    return [metadata] if isinstance(metadata, str) else list(metadata)


def _is_fitted(encoder: Any) -> bool:
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    try:
        check_is_fitted(encoder)
    except (NotFittedError, TypeError):
        return False
    return True


def _kind(index: DocumentIndex) -> str:
    return kind_of(index.encoder_, type(index).__name__)


def _fit(index: DocumentIndex, source: _Source) -> None:
    """Fit the encoder of an index on all documents, or on their passages, unless it is fitted already."""
    index._chunker = index._new_chunker()
    if "encoder_" in vars(index):
        return
    encoder = index._new_encoder()
    if kind_of(encoder, type(index).__name__) == TRANSFORMER and type(encoder).__name__ != "FrozenEstimator":
        engine: Any = source.engine
        if index._chunker is not None:
            engine = PassageEngine(engine, index._chunker)
        with counted_progress("Learning") as done:
            encoder = fit(encoder, source.documents, engine=engine, column=source.column, progress=done)
    index.encoder_ = encoder


def _statistics(index: DocumentIndex, source: _Source) -> BM25 | None:
    """Return the parameters of BM25 with the statistics of all documents; None of an index of vectors."""
    if not isinstance(index, BM25Index):
        return None
    with counted_progress("Counting words") as done:
        found = source.engine.fold(
            Statistics(index), merged_statistics, source.documents, column=source.column, progress=done
        )
    return BM25(index.method, float(index.k1), float(index.b), float(index.delta), found)


def _write(path: Path, source: _Source, plan: _Plan, before: list[dict[str, Any]], next_id: int) -> None:
    """Write a shard for each piece, and then the manifest that names them after those before."""
    names = {number: f"shard-{plan.first_shard + number:05d}" for number in plan.facts.counts}
    write = WriteShard(path, names, plan.index, plan.bm25, plan.facts, source.ids, source.metadata)
    written = source.map("Writing shards", write, source.columns)
    shards = [shard for shard in written.values() if shard is not None]
    for shard in shards:
        check_seen(path, shard)
    write_shards(path, type(plan.index).__name__, next_id, [*before, *shards])
    remove_others(path, {shard["name"] for shard in (*before, *shards)})
