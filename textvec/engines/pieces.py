"""Pieces: parts of a collection of documents, each read where it is worked on.

The process that the user sits at knows the pieces by number. A worker reads one, or is given the partition of a
collection of Dask's or Ray's that lies there, and makes a `Batch` of it; what a function makes of the batch is all that
leaves the worker. So no text passes through the scheduler.

Tested in tests/engines/test_dask_engine.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

import pyarrow as pa

from textvec.readers.errors import ReadError
from textvec.readers.text_column import Wanted, pick_columns
from textvec.text.documents import column_of

Progress = Callable[[int, int], object]
"""What is called after each piece with the numbers of those that are done and of all."""


class Batch(NamedTuple):
    """The documents of one piece.

    Attributes
    ----------
    number : int
        Which piece it is, from 0, in the order of the collection.
    documents : pyarrow.Array, pyarrow.ChunkedArray or list
        The texts, as any estimator takes them: a column of strings; a list, where some are none, so that the estimator
        says which.
    table : pyarrow.Table
        The columns that were asked for, by name, with the texts under the name of their column: y, ids and metadata are
        taken from it. Where the texts are a list, it has the other columns only.
    """

    number: int
    documents: Any
    table: pa.Table


class Piece(Protocol):
    """A part of some files, small and picklable, which a worker reads."""

    @property
    def number(self) -> int:
        """Which piece it is."""

    def read(self) -> Batch:
        """Return the documents; to be called where they are worked on."""


class Cut(NamedTuple):
    """How files are cut into pieces.

    Attributes
    ----------
    kind : {"parquet", "jsonl", "txt"}
        What all files are.
    column : str or None
        The column of texts, if it was named.
    columns : tuple of str
        The other columns that are wanted.
    bytes_per_piece : int
        About how many bytes a piece has.
    options : dict
        What fsspec needs to open URLs.
    """

    kind: str
    column: str | None
    columns: tuple[str, ...]
    bytes_per_piece: int
    options: dict[str, Any]


def read_batch(number: int, data: Any, column: str | None, columns: Sequence[str]) -> Batch:
    """Return the batch of a piece, or of a partition that lies in this process: of pandas, Arrow, or a list of a Bag.

    Parameters
    ----------
    number : int
        Which piece it is.
    data : Piece, pandas.DataFrame, pandas.Series, pyarrow.Table or iterable
        A piece has its columns already.
    column : str or None
        The column of texts; None where there is only one.
    columns : sequence of str
        The other columns that are wanted.
    """
    if hasattr(data, "read"):
        return data.read()  # type: ignore[no-any-return]
    if hasattr(data, "iloc"):  # pandas
        if data.ndim == 1:
            return make_batch(number, data, column or "text", {})
        return make_batch(number, data[column], str(column), {each: data[each] for each in columns})
    if isinstance(data, pa.Table):
        return make_batch(number, data[column], str(column), {each: data[each] for each in columns})
    items = list(data)  # partitions of a Bag may be iterators
    if any(isinstance(item, dict) for item in items):
        name = column or "text"
        return make_batch(number, _values(items, name), name, {each: _values(items, each) for each in columns})
    if columns:
        raise _no_columns("The Bag", columns)
    return make_batch(number, items, column or "text", {})


def make_batch(number: int, documents: Any, column: str, others: dict[str, Any]) -> Batch:
    """Return a batch of columns from Arrow, pandas or lists."""
    documents = column_of(documents)
    if isinstance(documents, list):
        with suppress(pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):  # the estimator says what is no text
            documents = pa.array(documents, pa.large_string(), from_pandas=True)
    elif pa.types.is_null(documents.type):
        documents = documents.cast(pa.large_string())
    arrays = {name: _array(values) for name, values in others.items()}
    if not isinstance(documents, list):
        arrays = {column: documents, **arrays}
    return Batch(number, documents, pa.table(arrays))


def _array(values: Any) -> Any:
    return values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, from_pandas=True)


def _values(items: list[Any], name: str) -> list[Any]:
    for i, item in enumerate(items):
        if not isinstance(item, dict) or name not in item:
            has = (
                f"the fields {', '.join(map(repr, item))}" if isinstance(item, dict) else f"type {type(item).__name__}"
            )
            raise ReadError(
                f"Each item of the Bag must be a dictionary with the field {name!r}, but item {i} of a partition has "
                f"{has}. Name a field that all of them have."
            )
    return [item[name] for item in items]


def chosen_column(what: str, names: Sequence[str], is_text: Callable[[str], bool], column: str | None) -> str:
    """Return the column of texts of a table: the one that is named, or else the one that `textvec.readers` takes."""
    if column is None:
        try:
            return pick_columns(what, names, is_text, Wanted())[0][0]
        except ReadError as error:
            raise ReadError(f"{error} Name the one that does, or give it alone.", error.parameter) from None
    check_columns(what, names, [column])
    return column


def plain_type(kind: Any) -> Any:
    """Return the Arrow type of values, which is one for all columns of text."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.string() if kind in (pa.large_string(), pa.string_view()) else kind


def is_string_type(kind: Any) -> bool:
    """Tell whether an Arrow type is one of text."""
    return isinstance(kind, pa.DataType) and plain_type(kind) == pa.string()


def check_columns(what: str, names: Sequence[str], wanted: Sequence[str]) -> None:
    """Raise an error if a table has no column of a name that is wanted."""
    for each in wanted:
        if each not in names:
            raise ReadError(f"Column {each!r} is not in {what}. Its columns are: {', '.join(map(repr, names))}.")


def _no_columns(what: str, columns: Sequence[str]) -> ReadError:
    return ReadError(
        f"{what} holds texts alone, so it has no column {columns[0]!r}. Give a DataFrame with that column."
    )


def refuse_columns(what: str, columns: Sequence[str]) -> None:
    """Raise an error if columns are wanted of what holds texts alone."""
    if columns:
        raise _no_columns(what, columns)
