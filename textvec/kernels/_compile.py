"""How every kernel is compiled: once, for one signature, when it is first called, and kept on disk if possible.

A kernel takes and returns arrays, has no strings, no options and no Python objects, and releases the GIL. One
explicit signature each keeps first use short: numba would otherwise compile a second, identical version for each mix
of writable and read-only arguments. Callers name the arguments, which costs a third of a microsecond per call.

Tested in tests/test_public.py.
"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba

_lock = threading.RLock()


class kernel:  # noqa: N801  (a decorator, named like one)
    """Decorator: compile a function of arrays for the given numba signature, at its first call.

    Parameters
    ----------
    signature : numba signature
        Arrays that are only read should be declared with `ro(...)`, so that memory-mapped files
        and Arrow buffers can be passed as they are.
    """

    def __init__(self, signature: Any) -> None:
        self.signature = signature

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        compiled: Any = None

        def call(*args: Any, **named: Any) -> Any:
            nonlocal compiled
            if compiled is None:
                with _lock:
                    if compiled is None:
                        # Ctrl-C raises in the main thread alone. There it could leave LLVM's lock held for ever.
                        with ThreadPoolExecutor(1) as pool:
                            compiled = pool.submit(_compile, function, self.signature).result()
            return compiled(*args, **named)

        call.__name__ = function.__name__
        call.__doc__ = function.__doc__
        call.__wrapped__ = function  # type: ignore[attr-defined]
        return call


def _compile(function: Callable[..., Any], signature: Any) -> Any:
    try:
        return numba.njit(signature, nogil=True, cache=True, error_model="numpy")(function)
    except RuntimeError as error:  # numba found no folder it may write its cache to
        if "cannot cache" not in str(error):
            raise
    except (OSError, EOFError, pickle.PickleError):  # the disk is full, or was when the files were written
        pass
    return numba.njit(signature, nogil=True, error_model="numpy")(function)


def ro(dtype: Any, ndim: int = 1) -> Any:
    """The numba type of a C-contiguous array that the kernel only reads."""
    return numba.types.Array(dtype, ndim, "C", readonly=True)


def rw(dtype: Any, ndim: int = 1) -> Any:
    """The numba type of a C-contiguous array that the kernel writes to."""
    return numba.types.Array(dtype, ndim, "C")
