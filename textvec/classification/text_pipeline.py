"""The pipeline that `text_classifier` returns: scikit-learn's, with a short way for a message at a time.

Of the time that scikit-learn takes to decide on one short text, nearly all goes into checks that a list of strings, and
a matrix that one of our own vectorizers has just made, pass each time.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.special import expit
from sklearn import get_config
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.pipeline import Pipeline
from sklearn.utils.extmath import softmax
from sklearn.utils.metaestimators import available_if

from textvec.text.short_texts import are_few


def _final_has(method: str) -> Callable[[Any], bool]:
    return lambda pipeline: hasattr(pipeline._final_estimator, method)


class TextClassifier(Pipeline):  # type: ignore[misc]
    """A `sklearn.pipeline.Pipeline` from texts to classes, which decides on a message at a time in a tenth of the time.

    It is what `text_classifier` returns. Everything is scikit-learn's but what a linear model says of a list of up to
    four texts: `predict`, `decision_function`, and `predict_proba` of a `LogisticRegression`, which have the same
    results.

    Parameters
    ----------
    steps : list of (str, estimator)
        The steps, the last of which is a classifier.
    transform_input : list of str, optional
        See `sklearn.pipeline.Pipeline`.
    memory : str or joblib.Memory, optional
        See `sklearn.pipeline.Pipeline`.
    verbose : bool, default=False
        Whether `fit` prints the time that each step takes.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes, sorted.

    See Also
    --------
    text_classifier : Makes one of names.

    Examples
    --------
    >>> from textvec.classification import text_classifier
    >>> texts = ["win a free prize", "free entry, win cash", "see you at lunch", "lunch is at one"]
    >>> model = text_classifier("tfidf", "logreg").fit(texts, ["spam", "spam", "ham", "ham"])
    >>> model.predict(["a free lunch for you"])
    array(['ham'], dtype='<U4')
    """

    @available_if(_final_has("predict"))  # type: ignore[untyped-decorator]
    def predict(self, X: Any, **params: Any) -> Any:
        """Return the class of each text.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Texts, or whatever the first step takes.
        **params : object
            As `sklearn.pipeline.Pipeline.predict` takes them.

        Returns
        -------
        ndarray of shape (n_texts,)
        """
        quick = None if params else self._of_few("predict", X)
        return super().predict(X, **params) if quick is None else quick

    @available_if(_final_has("decision_function"))  # type: ignore[untyped-decorator]
    def decision_function(self, X: Any, **params: Any) -> Any:
        """Return how far on which side of the border each text is, as the classifier says it.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Texts, or whatever the first step takes.
        **params : object
            As `sklearn.pipeline.Pipeline.decision_function` takes them.

        Returns
        -------
        ndarray of shape (n_texts,) or (n_texts, n_classes)
            With two classes, above 0 for the second.
        """
        quick = None if params else self._of_few("decision_function", X)
        return super().decision_function(X, **params) if quick is None else quick

    @available_if(_final_has("predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any, **params: Any) -> Any:
        """Return the probability of each class.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Texts, or whatever the first step takes.
        **params : object
            As `sklearn.pipeline.Pipeline.predict_proba` takes them.

        Returns
        -------
        ndarray of shape (n_texts, n_classes)
        """
        quick = None if params else self._of_few("predict_proba", X)
        return super().predict_proba(X, **params) if quick is None else quick

    def _of_few(self, method: str, texts: Any) -> Any:
        """Return what a method of the classifier says of a few texts.

        None if these are not a list of a few texts, or the classifier is no fitted linear model after steps of ours.
        """
        model = self.steps[-1][1]
        conclude = _CONCLUSIONS.get(getattr(type(model), method, None))
        if conclude is None or not are_few(texts) or not _is_linear(model):
            return None
        steps = [step for _, step in self.steps[:-1] if step not in (None, "passthrough")]
        for step in steps:
            if not type(step).__module__.startswith("textvec.") or hasattr(step, "_sklearn_output_config"):
                return None
        if get_config()["transform_output"] != "default":
            return None
        X: Any = texts
        for step in steps:
            X = step.transform(X)
        coef = model.coef_
        # Coefficients may be sparse as well, see `sparsify`.
        is_dense = isinstance(coef, np.ndarray)
        if is_dense and sp.issparse(X) and X.format == "csr" and X.shape[1] == coef.shape[-1]:
            # As scikit-learn does it, to the same bits; it reshapes those of one class afterwards.
            scores = X @ (coef[0] if coef.shape[:-1] == (1,) else coef.T) + model.intercept_
            if all(map(isfinite, scores.ravel().tolist())):
                return conclude(model, scores)
        return getattr(model, method)(X)


def decides_linearly(model: Any) -> bool:
    """Tell whether a model predicts the class for which its coefficients times features are largest."""
    return _CONCLUSIONS.get(getattr(type(model), "predict", None)) is _classes and _is_linear(model)


def _is_linear(model: Any) -> bool:
    """Tell whether the decisions of a model are its coefficients times features, of one class for each text."""
    targets = getattr(getattr(model, "_label_binarizer", None), "y_type_", "")  # of a RidgeClassifier
    return (
        getattr(type(model), "decision_function", None) is LogisticRegression.decision_function
        and hasattr(model, "coef_")
        and not targets.startswith("multilabel")
    )


def _classes(model: Any, scores: NDArray[Any]) -> Any:
    return model.classes_.take(scores > 0 if scores.ndim == 1 else scores.argmax(axis=1), axis=0)


def _probabilities(model: Any, scores: NDArray[Any]) -> Any:
    if len(model.classes_) > 2:
        return softmax(scores, copy=False)
    second = expit(scores)
    return np.stack([1 - second, second], axis=1)


# What scikit-learn's methods make of the scores of texts.
_CONCLUSIONS: dict[Any, Callable[[Any, NDArray[Any]], Any]] = {
    LogisticRegression.predict: _classes,
    RidgeClassifier.predict: _classes,
    LogisticRegression.decision_function: lambda model, scores: scores,
    LogisticRegression.predict_proba: _probabilities,
}
