"""Numbers that are given as arguments: what they may be is checked in one place, and True is none of them.

Constraints of estimators' parameters are in `textvec._common.constraints`, which imports scikit-learn.
"""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any, TypeGuard

MAX_SEED = 2**32 - 1  # NumPy takes no larger one.


def is_integer(value: Any) -> TypeGuard[int]:
    """Tell whether a value is an integer of Python's or NumPy's, and no bool."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_real(value: Any) -> TypeGuard[float]:
    """Tell whether a value is a real number of Python's or NumPy's, which may be NaN, and no bool."""
    return isinstance(value, Real) and not isinstance(value, bool)


def is_number(value: Any) -> TypeGuard[float]:
    """Tell whether a value is a real number of Python's or NumPy's, infinity included, but no bool and no NaN."""
    return is_real(value) and (is_integer(value) or not math.isnan(value))


def check_positive(name: str, value: Any) -> None:
    """Raise an error unless a value is an integer of 1 or more, and no bool."""
    if not is_integer(value) or value < 1:
        raise ValueError(f"{name} must be a positive integer, but it is {value!r}.")


def check_positive_or_none(name: str, value: Any) -> None:
    """Raise an error unless a value is None or an integer of 1 or more."""
    if value is not None and (not is_integer(value) or value < 1):
        raise ValueError(f"{name} must be a positive integer or None, but it is {value!r}.")
