"""What a fitted model of texts is made of, or a clear error why it is none that can be explained.

Tested in tests/explanation/test_explaining.py.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sklearn.base import is_classifier, is_regressor
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from textvec.encoders.pipeline_steps import best_of, steps_of

_PIPELINE = (
    "a fitted Pipeline that takes texts and ends in a classifier, such as "
    "make_pipeline(TfidfVectorizer(), LogisticRegression())"
)


class TextModel(NamedTuple):
    """A fitted classifier of texts.

    Attributes
    ----------
    model : Pipeline or classifier
        What takes texts.
    steps : list
        What makes features of texts; empty if the model does all itself, as a VotingClassifier of pipelines.
    classifier : classifier
        What takes the features.
    labels : list
        The classes, as plain Python objects where they are numbers.
    """

    model: Any
    steps: list[Any]
    classifier: Any
    labels: list[Any]


def text_model(model: Any, caller: str) -> TextModel:
    """Take a model apart.

    Parameters
    ----------
    model : object
    caller : str
        The function that says what is wrong.

    Raises
    ------
    TypeError
        If it is no classifier, or one that does not take texts.
    NotFittedError
        If it is not fitted.
    """
    name = type(model).__name__
    if isinstance(model, type) or (not hasattr(model, "predict") and not hasattr(model, "estimator")):
        what = f"the class {model.__name__}" if isinstance(model, type) else f"a {name}"
        raise TypeError(f"{caller}: model must be {_PIPELINE}, but it is {what}, which predicts nothing.")
    tagged = hasattr(model, "__sklearn_tags__")
    if tagged and is_regressor(model):
        raise TypeError(
            f"{caller}: model must be {_PIPELINE}, but it ends in a regressor, {_last(model)}: it predicts numbers, "
            "and no classes. Fit a classifier, such as LogisticRegression or RidgeClassifier."
        )
    if tagged and not is_classifier(model):
        raise TypeError(f"{caller}: model must be {_PIPELINE}, but it ends in {_last(model)}, which is no classifier.")
    try:
        check_is_fitted(model)
    except NotFittedError:
        raise NotFittedError(
            f"{caller}: this {name} is not fitted. Call its fit(texts, labels) first, or textvec.load a fitted one."
        ) from None
    model = best_of(model)
    *steps, classifier = steps_of(model)
    if not steps and hasattr(classifier, "n_features_in_"):
        raise TypeError(
            f"{caller}: this {type(classifier).__name__} was fitted on a matrix, so that what its features are is not "
            f"known. Give {_PIPELINE}; make_pipeline(vectorizer, classifier) makes one of two that are fitted already."
        )
    classes = getattr(model, "classes_", None)
    if classes is None or isinstance(classes, list) or getattr(classifier, "multilabel_", False):
        raise TypeError(
            f"{caller}: {type(classifier).__name__} gives a text several labels at once, or has no classes_. Explain "
            "the decision on each label: the pipeline with one of its estimators_ instead of it."
        )
    return TextModel(model, steps, classifier, [as_label(label) for label in classes])


def as_label(label: Any) -> Any:
    """Return a class as a plain Python object."""
    return label.item() if hasattr(label, "item") else label


def _last(model: Any) -> str:
    return type(steps_of(best_of(model))[-1]).__name__
