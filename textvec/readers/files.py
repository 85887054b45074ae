"""Files of text: their bytes decoded, and cut into lines.

Tested in tests/readers/test_read.py and tests/readers/test_encodings.py.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator

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
    if not may_be_empty:
        check_not_empty(content)
    encoding, wide = _told(content.head, encoding)
    data = content.head if b"\0" in content.head and not wide else content.read()
    if not wide:
        _check_no_zeros(data, content.name)
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeError as error:
        raise _misfit(content.name, encoding, error, 0, 0) from None


def text_pieces(content: Content, encoding: str) -> Iterator[str]:
    """Yield the text of a file in pieces, of a pipe what is there, or raise the errors of `read_text`."""
    check_not_empty(content)
    encoding, wide = _told(content.head, encoding)
    decoder = codecs.getincrementaldecoder(encoding)()
    n_bytes, n_newlines, begun = 0, 0, False
    for data in _and_the_end(content.pieces()):
        if not wide:
            _check_no_zeros(data, content.name)
        n_bytes += len(data)
        try:
            text = decoder.decode(data, not data)
        except UnicodeError as error:
            raise _misfit(content.name, encoding, error, n_bytes, n_newlines) from None
        n_newlines += text.count("\n")
        if text:
            yield text if begun else text.removeprefix("\ufeff")
            begun = True


def _and_the_end(pieces: Iterable[bytes]) -> Iterator[bytes]:
    yield from pieces
    yield b""


def _told(head: bytes, encoding: str) -> tuple[str, bool]:
    """Return the encoding, as the first bytes may say, and whether its characters have zero bytes."""
    if codecs.lookup(encoding).name == "utf-8":
        encoding = next((found for bom, found in _BOMS if head.startswith(bom)), encoding)
    return encoding, codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))


def _check_no_zeros(data: bytes, name: str) -> None:
    if b"\0" not in data:
        return
    if _looks_wide(data):
        raise UnreadableFileError(
            f"{name} looks like UTF-16 without a mark at its beginning. Name its encoding.", "encoding"
        )
    raise BinaryFileError(
        f"{name} is binary, not text: it holds zero bytes (as UTF-16 text does). {READABLE}", "encoding"
    )


def _misfit(name: str, encoding: str, error: UnicodeError, n_bytes: int, n_newlines: int) -> UnreadableFileError:
    """Return the error for bytes that are no text, of which so many, with so many newlines, were decoded before."""
    what = str(error)  # codecs for the names of hosts have no place to tell of
    if isinstance(error, UnicodeDecodeError):
        data, start = error.object, error.start
        line = n_newlines + data[:start].decode(encoding, "replace").count("\n") + 1
        at = max(n_bytes - len(data), 0) + start
        what = f"byte {at}, 0x{data[start : start + 1].hex()} on line {line}, does not fit"
    return UnreadableFileError(
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
