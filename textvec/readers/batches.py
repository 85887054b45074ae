"""Documents in batches, as their files are read, for who needs none of them twice: a file may be larger than memory.

Files of lines, CSV, TSV and JSON lines come in pieces of about a megabyte, from a pipe as soon as lines are there.
Parquet, JSON that is not one object a line, and folders come as a whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from textvec._common.printable import encodable
from textvec.readers.content import opened
from textvec.readers.corpus import Corpus
from textvec.readers.errors import ReadError
from textvec.readers.files import text_pieces
from textvec.readers.parts import replace_surrogates
from textvec.readers.read import Source, as_names, kind_of, naming, read_folder, stream, wanted_of
from textvec.readers.text_column import TextColumn, Wanted
from textvec.readers.text_stream import TextStream


class Batch(NamedTuple):
    """Some documents of a source, in their order.

    Attributes
    ----------
    source : str
        The file, under the name it was given by.
    texts : list of str
        The documents, "" for a missing one.
    rows : sequence of int or None
        The number of each document in its file, as in `Corpus`.
    columns : dict of lists
        The other columns that were asked for: strings as they are written, where the file knows no types.
    labels : list of str
        The label of each document, "" for a missing one; empty where none was asked for.
    label_column : str or None
        The column they are from.
    notes : list of str
        What was decided: a guessed column, a file passed over.
    warnings : list of str
        What the user has to know.
    """

    source: str
    texts: list[str]
    rows: Sequence[int | None]
    columns: dict[str, list[Any]]
    labels: list[str]
    label_column: str | None
    notes: list[str]
    warnings: list[str]


def read_batches(
    sources: Sequence[Source],
    *,
    in_parts: bool = True,
    label_column: str | None = None,
    guess_label: bool = False,
    text_column: str | Sequence[str] | None = None,
    encoding: str = "utf-8",
    metadata_columns: Sequence[str] = (),
    format: str | None = None,  # noqa: A002
    delimiter: str | None = None,
    quote: str | None = None,
    null: str | Sequence[str] | None = None,
    strict: bool = False,
) -> Iterator[Batch]:
    r"""Read the documents of files and folders in batches, each as soon as it is there.

    Parameters
    ----------
    sources : sequence of str or path
        What to read, as `read_documents` takes it.
    in_parts : bool, default=True
        Whether a file comes in several batches, where it can. A column of texts that is not named is then guessed from
        the first of them.
    label_column : str, optional
        The column that holds labels.
    guess_label : bool, default=False
        Whether to look for that column: the only one with a name such as label, class, category or target.
    text_column, encoding, metadata_columns, format, delimiter, quote, null, strict
        As in `read_documents`.

    Yields
    ------
    Batch
        A blank document is one of them, too: there are as many as there are rows.

    Raises
    ------
    ReadError
        As `read_documents`, when the source in question is reached; but a source may hold blank documents alone.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "films.csv")
    ...     _ = file.write_text("review,class\nA joy,good\n,\n")
    ...     [batch] = read_batches([file], guess_label=True)
    >>> batch.texts, batch.labels, batch.label_column
    (['A joy', ''], ['good', ''], 'class')
    """
    wanted = wanted_of(
        text_columns=as_names(text_column) or (),
        encoding=encoding,
        id_column=None,
        metadata_columns=metadata_columns,
        format=format,
        delimiter=delimiter,
        quote=quote,
        null=as_names(null),
        strict=strict,
        label_column=label_column,
        guess_label=guess_label and label_column is None,
    )
    for source in sources:
        name = os.fspath(source)
        with naming(name):
            yield from _folder(name, wanted) if name != "-" and Path(name).is_dir() else _file(name, wanted, in_parts)


def _file(name: str, wanted: Wanted, in_parts: bool) -> Iterator[Batch]:
    with opened(name, as_it_comes=in_parts) as content:
        kind = kind_of(content, wanted)
        notes = content.notes
        if kind is None or kind.stream is not None:
            text = TextStream(text_pieces(content, wanted.encoding), in_parts)
            columns = (stream if kind is None else kind.stream)(text, name, wanted)  # type: ignore[misc]
        else:
            columns = iter([kind.read(content, wanted)])
        for column in columns:
            yield _batch(name, column, wanted, notes, [])
            notes = []


def _folder(name: str, wanted: Wanted) -> Iterator[Batch]:
    corpus = Corpus()
    for part in read_folder(name, wanted, corpus):
        yield _batch(part.source, part.column, wanted, corpus.notes, corpus.warnings)
        corpus = Corpus()


def _batch(source: str, column: TextColumn, wanted: Wanted, notes: list[str], warnings: list[str]) -> Batch:
    name = encodable(source)
    texts = [text or "" for text in column.texts]
    warnings = [*warnings]
    if missing := sum(text is None for text in column.texts):
        warnings.append(f"{name}: {missing} of {len(texts)} texts are missing, and taken as empty.")
    if halved := replace_surrogates(texts):
        warnings.append(f"{name}: halves of characters (lone surrogates) in {halved} texts, replaced by \ufffd.")
    labels = [] if column.label is None else [_label(value, wanted) for value in column.others[column.label]]
    columns = {each: list(column.others[each]) for each in wanted.metadata_columns or ()}
    for values in (labels, *columns.values()):
        replace_surrogates(values)
    said = [*map(encodable, [*notes, *column.notes])], [*map(encodable, warnings)]
    return Batch(name, texts, column.rows, columns, labels, column.label, *said)


def _label(value: Any, wanted: Wanted) -> str:
    """Return a label as text, as JSON writes what is none."""
    if value is None or value != value or (wanted.null and value in wanted.null):
        return ""
    if isinstance(value, dict | list):
        raise ReadError(f"A label must be a text or a number, but there is {value!r:.80}.", "label_column")
    return value.strip() if isinstance(value, str) else json.dumps(value, default=str).strip('"')
