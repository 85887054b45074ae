"""Objects within a model, at any depth: found, and replaced in a copy of it that shares everything else.

Models hold models in attributes of many names, as lists of pairs, dictionaries and arrays of objects. None of these
names stands here: whatever an estimator holds is looked at. Only what leads to a replaced object is copied, so that the
copy takes little memory, and what was one object in the model is one in the copy.

Tested in tests/interop/test_parts.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any, NamedTuple

import numpy as np
from sklearn.pipeline import FeatureUnion, Pipeline

from textvec._common.sklearn_bases import BaseEstimator

_CONTAINERS = (list, tuple, set, frozenset, dict, np.ndarray)
_LEAVES = {str, bytes, int, float, complex, bool, type(None)}


class Found(NamedTuple):
    """An object within a model.

    Attributes
    ----------
    value : object
    where : str
        What leads to it from the model: ".best_estimator_.steps['tfidf']".
    holders : tuple of objects
        The estimators that lead to it, the model first.
    """

    value: Any
    where: str
    holders: tuple[Any, ...]


class Parts:
    """All objects within a model that may hold estimators, or are such.

    Parameters
    ----------
    model : object

    Attributes
    ----------
    others : dict of int to object
        What takes the place of a part, by its identity. While `walk` goes on, parts are put here, even copies of
        themselves; nothing within these is looked at.
    """

    def __init__(self, model: Any) -> None:
        self.others: dict[int, Any] = {}
        self._model = model
        self._parents: dict[int, list[int]] = {}
        self._objects: dict[int, Found] = {}

    def walk(self) -> Iterator[Found]:
        """Yield each object once, by the first way that leads to it, as it stands in the model."""
        rest = [Found(self._model, "", ())]
        while rest:
            found = rest.pop()
            key = id(found.value)
            if key in self._objects:
                continue
            self._objects[key] = found
            yield found
            if key in self.others:
                continue
            holders = (*found.holders, found.value) if is_holder(found.value) else found.holders
            children = []
            for step, child in _children(found.value):
                self._parents.setdefault(id(child), []).append(key)
                children.append(Found(child, found.where + _shown(found.value, step), holders))
            rest.extend(reversed(children))

    def replaced(self, shallow_copy: Callable[[Any], Any] = copy) -> Any:
        """Return a copy of the model, after `walk`, with `others` in it.

        Every estimator in it is another one; arrays, and what else is no estimator, are the same.
        """
        changed: set[int] = set()
        # Estimators are copied even where nothing in them is replaced: who fits one must not change the model.
        rest = [*self.others, *(key for key, found in self._objects.items() if hasattr(type(found.value), "fit"))]
        while rest:
            key = rest.pop()
            if key not in changed:
                changed.add(key)
                rest += self._parents.get(key, [])
        return _Copying(changed, self.others, shallow_copy).copied(self._model)


class _Copying:
    def __init__(self, changed: set[int], others: dict[int, Any], shallow_copy: Callable[[Any], Any]) -> None:
        self._changed = changed
        self._shallow_copy = shallow_copy
        self._made = dict(others)

    def copied(self, value: Any) -> Any:
        """Return the copy of an object, or the object itself where nothing in it is replaced."""
        key = id(value)
        if key in self._made or key not in self._changed:
            return self._made.get(key, value)
        if isinstance(value, tuple | set | frozenset):
            items = [self.copied(item) for item in value]
            made = value._make(items) if hasattr(value, "_make") else type(value)(items)
            return self._made.setdefault(key, made)  # there by now, where it is part of a circle
        made = self._made[key] = self._shallow_copy(value)  # before what is in it: it may hold itself
        target = vars(made) if is_holder(value) else made
        if isinstance(made, np.ndarray):
            target = np.asarray(made)  # the items of a masked array, which stay masked
        for step, child in _children(value):
            if id(child) in self._changed:
                target[step] = self.copied(child)
        return made


def is_holder(value: Any) -> bool:
    """Tell whether an object is an estimator, or a part of one that scikit-learn keeps its own way."""
    cls = type(value)
    return (
        isinstance(value, BaseEstimator)
        or (hasattr(cls, "fit") and not isinstance(value, type))
        or (cls.__module__.startswith("sklearn.") and not isinstance(value, _CONTAINERS))
    ) and hasattr(value, "__dict__")


def _children(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield what an object holds and may hold estimators, and how it is got at."""
    items: Any
    if isinstance(value, list | tuple | set | frozenset):
        items = enumerate(value) if _may_hold(value) else ()
    elif isinstance(value, dict):
        items = value.items() if _may_hold(value.values()) else ()
    elif isinstance(value, np.ndarray):
        items = np.ndenumerate(value) if value.dtype == object and _may_hold(value.flat) else ()
    else:
        items = vars(value).items() if is_holder(value) else ()
    for step, child in list(items):
        if isinstance(child, _CONTAINERS) or is_holder(child):
            yield step, child


def _may_hold(items: Any) -> bool:
    return not set(map(type, items)) <= _LEAVES


def _shown(holder: Any, step: Any) -> str:
    """Return how a part is got at, as it is written; a named pair in a list goes by its name.

    Pipelines and unions have their steps as items.
    """
    if isinstance(holder, Pipeline | FeatureUnion):
        return "" if step in ("steps", "transformer_list") else f".{step}"
    if is_holder(holder):
        return f".{step}"
    if isinstance(holder, tuple) and isinstance(holder[0], str):
        return ""
    if isinstance(holder, list) and isinstance(holder[step], tuple) and isinstance((*holder[step], None)[0], str):
        return f"[{holder[step][0]!r}]"
    return f"[{', '.join(map(repr, step)) if isinstance(step, tuple) else repr(step)}]"
