"""The public names of `textvec.text.tokens`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.text.tokens import Tokens as Tokens

_HOMES = {
    "Tokens": "textvec.text.tokens",
}

__all__ = [
    "Tokens",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
