"""Every estimator that `textvec` offers: found, made so that it learns from small texts, and given what it takes.

A class that is added to `textvec.__all__` is found here, so that `test_estimators.py` tests it. What it takes, and
whether it needs y, is read from its scikit-learn tags.
"""

import importlib
import pkgutil
import re

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.base import BaseEstimator, clone
from sklearn.utils import get_tags

import textvec
from textvec import (
    BM25Index,
    Chunker,
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    HybridIndex,
    Stemmer,
    Tokens,
    VectorIndex,
    WordVectors,
)
from textvec.datasets import load_messages, load_reviews

# Every word of the sample corpora: with a vector for each, `EmbeddingVectorizer` warns of no document.
TEXTS = [*load_messages().data, *load_reviews().data]
WORDS = sorted({word for text in TEXTS for word in re.findall(r"\w+|[^\w\s]", text.lower())})

# How to make one of a class whose defaults learn nothing, or for too long, from a few hundred short texts.
PARAMS = {
    "EmbeddingVectorizer": {"vectors": WordVectors(WORDS, np.random.default_rng(0).normal(size=(len(WORDS), 8)))},
    "HashingVectorizer": {"n_features": 2**12},
    "Phrases": {"min_count": 2, "threshold": 1.0},
    "Word2Vec": {"vector_size": 8, "epochs": 1, "random_state": 0, "threads": 1},
}
# Parameters that make something else of the same class: it is tested as well.
VARIANTS = {
    "CountVectorizer": [{"max_features": 9, "ngram_range": (1, 2)}],
    "StopWords": [{"words": ["mice"]}],
    "Tokenizer": [{"pattern": "tweet", "strip_accents": "ascii"}],
}

CLASSES = {
    name: thing
    for name, thing in ((name, getattr(textvec, name)) for name in textvec.__all__)
    if isinstance(thing, type) and issubclass(thing, BaseEstimator)
}


def label(estimator):
    """Return the name of a test's parameter: the class, and for a variant what is different."""
    name = type(estimator).__name__
    if name not in CLASSES:
        return repr(estimator.get_params(deep=False))
    shown = VARIANTS.get(name, [])
    params = next((p for p in shown if p.items() <= estimator.get_params().items()), {})
    return "-".join([name, *(str(value) for value in params.values())])


ESTIMATORS = [
    cls(**params)
    for name, cls in CLASSES.items()
    for params in (PARAMS.get(name, {}), *({**PARAMS.get(name, {}), **variant} for variant in VARIANTS.get(name, [])))
]


# What a pipeline may hold: the estimators, and an index at its end, whose class is none of scikit-learn's.
STEPS = [
    *ESTIMATORS,
    CosineIndex(),
    CosineIndex("precomputed"),
    CosineIndex(chunker=Chunker(), approximate=True),
    VectorIndex(CountVectorizer(), metric="dot"),
    BM25Index(),
    BM25Index(Stemmer(), k1=2.0, statistics="frozen", chunker=Chunker()),
    HybridIndex(dense=CosineIndex(EmbeddingVectorizer(**PARAMS["EmbeddingVectorizer"]))),
]


def public_classes():
    """Return the classes that `textvec` or any of its rooms offers in `__all__`."""
    rooms = [f"textvec.{m.name}" for m in pkgutil.iter_modules(textvec.__path__) if not m.name.startswith("_")]
    modules = [textvec, *map(importlib.import_module, rooms)]
    things = [getattr(module, name) for module in modules for name in getattr(module, "__all__", [])]
    return {thing for thing in things if isinstance(thing, type)}


def each(estimators):
    """Run a test for each of these estimators."""
    return pytest.mark.parametrize("estimator", [pytest.param(e, id=label(e)) for e in estimators])


def takes_text(estimator):
    """Return whether an estimator takes documents; the others take a matrix of counts."""
    return get_tags(estimator).input_tags.string


def needs_fit(estimator):
    """Return whether an estimator learns anything that it needs to transform."""
    return get_tags(estimator).requires_fit


def of(estimator, texts):
    """Return the texts, or for an estimator that takes no text their counts, in the same columns for all texts."""
    if takes_text(estimator):
        return texts
    return HashingVectorizer(n_features=256, alternate_sign=False, norm=None).transform(texts)


def learnt(estimator, texts, labels):
    """Return a copy of an estimator, fitted; y is given only where the estimator needs it."""
    y = [labels] if get_tags(estimator).target_tags.required else []
    try:
        return clone(estimator).fit(of(estimator, texts), *y)
    except Exception as error:
        raise AssertionError(
            f"{estimator!r} cannot be fitted on a few hundred short texts: {error}\nSay in PARAMS of "
            f"tests/support/estimators.py with which parameters it can, or in its scikit-learn tags what it takes."
        ) from error


def same(a, b):
    """Return whether two results of `transform` are equal in kind, type and every value."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if sp.issparse(a):
        return a.shape == b.shape and a.dtype == b.dtype and (a != b).nnz == 0
    return a.dtype == b.dtype and np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b


def rows_of(result, order):
    """Return some rows of a result of `transform`."""
    return [result[i] for i in order] if isinstance(result, list) else result[order]


def into_a_classifier(estimator, texts, labels):
    """Return the steps of a pipeline that make numbers of texts by way of an estimator, or None where none can.

    A `CountVectorizer` comes before an estimator that takes counts, and after one that makes `Tokens`.
    """
    rows = learnt(estimator, texts, labels).transform(of(estimator, texts))
    if isinstance(rows, list):
        return None
    before = [] if takes_text(estimator) else [CountVectorizer()]
    return [*before, clone(estimator), *([CountVectorizer()] if isinstance(rows, Tokens) else [])]
