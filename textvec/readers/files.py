"""Files of text: their bytes decoded, and cut into lines.

Tested in tests/readers/test_read.py and tests/readers/test_encodings.py.
"""

from __future__ import annotations

import codecs
import io

from textvec.readers.content import READABLE, Content, check_not_empty
from textvec.readers.errors import BinaryFileError, ReadError, UnreadableFileError

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def check_encoding(encoding: str) -> None:
    """Raise an error if there is no such encoding of text; `rot13` and `base64` are codecs, but not of text."""
    try:
        io.TextIOWrapper(io.BytesIO(), encoding)
    except (LookupError, ValueError):
        raise ReadError(f"Python knows no text encoding named {encoding!r}.", "encoding") from None


def read_text(content: Content, encoding: str, may_be_empty: bool = False) -> str:
    """Return the text of a file, or raise an error if it is empty, binary, or in another encoding."""
    name, head = content.name, content.head
    if not may_be_empty:
        check_not_empty(content)
    if codecs.lookup(encoding).name == "utf-8":
        encoding = next((found for bom, found in _BOMS if head.startswith(bom)), encoding)
    wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
    data = head if b"\0" in head and not wide else content.read()
    if b"\0" in data and not wide:
        if _looks_wide(data):
            raise UnreadableFileError(
                f"{name} looks like UTF-16 without a mark at its beginning. Name its encoding.", "encoding"
            )
        raise BinaryFileError(
            f"{name} is binary, not text: it holds zero bytes (as UTF-16 text does). {READABLE}", "encoding"
        )
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "replace").count("\n") + 1
        what = f"byte {error.start}, 0x{data[error.start : error.start + 1].hex()} on line {line}, does not fit"
    except UnicodeError as error:  # codecs for the names of hosts have no place to tell of
        what = str(error)
    raise UnreadableFileError(
        f"{name} is not {encoding}: {what}. Name the encoding the file was written in, such as latin-1, cp1252 or "
        "utf-16.",
        "encoding",
    )


def lines(text: str) -> list[str]:
    """Cut text at newlines only: `str.splitlines` also cuts at form feeds and other characters inside of lines."""
    cut = [line.removesuffix("\r") for line in text.split("\n")]
    return cut if cut[-1] else cut[:-1]


def _looks_wide(data: bytes) -> bool:
    """Tell whether zero bytes lie as in Western text of UTF-16: at every other place, and nowhere else."""
    zeros = {place: data[place:1024:2].count(0) for place in (0, 1)}
    return len(data) > 4 and min(zeros.values()) == 0 and 4 * max(zeros.values()) > len(data[:1024])
