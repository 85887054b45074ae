"""Facets: which values the metadata of hits have, and how often; and which columns are worth showing so.

Tested in tests/index/test_results.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

if TYPE_CHECKING:
    from textvec.index._collection import Collection
    from textvec.index.document_index import DocumentIndex

_KINDS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_integer, pa.types.is_boolean)


MAX_VALUES = 50
"""How many different values a column to filter by may have: nobody chooses from more."""


def facet_columns(index: DocumentIndex) -> list[str]:
    """Return the columns of metadata to filter by: text, whole numbers and truth values, of which there are few.

    A column that has the same value everywhere is none: nothing can be chosen.

    Parameters
    ----------
    index : CosineIndex, VectorIndex, BM25Index or HybridIndex
        Whose metadata. What is found is kept until documents are added or deleted.

    Returns
    -------
    list of str
        In their order.
    """
    return index._fitted().facet_columns


def columns_of_few_values(collection: Collection, max_values: int = MAX_VALUES) -> list[str]:
    """Return the columns that `facet_columns` tells."""
    metadata = collection.like.metadata
    names = [] if metadata is None else metadata.column_names
    return [name for name in names if 1 < _n_values(collection, name, max_values) <= max_values]


def value_counts(collection: Collection, rows: NDArray[np.int64], column: str) -> dict[Any, int]:
    """Return how many of the documents of some rows have each value of a column, the most frequent value first.

    Parameters
    ----------
    collection : Collection
    rows : ndarray of int64
        One of each document; -1 is none.
    column : str

    Raises
    ------
    ValueError
        If the metadata have no such column.
    """
    metadata = collection.like.metadata
    check_column(column, [] if metadata is None else metadata.column_names)
    found = []
    rows = rows[rows >= 0]
    numbers = np.searchsorted(collection.first_rows, rows, side="right") - 1
    for number, live in enumerate(collection.segments):
        own = rows[numbers == number] - collection.first_rows[number]
        if len(own) and live.segment.metadata is not None:
            found += live.segment.metadata[column].take(pa.array(live.segment.docs_of(own))).to_pylist()
    return counted_values(found)


def check_column(column: str, columns: Sequence[str]) -> None:
    """Raise an error unless a column is one of the metadata's."""
    if column not in columns:
        named = f"Its columns are: {', '.join(map(repr, columns))}." if columns else "There is none at all."
        raise ValueError(f"The metadata has no column {column!r}. {named}")


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


def _n_values(collection: Collection, name: str, enough: int) -> int:
    """Return how many different values a column has, or more than enough if it has, 0 if it is of no kind to choose."""
    values: set[Any] = set()
    for live in collection.segments:
        column = live.segment.metadata[name]  # type: ignore[index]
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if not any(is_kind(kind) for is_kind in _KINDS):
            return 0
        # Where there are too many, the first ones tell, and the rest of a large file is not read.
        for part in (column.slice(0, 10 * enough), column):
            if pc.count_distinct(part, mode="all").as_py() > enough:
                return enough + 1
        values.update(column.unique().to_pylist())
    return len(values)
