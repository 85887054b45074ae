"""Naive Bayes as a weighting: what each term says about the class, for a linear model to start from."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_feature_names_in, assert_all_finite, check_is_fitted, column_or_1d

from textvec._common.constraints import Number
from textvec._common.estimator import unchanged_on_error
from textvec._common.saved import check, check_array
from textvec._common.set_output import labelled
from textvec.text.documents import is_missing
from textvec.weightings._base import Weighting, reweigh


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
        self._validate_params()
        with unchanged_on_error(self):
            counts = self._as_counted(self._check_counts(X, reset=True))
            self.classes_, codes = check_classes("NBWeighting", y, counts.shape[0])
            self.log_count_ratio_ = log_count_ratios(counts, codes, self.alpha)
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
    of_class = (members @ counts).toarray()
    of_all = of_class.sum(axis=0)
    if len(of_class) == 2:
        of_class = of_class[[1]]
    p, q = alpha + of_class, alpha + of_all - of_class
    ratios: NDArray[np.float64] = np.log(p / p.sum(axis=1, keepdims=True)) - np.log(q / q.sum(axis=1, keepdims=True))
    return ratios


def check_classes(who: str, y: Any, n: int, name: str = "y") -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the classes, sorted, and the number of the class of each of n documents.

    Parameters
    ----------
    who : str
        The estimator or function that errors are about.
    y : array-like
        The class of each document.
    n : int
        How many documents there are.
    name : str, default="y"
        What `who` calls y.
    """
    if y is None:
        raise ValueError(
            f"{who} requires {name} to be passed, but the target {name} is None. Give it the class of each document."
        )
    if isinstance(y, str | bytes):
        raise ValueError(f"{who} needs a class for each document, but {name} is one string, {y!r:.100}.")
    if isinstance(y, Iterator):
        y = list(y)
    labels = np.asarray(y, dtype=object).ravel().tolist()  # without the dtype, NaN among strings becomes "nan"
    missing = [i for i, label in enumerate(labels) if is_missing(label)]
    if missing:
        raise ValueError(
            f"Input {name} contains NaN or None: document {missing[0]} has no class. Leave out documents without one."
        )
    y = column_or_1d(y, warn=True)
    assert_all_finite(y, input_name=name)
    if len(y) != n:
        raise ValueError(f"{who} needs a class for each document, but {len(y)} came for {n} documents.")
    check_classification_targets(y)
    classes, codes = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"{who} learns what tells classes apart, but all of {name} is one class: {classes.item()!r}. "
            "Give it documents of two classes or more."
        )
    return classes, codes
