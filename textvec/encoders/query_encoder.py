"""Queries to vectors without scikit-learn, whose import takes longer than all else that a query needs.

For the common encoders this is scikit-learn's definition of what they do, in plain Python, and to the same bits.
`saved_encoder` tells which encoders these are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.vectors import Sparse, unit_rows
from textvec.text.documents import as_strings

if TYPE_CHECKING:
    from textvec.vectorizers._ngrams import NGrams

Columns = NDArray[np.int64]
Floats = NDArray[np.float64]
Weigh = Callable[[Floats, Columns], Floats]

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class QueryEncoder:
    """Encodes a few texts as an encoder would that was saved.

    Attributes
    ----------
    pattern : re.Pattern
        Finds the words of a text.
    lowercase : bool
    stop_words : frozenset of str
    ngram_range : (min_n, max_n)
    ngrams : NGrams
        The terms.
    binary : bool
        Whether a term counts once.
    weigh : callable
        Takes the counts of a text's terms and their columns, and returns their weights.
    dtype : type
        Of the weights, when they are rounded.
    """

    pattern: re.Pattern[str]
    lowercase: bool
    stop_words: frozenset[str]
    ngram_range: tuple[int, int]
    ngrams: NGrams
    binary: bool
    weigh: Weigh
    dtype: type

    def encode(self, texts: list[str]) -> Sparse:
        """Return the vectors of texts.

        Raises
        ------
        ValueError
            If a text holds a lone surrogate.
        """
        if any(map(_SURROGATE.search, texts)):
            as_strings(texts)  # raises the error; imports pandas, which is not worth it for others
        rows = [self._row(text) for text in texts]
        indptr = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        indices = np.concatenate([np.empty(0, np.int64), *(columns for columns, _ in rows)])
        return unit_rows(indptr, indices, np.concatenate([np.empty(0), *(w for _, w in rows)]), len(self.ngrams))

    def _row(self, text: str) -> tuple[Columns, Floats]:
        """Return the columns of a text's terms, increasing, and their weights."""
        counts: Counter[int] = Counter()
        for term, n in Counter(self._terms(text)).items():
            counts[self._column(term)] += n
        del counts[-1]
        columns = np.array(sorted(counts), np.int64)
        numbers = np.array([1 if self.binary else counts[column] for column in columns.tolist()], np.float64)
        weights = self.weigh(numbers, columns).astype(self.dtype).astype(np.float64)
        return columns[weights != 0], weights[weights != 0]

    def _terms(self, text: str) -> Iterator[tuple[str, ...]]:
        found = self.pattern.findall(text.lower() if self.lowercase else text)
        words = [word for word in found if word not in self.stop_words]
        for n in range(self.ngram_range[0], self.ngram_range[1] + 1):
            yield from zip(*(words[m:] for m in range(n)), strict=False)

    def _column(self, term: tuple[str, ...]) -> int:
        """Return the column of a term, -1 if there is none."""
        words, width = self.ngrams.words.sorted, self.ngrams.rows.shape[1]
        if self._has_names:
            term = tuple(" ".join(term).split(" "))
        codes = [bisect_left(words, word) for word in term]
        known = all(code < len(words) and words[code] == word for code, word in zip(codes, term, strict=True))
        if not known or len(codes) > width:
            return -1
        codes += [-1] * (width - len(codes))
        row = bisect_left(self.ngrams.rows, codes, key=np.ndarray.tolist)
        if row == len(self.ngrams) or self.ngrams.rows[row].tolist() != codes:
            return -1
        return row if self.ngrams.columns is None else int(self.ngrams.columns[row])

    @property
    def _has_names(self) -> bool:
        """Whether terms are told apart by their names: a word "new york" is the bigram, where there are bigrams."""
        return self.ngram_range[1] > 1 or self.ngrams.rows.shape[1] > 1


def counted(counts: Floats, columns: Columns) -> Floats:
    """Return counts as weights."""
    return counts


def tfidf(counts: Floats, columns: Columns, *, idf: Floats, sublinear: bool, norm: str | None) -> Floats:
    """Return the weights of TfidfVectorizer."""
    weights = (np.log(counts) + 1 if sublinear else counts) * idf[columns]
    # One after the other, as the kernel adds them up.
    total = 0.0
    for weight in weights.tolist() if norm else []:
        total += abs(weight) if norm == "l1" else weight * weight
    if total > 0:
        weights /= total if norm == "l1" else np.sqrt(total)
    return weights


def bm25(counts: Floats, columns: Columns, **how: Any) -> Floats:
    """Return the weights of BM25Weighting."""
    from textvec.weightings._bm25 import weights
    from textvec.weightings._count_entries import Entries

    return weights(Entries(counts, columns, np.array([0, len(counts)])), **how)
