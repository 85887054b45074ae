"""Queries to vectors without scikit-learn, whose import takes longer than all else that a query needs.

The encoder of an index on disk is read as data. If it is one of the common ones, queries are encoded here, in plain
Python, by scikit-learn's definition of what that encoder does, and to the same bits. All others are loaded and used.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._persistence import classes
from textvec._persistence.archive import Archive
from textvec._persistence.reading import read
from textvec.documents import as_strings
from textvec.similarity._vectors import Sparse, unit_rows

if TYPE_CHECKING:
    from textvec.vectorizers._ngrams import NGrams

Columns = NDArray[np.int64]
Floats = NDArray[np.float64]

_WHOLE = {"NGrams", "Words"}  # made as `textvec.load` makes them; of all others the state is kept
_KNOWN = _WHOLE | {
    "BM25Weighting", "CountVectorizer", "FrozenEstimator", "Pipeline", "StopWords", "TfidfTransformer",
    "TfidfVectorizer", "Tokenizer",
}  # fmt: skip
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAME = re.compile(r"[A-Za-z]+(:.*)?", re.DOTALL)  # of a tokenizer, in the place of a regular expression
_DTYPES = np.float64, np.float32, np.int64  # in which no count of a query is too large


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
    weigh: Callable[[Floats, Columns], Floats]
    dtype: type

    @classmethod
    def read(cls, path: str | PathLike[str]) -> QueryEncoder | None:
        """Read the file of `textvec.save` with an encoder; None if it is not one of the common ones.

        Those are TfidfVectorizer, and CountVectorizer with or without BM25Weighting, of words by a regular expression;
        alone, or in a Pipeline behind a Tokenizer and StopWords.

        Raises
        ------
        FileNotFoundError, ValueError
            As `textvec.load` does.
        """
        with Archive(path) as archive:
            if not _names(archive.tree) <= _KNOWN:  # before anything large is read
                return None
            saved = read(archive, _make, lambda data: data)
        try:
            return _encoder(saved)
        except _UnknownError:
            return None

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


class _UnknownError(Exception):
    """An encoder is not one of the common ones."""


def _require(condition: Any) -> None:
    if not condition:
        raise _UnknownError


class _Saved(NamedTuple):
    """An object as it was saved: the name of its class, and its state."""

    name: str
    state: Any

    def get(self, attribute: str, *kinds: type) -> Any:
        """Return an attribute, which must be of one of some types."""
        value = self.state.get(attribute, NotImplemented) if isinstance(self.state, dict) else NotImplemented
        _require(type(value) in kinds)
        return value

    def check(self, **attributes: Any) -> None:
        """Compare attributes with what they must be."""
        for name, value in attributes.items():
            _require(self.get(name, type(value)) == value)


def _make(name: str, state: Any) -> Any:
    return classes.make(name, state) if name in _WHOLE else _Saved(name, state)


def _names(tree: Any) -> set[str]:
    """Return the names of the classes in the tree of an archive, and "foreign" if there is anything of skops'."""
    nodes, names = [tree], set()
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            names |= {"foreign"} & node.keys()
            if isinstance(node.get("object"), list):
                names |= set(map(str, node["object"][:1]))
            nodes += node.values()
        elif isinstance(node, list):
            nodes += node
    return names


def _encoder(saved: Any) -> QueryEncoder:
    *steps, last = _steps(saved)
    weighting = last if last.name == "BM25Weighting" else None
    if weighting is not None:
        _require(steps)
        last = steps.pop()
    own_pattern = last
    if steps:  # words of text, which StopWords would cut by itself if there were no Tokenizer
        own_pattern = steps.pop(0) if steps[0].name == "Tokenizer" else _Saved("Tokenizer", _DEFAULTS)
    pattern, lowercase = _pattern(own_pattern)
    stop_words = set(last.get("stop_words", type(None), list) or [])
    _require(set(map(type, stop_words)) <= {str})
    for step in steps:
        _require(step.name == "StopWords")
        for text in step.get("stop_words_", frozenset):
            stop_words |= set(pattern.findall(text.lower() if lowercase else text))

    last.check(input="content", analyzer="word", preprocessor=None, tokenizer=None, strip_accents=None, vocabulary=None)
    ngrams = _ngrams(last)
    dtype = last.state.get("dtype")
    _require(isinstance(dtype, type | np.dtype) and dtype in _DTYPES)
    return QueryEncoder(
        pattern,
        lowercase,
        frozenset(stop_words),
        last.get("ngram_range", tuple),
        ngrams,
        last.get("binary", bool),
        _weigh(last, weighting, len(ngrams)),
        np.float32 if dtype == np.float32 else np.float64,
    )


_DEFAULTS = {"pattern": r"(?u)\b\w\w+\b", "lowercase": True, "strip_accents": None, "merge_entities": False}


def _steps(saved: Any) -> list[_Saved]:
    """Return the steps of a Pipeline, or the one that there is."""
    saved = _thawed(saved)
    if saved.name != "Pipeline":
        return [saved]
    saved.check(memory=None)
    steps = saved.get("steps", list)
    _require(steps and all(isinstance(step, tuple) and len(step) == 2 for step in steps))
    return [_thawed(step) for _, step in steps]


def _thawed(saved: Any) -> _Saved:
    _require(isinstance(saved, _Saved))
    if saved.name == "FrozenEstimator":
        return _thawed(saved.get("estimator", _Saved))
    _require("_sklearn_output_config" not in saved.state)
    return saved  # type: ignore[no-any-return]


def _pattern(saved: _Saved) -> tuple[re.Pattern[str], bool]:
    """Return what finds words, and whether in lower case, of a Tokenizer or vectorizer."""
    saved.check(strip_accents=None)
    if saved.name == "Tokenizer":
        saved.check(merge_entities=False)
    text = saved.get("pattern" if saved.name == "Tokenizer" else "token_pattern", str)
    _require(not (saved.name == "Tokenizer" and _NAME.fullmatch(text)))
    try:
        pattern = re.compile(text)
    except re.error:
        raise _UnknownError from None
    _require(pattern.groups <= 1)
    return pattern, saved.get("lowercase", bool)


def _ngrams(saved: _Saved) -> NGrams:
    """Return the terms of a vectorizer."""
    from textvec.vectorizers._ngrams import NGrams

    ngrams, (shortest, longest) = saved.get("ngrams_", NGrams), saved.get("ngram_range", tuple)
    _require(len(ngrams) and ngrams.separator == " " and set(map(type, ngrams.words.sorted)) == {str})
    _require(type(shortest) is type(longest) is int and 1 <= shortest <= longest)
    # Where words may hold spaces, a name does not tell the words of an n-gram.
    _require(max(longest, ngrams.rows.shape[1]) == 1 or not ngrams.words.has_control)
    return ngrams  # type: ignore[no-any-return]


def _weigh(vectorizer: _Saved, weighting: _Saved | None, n_terms: int) -> Callable[[Floats, Columns], Floats]:
    """Return what makes weights of counts."""
    if weighting is not None:
        _require(vectorizer.name == "CountVectorizer")
        how = {name: weighting.get(name, int, float) for name in ("k1", "b", "delta")}
        return partial(
            _bm25,
            method=weighting.get("method", str),
            idf=_finite(weighting.get("idf_", np.ndarray), n_terms),
            average_length=weighting.get("average_length_", float),
            **how,
        )
    if vectorizer.name == "CountVectorizer":
        return _counted
    _require(vectorizer.name == "TfidfVectorizer")
    fitted = vectorizer.get("_tfidf", _Saved)
    _require("idf_" not in fitted.state)  # was set, and not learnt
    idf: NDArray[Any] = np.ones(n_terms)
    if fitted.get("use_idf", bool):
        from textvec.vectorizers._idf import inverse_document_frequencies

        frequencies, kind = vectorizer.get("document_frequencies_", np.ndarray), vectorizer.get("_idf_type", type)
        _require(kind in (np.float64, np.float32))
        with np.errstate(divide="ignore"):
            idf = inverse_document_frequencies(
                frequencies, vectorizer.get("n_documents_", int), fitted.get("smooth_idf", bool), kind
            )
    return partial(
        _tfidf,
        idf=_finite(idf, n_terms).astype(np.float64),
        sublinear=fitted.get("sublinear_tf", bool),
        norm=fitted.get("norm", str, type(None)),
    )


def _finite(idf: NDArray[Any], n_terms: int) -> NDArray[Any]:
    _require(idf.shape == (n_terms,) and idf.dtype.kind == "f" and np.isfinite(idf).all())
    return idf


def _counted(counts: Floats, columns: Columns) -> Floats:
    return counts


def _tfidf(counts: Floats, columns: Columns, *, idf: Floats, sublinear: bool, norm: str | None) -> Floats:
    weights = (np.log(counts) + 1 if sublinear else counts) * idf[columns]
    # One after the other, as the kernel adds them up.
    total = 0.0
    for weight in weights.tolist() if norm else []:
        total += abs(weight) if norm == "l1" else weight * weight
    if total > 0:
        weights /= total if norm == "l1" else np.sqrt(total)
    return weights


def _bm25(counts: Floats, columns: Columns, **how: Any) -> Floats:
    from textvec.weightings._bm25 import weights
    from textvec.weightings._entries import Entries

    return weights(Entries(counts, columns, np.array([0, len(counts)])), **how)
