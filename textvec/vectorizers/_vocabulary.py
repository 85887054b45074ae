"""Dictionaries of terms that an estimator gives out: one notices that it is changed, one refuses to be.

A vectorizer keeps its terms as codes, and makes `vocabulary_` only when somebody asks for it. Code written for
scikit-learn changes that dictionary and expects the vectorizer to follow.

Tested in tests/vectorizers/test_vocabulary.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Vocabulary(dict[Any, int]):
    """A dictionary that counts the changes made to it; copies and pickles of it are plain dictionaries.

    Attributes
    ----------
    version : int
        How many methods that may change it were called.
    """

    version = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


class FixedVocabulary(dict[Any, int]):
    """A dictionary that cannot be changed; copies and pickles of it are plain dictionaries."""

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


def _counting(change: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Vocabulary, *args: Any, **kwargs: Any) -> Any:
        try:
            return change(self, *args, **kwargs)
        finally:  # an update that fails half-way has changed something
            self.version += 1

    return method


def _refusing(name: str) -> Callable[..., Any]:
    def method(self: FixedVocabulary, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(
            f"This vocabulary_ cannot be changed ({name}). Make a new encoder with the parameter "
            "vocabulary=[...], the words in the order of their numbers."
        )

    return method


for _name in ("__setitem__", "__delitem__", "__ior__", "clear", "pop", "popitem", "setdefault", "update"):
    setattr(Vocabulary, _name, _counting(getattr(dict, _name)))
    setattr(FixedVocabulary, _name, _refusing(_name))
