"""The NumPy engine of dense search gives the rows and scores of the compiled one, to the last bit."""

import numpy as np
import pytest

from textvec._common import dense_search
from textvec._common.lengths import directions_of
from textvec.index.rows import dense_numpy
from textvec.index.rows.dense import DenseRows
from textvec.index.rows.dense_dot import DenseDotRows


def both(rows, query, k, allowed=None):
    """Return what both engines find for one query."""
    direction = directions_of(query)
    table = rows._table if allowed is None else rows._table.without(allowed == 0)
    return (
        dense_numpy.nearest(rows.arrays["vectors"], rows.arrays["inverses"], direction, k, allowed),
        dense_search.nearest(table, direction[None], k),
    )


@pytest.mark.parametrize("kind", [DenseRows, DenseDotRows])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 50, 257])
def test_bits_are_those_of_the_compiled_engine(kind, size):
    rng = np.random.default_rng(size)
    vectors = (rng.normal(size=(700, size)) * np.exp(rng.normal(size=(700, 1)))).astype(np.float32)
    vectors[::9] = 0
    vectors[100:140] = vectors[60]  # equal rows come in their order
    rows = kind.of(vectors)
    allowed = (rng.random(700) < 0.3).astype(np.uint8)
    for k in (1, 10, 700, 2000):
        for query in (vectors[60], rng.normal(size=size).astype(np.float32), -vectors[3]):
            for mask in (None, allowed):
                for ours, theirs in zip(*both(rows, query, k, mask), strict=True):
                    np.testing.assert_array_equal(ours, theirs)


def test_nothing_is_found_where_there_is_nothing():
    rows = DenseRows.of(np.zeros((3, 2), np.float32))
    assert (both(rows, np.ones(2, np.float32), 2)[0][0] == -1).all()
    rows = DenseRows.of(np.ones((3, 2), np.float32))
    assert (both(rows, np.zeros(2, np.float32), 2)[0][0] == -1).all()
    rows = DenseRows.of(np.array([[0] * 5, [1] * 5], np.float32))
    only_zero = np.array([1, 0], np.uint8)
    for ours, theirs in zip(*both(rows, np.ones(5, np.float32), 2, only_zero), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    empty = DenseRows.of(np.empty((0, 2), np.float32))
    assert both(empty, np.ones(2, np.float32), 2)[0][0].shape == (1, 0)


def test_what_is_too_much_for_it(monkeypatch):
    rows = DenseRows.of(np.array([[1e-25, 0], [1, 1]], np.float32))
    assert both(rows, np.ones(2, np.float32), 2)[0] is None  # products of such numbers leave the range of float32
    rows = DenseRows.of(np.ones((9, 2), np.float32))
    monkeypatch.setattr(dense_numpy, "MAX_NUMBERS", 17)
    assert both(rows, np.ones(2, np.float32), 2)[0] is None
    monkeypatch.undo()
    monkeypatch.setattr(dense_numpy, "MAX_SCORED_ROWS", 8)
    assert both(rows, np.ones(2, np.float32), 2)[0] is None  # all are equally good
