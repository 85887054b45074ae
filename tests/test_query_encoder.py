"""Queries encoded without scikit-learn: the same bits as from the encoder itself, or not at all."""

import itertools
import pickle
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import given
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import make_pipeline

import textvec
from strategies import HOSTILE_DOCUMENTS, LONG_WORD, texts
from textvec import (
    BM25Weighting,
    CosineIndex,
    CountVectorizer,
    HashingVectorizer,
    Lemmatizer,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    TfidfWeighting,
    Tokenizer,
)
from textvec.similarity import DamagedIndexError
from textvec.similarity._query_encoder import QueryEncoder
from textvec.similarity._vectors import as_vectors

DOCUMENTS = [*HOSTILE_DOCUMENTS, "Red apple pie", "green apple", "blue sea", "red sea, red sea"] * 2
COMMA = r"[^,]+"  # words with spaces in them

COUNTERS = [
    {},
    {"lowercase": False},
    {"ngram_range": (1, 2)},
    {"ngram_range": (2, 3), "min_df": 2},
    {"stop_words": ["the", "good", "Red"]},
    {"stop_words": ["not"], "ngram_range": (1, 3)},
    {"token_pattern": r"\S+", "ngram_range": (1, 2)},
    {"token_pattern": r"[^\W\d]{3,}"},
    {"token_pattern": r"(\w)\w*"},
    {"token_pattern": r"\w*"},
    {"token_pattern": COMMA},
    {"token_pattern": r"(?s)."},
    {"binary": True, "max_features": 40},
    {"dtype": np.float32},
    {"dtype": np.dtype("float32"), "ngram_range": (1, 2)},
]
TFIDF = [
    {},
    {"sublinear_tf": True},
    {"use_idf": False},
    {"smooth_idf": False},
    {"norm": None},
    {"norm": "l1", "sublinear_tf": True},
]
BM25 = [{}, *({"method": method, "k1": 2, "b": 0.3} for method in ("robertson", "atire", "bm25l", "bm25+"))]
FIRST = [
    [Tokenizer()],
    [Tokenizer(r"\w+(?:'\w+)?", lowercase=False)],
    [StopWords(["the", "don't", "Red apple"])],
    [Tokenizer(r"(?:red)|\w"), StopWords(["red A"])],
    [Tokenizer(), StopWords(["good food", "istanbul"]), StopWords(["food"])],
]
ENCODERS = [
    *(TfidfVectorizer(**how) for how in COUNTERS),
    *(TfidfVectorizer(**how, dtype=kind) for how in TFIDF for kind in (np.float64, np.float32)),
    *(CountVectorizer(**how) for how in COUNTERS),
    *(make_pipeline(CountVectorizer(dtype=kind), BM25Weighting(**how)) for how in BM25 for kind in (int, np.float32)),
    *(make_pipeline(*steps, TfidfVectorizer(ngram_range=(1, 2), stop_words=["apple"])) for steps in FIRST),
    make_pipeline(*FIRST[4], CountVectorizer(), BM25Weighting()),
    FrozenEstimator(make_pipeline(TfidfVectorizer()).fit(DOCUMENTS)),
]


def encoder_of(fitted, folder):
    textvec.save(fitted, folder / "encoder.textvec")
    return QueryEncoder.read(folder / "encoder.textvec")


def assert_same(fitted, light, documents):
    expected, found = as_vectors(fitted.transform(documents)), light.encode(documents)
    assert found.n_columns == expected.n_columns
    for a, b in zip(found[:3], expected[:3], strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("encoder", ENCODERS, ids=repr)
def test_bits_are_those_of_the_encoder(encoder, tmp_path, messages):
    fitted = encoder.fit([*DOCUMENTS, *messages[:300]])
    light = pickle.loads(pickle.dumps(encoder_of(fitted, tmp_path)))
    documents = [*DOCUMENTS, "red, red sea", "Red apple,a b,b a", LONG_WORD, *messages[200:500]]
    assert_same(fitted, light, documents)
    assert_same(fitted, light, [])
    for document in documents[-20:]:
        assert_same(fitted, light, [document])
