"""Values out of Arrow arrays that may lie in a corrupt file, whose offsets may lead anywhere.

Tested in tests/index/storage/test_damage.py and tests/index/test_filters.py.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from textvec.index.errors import corrupt_index


def value_at(array: Any, i: int) -> Any:
    """Return one value of an array, which is checked first.

    Raises
    ------
    ValueError
        If it is one that Python cannot represent, such as a date after the year 9999.
    """
    scalar = validated(array.slice(i, 1))[0]
    try:
        return scalar.as_py()
    except (OverflowError, ValueError, LookupError) as error:
        raise ValueError(
            f"A value of type {array.type} in this index cannot be represented by Python ({error}). Give such a column "
            "to the index as text or as integers."
        ) from error


def validated(array: Any) -> Any:
    """Return an array or table, or raise an error if its bytes are not one."""
    try:
        array.validate(full=True)
    except pa.ArrowInvalid as error:
        raise corrupt_index(str(error)) from None
    return array
