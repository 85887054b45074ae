"""The bytes of a file, decompressed, wherever they come from: a file, a pipe, standard input.

How a file is compressed is told by its first bytes; the end of its name only matters for what is in it:
`reviews.csv.gz` is a CSV file. What is cut off or damaged is an error, and so is a small file that decompresses to
very much.

Tested in tests/readers/test_content.py.
"""

from __future__ import annotations

import io
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from textvec._common import compressed
from textvec._common.compressed import Bounded, CorruptDataError, TooLargeError, compression, decompressor
from textvec._common.foreign_files import ZIP, Foreign, foreign, foreign_zip
from textvec._common.parsing import parsing
from textvec.readers.errors import BinaryFileError, ReadError, UnreadableFileError

# Bytes at the beginning of a file that are searched for a zero byte before the rest is read. Binary files nearly always
# have one there, so that a large one need not be read in full to be refused. Any number gives the same result.
HEAD_BYTES = 1 << 16
_BYTES_PER_READ = 1 << 20  # Bytes that are decompressed at a time. Any number gives the same result.
# A compressed file may decompress to this many bytes, or this many times its size, whichever is more. Text is rarely
# compressed to less than a fiftieth; a file that was made to fill the memory is compressed to a thousandth.
_MAX_BYTES = 1 << 26
_MAX_RATIO = 250


def max_unpacked(size: int) -> int:
    """Return how many bytes a compressed file of some size may hold."""
    return max(_MAX_BYTES, _MAX_RATIO * size)


# How the manifest of an index or a model begins that textvec saved.
OWN_MANIFEST = re.compile(rb'\s*\{\s*"format":\s*"textvec')

_SUFFIXES = (*compressed.SUFFIXES, ".zip")
_ZIP = b"PK\x03\x04"

READABLE = (
    "What can be read is text, CSV, TSV, JSON and Parquet, also compressed (.gz, .bz2, .xz, .lzma, .zst, .lz4, or a "
    ".zip of one file)."
)
"""What a user is told who gives a file of another kind."""


class Content:
    """What a file holds.

    Parameters
    ----------
    name : str
        The name it was given by.
    raw : binary file
        Where it is read from.
    as_it_comes : bool, default=False
        Whether not to wait for more of a pipe than its first line.

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

    def __init__(self, name: str, raw: BinaryIO, as_it_comes: bool = False) -> None:
        self.name = name
        self.notes: list[str] = []
        self._raw = raw
        self._unpacked: Any = None
        self._limit = 0
        self.inner = name
        head = _first_line(raw) if as_it_comes else raw.read(HEAD_BYTES)
        packing = "zip" if head.startswith(_ZIP) else compression(head)
        if PurePath(name).suffix.lower() in _SUFFIXES:
            self.inner = str(PurePath(name).with_suffix(""))
        if packing:
            self._unpack(head, packing)
            head = self._read(HEAD_BYTES)
            if compression(head):
                raise self._foreign(Foreign("a compressed file that holds another one", "Decompress it first."))
        other = foreign(head)
        if other is not None:
            raise self._foreign(other)
        self.head = head

    def read(self) -> bytes:
        """Return all of it; to be called once."""
        if self._unpacked is None:
            if self.name != "-" and self._raw.seekable():
                self._raw.seek(0)
                return self._raw.read()
            return self.head + self._raw.read()
        pieces = [self.head]
        while piece := self._read(_BYTES_PER_READ):
            pieces.append(piece)
        return b"".join(pieces)

    def pieces(self) -> Iterator[bytes]:
        """Yield all of it, of a pipe what is there already, without waiting for more; to be called once."""
        piece = self.head
        while piece:
            yield piece
            piece = self._raw.read1(_BYTES_PER_READ) if self._unpacked is None else self._read(_BYTES_PER_READ)  # type: ignore[attr-defined]

    def seekable(self) -> BinaryIO:
        """Return a file to read it from, which can be read at any place; to be called once."""
        if self._unpacked is not None or not self._raw.seekable():
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
        if packing == "zip":
            file, size = self._unzip(raw)
        else:
            with parsing(self._damaged):
                file = decompressor(raw, packing)
        self._limit = max_unpacked(size)
        self._unpacked = Bounded(file, self._limit)

    def _unzip(self, raw: Any) -> tuple[Any, int]:
        """Return the only file of a zip archive, and its size there."""
        with parsing(self._damaged):
            archive = zipfile.ZipFile(raw)
        entries = [
            each for each in archive.infolist() if not each.is_dir() and not each.filename.startswith("__MACOSX")
        ]
        other = foreign_zip([each.filename for each in entries])
        if other is not None:
            raise self._foreign(other)
        if len(entries) != 1:
            raise self._foreign(
                ZIP._replace(what=f"a zip archive of {len(entries)} files, and one of a single file could be read")
            )
        if entries[0].flag_bits & 1:
            raise self._foreign(ZIP._replace(what="a zip archive with a password"))
        with parsing(self._damaged):
            start = archive.open(entries[0]).read(100)
            file = archive.open(entries[0])
        if OWN_MANIFEST.match(start):
            raise self._foreign(Foreign("a model that textvec saved, and no text", "textvec.load opens it."))
        self.inner = entries[0].filename
        self.notes.append(f"{self.name}: {self.inner!r} in it is read.")
        return file, entries[0].compress_size

    def _read(self, size: int) -> bytes:
        """Return the next bytes, decompressed; fewer only at the end."""
        try:
            data: bytes = self._unpacked.read(size)
        except CorruptDataError as error:
            raise self._damaged(str(error)) from error
        except TooLargeError:
            raise UnreadableFileError(
                f"{self.name} is not read, because it decompresses to more than {self._limit / 1e6:,.0f} MB, many "
                "times its size. If that is right, decompress it, and read that."
            ) from None
        return data

    def _foreign(self, other: Foreign) -> BinaryFileError:
        return BinaryFileError(f"{self.name} is {other.what}. {other.remedy} {READABLE}")

    def _damaged(self, why: str) -> UnreadableFileError:
        return UnreadableFileError(
            f"{self.name} is cut off or damaged: its compressed data cannot be read ({why.rstrip('.')}). "
            "Get the file once more."
        )


def _first_line(raw: Any) -> bytes:
    """Return the beginning of a file up to the end of a line at least, or as much as is looked at."""
    head = b""
    while len(head) < HEAD_BYTES and b"\n" not in head and (piece := raw.read1(HEAD_BYTES - len(head))):
        head += piece
    return head


@contextmanager
def opened(name: str, as_it_comes: bool = False) -> Iterator[Content]:
    """Open a file, or standard input, whose name is ``-``."""
    if name == "-":
        yield Content(name, sys.stdin.buffer, as_it_comes)
        return
    with Path(name).open("rb") as file:
        yield Content(name, file)


def check_not_empty(content: Content) -> None:
    """Raise the error of a file without a byte."""
    if not content.head:
        raise ReadError("Standard input is empty." if content.name == "-" else f"{content.name} is empty.")
