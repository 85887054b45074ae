"""Vectorizers against scikit-learn's: each case checks that both sides give the same result, then times them."""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn.feature_extraction.text as sk

from benchmarks.data import same, train_reviews
from benchmarks.measure import Row, in_turn
from textvec import CountVectorizer, HashingVectorizer, TfidfVectorizer


def fit_and_transform(ours: Any, theirs: Any, rounds: int, tolerance: float, goals: tuple[str, str]) -> list[Row]:
    """Measure fit_transform, and transform of what was fitted."""
    docs = train_reviews()
    same(ours.fit_transform(docs), theirs.fit_transform(docs), tolerance)
    name = repr(ours).replace("\n", " ").replace("                ", "")
    return [
        Row(
            f"`{name}.fit_transform`",
            "scikit-learn",
            *in_turn(lambda: ours.fit_transform(docs), lambda: theirs.fit_transform(docs), rounds),
            "s",
            goals[0],
        ),
        Row(
            "`.transform` of the same, fitted",
            "scikit-learn",
            *in_turn(lambda: ours.transform(docs), lambda: theirs.transform(docs), rounds),
            "s",
            goals[1],
        ),
    ]


def count() -> list[Row]:
    """Bag of words."""
    return fit_and_transform(CountVectorizer(), sk.CountVectorizer(), 5, 0, ("5x, aim 12x", ""))


def tfidf() -> list[Row]:
    """TF-IDF of words and pairs of words."""
    ours, theirs = TfidfVectorizer(ngram_range=(1, 2)), sk.TfidfVectorizer(ngram_range=(1, 2))
    rows = fit_and_transform(ours, theirs, 5, 1e-12, ("10x, aim 20x", "10x, aim 20x"))
    one = train_reviews()[:1]
    alone = in_turn(
        lambda: [ours.transform(one) for _ in range(200)], lambda: [theirs.transform(one) for _ in range(200)], 5
    )
    return [*rows, Row("the same, one review at a time, 200 reviews", "scikit-learn", *alone, "s", "")]


def characters() -> list[Row]:
    """Character n-grams."""
    params: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (3, 5)}
    rows = fit_and_transform(CountVectorizer(**params), sk.CountVectorizer(**params), 3, 0, ("8x, aim 15x", ""))
    params = {"analyzer": "char", "ngram_range": (3, 3)}
    return [*rows, *fit_and_transform(CountVectorizer(**params), sk.CountVectorizer(**params), 3, 0, ("", ""))]


def long_characters() -> list[Row]:
    """Character n-grams as long as the words, or documents, are: work follows the data, not `ngram_range`."""
    words = sorted({word for review in train_reviews()[:500] for word in review.split()})[:5000]
    rows = []
    for docs, params in (
        (words, {"analyzer": "char_wb", "ngram_range": (2, 1000)}),
        ([*words, train_reviews()[0][:300]], {"analyzer": "char", "ngram_range": (1, 10**6)}),
    ):
        ours, theirs = CountVectorizer(**params), sk.CountVectorizer(**params)
        same(ours.fit_transform(docs), theirs.fit_transform(docs), 0)
        times = in_turn(lambda v=ours, d=docs: v.fit_transform(d), lambda v=theirs, d=docs: v.fit_transform(d), 3)
        rows.append(
            Row(f"`{ours!r}.fit_transform`, {len(docs):,} short documents", "scikit-learn", *times, "s", "0.5x")
        )
    return rows


def hashing() -> list[Row]:
    """Hashed columns."""
    docs, rows = train_reviews(), []
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "8x"),
        ({"ngram_range": (1, 2)}, ""),
        ({"analyzer": "char_wb", "ngram_range": (3, 5)}, ""),
    ]
    for params, goal in cases:
        ours, theirs = HashingVectorizer(**params), sk.HashingVectorizer(**params)
        same(ours.transform(docs), theirs.transform(docs), 1e-12)
        times = in_turn(lambda v=ours: v.transform(docs), lambda v=theirs: v.transform(docs), 3)
        rows.append(Row(f"`{ours!r}.transform`", "scikit-learn", *times, "s", goal))
    return rows


def pieces() -> list[Row]:
    """Fitting in 25 pieces against fitting at once, both ours."""
    docs = train_reviews()
    batches = [docs[i : i + 1000] for i in range(0, len(docs), 1000)]

    def piecewise() -> Any:
        vectorizer = TfidfVectorizer(ngram_range=(1, 2))
        for batch in batches:
            vectorizer.partial_fit(batch)
        return vectorizer

    at_once = TfidfVectorizer(ngram_range=(1, 2)).fit
    assert np.array_equal(np.sort(piecewise().idf_), np.sort(at_once(docs).idf_))
    times = in_turn(piecewise, lambda: at_once(docs), 3)
    return [
        Row("`TfidfVectorizer(ngram_range=(1, 2)).partial_fit`, 25 pieces", "our own `fit`, at once", *times, "s", "")
    ]
