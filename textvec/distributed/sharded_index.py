"""An index in shards, as it is searched: on this machine, or by workers each of which holds some of the shards."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from textvec._common.counted import counted
from textvec.distributed._holders import Holders, holders_for
from textvec.distributed._shard_tasks import all_duplicates, duplicates_of
from textvec.index import _search
from textvec.index._ids import Id, id_list
from textvec.index.opening import of_folder
from textvec.index.results import Document, SearchResults
from textvec.index.storage.shards import ShardedFolder, incomplete
from textvec.similarity.duplicates import Duplicates, check_threshold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textvec.explanation.explanation import Explanation
    from textvec.index._filters import Where
    from textvec.index.query_terms import QueryTerms


class ShardedIndex:
    r"""An index in shards: it finds what a single index of all documents finds, with the same scores.

    `open` opens one. `build_index` builds one, and `add_documents` adds to it.

    Parameters
    ----------
    folder : ShardedFolder
        As `open` opens it.
    encoder : callable or None
        The function that is the encoder, where it is one.
    client : dask.distributed.Client, "ray" or None
        Who searches.
    allow_partial : bool
        Whether to do without shards that are missing.

    See Also
    --------
    textvec.open_index : Opens the folder as an index of its class, such as `CosineIndex`, on this machine.

    Notes
    -----
    On one machine all shards are mapped into memory, as segments of one index. On a cluster each worker maps its share
    of the shards, when it is first asked, and keeps them; a query goes to all workers as a vector, and the best hits of
    each are put together, equal scores by id. What is then shown of the hits, explanations and figures are read on this
    machine, which must see the folder as well. Where the search is approximate, each shard has a graph of its own, so
    that another few hits may be missed than by one graph.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec import BM25Index
    >>> from textvec.distributed import ShardedIndex, build_index
    >>> with TemporaryDirectory() as folder:
    ...     for name, text in {"a.txt": "red apple\ngreen apple\n", "b.txt": "red sea\n"}.items():
    ...         _ = Path(folder, name).write_text(text)
    ...     _ = build_index(BM25Index(statistics="frozen"), f"{folder}/*.txt", f"{folder}/index")
    ...     index = ShardedIndex.open(f"{folder}/index")
    ...     print(index)
    ...     print(index.search(["red"]))
    ...     print(index.explain("red", 2))
    ShardedIndex(3 documents, 2 shards, BM25Index)
    SearchResults(1 query)
      query 0
        0.1880  0  red apple
        0.1880  2  red sea
    Explanation(score 0.1880, 1 term)
      0.1880  red  idf 0.4700 x tf 0.4000 (count 1, length 1.00)
    """

    _saved_otherwise = "in its folder, which is all that ShardedIndex.open needs"

    def __init__(
        self, folder: ShardedFolder, encoder: Any = None, client: Any = None, allow_partial: bool = False
    ) -> None:
        self._folder, self._allow_partial = folder, allow_partial
        self._index = of_folder(folder, encoder)
        self._holders: Holders | None = None if client is None else holders_for(client, folder)

    @classmethod
    def open(
        cls,
        folder: str | os.PathLike[str],
        *,
        client: Any = None,
        encoder: Any = None,
        allow_partial: bool = False,
        verify: bool = False,
    ) -> Self:
        """Open the index in shards in a folder; nothing is read but what describes it.

        Parameters
        ----------
        folder : str or path
            That of `build_index`.
        client : dask.distributed.Client or "ray", optional
            Who searches: the workers of a cluster of Dask's, or actors of Ray's, to each of which belong some of the
            shards. They must see the folder under the same path. By default this process searches.
        encoder : callable, optional
            The function that is the encoder, where it is one.
        allow_partial : bool, default=False
            Whether to search without shards that are missing or damaged, or whose workers have died again and again.
            Results say then which ones were missing: `SearchResults.missing_shards`. Otherwise that is an error.
        verify : bool, default=False
            Whether to read everything and compare it with the checksums that were written.

        Returns
        -------
        ShardedIndex

        Raises
        ------
        FileNotFoundError
            If there is no index in shards.
        DamagedIndexError
            If shards are missing or damaged, which it names.
        """
        return cls(ShardedFolder(folder, verify, allow_partial), encoder, client, allow_partial)

    @property
    def missing_shards(self) -> tuple[str, ...]:
        """The names of the shards that were missing when the index was opened; see `open`."""
        return tuple(sorted(self._folder.missing))

    def search(
        self, queries: Any, k: int = 10, *, min_score: float | None = None, where: Where | None = None
    ) -> SearchResults:
        """Find the k documents with the highest scores for each query.

        Parameters
        ----------
        queries : iterable of str, or whatever else the encoder takes
            The queries, encoded as documents are.
        k : int, default=10
            How many hits at the most. Only documents with a positive score are hits.
        min_score : float, optional
            Leave out hits with a smaller score, from 0; what is smaller by rounding alone stays.
        where : pyarrow.compute.Expression, mapping, str, or list of these, optional
            Search only among documents whose metadata fulfil a condition, as in `CosineIndex.search`.

        Returns
        -------
        SearchResults
            For each query its hits, best first; equal scores by id.

        Raises
        ------
        DamagedIndexError
            If shards cannot be searched, which it names, unless the index was opened with ``allow_partial=True``.
        ValueError
            As in `CosineIndex.search`.
        """
        index, collection = self._index, self._folder.collection
        k, floor = _search.checked_k(k), _search.floor_of(min_score)
        asked = index._asked(index._encoded(queries, collection), collection)
        missing: dict[str, str] = {**self._folder.missing}
        found = self._found(asked, min(k, max(len(collection), 1)), floor, where, missing)
        return SearchResults(*found, collection, sorted(missing))

    def search_by_id(
        self, ids: Id | Iterable[Id], k: int = 10, *, min_score: float | None = None, where: Where | None = None
    ) -> SearchResults:
        """Find the documents with the highest scores for documents of the index as queries: more like these.

        Parameters
        ----------
        ids : str, int, or an iterable of them
            Of the documents that are the queries. A document is no hit of its own.
        k : int, default=10
            How many hits at the most.
        min_score : float, optional
            As in `search`.
        where : pyarrow.compute.Expression, mapping, str, or list of these, optional
            As in `search`.

        Returns
        -------
        SearchResults

        Raises
        ------
        KeyError
            If no document has one of the ids.
        DamagedIndexError
            As in `search`.
        """
        collection = self._folder.collection
        k, floor = _search.checked_k(k), _search.floor_of(min_score)
        missing: dict[str, str] = {**self._folder.missing}

        def find(asked: _search.Asked, k: int) -> _search.Found:
            return self._found(asked, k, floor, where, missing)

        listed = id_list(ids)
        found = _search.search_by_id(collection, listed, self._index._asked, k, floor, where, find)
        return SearchResults(*found, collection, sorted(missing))

    def explain(self, query: Any, id: Id) -> Explanation:  # noqa: A002
        """Tell what made the score of a document: which terms, or which pairs of words, and how much each gave.

        Parameters
        ----------
        query : str
            Or whatever else is one document of the encoder.
        id : str or int
            Of the document, as in the results of `search`.

        Returns
        -------
        Explanation
            Largest contributions first; they add up to the score.

        Raises
        ------
        KeyError
            If no document has that id.
        """
        return self._index.explain(query, id)

    def query_terms(self, query: Any) -> QueryTerms:
        """Rank the terms of a query by what they bring, and suggest the nearest known word for each unknown one.

        Parameters
        ----------
        query : str
            Or whatever else is one document of the encoder.

        Returns
        -------
        QueryTerms
            What brings most first, unknown words last. Numbers of documents are those of all shards.
        """
        return self._index.query_terms(query)

    def knows(self, query: Any) -> bool:
        """Tell whether a query has at least one term of the index: whether its vector is not zero.

        Parameters
        ----------
        query : str
            Or whatever else is one document of the encoder.

        Returns
        -------
        bool
        """
        return self._index.knows(query)

    def find_duplicates(self, threshold: float = 0.9) -> Duplicates:
        """Find all pairs of documents whose cosine similarity reaches a threshold, in all shards.

        The documents are encoded by the encoder of the index once more, as a whole: the pairs, and their scores, are
        those of `textvec.similarity.find_duplicates` for all documents and that encoder, in the order of their ids. On
        a cluster, each pair of workers' shards is compared by one of the workers.

        Parameters
        ----------
        threshold : float, default=0.9
            The lowest similarity of a pair, above 0 and at most 1.

        Returns
        -------
        Duplicates
            Places in it are those of the documents in the order of their ids.

        Raises
        ------
        ValueError
            If the threshold is out of range.
        DamagedIndexError
            If shards are missing; pairs of some shards alone are not looked for.
        """
        check_threshold(threshold)
        if self._folder.missing:
            raise incomplete(self._folder.path, len(self._folder.shards), self._folder.missing)
        encoder = self._index.encoder_
        if self._holders is None:
            pairs = all_duplicates(self._folder.collection.segments, encoder, float(threshold))
            return duplicates_of([pairs], self._folder.collection)
        missing: dict[str, str] = {}
        found = self._holders.pairs_of_groups(float(threshold), encoder, missing)
        if missing:
            raise incomplete(self._folder.path, len(self._folder.shards), missing)
        return duplicates_of(found, self._folder.collection)

    def info(self) -> dict[str, Any]:
        """Return figures: how many documents, shards and segments; what vectors and metadata; how large on disk.

        Returns
        -------
        dict
        """
        workers = {} if self._holders is None else {"workers": self._holders.n_groups}
        return {**self._index.info(), **workers}

    def __len__(self) -> int:
        return len(self._index)

    def __iter__(self) -> Iterator[Id]:
        """Iterate over the ids, in their order."""
        return iter(self._index)

    def __contains__(self, id: object) -> bool:  # noqa: A002
        return id in self._index

    def __getitem__(self, id: Id) -> Document:  # noqa: A002
        """Return the document with an id."""
        return self._index[id]

    def __repr__(self) -> str:
        parts = [counted(len(self), "document"), counted(len(self._folder.shards), "shard")]
        parts += [type(self._index).__name__]
        if self._holders is not None:
            parts.append(f"held by {counted(self._holders.n_groups, 'worker')}")
        if self._folder.missing:
            parts.append(f"{counted(len(self._folder.missing), 'shard')} missing")
        return f"{type(self).__name__}({', '.join(parts)})"

    def _found(
        self, asked: _search.Asked, k: int, floor: float, where: Where | None, missing: dict[str, str]
    ) -> _search.Found:
        """Return the k best documents for each query, and add to the shards that are missing."""
        if self._holders is None:
            return _search.search(self._folder.collection, asked, k, floor, where)
        known = len(missing)
        rows, scores = self._holders.search(asked, k, floor, where, missing)
        if len(missing) > known and not self._allow_partial:
            raise incomplete(self._folder.path, len(self._folder.shards), missing)
        return _search.merged(self._folder.collection, rows, scores, k)
