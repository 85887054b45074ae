"""JSON lines: each line of the file is one JSON object and one document.

They are read with Python's own parser. Arrow's turns strings that look like dates into dates, and cannot tell the line
of an error.

Tested in tests/readers/test_read.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from textvec.readers.files import lines, read_text
from textvec.readers.text_column import FileKind, ReadError, TextColumn, Wanted, check_columns, pick_column


def read(name: str, wanted: Wanted) -> TextColumn:
    """Return the text column of a file of JSON lines, and other columns as they are."""
    return parse(lines(read_text(name, wanted.encoding)), name, wanted.text_column, wanted.other_columns)


def parse(lines: Sequence[str], name: str, wanted: str | None = None, others: Sequence[str] = ()) -> TextColumn:
    """Return the text column of JSON lines, and other columns as they are; blank lines are skipped.

    Examples
    --------
    >>> films = parse(['{"id": 7, "review": "A joy"}', "", '{"id": 8}'], "films.jsonl", others=["id"])
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
    column, notes = pick_column(name, names, lambda c: any(isinstance(r.get(c), str) for r in records.values()), wanted)
    for row, record in records.items():
        if not isinstance(record.get(column), str | None):
            raise ReadError(f"Column {column!r} of {name} is not text on line {row}: {json.dumps(record[column]):.40}.")
    values = {other: [record.get(other) for record in records.values()] for other in check_columns(name, names, others)}
    return TextColumn([record.get(column) for record in records.values()], list(records), notes, values)


KIND = FileKind((".jsonl", ".ndjson", ".json"), read)
