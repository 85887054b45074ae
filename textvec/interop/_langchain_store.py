"""The vector store for LangChain, which `textvec.interop.langchain` offers.

Tested in tests/interop/test_langchain.py.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from textvec._common.optional import needing
from textvec.encoders.encode import PRECOMPUTED
from textvec.index._filters import Where
from textvec.index._inputs import as_metadata
from textvec.index.vector_index import VectorIndex
from textvec.interop._retrieving import schema_of

with needing("LangChain", '"textvec-kit[langchain]"', "TextvecVectorStore"):
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_core.vectorstores import VectorStore

TEXT = "page_content"
"""The column of a store's metadata that holds the texts."""
LIFT = 1.25
"""A last coordinate of all vectors of a store. It adds 1.25² to each cosine, so that even -1 makes a positive score: an
index finds no others, and a store finds the nearest, however far. The square has no rounding error."""


class TextvecVectorStore(VectorStore):  # type: ignore[misc]
    """Keep texts with vectors that LangChain's embeddings make, and find the nearest: exactly, by cosines.

    It is a `VectorIndex` of vectors that are given, with texts and metadata. A column of metadata has values of one
    type; one that is new is added to all texts. A value of None is one that is missing.

    Parameters
    ----------
    embedding : Embeddings
        What makes vectors of texts.

    Attributes
    ----------
    index : VectorIndex or None
        What is searched; None until there are texts.

    Examples
    --------
    >>> from langchain_core.embeddings import DeterministicFakeEmbedding
    >>> from textvec.interop.langchain import TextvecVectorStore
    >>> store = TextvecVectorStore(DeterministicFakeEmbedding(size=50))
    >>> store.add_texts(["red apple", "green pear"], [{"year": 2001}, {"year": 2002}], ids=["a", "p"])
    ['a', 'p']
    >>> store.similarity_search("green pear", k=1, filter={"year": [2002, 2003]})
    [Document(id='p', metadata={'year': 2002}, page_content='green pear')]
    """

    index: VectorIndex | None = None

    def __init__(self, embedding: Embeddings) -> None:
        self._embedding = embedding
        self._changing = threading.Lock()

    @property
    def embeddings(self) -> Embeddings:
        """What makes vectors of texts."""
        return self._embedding

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,
    ) -> Self:
        """Return a store with texts.

        Parameters
        ----------
        texts : list of str
            Any number.
        embedding : Embeddings
            What makes vectors of texts.
        metadatas : list of dict, optional
            Of each text.
        ids : list of str, optional
            Of each text; otherwise random ones.
        **kwargs : object
            Further parameters of the class.

        Returns
        -------
        TextvecVectorStore
        """
        store = cls(embedding, **kwargs)
        store.add_texts(texts, metadatas, ids=ids)
        return store

    @classmethod
    def load(cls, path: str | os.PathLike[str], embedding: Embeddings) -> Self:
        """Open a store in a folder; changes are written to it.

        Parameters
        ----------
        path : str or path
            What `save` wrote.
        embedding : Embeddings
            As when it was written.

        Returns
        -------
        TextvecVectorStore

        Raises
        ------
        ValueError
            If it is another index than that of a store.
        """
        store = cls(embedding)
        index = VectorIndex.open(path)
        if index.encoder != PRECOMPUTED or TEXT not in schema_of(index).names:
            raise ValueError(
                f"The index at {path} is not that of a TextvecVectorStore. A TextvecRetriever searches it."
            )
        store.index = index
        return store

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the store to a folder.

        Parameters
        ----------
        path : str or path
            A folder that does not exist or is empty.
        overwrite : bool, default=False
            Whether it may hold an index, which is replaced.
        """
        if self.index is None:
            raise ValueError("TextvecVectorStore: there is nothing to save yet. Add texts.")
        self.index.save(path, overwrite=overwrite)

    def add_documents(self, documents: list[Document], ids: Sequence[str] | None = None, **kwargs: Any) -> list[str]:
        """Add documents, instead of those that have their ids.

        Parameters
        ----------
        documents : list of Document
            Texts, with metadata.
        ids : list of str, optional
            Instead of the ids of the documents; those without get random ones.
        **kwargs : object
            Not used.

        Returns
        -------
        list of str
            Their ids.

        Raises
        ------
        ValueError
            If there are not as many ids, one is repeated, or metadata do not fit. Nothing is added then.
        """
        keys = [id_ or str(uuid.uuid4()) for id_ in ids or [document.id for document in documents]]
        if len(keys) != len(documents):
            raise ValueError(f"TextvecVectorStore: {len(keys)} ids came for {len(documents)} documents.")
        if not documents:
            return []
        rows = [_row(document) for document in documents]
        vectors = _lifted(self._embedding.embed_documents([row[TEXT] for row in rows]))
        with self._changing:
            self._put(keys, vectors, rows)
        return keys

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool:
        """Delete texts.

        Parameters
        ----------
        ids : list of str, optional
            Of the texts, all of them unless given; ids that are not there are passed over.
        **kwargs : object
            Not used.

        Returns
        -------
        bool
            True.
        """
        with self._changing:
            if self.index is not None:
                known = list(self.index) if ids is None else [id_ for id_ in dict.fromkeys(ids) if id_ in self.index]
                self.index.delete(known)
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """Return texts by their ids.

        Parameters
        ----------
        ids : sequence of str
            Ids that are not there are passed over.

        Returns
        -------
        list of Document
        """
        index = self.index
        return [] if index is None else [_document(id_, index[id_].metadata) for id_ in ids if id_ in index]

    def similarity_search(self, query: str, k: int = 4, filter: Any = None, **kwargs: Any) -> list[Document]:  # noqa: A002
        """Return the k texts that are nearest to a query.

        Parameters
        ----------
        query : str
            What the embeddings take for one.
        k : int, default=4
            How many at the most.
        filter : pyarrow.compute.Expression, mapping, str or list of str, optional
            Conditions on metadata, as `where` in `CosineIndex.search`.
        **kwargs : object
            Not used.

        Returns
        -------
        list of Document
            The nearest first.
        """
        return [document for document, _ in self.similarity_search_with_score(query, k, filter)]

    def similarity_search_with_score(
        self,
        query: str,
        k: int = 4,
        filter: Any = None,  # noqa: A002
        **kwargs: Any,
    ) -> list[tuple[Document, float]]:
        """Return the k texts that are nearest to a query, with their cosines.

        Parameters
        ----------
        query : str
            What the embeddings take for one.
        k : int, default=4
            How many at the most.
        filter : pyarrow.compute.Expression, mapping, str or list of str, optional
            Conditions on metadata, as `where` in `CosineIndex.search`.
        **kwargs : object
            Not used.

        Returns
        -------
        list of tuple of (Document, float)
            The nearest first.
        """
        return self._nearest(self._embedding.embed_query(query), k, filter)

    def similarity_search_by_vector(
        self,
        embedding: list[float],
        k: int = 4,
        filter: Any = None,  # noqa: A002
        **kwargs: Any,
    ) -> list[Document]:
        """Return the k texts that are nearest to a vector.

        Parameters
        ----------
        embedding : list of float
            Of any length.
        k : int, default=4
            How many at the most.
        filter : pyarrow.compute.Expression, mapping, str or list of str, optional
            Conditions on metadata, as `where` in `CosineIndex.search`.
        **kwargs : object
            Not used.

        Returns
        -------
        list of Document
            The nearest first.
        """
        return [document for document, _ in self._nearest(embedding, k, filter)]

    def _nearest(self, vector: Sequence[float], k: int, where: Where | None) -> list[tuple[Document, float]]:
        index = self.index
        if index is None:
            return []
        hits = index.search(self._checked(_lifted([vector])), k=k, where=where)[0]
        return [(_document(hit.id, hit.metadata), max(min(hit.score - LIFT**2, 1.0), -1.0)) for hit in hits]

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return lambda cosine: (cosine + 1) / 2

    def _put(self, ids: list[str], vectors: NDArray[np.float64], rows: list[dict[str, Any]]) -> None:
        """Replace what has the ids, and add the rest."""
        repeated = next((each for each, n in Counter(ids).items() if n > 1), None)
        if repeated is not None:
            raise ValueError(f"Ids must be distinct, but {repeated!r} stands for several documents.")
        index = self.index
        if index is None:
            self.index = _index_of(vectors, ids, rows)
            return
        self._checked(vectors)
        if not self._has_columns_of(rows):
            self._widen(ids, vectors, rows)
            return
        is_known = np.array([id_ in index for id_ in ids])
        for chosen, put in ((np.flatnonzero(is_known), index.update), (np.flatnonzero(~is_known), index.add)):
            if len(chosen):
                put(vectors[chosen], ids=[ids[i] for i in chosen], metadata=[rows[i] for i in chosen])

    def _has_columns_of(self, rows: list[dict[str, Any]]) -> bool:
        """Tell whether the index has all columns of some metadata, in their types."""
        table = as_metadata(rows, len(rows))
        known = {} if self.index is None else {field.name: field.type for field in schema_of(self.index)}
        return table is None or all(known.get(field.name) == field.type for field in table.schema)

    def _widen(self, ids: list[str], vectors: NDArray[np.float64], rows: list[dict[str, Any]]) -> None:
        """Index all anew, with columns that were not there: vectors are kept, and the change is one step."""
        index = self.index
        assert index is not None  # noqa: S101 - its only caller asked
        old = index._fitted().compacted().segments[0].documents()
        new = set(ids)
        kept = np.array([i for i, id_ in enumerate(old.ids.to_pylist()) if id_ not in new], np.int64)
        old = old.take(kept)
        old_rows = [] if old.metadata is None else old.metadata.to_pylist()
        made = _index_of(np.vstack([np.asarray(old.vectors), vectors]), old.ids.to_pylist() + ids, old_rows + rows)
        if index._folder is not None:
            path = index._folder.path
            made.save(path, overwrite=True)
            made = VectorIndex.open(path)
        self.index = made

    def _checked(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return vectors that are as wide as those of the index."""
        width = None if self.index is None else self.index.info()["dimensions"]
        if width is not None and vectors.shape[1] != width:
            raise ValueError(
                f"TextvecVectorStore: the vectors of this store have {width - 1} dimensions, but these have "
                f"{vectors.shape[1] - 1}. Use the embeddings that it was made with."
            )
        return vectors


def _index_of(vectors: NDArray[np.float64], ids: list[str], rows: list[dict[str, Any]]) -> VectorIndex:
    return VectorIndex(PRECOMPUTED, metric="dot").fit(vectors, ids=ids, metadata=rows)


def _lifted(vectors: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """Return vectors of length 1 with a coordinate more, so that inner products are cosines and a constant."""
    table = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    return np.hstack([table / np.where(lengths > 0, lengths, 1), np.full((len(table), 1), LIFT)])


def _row(document: Document) -> dict[str, Any]:
    """Return the metadata of a document, its text included."""
    if TEXT in document.metadata:
        raise ValueError(
            f"TextvecVectorStore: {TEXT!r} is the text of a document, and cannot be a name in its metadata."
        )
    return {TEXT: document.page_content} | {name: v for name, v in document.metadata.items() if v is not None}


def _document(id_: Any, metadata: dict[str, Any]) -> Document:
    known = {name: value for name, value in metadata.items() if value is not None}
    return Document(id=id_, page_content=known.pop(TEXT), metadata=known)
