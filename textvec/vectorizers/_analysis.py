"""From documents to codes that can be counted, by what the parameters of a CountVectorizer say.

The fastest way is taken that gives the tokens of scikit-learn's `build_analyzer`. What scikit-learn does with them
next (stop words, n-grams) is done on integers.

Tested in tests/vectorizers/test_count.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from sklearn.feature_extraction.text import CountVectorizer as _SklearnCountVectorizer

from textvec.text.chunks import Chunk, in_chunks
from textvec.text.documents import as_strings, is_missing, refuse_missing
from textvec.text.encoding import Encoded, Runs, encode_characters, encode_lists, encode_runs
from textvec.text.folding import STRIP_ACCENTS
from textvec.text.tokens import as_tokens, is_tokenized
from textvec.vectorizers._counting import Counts, CountsByWord, count_by_word, count_words
from textvec.vectorizers._named_ngrams import are_sorted, bounded, encode_known, named_ngrams
from textvec.vectorizers._ngrams import NGrams
from textvec.vectorizers._words import Words


class Analyzed(NamedTuple):
    """Documents as codes, ready to be counted.

    Attributes
    ----------
    units : Encoded
        What n-grams are made of: words or characters of the documents; or of each distinct word, see `of_words`.
    ngram_range : (min_n, max_n)
        Without lengths that no document has; see `textvec.vectorizers._named_ngrams.bounded`.
    separator : str
        What is between the units of a name.
    of_words : Encoded or None
        The words of the documents, where n-grams do not cross their borders.
    """

    units: Encoded
    ngram_range: tuple[int, int]
    separator: str = " "
    of_words: Encoded | None = None

    def count_ngrams(self, ngrams: NGrams, learn: bool) -> tuple[NGrams, Counts]:
        """Count the n-grams, with the codes of the n-grams that are known.

        Returns
        -------
        NGrams
            Those that were given; with `learn` they have all words of the documents.
        Counts
            Where a word may hold a space or control character, with words of its own: n-grams must go by their names.
        """
        units, n = self.units, self.ngram_range[1]
        if self.separator and n > 1:
            "".join(units.words)  # n-grams are of strings only: a TypeError, as in scikit-learn
        if not are_sorted(units, self.ngram_range):
            return self._count_names(ngrams, learn)
        grown, codes = ngrams.with_words(units.words) if learn else (ngrams, ngrams.words.codes(units.words))
        words, by_name = grown.words, ngrams.separator != self.separator
        if self.separator and max(n, ngrams.rows.shape[1]) > 1:
            by_name |= words.has_control or (not learn and Words(units.words).has_control)
        if by_name:
            grown, (words, _, codes) = ngrams, Words().joined_by(units.words)
        if self.of_words is not None:
            return grown, count_by_word(self.of_words, units, codes, self.ngram_range, words)
        counts = count_words(units, codes, self.ngram_range, words, self.separator)
        return grown, counts.flattened() if counts.ngrams.must_flatten else counts

    def _count_names(self, ngrams: NGrams, learn: bool) -> tuple[NGrams, Counts]:
        of_words = self.of_words
        documents = named_ngrams(self.units, self.ngram_range, self.separator, whole=of_words is not None)
        if learn or ngrams.rows.shape[1] > 1:  # n-grams of several words are known by the words that they are made of
            names = encode_lists(documents)
            words, _, codes = Words().joined_by(names.words)
        else:
            words = ngrams.words
            names, codes = encode_known(documents, words)
        counts = count_words(names, codes, (1, 1), words)
        if of_words is None:
            return ngrams, counts
        return ngrams, CountsByWord(of_words.codes, of_words.offsets, counts, np.arange(len(counts.ngrams)))


def separator(vectorizer: Any) -> str:
    """Return what is between the units of an n-gram in its name."""
    return "" if vectorizer.analyzer in ("char", "char_wb") and not is_special(vectorizer) else " "


def analyze(vectorizer: Any, documents: Any) -> Iterator[Analyzed]:
    """Read documents in pieces, and turn them into codes.

    Raises at once what `textvec.text.chunks.in_chunks` does, and if the range of n-grams, which may have been set since
    `fit`, is none; the text of a piece is freed before the next one is read.
    """
    vectorizer._validate_ngram_range()
    anything = callable(vectorizer.analyzer) or _has_own_parts(vectorizer) or vectorizer.input != "content"
    missing = None if anything or is_special(vectorizer) else vectorizer.missing
    return map(partial(_analyze, vectorizer), in_chunks(documents, missing=missing, reader=_reader(vectorizer)))


def _analyze(vectorizer: Any, chunk: Chunk) -> Analyzed:
    analyzer, ngram_range = vectorizer.analyzer, vectorizer.ngram_range
    if callable(analyzer) or is_special(vectorizer):
        return Analyzed(encode_documents(vectorizer, *chunk), (1, 1))
    if analyzer == "word":
        return _bounded(encode_documents(vectorizer, *chunk), ngram_range)
    texts, lowercase, strip_accents = _folded(vectorizer, *chunk)
    if analyzer == "char":
        return _bounded(encode_characters(texts, lowercase, strip_accents), ngram_range, "")
    words = encode_runs(texts, Runs(r"\S", 1), lowercase, strip_accents)
    padded = pa.array([f" {word} " for word in words.words], pa.large_string())
    return _bounded(encode_characters(padded, False, None), ngram_range, "", words)


def _bounded(units: Encoded, ngram_range: tuple[int, int], *rest: Any) -> Analyzed:
    return Analyzed(units, bounded(units, ngram_range), *rest)


def _reader(vectorizer: Any) -> str:
    """Return what errors about missing documents advise; a CountVectorizer may be that of a OneHotVectorizer."""
    name = type(vectorizer).__name__
    return "missing='empty' of the vectorizer" if name == "CountVectorizer" else f"{name}(missing='empty')"


def is_special(vectorizer: Any) -> bool:
    """Tell whether a subclass makes features its own way, as scikit-learn's documentation proposes, or n is 0."""
    return vectorizer.ngram_range[0] < 1 or any(
        getattr(getattr(vectorizer, name), "__func__", None) is not getattr(_SklearnCountVectorizer, name)
        for name in OVERRIDABLE
    )


# Methods of scikit-learn's vectorizers that a subclass may override to make features its own way.
OVERRIDABLE = (
    "build_analyzer", "build_preprocessor", "build_tokenizer", "decode", "_word_ngrams", "_char_ngrams",
    "_char_wb_ngrams",
)  # fmt: skip


def _has_own_parts(vectorizer: Any) -> bool:
    return callable(vectorizer.preprocessor) or callable(vectorizer.tokenizer)


def encode_documents(vectorizer: Any, documents: Any, first: int = 0) -> Encoded:
    """Turn documents into codes of words, or of ready-made features, by the fastest way that gives scikit-learn's.

    Parameters
    ----------
    vectorizer : CountVectorizer
        Or anything with its parameters and methods.
    documents : Tokens, list or pyarrow.Array
        See `textvec.text.chunks.Chunk`.
    first : int, default=0
        The position of the first document among all, for errors.
    """
    if callable(vectorizer.analyzer) or is_special(vectorizer):
        return encode_lists(map(vectorizer.build_analyzer(), _objects(vectorizer, documents, first)))
    if is_tokenized(documents) and not _has_own_parts(vectorizer):
        return _without_stop_words(vectorizer, as_tokens(documents).encoded)
    vectorizer.build_analyzer()  # checks the parameters that it uses
    if _has_own_parts(vectorizer):
        preprocess, tokenize = vectorizer.build_preprocessor(), vectorizer.build_tokenizer()
        encoded = encode_lists(map(tokenize, map(preprocess, _decoded(vectorizer, documents, first))))
    else:
        encoded = _encode_texts(vectorizer, _texts(vectorizer, documents, first))
    return _without_stop_words(vectorizer, encoded)


def _without_stop_words(vectorizer: Any, encoded: Encoded) -> Encoded:
    stop_words = vectorizer.get_stop_words()
    return encoded.without(stop_words) if stop_words else encoded


def _folded(vectorizer: Any, documents: Any, first: int) -> tuple[pa.LargeStringArray, bool, str | None]:
    """Return texts, and how they are still to be folded: whether to lower-case, how to strip accents."""
    if is_tokenized(documents) and not _has_own_parts(vectorizer):
        raise ValueError(
            f"{type(vectorizer).__name__} with analyzer={vectorizer.analyzer!r} needs the text of the documents, "
            "but their tokens were given. Give it the documents themselves, or use analyzer='word'."
        )
    vectorizer.build_analyzer()  # checks the parameters that it uses
    if _has_own_parts(vectorizer):
        texts = list(map(vectorizer.build_preprocessor(), _decoded(vectorizer, documents, first)))
        return as_strings(texts, first=first), False, None
    texts = _texts(vectorizer, documents, first)
    if _folds_in_kernel(vectorizer):
        return texts, bool(vectorizer.lowercase), vectorizer.strip_accents
    folded = list(map(vectorizer.build_preprocessor(), texts.to_pylist()))
    return as_strings(folded, first=first), False, None


def _folds_in_kernel(vectorizer: Any) -> bool:
    return vectorizer.strip_accents is None or vectorizer.strip_accents in STRIP_ACCENTS


def _encode_texts(vectorizer: Any, texts: Any) -> Encoded:
    runs = Runs.parse(vectorizer.token_pattern)
    if runs and _folds_in_kernel(vectorizer):
        return encode_runs(texts, runs, bool(vectorizer.lowercase), vectorizer.strip_accents)
    preprocess, tokenize = vectorizer.build_preprocessor(), vectorizer.build_tokenizer()
    return encode_lists(tokenize(preprocess(d)) for d in texts.to_pylist())


def _texts(vectorizer: Any, documents: Any, first: int) -> pa.LargeStringArray:
    """Decode, and read from files, what is not text yet."""
    if vectorizer.input != "content" or (isinstance(documents, list) and any(isinstance(d, bytes) for d in documents)):
        documents = list(_decoded(vectorizer, documents, first))
    return as_strings(documents, vectorizer.missing, first, _reader(vectorizer))


def _decoded(vectorizer: Any, documents: Any, first: int) -> Iterator[Any]:
    if isinstance(documents, list) and vectorizer.missing == "error" and not callable(vectorizer.preprocessor):
        refuse_missing(documents, first, _reader(vectorizer))
    return map(vectorizer.decode, _objects(vectorizer, documents, first))


def _objects(vectorizer: Any, documents: Any, first: int) -> Iterable[Any]:
    """Return the documents as Python objects, for callables that may take anything but what is missing in a column."""
    if vectorizer.missing == "empty":
        objects = documents.to_pylist() if isinstance(documents, pa.Array) else documents
        empty: dict[str, Callable[[], Any]] = {"content": str, "filename": lambda: os.devnull, "file": BytesIO}
        return [empty[vectorizer.input]() if is_missing(document) else document for document in objects]
    if not isinstance(documents, pa.Array):
        return documents  # type: ignore[no-any-return]
    refuse_missing(documents, first, _reader(vectorizer))
    return documents.to_pylist()  # type: ignore[no-any-return]
