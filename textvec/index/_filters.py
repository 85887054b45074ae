"""Conditions on metadata: what `where` may be, and which documents it lets through.

Tested in tests/index/test_filters.py and tests/index/test_changes.py.
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
_ORDERED = ("<=", "<", ">=", ">")
_OPERATOR_AND_VALUE = re.compile(rf"\s*({'|'.join(_OPERATORS)})\s*(.*?)\s*", re.DOTALL)
_COMPARISON = re.compile(rf"\s*(.+?){_OPERATOR_AND_VALUE.pattern}", re.DOTALL)
_MAX_EXAMPLES = 3  # How many values of a column an error shows.

Where: TypeAlias = "pc.Expression | Mapping[str, Any] | str | Sequence[str | Mapping[str, Any] | pc.Expression]"


def allowed_by(where: Where, metadata: pa.Table | None) -> NDArray[np.bool_]:
    """Tell for each row of metadata whether a condition holds; where a value is missing, null or NaN, it does not.

    Parameters
    ----------
    where : pyarrow.compute.Expression, mapping, str, or list of these
        A mapping gives for each column its value, or a collection of values of which it must have one; None is a
        missing value. A string is one comparison, such as ``"rating >= 7"``. Of several conditions all must hold. The
        name of a column is written as it is, spaces at its beginning included, or in quotes; a value in quotes is text.
    metadata : pyarrow.Table or None

    Raises
    ------
    ValueError
        If there is no metadata, a column is not there, or its type does not fit: text is neither more nor less than a
        number.
    """
    if metadata is None:
        raise ValueError("`where` filters on metadata, but this index has none. Give it some: fit(..., metadata=...).")
    import pyarrow.dataset as ds

    metadata = _without_nan(metadata)
    condition = _expression(where, metadata)
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


def compared(name: str, operator: str, value: Any, schema: pa.Schema) -> pc.Expression:
    """Return the condition that a column compares with a value, true or false also where its value is missing.

    So conditions may be negated: a missing value is not equal to any other, and neither more nor less.

    Parameters
    ----------
    name : str
        The column.
    operator : {"==", "!=", "<", "<=", ">", ">=", "in", "not in"}
    value : object
        For "in" and "not in" a list of values.
    schema : pyarrow.Schema
        Of the metadata. Texts stand for dates and times in columns of these.

    Raises
    ------
    ValueError
        If there is no such column, its type does not fit the value, or it is no list, or one where there must be none.
    """
    is_list = isinstance(value, list | tuple | set | frozenset)
    if is_list != operator.endswith("in"):
        expected = "a list of values" if not is_list else "one value, and no list"
        raise ValueError(f"The operator {operator!r} for the column {name!r} takes {expected}, but got {value!r:.60}.")
    if operator in _ORDERED:
        holds = _OPERATORS[operator](pc.field(name), _scalar(name, value, _kind(name, schema)))
    else:
        holds = _equals(name, value, schema)
    holds = pc.coalesce(holds, pc.scalar(False))
    return ~holds if operator in ("!=", "not in") else holds


def _without_nan(metadata: pa.Table) -> pa.Table:
    """Return metadata with null for NaN, which would fulfil ``!=``: no value is missing in two ways."""
    for i, field in enumerate(metadata.schema):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if not pa.types.is_floating(kind):
            continue
        column = metadata.column(i)
        if pa.types.is_dictionary(field.type) or pa.types.is_float16(kind):
            column = column.cast(kind).cast(pa.float64())
        is_nan = pc.is_nan(column)
        if pc.any(is_nan).as_py():
            column = pc.if_else(is_nan, pa.scalar(None, column.type), column)
        metadata = metadata.set_column(i, field.name, column)
    return metadata


def _expression(where: Where, metadata: pa.Table) -> pc.Expression:
    if isinstance(where, pc.Expression):
        return where
    if isinstance(where, str):
        return _comparison(where, metadata)
    if isinstance(where, Mapping):
        parts = [_equals(name, value, metadata.schema) for name, value in where.items()]
    elif isinstance(where, Sequence) and all(isinstance(part, str | Mapping | pc.Expression) for part in where):
        parts = [_expression(part, metadata) for part in where]
    else:
        raise TypeError(
            "`where` must be a dict, an expression of pyarrow.compute, or comparisons such as 'rating >= 7', but it is "
            f"{where!r:.60}."
        )
    return reduce(and_, parts, pc.scalar(True))


def _comparison(text: str, metadata: pa.Table) -> pc.Expression:
    name, operator, value = _parsed(text, metadata.schema)
    kind = _kind(name, metadata.schema)
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    elif _is_text(kind):
        if operator in _ORDERED and _is_number(value):
            raise ValueError(_no_order(name, operator, value, metadata))
    elif not pa.types.is_temporal(kind):
        value = _literal(value)
    return _OPERATORS[operator](pc.field(name), _scalar(name, value, kind))


def _parsed(text: str, schema: pa.Schema) -> tuple[str, str, str]:
    """Return the column, the operator and the value of a comparison.

    A name may hold anything, operators too, so that names of columns are looked for first, the longest before others.
    """
    for name in sorted(schema.names, key=len, reverse=True):
        for written in (name, f"'{name}'", f'"{name}"'):
            for start in (text, text.lstrip()):
                found = start.startswith(written) and _OPERATOR_AND_VALUE.fullmatch(start, len(written))
                if found:
                    return name, found[1], found[2]
    found = _COMPARISON.fullmatch(text)
    if not found:
        raise ValueError(
            f"`where` must be a column, one of {' '.join(_OPERATORS)} and a value, such as 'rating >= 7', but it is "
            f"{text!r}."
        )
    return found[1], found[2], found[3]


def _no_order(name: str, operator: str, value: str, metadata: pa.Table) -> str:
    """Return the error of an ordered comparison of text with a number, with some of the text that is no number."""
    column = metadata.column(metadata.schema.names.index(name))
    present = [each for each in pc.unique(column).to_pylist() if each is not None]
    others = [each for each in present if not _is_number(each)]
    shown = ", ".join(f"{each!r:.40}" for each in (others or present)[:_MAX_EXAMPLES])
    return (
        f"Column {name!r} of the metadata holds text{f', such as {shown}' if shown else ''}, which is neither more nor "
        f"less than the number {value}. Give it numbers when the index is built, or compare letters: "
        f"{name} {operator} '{value}'."
    )


def _is_text(kind: pa.DataType) -> bool:
    return kind in (pa.string(), pa.large_string(), pa.string_view())


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _literal(text: str) -> Any:
    """Return the number, true, false or string that is meant."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _equals(name: str, value: Any, schema: pa.Schema) -> pc.Expression:
    kind = _kind(name, schema)
    if value is None or (isinstance(value, float) and value != value):
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
    if isinstance(value, float) and value != value:
        value = None
    try:
        if isinstance(value, str):
            return pa.scalar(value).cast(kind)
        return pa.scalar(value, None if pa.types.is_integer(kind) else kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        raise ValueError(f"Column {name!r} of the metadata is of type {kind}, which {value!r} does not fit.") from None


def _described(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name!r} ({field.type})" for field in schema)
