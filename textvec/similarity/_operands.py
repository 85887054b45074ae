"""Two things to compare, as two arrays of weights of the same features.

Tested in tests/similarity/test_measures.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from numbers import Number
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec.preprocessing.tokenizer import Tokenizer

Floats = NDArray[np.float64]
FeatureWeights = Mapping[Any, float]


def word_weights(document: Any, who: str) -> FeatureWeights:
    """Return the words of a document and how often each occurs, or the weights that were given for them.

    Parameters
    ----------
    document : str, iterable of str, or mapping of words to weights
    who : str
        Whose errors these are.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if isinstance(document, str):
        return Counter(Tokenizer().tokenize(document))
    if isinstance(document, Mapping):
        return document
    words = list(document) if isinstance(document, Iterable) and not isinstance(document, bytes) else [document]
    for word in words:
        if not isinstance(word, str):
            raise TypeError(
                f"{who}: a document must be a text, a list of words, or a mapping of words to weights, but "
                f"{document!r:.60} was given."
            )
    return Counter(words)


def item_weights(items: Any, who: str) -> FeatureWeights:
    """Return the words of a text or the items of a collection, each with weight 1, or the weights of a mapping.

    Raises
    ------
    TypeError
        If it is no collection, or a list of numbers, which may be meant as a set or as weights.
    """
    if isinstance(items, Mapping):
        return items
    if isinstance(items, str):
        return dict.fromkeys(Tokenizer().tokenize(items), 1.0)
    if isinstance(items, bytes) or not isinstance(items, Iterable):
        raise TypeError(f"{who}: a text, a collection, or weights were expected, but {items!r:.60} was given.")
    if isinstance(items, AbstractSet):
        return dict.fromkeys(items, 1.0)
    items = list(items)
    if any(isinstance(item, Number) for item in items):
        raise TypeError(
            f"{who}: {items!r:.60} may be a set of numbers or a vector of weights. Write set(...) for the one, "
            "numpy.array(...) for the other."
        )
    return dict.fromkeys(items, 1.0)


def vector_of(x: Any, who: str) -> Floats | None:
    """Return a vector of numbers, dense or a row of a sparse matrix, as a dense one; None if it is no vector.

    Raises
    ------
    ValueError
        If there are several rows.
    """
    if hasattr(x, "toarray"):
        x = x.toarray()
    elif isinstance(x, str | bytes | Mapping | AbstractSet) or (isinstance(x, list | tuple) and not x):
        return None
    array = np.asarray(x)
    if array.dtype.kind not in "fiub":
        return None
    if array.ndim not in (1, 2) or (array.ndim == 2 and len(array) != 1):
        raise ValueError(
            f"{who} compares one vector with another, but an array of shape {array.shape} was given. For many at once: "
            "sklearn.metrics.pairwise, or textvec.CosineIndex."
        )
    return array.astype(np.float64).ravel()


def aligned(a: FeatureWeights | Floats, b: FeatureWeights | Floats, who: str) -> tuple[Floats, Floats]:
    """Return the weights of both for the same features.

    Raises
    ------
    TypeError
        If one is a vector and the other is not.
    ValueError
        If their lengths differ, or a weight is not finite.
    """
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if len(a) != len(b):
            raise ValueError(f"{who}: vectors must be of one length, but they have {len(a)} and {len(b)} dimensions.")
        x, y = a, b
    elif isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        raise TypeError(f"{who}: both must be vectors, or neither, but {a!r:.40} and {b!r:.40} were given.")
    else:
        features = list(dict.fromkeys([*a, *b]))
        x, y = (np.array([weight_of.get(feature, 0) for feature in features], np.float64) for weight_of in (a, b))
    for weights in (x, y):
        if not np.isfinite(weights).all():
            raise ValueError(f"{who}: weights must be finite numbers, but NaN or infinity was given.")
    return x, y


def scaled(weights: Floats, *others: Floats) -> Floats:
    """Return weights divided by the largest of all, so that neither sums nor products of them overflow."""
    peak = max(float(np.abs(some).max(initial=0)) for some in (weights, *others))
    return weights / peak if peak else weights
