"""Strings to integer codes: documents of any kind, cut into pieces, encoded once as `Tokens`.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.text.chunks import Chunk as Chunk
    from textvec.text.chunks import in_chunks as in_chunks
    from textvec.text.spelling import SpellChecker as SpellChecker
    from textvec.text.spelling import Suggestion as Suggestion
    from textvec.text.spelling import Suggestions as Suggestions
    from textvec.text.tokens import Tokens as Tokens

_HOMES = {
    "Chunk": "textvec.text.chunks",
    "SpellChecker": "textvec.text.spelling",
    "Suggestion": "textvec.text.spelling",
    "Suggestions": "textvec.text.spelling",
    "Tokens": "textvec.text.tokens",
    "in_chunks": "textvec.text.chunks",
}

__all__ = [
    "Chunk",
    "SpellChecker",
    "Suggestion",
    "Suggestions",
    "Tokens",
    "in_chunks",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
