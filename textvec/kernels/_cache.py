"""Where compiled kernels are kept: the folders that numba keeps functions in, all of them as one cache.

numba takes the first folder that it can write to, and looks nowhere else. An image or an installation that its users
cannot write to may hold kernels nevertheless, which `textvec compile` put there. So a kernel is looked for in every
folder, and written, where it was found in none, to the first that takes it. The folders are, in this order: that of
the environment variable NUMBA_CACHE_DIR, `__pycache__` beside the sources, and the user's cache.

A kernel is of use to the version of numba, the processor and the sources that it was compiled for. It has functions of
other files in it, so that sources means all files of this folder, by what they hold: their dates change when an image
is copied.

Tested in tests/cli/test_compile.py.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from numba.core import config
from numba.core.caching import CompileResultCacheImpl, FunctionCache

# What reading a file of a cache raises that is cut off, holds something else, or may not be read.
_UNREADABLE = (OSError, EOFError, ValueError, AttributeError, ImportError, IndexError, TypeError, pickle.PickleError)


@cache
def _sources() -> bytes:
    """Return a digest of the sources of all kernels."""
    digest = sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)} ".encode() + content)
    return digest.digest()


def _folder_cache(locator: Any) -> Any:
    """Return the class of numba's cache in the folders that one of its locators names, writable or not."""

    class Locator(locator):  # type: ignore[misc]
        def ensure_cache_path(self) -> None:
            """Take the folder as it is, or will be."""

        def get_source_stamp(self) -> bytes:
            return _sources()

    class Implementation(CompileResultCacheImpl):  # type: ignore[misc]
        _locator_classes = (Locator,)

    class Cache(FunctionCache):  # type: ignore[misc]
        _impl_class = Implementation

    return Cache


_FOLDER_CACHES = [_folder_cache(locator) for locator in CompileResultCacheImpl._locator_classes]


class KernelCache:
    """The compiled code of one kernel, in the folders that have it, with the interface of numba's caches.

    Parameters
    ----------
    function : callable
        The function that is compiled.
    only_configured : bool, default=False
        Whether the folder of NUMBA_CACHE_DIR is the only one, if there is such a folder.
    """

    def __init__(self, function: Callable[..., Any], only_configured: bool = False) -> None:
        caches = list(_caches(function))
        self._caches = caches[:1] if only_configured and config.CACHE_DIR else caches
        self.written: Path | None = None
        self.error: OSError | None = None

    @property
    def folders(self) -> list[Path]:
        """The folders, in the order in which they are looked into."""
        return [Path(each.cache_path) for each in self._caches]

    @property
    def cache_path(self) -> str | None:
        """The folder that the kernel was written to, if it was."""
        return str(self.written) if self.written else None

    def load_overload(self, signature: Any, target: Any) -> Any:
        """Return the compiled code from the first folder that has it, or None."""
        for each in self._caches:
            try:
                found = each.load_overload(signature, target)
            except _UNREADABLE:
                continue
            if found is not None:
                self.written = Path(each.cache_path)
                return found
        return None

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Write the compiled code to the first folder that takes it; `error` says why, if none does."""
        for each in self._caches:
            try:
                os.makedirs(each.cache_path, exist_ok=True)  # noqa: PTH103
                try:
                    each.save_overload(signature, compiled)
                except _UNREADABLE as error:  # what is there already cannot be read: write it anew
                    if isinstance(error, OSError):
                        raise
                    each.flush()
                    each.save_overload(signature, compiled)
            except OSError as error:
                self.error = self.error or error
                continue
            self.written = Path(each.cache_path)
            return


def _caches(function: Callable[..., Any]) -> Iterator[Any]:
    for kind in _FOLDER_CACHES:
        try:
            yield kind(function)
        except RuntimeError as error:  # this locator is for another kind of source
            if "cannot cache" not in str(error):
                raise
