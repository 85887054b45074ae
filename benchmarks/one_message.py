"""One message at a time, as a service is asked: what each call takes, against scikit-learn's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sklearn.feature_extraction.text as sk
from sklearn.pipeline import make_pipeline

from benchmarks.data import same
from benchmarks.measure import Row, in_turn
from textvec import CountVectorizer, HashingVectorizer, TfidfVectorizer, Tokenizer
from textvec.classification import classifier, text_classifier
from textvec.datasets import load_messages

N_MESSAGES = 500
LENGTHS = 20, 160  # characters: of a message that is neither a word nor a letter


def one_message(rounds: int = 5) -> list[Row]:
    """Give five hundred messages to each vectorizer and classifier, one by one."""
    data = load_messages()
    texts = [[text] for text in data.data if LENGTHS[0] <= len(text) <= LENGTHS[1]][:N_MESSAGES]

    def row(work: str, ours: Callable[[Any], Any], theirs: Callable[[Any], Any], goal: str, peer: str) -> Row:
        times = in_turn(lambda: list(map(ours, texts)), lambda: list(map(theirs, texts)), rounds)
        return Row(f"{work}, {len(texts):,} messages one at a time", peer, *times, "s", goal)

    analyze = sk.CountVectorizer().build_analyzer()
    tokenize = Tokenizer().transform
    assert [tokenize(text)[0] for text in texts] == [analyze(text[0]) for text in texts]
    goal = "0.020 s"
    rows = [
        row("`Tokenizer().transform`", tokenize, lambda text: analyze(text[0]), goal, "scikit-learn's analyzer alone")
    ]
    pairs = (
        (CountVectorizer, sk.CountVectorizer),
        (TfidfVectorizer, sk.TfidfVectorizer),
        (HashingVectorizer, sk.HashingVectorizer),
    )
    for params in ({}, {"ngram_range": (1, 2)}):
        for mine, peers in pairs:
            ours, theirs = mine(**params).fit(data.data), peers(**params).fit(data.data)
            for text in texts[:100]:
                same(ours.transform(text), theirs.transform(text), 1e-12)
            rows.append(row(f"`{ours!r}.transform`", ours.transform, theirs.transform, f"{goal}, 5x", "scikit-learn"))
    models = (
        text_classifier("tfidf", "logreg"),
        make_pipeline(TfidfVectorizer(), classifier("logreg")),
        make_pipeline(sk.TfidfVectorizer(), classifier("logreg")),
    )
    for model in models:
        model.fit(data.data, data.target)
    for method in ("predict", "predict_proba", "decision_function"):
        calls = [getattr(model, method) for model in models]
        for text in texts[:100]:
            expected = calls[2](text)
            for call in calls[:2]:
                found = call(text)
                assert (found == expected).all() if method == "predict" else np.allclose(found, expected, rtol=1e-9)
        work = f'`text_classifier("tfidf", "logreg").{method}`'
        rows.append(row(work, calls[0], calls[2], "0.025 s", "scikit-learn"))
        rows.append(row(f"`Pipeline.{method}` with our `TfidfVectorizer`", calls[1], calls[2], "", "scikit-learn"))
    return rows
