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

    Its numbers are in a bytearray, which grows by an eighth at a time, in place where the system can move memory
    without a copy; an array would be copied. So it takes little more memory than its rows need, and none for rows that
    a file says it has and has not.
    """

    def __init__(self, n_columns: int, dtype: Any) -> None:
        self._bytes, self._n_columns, self._dtype = bytearray(), n_columns, np.dtype(dtype)

    def add(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Append rows, cast to the type of the matrix, and return them; they must be let go before more are added."""
        with np.errstate(over="ignore"):  # The caller refuses what becomes infinite.
            self._bytes += np.ascontiguousarray(rows, self._dtype).data
        return self.done()[-len(rows) :] if len(rows) else rows

    def done(self) -> NDArray[Any]:
        """Return the matrix."""
        return np.frombuffer(self._bytes, self._dtype).reshape(-1, self._n_columns)


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
        added = self._rows.add(vectors)
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
