"""Exact search among dense vectors: which of them have the highest cosines with a query.

A fast screening, which rounds, finds the rows that can be among the best, by a bound on its rounding; exact cosines
decide between these. Many queries are screened together, by BLAS in float32. A few are screened one after the other,
by codes of one byte for each number, which take a quarter of the time to read. The exact cosines are computed in
float64, in an order that depends on the number of dimensions alone, so that the answer depends neither on the BLAS, nor
on the number of threads, nor on the other queries.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec._common import dense_table
from textvec._common.blas import one_blas_thread
from textvec._common.dense_table import MULTIPLICATIONS_PER_TOKEN, DenseTable, blocks, run_over_rows
from textvec._common.lengths import as_float32
from textvec.kernels import nearest as kernels

Floats = NDArray[np.float64]

# The candidates of this many queries are in memory together; more queries are searched in batches.
_MAX_QUERIES_PER_BATCH = 8192
# Up to this many queries are screened by codes, one after the other; more of them are faster together through BLAS.
_MAX_QUERIES_SCREENED_BY_CODES = 8
# This many multiplications of codes are about as much work as a token, as MULTIPLICATIONS_PER_TOKEN is for floats.
_CODE_MULTIPLICATIONS_PER_TOKEN = 256
# With shorter or longer vectors, products with 1 / length would leave the range of float32, and BLAS cannot screen.
_MIN_SCREENED_LENGTH, _MAX_SCREENED_LENGTH = 1e-30, 1e30
# Bounds by codes are sums of a few numbers up to 2, rounded to float32 (2 ** -24 each); this is more than all of that.
# With a smaller number a row could be missed; with a larger one a few more rows are scored exactly.
_MAX_ROUNDING_OF_BOUNDS = 1e-6


def cosines(vectors: NDArray[Any], inverses: Floats, directions: Floats) -> Floats:
    """Return the cosines of all vectors with some queries.

    Parameters
    ----------
    vectors : array of shape (n_rows, n_dimensions)
    inverses : ndarray of float64 of shape (n_rows,)
        See `inverses_of`.
    directions : ndarray of float64 of shape (n_queries, n_dimensions)
        Queries of length 1.

    Returns
    -------
    ndarray of float64 of shape (n_rows, n_queries)
        NaN for zero vectors.
    """
    scores = np.empty((len(vectors), len(directions)))
    directions = np.ascontiguousarray(directions)

    def compare(start: int, stop: int) -> None:
        for block, a, b in blocks(vectors, start, stop):
            kernels.cosines(vectors=block, inverses=inverses[a:b], directions=directions, out=scores[a:b])

    run_over_rows(compare, len(vectors), vectors.size * len(directions) // MULTIPLICATIONS_PER_TOKEN)
    return scores


def best(scores: NDArray[Any], k: int) -> NDArray[np.int64]:
    """Return the indices of the k highest scores, highest first, equal ones in their order, NaN left out."""
    scores = np.where(np.isnan(scores), -np.inf, scores)
    lowest = -np.partition(-scores, k - 1)[k - 1] if k < len(scores) else -np.inf
    indices = np.flatnonzero((scores >= lowest) & (scores > -np.inf))
    return indices[np.argsort(-scores[indices], kind="stable")[:k]]


def nearest(table: DenseTable, directions: Floats, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Find the k rows with the highest cosines for each query.

    Parameters
    ----------
    table : DenseTable
    directions : ndarray of float64 of shape (n_queries, n_dimensions)
        Queries of length 1, or zero.
    k : int
        At least 1.

    Returns
    -------
    rows : ndarray of int64 of shape (n_queries, min(k, n_rows))
        Highest cosine first, equal ones in the order of rows. -1 where there are fewer: zero vectors are never found,
        and nothing is found for a query that is zero.
    scores : ndarray of float32 of the same shape
        The cosines; 0 where there is no row.
    """
    n = len(table.vectors)
    k = min(k, n)
    rows = np.full((len(directions), k), -1, np.int64)
    scores = np.zeros((len(directions), k), np.float32)
    n_kept = k + k // 8 + 16  # some more than k, as rounding may change the order of rows that are nearly equal
    queries = np.flatnonzero(directions.any(axis=1) & (k > 0))
    if len(queries) > _MAX_QUERIES_SCREENED_BY_CODES and 4 * n_kept <= n and _can_screen_by_blas(table.inverses):
        size = max(1, min(_MAX_QUERIES_PER_BATCH, dense_table.NUMBERS_PER_BLOCK // n_kept))
        batches = np.split(queries, range(size, len(queries), size))
        queries = np.concatenate([_search_by_blas(table, directions, n_kept, batch, rows, scores) for batch in batches])
    for q in queries:
        found, cosines_found = _search_by_codes(table, directions[q], k)
        rows[q, : len(found)], scores[q, : len(found)] = found, cosines_found
    return rows, scores


def _can_screen_by_blas(inverses: Floats) -> bool:
    """Tell whether no vector is so short or long that 1 / length leaves the range of float32."""
    return not ((inverses < 1 / _MAX_SCREENED_LENGTH) | (inverses > 1 / _MIN_SCREENED_LENGTH)).any()


def _search_by_codes(table: DenseTable, direction: Floats, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the k best rows of one query, or fewer, and their cosines."""
    n, n_codes = table.codes.shape
    padded = np.zeros(n_codes, np.float32)
    padded[: len(direction)] = direction
    # A number of a vector differs from that of its code by half a step at most. The second term bounds the error of a
    # sum of products in float32: Higham (2002), Accuracy and stability of numerical algorithms, section 3.5.
    margin = np.abs(direction).sum() * (0.5 + kernels.MAX_CODE * (n_codes + 8) * 2.0**-24)
    highest = np.empty(n, np.float32)

    def screen(a: int, b: int) -> NDArray[np.float32]:
        lowest = np.full(min(k, b - a), -np.inf, np.float32)
        kernels.bound(
            codes=table.codes[a:b], steps=table.steps[a:b], direction=padded, margin=margin,
            highest=highest[a:b], lowest=lowest,
        )  # fmt: skip
        return lowest

    lowest = np.concatenate(run_over_rows(screen, n, n * n_codes // _CODE_MULTIPLICATIONS_PER_TOKEN))
    kth_lowest = np.partition(lowest, -k)[-k]  # k rows have at least this cosine, so those below it are not needed
    candidates = np.flatnonzero(highest >= kth_lowest - np.float32(_MAX_ROUNDING_OF_BOUNDS))
    scores = _cosines_of_candidates(table, candidates[None], direction[None])[0]
    order = best(scores, k)
    return candidates[order], scores[order]


def _search_by_blas(
    table: DenseTable,
    directions: Floats,
    n_kept: int,
    batch: NDArray[np.int64],
    rows: NDArray[np.int64],
    scores: NDArray[np.float32],
) -> NDArray[np.int64]:
    """Write the best rows of a batch of queries, and return those queries for which they are not certain.

    Parameters
    ----------
    n_kept : int
        How many rows the screening keeps in each thread.
    batch : ndarray of int64
        Indices of queries in `directions`, `rows` and `scores`.
    rows, scores : ndarray of shape (n_queries, k)
        What `nearest` returns; written to.
    """
    asked = directions[batch].astype(np.float32)
    inverses = table.inverses.astype(np.float32)

    def screen(start: int, stop: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        kept = np.full((len(asked), n_kept), -1, np.int64)
        rounded = np.full((len(asked), n_kept), -np.inf, np.float32)
        for block, a, b in blocks(table.vectors, start, stop):
            kernels.screen(
                vectors=block, inverses=inverses[a:b], first=a, directions=asked, rows=kept, scores=rounded
            )  # fmt: skip
        return kept, rounded

    work = table.vectors.size * len(asked) // MULTIPLICATIONS_PER_TOKEN
    with one_blas_thread():
        heaps = run_over_rows(screen, len(inverses), work)
    candidates = np.sort(np.hstack([kept for kept, _ in heaps]), axis=1)
    left_out = np.max([rounded[:, 0] for _, rounded in heaps], axis=0)  # no row that was not kept has a higher score
    slack = (directions.shape[1] + 8) * 2.0**-24  # bounds the error of these scores: Higham, as above
    rows[batch], scores[batch] = ranked(table, candidates, directions[batch], rows.shape[1])
    uncertain: NDArray[np.int64] = batch[(left_out > -np.inf) & (scores[batch, -1] <= left_out + slack)]
    return uncertain


def ranked(
    table: DenseTable, candidates: NDArray[np.int64], directions: Floats, k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the k best of the candidates of each query, as `nearest` does.

    Parameters
    ----------
    table : DenseTable
    candidates : ndarray of int64 of shape (n_queries, n_candidates)
        Rows, increasing for each query; -1 where there are fewer. n_candidates is at least k.
    directions : ndarray of float64 of shape (n_queries, n_dimensions)
    k : int
    """
    of_all = _cosines_of_candidates(table, candidates, directions)
    order = np.argsort(-of_all, axis=1, kind="stable")[:, :k]
    rows, scores = np.take_along_axis(candidates, order, axis=1), np.take_along_axis(of_all, order, axis=1)
    found = scores > -np.inf
    return np.where(found, rows, -1), np.where(found, scores, np.float32(0))


def _cosines_of_candidates(table: DenseTable, candidates: NDArray[np.int64], directions: Floats) -> NDArray[np.float32]:
    """Return the cosines of each query with rows of its own, as for `ranked`; -inf where the row is -1."""
    rows, queries = candidates.ravel(), np.repeat(np.arange(len(candidates)), candidates.shape[1])
    out = np.full(len(rows), -np.inf)
    directions = np.ascontiguousarray(directions)
    vectors = np.asarray(table.vectors)
    is_kernel_input = vectors.dtype == np.float32 and vectors.flags.c_contiguous and vectors.flags.aligned

    def compare(start: int, stop: int) -> None:
        size = max(1, stop - start if is_kernel_input else dense_table.NUMBERS_PER_BLOCK // vectors.shape[1])
        for a in range(start, stop, size):
            pairs = slice(a, min(a + size, stop))
            if is_kernel_input:
                taken, inverses, rows_taken = vectors, table.inverses, rows[pairs]
            else:
                taken, inverses = as_float32(vectors[rows[pairs]]), table.inverses[rows[pairs]]
                rows_taken = np.where(rows[pairs] < 0, -1, np.arange(len(taken)))
            kernels.cosines_of_pairs(
                vectors=taken, inverses=inverses, rows=rows_taken, directions=directions, queries=queries[pairs],
                out=out[pairs],
            )  # fmt: skip

    run_over_rows(compare, len(rows), len(rows) * vectors.shape[1] // MULTIPLICATIONS_PER_TOKEN)
    return out.astype(np.float32).reshape(candidates.shape)
