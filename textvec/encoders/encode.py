"""One way from documents to a matrix, for everything that compares documents.

What makes the matrix is an encoder: a transformer, a function from a list of texts to a matrix, or the word
"precomputed", which stands for no encoder at all, as the documents are rows of a matrix already.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
import pyarrow as pa

from textvec._common.printable import printable
from textvec.encoders.pipeline_steps import steps_of
from textvec.encoders.vectors import Vectors, as_vectors, count

PRECOMPUTED, TRANSFORMER, FUNCTION = "precomputed", "transformer", "function"
# What to give instead of an object that is no encoder, by an attribute that it has.
_WAYS_OUT = {
    "encode": " Pass its method, which is a function from texts to vectors: encoder.encode.",
    "fit_transform": (
        " It has fit_transform alone, which makes no vectors of further documents: give "
        f"encoder.fit_transform(documents) for the documents, and {PRECOMPUTED!r} for the encoder."
    ),
    "row_of": " EmbeddingVectorizer(vectors) makes vectors of documents from those of their words.",
}


def is_precomputed(encoder: Any) -> bool:
    """Tell whether documents are rows of a matrix."""
    return isinstance(encoder, str) and encoder == PRECOMPUTED


def kind_of(encoder: Any, caller: str) -> str:
    """Return which of the three kinds an encoder is; errors begin with the caller's name.

    Raises
    ------
    TypeError
        If it is none of them, or the class of a transformer instead of an instance.
    """
    if is_precomputed(encoder):
        return PRECOMPUTED
    if isinstance(encoder, type) and any(hasattr(encoder, name) for name in ("transform", *_WAYS_OUT)):
        name = encoder.__name__
        raise TypeError(f"{caller}: the encoder must be an instance, but it is the class {name}. Pass {name}().")
    if hasattr(encoder, "transform"):
        return TRANSFORMER
    if callable(encoder) and not (_is_torch_module(encoder) and hasattr(encoder, "encode")):
        return FUNCTION
    names = () if isinstance(encoder, str | bytes) else _WAYS_OUT  # strings have a method `encode`
    way_out = next((_WAYS_OUT[name] for name in names if hasattr(encoder, name)), "")
    raise TypeError(
        f"{caller}: the encoder must be a transformer, a function that returns a matrix, or {PRECOMPUTED!r}, but it is "
        f"{printable(f'{encoder!r:.60}')}.{way_out}"
    )


def _is_torch_module(encoder: Any) -> bool:
    """Tell whether an object is a neural network of torch: it can be called, but with tensors, not with texts."""
    return any(kind.__module__.startswith("torch.nn.") for kind in type(encoder).__mro__)


def name_of(encoder: Any) -> str:
    """Return the name of an encoder; of a Pipeline, those of its steps."""
    if is_precomputed(encoder):
        return PRECOMPUTED
    return ", ".join(getattr(step, "__name__", type(step).__name__) for step in steps_of(encoder))


def unfitted(encoder: Any, caller: str) -> Any:
    """Return an encoder that can be fitted, and leaves the one that was given as it is.

    Parameters
    ----------
    encoder : transformer, callable, "precomputed" or None
        None stands for `TfidfVectorizer()`.
    caller : str
        Whose errors these are.

    Raises
    ------
    TypeError
        If it is no encoder, or a transformer that cannot be cloned or fitted.
    """
    if encoder is not None and kind_of(encoder, caller) != TRANSFORMER:
        return encoder
    if encoder is None:
        from textvec.vectorizers import TfidfVectorizer

        return TfidfVectorizer()
    if not hasattr(encoder, "get_params") or not (hasattr(encoder, "fit") or hasattr(encoder, "fit_transform")):
        raise TypeError(
            f"{caller}: the encoder is cloned and fitted on the documents, for which it must have `get_params` and "
            f"`fit`, but {name_of(encoder)} does not have both. To use it as it is, pass its method: encoder.transform."
        )
    from sklearn.base import clone

    return clone(encoder)


def documents_for(encoder: Any, documents: Any, caller: str) -> Any:
    """Return documents, or queries, as something that has a length, which `matrix_of` takes.

    Returns
    -------
    list, pyarrow.Array, Tokens, or checked matrix where the encoder is "precomputed"

    Raises
    ------
    ValueError
        If there is one string only, or the encoder is "precomputed" and the documents are no matrix of finite numbers.
    TypeError
        If the documents cannot be iterated over.
    """
    if is_precomputed(encoder):
        return _checked_matrix(documents, caller, precomputed=True)
    from textvec.text.tokens import accept

    return accept(documents)


def matrix_of(encoder: Any, documents: Any, *, fit: bool, caller: str, items: str = "documents") -> Any:
    """Return the matrix that an encoder makes of documents.

    Parameters
    ----------
    encoder : transformer, callable or "precomputed"
        With `fit`, one that `unfitted` returned.
    documents : list, pyarrow.Array, Tokens or matrix
        As `documents_for` returned them.
    fit : bool
        Whether the encoder learns from the documents first.
    caller : str
        Whose errors these are.
    items : str, default="documents"
        What errors call the documents.

    Returns
    -------
    CSR matrix or ndarray of shape (n_documents, n_columns)
        Finite numbers.

    Raises
    ------
    TypeError
        If it is no encoder.
    ValueError
        If the encoder does not make a matrix of finite numbers with one row for each document.

    Examples
    --------
    >>> from textvec import CountVectorizer
    >>> from textvec.encoders.encode import matrix_of
    >>> matrix_of(CountVectorizer(), ["red sea", "red red"], fit=True, caller="docs").toarray()
    array([[1, 1],
           [2, 0]])
    >>> matrix_of(lambda texts: [[len(text)] for text in texts], ["red", "blue"], fit=True, caller="docs")
    array([[3],
           [4]])
    """
    kind = kind_of(encoder, caller)
    if kind == PRECOMPUTED:
        return documents
    if isinstance(documents, pa.Array | pa.ChunkedArray) and not _takes_arrow(encoder):
        documents = documents.to_pylist()
    made = encoder(documents) if kind == FUNCTION else _transformed(encoder, documents, fit)
    matrix = _checked_matrix(made, caller)
    if matrix.shape[0] != count(documents):
        raise ValueError(
            f"{caller}: the encoder made {matrix.shape[0]} vectors of {count(documents)} {items}; it must make one of "
            "each."
        )
    return matrix


def encode(
    encoder: Any, documents: Any, *, fit: bool, caller: str, items: str = "documents", unit: bool = True
) -> Vectors:
    """Return the matrix of `matrix_of` as an index takes it, see `as_vectors`."""
    return as_vectors(matrix_of(encoder, documents, fit=fit, caller=caller, items=items), unit)


def _transformed(encoder: Any, documents: Any, fit: bool) -> Any:
    """Return what a transformer makes, a matrix also where scikit-learn is configured for tables."""
    from sklearn import config_context

    with config_context(transform_output="default"):
        if not fit:
            return encoder.transform(documents)
        if hasattr(encoder, "fit_transform"):
            return encoder.fit_transform(documents)
        return encoder.fit(documents, None).transform(documents)  # a frozen one


def _takes_arrow(encoder: Any) -> bool:
    """Tell whether an encoder begins with a transformer of textvec: no others take Arrow's columns for documents."""
    first = next(iter(steps_of(encoder)), None)
    return any(kind.__module__.startswith("textvec.") for kind in type(first).__mro__)


def _checked_matrix(given: Any, caller: str, *, precomputed: bool = False) -> Any:
    """Return a matrix of finite numbers, as CSR if it is sparse, or raise an error that says what was expected."""
    is_sparse = hasattr(given, "tocsr")
    try:
        matrix: Any = given if is_sparse else np.asarray(given)
    except (ValueError, TypeError):  # rows of several lengths
        matrix = np.empty(0, object)
    if matrix.ndim != 2 or matrix.dtype.kind not in "fiub":
        came = f"{type(given).__name__} of shape {matrix.shape} and type {matrix.dtype}"
        if precomputed:
            raise ValueError(
                f"{caller}: documents must be rows of a matrix of numbers where the encoder is {PRECOMPUTED!r}, but "
                f"they came as {came}. For texts, pass an encoder that makes vectors of them, or None."
            )
        raise ValueError(
            f"{caller}: the encoder must return a matrix of numbers with one row for each document, but it returned "
            f"{came}. EmbeddingVectorizer makes one row of a document's word vectors."
        )
    if is_sparse:
        matrix = matrix.tocsr()
    numbers = matrix.data if is_sparse else matrix
    if not (isfinite(numbers.max(initial=0)) and isfinite(numbers.min(initial=0))):  # NaN is the largest, and smallest
        made = "the documents are" if precomputed else "the encoder made"
        raise ValueError(f"{caller}: {made} vectors that hold NaN or infinity; similarities need finite numbers.")
    return matrix
