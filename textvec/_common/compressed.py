"""Compressed files: known by their first bytes, opened as a stream, and kept from filling the memory.

Readers of documents and of word vectors share what is here: which compressions there are, how each is opened, what is
an error in it, and that no more is read than a limit, since a small file can decompress to very much.

Tested in tests/_common/test_compressed.py.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
from typing import Any

from textvec._common.parsing import parsing

SUFFIXES = (".gz", ".bz2", ".xz", ".lzma", ".zst", ".lz4")
"""How the names of compressed files end that are read."""

_MAGICS = {
    "gzip": re.compile(rb"\x1f\x8b\x08"),
    "bzip2": re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)"),  # a first block, or the end of a file that has none
    "xz": re.compile(rb"\xfd7zXZ\0"),
    # Of LZMA before xz there is no magic: settings as `lzma` writes them, the size of its dictionary, and how long the
    # data are, which is either unknown or less than 2**40 bytes.
    "lzma": re.compile(rb"\x5d\0\0..(\xff{8}|.{5}\0{3})", re.DOTALL),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd"),
    "lz4": re.compile(rb"\x04\x22\x4d\x18"),
}


class CorruptDataError(ValueError):
    """Compressed data are cut off or damaged; the message is what the decompressor says."""


class TooLargeError(ValueError):
    """A file decompresses to more than its limit."""


def compression(head: bytes) -> str | None:
    """Return how a file is compressed that begins so, or None.

    Examples
    --------
    >>> import gzip
    >>> from textvec._common.compressed import compression
    >>> compression(gzip.compress(b"red apple")), compression(b"red apple")
    ('gzip', None)
    """
    return next((name for name, magic in _MAGICS.items() if magic.match(head)), None)


def decompressor(raw: Any, name: str) -> Any:
    """Return a file of what is in a compressed file; `name` is what `compression` returned."""
    if name == "gzip":
        return gzip.GzipFile(fileobj=raw)
    if name == "bzip2":
        return bz2.BZ2File(raw)
    if name in ("xz", "lzma"):
        return lzma.LZMAFile(raw)
    import pyarrow as pa

    return pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), name)


class Bounded:
    """A decompressor that reads no more than a limit, and has one error for all that can be wrong with the data.

    Parameters
    ----------
    file : file
        What `decompressor` returned, or a file in an archive.
    limit : int
        How many bytes may be read of it.

    Attributes
    ----------
    n_bytes : int
        How many were read.
    """

    def __init__(self, file: Any, limit: int) -> None:
        self._file = file
        self._limit = limit
        self.n_bytes = 0

    def read(self, size: int) -> bytes:
        """Return the next bytes; fewer only at the end."""
        with parsing(CorruptDataError):
            data: bytes = self._file.read(size)
        self.n_bytes += len(data)
        if self.n_bytes > self._limit:
            raise TooLargeError(f"it decompresses to more than {self._limit:,} bytes")
        return data

    def close(self) -> None:
        """Close the decompressor."""
        self._file.close()
