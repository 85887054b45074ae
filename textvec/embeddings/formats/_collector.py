"""The words and vectors of a file, collected while it is read.

Tested in tests/embeddings/formats/test_formats.py.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec.embeddings.formats._request import Request

_MAX_NAMED_WORDS = 5  # A warning names at most this many words.


class GrowingMatrix:
    """A matrix to which rows are added.

    It grows by an eighth at a time, in place where the system can move memory without a copy. So it takes little more
    memory than its rows need, and none for rows that a file says it has and has not.
    """

    def __init__(self, n_columns: int, dtype: Any) -> None:
        self._array = np.empty((0, n_columns), dtype)
        self._n = 0

    def add(self, rows: NDArray[Any]) -> None:
        """Append rows, cast to the type of the matrix."""
        n = self._n + len(rows)
        if n > len(self._array):
            self._array.resize((max(n, len(self._array) * 9 // 8), self._array.shape[1]), refcheck=False)
        with np.errstate(over="ignore"):  # The caller refuses what becomes infinite.
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
        self._rows = GrowingMatrix(n_dimensions, request.dtype or dtype)
        self._n_dimensions = n_dimensions
        self._words: dict[str, None] = {}
        self._repeated: list[str] = []  # the first of them
        self._n_repeated = 0

    def add(self, words: list[str], vectors: NDArray[Any], places: Iterable[str]) -> NDArray[np.bool_]:
        """Add words with their vectors, and return which of the words are new; `places` say where they are, for errors.

        Raises
        ------
        ValueError
            If a vector holds a number that is NaN or infinite, or becomes so in the type that was asked for.
        """
        known = self._words
        n_known = len(known)
        fresh = np.empty(len(words), np.bool_)
        for i, word in enumerate(words):
            fresh[i] = word not in known
            known[word] = None
        if not fresh.all():
            again = [word for word, new in zip(words, fresh, strict=True) if not new]
            self._n_repeated += len(again)
            self._repeated += again[: _MAX_NAMED_WORDS - len(self._repeated)]
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
        if self._n_repeated:
            warnings.warn(
                f"{self._request.path} holds words more than once; the first vector of each was kept, and "
                f"{self._n_repeated} left out: {', '.join(map(repr, self._repeated))}"
                + (", ..." if self._n_repeated > len(self._repeated) else "."),
                UserWarning,
                stacklevel=5,
            )
        return list(self._words), self._rows.done()
