"""Which files in the folder of an index are its own: by their names, and only if they are files and folders.

What else is in the folder, links included, is a stranger: it is not read, not followed and not deleted.

Tested in tests/index/storage/test_strangers.py.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from textvec._common.atomic_files import is_draft
from textvec.index.storage.manifest import FILE_NAME, MANIFEST, SEGMENT_NAME
from textvec.index.storage.segment_files import file_names

LOCK = "lock"
"""The name of the file that is locked by whoever writes."""
_GENERATION = re.compile(
    r"(?:segment|deleted|(?:dense_)?encoder|(?:dense_)?query|frequencies)-([0-9]+)\b.*", re.IGNORECASE | re.DOTALL
)


def remove_others(folder: Path, kept: Container[str]) -> None:
    """Remove what an index once needed, or would have needed if its writer had not been killed.

    Parameters
    ----------
    folder : Path
    kept : container of str
        The names of files and folders that stay.
    """
    for path in _own(folder):
        if path.name in kept:
            continue
        with suppress(OSError):  # somebody on Windows may still read it
            if not path.is_dir():
                path.unlink()
                continue
            for file in path.iterdir():
                if file.name in file_names() and is_plain(file, stat.S_ISREG):
                    with suppress(OSError):
                        file.unlink()
            path.rmdir()  # which fails if there are strangers in it


def holds_nothing_else(folder: Path) -> bool:
    """Tell whether a folder is empty but for what a writer left that was killed."""
    return not {path.name for path in folder.iterdir()} - {path.name for path in _own(folder)} - _free_lock(folder)


def free_generation(folder: Path, first: int) -> int:
    """Return the first number, from one on, that is in no name: what has a name of ours may be a stranger."""
    found = (_GENERATION.fullmatch(path.name) for path in folder.iterdir())
    taken = {match[1] for match in found if match}
    while str(first) in taken:
        first += 1
    return first


@contextmanager
def locked(folder: Path, what: str = "the index") -> Iterator[None]:
    """Let nobody else write to a folder.

    Parameters
    ----------
    folder : Path
    what : str, default="the index"
        What the folder holds, as errors call it.

    Raises
    ------
    BlockingIOError
        If somebody else does.
    FileExistsError
        If what is there is no lock: opening it would empty what a link leads to.
    """
    from filelock import FileLock, Timeout

    lock = folder / LOCK
    if os.path.lexists(lock) and not is_plain(lock, stat.S_ISREG):
        raise FileExistsError(
            f"{lock} is not the lock of {what}, but a link, a folder or a device. Nothing was written. Move it away."
        )
    try:
        with FileLock(lock, timeout=0):
            yield
    except Timeout:
        raise BlockingIOError(f"Somebody else is writing to {what} at {folder}. Try again when that is done.") from None


def _own(folder: Path) -> Iterator[Path]:
    """Yield the files and folders that a writer may have left, but for the manifest and the lock."""
    for path in folder.iterdir():
        if SEGMENT_NAME.fullmatch(path.name):
            is_own = is_plain(path, stat.S_ISDIR)
        else:
            is_own = _is_own_name(path.name) and is_plain(path, stat.S_ISREG)
        if is_own:
            yield path


def _is_own_name(name: str) -> bool:
    if FILE_NAME.fullmatch(name):
        return True
    of = name[1:-13]  # a draft begins with a full stop, and ends with another, eight digits and ".tmp"
    return bool(of == MANIFEST or FILE_NAME.fullmatch(of)) and is_draft(name, of)


def _free_lock(folder: Path) -> set[str]:
    lock = folder / LOCK
    return {LOCK} if is_plain(lock, stat.S_ISREG) and not lock.stat().st_size else set()


def is_plain(path: Path, is_kind: Callable[[int], bool]) -> bool:
    """Tell whether there is something of a kind at a path itself, and not only where a link leads."""
    try:
        return is_kind(path.lstat().st_mode)
    except OSError:
        return False
