"""The bytes of a file, decompressed, wherever they come from: a file, a pipe, standard input.

How a file is compressed is told by its first bytes; the end of its name only matters for what is in it:
`reviews.csv.gz` is a CSV file. What is cut off or damaged is an error, and so is a small file that decompresses to
very much.

Tested in tests/readers/test_content.py.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from textvec.readers.errors import BinaryFileError, ReadError, UnreadableFileError

# Bytes at the beginning of a file that are searched for a zero byte before the rest is read. Binary files nearly always
# have one there, so that a large one need not be read in full to be refused. Any number gives the same result.
HEAD_BYTES = 1 << 16
_BYTES_PER_READ = 1 << 20  # Bytes that are decompressed at a time. Any number gives the same result.
# A compressed file may decompress to this many bytes, or this many times its size, whichever is more. Text is rarely
# compressed to less than a fiftieth; a file that was made to fill the memory is compressed to a thousandth.
_MAX_BYTES = 1 << 26
_MAX_RATIO = 250

# How the manifest of an index or a model begins that textvec saved.
OWN_MANIFEST = re.compile(rb'\s*\{\s*"format":\s*"textvec')

COMPRESSED_SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".zip")
_GZIP, _XZ, _ZSTD, _ZIP = b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
_BZIP2, _BZIP2_STARTS = b"BZh", (b"1AY&SY", b"\x17rE8P\x90")  # what follows BZh and a digit: a first block, or the end
_ARCHIVES = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "rar", b"PK\x05\x06": "zip"}
_DAMAGES = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError, RuntimeError)


class Content:
    """What a file holds.

    Attributes
    ----------
    name : str
        The name it was given by, for errors.
    inner : str
        The name that tells its kind: without the suffix of a compression, or that of the file in a zip archive.
    head : bytes
        Its first bytes, decompressed.
    notes : list of str
        What was decided on the way.
    """

    def __init__(self, name: str, raw: BinaryIO) -> None:
        self.name = name
        self.notes: list[str] = []
        self._raw = raw
        self._compressed = False
        self._limit = sys.maxsize
        self._file: Any = raw
        self.inner = name
        head = raw.read(HEAD_BYTES)
        packing = _packing(head)
        if packing:
            self._unpack(head, packing)
            head = self._read(HEAD_BYTES)
        elif PurePath(name).suffix.lower() in COMPRESSED_SUFFIXES:
            self.inner = str(PurePath(name).with_suffix(""))
        self.head = head

    def read(self) -> bytes:
        """Return all of it; to be called once."""
        if not self._compressed:
            if self.name != "-" and self._raw.seekable():
                self._raw.seek(0)
                return self._raw.read()
            return self.head + self._raw.read()
        pieces, n_bytes = [self.head], len(self.head)
        while piece := self._read(_BYTES_PER_READ):
            pieces.append(piece)
            n_bytes += len(piece)
            if n_bytes > self._limit:
                raise UnreadableFileError(
                    f"{self.name} is not read, because it decompresses to more than {self._limit / 1e6:,.0f} MB, many "
                    "times its size. If that is right, decompress it, and read that."
                )
        return b"".join(pieces)

    def seekable(self) -> BinaryIO:
        """Return a file to read it from, which can be read at any place; to be called once."""
        if self._compressed or not self._raw.seekable():
            return io.BytesIO(self.read())
        self._raw.seek(0)
        return self._raw

    def _unpack(self, head: bytes, packing: str) -> None:
        """Read through a decompressor from now on."""
        if self.name == "-" or not self._raw.seekable():
            raw: Any = io.BytesIO(head + self._raw.read())
            size = len(raw.getbuffer())
        else:
            raw = self._raw
            size = os.fstat(raw.fileno()).st_size
            raw.seek(0)
        self._compressed = True
        if PurePath(self.name).suffix.lower() in COMPRESSED_SUFFIXES:
            self.inner = str(PurePath(self.name).with_suffix(""))
        try:
            if packing == "gzip":
                self._file = gzip.GzipFile(fileobj=raw)
            elif packing == "bzip2":
                self._file = bz2.BZ2File(raw)
            elif packing == "xz":
                self._file = lzma.LZMAFile(raw)  # noqa: SIM115
            elif packing == "zstd":
                import pyarrow as pa

                self._file = pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")
            else:
                size = self._unzip(raw)
        except _DAMAGES as error:
            raise self._damaged(error) from error
        self._limit = max(_MAX_BYTES, _MAX_RATIO * size)

    def _unzip(self, raw: Any) -> int:
        """Read the only file of a zip archive from now on, and return its size there."""
        archive = zipfile.ZipFile(raw)
        entries = [
            each for each in archive.infolist() if not each.is_dir() and not each.filename.startswith("__MACOSX")
        ]
        if len(entries) != 1:
            raise BinaryFileError(
                f"{self.name} is a zip archive of {len(entries)} files, and one of a single file could be read. Unpack "
                "it, and name its files, or the folder."
            )
        if entries[0].flag_bits & 1:
            raise BinaryFileError(f"{self.name} is a zip archive with a password. Unpack it, and name its file.")
        with archive.open(entries[0]) as file:
            if OWN_MANIFEST.match(file.read(100)):
                raise BinaryFileError(f"{self.name} is a model that textvec saved, and no text.")
        self._file = archive.open(entries[0])
        self.inner = entries[0].filename
        self.notes.append(f"{self.name}: {self.inner!r} in it is read.")
        return entries[0].compress_size

    def _read(self, size: int) -> bytes:
        """Return the next bytes; fewer only at the end."""
        try:
            data: bytes = self._file.read(size)
        except _DAMAGES as error:
            raise self._damaged(error) from error
        except OSError as error:
            if error.errno is not None:  # an error of the disk, not of what is on it
                raise
            raise self._damaged(error) from error
        return data

    def _damaged(self, error: Exception) -> UnreadableFileError:
        return UnreadableFileError(
            f"{self.name} is cut off or damaged: its compressed data cannot be read ({str(error).rstrip('.')}). "
            "Get the file once more."
        )


def _packing(head: bytes) -> str | None:
    """Return how a file is compressed that begins so."""
    if head.startswith(_BZIP2) and head[4:].startswith(_BZIP2_STARTS):
        return "bzip2"
    known = {_GZIP: "gzip", _XZ: "xz", _ZSTD: "zstd", _ZIP: "zip"}
    return next((packing for magic, packing in known.items() if head.startswith(magic)), None)


def archive(data: bytes) -> str | None:
    """Return which kind of archive begins so, of those that are not read."""
    if data[257:262] == b"ustar":
        return "tar"
    return next((kind for magic, kind in _ARCHIVES.items() if data.startswith(magic)), None)


@contextmanager
def opened(name: str) -> Iterator[Content]:
    """Open a file, or standard input, whose name is ``-``."""
    if name == "-":
        yield Content(name, sys.stdin.buffer)
        return
    with Path(name).open("rb") as file:
        yield Content(name, file)


def check_not_empty(content: Content) -> None:
    """Raise the error of a file without a byte."""
    if not content.head:
        raise ReadError("Standard input is empty." if content.name == "-" else f"{content.name} is empty.")
