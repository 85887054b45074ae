"""Training, deciding and comparing, against scikit-learn's own vectorizers with the same classifiers."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import sklearn.feature_extraction.text as sk
from sklearn.base import clone
from sklearn.model_selection import cross_validate
from sklearn.pipeline import make_pipeline, make_union

from benchmarks.measure import Row, in_turn, seconds
from textvec.classification import Comparison, classifier, compare, features, text_classifier
from textvec.datasets import fetch_imdb, load_messages

CLASSIFIERS = ("nb", "complement-nb", "logreg", "svm", "sgd", "ridge")
N_FOLDS = 5


def peers() -> dict[str, Any]:
    """Return scikit-learn's own for each of the features of `textvec.classification.features` that it has."""
    char = sk.TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    return {
        "counts": sk.CountVectorizer(),
        "binary": sk.CountVectorizer(binary=True),
        "tfidf": sk.TfidfVectorizer(),
        "hashing": sk.HashingVectorizer(n_features=2**18, alternate_sign=False),
        "char": char,
        "words+char": make_union(sk.TfidfVectorizer(), clone(char)),
    }


def labelled_reviews(n: int) -> tuple[list[str], list[str]]:
    """Return n of the 25,000 training reviews, half of them positive, in no order, and their labels."""
    train = fetch_imdb(subset="train")
    labels = train.target
    rng = np.random.default_rng(0)
    chosen = np.concatenate([rng.choice(np.flatnonzero(labels == c), n // 2, replace=False) for c in ("neg", "pos")])
    chosen = rng.permutation(chosen)
    return [train.data[i] for i in chosen.tolist()], labels[chosen].tolist()


def comparing(n: int = 10_000) -> list[Row]:
    """Compare six features and six classifiers in five folds; half an hour, nearly all of it scikit-learn's."""
    texts, labels = labelled_reviews(n)
    encoders, found, scores = peers(), list[Comparison](), {}

    def ours() -> None:
        found.append(compare(texts, labels, list(encoders), CLASSIFIERS, cv=N_FOLDS, random_state=0))

    def theirs() -> None:
        for pair in found[-1]:
            pipeline = make_pipeline(encoders[pair.features], pair.pipeline[-1])
            result = cross_validate(pipeline, texts, labels, cv=N_FOLDS, n_jobs=2)
            scores[pair.features, pair.classifier] = result["test_score"]

    compare(texts[:100], labels[:100], list(encoders), CLASSIFIERS, cv=2)  # compiles
    times = [seconds(ours)], [seconds(theirs)]
    wrong = [pair for pair in found[0] if list(pair.scores["accuracy"]) != list(scores[pair.features, pair.classifier])]
    for pair in wrong:
        # Values of TF-IDF that differ in their last bit turn a document that lies on the border of the classes.
        difference = np.abs(pair.scores["accuracy"] - scores[pair.features, pair.classifier]).max()
        print(f"{pair.features} + {pair.classifier}: the scores differ by up to {difference:.1e}", file=sys.stderr)
        assert difference < 2.5 * N_FOLDS / n  # of two documents in a fold
    work = f"`compare`, six features x six classifiers x five folds, {n:,} reviews"
    return [Row(work, "`cross_validate(n_jobs=2)` with scikit-learn's vectorizers", *times, "s", "3x")]


def deciding(rounds: int = 3) -> list[Row]:
    """Train a classifier on 25,000 reviews, let it decide on 25,000 others, and on messages one by one."""
    train, test = (fetch_imdb(subset=subset) for subset in ("train", "test"))
    model = classifier("logreg")
    ours = text_classifier(features("tfidf", ngram_range=(1, 2)), model)
    theirs = make_pipeline(sk.TfidfVectorizer(ngram_range=(1, 2)), clone(model))
    name = "`tfidf` of words and pairs, `logreg`"
    rows = [
        Row(
            f"{name}: train on 25,000 reviews",
            "scikit-learn",
            *in_turn(
                lambda: ours.fit(train.data, train.target), lambda: theirs.fit(train.data, train.target), rounds - 1
            ),
            "s",
            "",
        )
    ]
    different = (ours.predict(test.data) != theirs.predict(test.data)).sum()
    assert different < 5, f"{different} decisions differ"  # of reviews on the border of the classes
    decide = in_turn(lambda: ours.predict(test.data), lambda: theirs.predict(test.data), rounds)
    rows.append(Row(f"{name}: decide on 25,000 reviews", "scikit-learn", *decide, "s", "8x"))

    messages = load_messages()
    for pipeline in (ours, theirs):
        pipeline.fit(messages.data, messages.target)
    alone = in_turn(
        lambda: [ours.predict([text]) for text in messages.data[:500]],
        lambda: [theirs.predict([text]) for text in messages.data[:500]],
        rounds,
    )
    return [*rows, Row(f"{name}: decide on 500 messages, one at a time", "scikit-learn", *alone, "s", "3x")]
