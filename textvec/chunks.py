"""The public names of `textvec.text.chunks`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.text.chunks import Chunk as Chunk
    from textvec.text.chunks import in_chunks as in_chunks

_HOMES = {
    "Chunk": "textvec.text.chunks",
    "in_chunks": "textvec.text.chunks",
}

__all__ = [
    "Chunk",
    "in_chunks",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
