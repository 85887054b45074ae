"""Files that are written whole or not at all.

Tested in tests/embeddings/formats/test_write.py.
"""

from __future__ import annotations

import bz2
import gzip
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

COMPRESSIONS = (".gz", ".bz2", ".zst")


@contextmanager
def replacing(*paths: Path) -> Iterator[list[Any]]:
    """Open new files for the paths, and put all of them there when all are written.

    They are compressed as the ends of their names say. Until the end, and after an error or an interruption, what was
    at the paths before is there unchanged.
    """
    targets = [Path(os.path.realpath(path)) for path in paths]
    drafts = [path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}.tmp") for path in targets]
    files: list[Any] = []
    try:
        try:
            for draft, path in zip(drafts, targets, strict=True):
                try:
                    files.append(_opened(draft, path.suffix.lower()))
                except OSError as error:
                    error.filename = str(path)
                    raise
            yield files
        finally:
            for file in files:
                file.close()
        for draft, path in zip(drafts, targets, strict=True):
            if path.exists():
                shutil.copymode(path, draft)
            with draft.open("r+b") as file:
                os.fsync(file.fileno())
        for draft, path in zip(drafts, targets, strict=True):
            os.replace(draft, path)  # noqa: PTH105
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


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
