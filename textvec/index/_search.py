"""Searches of a collection: the best rows of all segments, as documents, equal scores by id.

Tested in tests/index/test_cosine_index.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._common.numbers import check_positive, is_number
from textvec.encoders.vectors import Vectors, count, taken_from
from textvec.index._collection import Collection
from textvec.index._ids import Id

if TYPE_CHECKING:
    from textvec.index._filters import Where

Allowed = Sequence[NDArray[np.uint8] | None]
"""For each segment, which of its rows may be hits; None for all."""
Found = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Rows of the collection (-1 where there are fewer) and scores, of shape (n_queries, k), best first."""

ROWS_PER_DOCUMENT = 4
"""Documents may have several passages: 4 k rows are searched for k documents, then 4 times more while these are few."""

MAX_ROUNDING = 2.0**-22
"""More than a score near 1, in single precision, is off by, and a larger one in proportion: hits that miss `min_score`
by less are kept."""


class Asked(NamedTuple):
    """Queries, as rows are searched with them.

    Attributes
    ----------
    vectors : Sparse, ndarray or BM25Queries
    added : ndarray of float64 of shape (n_queries,) or None
        What every document has in its score besides what its row gives.
    """

    vectors: Any
    added: NDArray[np.float64] | None = None


def search(collection: Collection, queries: Asked, k: int, floor: float, where: Where | None) -> Found:
    """Find the k best documents for each query.

    Returns
    -------
    rows : ndarray of int64 of shape (n_queries, k)
        The best row of each document, best first, equal ones by id; -1 where there are fewer.
    scores : ndarray of float32 of shape (n_queries, k)
    """
    return _best_documents(collection, queries, k, floor, _allowed(collection, where))


def search_by_id(
    collection: Collection,
    ids: Sequence[Id],
    asked: Callable[[Vectors, Collection], Asked],
    k: int,
    floor: float,
    where: Where | None,
    find: Callable[[Asked, int], Found] | None = None,
) -> Found:
    """Find the k best documents for each of some documents, which are no hits of their own; see `search`.

    Parameters
    ----------
    asked : function
        Makes queries of the vectors of documents.
    find : function, optional
        Finds so many documents instead of `search`.
    """
    k = max(min(k, len(collection) - 1), 1)
    if find is None:
        allowed = _allowed(collection, where)

        def find(queries: Asked, k: int) -> Found:
            return _best_documents(collection, queries, k, floor, allowed)

    rows, scores = np.full((len(ids), k), -1, np.int64), np.zeros((len(ids), k), np.float32)
    for q, (number, doc) in enumerate(collection.locate(ids)):
        segment = collection.segments[number].segment
        own = segment.rows_of(doc)
        found, high = find(asked(segment.rows.take(own), collection), k + 1)
        other = (found >= 0) & ~np.isin(found, own + collection.first_rows[number])
        best, best_scores = _one_row_a_document(collection, found[other], high[other])
        n = len(best[:k])
        rows[q, :n], scores[q, :n] = best[:k], best_scores[:k]
    return rows, scores


def best_row(collection: Collection, number: int, doc: int, query: Asked) -> int:
    """Return the row of a document, counted in its segment, that is most similar to a query."""
    segment = collection.segments[number].segment
    own = segment.rows_of(doc)
    if len(own) == 1:
        return int(own[0])
    allowed = np.zeros(len(segment.rows), np.uint8)
    allowed[own] = 1
    ((best,),), _ = segment.rows.search(query.vectors, 1, np.zeros(1, np.float32), allowed)
    return max(int(best), int(own[0]))


def checked_k(k: Any) -> int:
    """Return how many hits are wanted, or raise ValueError if that is no positive integer."""
    check_positive("k, the number of hits,", k)
    return int(k)


def floor_of(min_score: float | None) -> float:
    """Return the score that hits must be better than: a little less, as scores are rounded to single precision."""
    if min_score is None:
        return 0.0
    if not is_number(min_score):
        raise ValueError(f"min_score must be a number, but it is {min_score!r}.")
    if min_score < 0:
        raise ValueError(
            f"min_score must not be negative, but it is {min_score!r}: only documents with a positive score are "
            "hits. Leave it out to get all of them."
        )
    # What is larger than all numbers in single precision is reached by none.
    score = min(float(min_score), float(np.finfo(np.float32).max))
    return max(0.0, score - MAX_ROUNDING * max(1.0, score))


def _allowed(collection: Collection, where: Where | None) -> Allowed:
    if where is None:
        return collection.rows_to_search
    return [live.allowed_rows(where) for live in collection.segments]


def _best_documents(collection: Collection, asked: Asked, k: int, floor: float, allowed: Allowed) -> Found:
    """Find the k best documents, whose scores reach the floor with what is added to them."""
    if asked.added is None:
        return _best_of(collection, asked.vectors, k, np.full(count(asked.vectors), floor, np.float32), allowed)
    rows, scores = _best_of(
        collection, asked.vectors, k, np.maximum(floor - asked.added, 0).astype(np.float32), allowed
    )
    return rows, np.where(rows >= 0, scores + asked.added[:, None], 0).astype(np.float32)


def _best_of(collection: Collection, queries: Any, k: int, floor: NDArray[np.float32], allowed: Allowed) -> Found:
    if collection.like.passages is None:
        return _best_rows(collection, queries, k, floor, allowed)
    n = count(queries)
    rows, scores = np.full((n, k), -1, np.int64), np.zeros((n, k), np.float32)
    asked, n_rows = np.arange(n), int(collection.first_rows[-1])
    n_searched = max(min(ROWS_PER_DOCUMENT * k, n_rows), 1)
    while len(asked):
        found, high = _best_rows(collection, taken_from(queries, asked), n_searched, floor[asked], allowed)
        unfinished = []
        for q, of_query, score in zip(asked.tolist(), found, high, strict=True):
            _, firsts = np.unique(collection.document_numbers(of_query[of_query >= 0]), return_index=True)
            firsts = np.sort(firsts)[:k]  # what was found is in order already
            rows[q, : len(firsts)], scores[q, : len(firsts)] = of_query[firsts], score[firsts]
            if n_searched < n_rows and len(firsts) < k and of_query[-1] >= 0:
                unfinished.append(q)
        asked, n_searched = np.array(unfinished, np.int64), min(ROWS_PER_DOCUMENT * n_searched, n_rows)
    return rows, scores


def _best_rows(collection: Collection, queries: Any, k: int, floor: NDArray[np.float32], allowed: Allowed) -> Found:
    """Find the k best rows."""
    n = count(queries)
    bar, best = floor, None
    for live, first_row, mask in zip(collection.segments, collection.first_rows.tolist(), allowed, strict=False):
        searched = live.segment.rows
        if not len(searched) or (mask is not None and not mask.view(np.bool_).any()):
            continue
        if best is not None:
            # What does not reach the worst of k hits is none; what is as good may be one, by its id.
            rows, scores = best
            bar = np.where(rows[:, -1] >= 0, np.nextafter(scores[:, -1], np.float32(-1)), floor)
        found, high = searched.search(queries, min(k, len(searched)), bar, mask)
        if first_row:
            found = np.where(found >= 0, found + first_row, -1)
        if best is None and found.shape[1] == k:  # nearly always all there is to do
            best = found, high
        elif best is None or (found >= 0).any():
            rows, scores = best or (np.full((n, k), -1, np.int64), np.zeros((n, k), np.float32))
            best = merged(collection, np.hstack([rows, found]), np.hstack([scores, high]), k)
    return best or (np.full((n, k), -1, np.int64), np.zeros((n, k), np.float32))


def merged(collection: Collection, rows: NDArray[np.int64], scores: NDArray[np.float32], k: int) -> Found:
    """Return the k best of some rows for each query, equal ones by id."""
    order = np.lexsort((rows, -scores, rows < 0))
    rows, scores = np.take_along_axis(rows, order, axis=1), np.take_along_axis(scores, order, axis=1)
    same = (scores[:, 1:] == scores[:, :-1]) & (rows[:, 1:] >= 0)
    tied = np.zeros(rows.shape, np.bool_)
    tied[:, 1:] |= same
    tied[:, :-1] |= same
    by_id = sorted((collection.id_at(row), row) for row in np.unique(rows[tied]).tolist())
    rank_of = {row: rank for rank, (_, row) in enumerate(by_id)}
    ranks = np.zeros(rows.shape, np.int64)
    ranks[tied] = [rank_of[row] for row in rows[tied].tolist()]
    order = np.lexsort((ranks, -scores, rows < 0))[:, :k]
    return np.take_along_axis(rows, order, axis=1), np.take_along_axis(scores, order, axis=1)


def _one_row_a_document(collection: Collection, rows: NDArray[np.int64], scores: NDArray[np.float32]) -> Found:
    """Return the best row of each document, best first, equal ones by id."""
    order = np.lexsort((rows, -scores))
    rows, scores = rows[order], scores[order]
    _, firsts = np.unique(collection.document_numbers(rows), return_index=True)
    (rows,), (scores,) = merged(collection, rows[None, firsts], scores[None, firsts], len(firsts))
    return rows, scores
