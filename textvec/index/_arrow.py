"""Values out of Arrow arrays that may lie in a corrupt file, whose offsets may lead anywhere.

Tested in tests/index/storage/test_damage.py.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from textvec.index.errors import corrupt_index


def value_at(array: Any, i: int) -> Any:
    """Return one value of an array, which is checked first."""
    return validated(array.slice(i, 1))[0].as_py()


def validated(array: Any) -> Any:
    """Return an array or table, or raise an error if its bytes are not one."""
    try:
        array.validate(full=True)
    except pa.ArrowInvalid as error:
        raise corrupt_index(str(error)) from None
    return array
