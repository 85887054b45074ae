"""Exact search among dense rows: which have the highest cosines with a query.

What is fast screens, and what is exact decides. Many queries are screened together by BLAS in float32, a few by codes
of a byte for each number of the table, which take a quarter of the time to read. Either finds rows that can be among
the best, by a bound on what was rounded. Their cosines are computed in float64, each in an order that depends on
nothing else. So the answer does not depend on the BLAS, the threads, or the batch of a query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from textvec._common.blas import one_blas_thread
from textvec._common.threads import n_threads, run
from textvec.kernels import nearest as kernels

Floats = NDArray[np.float64]
R = TypeVar("R")

_BLOCK = 1 << 22  # numbers of a table that are held as float32 at a time: 16 MB
_BATCH = 8192  # queries whose candidates are held at a time
_FEW = 8  # queries, or fewer, that are screened by codes, one after the other
_MULTIPLICATIONS = 16  # are about as much work as a token, which `n_threads` goes by
_CODES = 256  # to multiply are as much work
_COLUMNS = 64  # of codes, or a multiple, for SIMD
_LENGTHS = 1e-30, 1e30  # of rows; shorter or longer ones would leave the range of float32
_SAMPLE = 1024  # rows whose mean is the center
_SLACK = 1e-6  # more than what rounding to float32 adds to the bound of codes, in sums of numbers up to 2


class Table(NamedTuple):
    """Rows of which the nearest are searched, and what is kept of them for that.

    Attributes
    ----------
    vectors : array of shape (n_rows, n_dimensions)
        Of any type of floating-point numbers, taken as float32; may be a memory map.
    inverses : ndarray of float64 of shape (n_rows,)
        See `inverses_of`. A row where it is NaN is never found.
    codes : ndarray of int8 of shape (n_rows, n_codes)
        Each row divided by its length is about center + step * code; as many codes as dimensions, then zeros.
    steps : ndarray of float32 of shape (n_rows,)
        NaN for zero rows.
    center : ndarray of float32 of shape (n_dimensions,)
        About the mean of rows of length 1, so that codes need to tell only how rows differ.
    """

    vectors: NDArray[Any]
    inverses: Floats
    codes: NDArray[np.int8]
    steps: NDArray[np.float32]
    center: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: NDArray[Any], lengths: Floats) -> Table:
        """Make the table of vectors whose lengths are known."""
        n, size = vectors.shape
        inverses = inverses_of(lengths)
        sample = slice(None, None, n // _SAMPLE + 1)
        directions = directions_of(_as_float32(vectors[sample]))
        center = directions.mean(axis=0, dtype=np.float64).astype(np.float32) if n else np.zeros(size, np.float32)
        codes = np.empty((n, -(-size // _COLUMNS) * _COLUMNS), np.int8)
        steps = np.empty(n, np.float32)

        def encode(a: int, b: int) -> None:
            for rows, c, d in _blocks(vectors, a, b):
                kernels.encode(rows, inverses[c:d], center, codes[c:d], steps[c:d])

        _over_rows(encode, n, vectors.size // _MULTIPLICATIONS)
        return cls(vectors, inverses, codes, steps, center)

    def first(self, n: int | None) -> Table:
        """Return the table of the first n rows."""
        return self._replace(**{name: getattr(self, name)[:n] for name in self._fields[:-1]})

    def take(self, places: NDArray[np.int64]) -> Table:
        """Return the table of some rows."""
        return self._replace(**{name: getattr(self, name)[places] for name in self._fields[:-1]})

    def without(self, rows: NDArray[np.bool_]) -> Table:
        """Return the table where some rows are never found."""
        return self._replace(inverses=np.where(rows, np.nan, self.inverses), steps=np.where(rows, np.nan, self.steps))


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

    _over_rows(measure, len(table), table.size // _MULTIPLICATIONS)
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

    _over_rows(compare, len(table), table.size * len(directions) // _MULTIPLICATIONS)
    return scores


def best(scores: NDArray[Any], k: int) -> NDArray[np.int64]:
    """Return the places of the k highest scores, highest first, equal ones in their order; NaN is none of them."""
    scores = np.where(np.isnan(scores), -np.inf, scores)
    lowest = -np.partition(-scores, k - 1)[k - 1] if k < len(scores) else -np.inf
    places = np.flatnonzero((scores >= lowest) & (scores > -np.inf))
    return places[np.argsort(-scores[places], kind="stable")[:k]]


def nearest(table: Table, directions: Floats, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Find the k rows with the highest cosines for each query.

    Parameters
    ----------
    table : Table
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
    n = len(table.vectors)
    k = min(k, n)
    ids = np.full((len(directions), k), -1, np.int64)
    scores = np.zeros((len(directions), k), np.float32)
    n_kept = k + k // 8 + 16
    asked = np.flatnonzero(directions.any(axis=1) & (k > 0))
    if len(asked) > _FEW and 4 * n_kept <= n and not _extreme(table.inverses):
        size = max(1, min(_BATCH, _BLOCK // n_kept))
        batches = np.split(asked, range(size, len(asked), size))
        asked = np.concatenate([_nearest_of_many(table, directions, n_kept, some, ids, scores) for some in batches])
    for q in asked:
        rows, cosine = _nearest_of_one(table, directions[q], k)
        ids[q, : len(rows)], scores[q, : len(rows)] = rows, cosine
    return ids, scores


def _extreme(inverses: Floats) -> bool:
    low, high = _LENGTHS
    return bool(((inverses < 1 / high) | (inverses > 1 / low)).any())


def _nearest_of_one(table: Table, direction: Floats, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the best rows of a query, found through codes, and their cosines."""
    n, n_codes = table.codes.shape
    padded = np.zeros(n_codes, np.float32)
    padded[: len(direction)] = direction
    # No number of a row is further than half a step from its code, and sums of products in float32 are not further
    # from the true ones than the second term tells: Higham (2002), Accuracy and stability of numerical algorithms, 3.5.
    margin = np.abs(direction).sum() * (0.5 + kernels.HIGHEST * (n_codes + 8) * 2.0**-24)
    highest = np.empty(n, np.float32)

    def screen(a: int, b: int) -> NDArray[np.float32]:
        lowest = np.full(min(k, b - a), -np.inf, np.float32)
        kernels.bound(table.codes[a:b], table.steps[a:b], padded, margin, highest[a:b], lowest)
        return lowest

    lowest = np.concatenate(_over_rows(screen, n, n * n_codes // _CODES))
    rows = np.flatnonzero(highest >= np.partition(lowest, -k)[-k] - np.float32(_SLACK))
    cosine = _cosines_of_some(table, rows[None], direction[None])[0]
    order = best(cosine, k)
    return rows[order], cosine[order]


def _nearest_of_many(
    table: Table,
    directions: Floats,
    n_kept: int,
    batch: NDArray[np.int64],
    ids: NDArray[np.int64],
    scores: NDArray[np.float32],
) -> NDArray[np.int64]:
    """Write the best rows of a batch of queries, found through BLAS; return queries for which that is not certain."""
    asked = directions[batch].astype(np.float32)
    inverses = table.inverses.astype(np.float32)

    def screen(a: int, b: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        found = np.full((len(asked), n_kept), -1, np.int64)
        high = np.full((len(asked), n_kept), -np.inf, np.float32)
        for rows, c, d in _blocks(table.vectors, a, b):
            kernels.screen(rows, inverses[c:d], c, asked, found, high)
        return found, high

    with one_blas_thread():
        heaps = _over_rows(screen, len(inverses), table.vectors.size * len(asked) // _MULTIPLICATIONS)
    candidates = np.sort(np.hstack([found for found, _ in heaps]), axis=1)
    left_out = np.max([high[:, 0] for _, high in heaps], axis=0)  # no row that is not kept has a higher score
    slack = (directions.shape[1] + 8) * 2.0**-24  # Higham, as above
    ids[batch], scores[batch] = ranked(table, candidates, directions[batch], ids.shape[1])
    uncertain: NDArray[np.int64] = batch[(left_out > -np.inf) & (scores[batch, -1] <= left_out + slack)]
    return uncertain


def ranked(
    table: Table, candidates: NDArray[np.int64], directions: Floats, k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the best of some rows that each query has, as `nearest` does.

    Parameters
    ----------
    table : Table
    candidates : ndarray of int64 of shape (n_queries, n_candidates)
        Rows, increasing for each query; -1 is none. At least k.
    directions : ndarray of float64 of shape (n_queries, n_dimensions)
    k : int
    """
    cosine = _cosines_of_some(table, candidates, directions)
    order = np.argsort(-cosine, axis=1, kind="stable")[:, :k]
    scores = np.take_along_axis(cosine, order, axis=1)
    found = scores > -np.inf
    return np.where(found, np.take_along_axis(candidates, order, axis=1), -1), np.where(found, scores, np.float32(0))


def _cosines_of_some(table: Table, places: NDArray[np.int64], directions: Floats) -> NDArray[np.float32]:
    """Return the cosines of each query with some rows of its own; -inf where the place is negative."""
    rows, asked = places.ravel(), np.repeat(np.arange(len(places)), places.shape[1])
    cosine = np.full(len(rows), -np.inf)
    directions = np.ascontiguousarray(directions)
    vectors = np.asarray(table.vectors)
    as_they_are = vectors.dtype == np.float32 and vectors.flags.c_contiguous and vectors.flags.aligned

    def compare(a: int, b: int) -> None:
        size = max(1, b - a if as_they_are else _BLOCK // vectors.shape[1])
        for c in range(a, b, size):
            some = slice(c, min(c + size, b))
            if as_they_are:
                kernels.cosines_of_some(vectors, table.inverses, rows[some], directions, asked[some], cosine[some])
            else:
                taken = _as_float32(vectors[rows[some]])
                within = np.where(rows[some] < 0, -1, np.arange(len(taken)))
                kernels.cosines_of_some(
                    taken, table.inverses[rows[some]], within, directions, asked[some], cosine[some]
                )

    _over_rows(compare, len(rows), len(rows) * vectors.shape[1] // _MULTIPLICATIONS)
    return cosine.astype(np.float32).reshape(places.shape)


def _as_float32(rows: NDArray[Any]) -> NDArray[np.float32]:
    """Return rows as a kernel takes them: themselves if they lie like that already, else a copy."""
    with np.errstate(over="ignore"):  # what becomes infinite is refused by its length
        return np.require(rows, np.float32, ["C_CONTIGUOUS", "ALIGNED"])


def _blocks(table: NDArray[Any], start: int, stop: int) -> Iterator[tuple[NDArray[np.float32], int, int]]:
    """Yield the rows of a range in blocks, with the bounds of each."""
    size = max(1, _BLOCK // max(table.shape[1], 1))
    for a in range(start, stop, size):
        b = min(a + size, stop)
        yield _as_float32(table[a:b]), a, b


def _over_rows(function: Callable[[int, int], R], n: int, work: int) -> list[R]:
    """Call the function on ranges of n rows, a thread each, and return the results in order."""
    threads = min(n_threads(work), max(n, 1))
    cuts = [n * i // threads for i in range(threads + 1)]
    return run(lambda bounds: function(*bounds), list(pairwise(cuts)))
