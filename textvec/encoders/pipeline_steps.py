"""The one walk over the steps of a pipeline."""

from __future__ import annotations

from collections.abc import Iterable
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
