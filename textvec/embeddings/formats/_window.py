"""The bytes of a file, decompressed, a window at a time.

How a file is compressed is told by its first bytes, whatever its name is. A file that is cut off or damaged is an error
that names the byte, so that no reader takes a part of a file for all of it.
"""

from __future__ import annotations

import codecs
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from textvec._common.compressed import Bounded, CorruptDataError, TooLargeError, compression, decompressor
from textvec._common.foreign_files import foreign
from textvec._common.parsing import parsing, unreadable
from textvec._common.progress import progress

BYTES_PER_READ = 1 << 23  # Bytes that are read at a time: much more than a line, little beside the vectors.
MAX_LINE_BYTES = 1 << 24
"""The longest line, and the longest word with its vector in binary formats, 16 MB: a file with a longer one is refused
before it fills the memory. The longest vectors in use have some thousand dimensions, 100 kB of text."""
_FREE_BYTES = 1 << 25
"""What the smallest compressed file may unfold to, 32 MB."""
_MAX_RATIO = 50
"""How many times its size a compressed file may unfold to beyond that. Vectors of numbers unfold to 2 to 4 times."""

_HEAD_BYTES = 512  # at the beginning of a file that tell how it is compressed, or which archive it is


class Window:
    """A file that is read some bytes at a time.

    Parameters
    ----------
    path : path-like
    verbose : bool, default=False
        Whether a bar shows how much of the file was read, if standard error is a terminal.

    Attributes
    ----------
    data : bytes
        The bytes that were read and not dropped yet.
    start : int
        Where they begin in the decompressed file.
    compressed : bool
    """

    def __init__(self, path: Path, verbose: bool = False) -> None:
        self.path = path
        self._bar = ExitStack()
        self._n_told = 0
        self.data = b""
        self.start = 0
        with parsing(lambda what: unreadable(f"{path} cannot be read: {what}.")):  # a name that no file has
            self._raw = path.open("rb")
        try:
            size = os.fstat(self._raw.fileno()).st_size
            shown = progress(f"Reading {path.name}", size, show=None if verbose else False)
            self._advance = self._bar.enter_context(shown)
            self._file: Any = self._decompressed()
        except BaseException:
            self._bar.close()
            self._raw.close()
            raise

    @property
    def compressed(self) -> bool:
        """Whether the file is compressed."""
        return self._file is not self._raw

    def __enter__(self) -> Window:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()
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

    def fill_line(self, place: str) -> bool:
        """Read more bytes, and on until `data` has the end of a line; return False at the end of the file.

        Parameters
        ----------
        place : str
            Where `data` begins, for the error.

        Raises
        ------
        ValueError
            If the line is too long to be one.
        """
        while self.more():
            if b"\n" in self.data:
                return True
            self.check_line(place)
        return False

    def check_line(self, place: str) -> None:
        """Raise an error if `data` is longer than a line, or a word and its vector, can be."""
        if len(self.data) > MAX_LINE_BYTES:
            raise unreadable(
                f"{self.path}, {place}: expected a word and its vector, but {MAX_LINE_BYTES:,} bytes on there is no "
                f"end of them: {self.data[:60]!r}..."
            )

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
            rest = os.fstat(self._raw.fileno()).st_size - self._raw.tell()
            self._file.seek(min(left, max(rest, 0)), 1)  # A header may say any size, also one that no file has.
        else:
            while left > 0 and (block := self._read(min(left, BYTES_PER_READ))):
                left -= len(block)

    def _read(self, size: int) -> bytes:
        try:
            block: bytes = self._file.read(size)
        except CorruptDataError as error:
            raise self._damaged(str(error)) from error
        except TooLargeError:
            raise unreadable(
                f"{self.path} is compressed to less than a fiftieth of its size, which no vectors are: what it "
                f"unfolds to after {self._file.n_bytes:,} bytes is not read. If it is what you want, decompress it "
                "first."
            ) from None
        at = self._raw.tell()
        self._advance(at - self._n_told)
        self._n_told = at
        return block

    def _damaged(self, what: str) -> ValueError:
        place = self.start + len(self.data)
        return unreadable(
            f"{self.path} is cut off or damaged: its compressed data cannot be read beyond byte {place} ({what}). "
            "Get the file once more."
        )

    def _decompressed(self) -> Any:
        """Return the file, or what decompresses it."""
        head = self._raw.read(_HEAD_BYTES)
        self._raw.seek(0)
        packing = compression(head)
        if packing:
            size = os.fstat(self._raw.fileno()).st_size
            with parsing(self._damaged):
                return Bounded(decompressor(self._raw, packing), _FREE_BYTES + _MAX_RATIO * size)
        other = foreign(head)
        if other is not None and other.is_archive:
            raise unreadable(f"{self.path} is {other.what}. Take the file of vectors out of it, and read that.")
        return self._raw
