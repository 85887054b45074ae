"""Writing text and word2vec's binary format, so that every other reader gets the same words and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from textvec._common.atomic_files import replacing
from textvec.embeddings.formats._format import VectorTable


def write_blocks(
    path: Path, table: VectorTable, encode: Callable[[list[str], NDArray[Any]], Any], *, header: bool
) -> None:
    """Write a file some words at a time.

    Parameters
    ----------
    path : Path
    table : VectorTable
    encode : callable
        Returns the bytes that stand for some words and their vectors.
    header : bool
        Whether the file begins with a line with the numbers of words and of dimensions.
    """
    with replacing(path) as (file,):
        if header:
            file.write(b"%d %d\n" % (len(table.words), table.vectors.shape[1]))
        for first, vectors in table.blocks():
            file.write(encode(table.words[first : first + len(vectors)], vectors))


def text_of(words: list[str], vectors: NDArray[Any]) -> Any:
    """Return a line for each word, with the shortest numbers that read as the same."""
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


def check_words(name: str, words: list[str], pattern: re.Pattern[str], what: str) -> None:
    """Raise an error if a format cannot hold a word.

    Parameters
    ----------
    name : str
        Of the format.
    words : list of str
    pattern : Pattern
        Matches somewhere in words that the format cannot hold.
    what : str
        What the pattern matches, for the error.
    """
    for word in words:
        if pattern.search(word):
            raise refused(name, word, f"a word in it must not have {what}")
        if not _has_utf8(word):
            raise refused(name, word, "half a character (a lone surrogate) has no UTF-8")


def refused(name: str, word: str, why: str) -> ValueError:
    """Return the error for a word that a format cannot hold."""
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
