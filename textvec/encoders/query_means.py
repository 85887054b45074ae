"""Words to dense vectors for the query encoder: weighted means of word vectors.

Tested in tests/encoders/test_query_encoder.py.
"""

from __future__ import annotations

import warnings
from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.query_words import Positions, check_sorted

Floats = NDArray[np.float64]

NO_KNOWN_WORD = (
    "EmbeddingVectorizer: {n} of {n_documents} documents hold no word that has a vector; their rows are zero."
)
"""What `EmbeddingVectorizer` warns of, and so the query encoder."""

MIN_SHARE_LEFT = 1e-12
"""Of a row's squared length; if less is left when common components are removed, it is rounding, and becomes zero.
`textvec.kernels.pooling` has the same number; it is not imported because it is compiled."""


class WordMeans:
    """Makes the weighted mean of the vectors of a text's words, as the kernels of `EmbeddingVectorizer` do.

    Parameters
    ----------
    words : list of str
        Those that have a vector, sorted.
    rows : ndarray of int32 of shape (n_words,)
        The row of each in `vectors`.
    vectors : ndarray of floats of shape (n_rows, n_dimensions)
        May be a memory map, of which only the rows of a query's words are read.
    weighed : list of str
        Words that have a weight of their own, sorted.
    weights : ndarray of float64 of shape (n_weighed,)
        The weight of each.
    unseen : float
        The weight of all other words.
    by_weight : bool
        Whether the sum is divided by the sum of weights; otherwise by the number of words.
    skip : bool
        Whether words without a vector are left out; otherwise their vectors are zero.
    components, shares : ndarray of float64
        The common components, and how much of each is taken from a row.
    normalize : bool
        Whether a row is divided by its length.
    """

    def __init__(
        self,
        words: list[str],
        rows: NDArray[np.int32],
        vectors: NDArray[Any],
        weighed: list[str],
        weights: Floats,
        unseen: float,
        by_weight: bool,
        skip: bool,
        components: Floats,
        shares: Floats,
        normalize: bool,
    ) -> None:
        check_sorted(words)
        self.words = words
        check_sorted(weighed)
        shapes = (rows.shape, weights.shape, components.shape, shares.shape)
        fits = (
            vectors.dtype.kind == "f"
            and rows.dtype == np.int32
            and {array.dtype for array in (weights, components, shares)} == {np.dtype(np.float64)}
            and shapes == ((len(words),), (len(weighed),), (len(shares), vectors.shape[1]), (len(components),))
            and rows.min(initial=0) >= 0
            and rows.max(initial=-1) < len(vectors)
        )
        if not fits or type(unseen) is not float or {type(by_weight), type(skip), type(normalize)} != {bool}:
            raise ValueError("words, vectors, weights and components do not fit each other")
        self._row_of, self._rows, self._vectors = Positions(words), rows, vectors
        self._weight_of, self._weights, self._unseen = Positions(weighed), weights, unseen
        self._by_weight, self._skip, self._normalize = by_weight, skip, normalize
        self._components, self._shares = components, shares

    has_words = True  # as vectors that single words have something of

    def column_of(self, word: str) -> int:
        """Return the row of a word's vector, -1 if it has none."""
        i = bisect_left(self.words, word)
        return int(self._rows[i]) if i < len(self.words) and self.words[i] == word else -1

    def names(self, columns: Iterable[int]) -> None:
        """Return nothing: columns are no terms."""

    def of(self, texts: list[list[str]], unit: bool = True) -> NDArray[np.float32]:
        """Return the vectors of texts, which are given as their words; they have their own lengths in any case.

        Warns
        -----
        UserWarning
            If there are texts without any known word.
        """
        made = [self._mean(words) for words in texts]
        n = sum(not known for _, known in made)
        if n:
            warnings.warn(NO_KNOWN_WORD.format(n=n, n_documents=len(texts)), stacklevel=5)  # whoever called `search`
        rows = np.array([row for row, _ in made], np.float32).reshape(len(texts), self._vectors.shape[1])
        if not np.isfinite(rows).all():
            raise ValueError("The vectors of some words hold NaN, infinite values, or values too large for float32.")
        return rows

    def _mean(self, words: list[str]) -> tuple[NDArray[np.float32], bool]:
        """Return the vector of a text, and whether a word of it has one."""
        found = list(map(self._row_of, words))
        vectors = np.zeros((len(words), self._vectors.shape[1]))
        for i, known in enumerate(found):
            if known >= 0:
                vectors[i] = self._vectors[self._rows[known]].astype(np.float32)
        counted = np.array([known >= 0 or not self._skip for known in found], np.float64)
        weights = counted * [self._weight(word) for word in words]
        row = _weighted_mean(vectors, weights, weights if self._by_weight else counted)
        row = _without_components(row, self._components, self._shares)
        return (_unit(row) if self._normalize else row), max(found, default=-1) >= 0

    def _weight(self, word: str) -> float:
        i = self._weight_of(word)
        return self._unseen if i < 0 else float(self._weights[i])


# Each function below adds numbers up in the order of its kernel in `textvec.kernels.pooling`, so that the results are
# the same to the last bit.


def _weighted_mean(vectors: Floats, weights: Floats, masses: Floats) -> NDArray[np.float32]:
    """Do what `mean` does: sums of four words, and of the words that are left."""
    weighted, n = weights[:, None] * vectors, len(vectors)
    total, mass = np.zeros(vectors.shape[1]), 0.0
    for i in range(0, n // 4 * 4, 4):
        a, b, c, d = masses[i : i + 4].tolist()
        mass += a + b + c + d
        total += (weighted[i] + weighted[i + 1]) + (weighted[i + 2] + weighted[i + 3])
    for i in range(n // 4 * 4, n):
        mass += float(masses[i])
        total += weighted[i]
    return (total / mass if mass > 0 else np.zeros_like(total)).astype(np.float32)


def _without_components(row: NDArray[np.float32], components: Floats, shares: Floats) -> NDArray[np.float32]:
    """Do what `remove` does."""
    if not len(components):
        return row
    rest = row.astype(np.float64)
    before = _sum(rest * rest)
    for component, share in zip(components, shares.tolist(), strict=True):
        rest = rest - share * _sum(component * rest) * component
    kept = _sum(rest * rest) > MIN_SHARE_LEFT * before
    return (rest if kept else np.zeros_like(rest)).astype(np.float32)


def _unit(row: NDArray[np.float32]) -> NDArray[np.float32]:
    """Do what `normalize` does."""
    numbers = row.astype(np.float64)
    squares = _sum(numbers * numbers)
    return (numbers / np.sqrt(squares)).astype(np.float32) if squares > 0 else row


def _sum(numbers: Floats) -> float:
    """Return the sum of numbers, added up one after the other."""
    return float(np.add.accumulate(numbers)[-1]) if len(numbers) else 0.0
