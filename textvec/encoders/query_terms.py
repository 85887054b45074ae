"""Words to sparse vectors for the query encoder: n-grams are counted, and counts are weighed.

Tested in tests/encoders/test_query_encoder.py.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.query_words import Positions
from textvec.encoders.vectors import Sparse, unit_rows, whole_rows
from textvec.vectorizers._ngrams import NGrams

Columns = NDArray[np.int64]
Floats = NDArray[np.float64]

FORMULAS = {
    "tfidf": "textvec.vectorizers._tfidf.weights",
    "bm25": "textvec.weightings._bm25.query_weights",
    "smart": "textvec.weightings._smart.query_weights",
}
"""By the names that descriptions use: functions of the counts of a text's terms, their columns, and parameters."""

_PARAMETER_TYPES = (str, bool, int, float, np.ndarray, type(None))


class Weights:
    """Counts to weights.

    Parameters
    ----------
    formula : str
        A name in `FORMULAS`.
    **params
        What it needs besides counts and columns. Arrays have one number for each term.
    """

    def __init__(self, formula: str, **params: Any) -> None:
        if formula not in FORMULAS:
            raise ValueError(f"there is no formula {formula!r:.80}")
        module, _, name = FORMULAS[formula].rpartition(".")
        self._formula = getattr(import_module(module), name)
        self._params = params

    def check(self, n_terms: int) -> None:
        """Raise an error unless the parameters are some, and arrays among them have one number for each term."""
        for name, value in self._params.items():
            if not isinstance(value, _PARAMETER_TYPES):
                raise ValueError(f"{name} is of type {type(value).__name__}, which no formula takes")
            if isinstance(value, np.ndarray) and (value.shape != (n_terms,) or value.dtype != np.float64):
                raise ValueError(f"{name} must be {n_terms} numbers, but it is {value.dtype} of shape {value.shape}")
        self(np.empty(0), np.empty(0, np.int64))

    def __call__(self, counts: Floats, columns: Columns) -> Floats:
        """Return the weight of each count; `columns` are increasing."""
        weights: Floats = self._formula(counts, columns, **self._params)
        return weights


class TermRows:
    """Makes a row of term weights of the words of a text.

    Parameters
    ----------
    ngrams : NGrams
        The terms.
    ngram_range : tuple (min_n, max_n)
    binary : bool
        Whether a term counts once.
    single : bool
        Whether weights are rounded to single precision.
    weights : Weights, optional
        By default the counts are the weights.
    """

    def __init__(
        self, ngrams: NGrams, ngram_range: tuple[int, int], binary: bool, single: bool, weights: Weights | None = None
    ) -> None:
        low, high = ngram_range
        if not isinstance(ngrams, NGrams) or not len(ngrams):
            raise ValueError("there are no terms")
        if type(low) is not int or type(high) is not int or not 1 <= low <= high:
            raise ValueError(f"there are no terms of {ngram_range!r:.80} words")
        if type(binary) is not bool or type(single) is not bool:
            raise ValueError("binary and single are not true or false")
        if weights is not None:
            weights.check(len(ngrams))
        self._ngrams, self._ngram_range, self._binary, self._weights = ngrams, (low, high), binary, weights
        self._single, self._has_keys = single, ngrams.has_keys
        self._code_of = Positions(ngrams.words.sorted)
        # Terms of several words are told apart by their names: a word "new york" is the bigram.
        self._by_name = max(high, ngrams.rows.shape[1]) > 1

    def of(self, texts: list[list[str]], unit: bool = True) -> Sparse:
        """Return the vectors of texts, which are given as their words, with the length 1 or their own."""
        rows = [self._row(words) for words in texts]
        if len(rows) == 1:  # what is below costs more than the search of an index
            ((indices, weights),) = rows
            indptr = np.array([0, len(indices)], np.int64)
        else:
            indptr = np.cumsum([0, *(len(columns) for columns, _ in rows)])
            indices = np.concatenate([np.empty(0, np.int64), *(columns for columns, _ in rows)])
            weights = np.concatenate([np.empty(0), *(w for _, w in rows)])
        return (unit_rows if unit else whole_rows)(indptr, indices, weights, len(self._ngrams))

    def _row(self, words: list[str]) -> tuple[Columns, Floats]:
        """Return the columns of a text's terms, increasing, and their weights."""
        counts = self._counts(words)
        sorted_columns = sorted(counts)
        columns = np.array(sorted_columns, np.int64)
        numbers = np.array([1 if self._binary else counts[column] for column in sorted_columns], np.float64)
        weights = numbers if self._weights is None else self._weights(numbers, columns)
        if self._single:
            weights = weights.astype(np.float32).astype(np.float64)
        if np.count_nonzero(weights) == len(columns):
            return columns, weights
        return columns[weights != 0], weights[weights != 0]

    def _counts(self, words: list[str]) -> dict[int, int]:
        """Return how often the term of each column is in a text."""
        low, high = self._ngram_range
        if self._has_keys and not (self._by_name and " " in "".join(words)):
            return self._ngrams.counts(list(map(self._code_of, words)), low, high)
        counts: Counter[int] = Counter()
        for term, n in Counter(self._terms(words)).items():
            counts[self._column(term)] += n
        del counts[-1]
        return counts

    def _terms(self, words: list[str]) -> Iterator[tuple[str, ...]]:
        low, high = self._ngram_range
        longest = min(high, self._ngrams.rows.shape[1], len(words))  # longer ones are no terms
        for n in range(low, longest + 1):
            yield from zip(*(words[m:] for m in range(n)), strict=False)

    def _column(self, term: tuple[str, ...]) -> int:
        """Return the column of a term, -1 if there is none."""
        width = self._ngrams.rows.shape[1]
        if self._by_name:
            term = tuple(" ".join(term).split(" "))
        codes = list(map(self._code_of, term))
        if -1 in codes or len(codes) > width:
            return -1
        codes += [-1] * (width - len(codes))
        row = bisect_left(self._ngrams.rows, codes, key=np.ndarray.tolist)
        if row == len(self._ngrams) or self._ngrams.rows[row].tolist() != codes:
            return -1
        return row if self._ngrams.columns is None else int(self._ngrams.columns[row])

    @property
    def words(self) -> list[str]:
        """The words of which the terms consist, sorted."""
        return self._ngrams.words.sorted

    @property
    def has_words(self) -> bool:
        """Tell whether single words are terms."""
        return self._ngram_range[0] == 1

    def column_of(self, word: str) -> int:
        """Return the column of the term that is a word alone, -1 if there is none."""
        return self._column((word,))

    def names(self, columns: Iterable[int]) -> list[str]:
        """Return the terms of columns."""
        rows = self._ngrams.by_column()[list(columns)].tolist()
        return [" ".join(self.words[code] for code in row if code >= 0) for row in rows]
