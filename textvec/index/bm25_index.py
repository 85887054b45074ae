"""Full-text search by BM25, exact and in any variant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from textvec._common.numbers import is_real
from textvec.encoders.encode import is_precomputed, kind_of
from textvec.encoders.pipeline_steps import steps_of
from textvec.encoders.vectors import Sparse
from textvec.index import _search
from textvec.index._bm25 import BM25, FrozenStatistics
from textvec.index._collection import Collection
from textvec.index.document_index import DocumentIndex
from textvec.index.rows.bm25 import lengths_of
from textvec.weightings._bm25 import VARIANTS

if TYPE_CHECKING:
    from textvec.explanation.explanation import Explanation
    from textvec.index._ids import Id
    from textvec.index.storage.folder import Folder
    from textvec.index.storage.shards import ShardedFolder

STATISTICS = "live", "frozen"


class BM25Index(DocumentIndex):
    r"""Find the documents with the highest BM25 scores for a query: full-text search, exact.

    .. math:: score(q, d) = \sum_t c(t, q) \cdot idf(t) \cdot tf(t, d)

    `BM25Weighting` has the formulas of idf and tf for the five variants. Rare terms count more than frequent ones, a
    term that is repeated counts a little more each time, and long documents have to hold more of them.

    Parameters
    ----------
    tokenizer : transformer or callable, default=None
        What makes words of documents and queries: a `Tokenizer`, a step such as `Stemmer`, or a Pipeline of such; it
        may end in a `CountVectorizer`, for n-grams. A function takes a text and returns a list of words. None stands
        for lower-cased words of two letters and more, those of `CountVectorizer`.
    k1 : float, default=1.5
        How much further occurrences of a term still count: none with 0.
    b : float, default=0.75
        How much long documents are discounted: from 0, not at all, to 1.
    method : {"robertson", "lucene", "atire", "bm25l", "bm25+"}, default="lucene"
        The variant, see `BM25Weighting`.
    delta : float, default=0.5
        What a term's presence is worth in documents however long, for "bm25l" and "bm25+".
    statistics : {"live", "frozen"}, default="live"
        Whether the numbers of documents in idf, the average length and the vocabulary follow when documents are added,
        replaced and deleted, so that scores are at any time those of an index that is fitted on the documents that
        there are now; or stay what they were in `fit`, so that scores stay comparable. Words that no document held in
        `fit` are then unknown.
    chunker : Chunker, default=None
        Cuts documents into passages: a document is found by its best passage. Statistics are those of passages.

    Attributes
    ----------
    encoder_ : CountVectorizer or Pipeline
        What counts words, fitted. It does not weigh them: that is done while an index is searched.

    See Also
    --------
    CosineIndex : The most similar documents, by TF-IDF or any other vectors.
    BM25Weighting : A matrix of BM25 weights.

    Notes
    -----
    Only documents that hold a term of the query are hits, and only with scores above zero: with "robertson", a term in
    more than half of the documents is worth nothing. "bm25l" and "bm25+" give a term a score in documents that do
    not hold it as well. It is in the scores, but is no reason to be a hit.

    Documents are kept as counts, and weighed while they are searched. So an index of live statistics needs no more than
    one of frozen ones to take further documents.

    References
    ----------
    Robertson and Zaragoza (2009), The probabilistic relevance framework: BM25 and beyond. Foundations and Trends in
    Information Retrieval 3(4).

    Examples
    --------
    >>> from textvec import BM25Index
    >>> index = BM25Index().fit(["The food is good", "The food is not good", "Pizza is great"])
    >>> index.search(["good pizza"], k=2)
    SearchResults(1 query)
      query 0
        0.4421  2  Pizza is great
        0.1880  0  The food is good
    >>> index.add(["More pizza, better pizza"]).search(["better pizza"], k=2)
    SearchResults(1 query)
      query 0
        0.8777  3  More pizza, better pizza
        0.3124  2  Pizza is great
    >>> index.explain("better pizza", 3)
    Explanation(score 0.8777, 2 terms)
      0.4816  better  idf 1.2040 x tf 0.4000 (count 1, length 1.00)
      0.3961  pizza   idf 0.6931 x tf 0.5714 (count 2, length 1.00)
    """

    _metrics: ClassVar[tuple[str, ...]] = ("bm25",)

    def __init__(
        self,
        tokenizer: Any = None,
        *,
        k1: float = 1.5,
        b: float = 0.75,
        method: str = "lucene",
        delta: float = 0.5,
        statistics: str = "live",
        chunker: Any = None,
    ) -> None:
        super().__init__()
        self.tokenizer = tokenizer
        self.k1 = k1
        self.b = b
        self.method = method
        self.delta = delta
        self.statistics = statistics
        self.chunker = chunker

    @classmethod
    def _opened(cls, folder: Folder | ShardedFolder, encoder: Any) -> Self:
        if encoder is not None:
            raise ValueError("A BM25Index has an encoder of its own, which counts words: open it without another.")
        bm25 = _bm25_of(folder.collection)
        index = cls(k1=bm25.k1, b=bm25.b, method=bm25.method, delta=bm25.delta)
        index.statistics = "live" if bm25.frozen is None else "frozen"
        return index

    def _check_params(self) -> None:
        for name, of in {"method": tuple(VARIANTS), "statistics": STATISTICS}.items():
            if getattr(self, name) not in of:
                raise ValueError(
                    f"BM25Index: {name} must be one of {', '.join(of)}, but it is {getattr(self, name)!r:.60}."
                )
        for name, high in {"k1": np.inf, "b": 1.0, "delta": np.inf}.items():
            value = getattr(self, name)
            if not (is_real(value) and np.isfinite(value) and 0 <= value <= high):
                above = "of at least 0" if high == np.inf else "from 0 to 1"
                raise ValueError(f"BM25Index: {name} must be a number {above}, but it is {value!r:.60}.")
        if self.method == "bm25l" and not self.k1 and self.delta:
            raise ValueError(
                "BM25Index: with method='bm25l' and k1=0 a term has the same weight in every document, whether it "
                "holds the term or not, so that none can be found by it. Take a larger k1, or another method."
            )

    def _new_encoder(self) -> Any:
        self._check_params()
        from sklearn.base import clone
        from sklearn.feature_extraction import text as peers
        from sklearn.pipeline import make_pipeline

        from textvec.vectorizers import CountVectorizer, TfidfVectorizer

        if self.tokenizer is None and self._folder is not None:
            self.tokenizer = self.encoder_  # that of the index that was opened
        if self.tokenizer is None:
            return CountVectorizer(dtype=np.float32)
        if is_precomputed(self.tokenizer):
            raise ValueError(
                "BM25Index counts words, and takes its statistics from the counts, so that documents cannot be "
                "precomputed rows. Rows that are weighed already are searched by VectorIndex('precomputed', "
                "metric='dot')."
            )
        if not (callable(self.tokenizer) or hasattr(self.tokenizer, "transform")):
            raise TypeError(
                "BM25Index: tokenizer must be a step that makes words, such as Tokenizer('unicode'), a Pipeline of "
                f"such steps, a function from a text to its words, or None, but it is {self.tokenizer!r:.60}."
            )
        if kind_of(self.tokenizer, "BM25Index") == "function":
            return CountVectorizer(tokenizer=self.tokenizer, token_pattern=None, dtype=np.float32)
        *steps, last = map(clone, steps_of(self.tokenizer))
        vectorizers = peers.CountVectorizer | peers.HashingVectorizer
        if isinstance(last, vectorizers) and (
            not isinstance(last, CountVectorizer) or isinstance(last, TfidfVectorizer)
        ):
            raise TypeError(
                f"BM25Index counts and weighs words itself, but the tokenizer ends in a {type(last).__name__} of "
                f"{type(last).__module__.partition('.')[0]}. Give it steps that make words, and a "
                "textvec.CountVectorizer at the most."
            )
        counted = [step for step in steps if isinstance(step, vectorizers)]
        pooled = [last] if hasattr(last, "_word_parts") else []  # EmbeddingVectorizer, or one that is made like it
        if made := counted + pooled:
            raise TypeError(
                f"BM25Index counts and weighs words itself, but {type(made[0]).__name__} of the tokenizer makes "
                "vectors of them. Give it steps that make words, and a textvec.CountVectorizer at the most, at the end."
            )
        if not isinstance(last, CountVectorizer):
            steps, last = [*steps, last], CountVectorizer(dtype=np.float32)
        elif self.statistics == "live":
            last._refuse_pruning()
        return make_pipeline(*steps, last) if steps else last

    @property
    def _learns(self) -> bool:  # type: ignore[override]
        # A parameter that was set after `fit` waits for the next one; a part of a hybrid index has no collection.
        return self.statistics == "live" if self._collection is None else _bm25_of(self._collection).frozen is None

    def _scoring(self, vectors: Any) -> tuple[str, BM25]:
        counts = vectors
        if not isinstance(counts, Sparse) or (counts.data < 0).any():
            raise ValueError(
                "BM25Index needs counts of words, but the tokenizer made other numbers of the documents. Give it steps "
                "that make words, and a CountVectorizer at the most."
            )
        frozen = None
        if self.statistics == "frozen":
            frequencies = np.bincount(counts.indices, minlength=counts.n_columns).astype(np.int64)
            frozen = FrozenStatistics(counts.n_vectors, float(lengths_of(counts).sum()), frequencies)
        return "bm25", BM25(self.method, float(self.k1), float(self.b), float(self.delta), frozen)

    def _asked(self, vectors: Any, collection: Collection) -> _search.Asked:
        return _search.Asked(*_bm25_of(collection).queries(vectors, collection.statistics))

    def _explained(self, collection: Collection, query: Any, text: Any, vectors: Any, row: Any, id: Id) -> Explanation:  # noqa: A002
        from textvec.explanation.bm25 import explain_bm25

        factors = _bm25_of(collection).factors(vectors, row, collection.statistics)
        return explain_bm25(self.encoder_, query, text, id, vectors.indices, factors)


def _bm25_of(collection: Collection) -> BM25:
    """Return the parameters of a collection that has some."""
    if collection.bm25 is None:
        raise AssertionError("the collection of a BM25Index is one of counts")
    return collection.bm25
