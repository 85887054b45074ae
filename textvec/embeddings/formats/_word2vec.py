"""word2vec's text: a header, the numbers of words and of dimensions, then a line for each word.

fastText's `.vec` is the same. No word holds a space.

Tested in tests/embeddings/formats/test_text.py.
"""

from __future__ import annotations

import re
from pathlib import Path

from textvec.embeddings.formats._format import Format, Head, VectorTable
from textvec.embeddings.formats._request import Request
from textvec.embeddings.formats._text import TextReader, begins_with_numbers, ends_in_numbers, shown
from textvec.embeddings.formats._window import Window
from textvec.embeddings.formats._write import check_words, text_of, write_blocks

_HEADER = re.compile(rb"[ \t]*(\d{1,18})[ \t]+(\d{1,18})[ \t\r]*")
_HEADER_BYTES = 100  # of a file, in which its header must end; one with two numbers of 18 digits takes 38
_NOT_IN_WORDS = re.compile(r"[ \t\n]")


def has_header(head: Head) -> bool:
    """Tell whether a file begins with a header, which word2vec's text and its binary format have in common."""
    return _HEADER.fullmatch(head.line) is not None


def has_text_after_header(head: Head) -> bool:
    """Tell whether the file, if it has a header, goes on as text; floats that look like even two numbers are rare."""
    header = _HEADER.fullmatch(head.line)
    rest = head.data.partition(b"\n")[2]
    if header is None or head.has_name_of_text or not rest:
        return header is not None
    line = rest.partition(b"\n")[0] if b"\n" in rest else rest[: rest.rfind(b" ")]
    return begins_with_numbers(rest) and ends_in_numbers(line) >= min(int(header[2]), 2)


def read_header(window: Window, request: Request) -> tuple[int, int]:
    """Read the first line of word2vec's formats: how many words and dimensions the file has."""
    window.drop_mark()
    while b"\n" not in window.data[:_HEADER_BYTES] and len(window.data) < _HEADER_BYTES and window.more():
        pass
    line, newline, _ = window.data[:_HEADER_BYTES].partition(b"\n")
    found = _HEADER.fullmatch(line)
    if not found or not int(found[2]):
        raise request.malformed(
            "line 1 (byte 0)", "a header with the numbers of words and dimensions, such as b'400000 100'", shown(line)
        )
    window.drop(len(line) + len(newline))
    return int(found[1]), int(found[2])


def _read(request: Request) -> VectorTable:
    with Window(request.path, request.verbose) as window:
        n_words, n_dimensions = read_header(window, request)
        return TextReader(request, window, 2, n_dimensions, n_words).read()


def _write(path: Path, table: VectorTable) -> None:
    check_words(FORMAT.name, table.words, _NOT_IN_WORDS, "a space, a tab or a newline")
    write_blocks(path, table, text_of, header=True)


FORMAT = Format("word2vec", has_text_after_header, _read, _write, suffixes=(".vec", ".txt"))
