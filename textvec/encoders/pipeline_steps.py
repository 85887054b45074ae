"""The one walk over the steps of a pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


def steps_of(encoder: Any) -> list[Any]:
    """Return the steps of a pipeline and of the pipelines within it, in their order; or the encoder alone.

    Steps that do nothing are left out, and frozen estimators are unwrapped.

    Examples
    --------
    >>> from sklearn.frozen import FrozenEstimator
    >>> from sklearn.pipeline import make_pipeline
    >>> from textvec import BM25Weighting, CountVectorizer, Tokenizer
    >>> first = make_pipeline(Tokenizer(), FrozenEstimator(CountVectorizer()))
    >>> steps_of(make_pipeline(first, "passthrough", BM25Weighting()))
    [Tokenizer(), CountVectorizer(), BM25Weighting()]
    """
    if type(encoder).__name__ == "FrozenEstimator":  # its class would have to be imported
        return steps_of(encoder.estimator)
    if not hasattr(encoder, "steps"):
        return [encoder]
    return [part for _, step in encoder.steps if step not in (None, "passthrough") for part in steps_of(step)]


def parts_of(encoder: Any) -> Iterator[Any]:
    """Yield an encoder, and all that it is made of: the steps of pipelines, the pipelines within it, what is frozen."""
    yield encoder
    if type(encoder).__name__ == "FrozenEstimator":
        yield from parts_of(encoder.estimator)
    for _, step in getattr(encoder, "steps", ()):
        if step not in (None, "passthrough"):
            yield from parts_of(step)


def best_of(model: Any) -> Any:
    """Return the estimator that a grid search has fitted on all data; any other model as it is."""
    return getattr(model, "best_estimator_", model)


def encoder_of(model: Any, caller: str) -> Any:
    """Return what makes vectors of texts in a fitted model: all of it, or what is before its classifier.

    Parameters
    ----------
    model : object
    caller : str
        Whose errors these are.

    Raises
    ------
    ValueError
        If there is nothing in it that makes vectors of texts, or it is not fitted.
    """
    name = type(model).__name__
    model = best_of(model)
    while type(model).__name__ == "FrozenEstimator":
        model = model.estimator
    is_pipeline = hasattr(model, "steps") and hasattr(model, "get_params")
    if is_pipeline and decides(model.steps[-1][1]):
        model = model[:-1]
    wanted = "It takes a vectorizer, or a pipeline that begins with one, fitted on texts"
    if is_pipeline and not model.steps:
        raise ValueError(f"{caller}: the {name} has only a classifier, which makes no vectors of texts. {wanted}.")
    if isinstance(model, type) or not hasattr(model, "transform") or decides(model):
        raise ValueError(f"{caller}: a {name} makes no vectors of texts. {wanted}.")
    if hasattr(model, "n_features_in_"):
        raise ValueError(f"{caller}: the {name} was fitted on a matrix, not on texts. {wanted}.")

    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    try:
        check_is_fitted(model)
    except NotFittedError:
        raise NotFittedError(f"{caller}: the {name} is not fitted. {wanted}.") from None
    except TypeError:  # no estimator of scikit-learn's kind
        raise ValueError(f"{caller}: a {name} makes no vectors of texts. {wanted}.") from None
    return model


def decides(estimator: Any) -> bool:
    """Tell whether an estimator is a classifier or predicts numbers."""
    from sklearn.base import is_classifier, is_regressor

    return hasattr(estimator, "__sklearn_tags__") and (is_classifier(estimator) or is_regressor(estimator))


def transformed(documents: Any, steps: Iterable[Any]) -> Any:
    """Return what fitted steps make of documents, one after the other."""
    for step in steps:
        documents = step.transform(documents)
    return documents


def unlabelled(matrix: Any) -> Any:
    """Return a table of pandas, as `set_output` makes it, as a matrix, and any other matrix as it is."""
    if not hasattr(matrix, "iloc"):
        return matrix
    is_sparse = all(str(each).startswith("Sparse") for each in matrix.dtypes)
    return matrix.sparse.to_coo().tocsr() if is_sparse else matrix.to_numpy()
