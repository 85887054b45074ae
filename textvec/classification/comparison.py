"""What a comparison of features and classifiers found: scores, times and sizes, pair by pair."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from textvec._common.records import Tabular
from textvec.classification.comparison_rendering import as_html, as_text
from textvec.classification.pair_scores import PairScores, SkippedPair
from textvec.classification.significance import ALPHA, corrected_t_test


class Comparison(Tabular, Sequence[PairScores]):
    """A sequence of `PairScores`, the best first: what `compare` returns.

    It prints as a table, and shows one in a notebook: for each pair the mean of the first score and its standard
    deviation over the folds, the means of the others, seconds to fit, seconds to predict and score, the size, and the
    `p_value` of the difference to the best pair, with a ~ where that may be noise.

    Parameters
    ----------
    pairs : sequence of PairScores
        What was compared.
    skipped : sequence of SkippedPair
        Pairs that cannot work, or that failed.
    n_train, n_test : ndarray of int of shape (n_folds,)
        How many documents each fold trains on, and tests on.
    n_documents : int
        How many documents there are.
    seconds : float
        How long all of it took.

    Attributes
    ----------
    pairs : list of PairScores
        Sorted by the mean of the first scoring, the best first, unless `sorted_by` made another order.
    skipped : list of SkippedPair
        Pairs that cannot work, or that failed.
    n_train, n_test, n_documents, seconds
        As above.

    See Also
    --------
    textvec.plots.comparison_scores : A picture of it.
    """

    def __init__(
        self,
        pairs: Sequence[PairScores],
        skipped: Sequence[SkippedPair],
        n_train: NDArray[np.int64],
        n_test: NDArray[np.int64],
        n_documents: int,
        seconds: float,
    ) -> None:
        self._given = list(pairs)
        self.pairs = sorted(pairs, key=lambda pair: _falling(pair.mean()))
        self.skipped = list(skipped)
        self.n_train, self.n_test, self.n_documents, self.seconds = n_train, n_test, n_documents, seconds

    @overload
    def __getitem__(self, key: int) -> PairScores: ...
    @overload
    def __getitem__(self, key: slice) -> list[PairScores]: ...
    def __getitem__(self, key: int | slice) -> PairScores | list[PairScores]:
        return self.pairs[key]

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def scoring(self) -> list[str]:
        """The names of the scores, the first of which decides what is best."""
        return list(self.pairs[0].scores)

    @property
    def best(self) -> PairScores:
        """The pair with the highest mean of the first scoring: `comparison.best.pipeline.fit(texts, labels)`."""
        return self.best_by()

    def best_by(self, scoring: str | None = None) -> PairScores:
        """Return the pair with the highest mean of a scoring.

        Parameters
        ----------
        scoring : str, optional
            The name of the scoring; the first unless given.

        Returns
        -------
        PairScores
            Of several with the same mean, the first that was given.
        """
        return min(self._given, key=lambda pair: _falling(pair.mean(scoring)))

    def p_value(self, one: PairScores, other: PairScores | None = None, scoring: str | None = None) -> float:
        """Return how likely a difference of two pairs as large as theirs is by chance, if both are equally good.

        That is the corrected resampled t-test of Nadeau and Bengio (2003), see `corrected_t_test` in
        `textvec.classification.significance`, with its limits.

        Parameters
        ----------
        one : PairScores
            One of the pairs.
        other : PairScores, optional
            Another one, or the best one unless given.
        scoring : str, optional
            The name of the scoring; the first unless given.

        Returns
        -------
        float
            Two-sided; NaN if it cannot be known, as from one fold.
        """
        other = self.best_by(scoring) if other is None else other
        return corrected_t_test(one._of(scoring), other._of(scoring), self.n_train, self.n_test)

    def within_noise(self, scoring: str | None = None, alpha: float = ALPHA) -> list[PairScores]:
        """Return the pairs whose difference to the best one may be chance, the best one included.

        Parameters
        ----------
        scoring : str, optional
            The name of the scoring; the first unless given.
        alpha : float, default=0.05
            Pairs with a `p_value` that is lower are left out.

        Returns
        -------
        list of PairScores
            In the order of `pairs`. Where one fold says nothing about chance, the best one alone.
        """
        best = self.best_by(scoring)
        return [pair for pair in self.pairs if pair is best or self.p_value(pair, best, scoring) >= alpha]

    def sorted_by(self, key: str) -> Comparison:
        """Return the same comparison in another order.

        Parameters
        ----------
        key : str
            The name of a scoring, the highest first; or "fit_time", "predict_time" or "size", the lowest first.

        Returns
        -------
        Comparison

        Raises
        ------
        ValueError
            If there is no such figure.
        """
        figures: dict[str, Callable[[PairScores], float]] = {
            "fit_time": lambda pair: pair.fit_time,
            "predict_time": lambda pair: pair.predict_time,
            "size": lambda pair: math.inf if pair.size is None else pair.size,
        }
        if key not in figures and key not in self.scoring:
            raise ValueError(f"A comparison is sorted by {', '.join([*self.scoring, *figures])}, but not by {key!r}.")
        ordered = Comparison(self._given, self.skipped, self.n_train, self.n_test, self.n_documents, self.seconds)
        ordered.pairs.sort(key=figures.get(key, lambda pair: _falling(pair.mean(key))))
        return ordered

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a dict for each pair, those that were skipped last.

        Returns
        -------
        list of dict
            With the keys "features" and "classifier"; for each scoring, here "accuracy", its mean "accuracy", its
            standard deviation "accuracy_std", its scores in the folds "accuracy_folds", and "accuracy_p", the `p_value`
            of the difference to the best pair; "fit_time" and "predict_time", means in seconds; "size" in bytes; and
            "skipped", None or why a pair was skipped, all figures of which are None.
        """
        rows = [self._to_dict(pair) for pair in self.pairs]
        for pair in self.skipped:
            empty = dict.fromkeys(rows[0])
            rows.append(empty | {"features": pair.features, "classifier": pair.classifier, "skipped": pair.reason})
        return rows

    def _to_dict(self, pair: PairScores) -> dict[str, Any]:
        row: dict[str, Any] = {"features": pair.features, "classifier": pair.classifier}
        for name, scores in pair.scores.items():
            row |= {name: pair.mean(name), f"{name}_std": pair.std(name), f"{name}_folds": scores.tolist()}
            row[f"{name}_p"] = self.p_value(pair, scoring=name)
        times = {"fit_time": pair.fit_time, "predict_time": pair.predict_time}
        return {**row, **times, "size": pair.size, "skipped": None}

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def _falling(score: float) -> float:
    """Return what sorts scores from the highest to the lowest, with NaN last."""
    return math.inf if math.isnan(score) else -score
