"""Exact cosine search over documents, with any encoder that makes vectors of them."""

from __future__ import annotations

from typing import Any, ClassVar

from textvec.index.vector_index import VectorIndex


class CosineIndex(VectorIndex):
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
    BM25Index : BM25, the standard of full-text search.
    textvec.similarity.find_duplicates : All pairs of documents that are nearly the same.

    Notes
    -----
    An index may be searched by several threads at once, also while another one changes it: a search sees the documents
    as they are when it begins. Changes to an index that was opened from a folder are written to that folder.

    References
    ----------
    Turtle and Flood (1995), Query evaluation: strategies and optimizations. Information Processing and Management
    31(6), for bounds of scores; here each document has one.

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

    _metrics: ClassVar[tuple[str, ...]] = ("cosine",)
    encoder_: Any

    def __init__(self, encoder: Any = None, *, chunker: Any = None, approximate: bool = False) -> None:
        super().__init__(encoder, chunker=chunker, approximate=approximate)
