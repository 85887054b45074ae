"""What is asked of a file of word vectors, and the table that grows while it is read."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec.embeddings.subwords import Subwords

_SHOWN = 5  # words that a warning names


@dataclass(frozen=True)
class Request:
    """What is asked of a file.

    Attributes
    ----------
    path : Path
    limit : int or None
        How many words of the file are looked at.
    words : frozenset of str or None
        Those that are kept; None for all.
    dtype : dtype or None
        Of the vectors; None for that of the file.
    mmap : bool
    encoding_errors : str
        What becomes of bytes that are no UTF-8, as in `bytes.decode`.
    """

    path: Path
    limit: int | None
    words: frozenset[str] | None
    dtype: np.dtype[Any] | None
    mmap: bool
    encoding_errors: str

    def decode(self, word: bytes, place: str) -> str:
        """Return the characters of a word that stands at some place of the file."""
        try:
            return word.decode("utf-8", self.encoding_errors)
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{self.path}, {place}: the word {word[:60]!r} is not UTF-8, its byte {error.start} (0x"
                f"{word[error.start]:02x}) does not fit. Pass encoding_errors='replace' to read it with \ufffd in "
                "place of such bytes, or 'ignore' to leave them out."
            ) from None

    def malformed(self, place: str, expected: str, came: str) -> ValueError:
        """Return the error for a file that is not what it should be."""
        return ValueError(f"{self.path}, {place}: expected {expected}, but {came}.")

    def refuse_map(self, name: str) -> None:
        """Raise an error if a memory map is asked for of a format in which vectors do not lie side by side."""
        if self.mmap:
            raise ValueError(
                f"{self.path} cannot be memory-mapped: the format {name!r} does not hold the vectors as one array; "
                "'numpy' does. Read the file once, write it with .write('vectors.npy'), and map that."
            )


class VectorTable(NamedTuple):
    """Words and their vectors as data: what is read of a file, or written to one.

    Attributes
    ----------
    words : list of str
    vectors : ndarray of shape (n_words, n_dimensions)
    counts : ndarray of int64 of shape (n_words,) or None
        How often each word occurred.
    subwords : Subwords or None
        Vectors of character n-grams.
    """

    words: list[str]
    vectors: NDArray[Any]
    counts: NDArray[np.int64] | None = None
    subwords: Subwords | None = None


class Rows:
    """A matrix to which rows are added.

    It grows by an eighth, in place where the system can move memory without copying it, so that hardly more is in use
    than the rows need, and a size that a file only claims takes none.
    """

    def __init__(self, n_columns: int, dtype: Any) -> None:
        self._array = np.empty((0, n_columns), dtype)
        self._n = 0

    def add(self, rows: NDArray[Any]) -> None:
        """Put rows after the others, cast to the type of the matrix."""
        n = self._n + len(rows)
        if n > len(self._array):
            self._array.resize((max(n, len(self._array) * 9 // 8), self._array.shape[1]), refcheck=False)
        with np.errstate(over="ignore"):  # what becomes infinite is refused afterwards
            self._array[self._n : n] = rows
        self._n = n

    def last(self, n: int) -> NDArray[Any]:
        """Return the rows that were added last."""
        return self._array[self._n - n : self._n]

    def done(self) -> NDArray[Any]:
        """Return the matrix."""
        self._array.resize((self._n, self._array.shape[1]), refcheck=False)
        return self._array


class Collector:
    """The words and vectors of a file, each word once: its first vector.

    Parameters
    ----------
    request : Request
    n_dimensions : int
    dtype : dtype
        Of the file's numbers.
    """

    def __init__(self, request: Request, n_dimensions: int, dtype: Any = np.float32) -> None:
        self._request = request
        self._rows = Rows(n_dimensions, request.dtype or dtype)
        self._n_dimensions = n_dimensions
        self._words: dict[str, None] = {}
        self._twice: list[str] = []
        self._n_twice = 0

    def add(self, words: list[str], vectors: NDArray[Any], places: Iterable[str]) -> NDArray[np.bool_]:
        """Add words with their vectors and places in the file, and return which of them were new.

        Raises
        ------
        ValueError
            If a vector holds a number that is infinite or none, or is so in the type that was asked for.
        """
        known = self._words
        n_known = len(known)
        fresh = np.empty(len(words), np.bool_)
        for i, word in enumerate(words):
            fresh[i] = word not in known
            known[word] = None
        if not fresh.all():
            again = [word for word, new in zip(words, fresh, strict=True) if not new]
            self._n_twice += len(again)
            self._twice += again[: _SHOWN - len(self._twice)]
            places = [place for place, new in zip(places, fresh, strict=True) if new]
            vectors = vectors[fresh]
        self._rows.add(vectors)
        added = self._rows.last(len(known) - n_known)
        if not np.isfinite(added).all():
            row = int(np.flatnonzero(~np.isfinite(added).all(axis=1))[0])
            column = int(np.flatnonzero(~np.isfinite(added[row]))[0])
            raise self._request.malformed(
                list(places)[row],
                f"finite numbers of type {added.dtype}",
                f"number {column + 1} of the word's {self._n_dimensions} is {vectors[row, column]}",
            )
        return fresh

    def done(self) -> tuple[list[str], NDArray[Any]]:
        """Return the words and their vectors, and warn of words that the file holds more than once."""
        if self._n_twice:
            warnings.warn(
                f"{self._request.path} holds words more than once; the first vector of each was kept, and "
                f"{self._n_twice} left out: {', '.join(map(repr, self._twice))}"
                + (", ..." if self._n_twice > len(self._twice) else "."),
                UserWarning,
                stacklevel=5,
            )
        return list(self._words), self._rows.done()
