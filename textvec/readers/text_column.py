"""Which column of a table holds the text, and what is read of the table.

Every kind of file has a module that reads it, and that ends with a `FileKind`. All of them promise the same: as many
documents as rows, or an error that names the file, and the line if there is one.

Tested in tests/readers/test_read.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

# fmt: off
TEXT_NAMES = {
    "abstract", "body", "comment", "comments", "content", "contents", "description", "document", "documents", "message",
    "messages", "paragraph", "review", "reviews", "sentence", "sentences", "text", "texts", "tweet",
}
# fmt: on


class ReadError(ValueError):
    """A file cannot be read as documents.

    Attributes
    ----------
    parameter : str or None
        The parameter of `textvec.readers.read_documents` that may help.
    """

    def __init__(self, message: str, parameter: str | None = None) -> None:
        super().__init__(message)
        self.parameter = parameter


class Wanted(NamedTuple):
    """What to read of a source: the parameters of `textvec.readers.read_documents`."""

    text_column: str | None = None
    encoding: str = "utf-8"
    id_column: str | None = None
    metadata_columns: Sequence[str] = ()

    @property
    def other_columns(self) -> list[str]:
        """The columns to read besides the text, each once."""
        return list(dict.fromkeys([*([] if self.id_column is None else [self.id_column]), *self.metadata_columns]))


class TextColumn(NamedTuple):
    """What was read of a file.

    Attributes
    ----------
    texts : sequence of str or None
        None where the text is missing.
    rows : sequence of int
        The number of the row or line of each text, from 1.
    notes : list of str
        How the column was chosen, if it was guessed.
    others : mapping of str to sequence
        The other columns that were wanted, by name.
    """

    texts: Sequence[str | None]
    rows: Sequence[int]
    notes: list[str]
    others: Mapping[str, Sequence[Any]] = {}


class FileKind(NamedTuple):
    """A kind of file that holds a table.

    Attributes
    ----------
    suffixes : tuple of str
        How the names of such files end, in lower case.
    read : callable
        Takes the name of a file and what is wanted of it, and returns its text column.
    """

    suffixes: tuple[str, ...]
    read: Callable[[str, Wanted], TextColumn]


def pick_column(
    name: str, columns: Sequence[str], is_text: Callable[[str], bool], wanted: str | None
) -> tuple[str, list[str]]:
    """Return the column that holds the text, and a note if it was guessed.

    A guess is the only column there is, the only one of text, or the only one of text with a name in `TEXT_NAMES`.
    """
    if not columns:
        raise ReadError(f"{name} holds no text.")
    seen: set[str] = set()
    for column in filter(None, columns):  # spreadsheets write any number of columns without a name
        if column in seen:
            raise ReadError(f"{name} has several columns named {column!r}. Rename all but one of them.")
        seen.add(column)
    if wanted is not None:
        check_columns(name, columns, [wanted], "text_column")
        return wanted, []
    if len(columns) == 1:
        return columns[0], []
    texts = [column for column in columns if is_text(column)]
    named = [column for column in texts if column.strip().lower() in TEXT_NAMES]
    for candidates in (texts, named):
        if len(candidates) == 1:
            return candidates[0], [f"{name}: the text is taken from column {candidates[0]!r}."]
    if not texts:
        raise ReadError(f"{name} has no column of text. {_listed(columns)}")
    raise ReadError(f"Which column of {name} holds the text? {_listed(columns)}", "text_column")


def check_columns(
    name: str, columns: Sequence[str], wanted: Sequence[str], parameter: str | None = None
) -> Sequence[str]:
    """Return the columns that are wanted, or raise an error if a table does not have one of them."""
    for column in wanted:
        if column not in columns:
            raise ReadError(f"Column {column!r} is not in {name}. {_listed(columns)}", parameter)
    return wanted


def _listed(columns: Sequence[str]) -> str:
    more = f" and {len(columns) - 30} more" if len(columns) > 30 else ""
    return f"Its columns are: {', '.join(map(repr, columns[:30]))}{more}."
