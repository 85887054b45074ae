"""Dense rows by inner products; tests/index/test_vector_index.py compares hits with brute force."""

import numpy as np
import pytest

from textvec.index.rows.dense_dot import DenseDotRows


def test_floors_are_kept_to_the_last_bit():
    rng = np.random.default_rng(5)
    vectors, queries = rng.normal(size=(300, 8)).astype(np.float32), 3 * rng.normal(size=(20, 8)).astype(np.float32)
    rows = DenseDotRows.of(vectors)
    _, scores = rows.search(queries, 10, np.zeros(20, np.float32))
    found, _ = rows.search(queries, 10, scores[:, 5])
    assert ((found >= 0).sum(axis=1) == 5).all()
    found, again = rows.search(queries, 10, np.nextafter(scores[:, 5], np.float32(0)))
    assert ((found >= 0).sum(axis=1) == 6).all()
    np.testing.assert_array_equal(again[:, :6], scores[:, :6])


def test_zero_vectors_and_queries_are_never_found():
    rows = DenseDotRows.of(np.zeros((3, 2), np.float32))
    assert (rows.search(np.ones((2, 2), np.float32), 2, np.zeros(2, np.float32))[0] == -1).all()
    rows = DenseDotRows.of(np.ones((3, 2), np.float32))
    found, scores = rows.search(np.zeros((1, 2), np.float32), 2, np.zeros(1, np.float32))
    assert (found == -1).all()
    assert scores.tolist() == [[0, 0]]
    assert rows.search(np.ones((1, 2), np.float32), 1, np.zeros(1, np.float32))[1][0] == pytest.approx([2])


def test_inner_products_that_are_equal_as_they_are_rounded():
    rng = np.random.default_rng(0)
    for one in rng.normal(size=(20, 8)).astype(np.float32):
        vectors = np.tile(one, (400, 1))
        vectors[:, 0] += (6e-8 * rng.integers(0, 40, 400) * abs(one[0])).astype(np.float32)
        queries = (one * rng.random((9, 1))).astype(np.float32)
        rows, scores = DenseDotRows.of(vectors).search(queries, 400, np.zeros(9, np.float32))
        np.testing.assert_array_equal(np.lexsort((rows, -scores)), np.tile(np.arange(400), (9, 1)))
