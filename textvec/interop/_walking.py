"""A copy of a fitted model in which some of its parts are others, however deep in meta-estimators these are.

Tested in tests/interop/test_sklearn_export.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

import numpy as np


def replaced(model: Any, replace: Callable[[Any], Any]) -> Any:
    """Return a copy of a model in which parts of it are replaced; the model and the copy share nothing that changes.

    A part that the model holds in several places, as a `VotingClassifier` does, is replaced once, by one object.

    Parameters
    ----------
    model : object
        An estimator, or anything that holds some: in attributes, lists, tuples, dictionaries or arrays of objects.
    replace : callable
        It is given each estimator, those that hold others first. It returns what is to be in its place; or what it was
        given, which is then copied, with the parts in it replaced.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    >>> from sklearn.pipeline import make_pipeline, make_union
    >>> model = make_pipeline(make_union(CountVectorizer(), "passthrough"))
    >>> replaced(model, lambda part: TfidfVectorizer() if isinstance(part, CountVectorizer) else part)
    Pipeline(steps=[('featureunion',
                     FeatureUnion(transformer_list=[('countvectorizer',
                                                     TfidfVectorizer()),
                                                    ('passthrough',
                                                     'passthrough')]))])
    """
    copies: dict[int, Any] = {}  # what `deepcopy` is to take for done, by the identity of the original
    seen: set[int] = set()
    masked: list[Any] = []
    waiting = [model]
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if is_estimator(part):
            new = replace(part)
            if new is not part:
                copies[id(part)] = new
                continue
        if isinstance(part, np.ma.MaskedArray):  # whose own way to copy objects forgets what is copied already
            masked.append(part)
        waiting += [each for each in _held_by(part) if _may_hold(each)]
    for part in masked:
        copies[id(part)] = np.ma.MaskedArray(deepcopy(part.data, copies), part.mask.copy())
    return deepcopy(model, copies)


def is_estimator(part: Any) -> bool:
    """Tell whether an object is an estimator, and no class of them."""
    return hasattr(part, "get_params") and not isinstance(part, type)


def _held_by(part: Any) -> Iterable[Any]:
    """Return what an object holds."""
    if isinstance(part, dict):
        return list(part.values())
    if isinstance(part, list | tuple | set | frozenset):
        return part
    if isinstance(part, np.ndarray):
        return part.ravel().tolist() if part.dtype.hasobject and not part.dtype.names else ()
    return list(vars(part).values())


def _may_hold(part: Any) -> bool:
    """Tell whether an object is an estimator or may hold some: a container, or an object of scikit-learn's."""
    if isinstance(part, dict | list | tuple | set | frozenset | np.ndarray):
        return True
    if isinstance(part, type) or not hasattr(part, "__dict__"):
        return False
    return is_estimator(part) or type(part).__module__.partition(".")[0] == "sklearn"
