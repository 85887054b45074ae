"""What commands over a saved index share: opening it, and ids as they are in it.

Tested in tests/cli/test_index.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textvec.index.document_index import DocumentIndex


def open_index(folder: str, **options: Any) -> DocumentIndex:
    """Open the index in a folder, whatever its class, with the options of `textvec.open_index`."""
    from textvec.index import open_index

    return open_index(folder, **options)


def typed_ids(index: DocumentIndex, ids: Sequence[str]) -> list[str | int]:
    """Return ids as they are in an index, strings or integers: what is deleted is what was asked for."""
    return [index._written_id(each) for each in ids]
