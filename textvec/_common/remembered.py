"""What follows from the parameters of an estimator, worked out once and not at each call.

To check parameters takes longer than to transform one message. They can change at any time, by `set_params` or an
assignment, so that each call compares them with those that were checked: by identity, which takes a microsecond.

Tested in tests/_common/test_remembered.py.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter, is_
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")


class Remembered(Generic[T]):
    """Remembers what a function makes of an estimator until one of its attributes is another object.

    It is kept here and not in the estimator, whose pickles and copies are without it, and goes when the estimator does.

    Parameters
    ----------
    make : callable
        Takes an estimator. What it returns must follow from the attributes alone, must not change with what these hold,
        and must not refer to the estimator.
    attributes : str
        Names of several attributes of the estimator.
    methods : tuple of str, default=()
        Names of methods of its class that count as attributes; one that the estimator itself has makes it special.
    """

    def __init__(self, make: Callable[[Any], T | None], *attributes: str, methods: tuple[str, ...] = ()) -> None:
        self._make = make
        self._attributes = attrgetter(*attributes)
        self._methods = attrgetter(*methods) if methods else lambda cls: ()
        self._own = frozenset(methods)
        self._known: WeakKeyDictionary[Any, tuple[tuple[Any, ...], T | None]] = WeakKeyDictionary()

    def __call__(self, estimator: Any) -> T | None:
        """Return what was made of the estimator, now or before; None if it has such a method of its own."""
        if not self._own.isdisjoint(vars(estimator)):
            return None
        now = self._attributes(estimator) + self._methods(type(estimator))
        try:
            known = self._known.get(estimator)
        except TypeError:  # a subclass with __eq__ and without __hash__
            return self._make(estimator)
        if known is None or not all(map(is_, known[0], now)):
            made = self._make(estimator)
            if made is None:  # uncommon parameters may refer to the estimator, which they would keep alive
                self._known.pop(estimator, None)
                return None
            known = self._known[estimator] = now, made
        return known[1]
