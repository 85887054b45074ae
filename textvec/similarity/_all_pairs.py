"""All pairs of rows of a matrix whose cosine reaches a threshold: bounds in float32 screen, float64 decides.

Tested in tests/similarity/test_duplicates.py, tests/similarity/test_duplicate_clusters.py and
tests/similarity/test_overlap.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._common.lengths import directions_of
from textvec._common.offsets import offsets_of
from textvec._common.progress import progress
from textvec.encoders.vectors import Dense, Sparse, as_vectors

RowNumbers = NDArray[np.int64]

# A cosine in float64 that misses the threshold, or 1, by no more than this is counted in. It is some thousand times
# what rounding can do to it; if it were smaller, equal documents could be left out.
COSINE_ROUNDING = 1e-12
# The length of what follows the head of a sparse row is below the threshold by this. It was measured on reviews: more
# makes heads, and so postings, longer; less leaves more pairs to look into. The result does not depend on it.
_HEAD_MARGIN = 0.07
# How much a number changes at most when it is rounded to float32, relative to itself. Bounds on rounding are multiples.
_FLOAT32_ROUNDING = 2.0**-24
# How many postings a thread adds up before the progress bar moves and Ctrl-C is heard: less than half a second's work.
_POSTINGS_PER_PIECE = 50_000_000
# How many multiplications of BLAS take about as long as adding up one posting; work is split among threads by it.
_MULTIPLICATIONS_PER_POSTING = 100
# How many pairs, at the least, are found before they are verified, which bounds the memory for them: 4 MB.
_PAIRS_PER_BATCH = 1 << 18


class Pairs(NamedTuple):
    """Pairs of rows and their cosines.

    Attributes
    ----------
    first, second : ndarray of int64 of shape (n_pairs,)
        Numbers of rows; the first is the smaller one.
    scores : ndarray of float64 of shape (n_pairs,)
    """

    first: RowNumbers
    second: RowNumbers
    scores: NDArray[np.float64]


def all_pairs(matrix: Any, threshold: float, n_first: int | None = None) -> Pairs:
    """Find all pairs of rows whose cosine reaches a threshold.

    Parameters
    ----------
    matrix : sparse matrix or array of shape (n_rows, n_columns)
    threshold : float
        Above 0, at most 1.
    n_first : int, optional
        Find only pairs of one of so many rows at the beginning with one of the rows after them.

    Returns
    -------
    Pairs
        Highest score first, equal ones by their row numbers.

    Raises
    ------
    ValueError
        If it is no matrix of finite numbers.
    """
    from textvec._common.blas import one_blas_thread
    from textvec._common.threads import n_threads, run, split

    rows = _prepared(matrix, threshold, n_first)
    total = int(rows.work[-1])
    threads = n_threads(total)
    pieces = split(rows.work, max(threads, -(-total // _POSTINGS_PER_PIECE)))

    def pairs_of(piece: tuple[int, int]) -> list[Pairs]:
        return [_verified(rows, first, second, threshold) for first, second in rows.candidates(*piece)]

    found: list[Pairs] = []
    limit = one_blas_thread() if isinstance(rows, _DenseCandidates) else nullcontext()
    with limit, progress("duplicates", total) as advance:
        for i in range(0, len(pieces), threads):
            for parts in run(pairs_of, pieces[i : i + threads]):
                found += parts
            advance(int(rows.work[pieces[i : i + threads][-1][1]] - rows.work[pieces[i][0]]))
    first, second, scores = (np.concatenate(part) for part in zip(_NONE, *found, strict=True))
    return _ordered(first, second, scores)


def _ordered(first: RowNumbers, second: RowNumbers, scores: NDArray[np.float64]) -> Pairs:
    """Return pairs with the highest score first, equal ones by their row numbers."""
    order = np.lexsort((second, first, -scores))
    return Pairs(first[order], second[order], scores[order])


def connecting_pairs(matrix: Any, threshold: float) -> Pairs:
    """Find pairs that connect the same rows as those of `all_pairs`: of equal rows, only the first is compared.

    So a row that is repeated n times makes n pairs and not n squared. The parameters are those of `all_pairs`.
    """
    if hasattr(matrix, "tocsr"):
        matrix = matrix.tocsr().copy()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        bounds = zip(matrix.indptr, matrix.indptr[1:], strict=False)
        keys = (matrix.indices[a:b].tobytes() + matrix.data[a:b].tobytes() for a, b in bounds)
        is_zero = np.diff(matrix.indptr) == 0
    else:
        matrix = np.ascontiguousarray(matrix)
        keys = (row.tobytes() for row in matrix)
        is_zero = ~matrix.any(axis=1)
    first_with: dict[bytes, int] = {}
    firsts = np.array([first_with.setdefault(key, row) for row, key in enumerate(keys)], np.int64)
    distinct = np.flatnonzero(firsts == np.arange(len(firsts)))
    found = all_pairs(matrix[distinct], threshold)
    repeated = np.flatnonzero((firsts != np.arange(len(firsts))) & ~is_zero)
    first = np.concatenate([firsts[repeated], distinct[found.first]])
    second = np.concatenate([repeated, distinct[found.second]])
    return _ordered(first, second, np.concatenate([np.ones(len(repeated)), found.scores]))


_NONE = Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


class _SparseCandidates:
    """Which pairs of sparse rows can reach the threshold.

    Rows have their rarest columns first, and only the columns of their heads have postings; see the kernels.
    """

    def __init__(self, vectors: Sparse, matrix: Any, threshold: float, n_first: int | None) -> None:
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
        lowered = (
            threshold - (longest + 16) * _FLOAT32_ROUNDING
        )  # Higham (2002), Accuracy and stability of numerical algorithms
        limit = max(lowered - _HEAD_MARGIN, 0.0)

        ends, sizes = np.empty(n, np.int64), np.zeros(vectors.n_columns, np.int64)
        rests = np.empty(len(data), np.float32)
        kernels.heads(indptr=indptr, columns=columns, data=data, limit=limit, ends=ends, rests=rests, sizes=sizes)
        p_ptr = offsets_of(sizes)
        p_rows, p_weights = np.empty(p_ptr[-1], np.int32), np.empty(p_ptr[-1], np.float32)
        after, work = np.empty(len(data), np.int64), np.empty(n, np.int64)
        kernels.invert(
            indptr=indptr, columns=columns, data=data, ends=ends, p_ptr=p_ptr,
            after=after, p_rows=p_rows, p_weights=p_weights, work=work,
        )  # fmt: skip
        if n_first is not None:
            work = work[:n_first]
            kernels.skip_first(indptr=indptr, columns=columns, ends=ends, p_ptr=p_ptr, after=after, work=work)
        self.work = offsets_of(work + 1)
        self._matrix, self._pairs_per_batch = matrix.tocsr(), max(2 * n, _PAIRS_PER_BATCH)
        self._find = partial(
            kernels.sparse_candidates,
            indptr=indptr, columns=columns, data=data, rests=rests, ends=ends, after=after, p_ptr=p_ptr, p_rows=p_rows,
            p_weights=p_weights, threshold=np.float32(lowered), limit=np.float32(limit),
        )  # fmt: skip

    def candidates(self, begin: int, stop: int) -> Iterator[tuple[RowNumbers, RowNumbers]]:
        """Yield the pairs that can reach the threshold, of which the first is in a range of rows."""
        first, second = np.empty(self._pairs_per_batch, np.int64), np.empty(self._pairs_per_batch, np.int64)
        while begin < stop:
            n, begin = self._find(begin=begin, stop=stop, first=first, second=second)
            yield first[:n], second[:n]

    def cosines(self, rows: RowNumbers, first: RowNumbers, second: RowNumbers) -> NDArray[np.float64]:
        """Return the exact cosines of pairs of some rows, numbered as in `rows`."""
        from textvec.kernels import duplicates as kernels

        X = self._matrix[rows].astype(np.float64)
        X.sum_duplicates()
        indptr, scores = X.indptr.astype(np.int64), np.empty(len(first))
        kernels.normalize(indptr=indptr, data=X.data)
        kernels.sparse_products(
            indptr=indptr, columns=X.indices.astype(np.int32, copy=False), data=X.data,
            first=first, second=second, out=scores,
        )  # fmt: skip
        return scores


class _DenseCandidates:
    """Which pairs of dense rows can reach the threshold: rows of length 1 are multiplied by BLAS."""

    def __init__(self, vectors: Dense, matrix: Any, threshold: float, n_first: int | None) -> None:
        n, d = vectors.shape
        self._matrix = np.asarray(matrix)
        self._units = np.empty((n, d), np.float32)
        for a in range(0, n, _PAIRS_PER_BATCH):
            self._units[a : a + _PAIRS_PER_BATCH] = directions_of(vectors[a : a + _PAIRS_PER_BATCH])
        self._threshold = np.float32(threshold - (d + 16) * _FLOAT32_ROUNDING)
        self._n_first = n_first or 0
        n_others = np.arange(n, 0, -1) if n_first is None else np.full(n_first, n - n_first)
        self.work = offsets_of(n_others * d // _MULTIPLICATIONS_PER_POSTING + 1)

    def candidates(self, begin: int, stop: int) -> Iterator[tuple[RowNumbers, RowNumbers]]:
        """Yield the pairs that can reach the threshold, of which the first is in a range of rows."""
        from textvec.kernels import duplicates as kernels

        first, second = np.empty(_PAIRS_PER_BATCH, np.int64), np.empty(_PAIRS_PER_BATCH, np.int64)
        for a in range(begin, stop, kernels.TILE_ROWS):
            column = max(a, self._n_first)
            while column < len(self._units):
                b = min(a + kernels.TILE_ROWS, stop)
                n, column = kernels.dense_candidates(
                    rows=self._units, threshold=self._threshold, begin=a, stop=b, column=column,
                    first=first, second=second,
                )  # fmt: skip
                yield first[:n], second[:n]

    def cosines(self, rows: RowNumbers, first: RowNumbers, second: RowNumbers) -> NDArray[np.float64]:
        """Return the exact cosines of pairs of some rows, numbered as in `rows`."""
        from textvec.kernels import duplicates as kernels

        scores = np.empty(len(first))
        kernels.dense_products(rows=directions_of(self._matrix[rows]), first=first, second=second, out=scores)
        return scores


def _prepared(matrix: Any, threshold: float, n_first: int | None) -> _SparseCandidates | _DenseCandidates:
    vectors = as_vectors(matrix)
    if isinstance(vectors, Sparse):
        return _SparseCandidates(vectors, matrix, threshold, n_first)
    return _DenseCandidates(vectors, matrix, threshold, n_first)


def _verified(
    rows: _SparseCandidates | _DenseCandidates, first: RowNumbers, second: RowNumbers, threshold: float
) -> Pairs:
    """Return those of some pairs whose exact cosine reaches the threshold."""
    if not len(first):
        return _NONE
    some, numbers = np.unique(np.concatenate([first, second]), return_inverse=True)
    scores = rows.cosines(some, *np.split(numbers, 2))
    reached = scores >= threshold - COSINE_ROUNDING
    scores[scores >= 1 - COSINE_ROUNDING] = 1
    return Pairs(first[reached], second[reached], scores[reached])
