"""The jobs of a comparison: features are fitted once for each fold, and all classifiers learn from the same matrix.

Tested in tests/classification/test_comparing.py.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from numbers import Real
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import clone

from textvec._common.progress import Advance
from textvec.classification._folds import Fold, at_once
from textvec.classification._grid import Pair
from textvec.classification._schedule import Job
from textvec.classification._thread_safety import must_be_alone
from textvec.classification.pair_scores import PairScores, SkippedPair
from textvec.text.tokens import Tokens


@dataclass(frozen=True)
class _Matrices:
    """The features of the documents of one fold, which its classifiers share."""

    X_train: Any
    X_test: Any
    fit_time: float
    transform_time: float
    size: int | None


class Fitting:
    """The jobs of a comparison: one for each fold and features, which leads to one for each classifier.

    Nearly all of them release the GIL nearly all of the time: ours, products of sparse matrices, liblinear, stochastic
    gradient descent, trees. Nearest neighbours of sparse rows do not.
    """

    def __init__(
        self,
        pairs: list[Pair],
        documents: Mapping[str, Tokens | list[str]],
        y: NDArray[Any],
        folds: list[Fold],
        scorers: Mapping[str, Any],
    ) -> None:
        self.pairs, self.documents, self.y, self.folds = pairs, documents, y, folds
        self.score = at_once(scorers)
        shape = len(pairs), len(folds)
        self.scores = {name: np.empty(shape) for name in scorers}
        self.fit_times, self.predict_times = np.empty(shape), np.empty(shape)
        self.sizes: list[int | None] = [None] * len(pairs)
        self._failed: dict[int, tuple[SkippedPair, Exception]] = {}

    def jobs(self, advance: Advance) -> Iterator[Job]:
        """Yield the jobs that fit features; each pair of each fold advances the bar by one."""
        for fold in self.folds:
            for name in self.documents:
                encoder = next(pair for pair in self.pairs if pair.features == name).pipeline.named_steps["features"]
                yield Job(partial(self._fit_features, fold, name, encoder, advance), must_be_alone(encoder))

    def results(self) -> list[PairScores]:
        """Return what the jobs have found, when all are done."""
        return [
            PairScores(
                pair.features,
                pair.classifier,
                {name: scores[i] for name, scores in self.scores.items()},
                self.fit_times[i],
                self.predict_times[i],
                self.sizes[i],
                pair.pipeline,
            )
            for i, pair in enumerate(self.pairs)
            if i not in self._failed
        ]

    @property
    def failures(self) -> list[tuple[SkippedPair, Exception]]:
        """The pairs that failed, in their order, and their errors."""
        return [self._failed[i] for i in sorted(self._failed)]

    def _fit_features(self, fold: Fold, name: str, unfitted: Any, advance: Advance) -> list[Job]:
        encoder = clone(unfitted)
        train, test = (_taken(self.documents[name], rows) for rows in (fold.train, fold.test))
        users = [i for i, pair in enumerate(self.pairs) if pair.features == name]
        try:
            begin = time.perf_counter()
            if hasattr(encoder, "fit_transform"):
                X_train = encoder.fit_transform(train, self.y[fold.train])
            else:
                X_train = encoder.fit(train, self.y[fold.train]).transform(train)
            fitted = time.perf_counter()
            X_test = encoder.transform(test)
            end = time.perf_counter()
        except Exception as error:
            for i in users:
                self._fail(i, fold, "the features failed", error)
                advance(1, name)
            return []
        _protect(X_train)
        _protect(X_test)
        size = _pickled_size(encoder) if fold.number == 0 else None
        made = _Matrices(X_train, X_test, fitted - begin, end - fitted, size)
        return [
            Job(partial(self._fit_classifier, fold, i, made, advance), must_be_alone(self.pairs[i].pipeline[-1]))
            for i in users
        ]

    def _fit_classifier(self, fold: Fold, i: int, made: _Matrices, advance: Advance) -> None:
        pair, k = self.pairs[i], fold.number
        remark = f"{pair.features} + {pair.classifier}"
        if i in self._failed:
            advance(1, remark)
            return
        model = clone(pair.pipeline.named_steps["classifier"])
        try:
            begin = time.perf_counter()
            model.fit(made.X_train, self.y[fold.train])
            fitted = time.perf_counter()
            scores = self.score(model, made.X_test, self.y[fold.test])
            end = time.perf_counter()
            for name, score in scores.items():
                self.scores[name][i, k] = _number(name, score)
        except Exception as error:
            self._fail(i, fold, "it failed", error)
            advance(1, remark)
            return
        self.fit_times[i, k] = made.fit_time + fitted - begin
        self.predict_times[i, k] = made.transform_time + end - fitted
        if k == 0:
            size = _pickled_size(model)
            self.sizes[i] = None if made.size is None or size is None else made.size + size
        advance(1, remark)

    def _fail(self, i: int, fold: Fold, what: str, error: Exception) -> None:
        """Remember the first failure of a pair; its other folds are not begun."""
        reason = f"{what} in fold {fold.number + 1} of {len(self.folds)}, with {type(error).__name__}: {error}"
        pair = self.pairs[i]
        self._failed.setdefault(i, (SkippedPair(pair.features, pair.classifier, reason), error))


def _taken(documents: Tokens | list[str], rows: NDArray[np.intp]) -> Tokens | list[str]:
    return documents[rows] if isinstance(documents, Tokens) else [documents[i] for i in rows.tolist()]


def _number(name: str, score: Any) -> float:
    """Return what a scorer returned, which may be anybody's."""
    score = score.item() if isinstance(score, np.ndarray) and score.size == 1 else score
    if not isinstance(score, Real):
        raise TypeError(f"the scoring {name!r} must return a number, but it returned {score!r:.80}")
    return float(score)


def _protect(X: Any) -> None:
    """Let nobody change a matrix that others read: who tries gets an error of NumPy's."""
    arrays = (X.data, X.indices, X.indptr) if sp.issparse(X) and X.format in ("csr", "csc") else (X,)
    for array in arrays:
        if isinstance(array, np.ndarray):
            array.flags.writeable = False


class _Counter:
    """A file that only counts the bytes that are written to it."""

    n_bytes = 0

    def write(self, data: Any) -> int:
        n = memoryview(data).nbytes
        self.n_bytes += n
        return n


def _pickled_size(estimator: Any) -> int | None:
    """Return how many bytes pickle writes, or None where it cannot, as with a lambda."""
    counter = _Counter()
    try:
        pickle.dump(estimator, counter, protocol=5)
    except Exception:  # any code may run here, and a size is no reason to lose the scores
        return None
    return counter.n_bytes
