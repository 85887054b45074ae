"""What is known of one pair of features and a classifier: its scores, times and size, or why it was skipped.

Tested in tests/classification/test_comparison.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline


@dataclass(frozen=True, eq=False)
class PairScores:
    """How well a classifier does with some features.

    Attributes
    ----------
    features, classifier : str
        Their names.
    scores : dict of str to ndarray of shape (n_folds,)
        For each scoring the score of each fold.
    fit_times : ndarray of shape (n_folds,)
        Seconds to fit the features and the classifier on the training documents of each fold. The time for the
        features, which are fitted once for all classifiers, is in that of each pair; the time to cut texts into words,
        which is done once for all folds, is in none.
    predict_times : ndarray of shape (n_folds,)
        Seconds to make the features of the documents that are tested on, and to predict and score them.
    size : int or None
        Bytes that pickle writes for the fitted features and classifier of the first fold; None if it cannot.
    pipeline : Pipeline
        The pair as `text_classifier` makes it, not fitted.
    """

    features: str
    classifier: str
    scores: dict[str, NDArray[np.float64]]
    fit_times: NDArray[np.float64]
    predict_times: NDArray[np.float64]
    size: int | None
    pipeline: Pipeline

    @property
    def fit_time(self) -> float:
        """The mean of `fit_times`."""
        return float(self.fit_times.mean())

    @property
    def predict_time(self) -> float:
        """The mean of `predict_times`."""
        return float(self.predict_times.mean())

    def mean(self, scoring: str | None = None) -> float:
        """Return the mean of a score over the folds.

        Parameters
        ----------
        scoring : str, optional
            The name of the scoring; the first unless given.
        """
        return float(self._of(scoring).mean())

    def std(self, scoring: str | None = None) -> float:
        """Return the standard deviation of a score over the folds, with k - 1 in the denominator; NaN for one fold.

        Parameters
        ----------
        scoring : str, optional
            The name of the scoring; the first unless given.
        """
        scores = self._of(scoring)
        return float(scores.std(ddof=1)) if len(scores) > 1 else float("nan")

    def _of(self, scoring: str | None) -> NDArray[np.float64]:
        name = next(iter(self.scores)) if scoring is None else scoring
        if name not in self.scores:
            raise ValueError(f"There is no scoring {name!r} in this comparison, only {', '.join(self.scores)}.")
        return self.scores[name]


@dataclass(frozen=True)
class SkippedPair:
    """A pair that cannot work, or that failed.

    Attributes
    ----------
    features, classifier : str
        Their names.
    reason : str
        Why not.
    """

    features: str
    classifier: str
    reason: str
