"""Parquet files as pieces: each is some row groups, of which the columns that are wanted are read.

Tested in tests/engines/test_parquet_files.py.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa

from textvec.engines.paths import changed, opened
from textvec.engines.pieces import (
    Batch,
    Cut,
    Piece,
    check_columns,
    chosen_column,
    is_string_type,
    make_batch,
    plain_type,
)
from textvec.readers.errors import ReadError


@dataclass(frozen=True)
class ParquetPiece:
    """Row groups of a file that follow each other; of a file without rows, none."""

    number: int
    path: str
    groups: tuple[int, ...]
    size: int  # bytes of the whole file: one that has changed may have other row groups
    column: str
    columns: tuple[str, ...]
    options: dict[str, Any]

    def read(self) -> Batch:
        """Return the documents."""
        with _parquet(self.path, self.options) as (file, size):
            if size != self.size:
                raise changed(self.path)
            table = file.read_row_groups(list(self.groups), columns=list(dict.fromkeys([self.column, *self.columns])))
        return make_batch(self.number, table[self.column], self.column, {each: table[each] for each in self.columns})


class _Footer(NamedTuple):
    size: int
    schema: pa.Schema
    group_bytes: list[dict[str, int]]  # of each row group, the bytes of each column before compression


def pieces(paths: Sequence[str], cut: Cut, pool: Executor) -> list[Piece]:
    """Return the pieces of files that have the same columns of the same types."""
    footers = list(pool.map(lambda path: _footer(path, cut.options), paths))
    schema = footers[0].schema
    column = chosen_column(paths[0], schema.names, lambda name: is_string_type(schema.field(name).type), cut.column)
    if not is_string_type(schema.field(column).type):
        raise ReadError(f"Column {column!r} of {paths[0]} is of type {schema.field(column).type}, not text.")
    columns = tuple(each for each in cut.columns if each != column)
    found: list[Piece] = []
    for path, footer in zip(paths, footers, strict=True):
        _check_alike(paths[0], schema, path, footer.schema, (column, *columns))
        for groups in _grouped([sum(g.get(c, 0) for c in (column, *columns)) for g in footer.group_bytes], cut):
            found.append(ParquetPiece(len(found), path, groups, footer.size, column, columns, cut.options))
    return found


def _grouped(sizes: Sequence[int], cut: Cut) -> Iterator[tuple[int, ...]]:
    """Yield row groups that follow each other and have about as many bytes as a piece; at least once."""
    groups: list[int] = []
    n_bytes = 0
    for group, size in enumerate(sizes):
        if groups and n_bytes + size > cut.bytes_per_piece:
            yield tuple(groups)
            groups, n_bytes = [], 0
        groups.append(group)
        n_bytes += size
    yield tuple(groups)


def _footer(path: str, options: dict[str, Any]) -> _Footer:
    with _parquet(path, options) as (file, size):
        meta = file.metadata
        sizes: list[dict[str, int]] = []
        for i in range(meta.num_row_groups):
            group = meta.row_group(i)
            sizes.append({})
            for chunk in map(group.column, range(group.num_columns)):
                name = chunk.path_in_schema.partition(".")[0]
                sizes[-1][name] = sizes[-1].get(name, 0) + chunk.total_uncompressed_size
        return _Footer(size, file.schema_arrow, sizes)


@contextmanager
def _parquet(path: str, options: dict[str, Any]) -> Iterator[tuple[Any, int]]:
    """Open a file, and tell how many bytes it has."""
    from pyarrow import parquet

    try:
        with opened(path, options) as file:
            size = file.seek(0, io.SEEK_END)
            yield parquet.ParquetFile(file), size
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ReadError(f"{path} is not a Parquet file, or a damaged one: {reason}.") from error


def _check_alike(first: str, schema: pa.Schema, path: str, other: pa.Schema, columns: Sequence[str]) -> None:
    """Raise an error if a file lacks a column that is wanted, or has another type of it than the first file."""
    check_columns(path, other.names, columns)
    for name in columns:
        one, two = plain_type(schema.field(name).type), plain_type(other.field(name).type)
        if one != two and not pa.types.is_null(one) and not pa.types.is_null(two):
            raise ReadError(
                f"The files have different schemas: column {name!r} is of type {one} in {first}, and of type {two} in "
                f"{path}. Write them with one schema."
            )
