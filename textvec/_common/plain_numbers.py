"""What is a number, for parameters of functions: True and False are none. scikit-learn, slow to import, is not needed.

Tested in tests/_common/test_plain_numbers.py.
"""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, TypeGuard


def is_integer(value: Any) -> TypeGuard[int]:
    """Tell whether a value is an integer, Python's or NumPy's, and no bool."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_real(value: Any) -> TypeGuard[float]:
    """Tell whether a value is a real number, which may be NaN, and no bool."""
    return isinstance(value, Real) and not isinstance(value, bool)


def check_positive(name: str, value: Any) -> None:
    """Raise an error unless a value is an integer of 1 or more, and no bool."""
    if not is_integer(value) or value < 1:
        raise ValueError(f"{name} must be a positive integer, but it is {value!r}.")
