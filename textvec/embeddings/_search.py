"""Exact search among dense rows: which have the highest cosines with a query.

BLAS in float32 screens: it finds some more rows than are wanted. Their cosines are computed exactly, and decide. Where
a row that was left out could still belong to the best, by the bound on the rounding of float32, the query's cosines
with all rows are computed exactly. So the answer does not depend on the BLAS, the threads, or the batch of a query.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from textvec._threads import n_threads, run
from textvec.kernels import nearest as kernels

Floats = NDArray[np.float64]
R = TypeVar("R")

_BLOCK = 1 << 22  # numbers of a table that are held as float32 at a time: 16 MB
_BATCH = 8192  # queries whose candidates are held at a time
_MULTIPLICATIONS = 16  # are about as much work as a token, which `n_threads` goes by
_LENGTHS = 1e-30, 1e30  # of rows; shorter or longer ones would leave the range of float32


def lengths_of(table: NDArray[Any]) -> Floats:
    """Return the Euclidean length of each row; not finite where the row, as float32, is not.

    Parameters
    ----------
    table : array of shape (n_rows, n_dimensions)
        Of any type of floating-point numbers; may be a memory map, of which a part at a time is read.

    Returns
    -------
    ndarray of float64 of shape (n_rows,)
    """
    lengths = np.empty(len(table))

    def measure(a: int, b: int) -> None:
        for rows, c, d in _blocks(table, a, b):
            kernels.lengths(rows, lengths[c:d])

    _over_rows(measure, table, 1)
    return lengths


def inverses_of(lengths: Floats) -> Floats:
    """Return 1 / length of each row, and NaN for zero rows: they have no direction, and NaN no place among the best."""
    inverses: Floats = np.divide(1, lengths, out=np.full(len(lengths), np.nan), where=lengths > 0)
    return inverses


def directions_of(vectors: Any) -> Floats:
    """Return vectors divided by their lengths, in float64; zero vectors stay."""
    vectors = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    directions: Floats = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return directions


def cosines(table: NDArray[Any], inverses: Floats, directions: Floats) -> Floats:
    """Return the cosines of all rows with some queries.

    Parameters
    ----------
    table : array of shape (n_rows, n_dimensions)
    inverses : ndarray of float64 of shape (n_rows,)
        See `inverses_of`.
    directions : ndarray of float64 of shape (n_queries, n_dimensions)
        Queries of length 1.

    Returns
    -------
    ndarray of float64 of shape (n_rows, n_queries)
        NaN for rows that are zero.
    """
    scores = np.empty((len(table), len(directions)))
    directions = np.ascontiguousarray(directions)

    def compare(a: int, b: int) -> None:
        for rows, c, d in _blocks(table, a, b):
            kernels.cosines(rows, inverses[c:d], directions, scores[c:d])

    _over_rows(compare, table, len(directions))
    return scores


def best(scores: NDArray[Any], k: int) -> NDArray[np.int64]:
    """Return the places of the k highest scores, highest first, equal ones in their order; NaN is none of them."""
    scores = np.where(np.isnan(scores), -np.inf, scores)
    lowest = -np.partition(-scores, k - 1)[k - 1] if k < len(scores) else -np.inf
    places = np.flatnonzero((scores >= lowest) & (scores > -np.inf))
    return places[np.argsort(-scores[places], kind="stable")[:k]]


def nearest(
    table: NDArray[Any], inverses: Floats, directions: Floats, k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Find the k rows with the highest cosines for each query.

    Parameters
    ----------
    table : array of shape (n_rows, n_dimensions)
        Of any type of floating-point numbers, taken as float32; may be a memory map.
    inverses : ndarray of float64 of shape (n_rows,)
        See `inverses_of`.
    directions : ndarray of float64 of shape (n_queries, n_dimensions)
        Queries of length 1, or zero.
    k : int
        At least 1.

    Returns
    -------
    ids : ndarray of int64 of shape (n_queries, min(k, n_rows))
        Highest cosine first, equal ones in the order of rows. -1 where there are fewer: zero rows are never found, and
        nothing is for a query that is zero.
    scores : ndarray of float32 of the same shape
        The cosines; 0 where there is no row.
    """
    k = min(k, len(table))
    ids = np.full((len(directions), k), -1, np.int64)
    scores = np.zeros((len(directions), k), np.float32)
    n_kept = k + k // 4 + 16
    low, high = _LENGTHS
    extreme = ((inverses < 1 / high) | (inverses > 1 / low)).any()
    asked = np.flatnonzero(directions.any(axis=1))
    for batch in np.split(asked, range(_BATCH, len(asked), _BATCH)):
        if extreme or 4 * n_kept > len(table):
            doubtful = batch
        else:
            doubtful = _search(table, inverses, directions, n_kept, batch, ids, scores)
        for q in doubtful:
            cosine = cosines(table, inverses, directions[q : q + 1])[:, 0].astype(np.float32)
            rows = best(cosine, k)
            ids[q, : len(rows)], scores[q, : len(rows)] = rows, cosine[rows]
    return ids, scores


def _search(
    table: NDArray[Any],
    inverses: Floats,
    directions: Floats,
    n_kept: int,
    batch: NDArray[np.int64],
    ids: NDArray[np.int64],
    scores: NDArray[np.float32],
) -> NDArray[np.int64]:
    """Write the best rows of a batch of queries that have some, and return those of which they are not certain."""
    asked = directions[batch].astype(np.float32)
    inverse = inverses.astype(np.float32)

    def screen(a: int, b: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        found = np.full((len(asked), n_kept), -1, np.int64)
        high = np.full((len(asked), n_kept), -np.inf, np.float32)
        for rows, c, d in _blocks(table, a, b):
            kernels.screen(rows, inverse[c:d], c, asked, found, high)
        return found, high

    with _one_blas_thread():
        heaps = _over_rows(screen, table, len(asked))
    candidates = np.sort(np.hstack([found for found, _ in heaps]), axis=1)
    left_out = np.max([high[:, 0] for _, high in heaps], axis=0)  # no row that is not kept has a higher score
    slack = (table.shape[1] + 8) * 2.0**-24  # Higham (2002), Accuracy and stability of numerical algorithms, 3.5
    k = ids.shape[1]
    uncertain = []
    for q, of_query, limit in zip(batch.tolist(), candidates, (left_out + slack).tolist(), strict=True):
        rows = of_query[np.searchsorted(of_query, 0) :]
        exact = np.empty((len(rows), 1))
        kernels.cosines(_as_float32(table[rows]), inverses[rows], directions[q : q + 1], exact)
        cosine = exact[:, 0].astype(np.float32)
        places = best(cosine, k)
        ids[q, : len(places)], scores[q, : len(places)] = rows[places], cosine[places]
        if len(places) and cosine[places[-1]] <= limit:
            uncertain.append(q)
    return np.array(uncertain, np.int64)


def _as_float32(rows: NDArray[Any]) -> NDArray[np.float32]:
    """Return rows as a kernel takes them: themselves if they lie like that already, else a copy."""
    with np.errstate(over="ignore"):  # what becomes infinite is refused by its length
        return np.require(rows, np.float32, ["C_CONTIGUOUS", "ALIGNED"])


def _blocks(table: NDArray[Any], start: int, stop: int) -> Iterator[tuple[NDArray[np.float32], int, int]]:
    """Yield the rows of a range in blocks, with the bounds of each."""
    size = max(1, _BLOCK // table.shape[1])
    for a in range(start, stop, size):
        b = min(a + size, stop)
        yield _as_float32(table[a:b]), a, b


def _over_rows(function: Callable[[int, int], R], table: NDArray[Any], n_queries: int) -> list[R]:
    """Call the function on ranges of rows, a thread each, and return the results in order."""
    threads = min(n_threads(table.size * n_queries // _MULTIPLICATIONS), max(len(table), 1))
    cuts = np.linspace(0, len(table), threads + 1).astype(int).tolist()
    return run(lambda bounds: function(*bounds), list(pairwise(cuts)))


_lock = threading.Lock()
_limits: list[ExitStack] = []  # one for each search under way; the first holds the limit, and is left last


@contextmanager
def _one_blas_thread() -> Iterator[None]:
    """Keep BLAS from starting threads under each of ours: they would wait for one another most of the time.

    The limit is one of the whole process. It begins with the first of the searches that are under way together, and
    ends with the last. Only the thread that sets a limit can end it, so it has a thread of its own.
    """
    with _lock:
        limit = ExitStack()
        if not _limits:
            owner = limit.enter_context(ThreadPoolExecutor(1))
            limiter = owner.submit(_limited_blas).result()
            limit.callback(lambda: owner.submit(limiter.restore_original_limits).result())
        _limits.append(limit)
    try:
        yield
    finally:
        with _lock:
            _limits.pop().close()


def _limited_blas() -> Any:
    return _blas().limit(limits=1, user_api="blas")


@functools.cache
def _blas() -> Any:
    import scipy.linalg.cython_blas  # noqa: F401  (the BLAS that kernels call; only what is loaded is found)
    from sklearn.utils.parallel import ThreadpoolController

    return ThreadpoolController()
