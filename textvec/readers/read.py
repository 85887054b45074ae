"""Files and folders to documents, each of which remembers the file and the row it came from.

The sources that a user of the command line names are read here. Every error is one sentence that names the file, and
the line if there is one; nothing is skipped, guessed or repaired without a note.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any

from textvec._common.counted import counted
from textvec._common.printable import encodable
from textvec.readers import csv_rows, delimiters, folders, json_lines, parquet
from textvec.readers.content import Content, opened
from textvec.readers.corpus import Corpus
from textvec.readers.errors import BinaryFileError, ReadError, UnreadableFileError
from textvec.readers.files import check_encoding, read_text
from textvec.readers.parts import Part, join
from textvec.readers.text_column import FileKind, TextColumn, Wanted
from textvec.readers.text_stream import TextStream

Source = str | os.PathLike[str]

_KINDS: tuple[FileKind, ...] = (
    csv_rows.KIND,
    csv_rows.TSV_KIND,
    json_lines.KIND,
    json_lines.ARRAY_KIND,
    parquet.KIND,
)
"""The kinds of files that hold a table. In any other file each line is a document."""

LINES = "txt"
"""What the parameter `format` calls files whose lines are documents."""


def read_documents(
    source: Source | Iterable[Source],
    *,
    text_column: str | Sequence[str] | None = None,
    encoding: str = "utf-8",
    id_column: str | None = None,
    metadata_columns: Sequence[str] | None = (),
    format: str | None = None,  # noqa: A002
    delimiter: str | None = None,
    quote: str | None = None,
    null: str | Sequence[str] | None = None,
    strict: bool = False,
) -> Corpus:
    r"""Read the documents of a file, a folder, or several of them.

    ====================================== ===========================================================================
    ``.csv``, ``.tsv``, ``.tab``           a row is a document; the first row holds the names of the columns
    ``.jsonl``, ``.ndjson``, ``.json``     an object is a document: a line (blank lines are skipped), several lines, or
                                           an element of an array
    ``.parquet``, ``.pq``                  a row is a document
    any other file, ``-`` (standard input) a line is a document, an empty one too; a last newline adds none. A file that
                                           looks like a table of tabs or semicolons, names of columns included, or
                                           begins with a line such as ``sep=;``, is read as one; and Parquet is known
                                           by its first bytes
    a folder of Parquet files              a row is a document, in the order of the paths; folders named as
                                           ``year=2026`` are columns, of integers where all values are (of 32 bits;
                                           ``01`` is 1), and otherwise of strings, as pyarrow has it
    any other folder                       each text file in it and below is a document, whatever its kind, in the
                                           order of their paths; hidden and binary files and saved indexes are passed
                                           over
    ====================================== ===========================================================================

    Files may be compressed: ``reviews.csv.gz``, ``.bz2``, ``.xz``, ``.lzma``, ``.zst``, ``.lz4``, or a ``.zip`` of one
    file. That is told by their first bytes. So is what a file is that is not read, such as a PDF or a tar archive: the
    error names what makes text of it.

    Parameters
    ----------
    source : str, path, or an iterable of them
        What to read. Several sources make one corpus, in the order given.
    text_column : str or sequence of str, optional
        The column of the tables that holds the text, or several, which make one text of several lines. A field of an
        object within an object (or of a Parquet struct) is named as ``data.text``. When it is not given, the text is
        the only column of strings, or the only one of them with a name such as text, content, message or review.
    encoding : str
        Any encoding of text that Python knows. The byte order mark of UTF-16 or UTF-32 wins over the default.
    id_column : str, optional
        The column that holds an id for each document: integers, where all of them are, and otherwise strings.
    metadata_columns : sequence of str, or None
        Columns to read beside the text. Those of CSV files are integers, or else floats, where every value is one or
        stands for a missing one (see `null`; spaces around it count for nothing), in all of the files together;
        otherwise they are strings. ``007`` is a code and no number, nor are ``1_000``, ``+1`` and whole numbers of more
        than 64 bits; dates, ``true`` and ``false`` are strings, too. Columns of other tables are what they are there,
        None for NaN. With None, all columns are read, the text included, each value as it is in its file: a string in a
        CSV file, None for NaN and where a file has no such column. A file of lines has one column then, text.
    format : {"csv", "tsv", "jsonl", "json", "txt", "parquet"}, optional
        What every source is, and every file of a folder, whatever its name; ``"txt"`` takes each line for a document.
    delimiter : str, optional
        The character between the fields of CSV files and of files without a known suffix. When it is not given, it is
        what a first line such as ``sep=;`` says, a tab in a ``.tsv`` file, or whichever of comma, semicolon, tab and
        bar cuts the first rows into equally many fields. When it is given, it holds, and such a line is passed over.
    quote : str, optional
        The character around fields of CSV files that hold a delimiter or newline, by default ``"``; ``"none"`` or an
        empty string where quotes are characters like all others.
    null : str or sequence of str, optional
        What stands for a missing value in columns, the text included. By default, in columns of numbers only, and in
        upper or lower case: nothing, ``NA``, ``NaN``, ``null``, ``None``, ``n/a``.
    strict : bool
        Whether a file of a folder that is in another encoding, or damaged, is an error. Otherwise it is passed over,
        and named in `Corpus.warnings`.

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
    wanted = wanted_of(
        text_columns=as_names(text_column) or (),
        encoding=encoding,
        id_column=id_column,
        metadata_columns=metadata_columns,
        format=format,
        delimiter=delimiter,
        quote=quote,
        null=as_names(null),
        strict=strict,
    )
    corpus = Corpus(columns={each: [] for each in metadata_columns or ()})
    parts: list[Part] = []
    for one in [source] if isinstance(source, str | os.PathLike) else source:
        parts += _read(os.fspath(one), wanted, corpus)
    join(parts, wanted, corpus)
    corpus.notes = [*map(encodable, corpus.notes)]
    corpus.warnings = [*map(encodable, corpus.warnings)]
    return corpus


def as_names(given: str | Sequence[str] | None) -> Sequence[str] | None:
    """Return names, one of which may be given alone."""
    return [given] if isinstance(given, str) else given


def wanted_of(**given: Any) -> Wanted:
    """Return what is wanted, by the parameters of `read_documents`, or raise an error if one makes no sense."""
    check_encoding(given["encoding"])
    formats = [*(kind.format for kind in _KINDS), LINES]
    if given["format"] not in (None, *formats):
        raise ReadError(f"There is no format {given['format']!r}, only {', '.join(formats)}.", "format")
    given["delimiter"], given["quote"] = delimiters.check_delimiter(given["delimiter"], given["quote"])
    return Wanted(**given)


def _read(name: str, wanted: Wanted, corpus: Corpus) -> list[Part]:
    """Read a source, and tell the corpus what was decided."""
    with naming(name):
        if name != "-" and Path(name).is_dir():
            parts = read_folder(name, wanted, corpus)
        else:
            with opened(name) as content:
                parts = [Part(name, _read_column(content, wanted))]
                corpus.notes += content.notes
    for part in parts:
        corpus.notes += part.column.notes
    texts = [text for part in parts for text in part.column.texts]
    missing = texts.count(None)
    if missing:
        corpus.warnings.append(f"{name}: {missing} of {len(texts)} texts are missing, and taken as empty.")
    if not any(text and not text.isspace() for text in texts):
        raise ReadError(f"{name} holds no text.")
    return parts


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Turn the errors of the system into those of a source that is not there, or cannot be read."""
    if "\0" in name:
        raise ReadError(f"There is no file or folder '{name}'.")
    try:
        yield
    except FileNotFoundError:
        raise ReadError(f"There is no file or folder '{name}'.") from None
    except OSError as error:
        raise ReadError(f"{error.filename or name} cannot be read: {error.strerror or error}.") from error


def _read_column(content: Content, wanted: Wanted) -> TextColumn:
    kind = kind_of(content, wanted)
    if kind is not None:
        return kind.read(content, wanted)
    [column] = stream(TextStream([read_text(content, wanted.encoding)], in_parts=False), content.name, wanted)
    return column


def stream(text: TextStream, name: str, wanted: Wanted) -> Iterator[TextColumn]:
    """Yield the lines of a text, each of which is a document, in parts; or the rows of what looks like a table."""
    if wanted.format is None:
        delimiter = wanted.delimiter or delimiters.said(text.peek())[0] or _of_table(text, wanted)
        if delimiter is not None:
            notes = []
            if not wanted.delimiter:
                by = delimiters.named(delimiter)
                notes = [f"{name}: it looks like a table of fields separated by {by}, and is read so."]
            for column in csv_rows.stream(text, name, wanted, delimiter):
                yield column._replace(notes=[*notes, *column.notes])
                notes = []
            return
    _refuse_columns(name, wanted)
    lines: list[str] = []
    n_before = 0
    for line in text.lines():
        lines.append(line.removesuffix("\n").removesuffix("\r"))
        if text.is_drained:
            yield _text_only(lines, range(n_before + 1, n_before + len(lines) + 1), wanted)
            n_before, lines = n_before + len(lines), []
    if lines or not n_before:
        yield _text_only(lines, range(n_before + 1, n_before + len(lines) + 1), wanted)


def _text_only(texts: Sequence[str], rows: Sequence[int | None], wanted: Wanted) -> TextColumn:
    return TextColumn(texts, rows, [], dict.fromkeys(wanted.others_of(["text"]), texts))


def _of_table(text: TextStream, wanted: Wanted) -> str | None:
    """Return what is between the fields of what looks like a table; no more lines are read than tell that it is none.

    It is the same in whatever pieces the text comes.
    """
    columns = {*wanted.text_columns, *wanted.other_columns}
    sample, n_before = text.peek(), 0
    while n_before < len(sample) <= delimiters.SAMPLE and delimiters.may_be_table(sample, columns, wanted.quote):
        n_before = len(sample)
        sample = text.peek(n_before + 1)
    return delimiters.of_table(sample, columns, wanted.quote)


def kind_of(content: Content, wanted: Wanted) -> FileKind | None:
    """Return the kind of table that a file holds; None if each line is a document."""
    if wanted.format is not None:
        return next((kind for kind in _KINDS if kind.format == wanted.format), None)
    suffix = PurePath(content.inner).suffix.lower()
    if content.head.startswith(parquet.MAGIC):
        return parquet.KIND
    return next((kind for kind in _KINDS if suffix in kind.suffixes), None)


def _refuse_columns(name: str, wanted: Wanted) -> None:
    if wanted.guess_label:
        raise ReadError(
            f"{name} is no table, so it has no column that holds labels. Give a table, such as a CSV "
            "file, with a column of texts and one of labels."
        )
    for column in wanted.other_columns:
        raise ReadError(f"{name} is no table, so it has no column {column!r}.")


def read_folder(name: str, wanted: Wanted, corpus: Corpus) -> list[Part]:
    """Read the files of a folder, and tell the corpus what was decided."""
    if folders.is_index(name):
        raise ReadError(f"The folder {name} holds an index that textvec saved, and no documents to read.")
    folder = folders.listed(name)
    corpus.notes += [f"{index} holds an index that textvec saved: passed over." for index in folder.indexes]
    parts = folders.parquet_parts(folder.files, name)
    others = folders.others_than(parts, folder.files, name)
    if parts and (wanted.format == parquet.KIND.format or (wanted.format is None and not others)):
        corpus.notes += [f"{path} is no Parquet file: passed over." for path in others]
        return _read_parts(name, parts, wanted)
    if wanted.format is None:
        _refuse_columns(name, wanted)
        if parts:
            one, many = "Parquet file beside other files is", "Parquet files beside other files are"
            it = "it" if len(parts) == 1 else "them"
            corpus.warnings.append(f"{name}: {counted(len(parts), one, many)} passed over; format parquet reads {it}.")
    return list(_read_files(name, folder.files, wanted, corpus))


def _read_parts(folder: str, files: Sequence[str], wanted: Wanted) -> list[Part]:
    """Read the Parquet files that make one table."""
    parts: list[Part] = []
    for file, partition in zip(files, folders.partition_values(files, folder, wanted.null or ()), strict=True):
        inside = None
        if wanted.metadata_columns is not None:
            inside = [column for column in wanted.other_columns if column not in partition]
        with opened(file) as content:
            column = parquet.read_part(content, wanted._replace(id_column=None, metadata_columns=inside))
        wanted = wanted._replace(text_columns=column.taken)  # one choice, and one note, for all of them
        n = len(column.texts)
        within = dict(column.others) | {each: [value] * n for each, value in partition.items()}
        others = {each: within[each] for each in wanted.others_of([*column.others, *partition])}
        parts.append(Part(file, column._replace(others=others)))
    return parts


def _read_files(folder: str, files: Sequence[str], wanted: Wanted, corpus: Corpus) -> Iterator[Part]:
    """Read files, each as a document, or, if there is a format, as a file of that."""
    n_read, failed, binary = 0, None, None
    for path in files:
        try:
            with opened(path) as content:
                if wanted.format is None:
                    column = _text_only([read_text(content, wanted.encoding, may_be_empty=True)], [None], wanted)
                else:
                    column = _read_column(content, wanted)
        except BinaryFileError as error:
            binary = binary or error
            corpus.notes.append(f"{path} is not text: passed over.")
        except UnreadableFileError as error:
            if wanted.strict:
                raise
            failed = failed or error
            corpus.warnings.append(f"{error} The file is passed over.")
        else:
            n_read += 1
            yield Part(path, column)
    if failed and not n_read:
        raise failed
    if not n_read:
        raise ReadError(f"The folder {folder} has no text files.{f' {binary}' if binary else ''}")
