"""Naive Bayes as a weighting: what each term says about the class, for a linear model to start from."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

from textvec._common.constraints import Number
from textvec._common.estimator import unchanged_on_error
from textvec._common.exact_sums import ExactSums, add_exactly
from textvec._common.saved import check, check_array
from textvec._common.set_output import labelled
from textvec._common.states import field, make_state
from textvec.weightings._base import Weighting, reweigh
from textvec.weightings._classes import check_several, labelled_by, labels_of, labels_to_fields, merged_labels


class NBWeighting(Weighting):
    r"""Weigh a count matrix by naive Bayes log-count ratios: how much more often a term stands in one class.

    .. math:: r = \ln\frac{p / \lVert p \rVert_1}{q / \lVert q \rVert_1}

    where p is `alpha` plus the sum of the rows of a class, and q is `alpha` plus that of all other rows. A linear
    classifier on the weighted rows is the NBSVM of Wang and Manning: it starts where naive Bayes ends.

    With two classes there is one ratio for each term, which is positive for terms of the second class in sorted
    order, and a matrix as wide as the counts. With more, each class is put against the rest: the matrix has a block
    of columns for each class, in their order. Wrap a pipeline in `sklearn.multiclass.OneVsRestClassifier` where each
    class's model shall see its own block only.

    Parameters
    ----------
    alpha : float, default=1.0
        Added to the count of each term in each class.
    binary : bool, default=True
        Whether a term is counted once in a document, as the paper does.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes, sorted.
    log_count_ratio_ : ndarray of float64 of shape (n_blocks, n_terms)
        The ratios: of one block with two classes, else of one for each class.
    n_features_in_ : int
        Number of terms.

    References
    ----------
    Wang and Manning (2012), Baselines and bigrams: simple, good sentiment and topic classification. ACL.

    Examples
    --------
    >>> from textvec import CountVectorizer, NBWeighting
    >>> X = CountVectorizer().fit_transform(["good food", "bad food", "good pizza", "bad service"])
    >>> weighting = NBWeighting().fit(X, ["pos", "neg", "pos", "neg"])
    >>> weighting.log_count_ratio_.round(2)
    array([[-1.1 ,  0.  ,  1.1 ,  0.69, -0.69]])
    """

    def __init__(self, *, alpha: float = 1.0, binary: bool = True) -> None:
        self.alpha = alpha
        self.binary = binary

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "alpha": [Number(Real, 0, None, closed="neither")],
        "binary": ["boolean"],
    }

    _saved_attributes: ClassVar[frozenset[str]] = frozenset({"classes_", "log_count_ratio_"})

    def _check_loaded(self) -> None:
        if hasattr(self, "log_count_ratio_"):
            n = self.n_features_in_
            ratios = check_array("log_count_ratio_", self.log_count_ratio_, (np.float64,), None, n)
            check(len(ratios), "log_count_ratio_ must have a row")

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the log-count ratios.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_terms)
            Counts.
        y : array-like of shape (n_documents,)
            The class of each document.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If y is missing, holds numbers that are no classes, or one class only; or X has negative, missing or
            infinite values.
        """
        with unchanged_on_error(self):
            return self._finish(self._partial(X, y))

    def _partial(self, documents: Any, y: Any = None) -> pa.RecordBatch:
        counts, part = self._part(documents)
        classes, codes = labelled_by("NBWeighting", y, counts.shape[0])
        sums = class_sums(self._as_counted(counts), codes, len(classes))
        return make_state(**part, **labels_to_fields(classes), **sums.fields("sums"))

    def _merged(self, states: Sequence[pa.RecordBatch]) -> dict[str, Any]:
        labels = [labels_of(state) for state in states]
        classes = merged_labels("NBWeighting", labels)
        sums = []
        for state, own in zip(states, labels, strict=True):
            first, digits = ExactSums.of_state(state, "sums", (len(own), field(state, "n_terms")))
            of_all = np.zeros((len(digits), len(classes), digits.shape[2]), np.int64)
            of_all[:, np.searchsorted(classes, own)] = digits
            sums.append(ExactSums(first, of_all))
        return {**labels_to_fields(classes), **add_exactly(sums).fields("sums")}

    def _finish(self, state: pa.RecordBatch) -> Self:
        self._validate_params()
        self._finish_columns(state)
        classes = labels_of(state)
        check_several("NBWeighting", classes)
        sums = ExactSums.of_state(state, "sums", (len(classes), self.n_features_in_))
        self.classes_, self.log_count_ratio_ = classes, ratios(sums.rounded(), self.alpha)
        return self

    def transform(self, X: Any) -> csr_matrix:
        """Weigh counts with the ratios.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_terms)
            Counts. They are not changed.

        Returns
        -------
        X : CSR matrix of shape (n_documents, n_blocks * n_terms)
            Of float32 if the counts are, else of float64.

        Raises
        ------
        ValueError
            If X has negative, missing or infinite values.
        """
        check_is_fitted(self)
        counts = self._as_counted(self._check_counts(X, reset=False))
        ratios = self.log_count_ratio_.ravel()
        n_blocks = len(self.log_count_ratio_)
        blocks = counts if n_blocks == 1 else sp.hstack([counts] * n_blocks, format="csr")
        return labelled(self, reweigh(blocks, lambda rows: rows.counts * ratios[rows.columns]), X)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the names of the columns: those of the terms, with more than two classes as "class__term".

        Parameters
        ----------
        input_features : array-like of str, optional
            Names of the terms.

        Returns
        -------
        ndarray of str objects of shape (n_blocks * n_terms,)
        """
        check_is_fitted(self)
        names = _check_feature_names_in(self, input_features)
        if len(self.log_count_ratio_) > 1:
            names = np.array([f"{label}__{name}" for label in self.classes_ for name in names], dtype=object)
        return np.asarray(names)

    def _as_counted(self, counts: Any) -> Any:
        """Return the counts, or ones in their place."""
        if not self.binary:
            return counts
        return sp.csr_array((np.ones_like(counts.data), counts.indices, counts.indptr), shape=counts.shape)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


def class_sums(counts: Any, codes: Any, n_classes: int) -> ExactSums:
    """Return the sum of the rows of each class, of shape (n_classes, n_terms)."""
    members = sp.csr_array((np.ones(len(codes), np.int64), (codes, np.arange(len(codes)))), (n_classes, len(codes)))
    first, digits = ExactSums.of(counts.data)
    of_digit = (sp.csr_array((digit, counts.indices, counts.indptr), shape=counts.shape) for digit in digits)
    return ExactSums(first, np.stack([(members @ digit).toarray() for digit in of_digit]))


def log_count_ratios(counts: Any, codes: Any, alpha: float, weights: Any = None) -> NDArray[np.float64]:
    """Return the log-count ratios of one class against the rest.

    Parameters
    ----------
    counts : CSR array of shape (n_documents, n_terms)
    codes : ndarray of int of shape (n_documents,)
        The class of each document, from 0; none is without a document.
    alpha : float
        Added to each count.
    weights : ndarray of shape (n_documents,), optional
        How often each document counts.

    Returns
    -------
    ndarray of shape (n_blocks, n_terms)
        With two classes one row, that of the second; else a row for each class.
    """
    n = len(codes)
    members = sp.csr_array((np.ones(n) if weights is None else weights, (codes, np.arange(n))))
    return ratios((members @ counts).toarray(), alpha)


def ratios(of_class: NDArray[np.float64], alpha: float) -> NDArray[np.float64]:
    """Return the log-count ratios of classes, of which these are the sums; see `log_count_ratios`."""
    of_all = of_class.sum(axis=0)
    if len(of_class) == 2:
        of_class = of_class[[1]]
    p, q = alpha + of_class, alpha + of_all - of_class
    return np.asarray(np.log(p / p.sum(axis=1, keepdims=True)) - np.log(q / q.sum(axis=1, keepdims=True)))
