"""Files and folders to documents, each of which remembers the file and the row it came from.

What a shell user points at comes in here. Every error is one sentence that names the file, and the line if there is
one; nothing is skipped, guessed or mended without a note.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from textvec.readers.text_column import Column, ReadError, numbers, parse_csv, parse_json, read_parquet, whole_numbers

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Corpus", "ReadError", "read_documents"]

Source = str | os.PathLike[str]

_SURROGATE = re.compile("[\ud800-\udfff]")
_HEAD = 1 << 16  # so much of a file is looked at before the rest of it is read
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class _BinaryError(ReadError):
    """A file is no text at all: passed over in a folder, an error anywhere else."""


@dataclass
class Corpus:
    """Documents and where they come from.

    Attributes
    ----------
    texts : list of str
        The documents.
    sources : list of str
        The file of each document, under the name it was given by.
    rows : list of int or None
        The place of each document in its file, from 1: the line of a text or JSON lines file, the row of a table (its
        header is not counted). None where the whole file is one document.
    ids : list of str or list of int
        The id of each document; empty where no column of ids was asked for.
    columns : dict of lists
        By their names the other columns that were asked for: a value for each document, None where there is none.
    notes : list of str
        What was decided on the way: a guessed column, a file passed over.
    warnings : list of str
        What the user has to know: texts that were missing or damaged.
    """

    texts: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    rows: list[int | None] = field(default_factory=list)
    ids: list[Any] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    def to_metadata(self) -> pa.Table:
        """Return `sources`, `rows` and `columns` as a table, for `CosineIndex.fit(..., metadata=...)`.

        Returns
        -------
        pyarrow.Table
            With the columns `source` and `row`, and the others, each of the type that its values are; where they are
            of several, they become strings, as JSON writes them.
        """
        import pyarrow as pa

        own = {"source": pa.array(self.sources, pa.string()), "row": pa.array(self.rows, pa.int64())}
        return pa.table(own | {name: _typed(values) for name, values in self.columns.items()})

    def _extend(self, other: Corpus) -> None:
        for each in fields(self):
            if each.name != "columns":
                getattr(self, each.name).extend(getattr(other, each.name))
        for name, values in other.columns.items():
            self.columns.setdefault(name, []).extend(values)


def read_documents(
    source: Source | Iterable[Source],
    *,
    text_column: str | None = None,
    encoding: str = "utf-8",
    id_column: str | None = None,
    metadata_columns: Sequence[str] = (),
) -> Corpus:
    r"""Read the documents of a file, a folder, or several of them.

    ====================================== ===========================================================================
    ``.csv``, ``.tsv``                     a row is a document; the first row holds the names of the columns
    ``.jsonl``, ``.ndjson``, ``.json``     a line, which holds one JSON object, is a document; blank lines are skipped
    ``.parquet``                           a row is a document
    any other file, ``-`` (standard input) a line is a document, an empty one too; a last newline adds none
    a folder                               each text file in it and below is a document, whatever its kind, in the
                                           order of their paths; hidden and binary files are passed over
    ====================================== ===========================================================================

    Parameters
    ----------
    source : str, path, or an iterable of them
        What to read. Several sources make one corpus, in the order given.
    text_column : str, optional
        The column of the tables that holds the text. When it is not given, the text is the only column of strings, or
        the only one of them with a name such as text, content, message or review.
    encoding : str
        Any encoding that Python knows. The byte order mark of UTF-16 or UTF-32 wins over the default.
    id_column : str, optional
        The column that holds an id for each document: integers, where all of them are, and otherwise strings.
    metadata_columns : sequence of str
        Columns to read beside the text. Those of a CSV file are integers, or else floats, where every value that is
        not empty is one ("007" is none), and otherwise strings; those of other tables are what they are there.

    Returns
    -------
    Corpus
        The texts, with the file and row of each. Missing texts are empty ones, and counted in `Corpus.warnings`.

    Raises
    ------
    ReadError
        If a source is missing, empty, malformed, binary, in another encoding, without any text, without one of the
        columns, or without an id for each document.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec.readers import read_documents
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "films.csv")
    ...     _ = file.write_text("id,review\n7,A joy\n8,Too long\n")
    ...     corpus = read_documents(file)
    >>> corpus.texts
    ['A joy', 'Too long']
    >>> corpus.rows
    [1, 2]

    With the ids, and another column:

    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "films.csv")
    ...     _ = file.write_text("id,review,stars\n7,A joy,4.5\n8,Too long,\n")
    ...     corpus = read_documents(file, id_column="id", metadata_columns=["stars"])
    >>> corpus.ids, corpus.columns
    ([7, 8], {'stars': [4.5, None]})
    """
    try:
        b" ".decode(encoding)
    except LookupError:
        raise ReadError(f"Python knows no text encoding named {encoding!r}.", "encoding") from None
    wanted = _Wanted(text_column, encoding, id_column, metadata_columns)
    corpus = Corpus()
    for one in [source] if isinstance(source, str | os.PathLike) else source:
        corpus._extend(_read(os.fspath(one), wanted))
    if len({type(id_) for id_ in corpus.ids}) > 1:
        corpus.ids = [str(id_) for id_ in corpus.ids]
    return corpus


class _Wanted(NamedTuple):
    """What to read of a source: see `read_documents`."""

    text: str | None
    encoding: str
    id: str | None
    metadata: Sequence[str]

    @property
    def others(self) -> list[str]:
        return list(dict.fromkeys([*([] if self.id is None else [self.id]), *self.metadata]))


def _read(name: str, wanted: _Wanted) -> Corpus:
    try:
        if name != "-" and Path(name).is_dir():
            _refuse_columns(name, wanted)
            corpus = _read_folder(name, wanted.encoding)
        else:
            corpus = _corpus(name, _read_column(name, wanted), wanted)
    except FileNotFoundError:
        raise ReadError(f"There is no file or folder {name!r}.") from None
    except OSError as error:
        raise ReadError(f"{error.filename or name} cannot be read: {error.strerror or error}.") from error
    _mend(corpus, name)
    if not any(text and not text.isspace() for text in corpus.texts):
        raise ReadError(f"{name} holds no text.")
    return corpus


def _read_column(name: str, wanted: _Wanted) -> Column:
    match Path(name).suffix.lower():
        case ".csv" | ".tsv":
            column = parse_csv(_read_text(name, wanted.encoding), name, wanted.text, wanted.others)
            others = {
                each: whole_numbers(values) if each == wanted.id else numbers(values)  # 1.1 and 1.10 are two ids
                for each, values in column.others.items()
            }
            return column._replace(others=others)
        case ".jsonl" | ".ndjson" | ".json":
            return parse_json(_lines(_read_text(name, wanted.encoding)), name, wanted.text, wanted.others)
        case ".parquet":
            return read_parquet(name, wanted.text, wanted.others)
        case _:
            _refuse_columns(name, wanted)
            lines = _lines(_read_text(name, wanted.encoding))
            return Column(lines, range(1, len(lines) + 1), [])


def _refuse_columns(name: str, wanted: _Wanted) -> None:
    for column in wanted.others:
        raise ReadError(f"{name} is no table, so it has no column {column!r}.")


def _read_folder(name: str, encoding: str) -> Corpus:
    corpus = Corpus()
    for path in _files(name):
        try:
            text = _read_text(path, encoding, may_be_empty=True)
        except _BinaryError:
            corpus.notes.append(f"{path} is not text: passed over.")
        else:
            corpus._extend(Corpus([text], [path], [None]))
    if not corpus.texts:
        raise ReadError(f"The folder {name} has no text files.")
    return corpus


def _files(folder: str) -> list[str]:
    """Return the files in a folder and below that are not hidden, sorted."""

    def refuse(error: OSError) -> NoReturn:
        raise error

    paths: list[Path] = []
    for root, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = [f for f in folders if not f.startswith(".")]
        paths += [Path(root, f) for f in files if not f.startswith(".")]
    return [str(path) for path in sorted(paths) if path.is_file()]


def _read_text(name: str, encoding: str, may_be_empty: bool = False) -> str:
    """Return what a file says, or refuse it when it says nothing, is binary, or in another encoding."""
    with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as file:
        data = file.read(_HEAD)
        if codecs.lookup(encoding).name == "utf-8":
            encoding = next((found for bom, found in _BOMS if data.startswith(bom)), encoding)
        wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
        if wide or b"\0" not in data:
            data += file.read()
    if not data and not may_be_empty:
        raise ReadError("Standard input is empty." if name == "-" else f"{name} is empty.")
    if not wide and b"\0" in data:
        raise _BinaryError(f"{name} is binary, not text: it holds zero bytes (as UTF-16 text does).", "encoding")
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "replace").count("\n") + 1
        raise ReadError(
            f"{name} is not {encoding}: byte {error.start}, 0x{data[error.start]:02x} on line {line}, does not fit. "
            "Name the encoding the file was written in, such as latin-1, cp1252 or utf-16.",
            "encoding",
        ) from None


def _lines(text: str) -> list[str]:
    """Cut text at newlines only: `str.splitlines` also cuts at form feeds and other characters inside of lines."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines if lines[-1] else lines[:-1]


def _corpus(name: str, column: Column, wanted: _Wanted) -> Corpus:
    """Put the documents of one file together, with empty ones in the place of those that are missing."""
    n = len(column.texts)
    missing = sum(text is None for text in column.texts)
    warnings = [f"{name}: {missing} of {n} texts are missing, and taken as empty."] if missing else []
    return Corpus(
        texts=[text or "" for text in column.texts],
        sources=[name] * n,
        rows=[*column.rows],
        ids=[] if wanted.id is None else _ids(name, column, wanted.id),
        columns={each: [*column.others[each]] for each in wanted.metadata},
        notes=column.notes,
        warnings=warnings,
    )


def _ids(name: str, column: Column, wanted: str) -> list[Any]:
    for row, id_ in zip(column.rows, column.others[wanted], strict=True):
        if isinstance(id_, bool) or not isinstance(id_, str | int):
            raise ReadError(
                f"Column {wanted!r} of {name} must hold an id for each document, a text or a whole number, but in row "
                f"{row} there is {'none' if id_ is None else repr(id_)}.",
                "id_column",
            )
    return [*column.others[wanted]]


def _typed(values: list[Any]) -> pa.Array:
    """Return values as an Arrow array, of strings where they are of several types or none."""
    import pyarrow as pa

    try:
        array = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        texts = (each if isinstance(each, str | None) else json.dumps(each, default=str) for each in values)
        array = pa.array(list(texts), pa.string())
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array


def _mend(corpus: Corpus, name: str) -> None:
    """Replace lone surrogates, the halves of characters that JSON can hold and nothing else can."""
    n = 0
    for texts in (corpus.texts, corpus.ids, *corpus.columns.values()):
        for place, text in enumerate(texts):
            if isinstance(text, str) and not text.isascii() and _SURROGATE.search(text):
                texts[place] = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
                n += texts is corpus.texts
    if n:
        corpus.warnings.append(f"{name}: {n} texts hold halves of characters (lone surrogates), replaced by \ufffd.")
