"""Exact cosine search over documents, with any encoder that makes vectors of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa

from textvec._common.estimator import DeferredEstimator
from textvec._common.numbers import is_integer
from textvec.encoders.encode import (
    PRECOMPUTED,
    documents_for,
    encode,
    is_precomputed,
    name_of,
    unfitted,
)
from textvec.encoders.vectors import Sparse, Vectors
from textvec.index import _cold_start, _search
from textvec.index._collection import Collection
from textvec.index._ids import Id, id_list, labels_of
from textvec.index.results import Document, SearchResults
from textvec.index.rows.base import BACKENDS
from textvec.index.storage.commit import check_target, write_index
from textvec.index.storage.encoder_files import encoder_files
from textvec.index.storage.folder import Folder

if TYPE_CHECKING:
    from textvec.explanation.explanation import Explanation
    from textvec.index._filters import Where


class CosineIndex(DeferredEstimator):
    r"""Find the documents most similar to a query: exact, by cosine similarity of their vectors.

    .. math:: \cos(q, d) = \frac{q \cdot d}{\lVert q \rVert \lVert d \rVert}

    Parameters
    ----------
    encoder : transformer, callable or "precomputed", default=None
        What makes vectors of documents: a vectorizer, or a Pipeline that ends in one. It is cloned and fitted on the
        documents. None stands for `TfidfVectorizer()`. Wrap one that is fitted already, and shall stay so, in
        `sklearn.frozen.FrozenEstimator`. A function takes a list of texts and returns a matrix. With "precomputed",
        documents and queries are rows of a matrix already.
    chunker : Chunker, default=None
        Cuts documents into passages that have a vector each: a document is found by its best passage.
    approximate : bool, default=False
        Search dense vectors by a graph of neighbours, which finds nearly all of the nearest in a fraction of the
        time; for a million of them and more. Sparse vectors are searched exactly in any case. Needs
        ``pip install "textvec-kit[approximate]"``.

    Attributes
    ----------
    encoder_ : transformer, callable or "precomputed"
        The fitted encoder.

    See Also
    --------
    textvec.similarity.find_duplicates : All pairs of documents that are nearly the same.

    Notes
    -----
    An index may be searched by several threads at once, also while another one changes it: a search sees the documents
    as they are when it begins. Changes to an index that was opened from a folder are written to that folder.

    References
    ----------
    Ding and Suel (2011), Faster top-k document retrieval using block-max indexes. SIGIR.

    Examples
    --------
    >>> from textvec import CosineIndex
    >>> index = CosineIndex().fit(["The food is good", "The food is not good", "Pizza is great"])
    >>> index.search(["great pizza"], k=2)
    SearchResults(1 query)
      query 0
        0.9228  2  Pizza is great
    >>> [(term, round(share, 4)) for term, share in index.explain("great pizza", 2)]
    [('great', 0.4614), ('pizza', 0.4614)]
    >>> index.add(["Great food"])
    CosineIndex(4 documents, 2 segments, sparse)
    >>> index.delete([2]).search(["great pizza"])
    SearchResults(1 query)
      query 0
        0.5628  3  Great food
    """

    encoder_: Any

    def __init__(self, encoder: Any = None, *, chunker: Any = None, approximate: bool = False) -> None:
        self.encoder = encoder
        self.chunker = chunker
        self.approximate = approximate
        self._collection: Collection | None = None
        self._folder: Folder | None = None
        self._lock = threading.RLock()

    def fit(self, documents: Any, y: Any = None, *, ids: Iterable[Id] | None = None, metadata: Any = None) -> Self:
        """Fit the encoder on the documents, encode them and index their vectors, instead of any that are indexed.

        Parameters
        ----------
        documents : iterable of str, column of strings, Tokens, or list of lists of str
            Whatever the encoder takes.
        y : None
            Ignored.
        ids : iterable of str or of int, optional
            A distinct id for each document; by default the labels of a pandas Series or DataFrame, where it has an
            index of its own, and otherwise 0, 1, 2, ...
        metadata : DataFrame, Arrow table, mapping of columns or list of dicts, optional
            A row for each document, for `where` in searches and beside the hits. A column of Python's values must be of
            one type: integers among floats are floats, NaN among other things than numbers is missing, and None alone
            makes a column of strings.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If there are not as many ids, or rows of metadata, as documents, an id is repeated, or the encoder
            does not return a matrix of finite numbers with a row for each document or passage.
        TypeError
            If ids are neither all strings nor all integers.
        """
        if self.encoder is None and self._folder is not None:
            self.encoder = self.encoder_  # that of the index that was opened
        chosen = unfitted(self.encoder, "CosineIndex")
        from textvec.index._inputs import encoded_documents

        made = encoded_documents(documents, ids, metadata, chosen, self.chunker, fit=True)
        collection = Collection.of(made, self.approximate)
        with self._lock:
            self._collection, self._folder, self.encoder_ = collection, None, chosen
        return self

    def add(self, documents: Any, *, ids: Iterable[Id] | None = None, metadata: Any = None) -> Self:
        """Add documents, encoded by the encoder as it was fitted: its vocabulary and weights stay as they are.

        Parameters
        ----------
        documents : iterable of str, or whatever else the encoder takes
            The documents to add.
        ids : iterable of str or of int, optional
            New, distinct ids; by default the labels of a pandas Series or DataFrame, where it has an index of its own,
            and otherwise, where ids are integers, the next ones.
        metadata : DataFrame, Arrow table, mapping of columns or list of dicts, optional
            With the columns of the index; missing columns are filled with nulls.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            As in `fit`, or if an id is there already. Nothing is added then.
        """
        return self._put(documents, ids, metadata, replace=False)

    def update(self, documents: Any, *, ids: Iterable[Id] | None = None, metadata: Any = None) -> Self:
        """Replace documents, and their metadata, by others.

        Parameters
        ----------
        documents : iterable of str, or whatever else the encoder takes
            One for each id, instead of the document that has it.
        ids : iterable of str or of int, optional
            Of the documents to replace; by default the labels of a pandas Series or DataFrame with an index of its own.
        metadata : DataFrame, Arrow table, mapping of columns or list of dicts, optional
            A row for each document, with the columns of the index; missing columns are filled with nulls.

        Returns
        -------
        self

        Raises
        ------
        KeyError
            If no document has one of the ids. Nothing is replaced then.
        ValueError
            If there are no ids.
        """
        return self._put(documents, ids, metadata, replace=True)

    def delete(self, ids: Id | Iterable[Id]) -> Self:
        """Delete documents.

        Parameters
        ----------
        ids : str, int, or an iterable of them
            Of the documents to delete.

        Returns
        -------
        self

        Raises
        ------
        KeyError
            If no document has one of the ids. Nothing is deleted then.
        """
        listed = id_list(ids)
        return self._change(lambda collection: collection.deleted(collection.locate(listed)))

    def compact(self) -> Self:
        """Make one segment of all, without the deleted documents: searches are fastest then, and the index smallest."""
        return self._change(Collection.compacted)

    def search(
        self, queries: Any, k: int = 10, *, min_score: float | None = None, where: Where | None = None
    ) -> SearchResults:
        """Find the k most similar documents for each query.

        Parameters
        ----------
        queries : iterable of str, or whatever else the encoder takes
            The queries, encoded as documents are.
        k : int, default=10
            How many hits at the most. Only documents with a positive similarity are hits.
        min_score : float, optional
            Leave out hits with a smaller similarity, from 0; what is smaller by rounding alone stays.
        where : pyarrow.compute.Expression, mapping, str or list of str, optional
            Search only among documents whose metadata fulfil a condition: an expression, such as
            ``pyarrow.compute.field("rating") >= 7``; a mapping from columns to values, or collections of values; or
            comparisons, such as ``"rating >= 7"``.

        Returns
        -------
        SearchResults
            For each query its hits, best first; equal scores by id.

        Raises
        ------
        ValueError
            If `k` is not a positive integer, `min_score` is negative, one string was given instead of several, or
            `where` does not fit.
        """
        collection = self._fitted()
        k, floor = _search.checked_k(k), _search.floor_of(min_score)
        vectors = self._encoded(queries, collection)
        k = min(k, max(len(collection), 1))
        return SearchResults(*_search.search(collection, vectors, k, floor, where), collection)

    def search_by_id(
        self, ids: Id | Iterable[Id], k: int = 10, *, min_score: float | None = None, where: Where | None = None
    ) -> SearchResults:
        """Find the documents most similar to documents of the index: more like these.

        Parameters
        ----------
        ids : str, int, or an iterable of them
            Of the documents that are the queries. A document is no hit of its own. One with several passages asks with
            each of them, and the best score counts.
        k : int, default=10
            How many hits at the most.
        min_score : float, optional
            As in `search`.
        where : pyarrow.compute.Expression, mapping, str or list of str, optional
            As in `search`.

        Returns
        -------
        SearchResults

        Raises
        ------
        KeyError
            If no document has one of the ids.
        """
        collection = self._fitted()
        k, floor = _search.checked_k(k), _search.floor_of(min_score)
        return SearchResults(*_search.search_by_id(collection, id_list(ids), k, floor, where), collection)

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
        ValueError
            If the encoder's vectors are dense, and not weighted sums of word vectors.
        """
        from textvec.explanation.explanation import explain_dense, explain_sparse

        collection = self._fitted()
        (number, doc), *_ = collection.locate(id_list(id))
        vectors, segment = self._encoded_one(query, collection), collection.segments[number].segment
        row = _search.best_row(collection, number, doc, vectors)
        if is_precomputed(self.encoder_):
            query = None
        text = segment.content_of(doc, row)
        if isinstance(vectors, Sparse):
            return explain_sparse(self.encoder_, query, text, vectors, segment.rows.take(np.array([row])), id)
        return explain_dense(self.encoder_, query, text, id)

    def knows(self, query: Any) -> bool:
        """Tell whether a query has at least one term of the index: whether its vector is not zero.

        Parameters
        ----------
        query : str
            Or whatever else is one document of the encoder.
        """
        vectors = self._encoded_one(query, self._fitted())
        return bool(len(vectors.data) if isinstance(vectors, Sparse) else vectors.any())

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the index to a folder, from which `open` maps it into memory.

        The folder is there when all is written, and not before. An encoder that is a function is not written:
        `open` takes it again.

        Parameters
        ----------
        path : str or path
            A folder that does not exist or is empty.
        overwrite : bool, default=False
            Whether it may hold an index, which is replaced in one step.

        Raises
        ------
        FileExistsError
            If the folder is not empty, and not an index that may be overwritten.
        """
        collection = self._fitted()
        check_target(Path(path), overwrite)
        chunker = None
        if self.chunker is not None:
            chunker = {name: v if isinstance(v, str) else int(v) for name, v in self.chunker.get_params().items()}
        about_encoder, writers = encoder_files(self.encoder_, collection)
        write_index(Path(path), collection, about_encoder, chunker, writers, overwrite)
        if self._folder is not None and self._folder.path.samefile(path):
            self._folder = Folder(path)
            self._collection = self._folder.collection

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, encoder: Any = None, verify: bool = False) -> Self:
        """Open the index in a folder, whatever its size in a few milliseconds: its files are mapped into memory.

        Nothing in the folder is run. Changes to the index are written to the folder: additions as new files, each
        change in one step. One process may write at a time, while any number reads; each sees the state that it
        opened, or its own changes.

        Parameters
        ----------
        path : str or path
            The folder that `save` wrote.
        encoder : callable, optional
            The function that is the encoder, where it is one.
        verify : bool, default=False
            Whether to read everything and compare it with the checksums that were written. Otherwise only sizes are
            compared, and the checksums of what is read at once.

        Returns
        -------
        CosineIndex

        Raises
        ------
        FileNotFoundError
            If there is no index.
        DamagedIndexError
            If a file is missing, damaged, or of a newer format.
        """
        folder = Folder(path, verify)
        index = cls(encoder, approximate=BACKENDS[folder.collection.backend].is_approximate)
        if folder.content["chunker"] is not None:
            from textvec.preprocessing.chunker import Chunker

            index.chunker = Chunker(**folder.content["chunker"])
        index._folder, index._collection = folder, folder.collection
        if folder.content["encoder"]["kind"] == PRECOMPUTED:
            index.encoder = PRECOMPUTED
        if index.encoder is not None:
            index.encoder_ = index.encoder
        return index

    def verify(self) -> None:
        """Read all files of an index that was opened, and compare them with the checksums that were written.

        Raises
        ------
        DamagedIndexError
            If a file is not what was written.
        """
        if self._folder is None:
            raise ValueError("Only an index that was opened from a folder can be verified; this one is in memory.")
        self._folder.verify()

    def info(self) -> dict[str, Any]:
        """Return figures: how many documents, deleted ones, segments; what vectors and metadata; on disk, how large."""
        collection = self._fitted()
        if self._folder is not None:
            return {**collection.info(), **self._folder.info()}
        return {**collection.info(), "encoder": name_of(self.encoder_)}

    if not TYPE_CHECKING:  # an attribute that is misspelt is none to a type checker

        def __getattr__(self, name: str) -> Any:
            # The encoder of an index on disk is read when it is first needed.
            folder = self.__dict__.get("_folder")
            if name == "encoder_" and folder is not None:
                self.encoder_ = folder.load_encoder()
                return self.encoder_
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __len__(self) -> int:
        return 0 if self._collection is None else len(self._collection)

    def __iter__(self) -> Iterator[Id]:
        """Iterate over the ids, in their order."""
        return iter(self._fitted())

    def __contains__(self, id: object) -> bool:  # noqa: A002
        known = isinstance(id, str) or is_integer(id)
        return known and self._fitted().find(id_list(id)[0]) is not None

    def __getitem__(self, id: Id) -> Document:  # noqa: A002
        """Return the document with an id."""
        collection = self._fitted()
        (number, doc), *_ = collection.locate(id_list(id))
        return Document.of(collection.segments[number].segment, doc)

    def __repr__(self) -> str:
        if self._collection is None:
            return f"CosineIndex(encoder={self.encoder!r})"
        counts = self._collection.info()
        n, m = counts["documents"], counts["segments"]
        of = f"{n:,} document{'s' if n != 1 else ''}, {m} segment{'s' if m != 1 else ''}, {counts['vectors']}"
        return f"CosineIndex({of})" if self._folder is None else f"CosineIndex({of}, at {str(self._folder.path)!r})"

    def __sklearn_is_fitted__(self) -> bool:
        return self._collection is not None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        if is_precomputed(self.encoder):
            tags.input_tags.string, tags.input_tags.two_d_array, tags.input_tags.sparse = False, True, True
        return tags

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        vars(self).update(state)
        self._lock = threading.RLock()

    def _fitted(self) -> Collection:
        if self._collection is None:
            from sklearn.exceptions import NotFittedError

            raise NotFittedError("This CosineIndex is not fitted yet. Give it documents: fit(documents).")
        return self._collection

    def _change(self, change: Callable[[Collection], Collection]) -> Self:
        with self._lock:
            collection = self._fitted()
            self._collection = change(collection) if self._folder is None else self._folder.change(change)
        return self

    def _put(self, documents: Any, ids: Iterable[Id] | None, metadata: Any, replace: bool) -> Self:
        from textvec.index._inputs import encoded_documents

        like, has_ids = self._fitted().like, ids is not None or labels_of(documents) is not None
        if replace and not has_ids:
            raise ValueError("The documents that replace others need the ids of these: update(documents, ids=...).")
        if not has_ids and not pa.types.is_integer(like.ids.type):
            raise ValueError("The ids of this index are strings: give each document that is added its id.")
        made = encoded_documents(documents, ids, metadata, self.encoder_, self.chunker, fit=False, like=like.metadata)
        self._check_like(self._fitted(), made.vectors)

        def put(collection: Collection) -> Collection:
            collection.check_fits(made)
            if not has_ids:
                return collection.added(made.with_ids(collection.next_ids(len(made))))
            known = made.ids.to_pylist()
            if replace:
                return collection.deleted(collection.locate(known)).added(made)
            repeated = next((id_ for id_ in known if collection.find(id_)), None)
            if repeated is not None:
                raise ValueError(f"There is a document with the id {repeated!r} already. Delete it, or update it.")
            return collection.added(made)

        return self._change(put)

    def _encoded_one(self, query: Any, collection: Collection) -> Vectors:
        return self._encoded(query if hasattr(query, "tocsr") else [query], collection)

    def _encoded(self, queries: Any, collection: Collection) -> Vectors:
        light = None
        if "encoder_" not in vars(self) and self._folder is not None and _cold_start.prefers_query_encoder(queries):
            light = self._folder.query_encoder
        if light is not None:
            vectors: Vectors = light.encode(queries)
        else:
            given = documents_for(self.encoder_, queries, "CosineIndex")
            vectors = encode(self.encoder_, given, fit=False, caller="CosineIndex", items="queries")
        self._check_like(collection, vectors)
        return vectors

    def _check_like(self, collection: Collection, vectors: Vectors) -> None:
        """Raise an error unless vectors are of the kind of the index's: it may be at fault itself."""
        try:
            collection.check_like(vectors)
        except ValueError:
            if self._folder is not None:
                self._folder.check_width(vectors, has_own_encoder=self.encoder is None)
            raise
