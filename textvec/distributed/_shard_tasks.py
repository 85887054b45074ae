"""What a worker does with the shards that it holds: it searches them, and compares their documents with one another.

Tested in tests/distributed/test_sharded_index.py and tests/distributed/test_shards_on_workers.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec.encoders.encode import documents_for, matrix_of
from textvec.encoders.vectors import count
from textvec.index import _search
from textvec.index._collection import Collection, LiveSegment
from textvec.index.errors import DamagedIndexError
from textvec.index.storage.folder import Folder
from textvec.index.storage.shards import opened_shard
from textvec.similarity._all_pairs import Pairs, all_pairs
from textvec.similarity.duplicates import Duplicates

if TYPE_CHECKING:
    from textvec.index._filters import Where

MAX_OPEN_SHARDS = 4096
"""How many shards a worker keeps open. Each takes some ten mapped files, of which Linux allows a process 65,530; with
more shards, those that were used least are opened anew."""


class Shard(NamedTuple):
    """A shard, as a worker is told of it.

    Attributes
    ----------
    folder : str
        Of all shards.
    about : tuple of (str, object)
        What the manifest says of it.
    first_row, first_document : int
        The numbers of its first row, and of its first document, among those of all shards.
    """

    folder: str
    about: tuple[tuple[str, Any], ...]
    first_row: int
    first_document: int

    @property
    def name(self) -> str:
        """The name of its folder."""
        return str(dict(self.about)["name"])


class Found(NamedTuple):
    """What some shards have.

    Attributes
    ----------
    rows : ndarray of int64 of shape (n_queries, k)
        Numbered through all shards; -1 where there are fewer.
    scores : ndarray of float32 of shape (n_queries, k)
    missing : dict of str to str
        Why shards could not be searched, by their names.
    """

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]
    missing: dict[str, str]


class FoundPairs(NamedTuple):
    """The pairs of near-duplicates in some shards.

    Attributes
    ----------
    pairs : Pairs
        Of the numbers of documents among those of all shards.
    missing : dict of str to str
        Why shards could not be compared, by their names.
    """

    pairs: Pairs
    missing: dict[str, str]


def search_shards(shards: Sequence[Shard], asked: _search.Asked, k: int, floor: float, where: Where | None) -> Found:
    """Find the k best documents of some shards for each query.

    Parameters
    ----------
    shards : sequence of Shard
    asked : Asked
        The queries.
    k : int
    floor : float
        What scores must reach.
    where : object
        As `search` of an index takes it.
    """
    there, missing = _opened(shards)
    rows, scores = np.full((count(asked.vectors), 0), -1, np.int64), np.zeros((0, 0), np.float32)
    if not there:
        return Found(rows, np.zeros(rows.shape, np.float32), missing)
    collection = _joined(there.values())
    try:
        rows, scores = _search.search(collection, asked, k, floor, where)
    except (OSError, DamagedIndexError) as error:
        if len(shards) == 1:
            return Found(rows, np.zeros(rows.shape, np.float32), {shards[0].name: str(error)})
        return _one_by_one(shards, asked, k, floor, where)
    sizes = [int(folder.collection.first_rows[-1]) for folder in there.values()]
    starts = np.cumsum([0, *sizes])
    number = np.searchsorted(starts, rows, side="right") - 1
    first = np.array([shard.first_row for shard in there])
    return Found(np.where(rows >= 0, rows - starts[number] + first[number], -1), scores, missing)


def _one_by_one(shards: Sequence[Shard], asked: _search.Asked, k: int, floor: float, where: Where | None) -> Found:
    """Search shards of which one is damaged, to find out which; what the others have is not in order."""
    every = [search_shards([shard], asked, k, floor, where) for shard in shards]
    rows, scores = np.hstack([each.rows for each in every]), np.hstack([each.scores for each in every])
    return Found(rows, scores, {name: why for each in every for name, why in each.missing.items()})


def pairs_of_shards(first: Sequence[Shard], second: Sequence[Shard], encoder: Any, threshold: float) -> FoundPairs:
    """Find the pairs of near-duplicates of documents in some shards with those in others, or, of the same, among them.

    Parameters
    ----------
    first, second : sequence of Shard
    encoder : transformer or callable
        Fitted.
    threshold : float
    """
    matrices, numbers = [], []
    missing: dict[str, str] = {}
    for shards in [first] if first == second else [first, second]:
        there, lost = _opened(shards)
        missing |= lost
        try:
            matrices.append(
                _matrix([live for folder in there.values() for live in folder.collection.segments], encoder)
            )
        except (OSError, DamagedIndexError) as error:
            missing |= {shard.name: str(error) for shard in there}
        numbers += [np.arange(len(folder.collection)) + shard.first_document for shard, folder in there.items()]
    if missing:
        return FoundPairs(Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)), missing)
    n_first = None if first == second else matrices[0].shape[0]
    found = all_pairs(_stacked(matrices), threshold, n_first)
    number_of = np.concatenate(numbers)
    return FoundPairs(found._replace(first=number_of[found.first], second=number_of[found.second]), {})


def all_duplicates(segments: Iterable[LiveSegment], encoder: Any, threshold: float) -> Pairs:
    """Find the pairs of near-duplicates among the documents of segments, which are numbered through them.

    Parameters
    ----------
    segments : iterable of LiveSegment
    encoder : transformer or callable
        Fitted.
    threshold : float
    """
    return all_pairs(_matrix(list(segments), encoder), threshold)


def duplicates_of(found: Sequence[Pairs], collection: Collection) -> Duplicates:
    """Return pairs of documents, which are numbered through segments, in the order of their ids.

    Parameters
    ----------
    found : sequence of Pairs
    collection : Collection
        Without deleted documents.
    """
    import pyarrow.compute as pc

    ids = pa.concat_arrays([live.segment.ids for live in collection.segments])
    order = pc.array_sort_indices(ids).to_numpy().astype(np.int64)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    one, other, scores = (np.concatenate(each) for each in zip(*found, strict=True))
    one, other = place[one], place[other]
    first, second = np.minimum(one, other), np.maximum(one, other)
    ranked = np.lexsort((second, first, -scores))
    pairs = Pairs(first[ranked], second[ranked], scores[ranked])
    return Duplicates(pairs, ids.take(pa.array(order)), _InOrder(collection.contents, order))


class _InOrder:
    """Documents in another order, each of which is looked up when it is shown."""

    def __init__(self, contents: pa.ChunkedArray, order: NDArray[np.int64]) -> None:
        self._contents, self._order = contents, order

    def __getitem__(self, place: int) -> Any:
        return self._contents[int(self._order[place])]


def _opened(shards: Sequence[Shard]) -> tuple[dict[Shard, Folder], dict[str, str]]:
    """Return the shards that can be opened, and why others cannot."""
    there, missing = {}, {}
    for shard in shards:
        try:
            there[shard] = _kept(shard.folder, shard.about)
        except (OSError, DamagedIndexError) as error:
            missing[shard.name] = str(error)
    return there, missing


@lru_cache(maxsize=MAX_OPEN_SHARDS)
def _kept(folder: str, about: tuple[tuple[str, Any], ...]) -> Folder:
    """Open a shard, once in this process; a shard that was written anew has another checksum."""
    return opened_shard(Path(folder), dict(about))


def _joined(folders: Iterable[Folder]) -> Collection:
    """Return the collection of the documents of several shards."""
    every = [folder.collection for folder in folders]
    return replace(every[0], segments=tuple(live for each in every for live in each.segments))


def _matrix(segments: Sequence[LiveSegment], encoder: Any) -> Any:
    """Return the vectors of whole documents, as the encoder makes them."""
    every = [documents_for(encoder, live.segment.contents, "find_duplicates") for live in segments]
    return _stacked([matrix_of(encoder, each, fit=False, caller="find_duplicates") for each in every])


def _stacked(matrices: Sequence[Any]) -> Any:
    import scipy.sparse as sp

    if len(matrices) == 1:
        return matrices[0]
    return sp.vstack(matrices, format="csr") if hasattr(matrices[0], "tocsr") else np.vstack(matrices)


def tasks_of(groups: Mapping[int, Sequence[Shard]]) -> list[tuple[int, int]]:
    """Return the pairs of groups of shards to compare, each group with itself as well."""
    numbers = list(groups)
    return [(one, other) for i, one in enumerate(numbers) for other in numbers[i:]]
