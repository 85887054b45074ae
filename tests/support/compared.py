"""Comparisons of features and classifiers that nobody has measured."""

import numpy as np

from textvec.classification import Comparison, PairScores, SkippedPair, text_classifier

SCORES = {
    ("counts", "nb"): [0.90, 0.91, 0.92],
    ("tfidf", "nb"): [0.95, 0.92, 0.96],
    ("tfidf", "svm"): [0.94, 0.95, 0.93],
    ("char", "svm"): [0.95, 0.92, 0.96],
}
SKIPPED = [SkippedPair("nb", "nb", "the classifier does not take negative values")]


def pair_scores(features, classifier, scores, n=0, size=None):
    """The larger n is, the longer it is fitted, and the faster it predicts."""
    return PairScores(
        features,
        classifier,
        {name: np.array(values, float) for name, values in scores.items()},
        fit_times=np.array([n + 0.5, n + 1.5]),
        predict_times=np.array([3.0 - n]),
        size=size,
        pipeline=text_classifier(),
    )


def comparison_of(pairs, skipped=()):
    k = len(next(iter(pairs[0].scores.values())))
    return Comparison(pairs, skipped, np.full(k, 200), np.full(k, 100), 300, 12.34)


def four_pairs(**more_scores):
    pairs = [
        pair_scores(*names, {"accuracy": scores, "loss": [-n, -n, -n], **more_scores}, n, 100 - n)
        for n, (names, scores) in enumerate(SCORES.items())
    ]
    return comparison_of(pairs, SKIPPED)
