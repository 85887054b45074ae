"""Files and folders to documents.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.readers.corpus import Corpus as Corpus
    from textvec.readers.errors import ReadError as ReadError
    from textvec.readers.read import read_documents as read_documents

_HOMES = {
    "Corpus": "textvec.readers.corpus",
    "ReadError": "textvec.readers.errors",
    "read_documents": "textvec.readers.read",
}

__all__ = [
    "Corpus",
    "ReadError",
    "read_documents",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
