"""How pairs are cross-validated: the folds, and what is measured in each.

Tested in tests/classification/test_comparing.py.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import check_scoring, get_scorer, get_scorer_names
from sklearn.model_selection import StratifiedKFold, check_cv

from textvec._common.counted import counted
from textvec._common.suggestions import did_you_mean


@dataclass(frozen=True)
class Fold:
    """A number from 0, and the documents to train on and to test on, by their numbers."""

    number: int
    train: NDArray[np.intp]
    test: NDArray[np.intp]


def folds_of(cv: Any, y: NDArray[Any], groups: Any) -> list[Fold]:
    """Return the folds that scikit-learn makes for a classifier of documents with the classes y.

    Raises
    ------
    ValueError
        If each class has fewer members than there are folds, or a fold has nothing to train or to test on.

    Warns
    -----
    UserWarning
        If a class has fewer members than there are folds.
    """
    splitter = check_cv(cv, y, classifier=True)
    if isinstance(splitter, StratifiedKFold):
        _check_members(splitter.n_splits, y)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)  # without its name
        splits = list(splitter.split(np.zeros(len(y)), y, groups))
    if not splits:
        raise ValueError("compare: cv makes no folds. Pass a number of folds, such as cv=5, or a splitter.")
    folds = [Fold(i, np.arange(len(y))[train], np.arange(len(y))[test]) for i, (train, test) in enumerate(splits)]
    for fold in folds:
        if not len(fold.train) or not len(fold.test):
            raise ValueError(
                f"compare: fold {fold.number + 1} of {len(folds)} has {len(fold.train)} documents to train on and "
                f"{len(fold.test)} to test on. Each needs some: take another cv."
            )
    return folds


def _check_members(n_folds: int, y: NDArray[Any]) -> None:
    classes, counts = np.unique(y, return_counts=True)
    smallest, count = classes[[counts.argmin()]].tolist()[0], int(counts.min())
    if count >= n_folds:
        return
    if (counts < n_folds).all():
        raise ValueError(
            f"compare: cv={n_folds} folds need as many documents of some class, but the largest has {counts.max()}. "
            "Take fewer folds, or more documents."
        )
    warnings.warn(
        f"compare: the class {smallest!r} has {counted(count, 'document')}, fewer than there are folds, {n_folds}: "
        "some test none of it. Take fewer folds, or leave the class out.",
        UserWarning,
        stacklevel=4,
    )


def scorers_of(scoring: Any) -> dict[str, Any]:
    """Return what measures each score, by its name.

    Raises
    ------
    ValueError
        If there is no scoring, or none of a name.
    TypeError
        If one is neither a name nor a callable.
    """
    if isinstance(scoring, Mapping):
        named = dict(scoring)
    else:
        if not isinstance(scoring, Iterable) and not callable(scoring):
            raise TypeError(f"compare: scoring must be a name, a callable, or several, but it is {scoring!r:.100}.")
        listed = [scoring] if isinstance(scoring, str) or callable(scoring) else list(scoring)
        named = {s if isinstance(s, str) else getattr(s, "__name__", "score"): s for s in listed}
        if len(named) < len(listed):
            raise ValueError("compare: scoring has the same name more than once. Name each one once, or pass a dict.")
    if not named:
        raise ValueError("compare: scoring is empty. Name one or more, such as scoring='accuracy'.")
    return {name: _scorer(part) for name, part in named.items()}


def _scorer(scoring: Any) -> Any:
    if callable(scoring):
        return scoring
    if not isinstance(scoring, str):
        raise TypeError(f"compare: scoring must be a name or a callable, but one is {scoring!r:.100}.")
    known = get_scorer_names()
    if scoring in known:
        return get_scorer(scoring)
    raise ValueError(
        f"compare: there is no scoring {scoring!r}.{did_you_mean(scoring, known)} sklearn.metrics.get_scorer_names() "
        "lists those there are."
    )


def at_once(scorers: Mapping[str, Any]) -> Any:
    """Return a callable that gives all scores of a fitted classifier, and predicts once for those that can share it."""
    return check_scoring(scoring=dict(scorers), raise_exc=True)


def lacks(scorers: Mapping[str, Any], model: Any) -> str | None:
    """Return why a classifier cannot be scored, or None if it can."""
    for name, scorer in scorers.items():
        methods = getattr(scorer, "_response_method", "predict")
        methods = (methods,) if isinstance(methods, str) else tuple(methods)
        if "default" not in methods and not any(hasattr(model, method) for method in methods):
            return f"the classifier has no {' or '.join(methods)}, which the scoring {name!r} needs"
    return None
