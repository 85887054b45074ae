"""word2vec's binary format: a header, then for each word its bytes, a space, and its vector as 32-bit floats."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec.embeddings.formats._collector import Collector
from textvec.embeddings.formats._format import Format, Head, VectorTable
from textvec.embeddings.formats._request import Request
from textvec.embeddings.formats._window import Window
from textvec.embeddings.formats._word2vec import has_header, has_text_after_header, read_header
from textvec.embeddings.formats._write import check_words, write_blocks
from textvec.kernels import vector_text as kernels

_NOT_IN_WORDS = re.compile(r"[ \n]")


class _Found(NamedTuple):
    """Some words of a file.

    Attributes
    ----------
    data : bytes
        What was read of the file; word i is data[begins[i] : stops[i]].
    start : int
        Where in the file the data begins.
    first : int
        The number of the first word.
    begins, stops : ndarray of int64 of shape (n_words,)
    """

    data: bytes
    start: int
    first: int
    begins: NDArray[np.int64]
    stops: NDArray[np.int64]

    def place(self, i: int) -> str:
        """Return where in the file word i is, for errors."""
        return f"word {self.first + i + 1} (byte {self.start + int(self.begins[i])})"


def _sniff(head: Head) -> bool:
    return has_header(head) and not has_text_after_header(head)


def _read(request: Request) -> VectorTable:
    """Read the words that stand between vectors; newlines before a word, which some programs write, are left out."""
    with Window(request.path, request.verbose) as window:
        n_words, n_dimensions = read_header(window, request)
        collector = Collector(request, n_dimensions)
        n_bytes = 4 * n_dimensions
        total = n_words if request.limit is None else min(n_words, request.limit)
        n_read = 0
        while n_read < total:
            at_end = not window.more()
            found = _find(window, n_bytes, n_read, total - n_read)
            n = len(found.begins)
            if n:
                _take(found, n_bytes, request, collector)
                window.drop(int(found.stops[-1]) + 1 + n_bytes)
                n_read += n
                continue
            window.check_line(f"word {n_read + 1} (byte {window.start})")
            if at_end:
                raise request.malformed(
                    f"word {n_read + 1} (byte {window.start})",
                    f"{n_words} words of {n_dimensions} dimensions, as its header says",
                    f"the file ends after {n_read} of them and {len(window.data)} more bytes",
                )
        if total == n_words:
            _check_end(request, window, n_words)
        return VectorTable(*collector.done())


def _find(window: Window, n_bytes: int, first: int, most: int) -> _Found:
    data = np.frombuffer(window.data, np.uint8)
    most = min(most, len(data) // (n_bytes + 1))
    begins, stops = np.empty(most, np.int64), np.empty(most, np.int64)
    n = kernels.binary_words(data=data, n_bytes=n_bytes, begins=begins, stops=stops)
    return _Found(window.data, window.start, first, begins[:n], stops[:n])


def _take(found: _Found, n_bytes: int, request: Request, collector: Collector) -> None:
    """Add the words that are wanted, with their vectors, to the collector."""
    data = found.data
    bounds = list(zip(found.begins.tolist(), found.stops.tolist(), strict=True))
    try:
        words = [data[a:b].decode("utf-8", request.encoding_errors) for a, b in bounds]
    except UnicodeDecodeError:
        words = [request.decode(data[a:b], found.place(i)) for i, (a, b) in enumerate(bounds)]
    rows = np.arange(len(words))
    if request.words is not None:
        rows = np.array([i for i, word in enumerate(words) if word in request.words], np.int64)
        words = [words[i] for i in rows]
    vectors = np.empty((len(rows), n_bytes), np.uint8)
    kernels.gather(data=np.frombuffer(data, np.uint8), begins=found.stops[rows] + 1, rows=vectors)
    collector.add(words, vectors.view("<f4"), map(found.place, rows.tolist()))


def _check_end(request: Request, window: Window, n_words: int) -> None:
    while not window.data.lstrip(b"\n"):
        window.drop(len(window.data))
        if not window.more():
            return
    raise request.malformed(
        f"byte {window.start}", f"the end of the file after {n_words} words, as its header says", "there are more bytes"
    )


def _write(path: Path, table: VectorTable) -> None:
    check_words(FORMAT.name, table.words, _NOT_IN_WORDS, "a space or a newline")
    write_blocks(path, table, _binary_of, header=True)


def _binary_of(words: list[str], vectors: NDArray[Any]) -> bytes:
    rows = np.ascontiguousarray(vectors, "<f4").view(np.uint8)
    return b"".join(
        part for word, row in zip(words, rows, strict=True) for part in (word.encode(), b" ", row.tobytes())
    )


FORMAT = Format("word2vec-binary", _sniff, _read, _write, suffixes=(".bin",))
