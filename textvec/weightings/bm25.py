"""BM25 as a weighting: the product of weighted documents and the counts of a query is the query's score."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_matrix
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted

from textvec._common.constraints import Number
from textvec._common.estimator import unchanged_on_error
from textvec._common.exact_sums import ExactSums, add_exactly
from textvec._common.set_output import labelled
from textvec._common.sklearn_bases import OneToOneFeatureMixin
from textvec._common.states import field, make_state
from textvec.weightings._base import Weighting, added, document_frequencies, reweigh
from textvec.weightings._bm25 import VARIANTS, weights
from textvec.weightings._document_counts import DocumentCounts, Floats


class BM25Weighting(OneToOneFeatureMixin, Weighting):
    r"""Weigh a count matrix so that its product with the counts of a query is the BM25 score.

    .. math:: score(q, d) = \sum_t c(t, q) \cdot idf(t) \cdot tf(t, d)

    In the formulas c is the count of the term in the document, df the number of the n documents that hold the term,
    and :math:`B = 1 - b + b \cdot length / average\ length` compares the document's sum of counts with the average
    in `fit`.

    With 'bm25l' and 'bm25+' a term has a score in the documents that do not hold it as well. The matrix stays
    sparse: that score is in `nonoccurrence_`, and what is stored is by how much the terms of a document exceed it.
    The whole score is `weighted @ q + nonoccurrence_ @ q`; the second part is the same for every document.

    Parameters
    ----------
    method : {'robertson', 'lucene', 'atire', 'bm25l', 'bm25+'}, default='lucene'
        - 'robertson': max(0, ln((n - df + 0.5) / (df + 0.5))) times c / (k1 B + c)
        - 'lucene': ln(1 + (n - df + 0.5) / (df + 0.5)) times c / (k1 B + c)
        - 'atire': ln(n / df) times (k1 + 1) c / (k1 B + c)
        - 'bm25l': ln((n + 1) / (df + 0.5)) times (k1 + 1) (c / B + delta) / (k1 + c / B + delta)
        - 'bm25+': ln((n + 1) / df) times ((k1 + 1) c / (k1 B + c) + delta)

        A term that no document held in `fit` weighs 0.
    k1 : float, default=1.5
        How much further occurrences of a term still count: none with 0.
    b : float, default=0.75
        How much long documents are discounted: from 0, not at all, to 1.
    delta : float, default=0.5
        What a term's presence is worth in documents however long: for 'bm25l' and 'bm25+', whose authors take 0.5
        and 1.

    Attributes
    ----------
    idf_ : ndarray of float64 of shape (n_terms,)
        Inverse document frequencies.
    average_length_ : float
        Average sum of counts of the documents.
    nonoccurrence_ : ndarray of float64 of shape (n_terms,)
        Score of each term in documents that do not hold it: 0 but for 'bm25l' and 'bm25+'.
    n_documents_ : int
        Number of documents in `fit`, the N of the formulas. Files of earlier versions do not have it.
    n_features_in_ : int
        Number of terms.

    References
    ----------
    Robertson and Zaragoza (2009), The probabilistic relevance framework: BM25 and beyond. Foundations and Trends in
    Information Retrieval 3(4).
    Lv and Zhai (2011), When documents are very long, BM25 fails! SIGIR ('bm25l'). Lower-bounding term frequency
    normalization. CIKM ('bm25+').
    Kamphuis, de Vries, Boytsov and Lin (2020), Which BM25 do you mean? ECIR.
    Lù (2024), BM25S: orders of magnitude faster lexical search via eager sparse scoring. arXiv:2407.03618.

    Examples
    --------
    >>> from textvec import BM25Weighting, CountVectorizer
    >>> counter = CountVectorizer()
    >>> X = counter.fit_transform(["The food is good", "The food is not good", "Pizza is great"])
    >>> weighted = BM25Weighting().fit_transform(X)
    >>> (weighted @ counter.transform(["great pizza", "good food"]).T).toarray().round(3)
    array([[0.   , 0.376],
           [0.   , 0.338],
           [0.884, 0.   ]])
    """

    def __init__(self, method: str = "lucene", *, k1: float = 1.5, b: float = 0.75, delta: float = 0.5) -> None:
        self.method = method
        self.k1 = k1
        self.b = b
        self.delta = delta

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "method": [StrOptions({*VARIANTS})],
        "k1": [Number(Real, 0, None, closed="left")],
        "b": [Number(Real, 0, 1, closed="both")],
        "delta": [Number(Real, 0, None, closed="left")],
    }

    _saved_attributes: ClassVar[frozenset[str]] = frozenset({"idf_", "n_documents_", "average_length_", "_absent"})
    _not_always_learnt: ClassVar[frozenset[str]] = frozenset({"n_documents_"})

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn inverse document frequencies and the average length.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_terms)
            Counts.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If X has negative, missing or infinite values, or a parameter is none of those above.
        """
        with unchanged_on_error(self):
            return self._finish(self._partial(X))

    def _partial(self, documents: Any, y: Any = None) -> pa.RecordBatch:
        counts, part = self._part(documents)
        length = ExactSums.total_of(counts.data)
        return make_state(**part, frequencies=document_frequencies(counts), **length.fields("length"))

    def _merged(self, states: Sequence[pa.RecordBatch]) -> dict[str, Any]:
        length = add_exactly([ExactSums.of_state(state, "length") for state in states])
        return {"frequencies": added(states, "frequencies"), **length.fields("length")}

    def _finish(self, state: pa.RecordBatch) -> Self:
        self._validate_params()
        variant = VARIANTS[self.method]
        self.n_documents_ = n = self._finish_columns(state)
        df = field(state, "frequencies").astype(np.float64)
        with np.errstate(divide="ignore"):
            self.idf_ = np.where(df > 0, variant.idf(df, n), 0.0)
        self.average_length_ = float(ExactSums.of_state(state, "length").rounded() / n)
        self._absent = variant.absent(self.k1, self.delta)
        return self

    def _learnt(self) -> list[str]:
        return [*super()._learnt(), f"average length {self.average_length_:,.1f}"]

    @property
    def nonoccurrence_(self) -> Floats:
        """Score of each term in documents that do not hold it."""
        check_is_fitted(self)
        return np.asarray(self.idf_ * self._absent)

    def transform(self, X: Any) -> csr_matrix:
        """Weigh the counts of documents with what was learnt.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_terms)
            Counts. They are not changed.

        Returns
        -------
        X : CSR matrix of shape (n_documents, n_terms)
            Of float32 if the counts are, else of float64.

        Raises
        ------
        ValueError
            If X has negative, missing or infinite values.
        """
        check_is_fitted(self)
        return labelled(self, reweigh(self._check_counts(X, reset=False), self._weights), X)

    def _query_steps(self, before: tuple[Any, ...], words: list[str]) -> list[dict[str, Any]]:
        learnt = {"idf": np.asarray(self.idf_, np.float64), "average_length": float(self.average_length_)}
        params = {"method": self.method, **{name: float(getattr(self, name)) for name in ("k1", "b", "delta")}}
        return [{"step": "weights", "formula": "bm25", **params, **learnt}]

    def _weights(self, rows: DocumentCounts) -> Floats:
        return weights(rows, self.method, self.k1, self.b, self.delta, self.idf_, self.average_length_)
