"""One table of what a vectorizer can be asked for; scikit-learn says what the answer is. For tests and benchmarks."""

from collections.abc import Callable
from io import BytesIO, StringIO
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np


class Case(NamedTuple):
    """Parameters, and what becomes of texts before they are given to the vectorizer with a folder to write to."""

    params: dict[str, Any]
    prepare: Callable[[list[str], Path], Any] = lambda texts, folder: texts


def lengths(text):
    return [len(word) for word in text.split()]


def pairs(text):
    words = text.split()
    return list(pairwise(words))


def halves(text):
    """Tokens that hold spaces: "a b" + "c" and "a" + "b c" are one bigram."""
    words = text.split(" ")
    return words + [" ".join(words[i : i + 2]) for i in range(0, len(words), 2)]


def vowels_away(text):
    return text.translate(str.maketrans("", "", "aeiouéÉ"))


def identity(document):
    return document


def spaces_only(text):
    """Tokens that may be empty or hold control characters."""
    return text.split(" ")


def token_lists(texts, folder):
    return [text.split() for text in texts]


def records(texts, folder):
    return [{"id": i, "text": text} for i, text in enumerate(texts)]


def files(texts, folder):
    return [StringIO(text) if i % 2 else BytesIO(text.encode()) for i, text in enumerate(texts)]


def filenames(texts, folder):
    paths = [folder / str(i) for i in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_bytes(text.encode())
    return paths if len(texts) % 2 else list(map(str, paths))


def latin_1(texts, folder):
    return [text.encode("latin-1", "replace") for text in texts]


def bytes_and_text(texts, folder):
    return [text.encode() if i % 2 else text for i, text in enumerate(texts)]


WORDS = ["the", "not", "good", "is", "new", "zebra", "food", "i"]
TERMS = ["not good", "good", "the", "new york", "new  york", " the", "is it", "York", "of the", "café", "not a good"]
PATTERNS = [
    r"\w+", r"\b\w+\b", r"[a-zA-Z]{3,}", r"\S+", r"[^\s]+", r"(?u)\b\w\w\w+\b", r"\d+", r"[^\W\d_]+", r"[a-zé]+",
    r"(?u)(\w)\w+", r"\w+(?=\s)", r"(?i)[A-Z]\w*", r"\w*", r"\b[a-z]\w+\b", r"#?\w+(?:'\w+)?",
]  # fmt: skip
NGRAM_RANGES = [(1, 2), (2, 2), (1, 3), (2, 4), (3, 3), (1, 5), (0, 1), (0, 2), (0, 0)]
ITSELF = {"preprocessor": identity, "tokenizer": identity, "token_pattern": None}


def _tokenizer(function, **params):
    return {"tokenizer": function, "token_pattern": None, **params}


COUNT = {
    "default": Case({}),
    **{f"ngrams {n}": Case({"ngram_range": n}) for n in NGRAM_RANGES},
    **{f"pattern {p}": Case({"token_pattern": p}) for p in PATTERNS},
    **{f"pattern {p} accents ngrams": Case({"token_pattern": p, "ngram_range": (1, 2), "strip_accents": "unicode"})
       for p in PATTERNS[:10]},
    "case kept": Case({"lowercase": False}),
    "accents unicode": Case({"strip_accents": "unicode"}),
    "accents ascii": Case({"strip_accents": "ascii"}),
    "accents callable": Case({"strip_accents": vowels_away}),
    "accents unicode, case kept": Case({"strip_accents": "unicode", "lowercase": False}),
    "accents ascii, case kept, bigrams": Case({"strip_accents": "ascii", "lowercase": False, "ngram_range": (2, 2)}),
    "stop words english": Case({"stop_words": "english"}),
    "stop words english, trigrams": Case({"stop_words": "english", "ngram_range": (1, 3)}),
    "stop words list": Case({"stop_words": ["the", "not", "is", "nosuchword"]}),
    "stop words list, bigrams, accents": Case(
        {"stop_words": ["the", "cafe", "not"], "ngram_range": (1, 2), "strip_accents": "unicode"}
    ),
    "min_df 2": Case({"min_df": 2}),
    "min_df share": Case({"min_df": 0.02}),
    "max_df 3": Case({"max_df": 3}),
    "max_df share": Case({"max_df": 0.1}),
    "min_df max_df bigrams": Case({"min_df": 2, "max_df": 0.3, "ngram_range": (1, 2)}),
    "min_df max_df equal": Case({"min_df": 2, "max_df": 2, "ngram_range": (2, 4)}),
    "min_df 0.0": Case({"min_df": 0.0}),
    "max_features 1": Case({"max_features": 1}),
    "max_features, ties": Case({"max_features": 50}),
    "max_features many ties": Case({"max_features": 301, "ngram_range": (1, 3)}),
    "max_features after pruning": Case({"max_features": 77, "min_df": 2, "max_df": 0.5, "ngram_range": (1, 2)}),
    "max_features binary": Case({"max_features": 40, "binary": True}),
    "max_features bool": Case({"max_features": 40, "dtype": np.bool_}),
    "max_features float32": Case({"max_features": 60, "dtype": np.float32, "ngram_range": (2, 2)}),
    "max_features uint8": Case({"max_features": 60, "dtype": np.uint8}),
    "max_features more than there are": Case({"max_features": 10_000_000}),
    "binary": Case({"binary": True}),
    "binary bigrams": Case({"binary": True, "ngram_range": (1, 2)}),
    **{f"dtype {np.dtype(d).name}": Case({"dtype": d})
       for d in (np.int32, np.int64, np.float32, np.float64, np.bool_, np.uint8)},
    "dtype name": Case({"dtype": "float64"}),
    "vocabulary list": Case({"vocabulary": WORDS}),
    "vocabulary tuple": Case({"vocabulary": tuple(WORDS)}),
    "vocabulary set": Case({"vocabulary": set(WORDS)}),
    "vocabulary permuted": Case({"vocabulary": {w: (i * 3 + 5) % len(WORDS) for i, w in enumerate(WORDS)}}),
    "vocabulary binary": Case({"vocabulary": WORDS, "binary": True, "dtype": np.float32}),
    "vocabulary ignores pruning": Case({"vocabulary": WORDS, "min_df": 5, "max_df": 6, "max_features": 2}),
    "vocabulary terms": Case({"vocabulary": TERMS, "ngram_range": (1, 3), "lowercase": False}),
    "vocabulary terms permuted": Case(
        {"vocabulary": {t: len(TERMS) - 1 - i for i, t in enumerate(TERMS)}, "ngram_range": (1, 2), "lowercase": False}
    ),
    "vocabulary terms longer than the n-grams": Case({"vocabulary": TERMS, "lowercase": False}),
    "vocabulary terms shorter than the n-grams": Case({"vocabulary": WORDS, "ngram_range": (1, 4)}),
    "vocabulary terms, only bigrams": Case({"vocabulary": TERMS, "ngram_range": (2, 2), "lowercase": False}),
    "vocabulary unknown": Case({"vocabulary": ["qqqq", "zzzz zzzz"]}),
    "vocabulary and stop words": Case({"vocabulary": WORDS, "stop_words": ["the", "not"]}),
    "vocabulary characters": Case({"vocabulary": [" t", "th", "é", "zz"], "analyzer": "char", "ngram_range": (1, 2)}),
    "characters": Case({"analyzer": "char"}),
    "characters (2, 4)": Case({"analyzer": "char", "ngram_range": (2, 4)}),
    "characters (1, 3) min_df": Case({"analyzer": "char", "ngram_range": (1, 3), "min_df": 2}),
    "characters accents case": Case(
        {"analyzer": "char", "ngram_range": (3, 3), "strip_accents": "unicode", "lowercase": False}
    ),
    "characters in words": Case({"analyzer": "char_wb"}),
    "characters in words (1, 5)": Case({"analyzer": "char_wb", "ngram_range": (1, 5)}),
    "characters in words (3, 5) max_features": Case({"analyzer": "char_wb", "ngram_range": (3, 5), "max_features": 99}),
    "characters in words ascii": Case({"analyzer": "char_wb", "ngram_range": (2, 3), "strip_accents": "ascii"}),
    "characters preprocessor": Case({"analyzer": "char", "ngram_range": (2, 2), "preprocessor": vowels_away}),
    "records": Case({"preprocessor": itemgetter("text"), "ngram_range": (1, 2)}, records),
    "records characters": Case({"preprocessor": itemgetter("text"), "analyzer": "char_wb", "max_features": 9}, records),
    "token lists characters": Case({"preprocessor": " ".join, "analyzer": "char", "token_pattern": None}, token_lists),
    "preprocessor": Case({"preprocessor": vowels_away}),
    "preprocessor bigrams": Case({"preprocessor": vowels_away, "ngram_range": (1, 2), "min_df": 2}),
    "tokenizer": Case(_tokenizer(str.split)),
    "tokenizer bigrams": Case(_tokenizer(str.split, ngram_range=(1, 2), strip_accents="unicode")),
    "tokenizer stop words": Case(_tokenizer(str.split, stop_words=["the", "not"], max_features=30)),
    "tokenizer, empty tokens": Case(_tokenizer(spaces_only)),
    "tokenizer, empty tokens, trigrams": Case(_tokenizer(spaces_only, ngram_range=(1, 3))),
    "tokenizer, spaces in tokens": Case(_tokenizer(halves)),
    "tokenizer, spaces in tokens, bigrams": Case(_tokenizer(halves, ngram_range=(1, 2))),
    "tokenizer, spaces in tokens, (2, 3), max_features": Case(
        _tokenizer(halves, ngram_range=(2, 3), max_features=88, lowercase=False)
    ),
    "tokenizer, spaces in tokens, vocabulary": Case(_tokenizer(halves, ngram_range=(1, 2), vocabulary=TERMS[:6])),
    "tokenizer and preprocessor": Case(_tokenizer(str.split, preprocessor=vowels_away, ngram_range=(2, 2))),
    "token lists": Case(ITSELF, token_lists),
    "token lists bigrams": Case({**ITSELF, "ngram_range": (1, 2), "min_df": 2}, token_lists),
    "token lists stop words": Case({**ITSELF, "stop_words": ["the", "not"], "binary": True}, token_lists),
    "analyzer": Case({"analyzer": str.split}),
    "analyzer vocabulary": Case({"analyzer": str.split, "vocabulary": WORDS}),
    "analyzer of spaces": Case({"analyzer": halves, "max_features": 44}),
    "analyzer of numbers": Case({"analyzer": lengths}),
    "analyzer of numbers, pruned": Case({"analyzer": lengths, "min_df": 2, "max_features": 5}),
    "analyzer of numbers, vocabulary": Case({"analyzer": lengths, "vocabulary": {3: 1, 5: 0}, "lowercase": False}),
    "analyzer of tuples": Case({"analyzer": pairs}),
    "analyzer of lists": Case({"analyzer": list}, token_lists),
    "bytes": Case({}, bytes_and_text),
    "bytes analyzer": Case({"analyzer": str.split}, bytes_and_text),
    "bytes characters": Case({"analyzer": "char", "ngram_range": (2, 2)}, bytes_and_text),
    "bytes latin-1": Case({"encoding": "latin-1", "ngram_range": (1, 2)}, latin_1),
    "bytes ignored": Case({"decode_error": "ignore"}, latin_1),
    "bytes replaced": Case({"decode_error": "replace", "strip_accents": "unicode"}, latin_1),
    "files": Case({"input": "file"}, files),
    "files tokenizer": Case(_tokenizer(str.split, input="file"), files),
    "files analyzer": Case({"input": "file", "analyzer": str.split, "max_features": 20}, files),
    "filenames": Case({"input": "filename", "ngram_range": (1, 2)}, filenames),
    "filenames characters": Case({"input": "filename", "analyzer": "char_wb", "ngram_range": (2, 2)}, filenames),
}  # fmt: skip

TFIDF = {
    "default": Case({}),
    "bigrams": Case({"ngram_range": (1, 2)}),
    "l1": Case({"norm": "l1"}),
    "no norm": Case({"norm": None, "ngram_range": (1, 2)}),
    "no idf": Case({"use_idf": False}),
    "no idf, l1, sublinear": Case({"use_idf": False, "norm": "l1", "sublinear_tf": True}),
    "no idf, no norm": Case({"use_idf": False, "norm": None}),
    "not smooth": Case({"smooth_idf": False}),
    "not smooth, no norm": Case({"smooth_idf": False, "norm": None}),
    "sublinear": Case({"sublinear_tf": True}),
    "sublinear, not smooth, l1, bigrams": Case(
        {"sublinear_tf": True, "smooth_idf": False, "norm": "l1", "ngram_range": (1, 2)}
    ),
    "float32": Case({"dtype": np.float32}),
    "float32 sublinear l1": Case({"dtype": np.float32, "sublinear_tf": True, "norm": "l1"}),
    "float32 no norm, not smooth": Case(
        {"dtype": np.float32, "norm": None, "smooth_idf": False, "ngram_range": (1, 3)}
    ),
    "float32 no idf": Case({"dtype": np.float32, "use_idf": False}),
    "binary": Case({"binary": True}),
    "binary sublinear no norm": Case({"binary": True, "sublinear_tf": True, "norm": None}),
    "pruned": Case({"min_df": 2, "max_df": 0.5, "ngram_range": (1, 2)}),
    "max_features": Case({"max_features": 77, "ngram_range": (1, 2)}),
    "max_features float32": Case({"max_features": 77, "dtype": np.float32}),
    "max_features binary sublinear": Case({"max_features": 30, "binary": True, "sublinear_tf": True}),
    "stop words": Case({"stop_words": "english", "strip_accents": "unicode"}),
    "vocabulary": Case({"vocabulary": WORDS}),
    "vocabulary permuted": Case({"vocabulary": {w: (i * 3 + 5) % len(WORDS) for i, w in enumerate(WORDS)}}),
    "vocabulary terms": Case({"vocabulary": TERMS, "ngram_range": (1, 3), "lowercase": False}),
    "vocabulary float32": Case({"vocabulary": WORDS, "dtype": np.float32, "norm": "l1"}),
    "characters in words": Case({"analyzer": "char_wb", "ngram_range": (2, 4), "sublinear_tf": True, "min_df": 2}),
    "characters": Case({"analyzer": "char", "ngram_range": (1, 3), "max_features": 200}),
    "pattern": Case({"token_pattern": r"\w+", "ngram_range": (2, 3)}),
    "pattern with a group": Case({"token_pattern": r"(?u)(\w)\w+"}),
    "tokenizer of spaces": Case(_tokenizer(halves, ngram_range=(1, 2))),
    "token lists": Case({**ITSELF, "ngram_range": (1, 2)}, token_lists),
    "analyzer of numbers": Case({"analyzer": lengths, "norm": "l1"}),
    "files": Case({"input": "file", "sublinear_tf": True}, files),
    "bytes": Case({"encoding": "latin-1"}, latin_1),
}
