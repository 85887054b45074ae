"""What a class says, beside its definition, so that `textvec.save` can write its objects and `textvec.load` make them.

An estimator has

- `_saved_attributes`, the names of what it learns: a file holds these and its parameters, and nothing else of it;
- `_not_always_learnt`, the names of those that a fitted one may be without, if there are any;
- `_check_loaded`, if there is something to check: it raises an error unless the object can have been saved.

Any other class has

- `_saved_state`, which returns what an object is made of;
- the class method `_from_saved`, which makes an object of such a state, or raises an error.

A class whose objects are kept in another way says how in `_saved_otherwise`, the end of a sentence.

Kernels check nothing, and anybody may have made the file: what these methods let pass must be safe to work with. They
raise ValueError, TypeError, KeyError, AttributeError, IndexError or OverflowError. The functions below help with it;
they need NumPy alone, as the terms of a query do.

Tested in tests/persistence/test_errors.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FLOATS = (np.float64, np.float32)


def check(condition: Any, what: str) -> None:
    """Raise an error that says what is wrong, unless a condition holds."""
    if not condition:
        raise ValueError(what)


def check_array(name: str, array: Any, dtypes: tuple[Any, ...], *shape: int | None) -> NDArray[Any]:
    """Return an array if it is of one of the types and of the shape, in which None stands for any number."""
    fits = (
        isinstance(array, np.ndarray)
        and array.dtype in dtypes
        and array.ndim == len(shape)
        and array.flags.c_contiguous
        and all(wanted in (None, n) for wanted, n in zip(shape, array.shape, strict=True))
    )
    found = f"{array.dtype} of shape {array.shape}" if isinstance(array, np.ndarray) else type(array).__name__
    expected = " or ".join(np.dtype(dtype).name for dtype in dtypes)
    check(fits, f"{name} must be an array of {expected} of shape {shape}, but it is {found}")
    return array  # type: ignore[no-any-return]


def check_words(name: str, words: Any) -> list[str]:
    """Return a list if it is of strings, each of them once."""
    check(isinstance(words, list) and set(map(type, words)) <= {str}, f"{name} must be a list of strings")
    check(len(set(words)) == len(words), f"{name} holds a string more than once")
    return words  # type: ignore[no-any-return]
