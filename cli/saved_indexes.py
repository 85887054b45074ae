"""What commands over a saved index share: opening it, and ids as they are in it.

Tested in tests/cli/test_index.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textvec.similarity import CosineIndex

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,18}")


def open_index(folder: str, **options: Any) -> CosineIndex:
    """Open the index in a folder, with the options of `CosineIndex.open`."""
    from textvec.similarity import CosineIndex

    return CosineIndex.open(folder, **options)


def typed_ids(index: CosineIndex, ids: Sequence[str]) -> list[str | int]:
    """Return ids as they are in an index, strings or integers.

    An integer is taken for one if it is written as Python writes it. `008`, `+8`, ` 8` and digits of other scripts are
    the id of no document: what is deleted is what was asked for.
    """
    if index.info()["ids"] == "strings":
        return list(ids)
    return [int(id_) if _INTEGER.fullmatch(id_) else id_ for id_ in ids]
