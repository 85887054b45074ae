"""The heap of the best rows that a search has found so far, with the worst of them at its root.

A heap is the first n numbers of two arrays, `rows` and `scores`. The children of the number at i are those at
2 * i + 1 and 2 * i + 2, and none is worse than its parent. Of two rows with equal scores the later one is worse, so
that which rows are kept does not depend on the order in which they come.
"""

from __future__ import annotations

import numba as nb


@nb.njit(inline="always")
def is_worse(score_a, row_a, score_b, row_b):
    """Tell whether row a is worse than row b: it has a smaller score, or the same score and a higher row number."""
    return score_a < score_b or (score_a == score_b and row_a > row_b)


@nb.njit
def replace_worst(rows, scores, n, new_row, new_score):
    """Remove the worst row of a heap of n, and add a row that is not worse."""
    i = 0
    while True:
        child = 2 * i + 1
        if child >= n:
            break
        if child + 1 < n and is_worse(scores[child + 1], rows[child + 1], scores[child], rows[child]):
            child += 1
        if not is_worse(scores[child], rows[child], new_score, new_row):
            break
        scores[i] = scores[child]
        rows[i] = rows[child]
        i = child
    scores[i] = new_score
    rows[i] = new_row


@nb.njit
def sort_best_first(rows, scores):
    """Sort the rows of a heap, the best one first."""
    for n in range(rows.shape[0] - 1, 0, -1):
        last_row, last_score = rows[n], scores[n]
        rows[n], scores[n] = rows[0], scores[0]
        replace_worst(rows, scores, n, last_row, last_score)
