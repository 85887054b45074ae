"""What a fitted classifier says of texts: classes, and how sure it is, from features that are made once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from textvec.encoders.pipeline_steps import best_of

PROBABILITY, SCORE = "probability", "score"


class Predictions(NamedTuple):
    """What a model says of some texts.

    Attributes
    ----------
    labels : list
        The class of each.
    scores : ndarray of float64 of shape (n_texts, n_classes) or None
        How much speaks for each class, if that was asked for.
    """

    labels: list[Any]
    scores: NDArray[np.float64] | None


def kind_of_scores(model: Any) -> str:
    """Return what the scores of a model are: "probability", or "score" for the values of its decision function.

    Raises
    ------
    ValueError
        If it has neither.
    """
    if hasattr(model, "predict_proba"):
        return PROBABILITY
    if hasattr(model, "decision_function"):
        return SCORE
    raise ValueError(
        f"{type(_last(model)).__name__} gives neither probabilities nor scores. Train another, such as logreg."
    )


def can_have_probabilities(model: Any) -> bool:
    """Tell whether the classifier of a model has a parameter with which it learns probabilities."""
    return getattr(_last(model), "probability", True) is False


def predictions(model: Any, texts: Sequence[str], with_scores: bool) -> Predictions:
    """Return what a model says of texts.

    Parameters
    ----------
    model : Pipeline, or classifier that takes texts
        Fitted.
    texts : sequence of str
    with_scores : bool

    Returns
    -------
    Predictions
        With two classes and one decision value, the score of the second class is that value, and that of the first is
        minus it.

    Examples
    --------
    >>> from textvec.classification import text_classifier
    >>> model = text_classifier("counts", "perceptron").fit(["free prize", "see you"], ["spam", "ham"])
    >>> predictions(model, ["a free beer"], True)
    Predictions(labels=['spam'], scores=array([[-1.,  1.]]))
    """
    model = best_of(model)
    seen: Any = list(texts)
    if isinstance(model, Pipeline) and len(model) > 1:
        seen, model = model[:-1].transform(seen), model[-1]
    labels = np.asarray(model.predict(seen)).tolist()
    if not with_scores:
        return Predictions(labels, None)
    if kind_of_scores(model) == PROBABILITY:
        return Predictions(labels, np.asarray(model.predict_proba(seen), np.float64))
    scores = np.asarray(model.decision_function(seen), np.float64)
    return Predictions(labels, np.column_stack([-scores, scores]) if scores.ndim == 1 else scores)


def _last(model: Any) -> Any:
    model = best_of(model)
    return model[-1] if isinstance(model, Pipeline) else model
