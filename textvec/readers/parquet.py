"""Parquet files: each row is a document.

Tested in tests/readers/test_read.py and tests/readers/test_parquet.py.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, BinaryIO

from textvec.readers.content import Content, check_not_empty, max_unpacked
from textvec.readers.errors import ReadError, UnreadableFileError
from textvec.readers.text_column import FileKind, TextColumn, Wanted, fields_of, joined, listed, pick_columns

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC = b"PAR1"
"""How a Parquet file begins."""
_ROWS_PER_BATCH = 1 << 16  # Rows that are unpacked at a time. Any number gives the same result.


def read(content: Content, wanted: Wanted) -> TextColumn:
    """Return the text column of a Parquet file, and other columns; no more of it is read."""
    column = read_part(content, wanted)
    if not column.texts:
        raise ReadError(f"{content.name} has the names of columns, but no rows.")
    return column


def read_part(content: Content, wanted: Wanted) -> TextColumn:
    """Return the same of a file that may have no rows."""
    import pyarrow as pa
    from pyarrow import parquet

    name = content.name
    check_not_empty(content)
    try:
        opened = content.seekable()
        file = parquet.ParquetFile(opened)
        schema = file.schema_arrow
        wanted = wanted.with_label(name, schema.names)
        taken, notes = pick_columns(
            name,
            schema.names,
            lambda column: _is_text(schema.field(column).type),
            wanted,
            lambda: _text_fields(schema),
        )
        others = wanted.others_of(schema.names)
        paths = {column: _path(schema, column) for column in (*taken, *others)}
        for column, path in paths.items():
            if not path:
                parameter = "text_column" if column in taken else None
                raise ReadError(f"Column {column!r} is not in {name}. {listed(_fields(schema))}", parameter)
        for column in taken:
            kind = _kind(schema, paths[column])
            if not (_is_text(kind) or pa.types.is_null(kind)):
                within = fields_of(_text_fields(kind, f"{column}.") if pa.types.is_struct(kind) else [])
                raise ReadError(f"Column {column!r} of {name} is of type {kind}, not text.{within}", "text_column")
        table = _table(file, list(dict.fromkeys(".".join(path) for path in paths.values())), name, opened)
        values = {column: _values(table, path, name, column) for column, path in paths.items()}
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ReadError(f"{name} is not a Parquet file, or a damaged one: {reason}.") from error
    texts = joined([values[column] for column in taken], wanted.null)
    beside = {column: values[column] for column in others}
    return TextColumn(texts, range(1, len(table) + 1), notes, beside, (), taken, wanted.label_column)


def _table(file: Any, columns: list[str], name: str, opened: BinaryIO) -> pa.Table:
    """Return columns of a file that was opened, unless they take so much memory that they were made to fill it."""
    import pyarrow as pa

    limit, n_bytes, batches = max_unpacked(opened.seek(0, os.SEEK_END)), 0, []
    for packed in file.iter_batches(_ROWS_PER_BATCH, columns=columns):
        # A value of a dictionary takes as much memory as any other as soon as it is one of Python's.
        values = [each.dictionary_decode() if hasattr(each, "dictionary_decode") else each for each in packed.columns]
        batch = pa.RecordBatch.from_arrays(values, packed.schema.names)
        n_bytes += batch.nbytes
        if n_bytes > limit:
            raise UnreadableFileError(
                f"{name} is not read, because its columns take more than {limit / 1e6:,.0f} MB, many times its size. "
                "If that is right, write them to a file of JSON lines, and read that."
            )
        batches.append(batch)
    return pa.Table.from_batches(batches) if batches else file.read(columns=columns)


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return kind in (pa.string(), pa.large_string(), pa.string_view())


def _path(schema: Any, column: str) -> list[str]:
    """Return the names that lead to a column, or to a field of a struct, as ``data.text``; none if it is not there."""
    import pyarrow as pa

    names = [schema.field(i).name for i in range(_n_fields(schema))]
    if column in names:
        return [column]
    head = column
    while "." in head:
        head = head.rpartition(".")[0]
        if head in names and pa.types.is_struct(schema.field(head).type):
            rest = _path(schema.field(head).type, column[len(head) + 1 :])
            return [head, *rest] if rest else []
    return []


def _n_fields(schema: Any) -> int:
    return getattr(schema, "num_fields", None) or len(schema)


def _kind(schema: Any, path: list[str]) -> Any:
    for name in path:
        schema = schema.field(name).type if schema is not None else None
    return schema.value_type if hasattr(schema, "value_type") and _is_text(schema) else schema


def _fields(schema: Any, before: str = "") -> list[str]:
    import pyarrow as pa

    names = []
    for i in range(_n_fields(schema)):
        field = schema.field(i)
        names.append(before + field.name)
        if pa.types.is_struct(field.type):
            names += _fields(field.type, f"{before}{field.name}.")
    return names


def _text_fields(schema: Any, before: str = "") -> list[str]:
    """Return the fields of structs that hold text, named as a user names them."""
    return [
        each
        for each in _fields(schema, before)
        if "." in each and _is_text(_kind(schema, _path(schema, each[len(before) :])))
    ]


def _values(table: Any, path: list[str], name: str, column: str) -> list[Any]:
    """Return an Arrow column as Python values, times to the microsecond, which is all that Python knows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = table.column(path[0])
    if len(path) > 1:
        array = pc.struct_field(array, path[1:])
    if pa.types.is_timestamp(array.type) and array.type.unit == "ns":
        array = array.cast(pa.timestamp("us", array.type.tz), safe=False)
    try:
        values: list[Any] = array.to_pylist()
    except (ValueError, OverflowError, LookupError) as error:
        row, reason = _unreadable(array, error)
        raise ReadError(
            f"Column {column!r} of {name} has a value of type {array.type} in row {row} that Python cannot represent: "
            f"{str(reason).partition(chr(10))[0].rstrip('.')}."
        ) from error
    return values


def _unreadable(array: Any, error: Exception) -> tuple[int, Exception]:
    """Return the row of the first value that cannot be converted, from 1, and why."""
    for row, value in enumerate(array, 1):
        try:
            value.as_py()
        except (ValueError, OverflowError, LookupError) as found:
            return row, found
    return 1, error


KIND = FileKind("parquet", (".parquet", ".pq"), read)
