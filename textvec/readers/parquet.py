"""Parquet files: each row is a document.

Tested in tests/readers/test_read.py.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from textvec.readers.text_column import FileKind, ReadError, TextColumn, Wanted, check_columns, pick_column


def read(name: str, wanted: Wanted) -> TextColumn:
    """Return the text column of a Parquet file, and other columns; no more of it is read."""
    import pyarrow as pa
    from pyarrow import parquet

    others = wanted.other_columns

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
            column, notes = pick_column(name, file.schema_arrow.names, is_text, wanted.text_column)
            if not is_text(column):
                raise ReadError(f"Column {column!r} of {name} is of type {kind(column)}, not text.", "text_column")
            table = file.read(
                columns=list(dict.fromkeys([column, *check_columns(name, file.schema_arrow.names, others)]))
            )
            texts, *values = (_values(table.column(each)) for each in (column, *others))
        except (pa.ArrowException, OSError) as error:
            reason = str(error).partition("\n")[0].rstrip(".")
            raise ReadError(f"{name} is not a Parquet file, or a damaged one: {reason}.") from error
    if not texts:
        raise ReadError(f"{name} has the names of columns, but no rows.")
    return TextColumn(texts, range(1, len(texts) + 1), notes, dict(zip(others, values, strict=True)))


def _values(column: Any) -> list[Any]:
    """Return an Arrow column as Python values, times to the microsecond, which is all that Python knows."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    values: list[Any] = column.to_pylist()
    return values


KIND = FileKind((".parquet",), read)
