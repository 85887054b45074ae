"""A message at a time: the terms of a few short texts, counted in plain Python.

What kernels are called through costs more than such a text has to be counted. The counts are those of
`textvec.vectorizers._analysis` and the kernels; what is out of the ordinary is left to them.

Tested in tests/vectorizers/test_short_texts.py.
"""

from __future__ import annotations

import re
from typing import Any, TypeGuard

import numpy as np

from textvec.vectorizers._analysis import is_special
from textvec.vectorizers._counting import CountRows
from textvec.vectorizers._ngrams import NGrams
from textvec.vectorizers._words import has_control

# Above these, the kernels take less time for a text of common length, or the bounds are those of one message.
_MAX_TEXTS = 4
_MAX_CHARACTERS = 4_000

_PLAIN = {"input": "content", "analyzer": "word", "preprocessor": None, "tokenizer": None, "strip_accents": None}


def are_few(documents: Any) -> TypeGuard[list[str]]:
    """Tell whether documents are a list of a few strings."""
    return type(documents) is list and len(documents) <= _MAX_TEXTS and set(map(type, documents)) == {str}


def count_short_texts(vectorizer: Any, documents: Any, ngrams: NGrams) -> CountRows | None:
    """Count the terms of a vectorizer in a list of a few short texts.

    Parameters
    ----------
    vectorizer : CountVectorizer
    documents : object
        What `transform` was given.
    ngrams : NGrams
        The terms.

    Returns
    -------
    CountRows or None
        None if documents, parameters or terms are others than this is made for.
    """
    if not are_few(documents) or sum(map(len, documents)) > _MAX_CHARACTERS or not _is_plain(vectorizer, ngrams):
        return None
    find_words, stop_words = re.compile(vectorizer.token_pattern).findall, vectorizer.get_stop_words()
    low, high = vectorizer.ngram_range
    in_terms = max(high, ngrams.rows.shape[1]) > 1
    rows: list[dict[int, int]] = []
    for text in documents:
        if not text.isascii() and not _is_utf8(text):
            return None  # the error about it names the document
        words = find_words(text.lower() if vectorizer.lowercase else text)
        if in_terms and has_control(words):
            return None  # n-grams of other words could have the name of a term
        if stop_words:
            words = [word for word in words if word not in stop_words]
        rows.append(ngrams.counts(ngrams.words.codes(words).tolist(), low, high))
    indptr = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    counts = [count for row in rows for count in sorted(row.items())]  # by column
    return CountRows(
        indptr, np.array([column for column, _ in counts], np.int32), np.array([n for _, n in counts], np.int32)
    )


def _is_plain(vectorizer: Any, ngrams: NGrams) -> bool:
    """Tell whether a regular expression cuts texts into words, and terms are found by the codes of these."""
    return (
        all(getattr(vectorizer, name) == value for name, value in _PLAIN.items())
        and not is_special(vectorizer)
        and _checked_already(vectorizer)
        and ngrams.separator == " "
        and ngrams.is_numbered
        and ngrams.has_keys
        and not (max(vectorizer.ngram_range[1], ngrams.rows.shape[1]) > 1 and ngrams.words.has_control)
    )


def _checked_already(vectorizer: Any) -> bool:
    """Tell whether scikit-learn has nothing to say any more of the pattern and of stop words that do not fit it."""
    stop_words = vectorizer.stop_words
    seen = stop_words is None or getattr(vectorizer, "_stop_words_id", None) == id(stop_words)
    return seen and isinstance(vectorizer.token_pattern, str) and re.compile(vectorizer.token_pattern).groups < 2


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
