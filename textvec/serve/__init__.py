"""An index and a model that answer other programs: over HTTP, with a page for people, and over MCP.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.serve.app import create_app as create_app
    from textvec.serve.server import run as run
    from textvec.serve.settings import Limits as Limits
    from textvec.serve.settings import Settings as Settings

_HOMES = {
    "Limits": "textvec.serve.settings",
    "Settings": "textvec.serve.settings",
    "create_app": "textvec.serve.app",
    "run": "textvec.serve.server",
}

__all__ = [
    "Limits",
    "Settings",
    "create_app",
    "run",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
