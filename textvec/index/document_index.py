"""What every kind of index does: it encodes documents, changes with them, and finds them.

Tested in tests/index/test_cosine_index.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa

from textvec.encoders.encode import documents_for, encode, is_precomputed
from textvec.encoders.vectors import Sparse, Vectors
from textvec.index import _search
from textvec.index._collection import Collection
from textvec.index._ids import Id, id_list, labels_of
from textvec.index._query_path import QueryPath
from textvec.index._stored import StoredIndex
from textvec.index.results import SearchResults

if TYPE_CHECKING:
    from textvec.encoders.query_encoder import QueryEncoder
    from textvec.explanation.explanation import Explanation
    from textvec.index._bm25 import BM25
    from textvec.index._documents import Documents
    from textvec.index._filters import Where
    from textvec.index.query_terms import QueryTerms


class DocumentIndex(StoredIndex):
    """An index of documents that an encoder makes vectors, or counts, of.

    A subclass says which encoder that is, how the collection scores, and how queries and explanations are made.
    """

    _is_unit = False
    """Whether `fit` gives sparse vectors the length 1. What is fitted goes by its collection, whatever is set since."""
    _learns = False
    """Whether words of documents that are added become terms of the index."""

    def _new_encoder(self) -> Any:
        """Return the encoder to fit."""
        raise NotImplementedError

    def _new_chunker(self) -> Any:
        """Return the chunker to cut documents with, None if they stay whole."""
        if self.chunker is None:
            return None
        if isinstance(self.chunker, type) or not hasattr(self.chunker, "spans"):
            raise TypeError(
                f"{type(self).__name__}: chunker must be a Chunker, or None, but it is {self.chunker!r:.60}."
            )
        from sklearn.base import clone

        return clone(self.chunker)

    def _scoring(self, vectors: Any) -> tuple[str, BM25 | None]:
        """Return the backend for vectors that were encoded, and how counts are scored."""
        raise NotImplementedError

    def _asked(self, vectors: Any, collection: Collection) -> _search.Asked:
        """Return what to search with, of vectors that the encoder made of queries, or of documents."""
        return _search.Asked(vectors)

    def _explained(self, collection: Collection, query: Any, text: Any, vectors: Any, row: Any, id: Id) -> Explanation:  # noqa: A002
        """Explain the score of a document, or of a passage, whose text and vector are given."""
        raise NotImplementedError

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
        chosen, chunker = self._new_encoder(), self._new_chunker()
        from textvec.index._inputs import encoded_documents

        made = encoded_documents(
            documents, ids, metadata, chosen, chunker, fit=True, caller=type(self).__name__, unit=self._is_unit
        )
        collection = Collection.of(made, *self._scoring(made.vectors))
        with self._lock:
            self._collection, self._folder, self.encoder_, self._chunker = collection, None, chosen, chunker
            self._query_path = QueryPath()
        return self

    def add(self, documents: Any, *, ids: Iterable[Id] | None = None, metadata: Any = None) -> Self:
        """Add documents, encoded by the encoder as it was fitted: its vocabulary and weights stay as they are.

        Those of `BM25Index(statistics="live")` follow the documents.

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
        asked = self._asked(self._encoded(queries, collection), collection)
        k = min(k, max(len(collection), 1))
        return SearchResults(*_search.search(collection, asked, k, floor, where), collection)

    def search_by_id(
        self, ids: Id | Iterable[Id], k: int = 10, *, min_score: float | None = None, where: Where | None = None
    ) -> SearchResults:
        """Find the documents with the highest scores for documents of the index as queries: more like these.

        Parameters
        ----------
        ids : str, int, or an iterable of them
            Of the documents that are the queries. A document is no hit of its own. One with several passages asks with
            each of them, and the best score counts.
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
        """
        collection = self._fitted()
        k, floor = _search.checked_k(k), _search.floor_of(min_score)
        found = _search.search_by_id(collection, id_list(ids), self._asked, k, floor, where)
        return SearchResults(*found, collection)

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
        return self._explain(self._fitted(), query, id)

    def _explain(self, collection: Collection, query: Any, id: Id) -> Explanation:  # noqa: A002
        (number, doc), *_ = collection.locate(id_list(id))
        vectors, segment = self._encoded_one(query, collection), collection.segments[number].segment
        row = _search.best_row(collection, number, doc, self._asked(vectors, collection))
        if is_precomputed(self.encoder_):
            query = None
        text, taken = segment.content_of(doc, row), segment.rows.take(np.array([row]))
        return self._explained(collection, query, text, vectors, taken, id)

    def query_terms(self, query: Any) -> QueryTerms:
        """Rank the terms of a query by what they bring, and suggest the nearest known word for each unknown one.

        Parameters
        ----------
        query : str
            Or whatever else is one document of the encoder; then unknown words are not looked for.

        Returns
        -------
        QueryTerms
            What brings most first, unknown words last.

        Raises
        ------
        ValueError
            If the encoder's vectors are dense, and not weighted sums of word vectors.

        Examples
        --------
        >>> from textvec import CosineIndex
        >>> index = CosineIndex().fit(["The food is good", "The food is not good", "Pizza is great"])
        >>> index.query_terms("great fodo, the pizza")
        QueryTerms(3 terms, 1 unknown)
           share   weight  documents  term
          0.3878   0.6228          1  great
          0.3878   0.6228          1  pizza
          0.2243   0.4736          2  the
               -        -          -  fodo  (did you mean food?)
        """
        from textvec.index.query_terms import query_terms

        return query_terms(self, query)

    def knows(self, query: Any) -> bool:
        """Tell whether a query has at least one term of the index: whether its vector is not zero.

        Parameters
        ----------
        query : str
            Or whatever else is one document of the encoder.
        """
        return self._knows(self._fitted(), query)

    def _knows(self, collection: Collection, query: Any) -> bool:
        vectors = self._encoded_one(query, collection)
        return bool(len(vectors.data) if isinstance(vectors, Sparse) else vectors.any())

    def _put(self, documents: Any, ids: Iterable[Id] | None, metadata: Any, replace: bool) -> Self:
        is_numbered = self._check_ids(documents, ids, replace)
        if self._learns:
            return self._put_and_learn(documents, ids, metadata, is_numbered, replace)
        made = self._encoded_more(self.encoder_, documents, ids, metadata)
        self._check_like(self._fitted(), made.vectors)
        return self._change(lambda collection: collection.put(made, is_numbered, replace))

    def _put_and_learn(
        self, documents: Any, ids: Iterable[Id] | None, metadata: Any, is_numbered: bool, replace: bool
    ) -> Self:
        """Put documents whose words become terms of the index: after those that others have added meanwhile."""
        from textvec.index._learning_encoder import LearningEncoder

        learner = LearningEncoder()
        given = documents_for(None, documents, type(self).__name__)
        documents = given if isinstance(documents, Iterator) else documents  # an iterator is read once

        def put(collection: Collection) -> Collection:
            # Only here, as another thread, or process, may have added words since the documents were given.
            stored = None if self._folder is None else self._folder.encoder(self._encoder_field)
            learner.encoder = self.encoder_ if stored is None else stored.load()
            made = self._encoded_more(learner, documents, ids, metadata, fit=True)
            changed = collection.put(made, is_numbered, replace)
            if self._folder is None:  # before the documents are there: threads that search know their words at once
                self.encoder_ = learner.encoder
            return changed

        with self._lock:
            self._change(put, lambda stored: learner.files(stored, given))
            self.encoder_ = learner.encoder
        return self

    def _check_ids(self, documents: Any, ids: Iterable[Id] | None, replace: bool) -> bool:
        """Raise an error if documents come without the ids that they need; return whether they are to be numbered."""
        has_ids = ids is not None or labels_of(documents) is not None
        if replace and not has_ids:
            raise ValueError("The documents that replace others need the ids of these: update(documents, ids=...).")
        if not has_ids and not pa.types.is_integer(self._fitted().like.ids.type):
            raise ValueError("The ids of this index are strings: give each document that is added its id.")
        return not has_ids

    def _encoded_more(
        self, encoder: Any, documents: Any, ids: Iterable[Id] | None, metadata: Any, *, fit: bool = False
    ) -> Documents:
        """Encode documents to add to those that there are."""
        from textvec.index._inputs import encoded_documents

        return encoded_documents(
            documents, ids, metadata, encoder, self._chunker, fit=fit, caller=type(self).__name__,
            unit=self._fitted().metric == "cosine",
            like=self._fitted().like.metadata,
        )  # fmt: skip

    def _encoded_one(self, query: Any, collection: Collection) -> Vectors:
        return self._encoded(query if hasattr(query, "tocsr") else [query], collection)

    def _word_search(self) -> tuple[DocumentIndex, Collection]:
        """Return the search whose encoder knows the words of queries, and what it searches in."""
        return self, self._fitted()

    def _spelling_encoder(self, collection: Collection) -> QueryEncoder | None:
        """Return a query encoder that knows the words of the documents; that takes a while to make if there is none."""
        stored = None if self._folder is None else self._folder.encoder(self._encoder_field)
        return self._query_path.spelling_encoder(lambda: self.encoder_, stored, collection.contents)

    def _query_encoder(self, queries: Any) -> QueryEncoder | None:
        """Return what encodes queries instead of the encoder, None if nothing does."""
        stored = None if self._folder is None else self._folder.encoder(self._encoder_field)
        return self._query_path.query_encoder(vars(self).get("encoder_"), stored, queries)

    def _encoded(self, queries: Any, collection: Collection) -> Vectors:
        unit = collection.metric == "cosine"
        light = self._query_encoder(queries)
        if light is not None:
            vectors: Vectors = light.encode(queries, unit)
        else:
            given = documents_for(self.encoder_, queries, type(self).__name__)
            vectors = encode(self.encoder_, given, fit=False, caller=type(self).__name__, items="queries", unit=unit)
        self._check_like(collection, vectors)
        return vectors

    def _check_like(self, collection: Collection, vectors: Any) -> None:
        """Raise an error unless vectors are of the kind of the index's: it may be at fault itself."""
        try:
            collection.check_like(vectors)
        except ValueError:
            if self._folder is not None:
                self._folder.check_width(collection, vectors, self._has_own_encoder, self._encoder_field)
            raise
