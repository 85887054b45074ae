"""CSV and TSV files: each row is a document.

They are read with Python's own parser. Arrow's takes an unclosed quote for text, skips empty rows and turns strings
that look like dates into dates, all without an error, and cannot tell the line of an error.

Tested in tests/readers/test_read.py and tests/readers/test_delimiters.py.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from textvec._common.counted import counted
from textvec.readers import delimiters
from textvec.readers.content import Content
from textvec.readers.errors import ReadError
from textvec.readers.files import read_text
from textvec.readers.numeric_columns import is_missing, is_number
from textvec.readers.text_column import FileKind, TextColumn, Wanted, check_columns, joined, pick_columns


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
    said, rest = delimiters.said(text)
    if wanted.delimiter != "=":  # which makes a row of the line that says so
        text = rest
    delimiter, notes = wanted.delimiter or said or delimiter, []
    if said not in (None, delimiter) and text is rest:
        notes = [
            f"{name}: the first line says that {delimiters.named(said)} separate the fields, and is passed over: the "
            f"delimiter that was given is {delimiter!r}."
        ]
    if delimiter is None:
        delimiter = delimiters.guessed(text, wanted.quote)
        if delimiter != ",":
            notes = [f"{name}: the fields are separated by {delimiters.NAMES[delimiter]}."]
    names: list[str] = []
    rows: list[list[str]] = []
    for line, row in _rows(text, name, delimiter, wanted.quote):
        if not names:
            names = row
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
    if names and not rows:
        raise ReadError(f"{name} has the names of columns, but no rows.")
    null = wanted.null

    def is_text(column: str) -> bool:
        i = names.index(column)
        return any(row[i] and not is_number(row[i]) and not is_missing(row[i], null) for row in rows)

    taken, more = pick_columns(name, names, is_text, wanted.text_columns)
    at = [names.index(column) for column in check_columns(name, names, taken, "text_column")]
    positions = {other: names.index(other) for other in check_columns(name, names, wanted.others_of(names))}
    texts = [[row[i] for row in rows] for i in at]
    others = {other: [row[i] or None for row in rows] for other, i in positions.items()}
    return TextColumn(joined(texts, null), range(1, len(rows) + 1), [*notes, *more], others, list(others), taken)


def _rows(text: str, name: str, delimiter: str, quote: str | None) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV or TSV file, with the line on which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, **delimiters.dialect(delimiter, quote))
    limit = csv.field_size_limit(2**31 - 1)
    line = 0
    try:
        for row in reader:
            yield line + 1, row
            line = reader.line_num
    except csv.Error as error:
        what = "a quote is opened and never closed" if "unexpected end" in str(error) else str(error)
        raise ReadError(f"{name} is malformed: in the row that begins on line {line + 1}, {what}.", "quote") from None
    finally:
        csv.field_size_limit(limit)


KIND = FileKind("csv", (".csv",), read)
TSV_KIND = FileKind("tsv", (".tsv", ".tab"), read_tsv)
