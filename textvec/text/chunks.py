"""Documents in pieces, so that of a corpus that is larger than memory only a piece need be held at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from textvec._common.numbers import is_integer
from textvec.text.documents import (
    DocumentsLike,
    as_strings,
    column_of,
    is_string,
    refuse_missing,
    with_empty,
    with_empty_lists,
)
from textvec.text.rows import MAX_LOOKED_AT, refuse_rows
from textvec.text.tokens import Tokens, checked_lists, is_tokenized

T = TypeVar("T")

# Characters of text that are read at a time; of ASCII text they take 32 MB. A larger corpus is counted piece by piece:
# larger pieces take more memory, and the result is the same.
CHARACTERS_PER_CHUNK = 1 << 25
# How many characters a token counts for, about the length of an English word with its space.
_CHARACTERS_PER_TOKEN = 5
# How many characters a document counts for that has no length, such as a file, or what a callable makes text of.
_CHARACTERS_PER_OBJECT = 1000


class Chunk(NamedTuple):
    """Some documents, one after the other.

    Attributes
    ----------
    documents : Tokens, list or pyarrow.Array
        What `textvec.text.tokens.accept` would return for these documents alone.
    first : int
        The position of the first of them among all.
    """

    documents: Tokens | list[Any] | pa.Array
    first: int


def in_chunks(
    documents: DocumentsLike | Tokens,
    n_characters: int | None = None,
    missing: str | None = "error",
    reader: str | None = None,
) -> Iterator[Chunk]:
    """Read documents in pieces of at most about n_characters.

    A generator, an open file or a RecordBatchReader is read as far as the next piece needs. Strings are never copied;
    neither are Arrow columns, except where several of their chunks go into one piece.

    Parameters
    ----------
    documents : iterable of str, column of strings, Tokens, or iterable of lists of str
        What to read.
    n_characters : int, default=2**25
        How much text a piece may hold, in bytes for Arrow columns; a document that is larger is a piece alone. For
        documents that are tokens already, one counts for 5 characters.
    missing : {"error", "empty"} or None, default="error"
        With "error", missing documents of a list or column are refused before the first piece, all of them counted.
        With "empty", there is an empty one for each: "" among texts, [] among lists of words. Other errors wait for who
        takes the documents for strings (`textvec.text.documents.as_strings`) or tokens.
        With None documents may be of any kind, and nothing is checked.
    reader : str, optional
        What has the parameter `missing`; see `textvec.text.documents.refuse_missing`.

    Yields
    ------
    Chunk
        In order; one without documents where there are none at all.

    Raises
    ------
    ValueError
        At once, if there is one string only, a table of several columns, or documents are missing; or if
        `n_characters` is no integer of 0 or more.
    TypeError
        If the documents cannot be iterated over; later, if texts and lists of words are mixed.

    Notes
    -----
    The pieces of a generator are freed when nobody holds them any longer. A loop's variable does until the next piece
    is there; `map(function, in_chunks(...))` lets go of each before the next is read.

    Examples
    --------
    >>> from textvec.text.chunks import in_chunks
    >>> for documents, first in in_chunks(("good food" for _ in range(5)), n_characters=20):
    ...     print(first, documents)
    0 ['good food', 'good food']
    2 ['good food', 'good food']
    4 ['good food']
    """
    if n_characters is not None and (not is_integer(n_characters) or n_characters < 0):
        raise ValueError(
            f"in_chunks: n_characters must be an integer of 0 or more, or None, but it is {n_characters!r}."
        )
    n_characters = CHARACTERS_PER_CHUNK if n_characters is None else n_characters
    if isinstance(documents, Tokens):
        return _numbered(_slices(documents, n_characters))
    column = column_of(documents)
    if isinstance(column, pa.Array | pa.ChunkedArray | pa.RecordBatchReader):
        if missing == "error" and not isinstance(column, pa.RecordBatchReader):
            refuse_missing(column, reader=reader)
        if missing is not None and not isinstance(column, pa.RecordBatchReader) and _holds_lists(column.type):
            refuse_rows(column[:MAX_LOOKED_AT].to_pylist())
        arrays = _arrow_pieces(column, n_characters)
        return _numbered(map(_without_nulls, arrays) if missing == "empty" else arrays)
    if missing == "empty" and not (isinstance(column, list) and set(map(type, column)) <= {str}):
        column = list(with_empty(column)) if isinstance(column, list) else with_empty(column)
    if isinstance(column, list):
        if missing == "error" and any(isinstance(document, list | tuple) for document in column):
            refuse_missing(column, reader=reader)
        if missing is not None and is_tokenized(column):
            for _ in checked_lists(column, reader):
                pass
            refuse_rows(column)
        elif missing == "error":
            refuse_missing(column, reader=reader)
        pieces: Iterator[list[Any]] = _slices(column, n_characters)
    else:
        pieces = _gathered(column if missing is None else _of_one_kind(column, reader), _size, n_characters)
    chunks = _numbered(pieces)
    return chunks if missing is None else _texts_or_tokens(chunks)


def come_as_words(chunks: Iterator[Chunk]) -> tuple[bool, Iterator[Chunk]]:
    """Tell by the first piece whether documents are words already, and return all pieces; none of them is kept here."""
    head = [next(chunks)]
    return is_tokenized(head[0].documents), chain(iter(head), chunks)  # an iterator lets go of the list at its end


def _numbered(pieces: Iterator[Any]) -> Iterator[Chunk]:
    first = 0
    for documents in pieces:
        n = len(documents)
        yield Chunk(documents, first)
        del documents  # or it would stay until the next one is there
        first += n


def _slices(documents: Any, n_characters: int) -> Iterator[Any]:
    """Cut what can be sliced into the longest pieces that stay within the limit."""
    totals = np.cumsum(_sizes(documents))
    a = 0
    while a < len(documents):
        before = totals[a - 1] if a else 0
        b = max(a + 1, int(np.searchsorted(totals, before + n_characters, side="right")))
        yield documents[a:b]
        a = b
    if not len(documents):
        yield documents


def _gathered(items: Iterable[T], size_of: Callable[[T], int], n_characters: int) -> Iterator[list[T]]:
    """Put items into lists that stay within the limit."""
    piece: list[T] = []
    total = 0
    for item in items:
        size = size_of(item)
        if piece and total + size > n_characters:
            yield piece
            piece, total = [], 0
        piece.append(item)
        total += size
    yield piece


def _arrow_pieces(column: pa.Array | pa.ChunkedArray | pa.RecordBatchReader, n_characters: int) -> Iterator[pa.Array]:
    if isinstance(column, pa.Array):
        yield from _slices(column, n_characters)
        return
    kind = column.schema.types[0] if isinstance(column, pa.RecordBatchReader) else column.type
    arrays = (b.column(0) for b in column) if isinstance(column, pa.RecordBatchReader) else column.iterchunks()
    slices = (part for array in arrays if len(array) for part in _slices(array, n_characters))
    for parts in _gathered(slices, lambda part: int(_sizes(part).sum()), n_characters):
        yield parts[0] if len(parts) == 1 else pa.concat_arrays(parts) if parts else pa.nulls(0, kind)
        del parts  # or they would stay until the next ones are there


def _sizes(documents: Any) -> NDArray[np.int64]:
    """Return how many characters each document counts for: one more than it has, so that empty ones count as well."""
    if isinstance(documents, list):
        if set(map(type, documents)) <= {str}:
            return np.fromiter(map(len, documents), np.int64, len(documents)) + 1
        return np.fromiter(map(_size, documents), np.int64, len(documents))
    return (_CHARACTERS_PER_TOKEN * documents.lengths if isinstance(documents, Tokens) else _lengths(documents)) + 1


def _size(document: Any) -> int:
    if isinstance(document, (str, bytes)):  # a union would be made anew for each
        return len(document) + 1
    return (
        _CHARACTERS_PER_TOKEN * len(document) + 1
        if isinstance(document, list | tuple | np.ndarray)
        else _CHARACTERS_PER_OBJECT
    )


def _lengths(array: pa.Array) -> NDArray[np.int64]:
    kind = array.type
    if pa.types.is_dictionary(kind):
        codes = array.indices.cast(pa.int64()).fill_null(len(array.dictionary)).to_numpy()
        return np.asarray(np.append(_lengths(array.dictionary), 0)[codes])
    if pa.types.is_string_view(kind):  # the first four of each 16 bytes; Arrow has no kernel for it
        views = np.frombuffer(array.buffers()[1] or b"", np.int32)[::4]
        lengths = views[array.offset : array.offset + len(array)].astype(np.int64)
        return np.where(array.is_valid().to_numpy(zero_copy_only=False), lengths, 0)
    if _holds_lists(kind):
        lengths = pc.multiply(pc.list_value_length(array), _CHARACTERS_PER_TOKEN)
    elif is_string(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        lengths = pc.binary_length(array)
    else:
        return np.full(len(array), _CHARACTERS_PER_OBJECT, np.int64)
    return np.asarray(lengths.cast(pa.int64()).fill_null(0).to_numpy())


def _without_nulls(array: pa.Array) -> pa.Array:
    return with_empty_lists(array) if _holds_lists(array.type) else array


def _holds_lists(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _of_one_kind(documents: Iterable[Any], reader: str | None) -> Iterator[Any]:
    """Return documents as they are; where the first is a list of words, refuse the first that is not."""
    iterator = iter(documents)
    head = list(islice(iterator, 1))
    rest = chain(iter(head), iterator)  # an iterator lets go of the list at its end
    if not is_tokenized(head):
        return rest
    lists = checked_lists(rest, reader)
    first = list(islice(lists, MAX_LOOKED_AT))
    refuse_rows(first)
    return chain(iter(first), lists)


def _texts_or_tokens(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Refuse a piece of lists of words after one of texts, which would be taken for tokens."""
    lists = None
    for chunk in chunks:
        if lists is None:
            lists = is_tokenized(chunk.documents)
        elif not lists and is_tokenized(chunk.documents):
            as_strings(chunk.documents, first=chunk.first)
        yield chunk
        del chunk
