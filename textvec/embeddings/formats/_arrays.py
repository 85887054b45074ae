"""NumPy's format: vectors as an array in one file, the words beside it in another.

    vectors.npy               the array, a row for each word, which `numpy.load` reads and can memory-map
    vectors.vocabulary.json   {"words": [...], "counts": [...], ...}, in the order of the rows; or with "rows": [...],
                              the row of each word, where words share rows
    vectors.subwords.npy      the buckets of n-grams, where there are any

The vocabulary also holds a checksum of some of the rows, so that two files of different tables are not taken for one.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._common.atomic_files import replacing
from textvec._common.npy import read_header, write_array
from textvec._common.parsing import parsing, unreadable
from textvec.embeddings import _checks
from textvec.embeddings.formats._collector import Collector
from textvec.embeddings.formats._format import Format, Head, VectorTable
from textvec.embeddings.formats._request import Request
from textvec.embeddings.subwords import Subwords

_MAGIC = b"\x93NUMPY"

_BYTES_PER_BLOCK = 1 << 23  # Bytes of rows that are copied at a time.
_CHECKSUM_ROWS = 64  # Rows that the checksum is of, evenly spread: it takes no time, and tables differ in most rows.


def _beside(path: Path) -> tuple[Path, Path]:
    stem = path.name.removesuffix(".npy")
    return path.with_name(stem + ".vocabulary.json"), path.with_name(stem + ".subwords.npy")


def _sniff(head: Head) -> bool:
    if not head.data.startswith(_MAGIC):
        return False
    if head.compressed:
        raise unreadable(f"{head.path} is a compressed NumPy array. Decompress it first: such are read in place.")
    return True


def _write(path: Path, table: VectorTable) -> None:
    """Write the array and its vocabulary, and the buckets of n-grams if there are any."""
    words, vectors, counts, subwords, _, word_rows = table
    vocabulary: dict[str, Any] = {"checksum": _checksum(vectors, subwords), "words": words}
    if counts is not None:
        vocabulary["counts"] = [int(count) for count in counts]
    if word_rows is not None:
        vocabulary["rows"] = word_rows.tolist()
    if subwords is not None:
        vocabulary["subwords"] = {"minn": subwords.minn, "maxn": subwords.maxn}
    beside, buckets = _beside(path)
    with replacing(path, beside, *([buckets] if subwords is not None else [])) as files:
        write_array(files[0], vectors)
        files[1].write(json.dumps(vocabulary).encode("ascii"))
        if subwords is not None:
            write_array(files[2], subwords.matrix)
    if subwords is None:
        buckets.unlink(missing_ok=True)


class _WordsFile(NamedTuple):
    words: list[str]
    counts: NDArray[np.int64] | None
    ngrams: dict[str, int]  # minn and maxn, where there are subwords
    checksum: int | None
    rows: NDArray[np.int64] | None  # where words share rows


def _read(request: Request) -> VectorTable:
    """Read an array with the vocabulary beside it, or map it into memory."""
    vectors = load(request.path)
    beside, buckets = _beside(request.path)
    vocabulary = _read_vocabulary(beside, request.path, len(vectors))
    subwords = Subwords(load(buckets), **vocabulary.ngrams) if vocabulary.ngrams else None
    if vocabulary.checksum not in (None, _checksum(vectors, subwords)):
        raise unreadable(
            f"{request.path} and {beside.name} are not of the same table: their checksums differ. Write both anew."
        )
    if request.mmap:
        return _mapped(request, vectors, vocabulary, subwords)
    if subwords is not None:
        subwords = Subwords(np.array(subwords.matrix), **vocabulary.ngrams)
    if vocabulary.rows is not None:
        copy = _shared(request, vectors, vocabulary, vocabulary.rows)
    else:
        copy = copied(request, vectors, vocabulary.words, vocabulary.counts)
    return copy._replace(subwords=subwords)


def load(path: Path) -> NDArray[Any]:
    """Map the array of a file into memory, if it has a row of floats for each word."""
    with parsing(lambda what: unreadable(f"{path} is no whole file of a NumPy array of numbers: {what}.")):
        with path.open("rb") as file:
            start, shape, fortran, dtype = read_header(file, path.stat().st_size)
        if len(shape) != 2 or not shape[1] or dtype not in (np.float16, np.float32, np.float64):
            raise unreadable(
                f"{path}: expected a row of floats for each word, but the array is of type {dtype} and shape {shape}."
            )
        if not shape[0]:
            return np.empty(shape, dtype)  # There is nothing to map.
        return np.memmap(path, dtype, "r", start, shape, order="F" if fortran else "C")


def _read_vocabulary(path: Path, array: Path, n_rows: int) -> _WordsFile:
    try:
        with parsing(lambda what: unreadable(f"{path} is no JSON: {what}.")):
            found = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{array} holds no words, and there is no file {path.name} with them beside it. If you have them in some "
            "other form: WordVectors(words, numpy.load(path))."
        ) from None
    words = found.get("words") if isinstance(found, dict) else None
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise unreadable(f'{path}: expected an object {{"words": [...]}} with strings, but it is something else.')
    rows = found.get("rows")
    if rows is not None:
        if not isinstance(rows, list) or set(map(type, rows)) - {int}:
            raise unreadable(f"{path}: expected the number of a row for each of the {len(words)} words.")
        with parsing(lambda what: unreadable(f"{path}: the rows of words do not fit {array.name}: {what}.")):
            rows = _checks.rows_of(np.array(rows, np.int64), len(words), n_rows)
    elif len(words) != n_rows:
        raise unreadable(
            f"{path}: expected a word for each of the {n_rows} rows of {array.name}, but has {len(words)}."
        )
    counts = found.get("counts")
    if counts is not None:
        if not isinstance(counts, list) or len(counts) != len(words) or set(map(type, counts)) - {int}:
            raise unreadable(f"{path}: expected an integer as the count of each of the {len(words)} words.")
        with parsing(lambda what: unreadable(f"{path}: a count is not one: {what}.")):
            counts = _checks.whole_counts(np.array(counts, np.int64), len(words))
    ngrams = found.get("subwords") or {}
    if not isinstance(ngrams, dict) or (
        ngrams and (ngrams.keys() != {"minn", "maxn"} or set(map(type, ngrams.values())) != {int})
    ):
        raise unreadable(f'{path}: expected {{"minn": ..., "maxn": ...}} for subwords, but it is {ngrams!r}.')
    return _WordsFile(words, counts, ngrams, found.get("checksum"), rows)


def _mapped(request: Request, vectors: NDArray[Any], vocabulary: _WordsFile, subwords: Subwords | None) -> VectorTable:
    if request.dtype not in (None, vectors.dtype):
        raise unreadable(f"{request.path} is of type {vectors.dtype}, and cannot be memory-mapped as {request.dtype}.")
    if len(set(vocabulary.words)) < len(vocabulary.words):
        raise unreadable(
            f"{request.path} holds words more than once. Read it without mmap=True, which keeps the first."
        )
    n = request.limit
    counts, rows = (None if each is None else each[:n] for each in (vocabulary.counts, vocabulary.rows))
    return VectorTable(vocabulary.words[:n], vectors[:n] if rows is None else vectors, counts, subwords, word_rows=rows)


def copied(
    request: Request, vectors: NDArray[Any], words: list[str], counts: NDArray[np.int64] | None = None
) -> VectorTable:
    """Return a copy of what is requested of words and of an array of their vectors, which may be mapped into memory."""
    chosen = _chosen(request, words)
    collector = Collector(request, vectors.shape[1], vectors.dtype)
    fresh = [np.empty(0, np.bool_)]
    n = max(_BYTES_PER_BLOCK // max(vectors.itemsize * vectors.shape[1], 1), 1)
    for first in range(0, len(chosen), n):
        some = chosen[first : first + n]
        places = (f"row {row}" for row in some)
        fresh.append(collector.add([words[row] for row in some], vectors[some], places))
    kept = None if counts is None else counts[chosen[np.concatenate(fresh)]]
    return VectorTable(*collector.done(), kept)


def _chosen(request: Request, words: list[str]) -> NDArray[np.int64]:
    """Return the positions of the words that are requested."""
    wanted = (i for i, word in enumerate(words[: request.limit]) if request.words is None or word in request.words)
    return np.fromiter(wanted, np.int64)


def _shared(request: Request, vectors: NDArray[Any], vocabulary: _WordsFile, rows_of: NDArray[np.int64]) -> VectorTable:
    """Return a copy of what is requested of a table in which words share rows, and no other rows."""
    chosen = _chosen(request, vocabulary.words)
    rows, word_rows = np.unique(rows_of[chosen], return_inverse=True)
    words = [vocabulary.words[i] for i in chosen.tolist()]
    if len(set(words)) < len(words):
        raise unreadable(f"{request.path} holds words more than once, which words that share rows must not be.")
    collector = Collector(request, vectors.shape[1], vectors.dtype)
    n = max(_BYTES_PER_BLOCK // max(vectors.itemsize * vectors.shape[1], 1), 1)
    for first in range(0, len(rows), n):
        some = rows[first : first + n]
        collector.add([f"row {row}" for row in some], vectors[some], (f"row {row}" for row in some))
    counts = None if vocabulary.counts is None else vocabulary.counts[chosen]
    return VectorTable(words, collector.done()[1], counts, word_rows=word_rows)


def _checksum(vectors: NDArray[Any], subwords: Subwords | None) -> int:
    """Return a checksum of the shapes and of some rows, which takes no time however large the file is."""
    checksum = 0
    for array in (vectors, *(() if subwords is None else (subwords.matrix,))):
        rows = np.linspace(0, len(array) - 1, min(_CHECKSUM_ROWS, len(array))).astype(np.int64)
        checksum = zlib.crc32(np.ascontiguousarray(array[rows]).tobytes() + repr(array.shape).encode(), checksum)
    return checksum


FORMAT = Format(
    "numpy", _sniff, _read, _write, suffixes=(".npy",), required_suffix=".npy", can_map=True, holds_subwords=True
)
