"""Writing text and word2vec's binary format, so that every other reader gets the same words and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from textvec._common.atomic_files import replacing

_BLOCK = 1 << 20  # numbers that are written at once

# What a word must not have: in text and binary it ends at the first space, in GloVe's text before the numbers.
_REFUSED = {
    "word2vec": (re.compile(r"[ \t\n]"), "a space, a tab or a newline"),
    "word2vec-binary": (re.compile(r"[ \n]"), "a space or a newline"),
    "glove": (
        re.compile(r"[\t\n]| \Z| [-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z"),
        "a tab, a newline, a space at its end, or a number after a space",
    ),
}


def write_rows(path: Path, name: str, words: list[str], vectors: NDArray[Any]) -> None:
    """Write words and vectors in a format of word2vec's or GloVe's; numbers are the shortest that read as the same."""
    _check_words(name, words)
    with replacing(path) as (file,):
        if name != "glove":
            file.write(b"%d %d\n" % vectors.shape)
        for first, block in blocks(vectors):
            some = words[first : first + len(block)]
            file.write(_binary(some, block) if name == "word2vec-binary" else _text(some, block))


def blocks(vectors: NDArray[Any]) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yield some rows at a time, with the number of the first."""
    n = max(_BLOCK // max(vectors.shape[1], 1), 1)
    for first in range(0, len(vectors), n):
        yield first, vectors[first : first + n]


def _text(words: list[str], vectors: NDArray[Any]) -> Any:
    # A half float has no shortest decimal in Arrow; widened, it is the same number.
    numbers = vectors.astype(np.float32) if vectors.dtype == np.float16 else vectors
    offsets = np.arange(len(words) + 1, dtype=np.int32) * vectors.shape[1]
    decimals = pc.cast(pa.array(numbers.ravel()), pa.string())
    rows = pc.binary_join(pa.ListArray.from_arrays(offsets, decimals), " ")
    lines = pc.binary_join_element_wise(pa.array(words, pa.string()), rows, " ")
    ended = pc.binary_join_element_wise(lines, "", "\n")
    _, bounds, data = ended.buffers()
    begin, end = np.frombuffer(bounds, np.int32)[[ended.offset, ended.offset + len(ended)]].tolist()
    return data[begin:end]


def _binary(words: list[str], vectors: NDArray[Any]) -> bytes:
    rows = np.ascontiguousarray(vectors, "<f4").view(np.uint8)
    return b"".join(
        part for word, row in zip(words, rows, strict=True) for part in (word.encode(), b" ", row.tobytes())
    )


def _check_words(name: str, words: list[str]) -> None:
    pattern, what = _REFUSED[name]
    if name == "glove" and words and len(words[0]) > 1 and words[0].startswith("\ufeff"):
        raise _refused(name, words[0], "a file that begins with a byte order mark (U+FEFF) is read without it")
    for word in words:
        if pattern.search(word):
            raise _refused(name, word, f"a word in it must not have {what}")
        if not _has_utf8(word):
            raise _refused(name, word, "half a character (a lone surrogate) has no UTF-8")


def _refused(name: str, word: str, why: str) -> ValueError:
    return ValueError(
        f"The format {name!r} cannot hold the word {word[:60]!r}: {why}. The format 'numpy' holds every word: write to "
        "a file that ends in .npy."
    )


def _has_utf8(word: str) -> bool:
    if word.isascii():
        return True
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True
