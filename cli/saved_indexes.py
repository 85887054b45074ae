"""What commands over a saved index share: opening it, and ids as they are in it.

Tested in tests/cli/test_index.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textvec.similarity import CosineIndex


def open_index(folder: str, **options: Any) -> CosineIndex:
    """Open the index in a folder, with the options of `CosineIndex.open`."""
    from textvec.similarity import CosineIndex

    return CosineIndex.open(folder, **options)


def typed_ids(index: CosineIndex, ids: Sequence[str]) -> list[str | int]:
    """Return ids as they are in an index, strings or integers: what is deleted is what was asked for."""
    from textvec.index._ids import written_id

    are_integers = index.info()["ids"] != "strings"
    return [written_id(id_, are_integers) for id_ in ids]
