"""fastText's models (`.bin`): words with their counts, their own vectors, and those of the buckets of n-grams.

The vector of a word is the mean of its own vector and those of its n-grams. The buckets come after the words' own
vectors, so the file is read twice: first to the end of the buckets, then again from the words' own vectors on. So these
are never in memory as a whole in float32 beside the result.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._common.parsing import unreadable
from textvec.embeddings._checks import first_not_finite
from textvec.embeddings.formats._collector import Collector, GrowingMatrix
from textvec.embeddings.formats._format import Format, Head, VectorTable
from textvec.embeddings.formats._request import Request
from textvec.embeddings.formats._window import BYTES_PER_READ, Window
from textvec.embeddings.subwords import Subwords

_MAGIC = (793712314).to_bytes(4, "little")

_MAX_DIMENSIONS = 1 << 20
"""A header that says more is damaged: a vector of it would take 4 MB. Those in use have some hundred dimensions."""
_NEWEST = 12
_SUPERVISED = 3
_WORD, _LABEL = 0, 1
# Dimensions, window, epochs, least count, negative samples, word n-grams, loss, model, buckets, shortest and longest
# n-gram, rate of updates; subsampling.
_PARAMETERS = struct.Struct("<12id")
_DICTIONARY = struct.Struct("<3iq")  # entries, words, labels, tokens
_PRUNED = struct.Struct("<q")
_ENTRY = struct.Struct("<qb")  # after the word and a zero byte: its count, and whether it is a word or a label
_SHAPE = struct.Struct("<2q")


class _Header(NamedTuple):
    signed: bool  # whether the file begins with a signature; it does not before 2017
    n_dimensions: int
    bucket: int
    minn: int
    maxn: int


class _WantedWords(NamedTuple):
    """The words that are wanted: the rows of their own vectors, their bytes and characters, their counts."""

    n_words: int  # of the file
    rows: NDArray[np.int64]
    raw: list[bytes]
    words: list[str]
    counts: NDArray[np.int64]


def _sniff(head: Head) -> bool:
    return head.data.startswith(_MAGIC) or _is_unsigned(head.data)


def _is_unsigned(head: bytes) -> bool:
    """Tell whether a file looks like a model of a fastText before 2017, which does not begin with a signature."""
    if len(head) < _PARAMETERS.size:
        return False
    *integers, sample = _PARAMETERS.unpack_from(head)
    dimensions, window, _, _, _, _, loss, model, _, minn, maxn, _ = integers
    return (
        0 < dimensions < 100_000
        and 0 < window < 10_000
        and {loss, model} <= {1, 2, 3}
        and 0 <= minn <= maxn < 1000
        and 0 <= sample <= 1
    )


def _read(request: Request) -> VectorTable:
    """Read the words of a model, and its buckets if it has n-grams; the labels of a classifier are left out."""
    with Window(request.path, request.verbose) as window:
        header = _read_header(window, request)
        vocabulary = _read_vocabulary(window, request, header)
        n_buckets = _read_shape(window, request, header, vocabulary.n_words) - vocabulary.n_words
        place = window.start
        subwords = None
        window.skip(4 * vocabulary.n_words * header.n_dimensions)
        if not header.maxn:
            window.skip(4 * n_buckets * header.n_dimensions)
        elif header.bucket:
            matrix = GrowingMatrix(header.n_dimensions, np.float32)
            for rows in _read_rows(window, request, n_buckets, header.n_dimensions):
                if (row := first_not_finite(rows)) >= 0:
                    place = window.start + row * rows.strides[0]
                    raise request.malformed(f"a vector of n-grams (byte {place})", "finite numbers", "one of it is not")
                matrix.add(rows)
            subwords = Subwords(matrix.done(), minn=header.minn, maxn=header.maxn)
        if request.limit is None:
            _check_end(window, request, header)
    with Window(request.path, request.verbose) as window:
        window.skip(place)
        return _compose(window, request, header, vocabulary, subwords)


def _read_header(window: Window, request: Request) -> _Header:
    signed = window.fill(8) and window.data.startswith(_MAGIC)
    if signed:
        (version,) = struct.unpack("<i", window.data[4:8])
        window.drop(8)
        if not 0 < version <= _NEWEST:
            raise request.malformed("byte 4", f"fastText's version {_NEWEST} or an older one", f"it is {version}")
    integers = _unpack(window, request, _PARAMETERS, "the parameters of a fastText model")
    dimensions, _, _, _, _, _, _, model, bucket, minn, maxn, _, _ = integers
    if not 0 < dimensions <= _MAX_DIMENSIONS or min(bucket, minn, maxn) < 0:
        raise request.malformed(
            f"byte {8 * signed}",
            "a fastText model",
            f"it says {dimensions} dimensions, {bucket} buckets, n-grams of {minn} to {maxn} characters",
        )
    if signed and version < _NEWEST and model == _SUPERVISED:  # Older classifiers have no n-grams of characters.
        maxn = 0
    return _Header(signed, dimensions, bucket, minn, maxn if minn <= maxn else 0)


def _read_vocabulary(window: Window, request: Request, header: _Header) -> _WantedWords:
    n_entries, n_words, n_labels, _ = _unpack(window, request, _DICTIONARY, "the sizes of the dictionary")
    if min(n_words, n_labels) < 0 or n_entries != n_words + n_labels:
        raise request.malformed(
            f"byte {window.start - _DICTIONARY.size}",
            "the numbers of entries, words and labels",
            f"they are {n_entries}, {n_words} and {n_labels}",
        )
    if header.signed and _unpack(window, request, _PRUNED, "the size of the pruned dictionary")[0] > 0:
        raise _quantized(request)
    limit = n_words if request.limit is None else request.limit
    rows, counts = array("q"), array("q")
    raw, words = [], []
    row = 0
    for place, entry, count, kind in _read_entries(window, request, n_entries):
        if kind == _LABEL:
            continue
        if count < 0:
            raise request.malformed(place, "how often the word occurred", f"it is {count}")
        if row < limit:
            word = request.decode(entry, place)
            if request.words is None or word in request.words:
                rows.append(row)
                counts.append(count)
                raw.append(entry)
                words.append(word)
        row += 1
    if row != n_words:
        raise request.malformed(f"byte {window.start}", f"{n_words} words in the dictionary", f"there are {row}")
    return _WantedWords(n_words, np.array(rows, np.int64), raw, words, np.array(counts, np.int64))


def _read_entries(window: Window, request: Request, n: int) -> Iterator[tuple[str, bytes, int, int]]:
    """Yield the place, the word, the count and the kind of each entry of the dictionary."""
    at = 0
    for i in range(n):
        place = f"word {i + 1} (byte {window.start + at})"
        while (end := window.data.find(b"\0", at)) < 0 or len(window.data) < end + 1 + _ENTRY.size:
            window.drop(at)
            at = 0
            window.check_line(place)
            if not window.more():
                raise request.malformed(place, "a word, its count and its kind", "the file ends")
        count, kind = _ENTRY.unpack_from(window.data, end + 1)
        if kind not in (_WORD, _LABEL):
            raise request.malformed(place, "a word or a label", f"its kind is {kind}")
        yield place, window.data[at:end], count, kind
        at = end + 1 + _ENTRY.size
    window.drop(at)


def _read_shape(window: Window, request: Request, header: _Header, n_words: int) -> int:
    """Return the number of rows of the matrix that comes next: those of words, then those of buckets."""
    if header.signed and _unpack(window, request, struct.Struct("<?"), "whether the model is quantized")[0]:
        raise _quantized(request)
    n_rows: int
    n_rows, n_columns = _unpack(window, request, _SHAPE, "the shape of a matrix")
    n_buckets = header.bucket if header.maxn else max(n_rows - n_words, 0)
    if (n_rows, n_columns) != (n_words + n_buckets, header.n_dimensions):
        raise request.malformed(
            f"byte {window.start - _SHAPE.size}",
            f"a matrix of {n_words} words and {n_buckets} buckets by {header.n_dimensions} dimensions",
            f"it is {n_rows} by {n_columns}",
        )
    return n_rows


def _check_end(window: Window, request: Request, header: _Header) -> None:
    """Refuse a file that is cut off in its last matrix, though nothing of it is needed."""
    if header.signed:
        _unpack(window, request, struct.Struct("<?"), "whether the last matrix is quantized")
    n_rows, n_columns = _unpack(window, request, _SHAPE, "the shape of the last matrix")
    place = window.start
    window.skip(max(4 * n_rows * n_columns - 1, 0))
    if n_columns != header.n_dimensions or n_rows < 0 or (n_rows and not window.fill(1)):
        raise request.malformed(
            f"byte {place}", f"{n_rows} rows of {header.n_dimensions} numbers, the last matrix", "the file ends"
        )


def _compose(
    window: Window, request: Request, header: _Header, vocabulary: _WantedWords, subwords: Subwords | None
) -> VectorTable:
    collector = Collector(request, header.n_dimensions)
    fresh = [np.empty(0, np.bool_)]
    n_wanted = int(vocabulary.rows[-1]) + 1 if len(vocabulary.rows) else 0
    first = 0
    for block in _read_rows(window, request, n_wanted, header.n_dimensions):
        a, b = np.searchsorted(vocabulary.rows, [first, first + len(block)])
        vectors = block[vocabulary.rows[a:b] - first]
        if subwords is not None:
            subwords.compose(vocabulary.raw[a:b], vectors)
        places = (f"word {row + 1}" for row in vocabulary.rows[a:b])
        fresh.append(collector.add(vocabulary.words[a:b], vectors, places))
        first += len(block)
    return VectorTable(*collector.done(), counts=vocabulary.counts[np.concatenate(fresh)], subwords=subwords)


def _read_rows(window: Window, request: Request, n_rows: int, n_columns: int) -> Iterator[NDArray[np.float32]]:
    """Yield the rows of a matrix, some at a time."""
    size = 4 * n_columns
    while n_rows > 0:
        if len(window.data) < BYTES_PER_READ:
            window.more()
        n = min(n_rows, len(window.data) // size)
        if not n and not window.fill(size):
            raise request.malformed(
                f"byte {window.start}",
                f"{n_rows} more rows of {n_columns} numbers",
                f"{len(window.data)} bytes are left",
            )
        yield np.frombuffer(window.data, "<f4", n * n_columns).reshape(n, n_columns)
        window.drop(n * size)
        n_rows -= n


def _unpack(window: Window, request: Request, what: struct.Struct, name: str) -> tuple[Any, ...]:
    if not window.fill(what.size):
        raise request.malformed(f"byte {window.start}", name, "the file ends")
    values = what.unpack_from(window.data)
    window.drop(what.size)
    return values


def _quantized(request: Request) -> ValueError:
    return unreadable(
        f"{request.path} is a quantized fastText model (.ftz), which holds approximations of vectors only: textvec "
        "does not read these. Take the model that it was made from (.bin)."
    )


FORMAT = Format("fasttext", _sniff, _read)
