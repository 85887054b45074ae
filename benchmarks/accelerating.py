"""Models fitted with scikit-learn against the same models after `textvec.accelerate`."""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn.feature_extraction.text as sk
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import textvec
from benchmarks.measure import Row, in_turn, seconds
from textvec.datasets import fetch_imdb, load_messages


def accelerating(rounds: int = 3) -> list[Row]:
    """Decide on 25,000 reviews, and on messages one by one, before and after; and how long `accelerate` takes."""
    train, test = (fetch_imdb(subset=subset) for subset in ("train", "test"))
    theirs = make_pipeline(sk.TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression())
    fit = seconds(lambda: theirs.fit(train.data, train.target))
    made: list[Any] = []
    times = [seconds(lambda: made.append(textvec.accelerate(theirs))) for _ in range(rounds)]
    ours, messages, n_terms = made[-1], load_messages().data[:500], len(theirs[0].vocabulary_)
    for method in ("predict", "predict_proba"):
        assert np.array_equal(getattr(ours, method)(test.data), getattr(theirs, method)(test.data))
    assert np.array_equal(ours.predict(messages), theirs.predict(messages))
    at_once = in_turn(lambda: ours.predict(test.data), lambda: theirs.predict(test.data), rounds)
    alone = in_turn(
        lambda: [ours.predict([text]) for text in messages],
        lambda: [theirs.predict([text]) for text in messages],
        rounds,
    )
    name = "`accelerate`d `TfidfVectorizer(ngram_range=(1, 2))` + `LogisticRegression`"
    who = "scikit-learn"
    return [
        Row(f"{name}: decide on 25,000 reviews", who, *at_once, "s", "8x"),
        Row(f"{name}: decide on 500 messages, one at a time", who, *alone, "s", "3x"),
        Row(f"`accelerate` itself, {n_terms:,} terms", "fitting again", times, [fit] * rounds, "s", "2 s a million"),
    ]
