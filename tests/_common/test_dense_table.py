"""Tables of dense vectors: the precision of their codes, and tables of some of their rows."""

import numpy as np
import pytest

from textvec._common import dense_search, dense_table
from textvec._common.lengths import directions_of


def table_of(vectors):
    return dense_table.DenseTable.of(vectors, dense_table.lengths_of(vectors))


@pytest.fixture(scope="module")
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("size", [1, 5, 64, 65, 130])
def test_codes_are_within_half_a_step(rng, size):
    vectors = (rng.normal(size=(2000, size)) * 10.0 ** rng.integers(-20, 20, size=(2000, 1)) + 3).astype(np.float32)
    vectors[::50] = 0
    table = table_of(vectors)
    assert table.codes.shape == (2000, -(-size // 64) * 64)
    assert not table.codes[:, size:].any()
    assert np.isnan(table.steps[::50]).all()
    assert not table.codes[::50].any()
    kept = np.flatnonzero(~np.isnan(table.inverses))
    rounded = table.center + table.steps[kept, None] * table.codes[kept, :size].astype(np.float64)
    off = np.abs(directions_of(vectors[kept]) - rounded) / table.steps[kept, None]
    assert off.max() <= 0.5 + 1e-6


def test_the_first_rows_and_some_rows(rng):
    vectors = rng.normal(size=(3000, 20)).astype(np.float32)
    queries = directions_of(rng.normal(size=(3, 20)))
    table = table_of(vectors)
    of_first, _ = dense_search.nearest(table.first(1000), queries, 5)
    np.testing.assert_array_equal(of_first, dense_search.nearest(table_of(vectors[:1000]), queries, 5)[0])
    some = np.arange(7, 3000, 3)
    rows, scores = dense_search.nearest(table.take(some), queries, 5)
    found, of_found = dense_search.nearest(table.without(~np.isin(np.arange(3000), some)), queries, 5)
    np.testing.assert_array_equal(some[rows], found)
    np.testing.assert_array_equal(scores, of_found)
