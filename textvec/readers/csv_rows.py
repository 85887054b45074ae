"""CSV and TSV files: each row is a document.

They are read with Python's own parser. Arrow's takes an unclosed quote for text, skips empty rows and turns strings
that look like dates into dates, all without an error, and cannot tell the line of an error.

Tested in tests/readers/test_read.py and tests/readers/test_delimiters.py.
"""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator, Sequence

from textvec._common.counted import counted
from textvec.readers import delimiters
from textvec.readers.content import Content
from textvec.readers.errors import ReadError
from textvec.readers.files import read_text
from textvec.readers.numeric_columns import is_missing, is_number
from textvec.readers.text_column import FileKind, TextColumn, Wanted, check_columns, joined, pick_columns
from textvec.readers.text_stream import TextStream


class _LongFields:
    """Lets fields be as long as they are. All of Python has one limit: the last of several readers restores it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # the garbage collector may close a reader while this thread holds it
        self._n_readers = 0
        self._limit = 0

    def __enter__(self) -> None:
        with self._lock:
            if not self._n_readers:
                self._limit = csv.field_size_limit(2**31 - 1)
            self._n_readers += 1

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._n_readers -= 1
            if not self._n_readers:
                csv.field_size_limit(self._limit)


_LONG_FIELDS = _LongFields()


def read(content: Content, wanted: Wanted) -> TextColumn:
    """Return the text column of a CSV file, and other columns as strings."""
    return parse(read_text(content, wanted.encoding), content.name, wanted)


def read_tsv(content: Content, wanted: Wanted) -> TextColumn:
    """Return the text column of a file whose fields are separated by tabs."""
    return parse(read_text(content, wanted.encoding), content.name, wanted, "\t")


def parse(text: str, name: str, wanted: Wanted, delimiter: str | None = None) -> TextColumn:
    r"""Return the text column of what a CSV or TSV file holds.

    The first row holds the names of the columns.

    Parameters
    ----------
    text : str
        The content of the file.
    name : str
        Its name, for errors.
    wanted : Wanted
        Which columns hold the text, and which to return besides it: strings, and None for empty ones.
    delimiter : str, optional
        What separates the fields, unless `wanted` or else the first line says so; otherwise it is guessed.

    Examples
    --------
    >>> films = parse("id,review\n7,A joy\n8,Too long\n", "films.csv", Wanted(id_column="id"))
    >>> films.texts, films.others
    (['A joy', 'Too long'], {'id': ['7', '8']})
    """
    [column] = stream(TextStream([text], in_parts=False), name, wanted, delimiter)
    return column


def stream(text: TextStream, name: str, wanted: Wanted, delimiter: str | None = None) -> Iterator[TextColumn]:
    """Yield the text column in parts, each when its rows are there; the first says which columns it is made of."""
    delimiter, notes = _delimiter(text, name, wanted, delimiter)
    names: list[str] = []
    rows: list[list[str]] = []
    n_before = 0
    for line, row in _rows(text, name, delimiter, wanted.quote):
        if not names:
            names = row
            wanted = wanted.with_label(name, names) if names else wanted
        elif len(row) == len(names):
            rows.append(row)
        elif len(names) == 1 and not row:
            rows.append([""])
        elif row:
            raise ReadError(
                f"{name} is malformed: line {line} has {counted(len(row), 'field')} for "
                f"{counted(len(names), 'column')}.",
                "delimiter",
            )
        if rows and text.is_drained:
            column = _column(names, rows, n_before, name, wanted)
            yield column._replace(notes=[*notes, *column.notes])
            wanted, notes = wanted._replace(text_columns=column.taken), []
            n_before, rows = n_before + len(rows), []
    if rows or not n_before:
        if names and not rows:
            raise ReadError(f"{name} has the names of columns, but no rows.")
        column = _column(names, rows, n_before, name, wanted)
        yield column._replace(notes=[*notes, *column.notes])


def stream_tsv(text: TextStream, name: str, wanted: Wanted) -> Iterator[TextColumn]:
    """Yield the same of a file whose fields are separated by tabs."""
    return stream(text, name, wanted, "\t")


def _delimiter(text: TextStream, name: str, wanted: Wanted, delimiter: str | None) -> tuple[str, list[str]]:
    """Return what separates the fields, and a note if it was guessed; a first line that says so is left out."""
    begin = text.peek()
    said, rest = delimiters.said(begin)
    is_said = wanted.delimiter != "="  # which makes a row of the line that says so
    if is_said:
        text.skip(len(begin) - len(rest))
    delimiter = wanted.delimiter or said or delimiter
    if delimiter is None:
        # Without its name, the column of texts is guessed, too, for which one row is not enough.
        delimiter = delimiters.told_by_header(text.peek(), wanted.quote) if wanted.text_columns else None
        if delimiter is None:
            delimiter = delimiters.guessed(text.peek(delimiters.SAMPLE + 1), wanted.quote)
        return delimiter, (
            [] if delimiter == "," else [f"{name}: the fields are separated by {delimiters.NAMES[delimiter]}."]
        )
    if said not in (None, delimiter) and is_said:
        return delimiter, [
            f"{name}: the first line says that {delimiters.named(said)} separate the fields, and is passed over: the "
            f"delimiter that was given is {delimiter!r}."
        ]
    return delimiter, []


def _column(names: list[str], rows: Sequence[list[str]], n_before: int, name: str, wanted: Wanted) -> TextColumn:
    null = wanted.null

    def is_text(column: str) -> bool:
        i = names.index(column)
        return any(row[i] and not is_number(row[i]) and not is_missing(row[i], null) for row in rows)

    taken, notes = pick_columns(name, names, is_text, wanted)
    at = [names.index(column) for column in check_columns(name, names, taken, "text_column")]
    positions = {other: names.index(other) for other in check_columns(name, names, wanted.others_of(names))}
    texts = [[row[i] for row in rows] for i in at]
    others = {other: [row[i] or None for row in rows] for other, i in positions.items()}
    numbers = range(n_before + 1, n_before + len(rows) + 1)
    return TextColumn(joined(texts, null), numbers, notes, others, list(others), taken, wanted.label_column)


def _rows(text: TextStream, name: str, delimiter: str, quote: str | None) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV or TSV file, with the line on which each begins."""
    reader = csv.reader(text.lines(newline=""), strict=True, **delimiters.dialect(delimiter, quote))
    line = 0
    try:
        with _LONG_FIELDS:
            for row in reader:
                yield line + 1, row
                line = reader.line_num
    except csv.Error as error:
        what = "a quote is opened and never closed" if "unexpected end" in str(error) else str(error)
        raise ReadError(f"{name} is malformed: in the row that begins on line {line + 1}, {what}.", "quote") from None


KIND = FileKind("csv", (".csv",), read, stream)
TSV_KIND = FileKind("tsv", (".tsv", ".tab"), read_tsv, stream_tsv)
