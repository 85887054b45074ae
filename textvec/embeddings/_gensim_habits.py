"""What users of gensim write, and what it is called here: errors of names that are missing say it.

The names stay missing: `hasattr` is False, and copies, pickles and clones are made as ever.

Tested in tests/embeddings/test_gensim_habits.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, ParamSpec

P = ParamSpec("P")


def knows_names(parameters: Mapping[str, str]) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Let a constructor say what gensim's names of its parameters are here, instead of that they are unexpected.

    Parameters
    ----------
    parameters : mapping of str to str
        What to do instead of giving a parameter of a name.
    """

    def decorate(init: Callable[P, None]) -> Callable[P, None]:
        @wraps(init)
        def constructor(*args: P.args, **kwargs: P.kwargs) -> None:
            for name in kwargs:
                if name in parameters:
                    raise TypeError(f"{type(args[0]).__name__} has no parameter {name!r}: {parameters[name]}.")
            init(*args, **kwargs)

        return constructor

    return decorate


def gives_documents(value: Any) -> bool:
    """Tell whether a value is documents: lists of words or texts, a generator, or whatever else yields them."""
    if isinstance(value, list | tuple):
        return bool(value) and isinstance(value[0], str | list | tuple)
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping) and not hasattr(value, "dtype")


class _NamesOfClass(type):
    """The type of classes that say what gensim's class methods are here."""

    if not TYPE_CHECKING:  # A checker would take every name for one that there is.

        def __getattr__(cls, name: str) -> NoReturn:
            _raise(cls, f"type object {cls.__name__!r}", name, cls._gensim_names)


class GensimHabits(metaclass=_NamesOfClass):
    """A class that says in its AttributeErrors what gensim's names are here."""

    _gensim_names: ClassVar[Mapping[str, str]] = {}

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            _raise(self, f"{type(self).__name__!r} object", name, type(self)._gensim_names)


def _raise(obj: Any, what: str, name: str, names: Mapping[str, str]) -> NoReturn:
    hint = f". It is gensim's name: {names[name]}" if name in names else ""
    raise AttributeError(f"{what} has no attribute {name!r}{hint}", name=name, obj=obj)
