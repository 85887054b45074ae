"""Names of a package that are imported when they are first used, so that importing the package costs nothing.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def exports(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` of a package whose names are defined in other modules.

    Parameters
    ----------
    package : str
        Its `__name__`.
    homes : mapping of str to str
        For each public name the module that defines it.

    Examples
    --------
    >>> from textvec._common.lazy import exports
    >>> load, names = exports("textvec.text", {"Tokens": "textvec.text.tokens"})
    >>> load("Tokens"), names()
    (<class 'textvec.text.tokens.Tokens'>, ['Tokens'])
    """

    def load(name: str) -> Any:
        if name in homes:
            return getattr(import_module(homes[name]), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return load, lambda: sorted(homes)
