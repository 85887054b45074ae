"""What was read of several files, put together as one corpus, with one type for each column.

Tested in tests/readers/test_read.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from textvec._common.counted import counted
from textvec._common.printable import encodable
from textvec.readers.corpus import Corpus
from textvec.readers.errors import ReadError
from textvec.readers.numeric_columns import numbers, settled, whole_numbers
from textvec.readers.text_column import TextColumn, Wanted

_SURROGATE = re.compile("[\ud800-\udfff]")


class Part(NamedTuple):
    """What was read of one file, which is a source, or one of several in a folder."""

    source: str
    column: TextColumn


def join(parts: Sequence[Part], wanted: Wanted, corpus: Corpus) -> None:
    """Put what was read of all files into the corpus, with one type for each column."""
    for name, column in parts:
        source = encodable(name)
        texts = [text or "" for text in column.texts]
        halved = replace_surrogates(texts)
        if halved:
            corpus.warnings.append(
                f"{source}: {counted(halved, 'text holds', 'texts hold')} halves of characters (lone surrogates), "
                "replaced by \ufffd."
            )
        corpus.texts += texts
        corpus.sources += [source] * len(texts)
        corpus.rows += column.rows
    if wanted.id_column is not None:
        corpus.ids = _ids(parts, wanted.id_column)
    if wanted.metadata_columns is None:
        for name in dict.fromkeys(name for part in parts for name in part.column.others):
            columns = (column.others.get(name, [None] * len(column.texts)) for _, column in parts)
            corpus.columns[name] = [None if value != value else value for column in columns for value in column]
    for name in wanted.metadata_columns or ():
        values = _values(parts, name, lambda values: numbers(values, wanted.null), wanted.null)
        corpus.columns[name] = settled(values, wanted.null)
    for values in (corpus.ids, *corpus.columns.values()):
        replace_surrogates(values)


def _values(
    parts: Sequence[Part],
    name: str,
    convert: Callable[[Sequence[Any]], Sequence[Any]],
    null: Sequence[str] | None = None,
) -> list[Any]:
    """Return a column of all parts; what is written in those that know no types is converted together."""
    written = [value for _, column in parts if name in column.written for value in column.others[name]]
    if null is not None:
        written = [None if value in null else value for value in written]
    converted = iter(convert(written))
    values = [
        value
        for _, column in parts
        for value in (islice(converted, len(column.texts)) if name in column.written else column.others[name])
    ]
    return values if null is None else [None if isinstance(value, str) and value in null else value for value in values]


def _ids(parts: Sequence[Part], name: str) -> list[Any]:
    ids = _values(parts, name, whole_numbers)
    kinds = set(map(type, ids))
    if kinds <= {str} or (kinds == {int} and min(ids) >= -(1 << 63) and max(ids) < 1 << 63):
        return ids
    at = 0
    for source, column in parts:
        for row, id_ in zip(column.rows, ids[at : at + len(column.rows)], strict=True):
            if isinstance(id_, bool) or not isinstance(id_, str | int):
                raise ReadError(
                    f"Column {name!r} of {source} must hold an id for each document, a text or a whole number, but in "
                    f"row {row} there is {'none' if id_ is None else repr(id_)}.",
                    "id_column",
                )
        at += len(column.rows)
    return [str(id_) for id_ in ids]  # strings and integers, or integers of more than 64 bits


def replace_surrogates(texts: list[Any]) -> int:
    """Replace lone surrogates, the halves of characters that JSON can hold and nothing else can; return how many."""
    n = 0
    if str not in set(map(type, texts)):
        return n
    for i, text in enumerate(texts):
        if isinstance(text, str) and not text.isascii() and _SURROGATE.search(text):
            texts[i] = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            n += 1
    return n
