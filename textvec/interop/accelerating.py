"""Models that somebody has fitted with scikit-learn, with this package's vectorizers in place of scikit-learn's."""

from __future__ import annotations

import warnings
from copy import copy
from typing import Any, Literal, TypeVar, overload

from sklearn.base import ClassifierMixin
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils.validation import check_is_fitted

from textvec.classification import TextClassifier
from textvec.interop._carrying import OURS, CannotCarryError, carried, is_fitted, is_vectorizer
from textvec.interop._parts import Found, Parts, is_holder
from textvec.interop.acceleration import AccelerationReport, Replacement

M = TypeVar("M")


@overload
def accelerate(model: M, report: Literal[False] = False) -> M: ...
@overload
def accelerate(model: M, report: Literal[True]) -> tuple[M, AccelerationReport]: ...
def accelerate(model: Any, report: bool = False) -> Any:
    """Return a copy of a fitted model of scikit-learn's that reads text many times faster, and decides the same.

    Each `CountVectorizer`, `TfidfVectorizer` and `HashingVectorizer` of scikit-learn's in it, at any depth, is replaced
    by this package's of the same name, with its parameters and all that it has learnt. Nothing is fitted again. The
    matrices are those of before (counts to the bit, weights to 1e-12), and so are the decisions of what follows.
    The model itself stays as it is.

    Parameters
    ----------
    model : fitted estimator
        A vectorizer, a `Pipeline`, `FeatureUnion`, `ColumnTransformer`, a search such as `GridSearchCV`, or any other
        estimator that holds such, of scikit-learn's or written for it.
    report : bool, default=False
        Whether to return as well what was replaced, and what was left and why.

    Returns
    -------
    accelerated : estimator
        Of the same class as `model`, but that a `Pipeline` which ends with a classifier is a
        `textvec.classification.TextClassifier`, a subclass that decides sooner on a single text. What is large and
        stays the same, such as coefficients, it shares with `model`. `clone` of it has this package's vectorizers as
        well: they are replaced where they are parameters, too.
    report : AccelerationReport
        With `report=True` only.

    Raises
    ------
    NotFittedError
        If the model, or a vectorizer that it decides by, is not fitted.
    TypeError
        If it is no estimator.

    Warns
    -----
    UserWarning
        Without `report`, if there was nothing to replace: the model has no vectorizer, or all of them are left.

    See Also
    --------
    textvec.save : Saves an accelerated model in a file that runs no code when it is loaded.

    Notes
    -----
    A vectorizer of a class derived from scikit-learn's is left, as it may count otherwise, and so is one that has a
    method of its own, or state of a version of scikit-learn that this one does not read. A `TfidfTransformer` stays,
    since it works on the matrix. What functions hold, such as the one of a `FunctionTransformer`, is not looked into.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> import textvec
    >>> texts = ["win a free prize", "free entry, win cash", "see you at lunch", "lunch is at one"]
    >>> model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, ["spam", "spam", "ham", "ham"])
    >>> fast, report = textvec.accelerate(model, report=True)
    >>> fast.predict(["a free lunch for you"]) == model.predict(["a free lunch for you"])
    array([ True])
    >>> report
    AccelerationReport(1)
      ['tfidfvectorizer']: TfidfVectorizer, replaced
    """
    if not is_holder(model):
        what = f"the class {model.__name__}" if isinstance(model, type) else f"a {type(model).__name__}"
        raise TypeError(f"accelerate expects a fitted estimator of scikit-learn's, but it was given {what}.")
    _check_fitted(model)
    parts, records = Parts(model), AccelerationReport()
    nothing = "has no fitted text vectorizer"
    for found in parts.walk():
        if not is_vectorizer(found.value):
            continue
        other = None
        if _is_ours(found.value):
            nothing = "has this package's vectorizers already"
        else:
            other, record = _replacement(found)
            records.append(record)
        parts.others[id(found.value)] = copy(found.value) if other is None else other
    accelerated = parts.replaced(_shallow_copy if any(each.replaced for each in records) else copy)
    if report:
        return accelerated, records
    if not any(each.replaced and not each.note for each in records):
        reasons = "; ".join(f"{each.where or each.vectorizer}: {each.note}" for each in records.left)
        warnings.warn(
            f"accelerate replaced nothing that this {type(model).__name__} transforms by: "
            + (f"what it has cannot be replaced ({reasons})." if reasons else f"it {nothing}."),
            stacklevel=2,
        )
    return accelerated


def _check_fitted(model: Any) -> None:
    if is_vectorizer(model):
        return
    try:
        check_is_fitted(model)
    except NotFittedError as error:
        raise NotFittedError(
            f"accelerate expects a fitted model, but this {type(model).__name__} is not fitted. Fit it first, or make "
            "it with textvec's vectorizers."
        ) from error


def _replacement(found: Found) -> tuple[Any, Replacement]:
    """Return what takes the place of a vectorizer, None if nothing does, and the record about it."""
    vectorizer, was, note = found.value, type(found.value).__name__, ""
    if not is_fitted(vectorizer):
        if all(isinstance(holder, Pipeline | FeatureUnion) for holder in found.holders):
            raise NotFittedError(
                f"accelerate expects a fitted model, but its {was}{found.where and f', {found.where},'} is not fitted. "
                "Fit the model first."
            )
        note = "not fitted"
    try:
        return carried(vectorizer), Replacement(found.where, was, True, note)
    except CannotCarryError as error:
        return None, Replacement(found.where, was, False, str(error))


def _shallow_copy(holder: Any) -> Any:
    """Return a copy of what leads to a vectorizer; pipelines that classify get the short way for a single text."""
    if type(holder) is Pipeline and isinstance(holder.steps[-1][1], ClassifierMixin):
        made: Any = TextClassifier.__new__(TextClassifier)
        made.__dict__.update(vars(holder))
        return made
    return copy(holder)


def _is_ours(vectorizer: Any) -> bool:
    return isinstance(vectorizer, tuple(OURS.values()))
