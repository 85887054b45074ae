"""The Arrow type of a column of Python values, which does not depend on their order.

One rule for files and for what is given to an index:

- integers among floats are floats; bools are no numbers; nothing but None is a column of strings;
- NaN is missing among what are no numbers;
- lists and objects have the type of all that is in them, by the same rule;
- values of several types have none. Of a file, whose values nobody chose, they become strings as JSON writes them
  (`typed`); what a program gives is refused (`one_type`), as it can say what it means.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

# Levels of lists and objects within each other, up to which a column has a type of its own. Arrow writes 64 of them.
_MAX_DEPTH = 32


class MixedError(TypeError):
    """Values are of several types, or of none that Arrow has; the message says of which."""


def typed(values: Sequence[Any]) -> pa.Array:
    """Return values as an Arrow array: of strings, as JSON writes them, where they are of several types or none.

    Examples
    --------
    >>> [str(typed(values).type) for values in ([2.5, 1], [True, 2.5], [2.5, True], [None], [[1], [2.5]])]
    ['double', 'string', 'string', 'string', 'list<item: double>']
    """
    import pyarrow as pa

    try:
        return one_type(values)
    except MixedError:
        texts = (each if isinstance(each, str | None) else json.dumps(each, default=str) for each in values)
        return pa.array(list(texts), pa.string())


def one_type(values: Sequence[Any]) -> pa.Array:
    """Return values as an Arrow array.

    Raises
    ------
    MixedError
        If they are of several types, or of none that Arrow has.

    Examples
    --------
    >>> one_type([float("nan"), "x"]).to_pylist()
    [None, 'x']
    >>> one_type([2.5, True])
    Traceback (most recent call last):
    ...
    textvec.readers.column_types.MixedError: values of several types, bool and float
    """
    import pyarrow as pa

    try:
        kind = _type(values, 1)
        return pa.array(values, kind, from_pandas="double" not in str(kind))  # which makes NaN missing, in lists too
    except OverflowError:
        raise MixedError("integers of more than 64 bits") from None
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise MixedError(f"values of no type that Arrow knows ({error})") from None


def _type(values: Iterable[Any], depth: int) -> pa.DataType:
    import numpy as np
    import pyarrow as pa

    given = [value for value in values if value is not None]
    present = [value for value in given if not (isinstance(value, float) and math.isnan(value))]
    kinds = set(map(_kind, set(map(type, present))))
    if not kinds:
        return pa.float64() if given else pa.string()
    if kinds == {str}:
        return pa.string()
    if kinds == {bool}:
        return pa.bool_()
    if kinds <= {int, float}:
        if int in kinds:
            integers = present if kinds == {int} else [each for each in present if isinstance(each, int | np.integer)]
            if not -(1 << 63) <= min(integers) <= max(integers) < 1 << 63:
                raise OverflowError
        return pa.int64() if kinds == {int} and len(present) == len(given) else pa.float64()
    if len(kinds) > 1 and kinds != {int, Decimal}:
        raise MixedError(f"values of several types, {' and '.join(sorted(kind.__name__ for kind in kinds))}")
    if depth > _MAX_DEPTH:
        raise MixedError(f"lists or objects within each other at more than {_MAX_DEPTH} levels")
    if kinds == {list}:
        return pa.list_(_type(chain.from_iterable(present), depth + 1))
    if kinds == {dict}:
        names = dict.fromkeys(name for value in present for name in value)
        return pa.struct([(name, _type((value.get(name) for value in present), depth + 1)) for name in names])
    return pa.array(present).type


def _kind(given: type) -> type:
    """Return which type stands for another: Python's for NumPy's, list for what is written as one."""
    import numpy as np

    if issubclass(given, bool | np.bool_):
        return bool
    if issubclass(given, list | tuple | np.ndarray):
        return list
    for kind, base in {str: str, int: Integral, float: Real}.items():
        if issubclass(given, base):
            return kind
    return given
