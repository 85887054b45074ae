"""The Arrow type of a column of Python values, which does not depend on their order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

# Levels of lists and objects within each other, up to which a column has a type of its own. Arrow writes 64 of them.
_MAX_DEPTH = 32


class _MixedError(TypeError):
    """Values are of several types, or of none that Arrow has."""


def typed(values: Sequence[Any]) -> pa.Array:
    """Return values as an Arrow array: of strings, as JSON writes them, where they are of several types or none.

    Examples
    --------
    >>> [str(typed(values).type) for values in ([2.5, 1], [True, 2.5], [2.5, True], [None], [[1], [2.5]])]
    ['double', 'string', 'string', 'string', 'list<item: double>']
    """
    import pyarrow as pa

    try:
        return pa.array(values, _type(values, 1))
    except (_MixedError, pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        texts = (each if isinstance(each, str | None) else json.dumps(each, default=str) for each in values)
        return pa.array(list(texts), pa.string())


def _type(values: Iterable[Any], depth: int) -> pa.DataType | None:
    """Return the type of values, None where Arrow is to find it: dates, times, decimals."""
    import pyarrow as pa

    present = [value for value in values if value is not None]
    kinds = set(map(type, present))
    if not kinds or kinds == {str}:
        return pa.string()
    if kinds == {bool}:
        return pa.bool_()
    if kinds <= {int, float}:
        if int in kinds and not all(-(1 << 63) <= value < 1 << 63 for value in present if isinstance(value, int)):
            raise _MixedError
        return pa.float64() if float in kinds else pa.int64()
    if len(kinds) > 1 or depth > _MAX_DEPTH:
        raise _MixedError
    if kinds == {list}:
        return pa.list_(_type(chain.from_iterable(present), depth + 1))
    if kinds == {dict}:
        names = dict.fromkeys(name for value in present for name in value)
        return pa.struct([(name, _type((value.get(name) for value in present), depth + 1)) for name in names])
    return pa.array(present).type
