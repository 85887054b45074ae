"""Conditions on metadata: what `where` may be, and which documents it lets through.

Tested in tests/index/test_changes.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_OPERATORS = {"==": eq, "=": eq, "!=": ne, "<=": le, "<": lt, ">=": ge, ">": gt}
_COMPARISON = re.compile(rf"\s*(.+?)\s*({'|'.join(_OPERATORS)})\s*(.*?)\s*", re.DOTALL)

Where: TypeAlias = "pc.Expression | Mapping[str, Any] | str | Sequence[str]"


def allowed_by(where: Where, metadata: pa.Table | None) -> NDArray[np.bool_]:
    """Tell for each row of metadata whether a condition holds; where it cannot be told, it does not.

    Parameters
    ----------
    where : pyarrow.compute.Expression, mapping, str or list of str
        A mapping gives for each column its value, or a collection of values of which it must have one; None is a
        missing value. A string is one comparison, such as ``"rating >= 7"``; of several, all must hold.
    metadata : pyarrow.Table or None

    Raises
    ------
    ValueError
        If there is no metadata, a column is not there, or its type does not fit.
    """
    if metadata is None:
        raise ValueError("`where` filters on metadata, but this index has none. Give it some: fit(..., metadata=...).")
    import pyarrow.dataset as ds

    condition = _expression(where, metadata.schema)
    try:
        column = ds.dataset(metadata).scanner(columns={"allowed": condition}).to_table()["allowed"]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError, pa.ArrowKeyError) as error:
        raise ValueError(
            f"`where` does not fit the metadata, whose columns are {_described(metadata.schema)}: "
            f"{str(error).partition(chr(10))[0]}"
        ) from None
    if not pa.types.is_boolean(column.type):
        raise ValueError(f"`where` must be a condition, true or false for each document, but it gives {column.type}.")
    allowed: NDArray[np.bool_] = pc.fill_null(column, False).to_numpy().astype(bool)
    return allowed


def _expression(where: Where, schema: pa.Schema) -> pc.Expression:
    if isinstance(where, pc.Expression):
        return where
    if isinstance(where, str):
        return _comparison(where, schema)
    if isinstance(where, Mapping):
        parts = [_equals(name, value, schema) for name, value in where.items()]
    elif isinstance(where, Sequence) and all(isinstance(part, str) for part in where):
        parts = [_comparison(part, schema) for part in where]
    else:
        raise TypeError(
            "`where` must be a dict, an expression of pyarrow.compute, or comparisons such as 'rating >= 7', but it is "
            f"{where!r:.60}."
        )
    return reduce(and_, parts, pc.scalar(True))


def _comparison(text: str, schema: pa.Schema) -> pc.Expression:
    found = _COMPARISON.fullmatch(text)
    if not found:
        raise ValueError(
            f"`where` must be a column, one of {' '.join(_OPERATORS)} and a value, such as 'rating >= 7', but it is "
            f"{text!r}."
        )
    name, operator, value = found.groups()
    kind = _kind(name, schema)
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    elif not pa.types.is_temporal(kind) and not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        value = _literal(value)
    return _OPERATORS[operator](pc.field(name), _scalar(name, value, kind))


def _literal(text: str) -> Any:
    """Return the number, true, false or string that is meant."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _equals(name: str, value: Any, schema: pa.Schema) -> pc.Expression:
    kind = _kind(name, schema)
    if value is None:
        return pc.field(name).is_null()
    if isinstance(value, Collection) and not isinstance(value, str | bytes):
        return reduce(or_, (_equals(name, each, schema) for each in value), pc.scalar(False))
    return pc.field(name) == _scalar(name, value, kind)


def _kind(name: str, schema: pa.Schema) -> pa.DataType:
    if name not in schema.names:
        raise ValueError(f"The metadata has no column {name!r}. Its columns are: {_described(schema)}.")
    kind = schema.field(name).type
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _scalar(name: str, value: Any, kind: pa.DataType) -> pa.Scalar:
    try:
        if isinstance(value, str):
            return pa.scalar(value).cast(kind)
        return pa.scalar(value, None if pa.types.is_integer(kind) else kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        raise ValueError(f"Column {name!r} of the metadata is of type {kind}, which {value!r} does not fit.") from None


def _described(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name!r} ({field.type})" for field in schema)
