"""JSON: each object is one document, whether it is a line of the file, several lines, or an element of an array.

They are read with Python's own parser. Arrow's turns strings that look like dates into dates, and cannot tell the line
of an error.

Tested in tests/readers/test_read.py and tests/readers/test_json_lines.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from textvec.readers.content import Content
from textvec.readers.errors import ReadError
from textvec.readers.files import lines, read_text
from textvec.readers.text_column import FileKind, TextColumn, Wanted, fields_of, joined, listed, pick_columns
from textvec.readers.text_stream import TextStream

_SPACE = re.compile(r"[ \t\r\n]*")
_MAX_LISTED_DEPTH = 10  # How deep fields are named in an error.
_MISSING = object()

Record = dict[str, Any]


def read(content: Content, wanted: Wanted) -> TextColumn:
    """Return the text column of a file of JSON, and other columns as they are."""
    text = read_text(content, wanted.encoding)
    if is_lines(text):
        return parse(lines(text), content.name, wanted)
    return _column(_values(text, content.name), content.name, "object", wanted)


def parse(lines: Sequence[str], name: str, wanted: Wanted, *, go_on: bool = False) -> TextColumn:
    """Return the text column of JSON lines, and other columns as they are; blank lines are skipped.

    Columns that are named must be in one of the lines, unless these `go_on` from others; then there may be none, too.

    Examples
    --------
    >>> films = parse(['{"id": 7, "review": "A joy"}', "", '{"id": 8}'], "films.jsonl", Wanted(id_column="id"))
    >>> films.texts, films.rows, films.others
    (['A joy', None], [1, 3], {'id': [7, 8]})
    >>> films.notes
    ["films.jsonl: the text is taken from column 'review'."]
    """
    records = {row: _record(line, row, name) for row, line in enumerate(lines, 1) if line.strip()}
    if go_on and not records:
        return TextColumn([], [], [], dict.fromkeys(wanted.other_columns, ()), (), wanted.text_columns)
    return _column(records, name, "line", wanted, go_on=go_on)


def stream(text: TextStream, name: str, wanted: Wanted) -> Iterator[TextColumn]:
    """Yield the text column of a file in parts, each when its lines are there; what is not lines, as a whole."""
    if not is_lines(text.peek()):
        yield _column(_values(text.rest(), name), name, "object", wanted)
        return
    records: dict[int, Record] = {}
    go_on = False
    for row, line in enumerate(text.lines(), 1):
        if line.strip():
            records[row] = _record(line, row, name)
        if records and text.is_drained:
            column = _column(records, name, "line", wanted, go_on=go_on)
            yield column
            wanted = wanted._replace(text_columns=column.taken, label_column=column.label, guess_label=False)
            records, go_on = {}, True
    if records or not go_on:
        yield _column(records, name, "line", wanted, go_on=go_on)


def _record(line: str, row: int, name: str) -> Record:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _malformed(name, f"line {row} is not a whole JSON object", error) from None
    return _object(record, name, f"line {row}")


def is_lines(text: str) -> bool:
    """Tell whether the first line that is not blank holds all of an object, or nothing that JSON begins with."""
    start = _space(text, 0)
    end = text.find("\n", start)
    first = text[start : len(text) if end < 0 else end]
    if not first.startswith(("{", "[")):
        return True
    try:
        return isinstance(json.loads(first), dict)
    except RecursionError:
        return True
    except ValueError:
        return False


def _values(text: str, name: str) -> dict[int, Record]:
    """Return the objects of an array, or those that follow each other, by their numbers from 1."""
    records: dict[int, Record] = {}
    decode = json.JSONDecoder().raw_decode
    at = _space(text, 0)
    while at < len(text):
        line = text.count("\n", 0, at) + 1 if not records else 0
        try:
            value, at = decode(text, at)
        except json.JSONDecodeError as error:
            raise ReadError(f"{name} is malformed: on line {error.lineno}, {error.msg}.") from None
        except (ValueError, RecursionError) as error:
            where = f"the value that begins on line {line}" if line else f"object {len(records) + 1}"
            raise _malformed(name, f"{where} is not JSON that can be read", error) from None
        for each in value if isinstance(value, list) else [value]:
            number = len(records) + 1
            records[number] = _object(each, name, f"element {number}")
        at = _space(text, at)
    return records


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _object(value: Any, name: str, where: str) -> Record:
    if not isinstance(value, dict):
        raise ReadError(
            f'{name} is malformed: {where} must be one JSON object, such as {{"text": "..."}}, but it is '
            f"{_shown(value)}."
        )
    return value


def _malformed(name: str, what: str, error: Exception) -> ReadError:
    why = "it is nested too deeply" if isinstance(error, RecursionError) else getattr(error, "msg", error)
    return ReadError(f"{name} is malformed: {what} ({why}).")


def _shown(value: Any) -> str:
    return f"{json.dumps(value, ensure_ascii=False):.40}"


def _column(records: dict[int, Record], name: str, unit: str, wanted: Wanted, *, go_on: bool = False) -> TextColumn:
    names = list(dict.fromkeys(key for record in records.values() for key in record))
    wanted = wanted.with_label(name, names)
    taken, notes = pick_columns(
        name,
        names,
        lambda c: any(isinstance(r.get(c), str) for r in records.values()),
        wanted,
        lambda: [each for each in _text_fields(records.values()) if each not in names],
    )
    texts = [_field_of_all(records, column, names, name, "text_column", go_on) for column in taken]
    for column, values in zip(taken, texts, strict=True):
        for row, value in zip(records, values, strict=True):
            if not isinstance(value, str | None):
                objects = ({column: each} for each in values if isinstance(each, dict))
                within = fields_of(_text_fields(objects))
                raise ReadError(
                    f"Column {column!r} of {name} is not text on {unit} {row}: {_shown(value)}.{within}",
                    "text_column" if within else None,
                )
    others = {other: _field_of_all(records, other, names, name, None, go_on) for other in wanted.others_of(names)}
    return TextColumn(joined(texts, wanted.null), list(records), notes, others, (), taken, wanted.label_column)


def _field_of_all(
    records: dict[int, Record], column: str, names: list[str], name: str, parameter: str | None, go_on: bool
) -> list[Any]:
    """Return a field of all records, None where it is missing; of objects within them, as ``data.text``.

    It is an error if no record has it, unless these records `go_on` from others, one of which did.
    """
    if column in names and "." not in column:
        return [record.get(column) for record in records.values()]
    values = [_field(record, column) for record in records.values()]
    if not go_on and all(value is _MISSING for value in values):
        every = list(dict.fromkeys(each for record in records.values() for each, _ in _fields(record)))
        raise ReadError(f"Column {column!r} is not in {name}. {listed(every)}", parameter)
    return [None if value is _MISSING else value for value in values]


def _field(record: Record, column: str) -> Any:
    if column in record:
        return record[column]
    head = column
    while "." in head:
        head = head.rpartition(".")[0]
        inner = record.get(head)
        if isinstance(inner, dict):
            return _field(inner, column[len(head) + 1 :])
    return _MISSING


def _fields(record: Record, before: str = "", depth: int = 1) -> Iterator[tuple[str, Any]]:
    """Yield the names of fields and their values, those of objects within after their own."""
    for key, value in record.items():
        yield before + key, value
        if isinstance(value, dict) and depth < _MAX_LISTED_DEPTH:
            yield from _fields(value, f"{before}{key}.", depth + 1)


def _text_fields(records: Iterable[Record]) -> list[str]:
    """Return the names of fields that hold text in any of some records."""
    return list(dict.fromkeys(name for each in records for name, value in _fields(each) if isinstance(value, str)))


KIND = FileKind("jsonl", (".jsonl", ".ndjson"), read, stream)
ARRAY_KIND = FileKind("json", (".json",), read, stream)
