"""Measures of one ranking, as trec_eval defines them, and the checks of what is measured.

Tested in tests/evaluation/test_rankings.py.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from textvec._common.numbers import is_integer, is_number, is_real

Qrels = dict[str, dict[str, int]]
Run = dict[str, dict[str, float]]


class QueryMeasures(NamedTuple):
    """How well one query was answered.

    Attributes
    ----------
    query : str
        Its id.
    ndcg : float
        Normalized discounted cumulative gain of the first k hits.
    recall : float
        Share of the relevant documents that are among the first k hits.
    reciprocal_rank : float
        One divided by the rank of the first relevant hit; 0 if there is none.
    average_precision : float
        Mean over the relevant documents of the precision at their ranks; 0 for those that were not found.
    n_relevant : int
        Number of relevant documents.
    n_hits : int
        Number of documents that were found.
    """

    query: str
    ndcg: float
    recall: float
    reciprocal_rank: float
    average_precision: float
    n_relevant: int
    n_hits: int


def ranked(hits: Mapping[str, float]) -> list[str]:
    """Return documents by falling score; of equal scores the last by id comes first, as in trec_eval.

    Scores are equal if they are in single precision, as there.

    Examples
    --------
    >>> from textvec.evaluation._ranking_measures import ranked
    >>> ranked({"a": 1.0, "b": 2.0, "c": 1.0})
    ['b', 'c', 'a']
    """
    with np.errstate(over="ignore"):
        scores = np.fromiter(hits.values(), np.float64, len(hits)).astype(np.float32).tolist()
    return [document for _, document in sorted(zip(scores, hits, strict=True), reverse=True)]


def measures(query: str, hits: Mapping[str, float], grades: Mapping[str, int], k: int, level: int) -> QueryMeasures:
    """Return the measures of one query.

    Parameters
    ----------
    query : str
        Its id.
    hits : mapping of str to float
        The score of each document that was found.
    grades : mapping of str to int
        The grade of each document that was judged. Others have grade 0.
    k : int
        How many hits nDCG and recall look at.
    level : int
        The lowest grade of a relevant document.

    Examples
    --------
    >>> from textvec.evaluation._ranking_measures import measures
    >>> measures("q", {"a": 3.0, "b": 2.0, "c": 1.0}, {"b": 1, "d": 1}, 2, 1)[2:5]
    (0.5, 0.5, 0.25)
    """
    order = ranked(hits)
    n_relevant = sum(grade >= level for grade in grades.values())
    ranks = [rank for rank, document in enumerate(order, 1) if grades.get(document, 0) >= level]
    ideal = _dcg(sorted(grades.values(), reverse=True)[:k])
    return QueryMeasures(
        query=query,
        ndcg=_dcg(grades.get(document, 0) for document in order[:k]) / ideal if ideal else 0.0,
        recall=sum(rank <= k for rank in ranks) / n_relevant if n_relevant else 0.0,
        reciprocal_rank=1 / ranks[0] if ranks else 0.0,
        average_precision=sum(n / rank for n, rank in enumerate(ranks, 1)) / n_relevant if n_relevant else 0.0,
        n_relevant=n_relevant,
        n_hits=len(order),
    )


def texts_of(ids: Collection[Any], where: str) -> list[str]:
    """Return ids as text.

    Raises
    ------
    TypeError
        If one is neither a string nor an integer.
    ValueError
        If two are the same text.
    """
    texts = []
    seen = set()
    for id_ in ids:
        if not (isinstance(id_, str) or is_integer(id_)):
            raise TypeError(f"An id must be a string or an integer, but one of {where} is {id_!r}.")
        text = str(id_)
        if text in seen:
            raise ValueError(f"The id {text!r} is there twice in {where}; ids are compared as text.")
        seen.add(text)
        texts.append(text)
    return texts


def checked_qrels(qrels: Any) -> Qrels:
    """Return judgements with ids as text, as files have them.

    Raises
    ------
    TypeError
        If they are not a mapping of mappings.
    ValueError
        If there are none, a grade is no whole number, or two ids are the same text.
    """
    if not isinstance(qrels, Mapping):
        raise TypeError(
            f"qrels must be a dict of {{query: {{document: grade}}}} or the path of a file, but it is of type "
            f"{type(qrels).__name__}."
        )
    if not qrels:
        raise ValueError("qrels is empty: without judgements there is nothing to measure.")
    checked: Qrels = {}
    for query, grades in zip(texts_of(qrels, "qrels"), qrels.values(), strict=True):
        if not isinstance(grades, Mapping):
            raise TypeError(
                f"qrels must have a dict of {{document: grade}} for each query, but for {query!r} it has {grades!r}."
            )
        for document, grade in grades.items():
            if not (is_integer(grade) or (is_real(grade) and float(grade).is_integer())):
                raise ValueError(
                    f"A grade must be a whole number, but that of document {document!r} for query {query!r} is "
                    f"{grade!r}."
                )
        names = texts_of(grades, f"the judgements of query {query!r}")
        checked[query] = dict(zip(names, map(int, grades.values()), strict=True))
    return checked


def checked_run(run: Mapping[Any, Any]) -> Run:
    """Return what was found with ids as text, and lists of documents as scores that fall from first to last.

    Raises
    ------
    TypeError
        If it is no mapping, or a query has neither a mapping nor a list of documents.
    ValueError
        If a score is no number, or two ids are the same text.
    """
    if not isinstance(run, Mapping):
        raise TypeError(f"A run must be a dict of {{query: hits}}, but it is of type {type(run).__name__}.")
    checked: Run = {}
    for query, hits in zip(texts_of(run, "the run"), run.values(), strict=True):
        if isinstance(hits, str | bytes) or not isinstance(hits, Mapping | Sequence):
            raise TypeError(
                f"A run must have a dict of {{document: score}} or a list of documents for each query, but for "
                f"{query!r} it has {hits!r}."
            )
        names = texts_of(hits, f"the hits of query {query!r}")
        if not isinstance(hits, Mapping):
            checked[query] = dict(zip(names, map(float, range(len(hits), 0, -1)), strict=True))
            continue
        for document, score in hits.items():
            if not is_number(score):
                raise ValueError(
                    f"A score must be a number, but that of document {document!r} for query {query!r} is {score!r}."
                )
        checked[query] = dict(zip(names, map(float, hits.values()), strict=True))
    return checked


def _dcg(grades: Iterable[int]) -> float:
    """Return the sum of the grades, each divided by the logarithm of its rank; negative grades bring nothing."""
    return math.fsum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1) if grade > 0)
