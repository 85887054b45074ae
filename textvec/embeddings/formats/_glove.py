"""GloVe's text: a line for each word and no header; words may hold spaces.

Tested in tests/embeddings/formats/test_text.py.
"""

from __future__ import annotations

import re
from pathlib import Path

from textvec.embeddings.formats._format import Format, Head, VectorTable
from textvec.embeddings.formats._request import Request
from textvec.embeddings.formats._text import TextReader, begins_with_numbers, ends_in_numbers, shown
from textvec.embeddings.formats._window import Window
from textvec.embeddings.formats._word2vec import has_header
from textvec.embeddings.formats._write import check_words, refused, text_of, write_blocks

_NOT_IN_WORDS = re.compile(r"[\t\n]| \Z| [-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")


def _sniff(head: Head) -> bool:
    if has_header(head):
        return False
    return head.has_name_of_text or (
        b"\0" not in head.data and (ends_in_numbers(head.line) > 0 or begins_with_numbers(head.data))
    )


def _read(request: Request) -> VectorTable:
    with Window(request.path, request.verbose) as window:
        return TextReader(request, window, 1, _find_dimensions(window, request), None).read()


def _find_dimensions(window: Window, request: Request) -> int:
    """Return how many numbers the first line has."""
    window.drop_mark()
    if b"\n" not in window.data:
        window.fill_line("line 1 (byte 0)")
    line = window.data.partition(b"\n")[0]
    n = ends_in_numbers(line)
    if not n:
        raise request.malformed("line 1 (byte 0)", "a word and the numbers of its vector", shown(line))
    return n


def _write(path: Path, table: VectorTable) -> None:
    words = table.words
    if words and len(words[0]) > 1 and words[0].startswith("\ufeff"):
        why = "a file that begins with a byte order mark (U+FEFF) is read without it"
        raise refused(FORMAT.name, words[0], why)
    check_words(FORMAT.name, words, _NOT_IN_WORDS, "a tab, a newline, a space at its end, or a number after a space")
    write_blocks(path, table, text_of, header=False)


FORMAT = Format("glove", _sniff, _read, _write)
