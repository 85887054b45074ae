"""Accuracy on the IMDb test set: `python -m benchmarks accuracy`.

The settings were chosen by cross-validation on the 25,000 training reviews, before the test reviews were looked at:
min_df of 1 to 3, words of one letter, punctuation, alpha, C, rows divided by their length or not.
"""

from __future__ import annotations

import time
from typing import Any

from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Normalizer
from sklearn.svm import LinearSVC

from textvec import CountVectorizer, NBWeighting
from textvec.datasets import fetch_imdb


def reviews(split: str) -> tuple[list[str], list[str]]:
    """Return the labelled reviews of a split, line breaks as spaces, and their labels."""
    found = fetch_imdb(subset=split)
    return [text.replace("<br />", " ") for text in found.data], found.target.tolist()


def nb_svm() -> Pipeline:
    """Make the NBSVM of Wang and Manning (2012): presence of 1 to 3-grams, log-count ratios, a linear SVM."""
    return make_pipeline(
        CountVectorizer(ngram_range=(1, 3), token_pattern=r"\w+", min_df=2, binary=True),
        NBWeighting(),
        Normalizer(),
        LinearSVC(C=1, random_state=0),
    )


def nb_imdb(model: Pipeline) -> tuple[float, float]:
    """Fit on the training reviews; return the accuracy on the test reviews, and the seconds both took."""
    train, test = reviews("train"), reviews("test")
    start = time.perf_counter()
    accuracy: Any = model.fit(*train).score(*test)
    return float(accuracy), time.perf_counter() - start


def table() -> list[str]:
    """Return accuracy, seconds and settings as a table."""
    model = nb_svm()
    accuracy, seconds = nb_imdb(model)
    steps = ", ".join(f"`{step!r}`" for _, step in model.steps)
    head = ["| IMDb, 25,000 test reviews | accuracy | must | fit and test |", "|---|---|---|---|"]
    return [*head, f"| {steps} | {accuracy:.2%} | 91.7% | {seconds:.0f} s |"]
