"""Retrieval: whether a search finds, and ranks first, the documents that people judge to answer a query."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textvec._common.counted import counted
from textvec._common.html_table import html_table
from textvec._common.numbers import check_positive
from textvec._common.printable import printable
from textvec._common.records import Tabular
from textvec.evaluation._ranking_measures import (
    Qrels,
    QueryMeasures,
    Run,
    checked_qrels,
    checked_run,
    measures,
    texts_of,
)
from textvec.evaluation.trec import read_qrels, read_run

_NUMBER = re.compile("0|-?[1-9][0-9]{,17}")  # as `str` writes what certainly fits into 64 bits
_MEASURES = ("ndcg", "recall", "reciprocal_rank", "average_precision")


@dataclass(frozen=True, repr=False, eq=False)
class RetrievalResult(Tabular):
    """How well queries were answered.

    Attributes
    ----------
    queries : list of QueryMeasures
        The measures of each query that has judgements, in the order of the judgements.
    k : int
        How many hits nDCG and recall look at.
    run : dict of str to dict of str to float
        For each query the documents that were found and their scores, as `write_run` takes it. Of an index, at most
        `depth` for each.
    n_unjudged_queries : int
        Number of queries without judgements, which are left out.
    """

    queries: list[QueryMeasures]
    k: int
    run: Run
    n_unjudged_queries: int

    @property
    def ndcg(self) -> float:
        """Mean normalized discounted cumulative gain of the first k hits."""
        return self._mean("ndcg")

    @property
    def recall(self) -> float:
        """Mean share of the relevant documents that are among the first k hits."""
        return self._mean("recall")

    @property
    def mrr(self) -> float:
        """Mean reciprocal rank of the first relevant hit."""
        return self._mean("reciprocal_rank")

    @property
    def map(self) -> float:
        """Mean average precision."""
        return self._mean("average_precision")

    @property
    def n_queries(self) -> int:
        """Number of queries with judgements."""
        return len(self.queries)

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard error of each mean over queries, by the names of `to_dict`; NaN for a single query."""
        if self.n_queries < 2:
            return dict.fromkeys(self._names(), math.nan)
        errors = [np.std(self._values(measure), ddof=1) / math.sqrt(self.n_queries) for measure in _MEASURES]
        return dict(zip(self._names(), map(float, errors), strict=True))

    def to_dict(self) -> dict[str, Any]:
        """Return the means, as a row of a table of results."""
        means = (self.ndcg, self.recall, self.mrr, self.map)
        return {**dict(zip(self._names(), means, strict=True)), "n_queries": self.n_queries}

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the measures of each query as plain data."""
        return [query._asdict() for query in self.queries]

    def _columns(self) -> Sequence[str]:
        return QueryMeasures._fields

    def _values(self, measure: str) -> list[float]:
        return [getattr(query, measure) for query in self.queries]

    def _mean(self, measure: str) -> float:
        return math.fsum(self._values(measure)) / self.n_queries

    def _names(self) -> tuple[str, ...]:
        return (f"ndcg@{self.k}", f"recall@{self.k}", "mrr", "map")

    def _rows(self) -> list[tuple[str, str, str]]:
        names = (f"nDCG@{self.k}", f"recall@{self.k}", "MRR", "MAP")
        means = (self.ndcg, self.recall, self.mrr, self.map)
        return [
            (name, f"{mean:.4f}", "-" if math.isnan(error) else f"{error:.4f}")
            for name, mean, error in zip(names, means, self.standard_errors.values(), strict=True)
        ]

    def _about(self) -> str:
        return counted(self.n_queries, "query", "queries")

    def _remarks(self) -> list[str]:
        without = {
            "without hits": sum(query.n_hits == 0 for query in self.queries),
            "without relevant documents": sum(query.n_relevant == 0 for query in self.queries),
            "without judgements, left out": self.n_unjudged_queries,
        }
        return [f"{counted(n, 'query', 'queries')} {what}" for what, n in without.items() if n]

    def __repr__(self) -> str:
        width = max(len(name) for name, _, _ in self._rows())
        lines = [f"RetrievalResult({self._about()})"]
        lines += [f"  {name:<{width}}  {mean} ± {error}" for name, mean, error in self._rows()]
        return printable("\n".join([*lines, *(f"  {remark}" for remark in self._remarks())]), keep="\n")

    def _repr_html_(self) -> str:
        caption = ". ".join([self._about(), *self._remarks()])
        return html_table(("", "mean", "standard error"), self._rows(), caption=caption, texts={0}, row_heads=True)


def retrieval(
    found: Any,
    qrels: Any,
    queries: Mapping[Any, Any] | None = None,
    *,
    k: int = 10,
    depth: int = 1000,
    relevance_level: int = 1,
    **how: Any,
) -> RetrievalResult:
    r"""Measure how well a search answers queries, by people's judgements of which documents answer them.

    With :math:`g_i` the grade of the hit at rank :math:`i`, 0 if that was not judged or is negative, and :math:`R` the
    number of relevant documents,

    .. math::

        \text{nDCG@}k = \frac{\sum_{i=1}^{k} g_i / \log_2(i + 1)}{\text{the same of the best order}} \qquad
        \text{recall@}k = \frac{\text{relevant hits up to rank } k}{R}

        \text{MRR: } \frac{1}{\text{rank of the first relevant hit}} \qquad
        \text{MAP: } \frac{1}{R} \sum_{\text{relevant hit at } i} \frac{\text{relevant hits up to rank } i}{i}

    each as the mean over the queries. The figures are those of trec_eval (`ndcg_cut`, `recall`, `recip_rank`, `map`,
    with its option ``-c``).

    Parameters
    ----------
    found : index, dict, or path
        What is measured. An index, that is, anything with a method ``search(texts, k=...)`` that returns for each text
        its hits with an `id` and a `score`; or what was found already: a dict of ``{query: {document: score}}`` or
        ``{query: [document, ...]}``, best first, or a file of TREC, see `read_run`.
    qrels : dict of query to dict of document to int, or path
        The judgements: for each query the grades of documents. A grade of 0 or less says that a document does not
        answer the query, and so does no grade. A path is read by `read_qrels`.
    queries : dict of query to text, optional
        What is asked. An index needs it; together with a run, only its ids matter.
    k : int, default=10
        How many hits nDCG and recall look at.
    depth : int, default=1000
        How many hits are asked of an index, at most; for MRR and MAP the others were not found. A `HybridIndex` puts
        more of its two rankings together if it is asked for more hits: with ``depth=10`` exactly what
        ``search(queries, k=10)`` returns is measured.
    relevance_level : int, default=1
        The lowest grade of a document that is relevant for recall, MRR and MAP. nDCG always counts all grades.
    **how
        What the `search` of an index is given besides, such as ``fusion="weighted", weights=(1, 2)`` for a
        `HybridIndex`.

    Returns
    -------
    RetrievalResult

    Raises
    ------
    ReadError
        If a file cannot be read; it is a ValueError, and names the line.
    ValueError
        If the judgements name a query that is not among `queries`, or a document that the index does not hold; if
        no document is relevant, a grade is no whole number, or a score is no number.
    TypeError
        If `found` or `qrels` is none of the above, an index came without queries, or its `search` does not have a
        parameter that it is to be given.

    Notes
    -----
    Ids are compared as text, since files have nothing else: 7 is "7".

    Scores in single precision decide the order; of equal scores the last document by id comes first, as in trec_eval,
    whatever the order in which they came. So the file that `write_run` makes of the result has the same figures.

    A judged query without hits counts as 0, and so does one without relevant documents. Queries without judgements are
    left out, and counted.

    References
    ----------
    Järvelin and Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques. ACM TOIS. (nDCG; the discount
    is that of trec_eval, where the paper has the logarithm of the rank itself, and none at the first two)

    Voorhees and Harman (2005), TREC: experiment and evaluation in information retrieval. MIT Press. (the others)

    Examples
    --------
    >>> from textvec import CosineIndex
    >>> from textvec.evaluation import retrieval
    >>> index = CosineIndex().fit(["red apple", "green apple", "blue sea"], ids=["d1", "d2", "d3"])
    >>> queries = {"q1": "apple", "q2": "blue", "q3": "ocean"}
    >>> qrels = {"q1": {"d1": 1}, "q2": {"d3": 2}, "q3": {"d3": 2, "d1": 0}}
    >>> result = retrieval(index, qrels, queries)
    >>> result
    RetrievalResult(3 queries)
      nDCG@10    0.5436 ± 0.2920
      recall@10  0.6667 ± 0.3333
      MRR        0.5000 ± 0.2887
      MAP        0.5000 ± 0.2887
      1 query without hits
    >>> retrieval({"q1": ["d1", "d2"], "q2": ["d3"], "q3": ["d2", "d3"]}, qrels, k=1).recall
    0.6666666666666666
    """
    check_positive("k", k)
    check_positive("depth", depth)
    check_positive("relevance_level", relevance_level)
    judged = read_qrels(qrels) if isinstance(qrels, str | os.PathLike) else checked_qrels(qrels)
    highest = max((grade for grades in judged.values() for grade in grades.values()), default=0)
    if highest < relevance_level:
        raise ValueError(
            f"qrels has no document with a grade of {relevance_level} or more, the relevance_level; the highest is "
            f"{highest}."
        )
    texts = None if queries is None else _texts_by_id(queries, judged)
    if hasattr(found, "search"):
        run = _search(found, judged, texts, depth, how)
    elif how:
        raise TypeError(f"retrieval: {', '.join(how)} is for the search of an index, but what was found already came.")
    else:
        run = _read(found)
        if not judged.keys() & run.keys():
            raise ValueError(
                f"None of the {len(run)} queries of the run has judgements: it has {_some(run)}, qrels has "
                f"{_some(judged)}."
            )
    asked = run.keys() if texts is None else texts.keys() | run.keys()
    return RetrievalResult(
        queries=[measures(query, run.get(query, {}), grades, k, relevance_level) for query, grades in judged.items()],
        k=k,
        run=run,
        n_unjudged_queries=len(asked - judged.keys()),
    )


def _texts_by_id(queries: Any, judged: Qrels) -> dict[str, Any]:
    """Return the queries with ids as text; all that have judgements must be there."""
    if not isinstance(queries, Mapping):
        raise TypeError(f"queries must be a dict of {{query: text}}, but it is of type {type(queries).__name__}.")
    texts = dict(zip(texts_of(queries, "queries"), queries.values(), strict=True))
    unknown = [query for query in judged if query not in texts]
    if unknown:
        raise ValueError(
            f"qrels names {counted(len(unknown), 'query', 'queries')} that queries does not have: {_some(unknown)}. "
            f"queries has {_some(texts)}."
        )
    return texts


def _search(index: Any, judged: Qrels, texts: Mapping[str, Any] | None, depth: int, how: dict[str, Any]) -> Run:
    """Return what an index finds for each query that has judgements."""
    if texts is None:
        raise TypeError("An index was given without queries: pass what is asked as queries={query: text}.")
    if hasattr(type(index), "__contains__"):
        named = dict.fromkeys(document for grades in judged.values() for document in grades)
        unknown = [document for document in named if not _holds(index, document)]
        if unknown:
            raise ValueError(
                f"qrels names {counted(len(unknown), 'document')} that the index does not hold: {_some(unknown)}. "
                "Give its documents the ids of the judgements, or leave these out of qrels."
            )
    results = index.search([texts[query] for query in judged], k=depth, **how)
    run: Run = {query: {} for query in judged}
    for scores, hits in zip(run.values(), results, strict=True):
        for hit in hits:
            scores.setdefault(str(hit.id), float(hit.score))  # Hits are best first.
    return run


def _holds(index: Any, document: str) -> bool:
    """Tell whether an index holds a document, by its id as text or as a number."""
    return document in index or (_NUMBER.fullmatch(document) is not None and int(document) in index)


def _read(found: Any) -> Run:
    if isinstance(found, str | os.PathLike):
        return read_run(found)
    if isinstance(found, Mapping):
        return checked_run(found)
    raise TypeError(
        "An index with a method `search`, a dict of {query: {document: score}} or the path of a run was expected, but "
        f"{type(found).__name__} was given."
    )


def _some(ids: Sequence[str] | Mapping[str, Any]) -> str:
    """Return the first of some ids, for a message."""
    shown = [repr(id_) for id_, _ in zip(ids, range(5), strict=False)]
    return ", ".join(shown) + (", ..." if len(ids) > len(shown) else "")
