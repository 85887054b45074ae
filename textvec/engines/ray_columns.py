"""A Ray Dataset with the columns of a matrix.

Tested in tests/distributed/test_ray_columns.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from textvec.engines.matrix_columns import matrix_table
from textvec.engines.pieces import check_columns, chosen_column, read_batch


def ray_columns(encode: Callable[[Any], Any], documents: Any, column: str | None, keep: Sequence[str]) -> Any:
    """Return the Dataset; see `textvec.engines.lazy.lazy_matrix`."""
    schema = documents.schema()
    types = dict(zip(schema.names, schema.types, strict=True))
    column = chosen_column("the Dataset", schema.names, lambda name: _is_text(types[name]), column)
    check_columns("the Dataset", schema.names, keep)
    return documents.map_batches(_OfTable(encode, column, tuple(keep)), batch_format="pyarrow")


def _is_text(kind: Any) -> bool:
    return kind in (pa.string(), pa.large_string())


class _OfTable:
    """Makes the columns of a block of documents, on the worker that has it."""

    def __init__(self, encode: Callable[[Any], Any], column: str, keep: tuple[str, ...]) -> None:
        self.encode, self.column, self.keep = encode, column, keep

    def __call__(self, table: pa.Table) -> pa.Table:
        batch = read_batch(0, table, self.column, self.keep)
        return matrix_table(self.encode(batch.documents), table.select(self.keep))
