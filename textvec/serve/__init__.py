"""An index and a model that answer other programs: over HTTP, with a page for people, and over MCP.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    pass

_HOMES: dict[str, str] = {}

__all__: list[str] = []
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
