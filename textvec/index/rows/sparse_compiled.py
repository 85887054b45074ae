"""The compiled engine of sparse search: any number of queries, in threads.

Tested in tests/index/rows/test_sparse_numpy.py.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from textvec._common.threads import n_threads, run
from textvec.encoders.vectors import Sparse
from textvec.index.rows.postings import Postings, corrupt_vectors
from textvec.index.rows.saturation import NO_SATURATION, Saturation
from textvec.kernels import search as kernels

LEVELS_PER_UNIT_OF_WORK = 256
"""How many levels are added up in the time of one unit of `n_threads`, a token: SIMD takes many at a time."""


def search(
    vectors: Sparse,
    postings: Postings,
    queries: Sparse,
    k: int,
    floor: NDArray[np.float32],
    allowed: NDArray[np.uint8] | None,
    saturation: Saturation = NO_SATURATION,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Find the k rows with the highest products for each query, see `SparseRows.search`.

    Threads share the queries or, where there are fewer of these than threads, the rows.
    """
    n, n_rows = queries.n_vectors, vectors.n_vectors
    threads = n_threads(len(queries.indices) * n_rows // LEVELS_PER_UNIT_OF_WORK)
    by_query = n >= threads
    n_ranges = threads if by_query else min(threads, n_rows // kernels.ROWS_PER_PART + 1)
    cuts = [i * (n if by_query else n_rows) // n_ranges for i in range(n_ranges + 1)]
    n_lists = 1 if by_query else n_ranges
    rows, scores = np.empty((n_lists, n, k), np.int64), np.empty((n_lists, n, k), np.float32)
    rows.fill(-1)
    scores[:] = floor[:, None]
    mask = np.empty(0, np.uint8) if allowed is None else allowed

    def search_range(i: int) -> int:
        first, last, low, high = (*cuts[i : i + 2], 0, n_rows) if by_query else (0, n, *cuts[i : i + 2])
        out = 0 if by_query else i
        corrupt: int = kernels.search(
            q_ptr=queries.indptr, q_terms=queries.indices, q_weights=queries.data, first=first, last=last,
            indptr=vectors.indptr, columns=vectors.indices, weights=vectors.data,
            lengths=saturation.lengths, half_base=saturation.base, half_slope=saturation.slope, slack=saturation.slack,
            used=postings.columns, steps=postings.steps,
            p_ptr=postings.posting_starts, p_rows=postings.posting_rows, p_levels=postings.posting_levels,
            frequent=postings.frequent, table=postings.frequent_levels,
            allowed=mask, low=low, high=high, ids=rows[out], scores=scores[out],
        )  # fmt: skip
        return corrupt

    if any(run(search_range, range(n_ranges))):
        raise corrupt_vectors()
    if n != 1 or n_lists > 1 or rows[0, 0, -1] < 0:  # of one query, those that are missing come last
        scores[rows < 0] = 0
    if by_query:
        return rows[0], scores[0]
    rows, scores = (np.concatenate(list(lists), axis=1) for lists in (rows, scores))
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]  # the lists are in the order of rows
    return np.take_along_axis(rows, best, axis=1), np.take_along_axis(scores, best, axis=1)
