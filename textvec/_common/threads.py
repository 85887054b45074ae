"""How many threads to use, and how work is cut among them: ranges of documents or of words, never a process pool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
R = TypeVar("R")

# Tokens or postings. Starting a thread for less work than that costs more than it saves. A wrong number costs time, and
# changes no result.
MIN_PARALLEL_WORK = 100_000


def n_threads(work: int | None = None) -> int:
    """Return the number of threads to use, by scikit-learn's rule, or 1 where the work is small.

    The rule is that of scikit-learn's own OpenMP code: all cores that the process may use, fewer inside a joblib
    worker, under `OMP_NUM_THREADS` or within `threadpoolctl.threadpool_limits`.
    """
    if work is not None and work < MIN_PARALLEL_WORK:
        return 1
    from sklearn.utils._openmp_helpers import _openmp_effective_n_threads  # takes longer than small work

    return int(_openmp_effective_n_threads())


def split(weights: NDArray[np.int64], parts: int) -> list[tuple[int, int]]:
    """Cut items into at most `parts` ranges of about equal weight.

    Parameters
    ----------
    weights : ndarray of int64 of shape (n_items + 1,)
        Running total of the items' weights, such as the offsets of documents.
    parts : int
        How many ranges are wanted; empty ranges are left out.
    """
    n_items = len(weights) - 1
    if parts == 1 or n_items < 2:
        return [(0, n_items)]
    if parts >= n_items:  # goals would take memory for each part, and a user may have asked for any number of threads
        return [(i, i + 1) for i in range(n_items)]
    goals = weights[0] + (weights[-1] - weights[0]) * np.arange(1, parts) // parts
    cuts = [0, *np.searchsorted(weights, goals, side="left").tolist(), n_items]
    return [(a, b) for a, b in pairwise(cuts) if b > a]


def run(function: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """Call the function on each item, a thread each, of which this one is the first; return the results in order."""
    first, *others = items
    if not others:
        return [function(first)]
    with ThreadPoolExecutor(len(others)) as pool:
        results = pool.map(function, others)
        return [function(first), *results]
