"""Exact cosine search over documents, with any encoder that makes vectors of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from textvec._threads import n_threads, run, split
from textvec.kernels import search as kernels
from textvec.similarity.results import SearchResults
from textvec.tokens import accept
from textvec.vectorizers import CountVectorizer, TfidfVectorizer


class CosineIndex(BaseEstimator):  # type: ignore[misc]
    r"""Find the documents most similar to a query: exact, by cosine similarity of their vectors.

    .. math:: \cos(q, d) = \frac{q \cdot d}{\lVert q \rVert \lVert d \rVert}

    Parameters
    ----------
    encoder : transformer, default=None
        What makes vectors of documents: a vectorizer, or a Pipeline that ends in one. It is cloned and fitted on the
        documents. None stands for `TfidfVectorizer()`. Wrap one that is fitted already, and shall stay so, in
        `sklearn.frozen.FrozenEstimator`.

    Attributes
    ----------
    encoder_ : transformer
        The fitted encoder.
    documents_ : list
        The documents.
    ids_ : list
        Their ids.

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
    """

    def __init__(self, encoder: Any = None) -> None:
        self.encoder = encoder

    def fit(self, documents: Any, y: Any = None, *, ids: Iterable[Hashable] | None = None) -> CosineIndex:
        """Encode the documents and index their vectors.

        Parameters
        ----------
        documents : iterable of str, column of strings, Tokens, or list of lists of str
            Whatever the encoder takes.
        y : None
            Ignored.
        ids : iterable of hashable, optional
            A distinct id for each document; by default 0, 1, 2, ...

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If there are not as many ids as documents, or an id stands there twice.
        """
        documents = accept(documents)
        if isinstance(documents, pa.Array):
            documents = documents.to_pylist()
        ids = list(range(len(documents)) if ids is None else ids)
        if len(ids) != len(documents):
            raise ValueError(f"One id for each document was expected, but {len(ids)} came for {len(documents)}.")
        place_of = {id_: i for i, id_ in enumerate(ids)}
        if len(place_of) < len(ids):
            repeated = next(id_ for i, id_ in enumerate(ids) if place_of[id_] != i)
            raise ValueError(f"Ids must be distinct, but {repeated!r} stands for several documents.")
        encoder = TfidfVectorizer() if self.encoder is None else clone(self.encoder)
        if hasattr(encoder, "fit_transform"):
            rows = _unit_rows(encoder.fit_transform(documents))
        else:  # a frozen one
            rows = _unit_rows(encoder.fit(documents, None).transform(documents))
        if rows.shape[0] != len(documents):
            raise ValueError(
                f"The encoder made {rows.shape[0]} vectors of {len(documents)} documents; it must make one of each."
            )
        columns = rows.tocsc()
        self.encoder_, self.documents_, self.ids_, self._place_of = encoder, documents, ids, place_of
        self._rows = (rows.indptr.astype(np.int64), rows.indices.astype(np.int32), rows.data)
        self._postings = (columns.indptr.astype(np.int64), columns.indices.astype(np.int32), columns.data)
        self._summary = _summarize(*self._postings, n_documents=len(ids))
        return self

    def search(self, queries: Any, k: int = 10, *, min_score: float | None = None) -> SearchResults:
        """Find the k most similar documents for each query.

        Parameters
        ----------
        queries : iterable of str, or whatever else the encoder takes
        k : int, default=10
            How many hits at the most. Only documents with a positive similarity are hits.
        min_score : float, optional
            Leave out hits with a smaller similarity.

        Returns
        -------
        SearchResults
            For each query its hits, best first; equal scores by the order of documents.

        Raises
        ------
        ValueError
            If `k` is not a positive integer, or one string was given instead of several.
        """
        check_is_fitted(self)
        if not isinstance(k, int | np.integer) or k < 1:
            raise ValueError(f"k, the number of hits, must be a positive integer; it is {k!r}.")
        vectors = _unit_rows(self.encoder_.transform(accept(queries)))
        floor = 0.0 if min_score is None else max(0.0, float(np.nextafter(np.float32(min_score), np.float32(-np.inf))))
        places, scores = self._search(vectors, min(int(k), max(len(self), 1)), floor)
        return SearchResults(places, scores, self.ids_, self.documents_)

    def explain(self, query: str, id: Hashable) -> list[tuple[str, float]]:  # noqa: A002
        """Tell which terms made the score of a document, and how much each gave.

        Parameters
        ----------
        query : str
        id : hashable
            Of the document, as in the results of `search`.

        Returns
        -------
        list of (term, contribution)
            The terms that both hold, largest contribution first. Contributions add up to the score.

        Raises
        ------
        KeyError
            If no document has that id.
        """
        check_is_fitted(self)
        if id not in self._place_of:
            raise KeyError(f"No document has the id {id!r}; there are {len(self)}, such as {self.ids_[:3]}.")
        indptr, indices, data = self._rows
        row = slice(*indptr[self._place_of[id] :][:2])
        vector = np.zeros(len(self._postings[0]) - 1)
        query_row = _unit_rows(self.encoder_.transform([query]))
        vector[query_row.indices] = query_row.data
        shares = vector[indices[row]] * data[row]
        shared = np.flatnonzero(shares)
        order = shared[np.argsort(-shares[shared], kind="stable")]
        names = _feature_names(self.encoder_, indices[row][order])
        return list(zip(map(str, names), shares[order].tolist(), strict=True))

    def knows(self, query: str) -> bool:
        """Tell whether a query has at least one term of the index."""
        check_is_fitted(self)
        return bool(_unit_rows(self.encoder_.transform([query])).nnz)

    def __len__(self) -> int:
        return len(getattr(self, "ids_", ()))

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "encoder_")

    def _search(self, vectors: Any, k: int, floor: float) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return positions (-1 where there are fewer hits) and scores of shape (n_queries, k), best first."""
        queries = (vectors.indptr.astype(np.int64), vectors.indices.astype(np.int32), vectors.data)
        ids = np.full((vectors.shape[0], k), -1, np.int64)
        scores = np.full((vectors.shape[0], k), floor, np.float32)
        threads = min(n_threads(vectors.nnz * len(self)), max(vectors.shape[0], 1))
        cuts = np.linspace(0, vectors.shape[0], threads + 1).astype(int).tolist()
        run(
            lambda r: kernels.search(*queries, *r, *self._postings, *self._summary, len(self), ids, scores),
            list(pairwise(cuts)),
        )
        order = np.lexsort((ids, -scores, ids < 0))
        return np.take_along_axis(ids, order, axis=1), np.take_along_axis(scores, order, axis=1)


def _summarize(
    ptr: NDArray[np.int64], documents: NDArray[np.int32], weights: NDArray[np.float32], n_documents: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Return the row of each frequent term (-1 for rare ones), and its postings' cuts and peaks by chunk."""
    n_chunks = -(-n_documents // kernels.CHUNK)
    frequent = np.flatnonzero(np.diff(ptr) > n_documents / kernels.FREQUENT).astype(np.int32)
    row = np.full(len(ptr) - 1, -1, np.int32)
    row[frequent] = np.arange(len(frequent))
    starts = np.empty((len(frequent), n_chunks + 1), np.int32)
    peaks = np.empty((len(frequent), n_chunks), np.float32)
    sizes = np.concatenate([[0], np.cumsum(np.diff(ptr)[frequent])])
    run(
        lambda r: kernels.summarize(ptr, documents, weights, frequent, *r, starts, peaks),
        split(sizes, n_threads(int(sizes[-1]))),
    )
    return row, starts, peaks


def _unit_rows(vectors: Any) -> Any:
    """Return vectors as a float32 CSR array, each row divided by its length; zero rows stay."""
    X = sp.csr_array(vectors, dtype=np.float64, copy=True)
    X.eliminate_zeros()
    if not np.isfinite(X.data).all():
        raise ValueError("The encoder made vectors that hold NaN or infinity; cosine similarity needs finite numbers.")
    lengths = np.sqrt(X.multiply(X).sum(axis=1))
    X.data /= np.repeat(lengths, np.diff(X.indptr))
    return X.astype(np.float32)


def _feature_names(encoder: Any, columns: NDArray[np.int32]) -> Iterable[Any]:
    """Return the names of some columns of an encoder's vectors."""
    last = encoder.steps[-1][1] if isinstance(encoder, Pipeline) else encoder
    if isinstance(last, CountVectorizer):  # names a million bigrams only when all are asked for
        return last.ngrams_.names(columns)
    names: NDArray[np.object_] = encoder.get_feature_names_out()
    return names[columns]
