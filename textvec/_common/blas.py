"""One thread for BLAS while our own threads call it.

A BLAS library starts as many threads as there are cores. Under each of our threads, they would wait for one another
most of the time.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

_lock = threading.Lock()
_limits: list[ExitStack] = []  # one for each block under way; the first holds the limit, and is closed last


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Limit BLAS to one thread inside a `with` block, for the whole process.

    Where blocks overlap in several threads, the limit begins with the first of them and ends with the last. Only the
    thread that set a limit can remove it, so a thread is kept for that.
    """
    with _lock:
        limit = ExitStack()
        if not _limits:
            owner = limit.enter_context(ThreadPoolExecutor(1))
            limiter = owner.submit(_limited_blas).result()
            limit.callback(lambda: owner.submit(limiter.restore_original_limits).result())
        _limits.append(limit)
    try:
        yield
    finally:
        with _lock:
            _limits.pop().close()


def _limited_blas() -> Any:
    return _blas().limit(limits=1, user_api="blas")


@functools.cache
def _blas() -> Any:
    import scipy.linalg.cython_blas  # noqa: F401  (the BLAS that kernels call; only what is loaded is found)
    from sklearn.utils.parallel import ThreadpoolController

    return ThreadpoolController()
