"""The column of a table that holds the text: CSV and TSV, JSON lines, Parquet.

Rows out equal rows in, or there is an error that names the line. CSV and JSON lines are read with Python's own parsers
and not with Arrow's: those take an unclosed quote for text, skip empty rows and turn strings that look like dates into
dates, all without a word, and cannot tell the line of an error.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

# fmt: off
TEXT_NAMES = {
    "abstract", "body", "comment", "comments", "content", "contents", "description", "document", "documents", "message",
    "messages", "paragraph", "review", "reviews", "sentence", "sentences", "text", "texts", "tweet",
}
# fmt: on


class ReadError(ValueError):
    """A file cannot be read as documents.

    Attributes
    ----------
    parameter : str or None
        The parameter of `textvec.readers.read_documents` that may help.
    """

    def __init__(self, message: str, parameter: str | None = None) -> None:
        super().__init__(message)
        self.parameter = parameter


class Column(NamedTuple):
    """The texts of a table, None where they are missing, the row of each from 1, and a note on the choice."""

    texts: Sequence[str | None]
    rows: Sequence[int]
    notes: list[str]


def parse_csv(text: str, name: str, wanted: str | None = None) -> Column:
    r"""Return the text column of a CSV or TSV file.

    The first row holds the names of the columns. The separator is a tab if the name ends in `.tsv`; otherwise a comma,
    or, where the first line has no comma, a semicolon or tab that it has.

    Parameters
    ----------
    text : str
        What the file says.
    name : str
        What errors should call it.
    wanted : str, optional
        The column that holds the text.

    Examples
    --------
    >>> parse_csv("id,review\n7,A joy\n8,Too long\n", "films.csv").texts
    ['A joy', 'Too long']
    """
    names: list[str] = []
    rows: list[list[str]] = []
    for line, row in _csv_rows(text, name):
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
        place = names.index(column)
        return any(row[place] and not _is_number(row[place]) for row in rows)

    column, notes = pick(name, names, is_text, wanted)
    place = names.index(column)
    return Column([row[place] for row in rows], range(1, len(rows) + 1), notes)


def _csv_rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
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


def parse_json(lines: Sequence[str], name: str, wanted: str | None = None) -> Column:
    """Return the text column of JSON lines; blank lines are skipped.

    Examples
    --------
    >>> parse_json(['{"id": 7, "review": "A joy"}', "", '{"id": 8}'], "films.jsonl")
    Column(texts=['A joy', None], rows=[1, 3], notes=["films.jsonl: the text is taken from column 'review'."])
    """
    records: dict[int, dict[str, Any]] = {}
    for row, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            what = getattr(error, "msg", error)
            raise ReadError(f"{name} is malformed: line {row} is not a whole JSON object ({what}).") from None
        if not isinstance(record, dict):
            raise ReadError(f'{name} is malformed: line {row} must be one JSON object, such as {{"text": "..."}}.')
        records[row] = record

    names = list(dict.fromkeys(key for record in records.values() for key in record))
    column, notes = pick(name, names, lambda c: any(isinstance(r.get(c), str) for r in records.values()), wanted)
    for row, record in records.items():
        if not isinstance(record.get(column), str | None):
            raise ReadError(f"Column {column!r} of {name} is not text on line {row}: {json.dumps(record[column]):.40}.")
    return Column([record.get(column) for record in records.values()], list(records), notes)


def read_parquet(name: str, wanted: str | None = None) -> Column:
    """Return the text column of a Parquet file; no other column is read."""
    import pyarrow as pa
    from pyarrow import parquet

    def kind(column: str) -> Any:
        of = file.schema_arrow.field(column).type
        return of.value_type if pa.types.is_dictionary(of) else of

    def is_text(column: str) -> bool:
        kinds = pa.string(), pa.large_string(), pa.string_view()
        return kind(column) in kinds

    with Path(name).open("rb") as opened:
        if not opened.seek(0, io.SEEK_END):
            raise ReadError(f"{name} is empty.")
        try:
            file = parquet.ParquetFile(opened)
            column, notes = pick(name, file.schema_arrow.names, is_text, wanted)
            if not is_text(column):
                raise ReadError(f"Column {column!r} of {name} is of type {kind(column)}, not text.", "text_column")
            texts = file.read(columns=[column]).column(column).to_pylist()
        except (pa.ArrowException, OSError) as error:
            reason = str(error).partition("\n")[0].rstrip(".")
            raise ReadError(f"{name} is not a Parquet file, or a damaged one: {reason}.") from error
    if not texts:
        raise ReadError(f"{name} has the names of columns, but no rows.")
    return Column(texts, range(1, len(texts) + 1), notes)


def pick(
    name: str, columns: Sequence[str], is_text: Callable[[str], bool], wanted: str | None
) -> tuple[str, list[str]]:
    """Return the column that holds the text, and a note if it was guessed.

    A guess is the only column there is, the only one of text, or the only one of text with a name in `TEXT_NAMES`.
    """
    if not columns:
        raise ReadError(f"{name} holds no text.")
    listed = ", ".join(map(repr, columns[:30])) + (f" and {len(columns) - 30} more" if len(columns) > 30 else "")
    seen: set[str] = set()
    for column in filter(None, columns):  # spreadsheets write any number of columns without a name
        if column in seen:
            raise ReadError(f"{name} has several columns named {column!r}. Rename all but one of them.")
        seen.add(column)
    if wanted is not None:
        if wanted not in columns:
            raise ReadError(f"Column {wanted!r} is not in {name}. Its columns are: {listed}.", "text_column")
        return wanted, []
    if len(columns) == 1:
        return columns[0], []
    texts = [column for column in columns if is_text(column)]
    named = [column for column in texts if column.strip().lower() in TEXT_NAMES]
    for candidates in (texts, named):
        if len(candidates) == 1:
            return candidates[0], [f"{name}: the text is taken from column {candidates[0]!r}."]
    if not texts:
        raise ReadError(f"{name} has no column of text. Its columns are: {listed}.")
    raise ReadError(f"Which column of {name} holds the text? Its columns are: {listed}.", "text_column")


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
