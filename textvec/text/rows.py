"""Rows of tables that were given instead of documents: they look like lists of words, and would be taken for them.

A row that names its fields is told by them. Rows that are plain lists are told by what lists of words do not look like:
text with spaces, at the same position of each. `textvec.Tokens.from_lists` takes any lists of words without a question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import numpy as np

# How many documents are looked at; rows of one table look alike, so that more would only take time.
MAX_LOOKED_AT = 1000
# Words that make a value text, where a row has several values. Two are in many an honest token: "new york".
_MIN_WORDS = 3

_REMEDY = (
    "Pass the column that holds the text, [row[0] for row in rows], or several as one, "
    "[' '.join(row) for row in rows]. If these are words indeed, pass textvec.Tokens.from_lists(documents)."
)


def field_names(row: Any) -> list[str] | None:
    """Return the names of the fields of a row that has some: a dict, namedtuple, record, database row, dataclass."""
    if isinstance(row, Mapping):
        return list(map(str, row))
    for names in (getattr(row, "_fields", None), getattr(getattr(row, "dtype", None), "names", None)):
        if isinstance(names, tuple):
            return list(map(str, names))
    if hasattr(row, "__dataclass_fields__"):
        return list(row.__dataclass_fields__)
    if type(row).__name__ == "Row" and callable(getattr(row, "keys", None)):  # of sqlite3 and other databases
        return list(map(str, row.keys()))
    return None


def refuse_rows(documents: Iterable[Any]) -> None:
    """Raise an error if documents that come as lists of words are the rows of a table.

    Parameters
    ----------
    documents : iterable of lists, tuples or arrays
        Missing ones are passed over.

    Raises
    ------
    ValueError
    """
    rows = [row for row in islice(documents, MAX_LOOKED_AT) if isinstance(row, list | tuple | np.ndarray) and len(row)]
    names = next(filter(None, map(field_names, rows)), None)
    if names:
        raise ValueError(
            f"Documents were expected, but the rows of a table were given, with the fields {', '.join(names[:5])}. "
            f"{fields_remedy(names)}"
        )
    width = len(rows[0]) if rows else 0
    if len(rows) < 2 or any(len(row) != width for row in rows):  # of one alone nothing can be told
        return
    least = 2 if width == 1 else _MIN_WORDS
    for column in zip(*rows, strict=True):
        n_texts = sum(isinstance(value, str) and len(value.split(None, _MIN_WORDS)) >= least for value in column)
        if 2 * n_texts > len(rows):
            raise ValueError(
                f"Documents that are lists of words were expected, but these are rows of {width} "
                f"{'text' if width == 1 else 'columns'}, the first {list(rows[0])!r:.80}. {_REMEDY}"
            )


def fields_remedy(names: list[str]) -> str:
    """Return what to do with rows that have fields of some names."""
    name = next((name for name in names if "text" in name.lower()), names[0] if names else "text")
    return f"Pass the column that holds the text, such as [row[{name!r}] for row in rows], or row.{name}."
