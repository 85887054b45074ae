"""Files and folders to documents, each of which remembers the file and the row it came from.

The sources that a user of the command line names are read here. Every error is one sentence that names the file, and
the line if there is one; nothing is skipped, guessed or repaired without a note.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from textvec.readers import csv_rows, json_lines, parquet
from textvec.readers.corpus import Corpus
from textvec.readers.files import BinaryFileError, files_in, lines, read_text
from textvec.readers.text_column import FileKind, ReadError, TextColumn, Wanted

Source = str | os.PathLike[str]

_KINDS: tuple[FileKind, ...] = (csv_rows.KIND, json_lines.KIND, parquet.KIND)
"""The kinds of files that hold a table. In any other file each line is a document."""

_SURROGATE = re.compile("[\ud800-\udfff]")


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
    wanted = Wanted(text_column, encoding, id_column, metadata_columns)
    corpus = Corpus()
    for one in [source] if isinstance(source, str | os.PathLike) else source:
        corpus._extend(_read(os.fspath(one), wanted))
    if len({type(id_) for id_ in corpus.ids}) > 1:
        corpus.ids = [str(id_) for id_ in corpus.ids]
    return corpus


def _read(name: str, wanted: Wanted) -> Corpus:
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
    _replace_surrogates(corpus, name)
    if not any(text and not text.isspace() for text in corpus.texts):
        raise ReadError(f"{name} holds no text.")
    return corpus


def _read_column(name: str, wanted: Wanted) -> TextColumn:
    suffix = Path(name).suffix.lower()
    kind = next((kind for kind in _KINDS if suffix in kind.suffixes), None)
    return _read_lines(name, wanted) if kind is None else kind.read(name, wanted)


def _read_lines(name: str, wanted: Wanted) -> TextColumn:
    _refuse_columns(name, wanted)
    texts = lines(read_text(name, wanted.encoding))
    return TextColumn(texts, range(1, len(texts) + 1), [])


def _refuse_columns(name: str, wanted: Wanted) -> None:
    for column in wanted.other_columns:
        raise ReadError(f"{name} is no table, so it has no column {column!r}.")


def _read_folder(name: str, encoding: str) -> Corpus:
    corpus = Corpus()
    for path in files_in(name):
        try:
            text = read_text(path, encoding, may_be_empty=True)
        except BinaryFileError:
            corpus.notes.append(f"{path} is not text: passed over.")
        else:
            corpus._extend(Corpus([text], [path], [None]))
    if not corpus.texts:
        raise ReadError(f"The folder {name} has no text files.")
    return corpus


def _corpus(name: str, column: TextColumn, wanted: Wanted) -> Corpus:
    """Return the documents of one file, with empty ones instead of those that are missing."""
    n = len(column.texts)
    missing = sum(text is None for text in column.texts)
    warnings = [f"{name}: {missing} of {n} texts are missing, and taken as empty."] if missing else []
    return Corpus(
        texts=[text or "" for text in column.texts],
        sources=[name] * n,
        rows=[*column.rows],
        ids=[] if wanted.id_column is None else _ids(name, column, wanted.id_column),
        columns={each: [*column.others[each]] for each in wanted.metadata_columns},
        notes=column.notes,
        warnings=warnings,
    )


def _ids(name: str, column: TextColumn, wanted: str) -> list[Any]:
    for row, id_ in zip(column.rows, column.others[wanted], strict=True):
        if isinstance(id_, bool) or not isinstance(id_, str | int):
            raise ReadError(
                f"Column {wanted!r} of {name} must hold an id for each document, a text or a whole number, but in row "
                f"{row} there is {'none' if id_ is None else repr(id_)}.",
                "id_column",
            )
    return [*column.others[wanted]]


def _replace_surrogates(corpus: Corpus, name: str) -> None:
    """Replace lone surrogates, the halves of characters that JSON can hold and nothing else can."""
    n = 0
    for texts in (corpus.texts, corpus.ids, *corpus.columns.values()):
        for i, text in enumerate(texts):
            if isinstance(text, str) and not text.isascii() and _SURROGATE.search(text):
                texts[i] = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
                n += texts is corpus.texts
    if n:
        corpus.warnings.append(f"{name}: {n} texts hold halves of characters (lone surrogates), replaced by \ufffd.")
