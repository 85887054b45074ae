"""Test sets in files, tables and lists, to rows of the fields that are wanted.

A row that cannot be read is an error that names its line. If it were skipped, as is often done, the figure would be of
another test set than the one that was named.
"""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from textvec.readers.errors import ReadError
from textvec.text.documents import is_missing

Source = Any  # a path, a pandas or polars DataFrame, or an iterable of rows
Row = tuple[str, Any]  # where it is, for errors, and its fields
Layout = tuple[str, ...]


def read(source: Source, layouts: Sequence[Layout], *, comments: bool = True) -> Iterator[Row]:
    """Yield the rows of a test set: where each is, and its fields in the order of the layout that the set has.

    Parameters
    ----------
    source : path, DataFrame, or iterable of rows
        Files are UTF-8, with tabs, commas (CSV, quoted if needed) or white space between fields: the first of these
        that the first line has.
    layouts : sequence of tuples of str
        Names of columns, in lower case. The first layout whose names are all in the first row is taken, whatever the
        order of the columns. If there is none, the first row is data, and the layout is the one with as many fields.
        Rows in which all fields of the layout are empty are passed over.
    comments : bool, default=True
        Whether lines of a file that begin with "#" are comments.

    Raises
    ------
    ReadError
        If there are no rows, not the columns of any layout, or a row has more or fewer fields than the first.

    Examples
    --------
    >>> from textvec.evaluation._sources import read
    >>> list(read([("day", "night", 4.5)], [("word1", "word2", "score")]))
    [('row 0', ['day', 'night', 4.5])]
    """
    is_frame = hasattr(source, "columns")
    rows = _rows(source, comments)
    place, first = next(rows, ("", ()))
    if not len(first):
        raise ReadError(f"{_called(source)} is empty; rows of {' or '.join(map(_listed, layouts))} were expected.")
    names = [str(field).strip().lower() for field in first]
    layout = next((layout for layout in layouts if set(layout) <= set(names)), ())
    if not layout:
        layout = next((layout for layout in layouts if len(layout) == len(first)), ())
        if not layout:
            raise ReadError(
                f"{_called(source)} must have columns that are named {' or '.join(map(_listed, layouts))}, or only "
                f"these without names; {place} has {len(first)} fields: {_listed(first)}."
            )
        rows, names = rows if is_frame else chain([(place, first)], rows), list(layout)
    take = [names.index(name) for name in layout]
    empty = True
    for place, row in rows:
        if len(row) != len(first):
            raise ReadError(f"{place} has {len(row)} fields where {len(first)} were expected: {_listed(row)}.")
        fields = [row[i] for i in take]
        if not all(_is_empty(field) for field in fields):
            empty = False
            yield place, fields
    if empty:
        raise ReadError(f"{_called(source)} has the names of columns, but no rows.")


def first_row(source: Source) -> list[Any]:
    """Return the first row of a test set as it stands there, be it names or data; empty if there is none.

    Raises
    ------
    TypeError
        If the rows come from an iterator, which would lose it.
    """
    if isinstance(source, Iterator):
        raise TypeError("A path, a DataFrame or a list of rows was expected, but an iterator was given.")
    return list(next(_rows(source, comments=True), ("", ()))[1])


def text_of(place: str, value: Any) -> str:
    """Return a field that must be text."""
    if not isinstance(value, str) or not value.strip():
        raise ReadError(f"{place} has {value!r} where text was expected.")
    return value.strip()


def number_of(place: str, value: Any) -> float:
    """Return a field that must be a number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ReadError(f"{place} has {value!r} where a number was expected, how similar the two are.")
    return number


def lines_of(path: str | os.PathLike[str], *, comments: bool) -> Iterator[tuple[str, str]]:
    """Yield where each line of a file is, and the line with its end; comments become empty lines."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            for number, line in enumerate(file, 1):
                yield f"Line {number} of {path}", "\n" if comments and line.startswith("#") else line
    except UnicodeDecodeError as error:
        raise ReadError(
            f"{path} is not UTF-8 text ({error.reason} {error.object[error.start]:#x}). Read it with its own encoding, "
            "and pass its rows as a list or a DataFrame."
        ) from None


def _rows(source: Source, comments: bool) -> Iterator[Row]:
    if isinstance(source, str | os.PathLike):
        yield from _rows_of_file(source, comments)
        return
    if hasattr(source, "columns"):
        yield "the table", list(source.columns)
        source = source.itertuples(index=False, name=None) if hasattr(source, "itertuples") else source.iter_rows()
    if not isinstance(source, Iterable):
        raise TypeError(f"A path, a DataFrame or a list of rows was expected, but {type(source).__name__} was given.")
    for i, row in enumerate(source):
        if isinstance(row, str | bytes) or not isinstance(row, Sequence | np.ndarray):
            raise TypeError(f"Row {i} must be a tuple or list of fields, but it is {row!r}.")
        yield f"row {i}", row


def _rows_of_file(path: str | os.PathLike[str], comments: bool) -> Iterator[Row]:
    lines = list(lines_of(path, comments=comments))
    first = next((line for _, line in lines if line.strip()), "")
    delimiter = next((mark for mark in "\t," if mark in first), None)
    if delimiter is None:
        yield from ((place, line.split()) for place, line in lines if line.strip())
        return
    reader = csv.reader(io.StringIO("".join(line for _, line in lines), newline=""), delimiter=delimiter, strict=True)
    begins = 0
    try:
        for row in reader:
            if "".join(row).strip():
                yield lines[begins][0], row
            begins = reader.line_num
    except csv.Error as error:
        raise ReadError(f"{lines[begins][0]} cannot be read as CSV: {error}.") from None


def _is_empty(field: Any) -> bool:
    return is_missing(field) or (isinstance(field, str) and not field.strip())


def _called(source: Source) -> str:
    return str(source) if isinstance(source, str | os.PathLike) else f"The {type(source).__name__}"


def _listed(names: Sequence[Any]) -> str:
    return ", ".join(str(name) for name in names[:8]) + (", ..." if len(names) > 8 else "")
