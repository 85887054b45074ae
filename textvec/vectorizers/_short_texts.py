"""A message at a time: the terms of a few short texts, counted and weighed in plain Python.

What kernels are called through, and what parameters are checked by, takes longer than such a text has to be counted.
The matrices are those of `textvec.vectorizers._analysis` and the kernels, to the bit; what is out of the ordinary is
left to them.

Tested in tests/vectorizers/test_short_texts.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from math import sqrt
from operator import mul
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import murmurhash3_32

from textvec._common.csr import make_small_csr
from textvec._common.remembered import Remembered
from textvec.text.encoding import Runs
from textvec.text.short_texts import are_few_and_short, word_finder
from textvec.vectorizers._analysis import OVERRIDABLE, is_special
from textvec.vectorizers._words import has_control

_PLAIN = {"input": "content", "analyzer": "word", "preprocessor": None, "tokenizer": None, "strip_accents": None}
_DTYPES = (np.int64, np.int32, np.float64, np.float32)  # They hold every count of a short text, and SciPy holds them.

# Kernels scale a row before they add up its squares if the sum could leave the range of float64. Those rows are left
# to them; closer bounds would leave more rows to them, wider ones than 2**-800 and 2**800 give other bits.
_LOWEST_SUM, _HIGHEST_SUM = 1e-200, 1e200


class FewRows(NamedTuple):
    """Counts of a few documents as lists.

    Attributes
    ----------
    indptr : list of int
        Where the counts of each document begin.
    columns : list of int
        Increasing within each document.
    counts : list of int
    """

    indptr: list[int]
    columns: list[int]
    counts: list[int]

    @classmethod
    def of(cls, rows: list[dict[int, int]], binary: bool) -> FewRows:
        """Make rows of a count for each column."""
        indptr, columns, counts = [0], list[int](), list[int]()
        for row in rows:
            own = sorted(row)
            columns += own
            counts += [1] * len(own) if binary else map(row.__getitem__, own)
            indptr.append(len(columns))
        return cls(indptr, columns, counts)

    def to_csr(self, values: list[Any], dtype: Any, n_columns: int) -> Any:
        """Return the matrix of values in these places."""
        columns, indptr = np.array(self.columns, np.int32), np.array(self.indptr, np.int32)
        return make_small_csr(np.array(values, dtype), columns, indptr, n_columns)


class _Settings(NamedTuple):
    """What parameters say of short texts."""

    words_of: Callable[[str], list[str] | None]
    may_have_control: bool
    low: int
    high: int

    @classmethod
    def of(cls, vectorizer: Any) -> _Settings | None:
        """Return those of a vectorizer; None if its parameters are out of the ordinary, or wrong."""
        dtype, ngram_range, pattern = vectorizer.dtype, vectorizer.ngram_range, vectorizer.token_pattern
        if (
            any(getattr(vectorizer, name) != value for name, value in _PLAIN.items())
            or is_special(vectorizer)
            or type(pattern) is not str
            or not isinstance(dtype, type | np.dtype)
            or np.dtype(dtype) not in _DTYPES
            or {type(vectorizer.lowercase), type(vectorizer.binary)} != {bool}
            or type(ngram_range) is not tuple  # a list may change, and stay the same list
            or list(map(type, ngram_range)) != [int, int]
            or ngram_range[0] > ngram_range[1]
        ):
            return None
        try:
            vectorizer.build_analyzer()  # checks the pattern, and says which stop words do not fit it
        except Exception:  # the same one comes again, where texts are read
            return None
        runs = Runs.parse(pattern)
        may_have_control = runs is None or any(re.match(runs.character, chr(i)) for i in range(ord(" ") + 1))
        return cls(word_finder(pattern, vectorizer.lowercase), may_have_control, *ngram_range)


_FOR_WORDS = ("lowercase", "token_pattern", "ngram_range", "stop_words", "binary", "dtype", *_PLAIN)
_settings = Remembered(_Settings.of, *_FOR_WORDS, methods=OVERRIDABLE)


class _HashSettings(NamedTuple):
    words: _Settings
    n_columns: int
    negative: int
    norm: str | None

    @classmethod
    def of(cls, vectorizer: Any) -> _HashSettings | None:
        if vectorizer.keep_names or np.dtype(vectorizer.dtype) not in (np.float64, np.float32):
            return None
        try:
            vectorizer._validate_params()
        except Exception:  # as above
            return None
        words = _Settings.of(vectorizer)
        negative = -1 if vectorizer.alternate_sign else 1
        return words and cls(words, int(vectorizer.n_features), negative, vectorizer.norm)


_hash_settings = Remembered(
    _HashSettings.of,
    *_FOR_WORDS, "encoding", "decode_error", "missing", "n_features", "norm", "alternate_sign", "keep_names",
    methods=OVERRIDABLE,
)  # fmt: skip


def count_short_texts(vectorizer: Any, documents: Any) -> FewRows | None:
    """Count the terms of a vectorizer in a list of a few short texts.

    Parameters
    ----------
    vectorizer : CountVectorizer
    documents : object
        What `transform` was given.

    Returns
    -------
    FewRows or None
        None if documents, parameters or terms are others than this is made for.
    """
    if not are_few_and_short(documents) or "ngrams_" not in vars(vectorizer):
        return None
    settings, ngrams = _settings(vectorizer), vectorizer.ngrams_
    if settings is None or not ngrams.are_plain:
        return None
    low, high = settings.low, settings.high
    in_terms = high > 1 or ngrams.rows.shape[1] > 1
    if in_terms and ngrams.words.has_control:
        return None
    texts = _words_of(vectorizer, settings, documents)
    if texts is None or (in_terms and settings.may_have_control and any(map(has_control, texts))):
        return None  # n-grams of other words could have the name of a term
    return FewRows.of([ngrams.counts_in_words(words, low, high) for words in texts], vectorizer.binary)


def weigh_few(rows: FewRows, idf: NDArray[Any] | None, sublinear: bool, norm: str | None) -> list[float] | None:
    """Return the TF-IDF weights of rows, or None if these have no ordinary norm."""
    weights: list[Any] = rows.counts
    if sublinear:
        weights = (np.log(np.array(weights, np.float64)) + 1).tolist()
    if idf is not None:
        weights = list(map(mul, weights, map(idf.item, rows.columns)))
    return _divided_by_norm(weights, rows.indptr, norm)


def hash_short_texts(vectorizer: Any, documents: Any) -> Any:
    """Return the matrix of a HashingVectorizer of a list of a few short texts; None as `count_short_texts` does."""
    settings = _hash_settings(vectorizer) if are_few_and_short(documents) else None
    texts = None if settings is None else _words_of(vectorizer, settings.words, documents)
    if settings is None or texts is None:
        return None
    (_, _, low, high), n_columns, negative, norm = settings
    sums: list[dict[int, int]] = []
    for words in texts:
        row: dict[int, int] = {}
        for code in map(murmurhash3_32, _features(words, low, high)):
            column = abs(code) % n_columns
            row[column] = row.get(column, 0) + (1 if code >= 0 else negative)
        sums.append(row)
    rows = FewRows.of(sums, vectorizer.binary)
    values = _divided_by_norm(rows.counts, rows.indptr, norm)
    return None if values is None else rows.to_csr(values, vectorizer.dtype, n_columns)


def _words_of(vectorizer: Any, settings: _Settings, documents: list[str]) -> list[list[str]] | None:
    """Return the words of each text without stop words; None if a text cannot be encoded."""
    stop_words, texts = vectorizer.get_stop_words(), []
    for text in documents:
        words = settings.words_of(text)
        if words is None:
            return None
        texts.append([word for word in words if word not in stop_words] if stop_words else words)
    return texts


def _features(words: list[str], low: int, high: int) -> list[str]:
    """Return the n-grams of words."""
    if high == 1:
        return words
    features, longer = (list(words) if low == 1 else []), words
    for n in range(2, min(high, len(words)) + 1):
        longer = [f"{before} {word}" for before, word in zip(longer, words[n - 1 :], strict=False)]
        features += longer if n >= low else ()
    return features


def _divided_by_norm(values: list[Any], indptr: list[int], norm: str | None) -> list[float] | None:
    """Divide rows by their norms as `textvec.kernels.vector_ops.divide_by_norm` does; None if one is not ordinary."""
    if norm is None:
        return values
    divided = list[float]()
    for begin, end in pairwise(indptr):
        row, total = values[begin:end], 0.0
        for value in row:  # one after the other: from Python 3.12 on, `sum` gives other bits
            total += abs(value) if norm == "l1" else value * value
        if _LOWEST_SUM < total < _HIGHEST_SUM:
            length = total if norm == "l1" else sqrt(total)
            divided += [value / length for value in row]
        elif any(row):
            return None
        else:
            divided += row
    return divided
