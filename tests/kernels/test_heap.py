"""The heap of the best rows against a sort of all of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textvec.kernels.heap import is_worse, replace_worst, sort_best_first


def kept(scores, k):
    """Return the k best rows and their scores, as kernels find them: -1 and 0 where there are fewer."""
    rows, best = np.full(k, -1), np.zeros(k, np.float32)
    for row, score in scores:
        if is_worse(best[0], rows[0], score, row):
            replace_worst(rows, best, k, row, score)
        parents = (np.arange(1, k) - 1) // 2
        children = zip(best[1:], rows[1:], best[parents], rows[parents], strict=True)
        assert not any(is_worse(*child_and_parent) for child_and_parent in children)
    sort_best_first(rows, best)
    return rows, best


@given(st.lists(st.sampled_from([0.5, 1, 2, 3]) | st.floats(0.125, 9, width=32), max_size=40), st.integers(1, 12))
@settings(deadline=None)  # the first call compiles
def test_the_best_are_kept_in_whatever_order_they_come(scores, k):
    scores = np.array(scores, np.float32)
    order = np.argsort(-scores, kind="stable")[:k]
    n_missing = k - len(order)
    for order_of_arrival in (np.arange(len(scores)), np.random.default_rng(0).permutation(len(scores)), order[::-1]):
        rows, best = kept([(row, scores[row]) for row in order_of_arrival], k)
        np.testing.assert_array_equal(rows, np.append(order, [-1] * n_missing))
        np.testing.assert_array_equal(best, np.append(scores[order], [0] * n_missing))


@pytest.mark.parametrize(
    ("a", "b", "worse"),
    [((1, 5), (2, 3), True), ((2, 3), (1, 5), False), ((1, 5), (1, 3), True), ((1, 3), (1, 5), False)],
)
def test_of_equal_scores_the_later_row_is_worse(a, b, worse):
    assert is_worse(*a, *b) == worse


def test_no_more_than_n_rows_are_touched():
    rows, scores = np.array([4, 5, 6, 7]), np.array([1.0, 2.0, 3.0, 0.0], np.float32)
    replace_worst(rows, scores, 3, 9, 2.5)
    assert (rows.tolist(), scores.tolist()) == ([5, 9, 6, 7], [2, 2.5, 3, 0])
