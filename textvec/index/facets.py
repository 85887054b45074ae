"""Facets: how often values of metadata occur, and which columns have few enough to choose from.

Tested in tests/index/test_results.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

MAX_VALUES = 50
"""How many different values a column to filter by may have: nobody chooses from more."""
_KINDS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_integer, pa.types.is_boolean)


def columns_of_few_values(tables: Sequence[pa.Table], max_values: int = MAX_VALUES) -> list[str]:
    """Return the columns to filter by: text, whole numbers and truth values, of which there are several, but few.

    Parameters
    ----------
    tables : sequence of pyarrow.Table
        With the same columns.
    max_values : int, default=MAX_VALUES
    """
    names = tables[0].column_names if tables else []
    return [name for name in names if 1 < _n_values([table[name] for table in tables], max_values) <= max_values]


def counted_values(values: Iterable[Any]) -> dict[Any, int]:
    """Return how often each value occurs, the most frequent first; NaN is missing, as None is.

    Parameters
    ----------
    values : iterable
        What cannot be a key, such as a list, is counted as its text.
    """
    counts: Counter[Any] = Counter()
    for value in values:
        if isinstance(value, float) and value != value:
            value = None
        counts[value if isinstance(value, Hashable) else str(value)] += 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))))


def check_column(column: str, columns: Sequence[str]) -> None:
    """Raise an error unless a column is one of the metadata's."""
    if column not in columns:
        named = f"Its columns are: {', '.join(map(repr, columns))}." if columns else "There is none at all."
        raise ValueError(f"The metadata has no column {column!r}. {named}")


def _n_values(columns: Sequence[pa.ChunkedArray], enough: int) -> int:
    """Return how many different values a column has, or more than enough if it has; 0 of a kind not to choose from."""
    kind = columns[0].type.value_type if pa.types.is_dictionary(columns[0].type) else columns[0].type
    if not any(is_kind(kind) for is_kind in _KINDS):
        return 0
    values: set[Any] = set()
    for column in columns:
        # Where there are too many, the first ones tell, and the rest of a large file is not read.
        for part in (column.slice(0, 10 * enough), column):
            if pc.count_distinct(part, mode="all").as_py() > enough:
                return enough + 1
        values.update(column.unique().to_pylist())
    return len(values)
