"""Files and folders of text: their bytes decoded, and the paths of a folder.

Tested in tests/readers/test_read.py.
"""

from __future__ import annotations

import codecs
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import NoReturn

from textvec.readers.text_column import ReadError

# Bytes at the beginning of a file that are searched for a zero byte before the rest is read. Binary files nearly always
# have one there, so that a large one need not be read in full to be refused. Any number gives the same result.
_HEAD_BYTES = 1 << 16
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class BinaryFileError(ReadError):
    """A file is not text: in a folder it is passed over, anywhere else it is an error."""


def files_in(folder: str) -> list[str]:
    """Return the files in a folder and below that are not hidden, sorted."""

    def refuse(error: OSError) -> NoReturn:
        raise error

    paths: list[Path] = []
    for root, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = [f for f in folders if not f.startswith(".")]
        paths += [Path(root, f) for f in files if not f.startswith(".")]
    return [str(path) for path in sorted(paths) if path.is_file()]


def read_text(name: str, encoding: str, may_be_empty: bool = False) -> str:
    """Return the text of a file, or raise an error if it is empty, binary, or in another encoding."""
    with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as file:
        data = file.read(_HEAD_BYTES)
        if codecs.lookup(encoding).name == "utf-8":
            encoding = next((found for bom, found in _BOMS if data.startswith(bom)), encoding)
        wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
        if wide or b"\0" not in data:
            data += file.read()
    if not data and not may_be_empty:
        raise ReadError("Standard input is empty." if name == "-" else f"{name} is empty.")
    if not wide and b"\0" in data:
        raise BinaryFileError(f"{name} is binary, not text: it holds zero bytes (as UTF-16 text does).", "encoding")
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "replace").count("\n") + 1
        raise ReadError(
            f"{name} is not {encoding}: byte {error.start}, 0x{data[error.start]:02x} on line {line}, does not fit. "
            "Name the encoding the file was written in, such as latin-1, cp1252 or utf-16.",
            "encoding",
        ) from None


def lines(text: str) -> list[str]:
    """Cut text at newlines only: `str.splitlines` also cuts at form feeds and other characters inside of lines."""
    cut = [line.removesuffix("\r") for line in text.split("\n")]
    return cut if cut[-1] else cut[:-1]
