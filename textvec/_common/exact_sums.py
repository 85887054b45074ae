"""Sums of floats without rounding: the same in any order, and however the numbers are cut into parts.

A float is a whole number times a power of two. It is written in digits of 32 bits, so that sums of digits are sums of
64-bit integers, and a sum is rounded once, when it is complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec._common.states import field

Floats = NDArray[np.float64]

# Bits of a digit. A number is written in digits below 2**33, so that 2**30 of them, more than a part of the documents
# has, add up to less than the 2**63 that an integer holds; `add_exactly` makes digits small again.
_BITS = 32
_MASK = 2**_BITS - 1
# Bits of a float64's significand. Shifted by less than a digit, it reaches over three digits.
_SIGNIFICAND, _REACH = 53, 3
# Numbers whose digits are in memory at a time: they take some sixteen times the memory of the numbers. Any number
# gives the same sum; so few stay in the cache of the processor.
_NUMBERS_PER_BLOCK = 1 << 14


class ExactSums(NamedTuple):
    """Numbers in digits, the lowest first. The digits of a number have its sign.

    Attributes
    ----------
    first : int
        The numbers are multiples of 2 ** (32 * first).
    digits : ndarray of int64 of shape (n_digits, ...)
    """

    first: int
    digits: NDArray[np.int64]

    @classmethod
    def of(cls, values: Any) -> ExactSums:
        """Write finite floats, an array of any shape, in digits.

        Examples
        --------
        >>> import numpy as np
        >>> from textvec._common.exact_sums import ExactSums
        >>> numbers = np.array([1e16, 1.0, -1e16])
        >>> float(numbers.sum()), float(ExactSums.of(numbers).total().rounded())
        (0.0, 1.0)
        """
        values = np.asarray(values)
        if values.min(initial=0) >= -_MASK and values.max(initial=0) <= _MASK:
            whole = values.astype(np.int64)
            if (whole == values).all():  # as counts are
                return cls(0, whole[None])
        flat = values.ravel().astype(np.float64)
        parts, exponents = np.frexp(np.abs(flat))
        significands = np.ldexp(parts, _SIGNIFICAND).astype(np.int64)
        place, shift = np.divmod(exponents.astype(np.int64) - _SIGNIFICAND, _BITS)
        place[flat == 0] = place.max()
        first, sign, each = int(place.min()), np.where(flat < 0, -1, 1), np.arange(len(flat))
        digits = np.zeros((int(place.max()) - first + _REACH, len(flat)), np.int64)
        low, high = (significands & _MASK) << shift, (significands >> _BITS) << shift
        digits[place - first, each] = sign * (low & _MASK)
        digits[place - first + 1, each] = sign * ((low >> _BITS) + (high & _MASK))
        digits[place - first + 2, each] = sign * (high >> _BITS)
        return cls(first, digits.reshape(-1, *values.shape))

    @classmethod
    def total_of(cls, values: NDArray[Any]) -> ExactSums:
        """Return the sum of an array of one dimension, some numbers at a time."""
        starts = range(0, max(len(values), 1), _NUMBERS_PER_BLOCK)
        return add_exactly([cls.of(values[start : start + _NUMBERS_PER_BLOCK]).total() for start in starts])

    @classmethod
    def of_state(cls, state: pa.RecordBatch, name: str, shape: tuple[int, ...] = ()) -> ExactSums:
        """Return the numbers of a shape whose `fields` are in a state."""
        digits = field(state, name).reshape(field(state, f"{name}_digits"), *shape)
        return cls(field(state, f"{name}_first"), digits)

    def fields(self, name: str) -> dict[str, Any]:
        """Return what `make_state` takes."""
        return {name: self.digits.ravel(), f"{name}_first": self.first, f"{name}_digits": len(self.digits)}

    def total(self) -> ExactSums:
        """Return the sums along the last axis."""
        return ExactSums(self.first, self.digits.sum(axis=-1))

    def rounded(self) -> Floats:
        """Return the numbers as floats: as they are if they have 53 bits or fewer, else within a unit in the last."""
        first, digits = add_exactly([self])
        numbers = np.zeros(digits.shape[1:])
        with np.errstate(over="ignore"):
            for k, digit in enumerate(digits.astype(np.float64)):
                numbers += np.ldexp(digit, _BITS * (first + k))
        return numbers


def add_exactly(sums: Sequence[ExactSums]) -> ExactSums:
    """Add up numbers of one shape. The result does not depend on the order, its digits included.

    Examples
    --------
    >>> from textvec._common.exact_sums import ExactSums, add_exactly
    >>> a, b, c = (ExactSums.of(number) for number in (1e16, 1.0, -1e16))
    >>> float(add_exactly([add_exactly([a, b]), c]).rounded())
    1.0
    """
    first = min(one.first for one in sums)
    end = max(one.first + len(one.digits) for one in sums)
    digits = np.zeros((end - first + 2, *sums[0].digits.shape[1:]), np.int64)  # sums of 63 bits reach over two more
    for one in sums:
        digits[one.first - first : one.first - first + len(one.digits)] += one.digits
    _carry(digits)
    sign = np.where(digits[-1] < 0, -1, 1)
    digits *= sign
    _carry(digits)
    digits *= sign
    used = np.flatnonzero(digits.reshape(len(digits), -1).any(axis=1))
    if not len(used):
        return ExactSums(0, digits[:1])
    return ExactSums(first + int(used[0]), digits[used[0] : used[-1] + 1])


def _carry(digits: NDArray[np.int64]) -> None:
    """Make every digit one from 0 to 2 ** 32 - 1, but the highest, which is negative in negative numbers."""
    for k in range(len(digits) - 1):
        digits[k + 1] += digits[k] >> _BITS
        digits[k] &= _MASK
