"""Files that are written whole or not at all.

Tested in tests/embeddings/formats/test_write.py.
"""

from __future__ import annotations

import bz2
import errno
import gzip
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

COMPRESSIONS = (".gz", ".bz2", ".zst")
DRAFT_BYTES = 4
"""How many random bytes are in the name of a draft."""
MAX_NAME_BYTES = 200
"""How many bytes of a name go into the name of its draft: file systems allow 255 in all."""


@contextmanager
def replacing(*paths: Path) -> Iterator[list[Any]]:
    """Open new files for the paths, and put all of them there when all are written.

    They are compressed as the ends of their names say. Until the end, and after an error or an interruption, what was
    at the paths before is there unchanged.
    """
    targets = [Path(os.path.realpath(path)) for path in paths]
    for path in targets:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "It is a folder, where a file is to be written", str(path))
        if path.exists() and not path.is_file():  # a device would be replaced by a file, for all programs
            raise FileExistsError(errno.EEXIST, "It is no regular file, and cannot be replaced by one", str(path))
    drafts = [draft_path(path) for path in targets]
    files: list[Any] = []
    try:
        try:
            for draft, path in zip(drafts, targets, strict=True):
                try:
                    files.append(_opened(draft, path.suffix.lower()))
                    if path.exists():
                        shutil.copymode(path, draft)  # before there is anything in it to read
                except OSError as error:
                    error.filename = str(path)
                    raise
            yield files
        finally:
            for file in files:
                file.close()
        for draft in drafts:
            with draft.open("r+b") as file:
                os.fsync(file.fileno())
        for draft, path in zip(drafts, targets, strict=True):
            os.replace(draft, path)  # noqa: PTH105
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def draft_path(path: Path) -> Path:
    """Return where to write what is to be put at a path: beside it, under a name that no other file has."""
    name = os.fsencode(path.name)[:MAX_NAME_BYTES].decode(errors="ignore")
    return path.with_name(f".{name}.{secrets.token_hex(DRAFT_BYTES)}.tmp")


def is_draft(name: str, of: str) -> bool:
    """Tell whether a name is one that `draft_path` gives to drafts of a file or folder of some name."""
    begin = draft_path(Path(of)).name[: -2 * DRAFT_BYTES - 4]
    token = name.removeprefix(begin).removesuffix(".tmp")
    return name == f"{begin}{token}.tmp" and re.fullmatch(f"[0-9a-f]{{{2 * DRAFT_BYTES}}}", token) is not None


def _opened(path: Path, suffix: str) -> Any:
    if suffix == ".bz2":
        return bz2.BZ2File(path, "xb")
    raw = path.open("xb")
    if suffix == ".gz":
        return _GzipFile(raw)
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
