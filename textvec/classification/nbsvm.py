"""NBSVM: a linear support vector machine that starts from naive Bayes, and stays near it as far as it is told to."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.calibration import _sigmoid_calibration
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from textvec._common.constraints import RANDOM_STATE, Number
from textvec._common.counted import counted
from textvec._common.diagram import Diagram
from textvec._common.estimator import unchanged_on_error
from textvec._common.saved import CheckedState, check, check_array
from textvec._common.sklearn_bases import BaseEstimator, ClassifierMixin
from textvec._common.spread import refuse_spread_matrix
from textvec.weightings._base import above_zero
from textvec.weightings._classes import check_classes
from textvec.weightings.nb import log_count_ratios

# Parts of the documents for probabilities: the decisions of each are made by a model that learnt from the others. Five
# is scikit-learn's number, too; a class needs as many documents.
_CALIBRATION_FOLDS = 5


class NBSVMClassifier(CheckedState, Diagram, ClassifierMixin, BaseEstimator):
    r"""Classify counts with the NBSVM of Wang and Manning [1]_: naive Bayes and a linear SVM in one set of weights.

    Only which terms a document holds counts, :math:`x_t = 1` if it holds term t and 0 if not. A linear SVM learns
    weights w and an intercept b from the documents with each term multiplied by its log-count ratio
    :math:`r_t`, see `NBWeighting`; it minimizes

    .. math:: \frac{1}{2} \left(\lVert w \rVert^2 + b^2\right)
        + C \sum_i \max\left(0, 1 - y_i \frac{w \cdot (r \circ x_i) + b}{\lVert (r \circ x_i, 1) \rVert}\right)^2

    The model is then drawn towards naive Bayes, which weighs all terms alike, with the mean magnitude of w:

    .. math:: w' = (1 - \beta) \, \bar w + \beta \, w, \qquad
        b' = (1 - \beta) \, \bar w \ln \frac{N_+}{N_-} + \beta \, b, \qquad \bar w = \lVert w \rVert_1 / |V|

    where :math:`\beta` is `interpolation`, \|V\| the number of terms, and :math:`N_+` and :math:`N_-` are the numbers
    of documents. The decision for a document is :math:`\sum_t r_t w'_t x_t + b'`. With more than two classes each is
    put against the rest, and the largest decision wins.

    Parameters
    ----------
    C : float, default=1.0
        How much an error costs in training. Smaller values make a simpler model.
    alpha : float, default=1.0
        Added to the count of each term in each class, before the ratios are taken.
    interpolation : float, default=0.25
        :math:`\beta`, from 0, where two classes are told apart as multinomial naive Bayes does on ones and zeros, to 1,
        where the SVM has the last word.
    probability : bool, default=False
        Whether to learn `predict_proba`, too, which makes `fit` take six times as long: see Notes.
    class_weight : dict or "balanced", default=None
        How often a document of a class counts, as {class: weight}; "balanced" makes all classes count the same.
    tol : float, default=1e-4
        When the SVM has learnt enough, as in `sklearn.svm.LinearSVC`.
    max_iter : int, default=1000
        How many passes the SVM may take at most.
    random_state : int, RandomState instance or None, default=None
        Of the order in which the SVM looks at documents. Only an int gives the same weights, to the last digits, each
        time.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes, sorted.
    coef_ : ndarray of float64 of shape (1, n_terms) or (n_classes, n_terms)
        What holding a term adds to the decision: r and w' multiplied. With two classes there is one row, that of the
        second.
    intercept_ : ndarray of float64 of shape (1,) or (n_classes,)
        What the decision is for a document with no known term.
    n_iter_ : int
        The passes that the SVM took, the most of any class.
    calibration_ : ndarray of float64 of shape (1, 2) or (n_classes, 2)
        With `probability`, A and B of :math:`1 / (1 + \exp(A d + B))`, the probability at a decision d.
    n_features_in_ : int
        Number of terms.
    feature_names_in_ : ndarray of shape (n_terms,)
        Names of the terms, where X has names of columns that are all strings.

    See Also
    --------
    textvec.NBWeighting : The ratios alone, as a step before any linear classifier.

    Notes
    -----
    Any value above 0 in X is a term that the document holds: counts, ones and zeros, and TF-IDF make the same model.

    Two things are not in the paper. Its SVM does not divide by the lengths of the rows, so that long documents have
    the say; with it the same C suits documents of any length, and the solver is through in a twentieth of the time. And
    it has the formula of w' alone, which would leave b as it was learnt, for weights that are larger.

    Probabilities are Platt's [2]_: sigmoids fitted to decisions about documents that were held out, in five parts.
    With more than two classes they are scaled to the sum 1. `predict` goes by the decision, and can differ from the
    most probable class where the two are near each other.

    References
    ----------
    .. [1] Wang and Manning (2012), Baselines and bigrams: simple, good sentiment and topic classification. ACL.
    .. [2] Platt (1999), Probabilistic outputs for support vector machines. Advances in Large Margin Classifiers.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from textvec import CountVectorizer
    >>> from textvec.classification import NBSVMClassifier
    >>> model = make_pipeline(CountVectorizer(ngram_range=(1, 2)), NBSVMClassifier(random_state=0))
    >>> texts = ["a good film", "not a good film", "good food, good place", "not good at all"]
    >>> model.fit(texts, ["pos", "neg", "pos", "neg"]).predict(["a good place", "it was not good"])
    array(['pos', 'neg'], dtype='<U3')
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "C": [Number(Real, 0, None, closed="neither")],
        "alpha": [Number(Real, 0, None, closed="neither")],
        "interpolation": [Number(Real, 0, 1, closed="both")],
        "probability": ["boolean"],
        "class_weight": [StrOptions({"balanced"}), dict, None],
        "tol": [Number(Real, 0, None, closed="neither")],
        "max_iter": [Number(Integral, 1, None, closed="left")],
        "random_state": RANDOM_STATE,
    }

    _saved_attributes: ClassVar[frozenset[str]] = frozenset(
        {"classes_", "coef_", "intercept_", "n_iter_", "calibration_"}
    )
    _not_always_learnt: ClassVar[frozenset[str]] = frozenset({"calibration_"})

    n_features_in_: int

    def __init__(
        self,
        C: float = 1.0,
        alpha: float = 1.0,
        interpolation: float = 0.25,
        *,
        probability: bool = False,
        class_weight: Any = None,
        tol: float = 1e-4,
        max_iter: int = 1000,
        random_state: Any = None,
    ) -> None:
        self.C = C
        self.alpha = alpha
        self.interpolation = interpolation
        self.probability = probability
        self.class_weight = class_weight
        self.tol = tol
        self.max_iter = max_iter
        self.random_state = random_state

    def _check_loaded(self) -> None:
        """See `textvec._common.saved`."""
        if not hasattr(self, "coef_"):
            return
        check(isinstance(self.classes_, np.ndarray) and self.classes_.ndim == 1, "classes_ must be an array")
        n = len(self.classes_)
        check(n > 1, "classes_ must hold two classes or more")
        rows = 1 if n == 2 else n
        check_array("coef_", self.coef_, (np.float64,), rows, self.n_features_in_)
        check_array("intercept_", self.intercept_, (np.float64,), rows)
        check(hasattr(self, "calibration_") == self.probability, "calibration_ must be there if probability is true")
        if self.probability:
            check_array("calibration_", self.calibration_, (np.float64,), rows, 2)

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from counts and classes.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_terms)
            Counts. They are not changed.
        y : array-like of shape (n_documents,)
            The class of each document.
        sample_weight : array-like of shape (n_documents,), default=None
            How often each document counts.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If y is missing, holds numbers that are no classes, or one class only; a class has no weight, or, with
            `probability`, fewer than five documents; or X has negative, missing or infinite values.
        """
        self._validate_params()
        with unchanged_on_error(self):
            X = self._presence(X, reset=True)
            self.classes_, codes = check_classes("NBSVMClassifier", y, X.shape[0])
            weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
            self._check_weights(np.bincount(codes, weights))
            how_often = compute_class_weight(
                self.class_weight, classes=self.classes_, y=self.classes_[codes], sample_weight=weights
            )
            weights = weights * how_often[codes]
            self._check_weights(np.bincount(codes, weights))
            self.coef_, self.intercept_, self.n_iter_ = self._learn(X, codes, weights)
            vars(self).pop("calibration_", None)
            if self.probability:
                self.calibration_ = self._calibrate(X, codes, weights)
        return self

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Return the decision for each document.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_terms)
            Counts. They are not changed.

        Returns
        -------
        ndarray of shape (n_documents,) or (n_documents, n_classes)
            With two classes, above 0 for the second; else the decision for each class against the rest.
        """
        decisions = self._decisions(X)
        return decisions[:, 0] if decisions.shape[1] == 1 else decisions

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class of each document.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_terms)
            Counts. They are not changed.

        Returns
        -------
        ndarray of shape (n_documents,)
        """
        decisions = self._decisions(X)
        codes = (decisions[:, 0] > 0).astype(int) if decisions.shape[1] == 1 else decisions.argmax(axis=1)
        return np.asarray(self.classes_[codes])

    def _has_probabilities(self) -> bool:
        if not self.probability:
            raise AttributeError("predict_proba is there with NBSVMClassifier(probability=True) only, fitted anew.")
        return True

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probability of each class, with `probability=True`.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_terms)
            Counts. They are not changed.

        Returns
        -------
        ndarray of shape (n_documents, n_classes)
        """
        check_is_fitted(self, "calibration_", msg="Fit %(name)s with probability=True before asking it for them.")
        A, B = self.calibration_.T
        chances = expit(-(A * self._decisions(X) + B))
        if chances.shape[1] == 1:
            return np.hstack([1 - chances, chances])
        sums = chances.sum(axis=1, keepdims=True)
        none = np.full_like(chances, 1 / chances.shape[1])  # where no class has any probability
        return np.asarray(np.divide(chances, sums, out=none, where=sums > 0))

    def _decision_features(self, X: Any) -> Any:
        """Return what the coefficients are multiplied with; `textvec.explanation` explains decisions by it."""
        return self._presence(X, reset=False)

    def _decisions(self, X: Any) -> NDArray[np.float64]:
        check_is_fitted(self)
        return np.asarray(self._decision_features(X) @ self.coef_.T + self.intercept_)

    def _learn(self, X: Any, codes: NDArray[Any], weights: NDArray[Any]) -> tuple[Any, Any, int]:
        """Return coefficients, intercepts and the most iterations of any class."""
        ratios = log_count_ratios(X, codes, self.alpha, weights)
        intercepts, iterations, beta = [], [], self.interpolation
        for k, r in enumerate(ratios):
            positive = codes == (k if len(ratios) > 1 else 1)
            weighed = sp.csr_array((r[X.indices], X.indices, X.indptr), shape=X.shape)
            rows = sp.hstack([weighed, np.ones((X.shape[0], 1))], format="csr")  # the last column is for b
            svm = LinearSVC(
                C=self.C,
                dual="auto",
                fit_intercept=False,
                tol=self.tol,
                max_iter=self.max_iter,
                random_state=self.random_state,
            )
            svm.fit(normalize(rows, copy=False), positive, sample_weight=weights)
            w, b = svm.coef_[0, :-1], svm.coef_[0, -1]
            mean = np.abs(w).mean()
            r *= (1 - beta) * mean + beta * w
            prior = np.log(weights[positive].sum() / weights[~positive].sum())
            intercepts.append((1 - beta) * mean * prior + beta * b)
            iterations.append(int(svm.n_iter_))
        return ratios, np.array(intercepts), max(iterations)

    def _calibrate(self, X: Any, codes: NDArray[Any], weights: NDArray[Any]) -> NDArray[np.float64]:
        """Return the parameters of the sigmoids, of decisions about documents that were held out."""
        smallest = np.bincount(codes).argmin()
        if (codes == smallest).sum() < _CALIBRATION_FOLDS:
            raise ValueError(
                f"NBSVMClassifier(probability=True) needs {_CALIBRATION_FOLDS} documents or more of each class, but of "
                f"{self.classes_[smallest].item()!r} there are {(codes == smallest).sum()}. Leave the class out, or do "
                "without probabilities."
            )
        decisions = np.empty((X.shape[0], len(self.coef_)))
        for train, test in StratifiedKFold(_CALIBRATION_FOLDS).split(X, codes):
            coef, intercept, _ = self._learn(X[train], codes[train], weights[train])
            decisions[test] = X[test] @ coef.T + intercept
        positive = [1] if len(self.coef_) == 1 else range(len(self.classes_))
        return np.array(
            [_sigmoid_calibration(d, codes == k, weights) for k, d in zip(positive, decisions.T, strict=True)]
        )

    def _presence(self, X: Any, *, reset: bool) -> Any:
        """Return X as a CSR array with a one for each term that a document holds."""
        refuse_spread_matrix(X, "NBSVMClassifier")
        X = validate_data(self, X, reset=reset, accept_sparse="csr", ensure_min_samples=int(reset))
        X = above_zero(X, "NBSVMClassifier", "alternate_sign=False")
        return sp.csr_array((np.ones(X.nnz), X.indices, X.indptr), shape=X.shape)

    def _check_weights(self, weights: NDArray[Any]) -> None:
        """Raise an error unless each class has some weight."""
        if not weights.all():
            raise ValueError(
                f"All documents of the class {self.classes_[weights.argmin()].item()!r} have the weight 0: "
                "NBSVMClassifier has nothing to learn it from. Leave the class out."
            )

    def _learnt(self) -> list[str]:
        return [counted(len(self.classes_), "class", "classes"), counted(self.n_features_in_, "feature")]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        tags.classifier_tags.poor_score = True  # on scikit-learn's tests, whose documents hold every term
        return tags
