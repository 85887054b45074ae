"""Checks of word vectors that are given: distinct strings as words, a finite vector for each, whole counts.

Tested in tests/embeddings/test_word_vectors.py.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Numbers that are checked at a time, so that a memory map is not read as a whole: 4 MB of truth values.
_NUMBERS_PER_BLOCK = 1 << 22


def words_and_vectors(words: Any, vectors: Any) -> tuple[Any, Any]:
    """Return words and an array of their vectors, which may be given as one dict."""
    if isinstance(words, Mapping) and vectors is None:
        words, vectors = list(words), list(words.values())
        if len({np.shape(vector) for vector in vectors}) > 1:
            first = np.shape(vectors[0])
            word = next(word for word, vector in zip(words, vectors, strict=True) if np.shape(vector) != first)
            raise ValueError(
                f"WordVectors: all vectors must have the same length, but that of {words[0]!r:.80} has shape {first} "
                f"and that of {word!r:.80} {np.shape(vectors[words.index(word)])}."
            )
        return words, np.array(vectors) if vectors else np.zeros((0, 1), np.float32)
    if vectors is None:
        given = type(words).__name__
        more = (
            "WordVectors.from_gensim takes it"
            if hasattr(words, "key_to_index") or hasattr(words, "wv")
            else (
                "WordVectors.read takes the path of a file"
                if isinstance(words, str | PathLike)
                else "give the vectors as well, WordVectors(words, array), or a dict of words to vectors"
            )
        )
        raise TypeError(f"WordVectors: words and their vectors were expected, but one {given} was given: {more}.")
    return words, vectors


def distinct_words(words: Iterable[str]) -> NDArray[np.object_]:
    """Return words as an array of objects, if they are distinct strings."""
    if isinstance(words, str | bytes):
        raise TypeError(f"WordVectors: a list of words was expected, but a single one was given: {words!r:.80}.")
    items: list[Any] = words.tolist() if isinstance(words, np.ndarray) else list(words)
    if set(map(type, items)) - {str}:
        for word in items:
            if not isinstance(word, str):
                raise TypeError(f"WordVectors: words must be strings, but {word!r:.80} is a {type(word).__name__}.")
        items = [str(word) for word in items]  # NumPy's strings are of a subclass of str.
    if len(set(items)) < len(items):
        last = dict(zip(items, range(len(items)), strict=True))
        row, word = next((i, word) for i, word in enumerate(items) if last[word] != i)
        raise ValueError(
            f"WordVectors: words must be distinct, but {len(items) - len(last)} of the {len(items)} are repeated, such "
            f"as {word!r:.80} of rows {row} and {last[word]}."
        )
    return np.fromiter(items, dtype=object, count=len(items))


def vectors_of(given: Any, n_words: int | None) -> NDArray[Any]:
    """Return vectors as an array of floating-point numbers, if there is one for each word; None for any number."""
    vectors: NDArray[Any] = np.asarray(given)
    if vectors.dtype.kind not in "fiu":
        raise TypeError(f"WordVectors: vectors must be numbers, but they are of type {vectors.dtype}.")
    if vectors.ndim != 2 or n_words not in (None, len(vectors)) or not vectors.shape[1]:
        rows = "any number of rows" if n_words is None else f"a row for each of the {n_words} words"
        raise ValueError(
            f"WordVectors: vectors must have {rows}, and at least one column, but have shape {vectors.shape}."
        )
    if vectors.dtype not in (np.float16, np.float32, np.float64):
        vectors = vectors.astype(np.float32)
    return vectors


def rows_of(given: Any, n_words: int, n_rows: int) -> NDArray[np.int64]:
    """Return the row of each word as int64, if there is one for each word."""
    rows: NDArray[Any] = np.asarray(given)
    if not rows.size:
        rows = rows.astype(np.int64)
    if rows.shape != (n_words,) or rows.dtype.kind not in "iu":
        raise ValueError(
            f"WordVectors: word_rows must be {n_words} whole numbers, the row of each word, but are of type "
            f"{rows.dtype} and shape {rows.shape}."
        )
    if rows.min(initial=0) < 0 or rows.max(initial=-1) >= n_rows:
        raise ValueError(
            f"WordVectors: word_rows must be rows of the {n_rows} vectors, from 0, but go from {rows.min()} to "
            f"{rows.max()}."
        )
    return rows.astype(np.int64, copy=False)


def check_finite(vectors: NDArray[Any], name_of: Callable[[int], str]) -> None:
    """Raise an error if a vector is not finite; `name_of` names rows. A memory map is not checked: it would be read."""
    row = -1 if is_mapped(vectors) else first_not_finite(vectors)
    if row >= 0:
        raise ValueError(f"WordVectors: the vector of {name_of(row)!r:.80}, row {row}, holds NaN or infinity.")


def first_not_finite(vectors: NDArray[Any]) -> int:
    """Return the first row with a number that is not finite, -1 if there is none."""
    size = max(1, _NUMBERS_PER_BLOCK // max(vectors.shape[1], 1))
    for a in range(0, len(vectors), size):
        finite = np.isfinite(vectors[a : a + size])
        if not finite.all():
            return a + int(np.argmin(finite.all(axis=1)))
    return -1


def whole_counts(given: Any, n_words: int) -> NDArray[np.int64]:
    """Return counts as int64, if there is a whole number for each word."""
    counts: NDArray[Any] = np.asarray(given)
    if counts.shape != (n_words,) or counts.dtype.kind not in "iu" or (counts < 0).any():
        raise ValueError(
            f"WordVectors: counts must be {n_words} whole numbers, none negative, one for each word, but are of type "
            f"{counts.dtype} and shape {counts.shape}."
        )
    return counts.astype(np.int64, copy=False)


def is_mapped(array: Any) -> bool:
    """Tell whether the numbers of an array are in a file that is mapped into memory."""
    while array is not None and not isinstance(array, np.memmap | mmap.mmap):
        array = array.obj if isinstance(array, memoryview) else getattr(array, "base", None)
    return array is not None
