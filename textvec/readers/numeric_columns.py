"""Columns of strings, as CSV files have them, to columns of numbers where every value is written as one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

# Codes such as 007 are not taken for numbers, because as numbers they could not be told from 7.
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,18})", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})?(\.\d+)?(?<=\d)([eE][+-]?\d{1,2})?", re.ASCII)


def whole_numbers(values: Sequence[Any]) -> Sequence[Any]:
    """Return strings as integers if all of them are integers of 64 bits, and otherwise as they are.

    Examples
    --------
    >>> whole_numbers(["7", None, "12"]), whole_numbers(["007", "12"])
    ([7, None, 12], ['007', '12'])
    """
    if all(value is None or (_WHOLE.fullmatch(value) and abs(int(value)) < 1 << 63) for value in values):
        return [None if value is None else int(value) for value in values]
    return values


def numbers(values: Sequence[Any]) -> Sequence[Any]:
    """Return strings as integers if all of them are, or as floats if all of them are, and otherwise as they are.

    Examples
    --------
    >>> numbers(["7", None]), numbers(["7", "2.5"]), numbers(["7", "2.5 kg"])
    ([7, None], [7.0, 2.5], ['7', '2.5 kg'])
    """
    whole = whole_numbers(values)
    if whole is values and all(value is None or _NUMBER.fullmatch(value) for value in values):
        return [None if value is None else float(value) for value in values]
    return whole


def is_number(value: str) -> bool:
    """Tell whether Python can read a string as a number."""
    try:
        float(value)
    except ValueError:
        return False
    return True
