"""Which features and classifiers are compared, by what names, and which pairs of them can work.

Tested in tests/classification/test_comparing.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sklearn.base import clone
from sklearn.pipeline import Pipeline

from textvec._common.numbers import MAX_SEED, is_integer
from textvec.classification.pair_scores import SkippedPair
from textvec.classification.pipelines import as_encoder, as_model, clash_of, needs_text, text_classifier


@dataclass(frozen=True)
class Pair:
    """Features and a classifier, by their names, as a pipeline that is not fitted."""

    features: str
    classifier: str
    pipeline: Pipeline


@dataclass(frozen=True)
class Grid:
    """Pairs that can work, and those that cannot."""

    pairs: list[Pair]
    skipped: list[SkippedPair]


def grid_of(
    features: Any,
    classifiers: Any,
    options: Mapping[str, Any],
    *,
    of_words: bool,
    missing_method: Callable[[Any], str | None],
    random_state: int | None,
) -> Grid:
    """Return each pair of features and classifiers.

    Parameters
    ----------
    features, classifiers : list or dict
        See `compare`.
    options : dict
        What `text_classifier` takes besides the two.
    of_words : bool
        Whether the documents come as words already.
    missing_method : callable
        Returns what a classifier lacks to be scored, as a reason, or None.
    random_state : int or None
        For each part that has one and none set.

    Raises
    ------
    ValueError
        If a name is unknown, or no pair can work.
    TypeError
        If a part is neither a name nor an estimator of its kind.
    """
    if random_state is not None and not (is_integer(random_state) and 0 <= random_state <= MAX_SEED):
        raise ValueError(
            f"compare: random_state must be an integer from 0 to {MAX_SEED} or None, but it is {random_state!r}."
        )
    encoders = {name: as_encoder(part) for name, part in _named("features", features).items()}
    models = {name: as_model(part) for name, part in _named("classifiers", classifiers).items()}
    with_steps = any(option is not None for option in options.values())
    pairs, skipped = [], []
    for f, encoder in encoders.items():
        for c, model in models.items():
            clash = clash_of(encoder, model)
            reason = f"the classifier does not take {' and '.join(sorted(clash))}" if clash else missing_method(model)
            if needs_text(encoder) and (with_steps or of_words):
                cause = "tokenizer, stop_words and stem leave words of a text" if with_steps else "the texts are words"
                reason = f"the features are made of characters, and {cause}"
            if reason is None:
                pipeline = clone(text_classifier(encoder, model, **options))
                pairs.append(Pair(f, c, _seeded(pipeline, random_state)))
            else:
                skipped.append(SkippedPair(f, c, reason))
    if not pairs:
        if len(skipped) == 1:  # its error knows which pairs would work
            text_classifier(*(_first(part) for part in (features, classifiers)), **options)
        reasons = "; ".join(f"{pair.features} with {pair.classifier}: {pair.reason}" for pair in skipped)
        raise ValueError(f"compare: none of the pairs can work. {reasons}. Take other features or classifiers.")
    return Grid(pairs, skipped)


def _named(what: str, given: Any) -> dict[str, Any]:
    """Return parts by their names: their short names, those in a dict, or those of their classes."""
    if isinstance(given, Mapping):
        for name in given:
            if not isinstance(name, str):
                raise TypeError(f"compare: {what} must have names that are strings, but one is {name!r:.100}.")
        named = dict(given)
    else:
        parts = _listed(what, given)
        names = [part if isinstance(part, str) else type(part).__name__ for part in parts]
        for name in names:
            if names.count(name) > 1 and name in parts:
                raise ValueError(f"compare: {what} has {name!r} more than once. Name each one once.")
        # Estimators of one class are numbered: their parameters would be names too long for a table.
        named = {
            f"{name}-{names[: i + 1].count(name)}" if names.count(name) > 1 else name: part
            for i, (name, part) in enumerate(zip(names, parts, strict=True))
        }
    if not named:
        raise ValueError(f"compare: {what} is empty. Name one or more.")
    return named


def _listed(what: str, given: Any) -> list[Any]:
    if isinstance(given, str) or hasattr(given, "fit"):
        return [given]
    if not isinstance(given, Iterable):
        raise TypeError(f"compare: {what} must be a list or dict of names and estimators, but it is {given!r:.100}.")
    return list(given)


def _first(parts: Any) -> Any:
    return next(iter(parts.values() if isinstance(parts, Mapping) else _listed("parts", parts)))


def _seeded(estimator: Any, random_state: int | None) -> Any:
    """Give the random state to each part that has none."""
    if random_state is None:
        return estimator
    unset = [
        name
        for name, value in estimator.get_params().items()
        if value is None and name.rpartition("__")[2] == "random_state"
    ]
    return estimator.set_params(**dict.fromkeys(unset, random_state))
