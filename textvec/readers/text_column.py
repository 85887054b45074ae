"""The column of a table that holds the text, and others that are asked for: CSV and TSV, JSON lines, Parquet.

Rows out equal rows in, or there is an error that names the line. CSV and JSON lines are read with Python's own parsers
and not with Arrow's: those take an unclosed quote for text, skip empty rows and turn strings that look like dates into
dates, all without a word, and cannot tell the line of an error.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

# fmt: off
TEXT_NAMES = {
    "abstract", "body", "comment", "comments", "content", "contents", "description", "document", "documents", "message",
    "messages", "paragraph", "review", "reviews", "sentence", "sentences", "text", "texts", "tweet",
}
# fmt: on

# Codes such as 007 are no numbers: nothing would tell them from 7 any more.
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,18})", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})?(\.\d+)?(?<=\d)([eE][+-]?\d{1,2})?", re.ASCII)


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
    """The texts of a table, None where they are missing, the row of each from 1, a note on the choice, more columns."""

    texts: Sequence[str | None]
    rows: Sequence[int]
    notes: list[str]
    others: Mapping[str, Sequence[Any]] = {}


def parse_csv(text: str, name: str, wanted: str | None = None, others: Sequence[str] = ()) -> Column:
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
    others : sequence of str
        Columns to return beside it: strings, and None for empty ones.

    Examples
    --------
    >>> films = parse_csv("id,review\n7,A joy\n8,Too long\n", "films.csv", others=["id"])
    >>> films.texts, films.others
    (['A joy', 'Too long'], {'id': ['7', '8']})
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
    places = {each: names.index(each) for each in known(name, names, others)}
    place = names.index(column)
    beside = {each: [row[place] or None for row in rows] for each, place in places.items()}
    return Column([row[place] for row in rows], range(1, len(rows) + 1), notes, beside)


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


def parse_json(lines: Sequence[str], name: str, wanted: str | None = None, others: Sequence[str] = ()) -> Column:
    """Return the text column of JSON lines, and other columns as they are; blank lines are skipped.

    Examples
    --------
    >>> films = parse_json(['{"id": 7, "review": "A joy"}', "", '{"id": 8}'], "films.jsonl", others=["id"])
    >>> films.texts, films.rows, films.others
    (['A joy', None], [1, 3], {'id': [7, 8]})
    >>> films.notes
    ["films.jsonl: the text is taken from column 'review'."]
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
    beside = {each: [record.get(each) for record in records.values()] for each in known(name, names, others)}
    return Column([record.get(column) for record in records.values()], list(records), notes, beside)


def read_parquet(name: str, wanted: str | None = None, others: Sequence[str] = ()) -> Column:
    """Return the text column of a Parquet file, and other columns; no more of it is read."""
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
            table = file.read(columns=list(dict.fromkeys([column, *known(name, file.schema_arrow.names, others)])))
            texts, *beside = (_values(table.column(each)) for each in (column, *others))
        except (pa.ArrowException, OSError) as error:
            reason = str(error).partition("\n")[0].rstrip(".")
            raise ReadError(f"{name} is not a Parquet file, or a damaged one: {reason}.") from error
    if not texts:
        raise ReadError(f"{name} has the names of columns, but no rows.")
    return Column(texts, range(1, len(texts) + 1), notes, dict(zip(others, beside, strict=True)))


def _values(column: Any) -> list[Any]:
    """Return an Arrow column as Python values, times to the microsecond, which is all that Python knows."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    values: list[Any] = column.to_pylist()
    return values


def pick(
    name: str, columns: Sequence[str], is_text: Callable[[str], bool], wanted: str | None
) -> tuple[str, list[str]]:
    """Return the column that holds the text, and a note if it was guessed.

    A guess is the only column there is, the only one of text, or the only one of text with a name in `TEXT_NAMES`.
    """
    if not columns:
        raise ReadError(f"{name} holds no text.")
    seen: set[str] = set()
    for column in filter(None, columns):  # spreadsheets write any number of columns without a name
        if column in seen:
            raise ReadError(f"{name} has several columns named {column!r}. Rename all but one of them.")
        seen.add(column)
    if wanted is not None:
        known(name, columns, [wanted], "text_column")
        return wanted, []
    if len(columns) == 1:
        return columns[0], []
    texts = [column for column in columns if is_text(column)]
    named = [column for column in texts if column.strip().lower() in TEXT_NAMES]
    for candidates in (texts, named):
        if len(candidates) == 1:
            return candidates[0], [f"{name}: the text is taken from column {candidates[0]!r}."]
    if not texts:
        raise ReadError(f"{name} has no column of text. {_listed(columns)}")
    raise ReadError(f"Which column of {name} holds the text? {_listed(columns)}", "text_column")


def known(name: str, columns: Sequence[str], wanted: Sequence[str], parameter: str | None = None) -> Sequence[str]:
    """Return the columns that are wanted, or raise an error if a table does not have one of them."""
    for column in wanted:
        if column not in columns:
            raise ReadError(f"Column {column!r} is not in {name}. {_listed(columns)}", parameter)
    return wanted


def _listed(columns: Sequence[str]) -> str:
    more = f" and {len(columns) - 30} more" if len(columns) > 30 else ""
    return f"Its columns are: {', '.join(map(repr, columns[:30]))}{more}."


def whole_numbers(values: Sequence[Any]) -> Sequence[Any]:
    """Return strings as integers, if all of them are such, of 64 bits.

    Examples
    --------
    >>> whole_numbers(["7", None, "12"]), whole_numbers(["007", "12"])
    ([7, None, 12], ['007', '12'])
    """
    if all(value is None or (_WHOLE.fullmatch(value) and abs(int(value)) < 1 << 63) for value in values):
        return [None if value is None else int(value) for value in values]
    return values


def numbers(values: Sequence[Any]) -> Sequence[Any]:
    """Return strings as integers, or otherwise as floats, if all of them are such.

    Examples
    --------
    >>> numbers(["7", None]), numbers(["7", "2.5"]), numbers(["7", "2.5 kg"])
    ([7, None], [7.0, 2.5], ['7', '2.5 kg'])
    """
    whole = whole_numbers(values)
    if whole is values and all(value is None or _NUMBER.fullmatch(value) for value in values):
        return [None if value is None else float(value) for value in values]
    return whole


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
