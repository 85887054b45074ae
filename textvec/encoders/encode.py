"""What makes vectors of documents: a transformer, a function, or nothing, where they are vectors already."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from textvec.encoders.vectors import Vectors, as_vectors

PRECOMPUTED, TRANSFORMER, FUNCTION = "precomputed", "transformer", "function"


def is_precomputed(encoder: Any) -> bool:
    """Tell whether documents are rows of a matrix."""
    return isinstance(encoder, str) and encoder == PRECOMPUTED


def kind_of(encoder: Any, of: str = "CosineIndex") -> str:
    """Return which of the three an encoder is; `of` names what it belongs to, in the error.

    Raises
    ------
    TypeError
        If it is none of them.
    """
    if is_precomputed(encoder):
        return PRECOMPUTED
    if hasattr(encoder, "transform"):
        return TRANSFORMER
    if callable(encoder):
        return FUNCTION
    raise TypeError(
        f"{of}: the encoder must be a transformer, a function that returns a matrix, or {PRECOMPUTED!r}, but it is "
        f"{encoder!r:.60}."
    )


def name_of(encoder: Any) -> str:
    """Return the name of an encoder; of a Pipeline, those of its steps."""
    if hasattr(encoder, "steps"):
        return ", ".join(name_of(step) for _, step in encoder.steps)
    return PRECOMPUTED if is_precomputed(encoder) else getattr(encoder, "__name__", type(encoder).__name__)


def unfitted(encoder: Any, of: str = "CosineIndex") -> Any:
    """Return an encoder that can be fitted, and leaves the one that was given as it is."""
    if encoder is not None and kind_of(encoder, of) != TRANSFORMER:
        return encoder
    from sklearn.base import clone

    from textvec.vectorizers import TfidfVectorizer

    return TfidfVectorizer() if encoder is None else clone(encoder)


def documents_for(encoder: Any, documents: Any) -> Any:
    """Return documents, or queries, as something that has a length: texts, tokens or vectors."""
    if is_precomputed(encoder):
        return as_vectors(documents)
    from textvec.text.tokens import accept

    return accept(documents)


def encode(encoder: Any, documents: Any, fit: bool) -> Vectors:
    """Return the vectors of documents, see `documents_for`; with `fit`, the encoder learns from them first."""
    return as_vectors(documents if is_precomputed(encoder) else matrix_of(encoder, documents, fit))


def matrix_of(encoder: Any, documents: Any, fit: bool) -> Any:
    """Return the matrix that a transformer or a function makes of documents."""
    if kind_of(encoder) == FUNCTION:
        return encoder(documents.to_pylist() if isinstance(documents, pa.Array) else documents)
    if not fit:
        return encoder.transform(documents)
    if hasattr(encoder, "fit_transform"):
        return encoder.fit_transform(documents)
    return encoder.fit(documents, None).transform(documents)  # a frozen one
