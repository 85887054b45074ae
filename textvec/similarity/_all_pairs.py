"""All pairs of rows of a matrix whose cosine reaches a threshold: bounds in float32 screen, float64 decides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._common.lengths import directions_of
from textvec._common.progress import progress
from textvec.encoders.vectors import Dense, Sparse, as_vectors

Places = NDArray[np.int64]

ROUNDING = 1e-12  # of cosines in float64; who misses the threshold, or 1, by no more is counted in
_MARGIN = 0.07  # by which ends of rows miss the threshold: more makes heads longer, and fewer pairs to look into
_UNIT = 2.0**-24  # what a number is rounded by to float32, relative to itself
_PIECE = 50_000_000  # postings that a thread adds up before it looks up: less than half a second
_MULTIPLICATIONS = 100  # of BLAS, that take as long as one of these
_ROOM = 1 << 18  # pairs that are checked at once


class Pairs(NamedTuple):
    """Pairs of rows and their cosines.

    Attributes
    ----------
    first, second : ndarray of int64 of shape (n_pairs,)
        Places of rows; the first is the smaller one.
    scores : ndarray of float64 of shape (n_pairs,)
    """

    first: Places
    second: Places
    scores: NDArray[np.float64]


def join(matrix: Any, threshold: float) -> Pairs:
    """Find all pairs of rows whose cosine reaches a threshold.

    Parameters
    ----------
    matrix : sparse matrix or array of shape (n_rows, n_columns)
    threshold : float
        Above 0, at most 1.

    Returns
    -------
    Pairs
        Highest score first, equal ones by their places.

    Raises
    ------
    ValueError
        If it is no matrix of finite numbers.
    """
    from textvec._common.blas import one_blas_thread
    from textvec._common.threads import n_threads, run, split

    rows = _prepared(matrix, threshold)
    total = int(rows.work[-1])
    threads = n_threads(total)
    pieces = split(rows.work, max(threads, -(-total // _PIECE)))

    def pairs_of(piece: tuple[int, int]) -> list[Pairs]:
        return [_over(rows, first, second, threshold) for first, second in rows.candidates(*piece)]

    found: list[Pairs] = []
    limit = one_blas_thread() if isinstance(rows, _DenseJoin) else nullcontext()
    with limit, progress("duplicates", total) as advance:
        for i in range(0, len(pieces), threads):
            for parts in run(pairs_of, pieces[i : i + threads]):
                found += parts
            advance(int(rows.work[pieces[i : i + threads][-1][1]] - rows.work[pieces[i][0]]))
    first, second, scores = (np.concatenate(part) for part in zip(_NONE, *found, strict=True))
    order = np.lexsort((second, first, -scores))
    return Pairs(first[order], second[order], scores[order])


_NONE = Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


class _SparseJoin:
    """Sparse rows with their rarest columns first, and the postings of their heads; see the kernels."""

    def __init__(self, vectors: Sparse, matrix: Any, threshold: float) -> None:
        import scipy.sparse as sp

        from textvec.kernels import duplicates as kernels

        n, indptr = vectors.n_vectors, vectors.indptr
        frequencies = np.bincount(vectors.indices, minlength=vectors.n_columns)
        ranks = np.empty(vectors.n_columns, np.int32)
        ranks[np.argsort(frequencies, kind="stable")] = np.arange(vectors.n_columns)
        X = sp.csr_array((vectors.data, ranks[vectors.indices], indptr), (n, vectors.n_columns))
        X.sort_indices()
        columns, data = X.indices.astype(np.int32, copy=False), X.data
        longest = int(np.diff(indptr).max(initial=0))
        lowered = threshold - (longest + 16) * _UNIT  # Higham (2002), Accuracy and stability of numerical algorithms
        limit = max(lowered - _MARGIN, 0.0)

        ends, sizes = np.empty(n, np.int64), np.zeros(vectors.n_columns, np.int64)
        rests = np.empty(len(data), np.float32)
        kernels.heads(indptr, columns, data, limit, ends, rests, sizes)
        p_ptr = np.concatenate([[0], np.cumsum(sizes)])
        p_rows, p_weights = np.empty(p_ptr[-1], np.int32), np.empty(p_ptr[-1], np.float32)
        after, work = np.empty(len(data), np.int64), np.empty(n, np.int64)
        kernels.invert(indptr, columns, data, ends, p_ptr, after, p_rows, p_weights, work)
        self.work = np.concatenate([[0], np.cumsum(work + 1)])
        self._matrix, self._room = matrix.tocsr(), max(2 * n, _ROOM)
        self._join = partial(
            kernels.join_sparse,
            *(indptr, columns, data, rests, ends, after, p_ptr, p_rows, p_weights),
            *(np.float32(lowered), np.float32(limit)),
        )

    def candidates(self, begin: int, stop: int) -> Iterator[tuple[Places, Places]]:
        """Yield the pairs that can reach the threshold, of which the first is in a range of rows."""
        first, second = np.empty(self._room, np.int64), np.empty(self._room, np.int64)
        while begin < stop:
            n, begin = self._join(begin, stop, first, second)
            yield first[:n], second[:n]

    def cosines(self, rows: Places, first: Places, second: Places) -> NDArray[np.float64]:
        """Return the exact cosines of pairs of some rows, numbered as in `rows`."""
        from textvec.kernels import duplicates as kernels

        X = self._matrix[rows].astype(np.float64)
        X.sum_duplicates()
        indptr, scores = X.indptr.astype(np.int64), np.empty(len(first))
        kernels.normalize(indptr, X.data)
        kernels.sparse_products(indptr, X.indices.astype(np.int32, copy=False), X.data, first, second, scores)
        return scores


class _DenseJoin:
    """Dense rows of length 1."""

    def __init__(self, vectors: Dense, matrix: Any, threshold: float) -> None:
        n, d = vectors.shape
        self._matrix = np.asarray(matrix)
        self._units = np.empty((n, d), np.float32)
        for a in range(0, n, _ROOM):
            self._units[a : a + _ROOM] = directions_of(vectors[a : a + _ROOM])
        self._threshold = np.float32(threshold - (d + 16) * _UNIT)
        self.work = np.concatenate([[0], np.cumsum(np.arange(n, 0, -1) * d // _MULTIPLICATIONS + 1)])

    def candidates(self, begin: int, stop: int) -> Iterator[tuple[Places, Places]]:
        """Yield the pairs that can reach the threshold, of which the first is in a range of rows."""
        from textvec.kernels import duplicates as kernels

        first, second = np.empty(_ROOM, np.int64), np.empty(_ROOM, np.int64)
        for a in range(begin, stop, kernels.TALL):
            column = a
            while column < len(self._units):
                b = min(a + kernels.TALL, stop)
                n, column = kernels.join_dense(self._units, self._threshold, a, b, column, first, second)
                yield first[:n], second[:n]

    def cosines(self, rows: Places, first: Places, second: Places) -> NDArray[np.float64]:
        """Return the exact cosines of pairs of some rows, numbered as in `rows`."""
        from textvec.kernels import duplicates as kernels

        scores = np.empty(len(first))
        kernels.dense_products(directions_of(self._matrix[rows]), first, second, scores)
        return scores


def _prepared(matrix: Any, threshold: float) -> _SparseJoin | _DenseJoin:
    vectors = as_vectors(matrix)
    if isinstance(vectors, Sparse):
        return _SparseJoin(vectors, matrix, threshold)
    return _DenseJoin(vectors, matrix, threshold)


def _over(rows: _SparseJoin | _DenseJoin, first: Places, second: Places, threshold: float) -> Pairs:
    """Return the pairs that do reach the threshold."""
    if not len(first):
        return _NONE
    some, numbers = np.unique(np.concatenate([first, second]), return_inverse=True)
    scores = rows.cosines(some, *np.split(numbers, 2))
    over = scores >= threshold - ROUNDING
    scores[scores >= 1 - ROUNDING] = 1
    return Pairs(first[over], second[over], scores[over])
