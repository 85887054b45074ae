"""Lists of named tuples, as searches return them: they read like lists, print well, and turn into tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self, SupportsIndex, TypeVar, overload

from textvec._common.counted import counted
from textvec._common.html_table import and_more, html_table
from textvec._common.optional import import_pandas
from textvec._common.printable import printable

R = TypeVar("R")

_MAX_SHOWN = 20  # records that are shown: as many as fit on a screen
_WIDTH = 80  # columns of a terminal
_SNIPPET_WIDTH = 70  # characters that are shown of a text, so that it stays on one line


def snippet(document: Any, width: int = _SNIPPET_WIDTH) -> str:
    """Return the beginning of a document, on one line; nothing where there is none.

    Parameters
    ----------
    document : object
        A text, or a list of words.
    width : int, default=70
        How many characters to return at the most.

    Examples
    --------
    >>> from textvec._common.records import snippet
    >>> snippet("a long text", 8), snippet(["two", "words"]), snippet(None)
    ('a lon...', 'two words', '')
    """
    if document is None:
        return ""
    is_list = isinstance(document, list | tuple) or hasattr(document, "tolist")  # the latter are arrays
    text = " ".join((" ".join(map(str, document)) if is_list else str(document)).split())
    return text if len(text) <= width else text[: width - 3] + "..."


def as_cell(value: Any) -> str:
    """Return a value as a table shows it: four digits of a float, the beginning of a text.

    Examples
    --------
    >>> from textvec._common.records import as_cell
    >>> as_cell(0.25), as_cell(7), as_cell("two  words"), as_cell(None)
    ('0.2500', '7', 'two words', '')
    """
    return f"{value:.4f}" if isinstance(value, float) else snippet(value)


class Tabular:
    """A result that turns into a table. Subclasses are sequences of named tuples, or say what `to_dicts` returns."""

    def _columns(self) -> Sequence[str] | None:
        """Return the names of the columns of a table without rows as well; None if those of its rows are all."""
        return None

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return each element as a dict, whose keys are the names of its fields.

        Returns
        -------
        list of dict
        """
        return [each._asdict() for each in self]  # type: ignore[attr-defined]

    def to_pandas(self) -> Any:
        """Return the same as a pandas DataFrame, with a row for each dict of `to_dicts`.

        Returns
        -------
        pandas.DataFrame

        Raises
        ------
        ImportError
            Without pandas.
        """
        pandas = import_pandas(f"{type(self).__name__}.to_pandas")
        return pandas.DataFrame.from_records(self.to_dicts(), columns=self._columns())


class Records(list[R], Tabular):
    """A list of named tuples that prints as a table, in a terminal and in a notebook. A slice of it does so, too."""

    _head: ClassVar[tuple[str, ...]]
    """The heads of the columns that are shown."""
    _texts: ClassVar[frozenset[int]]
    """Which of these columns are text."""
    _what: ClassVar[tuple[str, str]]
    """One of them, and many."""

    def _cells(self, record: R) -> Sequence[str]:
        """Return what is shown of a record."""
        return list(map(as_cell, record))  # type: ignore[call-overload]

    @overload
    def __getitem__(self, place: SupportsIndex) -> R: ...
    @overload
    def __getitem__(self, place: slice) -> Self: ...
    def __getitem__(self, place: SupportsIndex | slice) -> R | Self:
        found = super().__getitem__(place)
        return type(self)(found) if isinstance(place, slice) else found  # type: ignore[arg-type, return-value]

    def __repr__(self) -> str:
        rows = [self._cells(each) for each in self[:_MAX_SHOWN]]
        if rows and len(self._head) > 2:
            rows.insert(0, self._head)
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [f"{type(self).__name__}({len(self)})"]
        for row in rows:
            cells = zip(row, widths, strict=True)
            line = "  ".join(c.ljust(w) if i in self._texts else c.rjust(w) for i, (c, w) in enumerate(cells)).rstrip()
            lines.append(f"  {cut(line, _WIDTH - 2)}")
        more = and_more(len(self) - _MAX_SHOWN, *self._what)
        return printable("\n".join([*lines, f"  {more}"] if more else lines), keep="\n")

    def _repr_html_(self) -> str:
        rows = map(self._cells, self[:_MAX_SHOWN])
        rest = and_more(len(self) - _MAX_SHOWN, *self._what)
        return html_table(self._head, rows, caption=counted(len(self), *self._what), texts=self._texts, rest=rest)


def cut(line: str, width: int = _WIDTH) -> str:
    """Return a line that is cut where a terminal ends; spaces stay."""
    return line if len(line) <= width else line[: width - 3] + "..."
