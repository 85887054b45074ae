"""`explain`: why a fitted classifier of texts decides as it does on one text."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier

from textvec.explanation.classifiers import TextModel, as_label, text_model
from textvec.explanation.contributions import Rule, by_class, rule_of
from textvec.explanation.decision import Decision
from textvec.explanation.decision_parts import Neighbour, Table
from textvec.explanation.features import TextFeatures, features_of
from textvec.explanation.occlusion import leave_one_out, marks_of_words, scores_of

# How far the sum of contributions may be from what the classifier decides, in parts of the sum of their sizes. Features
# in single precision give 1e-6; a step that is no sum, or a subclass that decides in another way, gives more than this.
_TOLERANCE = 1e-4


def explain(model: Any, text: str, *, texts: Sequence[str] | None = None) -> Decision:
    r"""Explain the decision of a classifier on a text: what each term gave to the decision value of each class.

    Where the decision value of a class c is a sum over the features x of the text,

    .. math:: d_c(x) = b_c + \sum_t w_{ct} \, x_t,

    a contribution is one :math:`w_{ct} x_t`, exactly, with the value that the classifier sees, after all weightings and
    scalings. That is so for

    - linear models, that is all with `coef_` and `intercept_`: d is `decision_function`; with two classes and one row
      of coefficients, that row decides for the second class, and minus the row for the first.
    - naive Bayes: d is the joint log likelihood :math:`\ln P(c) + \ln p(x|c)`. The intercept of `BernoulliNB` and
      `GaussianNB` is that of a text without any term, so that absent terms are in it.
    - `NearestCentroid` with centroids m: :math:`d_c = 2 x \cdot m_c - \lVert m_c \rVert^2`, which is minus the squared
      distance but for :math:`\lVert x \rVert^2`, which is the same for all classes.

    The features may come from any vectorizer and weighting, also of hashes and of characters, unions and selections of
    them, and from an `EmbeddingVectorizer`, where what a word gives to the average is weighed; linear steps such as
    `TruncatedSVD` and `StandardScaler` may follow. Each text is checked: the sum is what the classifier decides.

    With any other model, such as forests, boosting, neighbours or networks, a contribution is what the probability of
    the class (its decision value where there are no probabilities) loses when the word is left out of the text. Such a
    decision has `exact` False, and says so wherever it is shown.

    Parameters
    ----------
    model : Pipeline, or classifier that takes texts
        Fitted, with one label a text. A grid search stands for its best pipeline.
    text : str
        The text to decide on.
    texts : sequence of str, optional
        The texts that the model was fitted on, in their order, to show those that decided with a
        `KNeighborsClassifier`.

    Returns
    -------
    Decision
        A sequence of `ClassDecision`, one for each class.

    Raises
    ------
    TypeError
        If the text is no string, or the model no classifier, or one that does not take texts.
    ValueError
        If the steps do not take a text, the model has neither scores nor sums, or `texts` are not those of `fit`.
    NotFittedError
        If the model is not fitted.

    See Also
    --------
    top_terms : The terms that speak most for each class.
    textvec.CosineIndex.explain, textvec.BM25Index.explain : Why a document was found.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from textvec import TfidfVectorizer
    >>> from textvec.explanation import explain
    >>> texts = ["win a free prize", "free prize now", "lunch at noon", "see you at lunch"]
    >>> model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, ["spam", "spam", "ham", "ham"])
    >>> print(explain(model, "Free lunch and a prize, blimey!").to_text(color=False))
    spam  55.6%
      decision function: spam 0.2239, ham -0.2239
    <BLANKLINE>
      [+Free] [-lunch] and a [+prize], blimey!
    <BLANKLINE>
    for spam
      +0.2222  ████████████████████  free
      +0.2222  ████████████████████  prize
    <BLANKLINE>
    against spam
      -0.2035  ██████████████████    lunch
      -0.0171                        (intercept: before any word)
    <BLANKLINE>
    not known to the model: and, blimey
    """
    if not isinstance(text, str):
        raise TypeError(
            f"explain: text must be one text, a str, but it is of type {type(text).__name__}. For several texts call "
            "it for each: [explain(model, text) for text in texts]."
        )
    parts = text_model(model, "explain")
    with warnings.catch_warnings():
        # That no word is known is in the result, and parts of the features have no names.
        warnings.filterwarnings("ignore", message=".*hold no word that has a vector")
        warnings.filterwarnings("ignore", message="X does not have valid feature names")
        return _explain(parts, text, texts)


def _explain(parts: TextModel, text: str, texts: Sequence[str] | None) -> Decision:
    model, steps, classifier, labels = parts
    reader = next((step for step in steps if getattr(step, "input", "content") != "content"), None)
    if reader is not None:
        raise ValueError(
            f"explain: {type(reader).__name__}(input={reader.input!r}) reads files, and text is the text itself. Set "
            "input='content' with set_params, on a copy of the model, to explain what a file holds."
        )
    try:
        features = features_of(steps, text) if steps else None
        last, seen = (model, [text]) if features is None else (classifier, features.matrix)
        label = as_label(last.predict(seen)[0])
    except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise  # the vectorizer says what the text holds
        raise ValueError(
            f"explain: {type(model).__name__} does not take a text: {type(error).__name__}: {error}. Its first step "
            "must make features of texts, as TfidfVectorizer does."
        ) from error
    neighbours = None
    if features is not None and isinstance(classifier, KNeighborsClassifier):
        neighbours = _neighbours(classifier, features.matrix, texts)
    elif texts is not None:
        raise ValueError(
            f"explain: texts are for a model that ends in a KNeighborsClassifier, but it ends in "
            f"{type(classifier).__name__}. Leave them out."
        )
    shared: dict[str, Any] = {
        "probabilities": last.predict_proba(seen)[0].tolist() if hasattr(last, "predict_proba") else None,
        "unknown": features.unknown if features is not None else list,
        "neighbours": neighbours,
    }
    if (
        features is not None
        and (rule := rule_of(classifier)) is not None
        and (exact := _exact(rule, features, len(labels))) is not None
    ):
        table, scores = exact
        shared |= {"score_name": rule.score, "marks": features.marks}
    else:
        table, scores, shared["score_name"] = _approximate(parts, text)
        shared["marks"] = partial(marks_of_words, text)
    return Decision(text, label, labels, table, scores=scores.tolist(), **shared)


def _exact(rule: Rule, features: TextFeatures, n_classes: int) -> tuple[Table, NDArray[np.float64]] | None:
    """Return what each term gives, and the scores, or None if these are not what the classifier decides by."""
    values: NDArray[np.float64] | None = None
    weights: NDArray[np.float64] | None = None
    if features.are_columns:
        columns, values = features.columns(rule.seen(features.matrix) if rule.seen else features.matrix)
        names, keys = features.names(columns), columns.tolist()
        weights = rule.weights(columns, values)
        gives, intercept = weights * values[:, None], rule.intercept
    elif rule.seen or rule.square is not None:
        return None
    else:
        found = features.parts()
        if found is None:
            return None
        names, keys, parts, rest = found
        gives = np.asarray(parts @ rule.coef.T, np.float64)
        intercept = rule.intercept + (rest @ rule.coef.T)[0]
    scores = intercept + gives.sum(axis=0)
    if rule.decide is not None:
        decided = np.ravel(rule.decide(features.matrix))
        sizes = np.abs(intercept) + np.abs(gives).sum(axis=0)
        if decided.shape != scores.shape or not np.all(np.abs(decided - scores) <= _TOLERANCE * (sizes + 1e-300)):
            return None
    gives, scores, intercept = (by_class(each, n_classes) for each in (gives, scores, intercept))
    weights = None if weights is None else by_class(weights, n_classes)
    return Table(names, keys, values, weights, gives, intercept, rule.compared), scores


def _approximate(parts: TextModel, text: str) -> tuple[Table, NDArray[np.float64], str]:
    found = scores_of(parts.model, len(parts.labels))
    if found is None:
        raise ValueError(
            f"explain: {type(parts.classifier).__name__} gives no scores: it has neither predict_proba nor "
            "decision_function with its parameters, and is no sum over features. Set parameters with which it has one "
            "of them, or wrap it in sklearn.calibration.CalibratedClassifierCV."
        )
    name, scores = found
    return *leave_one_out(text, scores), name


def _neighbours(classifier: Any, matrix: Any, texts: Sequence[str] | None) -> list[Neighbour]:
    """Return the rows that decided, the nearest first, with their votes."""
    distances, rows = (found[0] for found in classifier.kneighbors(matrix))
    if texts is not None and len(texts) != classifier.n_samples_fit_:
        raise ValueError(
            f"explain: texts must be the {classifier.n_samples_fit_:,} texts that the model was fitted on, in their "
            f"order, but there are {len(texts):,}."
        )
    votes = np.ones(len(rows))
    if callable(classifier.weights):
        votes = np.asarray(classifier.weights(distances[None]), np.float64)[0]
    elif classifier.weights == "distance":
        votes = (distances == 0).astype(np.float64) if (distances == 0).any() else 1 / distances
    votes = votes / (votes.sum() or 1.0)
    labels = [as_label(label) for label in classifier.classes_[classifier._y[rows]]]
    shown = [None] * len(rows) if texts is None else [texts[row] for row in rows.tolist()]
    return list(map(Neighbour, rows.tolist(), distances.tolist(), labels, votes.tolist(), shown))
