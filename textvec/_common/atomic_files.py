"""Files that are written whole or not at all."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

COMPRESSIONS = (".gz", ".bz2", ".zst")
DRAFT_BYTES = 4
"""How many random bytes are in the name of a draft."""
MAX_NAME_BYTES = 200
"""How many bytes of a name go into the name of its draft: file systems allow 255 in all."""
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""The numbers of errors by which the system says that nothing more can be written: on the disk, by this user, or to
this file, which may be limited (`ulimit -f`) or too large for a file system such as FAT."""


@contextmanager
def replacing(*paths: Path) -> Iterator[list[Any]]:
    """Open new files for the paths, and put all of them there when all are written.

    They are compressed as the ends of their names say. Until the end, and after an error or an interruption, what was
    at the paths before is there unchanged. A full disk is an error that says so and names the file.
    """
    for path in paths:
        _check_name(path)
    targets = [Path(os.path.realpath(path)) for path in paths]
    for path in targets:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "It is a folder, where a file is to be written", str(path))
        if path.exists() and not path.is_file():  # a device would be replaced by a file, for all programs
            raise FileExistsError(errno.EEXIST, "It is no regular file, and cannot be replaced by one", str(path))
    drafts = [draft_path(path) for path in targets]
    try:
        with ExitStack() as opened:
            files: list[Any] = []
            for draft, path in zip(drafts, targets, strict=True):
                with _naming(path):
                    files.append(_opened(draft, path))
                    opened.callback(files[-1].close)
                    if path.exists():
                        shutil.copymode(path, draft)  # before there is anything in it to read
            yield files
        for draft, path in zip(drafts, targets, strict=True):
            with _naming(path), draft.open("r+b") as file:
                os.fsync(file.fileno())
        for draft, path in zip(drafts, targets, strict=True):
            with _naming(path):
                os.replace(draft, path)  # noqa: PTH105
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def check_target(path: Path) -> None:
    """Raise, before any work is done, the error that writing a file would end with: its folder is not there, say."""
    with suppress(_CanBeWritten), replacing(path):
        raise _CanBeWritten


class _CanBeWritten(Exception):  # noqa: N818
    """Ends `replacing` with nothing written."""


def draft_path(path: Path) -> Path:
    """Return where to write what is to be put at a path: beside it, under a name that no other file has."""
    name = os.fsencode(path.name)[:MAX_NAME_BYTES].decode(errors="ignore")
    return path.with_name(f".{name}.{secrets.token_hex(DRAFT_BYTES)}.tmp")


def is_draft(name: str, of: str) -> bool:
    """Tell whether a name is one that `draft_path` gives to drafts of a file or folder of some name."""
    begin = draft_path(Path(of)).name[: -2 * DRAFT_BYTES - 4]
    token = name.removeprefix(begin).removesuffix(".tmp")
    return name == f"{begin}{token}.tmp" and re.fullmatch(f"[0-9a-f]{{{2 * DRAFT_BYTES}}}", token) is not None


def _check_name(path: Path) -> None:
    """Raise an error unless a path can be the name of a file."""
    try:
        possible = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:  # half a character
        possible = False
    if not possible:
        raise ValueError(f"No file can have the name {str(path)!r}: this system cannot write a character in it.")


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Let errors of the system name the path that a draft is to be put at, and say so if there is no room."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        reason = error.strerror
        if error.errno in NO_ROOM:
            reason = f"There is no room for it on the disk, and what was there before is unchanged ({reason})"
        raise OSError(error.errno, reason, str(path)) from error


class _Draft(io.FileIO):
    """A new file whose errors name the path that it is to be put at: by itself, a full disk is no particular file's."""

    def __init__(self, draft: Path, path: Path) -> None:
        super().__init__(draft, "xb")
        self._path = path

    def write(self, data: Any) -> int:
        with _naming(self._path):
            return super().write(data)


def _opened(draft: Path, path: Path) -> Any:
    """Open a new file for what is to be put at a path, compressed as the end of its name says."""
    raw, suffix = io.BufferedWriter(_Draft(draft, path)), path.suffix.lower()
    if suffix == ".gz":
        return _GzipFile(raw)
    if suffix == ".bz2":
        return _Bz2File(raw)
    if suffix == ".zst":
        import pyarrow as pa

        return pa.CompressedOutputStream(pa.PythonFile(raw, mode="w"), "zstd")
    return raw


class _GzipFile(gzip.GzipFile):
    """A gzip file, with no name or time in it, that closes the file under it."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        super().__init__("", "wb", compresslevel=6, fileobj=raw, mtime=0)

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._raw.close()


class _Bz2File(bz2.BZ2File):
    """A bzip2 file that closes the file under it."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        super().__init__(raw, "wb")

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._raw.close()
