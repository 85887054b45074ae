"""What a classifier does with features, where that is a sum: a rule for each kind of classifier.

A `Rule` says what each feature of a text gives to the decision value of each class. A kind of classifier is a function
here and a line in `rule_of`. A classifier without a rule is explained by `occlusion`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.neighbors import NearestCentroid
from sklearn.preprocessing import binarize
from sklearn.svm import SVC, NuSVC

Floats = NDArray[np.float64]


class Rule(NamedTuple):
    """Decision values as sums over features: row r decides by `intercept[r] + sum(coef[r] * x - square[r] * x**2)`.

    Attributes
    ----------
    score : str
        What the decision value is called.
    coef : ndarray of float64 of shape (n_rows, n_features)
        With two classes and one row, the row is of the second class, and minus the row of the first.
    intercept : ndarray of float64 of shape (n_rows,)
    compared : bool
        Whether only the differences between classes tell anything: a word's log-probabilities are negative in every
        class, and it speaks for the class in which they are less so.
    decide : function or None
        A row of features to the classifier's own decision values, to check the sums with; None where it has none.
    seen : function
        The matrix that comes to the classifier to the features that it decides by.
    square : ndarray of float64 of shape (n_rows, n_features) or None
    """

    score: str
    coef: Floats
    intercept: Floats
    compared: bool
    decide: Callable[[Any], Any] | None
    seen: Callable[[Any], Any] | None = None
    square: Floats | None = None

    def weights(self, columns: NDArray[np.intp], values: Floats) -> Floats:
        """Return what some features give for each unit of their values, as an array of shape (n_columns, n_rows)."""
        weights = self.coef[:, columns]
        if self.square is not None:
            weights = weights - self.square[:, columns] * values
        return weights.T


def rule_of(classifier: Any) -> Rule | None:
    """Return the rule by which a fitted classifier decides, or None if it decides by no sum that is known here."""
    for kind, make in _RULES:
        if isinstance(classifier, kind):
            return make(classifier)
    if hasattr(classifier, "coef_") and hasattr(classifier, "intercept_") and hasattr(classifier, "decision_function"):
        return _linear(classifier)
    return None


def by_class(rows: Floats, n_classes: int) -> Floats:
    """Return values of each class from those of the rows of a rule, which are in the last axis."""
    return np.concatenate([-rows, rows], axis=-1) if rows.shape[-1] == 1 and n_classes == 2 else rows


def _linear(classifier: Any) -> Rule | None:
    r"""Return the rule of coefficients: :math:`d_c = b_c + \sum_t w_{ct} x_t`."""
    coef = classifier.coef_.toarray() if hasattr(classifier.coef_, "toarray") else np.asarray(classifier.coef_)
    coef = np.atleast_2d(coef).astype(np.float64)
    n_classes = len(classifier.classes_)
    by_pairs = isinstance(classifier, SVC | NuSVC) and n_classes > 2  # a row for each pair of classes
    if by_pairs or len(coef) != (1 if n_classes == 2 else n_classes):
        return None
    intercept = np.broadcast_to(np.asarray(classifier.intercept_, np.float64), len(coef))
    seen = getattr(classifier, "_decision_features", None)
    return Rule("decision function", coef, intercept, False, classifier.decision_function, seen)


def _one_against_rest(classifier: Any) -> Rule | None:
    rules = [
        rule_of(each) if hasattr(each, "decision_function") else None for each in getattr(classifier, "estimators_", [])
    ]
    if any(rule is None or rule.seen or rule.square is not None or len(rule.coef) != 1 for rule in rules):
        return None
    coef, intercept = (np.concatenate([getattr(rule, name) for rule in rules]) for name in ("coef", "intercept"))
    return Rule("decision function", coef, intercept, False, classifier.decision_function)


def _multinomial(classifier: Any) -> Rule:
    r"""Return :math:`\ln P(c) + \sum_t x_t \ln p(t|c)`."""
    return _likelihood(classifier, classifier.feature_log_prob_, classifier.class_log_prior_)


def _complement(classifier: Any) -> Rule:
    """Return the weights from the counts of the other classes, which `norm` has divided already, without priors."""
    one = len(classifier.classes_) == 1
    prior = classifier.class_log_prior_ if one else np.zeros(len(classifier.classes_))
    return _likelihood(classifier, classifier.feature_log_prob_, prior)


def _bernoulli(classifier: Any) -> Rule:
    r"""Return the log odds of what is present; the intercept is the likelihood of a text without any term.

    .. math:: \ln P(c) + \sum_t \ln(1 - p_{tc}) + \sum_{t \in text} \ln\frac{p_{tc}}{1 - p_{tc}}
    """
    absent = np.log(1 - np.exp(classifier.feature_log_prob_))
    rule = _likelihood(
        classifier, classifier.feature_log_prob_ - absent, classifier.class_log_prior_ + absent.sum(axis=1)
    )
    threshold = classifier.binarize
    return rule if threshold is None else rule._replace(seen=lambda X: binarize(X, threshold=threshold))


def _gaussian(classifier: Any) -> Rule:
    r"""Return the log densities against those of a text whose features are all zero, whose density is the intercept.

    .. math:: \ln N(x; \mu, \sigma^2) = \ln N(0; \mu, \sigma^2) + \frac{x \mu}{\sigma^2} - \frac{x^2}{2 \sigma^2}
    """
    mean, variance = classifier.theta_, classifier.var_
    of_zero = -0.5 * (np.log(2 * np.pi * variance) + mean**2 / variance).sum(axis=1)
    rule = _likelihood(classifier, mean / variance, np.log(classifier.class_prior_) + of_zero)
    return rule._replace(square=0.5 / variance)


def _likelihood(classifier: Any, coef: Any, intercept: Any) -> Rule:
    decide = classifier.predict_joint_log_proba
    return Rule("joint log likelihood", np.asarray(coef, np.float64), np.asarray(intercept, np.float64), True, decide)


def _centroid(classifier: Any) -> Rule | None:
    r"""Return minus the squared distance without :math:`\lVert x \rVert^2`, which is the same for all classes.

    .. math:: 2 x \cdot m_c - \lVert m_c \rVert^2

    With priors that differ it is what scikit-learn then decides by: features divided by their standard deviations
    within the classes, and :math:`2 \ln P(c)` added.
    """
    if classifier.metric != "euclidean":
        return None
    centroids = np.asarray(classifier.centroids_, np.float64)
    priors = np.asarray(getattr(classifier, "class_prior_", np.full(len(centroids), 1 / len(centroids))))
    scale, shift = np.ones(centroids.shape[1]), np.zeros(len(centroids))
    if not np.isclose(priors, 1 / len(centroids)).all():
        scale = np.where(classifier.within_class_std_dev_ != 0, classifier.within_class_std_dev_, 1.0)
        shift = 2 * np.log(priors)
    intercept = shift - ((centroids / scale) ** 2).sum(axis=1)
    return Rule("closeness to the centroid", 2 * centroids / scale**2, intercept, True, None)


_RULES: list[tuple[type, Callable[[Any], Rule | None]]] = [
    (MultinomialNB, _multinomial),
    (ComplementNB, _complement),
    (BernoulliNB, _bernoulli),
    (GaussianNB, _gaussian),
    (NearestCentroid, _centroid),
    (OneVsRestClassifier, _one_against_rest),
]
