"""How much memory there is, and giving freed memory back to the system."""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable
from typing import Any

# Numbers in an array. For smaller ones, asking the system for the memory again would cost more than it saves.
_MIN_RELEASED_NUMBERS = 8_000_000


def release(n: int) -> None:
    """Give freed memory back to the system before work on arrays of n numbers.

    GNU's C library keeps freed blocks of up to 32 MB. A fit frees many of that size before it needs larger ones, and
    a fifth of its peak would be memory that nobody uses.
    """
    trim = _malloc_trim() if n > _MIN_RELEASED_NUMBERS else None
    if trim is not None:
        trim(0)


def installed_memory() -> int | None:
    """Return how many bytes of memory this machine has, or None where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not a POSIX system
        return None


@functools.cache
def _malloc_trim() -> Callable[[int], Any] | None:
    try:
        trim: Callable[[int], Any] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    except (OSError, TypeError):  # not a system with a C library of that kind
        return None
    return trim
