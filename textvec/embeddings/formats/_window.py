"""The bytes of a file, decompressed, a window at a time.

How a file is compressed is told by its first bytes, whatever its name is. A file that is cut off or damaged is an error
that names the byte, so that no reader takes a part of a file for all of it.

Tested in tests/embeddings/formats/test_formats.py.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import zlib
from pathlib import Path
from typing import Any, BinaryIO

BYTES_PER_READ = 1 << 23  # Bytes that are read at a time: much more than a line, little beside the vectors.

_GZIP, _BZIP2, _ZSTD = b"\x1f\x8b", b"BZh", b"\x28\xb5\x2f\xfd"
_BZIP2_STARTS = (b"1AY&SY", b"\x17rE8P\x90")  # What follows BZh and a digit: a first block, or the end.
_OTHERS = {b"PK\x03\x04": "zip", b"\xfd7zXZ": "xz", b"7z\xbc\xaf": "7z", b"Rar!": "rar"}


class Window:
    """A file that is read some bytes at a time.

    Parameters
    ----------
    path : path-like

    Attributes
    ----------
    data : bytes
        The bytes that were read and not dropped yet.
    start : int
        Where they begin in the decompressed file.
    compressed : bool
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = b""
        self.start = 0
        self._raw = path.open("rb")
        try:
            self._file = _decompressed(self._raw, path)
        except BaseException:
            self._raw.close()
            raise

    @property
    def compressed(self) -> bool:
        """Whether the file is compressed."""
        return self._file is not self._raw

    def __enter__(self) -> Window:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._raw.close()

    def more(self) -> bool:
        """Read more bytes; return False at the end of the file."""
        block = self._read(max(BYTES_PER_READ, len(self.data)))  # twice as many if none could be dropped
        self.data = self.data + block if self.data else block
        return bool(block)

    def fill(self, size: int) -> bool:
        """Read until `data` has `size` bytes; return False if the file has fewer."""
        while len(self.data) < size:
            if not self.more():
                return False
        return True

    def drop_mark(self) -> None:
        """Drop a byte order mark at the beginning of the file, unless it is a word, with a vector after it."""
        self.fill(len(codecs.BOM_UTF8) + 1)
        if self.data.startswith(codecs.BOM_UTF8) and self.data[3:4] not in (b" ", b"\t"):
            self.drop(len(codecs.BOM_UTF8))

    def drop(self, size: int) -> None:
        """Drop the first `size` bytes of `data`."""
        self.data = self.data[size:]
        self.start += size

    def skip(self, size: int) -> None:
        """Drop the next `size` bytes of the file, whether they were read or not."""
        left = size - len(self.data)
        self.drop(size)
        if left > 0 and not self.compressed:
            self._file.seek(left, 1)
        else:
            while left > 0 and (block := self._read(min(left, BYTES_PER_READ))):
                left -= len(block)

    def _read(self, size: int) -> bytes:
        try:
            block: bytes = self._file.read(size)
        except (EOFError, zlib.error) as error:
            raise self._damaged(error) from error
        except OSError as error:
            if error.errno is not None:  # An error of the disk, not of the file's content.
                raise
            raise self._damaged(error) from error
        return block

    def _damaged(self, error: Exception) -> ValueError:
        place = self.start + len(self.data)
        return ValueError(
            f"{self.path} is cut off or damaged: its compressed data cannot be read beyond byte {place} ({error}). "
            "Get the file once more."
        )


def _decompressed(raw: BinaryIO, path: Path) -> Any:
    head = raw.read(10)
    raw.seek(0)
    if head.startswith(_GZIP):
        return gzip.GzipFile(fileobj=raw)
    if head.startswith(_BZIP2) and head[4:].startswith(_BZIP2_STARTS):
        return bz2.BZ2File(raw)
    if head.startswith(_ZSTD):
        import pyarrow as pa

        return pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")
    for magic, name in _OTHERS.items():
        if head.startswith(magic):
            raise ValueError(f"{path} is a {name} archive. Take the file of vectors out of it, and read that.")
    return raw
