"""From a vectorizer of scikit-learn's to one of this package's, with what it has learnt.

Tested in tests/interop/test_accelerating.py.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from copy import copy
from typing import Any

from sklearn.feature_extraction.text import TfidfTransformer

from textvec._common.sklearn_bases import SklearnCountVectorizer, SklearnHashingVectorizer, SklearnTfidfVectorizer
from textvec.vectorizers import CountVectorizer, HashingVectorizer, TfidfVectorizer

OURS: dict[type, type] = {
    SklearnCountVectorizer: CountVectorizer,
    SklearnTfidfVectorizer: TfidfVectorizer,
    SklearnHashingVectorizer: HashingVectorizer,
}
# Not carried: what is made anew of them, and the terms that scikit-learn before 1.7 left out, which nothing reads.
_MADE_ANEW = {"vocabulary_", "_tfidf", "stop_words_"}


class CannotCarryError(Exception):
    """A vectorizer has to stay what it is; the message says why."""


def is_vectorizer(value: Any) -> bool:
    """Tell whether an object is a text vectorizer of scikit-learn's, or derived from one; this package's are."""
    return isinstance(value, tuple(OURS)) and not isinstance(value, type)


def is_fitted(vectorizer: Any) -> bool:
    """Tell whether a vectorizer can transform, as far as its attributes say."""
    there = vars(vectorizer)
    if isinstance(vectorizer, SklearnHashingVectorizer):
        return True
    has_terms = "vocabulary_" in there or there.get("vocabulary") is not None
    return has_terms and ("_tfidf" in there or not isinstance(vectorizer, SklearnTfidfVectorizer))


def carried(vectorizer: Any) -> Any:
    """Return a vectorizer of this package's with the parameters of one, and what that has learnt.

    The vectorizer is only read. Parameters, and the array of weights, are shared.

    Raises
    ------
    CannotCarryError
        If none can be made that gives the same matrix.
    """
    cls, state = type(vectorizer), dict(vars(vectorizer))
    if cls not in OURS:
        raise CannotCarryError(f"{cls.__module__}.{cls.__qualname__} is a class of its own, and may count otherwise")
    for name in state:
        if callable(getattr(cls, name, None)):
            raise CannotCarryError(f"its method {name} was replaced")
    weights = state.get("_tfidf")
    if type(weights) not in (TfidfTransformer, type(None)):
        raise CannotCarryError(f"its weights are made by a {type(weights).__name__}")
    if weights is not None and weights.use_idf and not hasattr(weights, "idf_"):
        raise CannotCarryError("it has no idf_ where this scikit-learn keeps it; an older one fitted it: fit it again")
    ours = OURS[cls]
    params = ours._get_param_names()  # type: ignore[attr-defined]
    made = ours(**{name: state[name] for name in params if name in state})
    vars(made).update({name: value for name, value in state.items() if name not in _MADE_ANEW})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            checked = copy(made)
            if isinstance(made.stop_words, set | frozenset | tuple):  # which fit took, before version 1.2
                checked.stop_words = list(made.stop_words)
            checked._validate_params()
        if "vocabulary_" in state:
            terms: Mapping[Any, int] = state["vocabulary_"]
            made._set_terms(dict(terms))
    except (TypeError, ValueError) as error:
        raise CannotCarryError(f"textvec's {ours.__name__} refuses it: {error}") from error
    if weights is not None:
        made._tfidf = copy(weights)
    return made
