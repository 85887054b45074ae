"""Which saved encoders queries can be encoded without: the common ones, whose file is read as data.

An encoder that has anything unusual about it is none of them. It is loaded, and encodes its queries itself.
"""

from __future__ import annotations

import re
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.query_encoder import QueryEncoder, Weigh, bm25, counted, tfidf
from textvec.persistence import classes
from textvec.persistence.archive import Archive
from textvec.persistence.reading import read

if TYPE_CHECKING:
    from textvec.vectorizers._ngrams import NGrams

_WHOLE = {"NGrams", "Words"}  # made as `textvec.load` makes them; of all others the state is kept
_KNOWN = _WHOLE | {
    "BM25Weighting", "CountVectorizer", "FrozenEstimator", "Pipeline", "StopWords", "TfidfTransformer",
    "TfidfVectorizer", "Tokenizer",
}  # fmt: skip
_TOKENIZER = {"pattern": r"(?u)\b\w\w+\b", "lowercase": True, "strip_accents": None, "merge_entities": False}
_NAME = re.compile(r"[A-Za-z]+(:.*)?", re.DOTALL)  # of a tokenizer, in the place of a regular expression
_DTYPES = np.float64, np.float32, np.int64  # in which no count of a query is too large


def read_query_encoder(path: str | PathLike[str]) -> QueryEncoder | None:
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
        own_pattern = steps.pop(0) if steps[0].name == "Tokenizer" else _Saved("Tokenizer", _TOKENIZER)
    pattern, lowercase = _pattern(own_pattern)
    stop_words = set(last.get("stop_words", type(None), list) or [])
    _require(set(map(type, stop_words)) <= {str})
    for step in steps:
        _require(step.name == "StopWords")
        for text in step.get("stop_words_", frozenset):
            stop_words |= set(pattern.findall(text.lower() if lowercase else text))

    last.check(input="content", analyzer="word", preprocessor=None, tokenizer=None, vocabulary=None)
    ngrams = _ngrams(last)
    dtype = last.state.get("dtype")
    _require(isinstance(dtype, type | np.dtype) and np.dtype(dtype) in _DTYPES)
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
    _require(isinstance(saved.state, dict) and "_sklearn_output_config" not in saved.state)
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

    ngrams, lengths = saved.get("ngrams_", NGrams), saved.get("ngram_range", tuple)
    _require(len(ngrams) and ngrams.separator == " " and set(map(type, ngrams.words.sorted)) == {str})
    _require(list(map(type, lengths)) == [int, int] and 1 <= lengths[0] <= lengths[1])
    # Where words may hold spaces, a name does not tell the words of an n-gram.
    _require(max(lengths[1], ngrams.rows.shape[1]) == 1 or not ngrams.words.has_control)
    return ngrams  # type: ignore[no-any-return]


def _weigh(vectorizer: _Saved, weighting: _Saved | None, n_terms: int) -> Weigh:
    """Return what makes weights of counts."""
    if vectorizer.name == "TfidfVectorizer" and weighting is None:
        return _tfidf(vectorizer, n_terms)
    _require(vectorizer.name == "CountVectorizer")
    return counted if weighting is None else _bm25(weighting, n_terms)


def _tfidf(vectorizer: _Saved, n_terms: int) -> Weigh:
    from textvec.vectorizers._idf import inverse_document_frequencies

    fitted = vectorizer.get("_tfidf", _Saved)
    norm, smooth = fitted.get("norm", str, type(None)), fitted.get("smooth_idf", bool)
    _require(norm in ("l1", "l2", None))
    idf: NDArray[Any] = np.ones(n_terms)
    if fitted.get("use_idf", bool):
        frequencies, kind = vectorizer.get("document_frequencies_", np.ndarray), vectorizer.get("_idf_type", type)
        n_documents = vectorizer.get("n_documents_", int)
        _require(frequencies.dtype.kind in "iu" and frequencies.min(initial=1) > 0 and n_documents > 0)
        _require(kind in (np.float64, np.float32))
        idf = inverse_document_frequencies(frequencies, n_documents, smooth, kind)
    return partial(tfidf, idf=_checked(idf, n_terms), sublinear=fitted.get("sublinear_tf", bool), norm=norm)


def _bm25(weighting: _Saved, n_terms: int) -> Weigh:
    from textvec.weightings._bm25 import VARIANTS

    weighting.check(n_features_in_=n_terms)
    _require(weighting.get("method", str) in VARIANTS)
    return partial(
        bm25,
        method=weighting.state["method"],
        idf=_checked(weighting.get("idf_", np.ndarray), n_terms),
        average_length=weighting.get("average_length_", float),
        **{name: weighting.get(name, int, float) for name in ("k1", "b", "delta")},
    )


def _checked(idf: NDArray[Any], n_terms: int) -> NDArray[np.float64]:
    _require(idf.shape == (n_terms,) and idf.dtype in (np.float64, np.float32))
    return idf.astype(np.float64)
