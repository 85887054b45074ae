"""Exact search by cosines or inner products, with any encoder that makes vectors of documents."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from textvec.encoders.encode import PRECOMPUTED, is_precomputed, unfitted
from textvec.encoders.vectors import Sparse
from textvec.index.document_index import DocumentIndex
from textvec.index.rows.base import BACKENDS, backend_for

if TYPE_CHECKING:
    from textvec.explanation.explanation import Explanation
    from textvec.index._collection import Collection
    from textvec.index._ids import Id
    from textvec.index.storage.folder import Folder
    from textvec.index.storage.shards import ShardedFolder

METRICS = "cosine", "dot"
MAX_DEVIATION = 1e-6
"""By how much a length may differ from 1 to be 1, in float32."""


class VectorIndex(DocumentIndex):
    r"""Find the documents whose vectors have the highest cosines, or inner products, with that of a query: exact.

    .. math:: dot(q, d) = \sum_i q_i d_i \qquad \cos(q, d) = \frac{dot(q, d)}{\lVert q \rVert \lVert d \rVert}

    `CosineIndex` is the one with ``metric="cosine"``. Inner products are for vectors whose lengths mean something:
    learnt sparse weights, vectors of recommenders. For BM25 there is `BM25Index`.

    Parameters
    ----------
    encoder : transformer, callable or "precomputed", default=None
        What makes vectors of documents and of queries, as in `CosineIndex`.
    metric : {"cosine", "dot"}, default="cosine"
        What scores are. Only documents with a positive score are hits in both: inner products that are zero or
        negative say that a document has nothing in common with the query, or the contrary.
    chunker : Chunker, default=None
        Cuts documents into passages that have a vector each: a document is found by its best passage.
    approximate : bool, default=False
        Search dense vectors by a graph of neighbours, as in `CosineIndex`. For cosines only.

    Attributes
    ----------
    encoder_ : transformer, callable or "precomputed"
        The fitted encoder.

    See Also
    --------
    CosineIndex : The same for cosines.
    BM25Index : BM25, the standard of full-text search.

    Notes
    -----
    Scores are the inner products of the vectors in float32, computed in float64 and rounded to float32.

    Examples
    --------
    >>> import numpy as np
    >>> from textvec import VectorIndex
    >>> index = VectorIndex("precomputed", metric="dot").fit(np.array([[1.0, 0.0], [3.0, 4.0], [-2.0, 0.0]]))
    >>> [(hit.id, hit.score) for hit in index.search([[2.0, 0.0]])[0]]
    [(1, 6.0), (0, 2.0)]
    """

    _metrics: ClassVar[tuple[str, ...]] = METRICS
    encoder_: Any

    def __init__(
        self, encoder: Any = None, *, metric: str = "cosine", chunker: Any = None, approximate: bool = False
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.metric = metric
        self.chunker = chunker
        self.approximate = approximate

    @classmethod
    def _opened(cls, folder: Folder | ShardedFolder, encoder: Any) -> Self:
        backend = BACKENDS[folder.collection.backend]
        index = cls(encoder, approximate=backend.is_approximate)
        index.metric = backend.metric
        if folder.content["encoder"]["kind"] == PRECOMPUTED:
            index.encoder = PRECOMPUTED
        if index.encoder is not None:
            index.encoder_ = index.encoder
        return index

    @property
    def _is_unit(self) -> bool:  # type: ignore[override]
        return self.metric == "cosine"

    @property
    def _has_own_encoder(self) -> bool:  # type: ignore[override]
        return self.encoder is None

    def _new_encoder(self) -> Any:
        name = type(self).__name__
        if self.metric not in METRICS:
            raise ValueError(f"{name}: metric must be one of {', '.join(METRICS)}, but it is {self.metric!r:.60}.")
        if self.metric == "dot" and self.approximate:
            raise ValueError(
                f"{name}: approximate=True is for cosines, but metric is 'dot'. Inner products are searched exactly: "
                "leave it out."
            )
        if self.encoder is None and self._folder is not None:
            self.encoder = self.encoder_  # that of the index that was opened
        return unfitted(self.encoder, name)

    def _scoring(self, vectors: Any) -> tuple[str, None]:
        if self.metric == "dot" and _have_length_1(vectors):
            warnings.warn(
                f"{type(self).__name__}(metric='dot'): all vectors have the length 1, so that inner products are "
                "cosines. If lengths are to count, use an encoder that does not normalize, such as "
                "TfidfVectorizer(norm=None); otherwise use CosineIndex.",
                stacklevel=3,
            )
        return backend_for(vectors, self.metric, self.approximate), None

    def _explained(self, collection: Collection, query: Any, text: Any, vectors: Any, row: Any, id: Id) -> Explanation:  # noqa: A002
        from textvec.explanation.explanation import explain_dense, explain_sparse

        if isinstance(vectors, Sparse):
            return explain_sparse(self.encoder_, query, text, vectors, row, id)
        return explain_dense(self.encoder_, query, text, id, cosine=collection.metric == "cosine")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        if is_precomputed(self.encoder):
            tags.input_tags.string, tags.input_tags.two_d_array, tags.input_tags.sparse = False, True, True
        return tags


def _have_length_1(vectors: Any) -> bool:
    """Tell whether all vectors that are not zero have the length 1, and there are such."""
    if isinstance(vectors, Sparse):
        filled = vectors.indptr[:-1][np.diff(vectors.indptr) > 0]
        squares = np.add.reduceat(np.square(vectors.data, dtype=np.float64), filled) if len(filled) else np.empty(0)
    else:
        squares = np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64)
        squares = squares[squares > 0]
    return bool(len(squares)) and bool(np.abs(squares - 1).max() < MAX_DEVIATION)
