"""What the weightings share: which matrices are counts, and the terms that their formulas are written in.

Tested in tests/weightings/test_tfidf.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import reduce
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.utils.validation import validate_data

from textvec._common.counted import counted
from textvec._common.csr import as_configured
from textvec._common.diagram import Diagram
from textvec._common.saved import CheckedState, check, check_array
from textvec._common.set_output import SparseOutput
from textvec._common.sklearn_bases import BaseEstimator, TransformerMixin
from textvec._common.spread import refuse_spread_matrix
from textvec._common.states import field, make_state, words_from_arrow, words_to_arrow
from textvec._common.threads import n_threads, run, split
from textvec.weightings._document_counts import DocumentCounts, Floats

# Counts that are weighed at a time: the arrays of so few stay in the cache of the processor. Any number gives the same
# weights.
_COUNTS_PER_BLOCK = 50_000


class Weighting(CheckedState, Diagram, SparseOutput, TransformerMixin, BaseEstimator):
    """A transformer of count matrices. Formulas belong to the classes: add here only what every one of them needs."""

    n_features_in_: int

    if TYPE_CHECKING:

        def fit(self, X: Any, y: Any = None) -> Self: ...
        def transform(self, X: Any) -> csr_matrix: ...

    def fit_transform(self, X: Any, y: Any = None) -> csr_matrix:
        """Learn from counts and weigh them.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_terms)
            Counts. They are not changed.
        y : array-like of shape (n_documents,), default=None
            The class of each document, where they are learnt from.

        Returns
        -------
        X : CSR matrix of shape (n_documents, n_features_out)
        """
        return self.fit(X, y).transform(X)

    def _check_counts(self, X: Any, *, reset: bool) -> Any:
        """Return X as a CSR array of counts above zero, each term of a document once.

        With `reset`, for fit, it may share memory with X; without, for transform, it is a copy.
        """
        # A part of the documents may be empty, and none are transformed to no rows; `_finish_columns` wants one in all.
        refuse_spread_matrix(X, type(self).__name__)
        size = {"ensure_min_samples": 0}
        X = validate_data(
            self, X, reset=reset, copy=not reset, accept_sparse="csr", dtype=[np.float64, np.float32], **size
        )
        return above_zero(X, type(self).__name__, "alternate_sign=False and norm=None")

    def _part(self, X: Any) -> tuple[Any, dict[str, Any]]:
        """Return the counts of a part of the documents, and what every state says of them."""
        self._validate_params()
        columns = copy(self)
        counts = columns._check_counts(X, reset=True)
        names = words_to_arrow(getattr(columns, "feature_names_in_", ()))
        return counts, {"n_documents": counts.shape[0], "n_terms": counts.shape[1], "names": names}

    def _merge(self, states: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
        n_terms, names = field(states[0], "n_terms"), field(states[0], "names")
        for state in states[1:]:
            if field(state, "n_terms") != n_terms:
                raise ValueError(
                    f"{type(self).__name__}: one part of the documents has {n_terms} terms, another has "
                    f"{field(state, 'n_terms')}. Count all parts with one vectorizer, fitted before."
                )
            if not field(state, "names").equals(names):
                raise ValueError(
                    f"{type(self).__name__}: the columns of two parts of the documents have different names. Count all "
                    "parts with one vectorizer, fitted before."
                )
        n = sum(field(state, "n_documents") for state in states)
        return make_state(n_documents=n, n_terms=n_terms, names=names, **self._merged(states))

    def _merged(self, states: Sequence[pa.RecordBatch]) -> dict[str, Any]:
        """Return the fields of merged states besides those of `_part`."""
        raise NotImplementedError

    def _finish_columns(self, state: pa.RecordBatch) -> int:
        """Learn which columns there are, and return the number of documents."""
        n, n_terms = field(state, "n_documents"), field(state, "n_terms")
        if not n:  # in the words of scikit-learn
            raise ValueError(
                f"Found array with 0 sample(s) (shape={n, n_terms}) while a minimum of 1 is required by "
                f"{type(self).__name__}."
            )
        self.n_features_in_ = n_terms
        vars(self).pop("feature_names_in_", None)
        if names := words_from_arrow(field(state, "names")):
            self.feature_names_in_ = np.array(names, dtype=object)
        return int(n)

    def _learnt(self) -> list[str]:
        return [counted(self.n_features_in_, "term")]

    def _check_loaded(self) -> None:
        """See `textvec._common.saved`."""
        if hasattr(self, "idf_"):
            check_array("idf_", self.idf_, (np.float64,), self.n_features_in_)
        n = getattr(self, "n_documents_", 0)
        check(type(n) is int and 0 <= n <= np.iinfo(np.int64).max, "n_documents_ must be a number of documents")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def above_zero(X: Any, who: str, hashing: str) -> Any:
    """Return a sparse matrix as a CSR array of values above zero, each column of a row once.

    Parameters
    ----------
    X : sparse matrix or array
        It is not changed, and may share memory with what is returned.
    who : str
        What expects counts.
    hashing : str
        The parameters with which a `HashingVectorizer` makes such a matrix.

    Raises
    ------
    ValueError
        If a value is negative.
    """
    X = sp.csr_array(X)
    if not X.has_canonical_format or not X.data.all():
        X = X.copy()
        X.sum_duplicates()
        X.eliminate_zeros()
    if X.data.min(initial=0) < 0:
        raise ValueError(
            f"Negative values in data: {who} expects counts, but X has {X.data.min():g}. Give it the matrix of a "
            f"CountVectorizer, or of a HashingVectorizer with {hashing}."
        )
    return X


def document_frequencies(X: Any) -> NDArray[np.int64]:
    """Return for each column the number of rows that have an entry in it."""
    return np.bincount(X.indices, minlength=X.shape[1])


def added(states: Sequence[pa.RecordBatch], name: str) -> NDArray[np.int64]:
    """Return the sum of a field of whole numbers."""
    return reduce(np.add, (field(state, name) for state in states))


def reweigh(X: Any, weights: Callable[[DocumentCounts], Floats]) -> Any:
    """Replace the counts of X, which is changed, by their weights, a block of rows at a time.

    Parameters
    ----------
    X : CSR array
    weights : callable
        Takes the counts of some documents and returns the weight of each; the weights of a document may not depend on
        other documents.

    Returns
    -------
    X : CSR matrix
        Of the kind that scikit-learn is configured to make.
    """
    blocks = split(X.indptr, 1 + X.nnz // _COUNTS_PER_BLOCK)

    def fill(some: list[tuple[int, int]]) -> None:
        for first, last in some:
            block = slice(X.indptr[first], X.indptr[last])
            X.data[block] = weights(DocumentCounts(X.data[block], X.indices[block], X.indptr[first : last + 1]))

    n = min(n_threads(X.nnz), len(blocks))
    run(fill, [blocks[i::n] for i in range(n)])
    return as_configured(X)
