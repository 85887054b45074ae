"""Columns of strings, as CSV files have them, to columns of numbers where every value is written as one."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from typing import Any

MISSING = frozenset({"", "na", "nan", "null", "none", "n/a"})
"""What stands for a missing number, in any case, unless `null` says otherwise."""

# Codes such as 007 are not taken for numbers, because as numbers they could not be told from 7.
_WHOLE = re.compile(r"0|-?[1-9]\d*", re.ASCII)
_NUMBER = re.compile(r"-?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?|-?inf(inity)?", re.ASCII | re.IGNORECASE)
_SAFE_DIGITS = 19  # Whole numbers of fewer characters fit into 64 bits; none of more than one more does.
_DIGITS = re.compile(r"-?\d+", re.ASCII)


def is_missing(value: str, null: Collection[str] | None = None) -> bool:
    """Tell whether a value stands for a missing number: one of `null`, or else of `MISSING`, or nothing."""
    value = value.strip()
    return not value or (value.lower() in MISSING if null is None else value in null)


def whole_numbers(values: Sequence[Any]) -> Sequence[Any]:
    """Return strings as integers if all of them are integers of 64 bits, and otherwise as they are.

    They are integers only if they are written as Python writes them, without a space: an id is taken as it is written.

    Examples
    --------
    >>> whole_numbers(["7", None, "12"]), whole_numbers(["007", "12"])
    ([7, None, 12], ['007', '12'])
    """
    if all(value is None or _is_int64(value) for value in values):
        return [None if value is None else int(value) for value in values]
    return values


def numbers(values: Sequence[Any], null: Collection[str] | None = None) -> Sequence[Any]:
    """Return strings as integers if all of them are, or as floats if all of them are, and otherwise as they are.

    Spaces around a number count for nothing. What stands for a missing number (see `is_missing`) becomes None, if there
    is at least one number.

    Examples
    --------
    >>> numbers(["7", None]), numbers(["7", " 2.5", "NA"]), numbers(["7", "2.5 kg", "NA"])
    ([7, None], [7.0, 2.5, None], ['7', '2.5 kg', 'NA'])
    """
    if null is None:
        whole = whole_numbers(values)
        if whole is not values:
            return whole
    written: list[str | None] = []
    for value in values:
        stripped = None if value is None else value.strip()
        if stripped is None or is_missing(stripped, null):
            written.append(None)
        elif _NUMBER.fullmatch(stripped):
            written.append(stripped)
        else:
            return values
    present = [value for value in written if value is not None]
    if not present:
        return values
    if all(map(_is_int64, present)):
        return [None if value is None else int(value) for value in written]
    if not all(map(_is_float, present)):
        return values
    return [None if value is None else float(value) for value in written]


def is_number(value: str) -> bool:
    """Tell whether Python can read a string as a number."""
    try:
        float(value)
    except ValueError:
        return False
    return True


def _is_int64(value: str) -> bool:
    if not _WHOLE.fullmatch(value):
        return False
    return len(value) < _SAFE_DIGITS or (len(value) <= _SAFE_DIGITS + 1 and -(1 << 63) <= int(value) < 1 << 63)


def _is_float(value: str) -> bool:
    """Tell whether a number can be a float, and keeps its size there; whole numbers of more than 64 bits are codes."""
    if _DIGITS.fullmatch(value):
        return value == "-0" or _is_int64(value)
    return math.isfinite(float(value)) or "inf" in value.lower()


def settled(values: list[Any], null: Collection[str] | None = None) -> list[Any]:
    """Return values with None for NaN, and for strings among numbers that stand for missing ones.

    Examples
    --------
    >>> settled([8, "NA", 9.5, float("nan")]), settled(["NA", "DE"])
    ([8, None, 9.5, None], ['NA', 'DE'])
    """
    kinds = set(map(type, values)) - {type(None)}
    if float in kinds and any(value != value for value in values):
        values = [None if isinstance(value, float) and math.isnan(value) else value for value in values]
    if (
        str in kinds
        and kinds - {str}
        and kinds <= {str, int, float}
        and all(is_missing(value, null) for value in values if isinstance(value, str))
    ):
        values = [None if isinstance(value, str) else value for value in values]
    return values
