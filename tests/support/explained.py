"""Encoders of many kinds whose scores are explained, and what their explanations mark."""

import re

import numpy as np
import sklearn.feature_extraction.text as sk
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import Normalizer

from textvec import (
    BM25Weighting,
    CountVectorizer,
    HashingVectorizer,
    OneHotVectorizer,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    Tokenizer,
    WordVectors,
)

SPARSE = {
    "words": lambda: TfidfVectorizer(),
    "bigrams": lambda: TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
    "stems": lambda: make_pipeline(Tokenizer(), StopWords("english"), Stemmer("snowball"), TfidfVectorizer()),
    "char_wb": lambda: TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)),
    "char": lambda: TfidfVectorizer(analyzer="char", ngram_range=(1, 5)),
    "one-hot": lambda: OneHotVectorizer(),
    "bm25": lambda: make_pipeline(CountVectorizer(ngram_range=(1, 2)), BM25Weighting()),
    "weighted": lambda: make_pipeline(CountVectorizer(), sk.TfidfTransformer(), Normalizer()),
    "nested": lambda: make_pipeline(make_pipeline(Tokenizer(), CountVectorizer()), "passthrough", BM25Weighting()),
    "union": lambda: make_union(
        make_pipeline(CountVectorizer(ngram_range=(1, 2)), BM25Weighting()),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3)),
        OneHotVectorizer(),
    ),
    "foreign": lambda: make_pipeline(sk.CountVectorizer(ngram_range=(2, 3)), sk.TfidfTransformer()),
    "foreign union": lambda: make_union(
        sk.TfidfVectorizer(), sk.CountVectorizer(ngram_range=(2, 2)), verbose_feature_names_out=False
    ),
}
NAMELESS = {
    "hashing": lambda: HashingVectorizer(ngram_range=(1, 2)),
    "collisions": lambda: HashingVectorizer(n_features=64),
    "foreign hashing": lambda: sk.HashingVectorizer(),
    "function": lambda: hashed,
}
POOLINGS = ["mean", "tfidf", "sif", "usif"]


def hashed(texts):
    return sk.HashingVectorizer(n_features=500).transform(texts)


def vectors_of(texts, n_dimensions=20, seed=0):
    """Return vectors with much in common for most words of texts."""
    words = sorted(set(re.findall(r"\w\w+", " ".join(texts).lower())))
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(len(words), n_dimensions)) + 3 * rng.normal(size=n_dimensions)
    return WordVectors([w for i, w in enumerate(words) if i % 5], table[[i for i in range(len(words)) if i % 5]])


def marked(explanation):
    """Return the marked words of the query and of the document."""
    sides = (
        (explanation.query, explanation.query_marks),
        (explanation.document, explanation.document_marks),
    )
    texts = [(text if isinstance(text, str) else " ".join(text), marks) for text, marks in sides]
    return [[text[mark.start : mark.end] for mark in marks] for text, marks in texts]


VECTORS = WordVectors(["good", "great", "food", "the"], [[1, 0.0], [0.8, 0.6], [0, 1], [-1, 1]])
