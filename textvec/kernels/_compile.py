"""How every kernel is compiled: once, for one signature, when it is first called, and kept on disk if possible.

`textvec compile` compiles all of them in advance. `_cache.py` says where they are kept.

A kernel takes and returns arrays, has no strings, no options and no Python objects, and releases the GIL. One
explicit signature each keeps first use short: numba would otherwise compile a second, identical version for each mix
of writable and read-only arguments. Callers name the arguments, which costs a third of a microsecond per call.

Tested in tests/test_public.py and tests/cli/test_compile.py.
"""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numba

from textvec.kernels._cache import KernelCache

_lock = threading.RLock()
_kernels: list[tuple[Callable[..., Any], Any]] = []  # Functions and signatures, of the modules imported so far.


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
        _kernels.append((function, self.signature))

        def call(*args: Any, **named: Any) -> Any:
            nonlocal compiled
            if compiled is None:
                with _lock:
                    if compiled is None:
                        compiled = _compile(function, self.signature, KernelCache(function))
            return compiled(*args, **named)

        call.__name__ = function.__name__
        call.__doc__ = function.__doc__
        call.__wrapped__ = function  # type: ignore[attr-defined]
        return call


def _compile(function: Callable[..., Any], signature: Any, cache: Any) -> Any:
    compiled = numba.njit(nogil=True, error_model="numpy")(function)
    if numba.config.DISABLE_JIT:  # for debuggers: it is the function itself
        return compiled
    compiled._cache = cache
    # Ctrl-C raises in the main thread alone. There it could leave LLVM's lock held for ever.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(compiled.compile, signature).result()
    compiled.disable_compile()
    return compiled


def all_kernels() -> list[tuple[Callable[..., Any], Any]]:
    """Return every kernel of the package, as its function and signature."""
    package = Path(__file__).parent
    for module in pkgutil.iter_modules([str(package)]):
        importlib.import_module(f"textvec.kernels.{module.name}")
    return list(_kernels)


def keep(function: Callable[..., Any], signature: Any) -> Path:
    """Compile a kernel, unless it is kept already, and return the folder that it is kept in.

    That is the folder of NUMBA_CACHE_DIR, if it is set, and otherwise any that kernels are looked for in.

    Raises
    ------
    OSError
        If no folder takes it.
    """
    cache = KernelCache(function, only_configured=True)
    _compile(function, signature, cache)
    if cache.written is None:
        raise cache.error or FileNotFoundError("numba knows no folder for compiled functions.")
    return cache.written


def ro(dtype: Any, ndim: int = 1) -> Any:
    """The numba type of a C-contiguous array that the kernel only reads."""
    return numba.types.Array(dtype, ndim, "C", readonly=True)


def rw(dtype: Any, ndim: int = 1) -> Any:
    """The numba type of a C-contiguous array that the kernel writes to."""
    return numba.types.Array(dtype, ndim, "C")
