"""`top_terms`: the terms that speak most for each class of a fitted classifier of texts."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from textvec._common.html_table import Cell, html_table
from textvec._common.numbers import is_integer
from textvec._common.records import Tabular
from textvec.explanation.classifiers import text_model
from textvec.explanation.contributions import by_class, rule_of
from textvec.explanation.decision_parts import of_class
from textvec.explanation.decision_rendering import fit, padded
from textvec.explanation.features import features_of
from textvec.explanation.rendering import in_short

_WIDTH = 80  # columns of a terminal
_MIN_COLUMN = 26  # columns of it that a class needs beside others: a weight, and a term that can be read


class TermWeight(NamedTuple):
    """A term, and how much each unit of its value speaks for a class.

    Attributes
    ----------
    term : str
        The name of the feature.
    weight : float
        As `top_terms` defines it, which is greater than zero.
    """

    term: str
    weight: float


class TopTerms(Tabular, Mapping[Any, list[TermWeight]]):
    """The terms that speak most for each class, the strongest first: a mapping from classes to lists of `TermWeight`.

    `top_terms` makes it. It prints as a table, and shows one in a notebook.

    Parameters
    ----------
    terms : dict
        From classes to lists of `TermWeight`.
    """

    def __init__(self, terms: Mapping[Any, list[TermWeight]]) -> None:
        self._terms: dict[Any, list[TermWeight]] = dict(terms)

    def __getitem__(self, label: Any) -> list[TermWeight]:
        return self._terms[label]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._terms)

    def __len__(self) -> int:
        return len(self._terms)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a dict for each class and term, with the keys "label", "term" and "weight".

        Returns
        -------
        list of dict
        """
        return [{"label": label, **each._asdict()} for label, terms in self.items() for each in terms]

    def _columns(self) -> list[str]:
        return ["label", *TermWeight._fields]

    def __repr__(self) -> str:
        if len(self) * _MIN_COLUMN > _WIDTH:
            return "\n".join(f"{in_short(label, 30)}: {_in_a_line(terms)}" for label, terms in self.items())
        columns = [
            [in_short(label, 20), *(f"{each.weight:8.4f}  {in_short(each.term)}" for each in terms)]
            for label, terms in self.items()
        ]
        room = _WIDTH // max(len(columns), 1) - 2
        height = max(map(len, columns), default=0)
        rows = [[padded(fit(c[i], room), room) if i < len(c) else " " * room for c in columns] for i in range(height)]
        return "\n".join("  ".join(row).rstrip() for row in rows)

    def _repr_html_(self) -> str:
        height = max(map(len, self.values()), default=0)
        rows = ([_cell(terms[i]) if i < len(terms) else "" for terms in self.values()] for i in range(height))
        return html_table(list(map(in_short, self)), rows, texts=range(len(self)))


def top_terms(model: Any, k: int = 10) -> TopTerms:
    """Find the terms that speak most for each class.

    Those are the terms with the largest weights: the coefficients of a linear model. The numbers of naive Bayes and of
    centroids mean something only against those of other classes, so that it is the log-probability of the term (its log
    odds, of `BernoulliNB`), or twice the coordinate of the centroid, less the mean of those of the other classes.

    Parameters
    ----------
    model : Pipeline
        Fitted: what makes features whose columns are terms, and a linear model, a naive Bayes or a `NearestCentroid`.
    k : int, default=10
        How many terms a class. Those with positive weights are meant, so that there may be fewer.

    Returns
    -------
    TopTerms
        A mapping from classes to lists of `TermWeight`, in the order of `classes_`.

    Raises
    ------
    TypeError
        If the model is no classifier of texts, or k no integer.
    ValueError
        If the model has no weight for each term and class, or k is less than 1.
    NotFittedError
        If the model is not fitted.

    See Also
    --------
    explain : What the terms of one text gave.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from textvec import TfidfVectorizer
    >>> from textvec.explanation import top_terms
    >>> texts = ["win a free prize", "free prize now", "lunch at noon", "see you at lunch"]
    >>> model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, ["spam", "spam", "ham", "ham"])
    >>> top_terms(model, 3)
    ham                                     spam
      0.3525  at                              0.3849  free
      0.3525  lunch                           0.3849  prize
      0.2441  noon                            0.2441  now
    """
    if not is_integer(k):
        raise TypeError(f"top_terms: k must be how many terms a class, an int, but it is {k!r}.")
    if k < 1:
        raise ValueError(f"top_terms: k must be at least 1, but it is {k}.")
    model, steps, classifier, labels = text_model(model, "top_terms")
    name = type(classifier).__name__
    rule = rule_of(classifier) if steps else None
    if rule is None or rule.square is not None:
        raise ValueError(
            f"top_terms: {name} has no weight for each term and class, as linear models, MultinomialNB, ComplementNB, "
            "BernoulliNB and NearestCentroid have. explain(model, text) tells what the words of one text gave."
        )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*hold no word that has a vector")
        features = features_of(steps, "")
    if not features.are_columns:
        raise ValueError(
            f"top_terms: the features that {name} sees are not terms, but what {type(steps[-1]).__name__} makes of "
            "them. explain(model, text) tells what the words of one text gave."
        )
    weights = by_class(rule.coef.T, len(labels))
    found = {}
    for place, label in enumerate(labels):
        of_label = of_class(weights, place, rule.compared)
        best = np.argsort(-of_label, kind="stable")[:k]
        best = best[of_label[best] > 0]
        found[label] = list(map(TermWeight, features.names(best), of_label[best].tolist()))
    return TopTerms(found)


def _in_a_line(terms: list[TermWeight]) -> str:
    return ", ".join(in_short(each.term, 30) for each in terms)


def _cell(each: TermWeight) -> Cell:
    return Cell(in_short(each.term), style="white-space:pre-wrap", title=f"{each.weight:.4f}")
