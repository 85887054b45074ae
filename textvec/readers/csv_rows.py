"""CSV and TSV files: each row is a document.

They are read with Python's own parser. Arrow's takes an unclosed quote for text, skips empty rows and turns strings
that look like dates into dates, all without an error, and cannot tell the line of an error.

Tested in tests/readers/test_read.py.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from textvec.readers.files import read_text
from textvec.readers.numeric_columns import is_number, numbers, whole_numbers
from textvec.readers.text_column import FileKind, ReadError, TextColumn, Wanted, check_columns, pick_column


def read(name: str, wanted: Wanted) -> TextColumn:
    """Return the text column of a CSV or TSV file, and other columns as numbers where all their values are numbers."""
    column = parse(read_text(name, wanted.encoding), name, wanted.text_column, wanted.other_columns)
    others = {
        other: whole_numbers(values) if other == wanted.id_column else numbers(values)  # 1.1 and 1.10 are two ids
        for other, values in column.others.items()
    }
    return column._replace(others=others)


def parse(text: str, name: str, wanted: str | None = None, others: Sequence[str] = ()) -> TextColumn:
    r"""Return the text column of what a CSV or TSV file holds.

    The first row holds the names of the columns. The separator is a tab if the name ends in `.tsv`; otherwise a comma,
    or, where the first line has no comma, a semicolon or tab that it has.

    Parameters
    ----------
    text : str
        The content of the file.
    name : str
        Its name, for errors.
    wanted : str, optional
        The column that holds the text.
    others : sequence of str
        Columns to return besides it: strings, and None for empty ones.

    Examples
    --------
    >>> films = parse("id,review\n7,A joy\n8,Too long\n", "films.csv", others=["id"])
    >>> films.texts, films.others
    (['A joy', 'Too long'], {'id': ['7', '8']})
    """
    names: list[str] = []
    rows: list[list[str]] = []
    for line, row in _rows(text, name):
        if not names:
            names = row
        elif len(row) == len(names):
            rows.append(row)
        elif len(names) == 1 and not row:
            rows.append([""])
        elif row:
            raise ReadError(f"{name} is malformed: line {line} has {len(row)} fields for {len(names)} columns.")
    if names and not rows:
        raise ReadError(f"{name} has the names of columns, but no rows.")

    def is_text(column: str) -> bool:
        i = names.index(column)
        return any(row[i] and not is_number(row[i]) for row in rows)

    column, notes = pick_column(name, names, is_text, wanted)
    positions = {other: names.index(other) for other in check_columns(name, names, others)}
    at = names.index(column)
    values = {other: [row[i] or None for row in rows] for other, i in positions.items()}
    return TextColumn([row[at] for row in rows], range(1, len(rows) + 1), notes, values)


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV or TSV file, with the line on which each begins."""
    first = text.lstrip().partition("\n")[0]
    delimiter = "\t" if name.lower().endswith(".tsv") else "," if "," in first else max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    limit = csv.field_size_limit(2**31 - 1)
    line = 0
    try:
        for row in reader:
            yield line + 1, row
            line = reader.line_num
    except csv.Error as error:
        what = "a quote is opened and never closed" if "unexpected end" in str(error) else str(error)
        raise ReadError(f"{name} is malformed: in the row that begins on line {line + 1}, {what}.") from None
    finally:
        csv.field_size_limit(limit)


KIND = FileKind((".csv", ".tsv"), read)
