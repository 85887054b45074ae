"""A Ray Dataset with the columns of a matrix.

Tested in tests/distributed/test_ray_columns.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from textvec.engines.matrix_columns import matrix_table
from textvec.engines.ray_engine import batch_of, chosen_names, in_order


def ray_columns(encode: Callable[[Any], Any], documents: Any, column: str | None, keep: Sequence[str]) -> Any:
    """Return the Dataset; see `textvec.engines.lazy.lazy_matrix`."""
    column, _ = chosen_names(documents, column, keep)
    return in_order(documents.map_batches(_OfTable(encode, column, tuple(keep)), batch_format="pyarrow"))


class _OfTable:
    """Makes the columns of a block of documents, on the worker that has it."""

    def __init__(self, encode: Callable[[Any], Any], column: str, keep: tuple[str, ...]) -> None:
        self.encode, self.column, self.keep = encode, column, keep

    def __call__(self, table: pa.Table) -> pa.Table:
        names = [each for each in self.keep if each != self.column]
        batch = batch_of(0, table, self.column, names)
        return matrix_table(self.encode(batch.documents), batch.table.select(self.keep))
