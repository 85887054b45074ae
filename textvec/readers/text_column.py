"""Which column of a table holds the text, and what is read of the table.

Every kind of file has a module that reads it, and that ends with a `FileKind`. All of them promise the same: as many
documents as rows, or an error that names the file, and the line if there is one.

Tested in tests/readers/test_read.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from textvec.readers.content import Content
from textvec.readers.errors import ReadError
from textvec.readers.text_stream import TextStream

# fmt: off
TEXT_NAMES = {
    "abstract", "body", "comment", "comments", "content", "contents", "description", "document", "documents", "message",
    "messages", "paragraph", "review", "reviews", "sentence", "sentences", "text", "texts", "tweet",
}
# fmt: on

LABEL_NAMES = {"category", "class", "label", "labels", "sentiment", "tag", "target"}
_MAX_FIELDS = 10  # Fields of text that an error names.


class Wanted(NamedTuple):
    """What to read of a source, and how: the parameters of `textvec.readers.read_documents`."""

    text_columns: Sequence[str] = ()
    encoding: str = "utf-8"
    id_column: str | None = None
    metadata_columns: Sequence[str] | None = ()
    format: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    null: Sequence[str] | None = None
    strict: bool = False
    label_column: str | None = None
    guess_label: bool = False

    @property
    def other_columns(self) -> list[str]:
        """The columns that have to be read besides the text, each once."""
        return self.others_of(())

    def others_of(self, columns: Sequence[str]) -> list[str]:
        """Return the columns to read, besides the text, of a table with some columns."""
        named = [each for each in (self.id_column, self.label_column) if each is not None]
        return list(dict.fromkeys([*named, *(columns if self.metadata_columns is None else self.metadata_columns)]))

    def with_label(self, name: str, columns: Sequence[str]) -> Wanted:
        """Return the same with the column that holds the labels, if that is to be guessed: the only one named so."""
        if not self.guess_label:
            return self
        found = [column for column in columns if column.strip().lower() in LABEL_NAMES]
        found = [column for column in found if column not in self.text_columns]
        if len(found) != 1:
            what = f"has the columns {' and '.join(map(repr, found))}, any of which" if found else "has no column that"
            raise ReadError(
                f"{name} {what} may hold the labels. Name the one that does. {listed(columns)}", "label_column"
            )
        return self._replace(label_column=found[0], guess_label=False)


class TextColumn(NamedTuple):
    """What was read of a file.

    Attributes
    ----------
    texts : sequence of str or None
        None where the text is missing.
    rows : sequence of int or None
        The number of the row or line of each text, from 1; None for a text that is the whole file.
    notes : list of str
        How the column was chosen, if it was guessed.
    others : mapping of str to sequence
        The other columns that were wanted, by name.
    written : collection of str
        Those of them that are strings because the file knows no types, so that they may be written numbers.
    taken : sequence of str
        The columns that the text is made of.
    label : str, optional
        The column that holds labels, if one was wanted.
    """

    texts: Sequence[str | None]
    rows: Sequence[int | None]
    notes: list[str]
    others: Mapping[str, Sequence[Any]] = {}
    written: Collection[str] = ()
    taken: Sequence[str] = ()
    label: str | None = None


class FileKind(NamedTuple):
    """A kind of file that holds a table.

    Attributes
    ----------
    format : str
        What the parameter `format` calls it.
    suffixes : tuple of str
        How the names of such files end, in lower case.
    read : callable
        Takes the content of a file and what is wanted of it, and returns its text column.
    stream : callable, optional
        Takes the text of a file in pieces, the name of the file and what is wanted of it, and yields its text column in
        parts, each as soon as its text is there. Kinds without it are read as a whole.
    """

    format: str
    suffixes: tuple[str, ...]
    read: Callable[[Content, Wanted], TextColumn]
    stream: Callable[[TextStream, str, Wanted], Iterator[TextColumn]] | None = None


def pick_columns(
    name: str,
    columns: Sequence[str],
    is_text: Callable[[str], bool],
    wanted: Wanted,
    texts_within: Callable[[], Sequence[str]] = tuple,
) -> tuple[Sequence[str], list[str]]:
    """Return the columns that hold the text, and a note if they were guessed.

    A guess is the only column there is, the only one of text, or the only one of text with a name in `TEXT_NAMES`.
    `texts_within` returns the fields of objects or structs that hold text, for the error where no column does.
    """
    if not columns:
        raise ReadError(f"{name} holds no text.")
    seen: set[str] = set()
    for column in filter(None, columns):  # spreadsheets write any number of columns without a name
        if column in seen:
            raise ReadError(f"{name} has several columns named {column!r}. Rename all but one of them.")
        seen.add(column)
    if wanted.text_columns:
        return wanted.text_columns, []
    if len(columns) == 1:
        return columns, []
    columns = [column for column in columns if column != wanted.label_column]
    texts = [column for column in columns if is_text(column)]
    named = [column for column in texts if column.strip().lower() in TEXT_NAMES]
    for candidates in (texts, named):
        if len(candidates) == 1:
            return candidates, [f"{name}: the text is taken from column {candidates[0]!r}."]
    if not texts:
        raise ReadError(f"{name} has no column of text. {listed(columns)}{fields_of(texts_within())}", "text_column")
    raise ReadError(f"Which column of {name} holds the text? {listed(columns)}", "text_column")


def check_columns(
    name: str, columns: Sequence[str], wanted: Iterable[str], parameter: str | None = None
) -> Sequence[str]:
    """Return the columns that are wanted, or raise an error if a table does not have one of them."""
    wanted = list(wanted)
    for column in wanted:
        if column not in columns:
            raise ReadError(f"Column {column!r} is not in {name}. {listed(columns)}", parameter)
        if columns.count(column) > 1:
            raise ReadError(f"{name} has several columns without a name. Give those names that are to be read.")
    return wanted


def joined(columns: Sequence[Sequence[str | None]], null: Sequence[str] | None = None) -> Sequence[str | None]:
    """Return the texts of several columns as one: a line for each that is there, not empty, and not one of `null`."""
    if null:
        columns = [[None if text in null else text for text in texts] for texts in columns]
    if len(columns) == 1:
        return columns[0]
    rows = zip(*columns, strict=True)
    return [None if set(row) == {None} else "\n".join(text for text in row if text) for row in rows]


def fields_of(fields: Sequence[str]) -> str:
    """Return a sentence that names the fields of objects or structs that hold text, with a space before it; or nothing.

    Examples
    --------
    >>> fields_of(["data.title", "data.text"]), fields_of([])
    (" Text is in the fields 'data.title', 'data.text': name one, such as 'data.text'.", '')
    """
    if not fields:
        return ""
    if len(fields) == 1:
        return f" Text is in the field {fields[0]!r}: name that."
    best = next((each for each in fields if each.rpartition(".")[2].lower() in TEXT_NAMES), fields[0])
    more = f" and {len(fields) - _MAX_FIELDS} more" if len(fields) > _MAX_FIELDS else ""
    return f" Text is in the fields {', '.join(map(repr, fields[:_MAX_FIELDS]))}{more}: name one, such as {best!r}."


def listed(columns: Sequence[str]) -> str:
    """Return a sentence that names the columns of a table."""
    more = f" and {len(columns) - 30} more" if len(columns) > 30 else ""
    return f"Its columns are: {', '.join(map(repr, columns[:30]))}{more}."
