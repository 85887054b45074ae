"""Fitted objects to files that cannot run code, and back; matrices to files that others read.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.persistence.matrix_files import write_matrix as write_matrix
    from textvec.persistence.save_load import load as load
    from textvec.persistence.save_load import save as save

_HOMES = {
    "load": "textvec.persistence.save_load",
    "save": "textvec.persistence.save_load",
    "write_matrix": "textvec.persistence.matrix_files",
}

__all__ = [
    "load",
    "save",
    "write_matrix",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
