"""What a decision is made of: contributions of terms, classes, neighbours, and the table of all terms and classes.

Tested in tests/explanation/test_decision.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class TermContribution(NamedTuple):
    """A term of a text, and what it gives to the decision value of a class.

    Attributes
    ----------
    term : str
        The name of the feature; the word itself for averaged word vectors and for words that were left out.
    value : float or None
        The value that the classifier sees; None where a term is no feature of its own.
    weight : float or None
        What the class gives for each unit of it.
    contribution : float
        Their product.
    """

    term: str
    value: float | None
    weight: float | None
    contribution: float


class Neighbour(NamedTuple):
    """A text that a `KNeighborsClassifier` was fitted on, and that decided.

    Attributes
    ----------
    row : int
        Which one it was in `fit`, from 0.
    distance : float
        By the metric of the classifier.
    label : object
        Its class.
    vote : float
        Its share in the vote; all of them add up to 1.
    text : str or None
        The text itself, if `explain` was given the texts.
    """

    row: int
    distance: float
    label: Any
    vote: float
    text: str | None


class ClassDecision(NamedTuple):
    """What a model says of one class, and why.

    Attributes
    ----------
    label : object
        The class.
    score : float
        The decision value.
    probability : float or None
        None of a model without `predict_proba`.
    intercept : float or None
        What the score is without any term; None if the contributions are not exact.
    contributions : list of TermContribution
        The largest first, equal ones by term. With the intercept they add up to the score if the decision is exact.
    """

    label: Any
    score: float
    probability: float | None
    intercept: float | None
    contributions: list[TermContribution]


class Table(NamedTuple):
    """What all terms give to all classes.

    Attributes
    ----------
    names : list of str
        Of the terms.
    keys : list
        What the marks of terms are found by.
    values : ndarray of float64 of shape (n_terms,) or None
    weights : ndarray of float64 of shape (n_terms, n_classes) or None
    gives : ndarray of float64 of shape (n_terms, n_classes)
    intercepts : ndarray of float64 of shape (n_classes,) or None
    compared : bool
        Whether only differences between classes tell anything.
    """

    names: list[str]
    keys: list[Any]
    values: Floats | None
    weights: Floats | None
    gives: Floats
    intercepts: Floats | None
    compared: bool

    def contributions(self, place: int, compared: bool = False) -> list[TermContribution]:
        """Return those to one class, the largest first; less the mean of the others if that is asked and tells more."""
        compared = compared and self.compared
        gives = of_class(self.gives, place, compared)
        weights = None if self.weights is None else of_class(self.weights, place, compared)
        nothing = [None] * len(self.names)
        columns = [nothing if each is None else each.tolist() for each in (self.values, weights, gives)]
        found = list(map(TermContribution, self.names, *columns))
        return sorted(found, key=lambda each: (-each.contribution, each.term))


def strongest(contributions: Iterable[TermContribution]) -> list[TermContribution]:
    """Return contributions, the largest first, whatever their signs."""
    return sorted(contributions, key=lambda each: -abs(each.contribution))


def of_class(values: Floats, place: int, compared: bool) -> Floats:
    """Return the values of one class, which are in the last axis, or how much they are over the mean of the others."""
    chosen: Floats = values[..., place]
    if compared and values.shape[-1] > 1:
        chosen = chosen - np.delete(values, place, axis=-1).mean(axis=-1)
    return chosen
