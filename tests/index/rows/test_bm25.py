"""Rows of counts: both engines give the same bits, and bounds hold whatever half-counts a search brings."""

import numpy as np
import pytest
import scipy.sparse as sp

from textvec.encoders.vectors import as_vectors
from textvec.index.rows import sparse_compiled, sparse_numpy
from textvec.index.rows.bm25 import BM25Queries, BM25Rows, lengths_of
from textvec.index.rows.saturation import HalfCount, Saturation

RNG = np.random.default_rng(3)
TABLE = RNG.poisson(0.3, (4000, 90)) * (RNG.random((4000, 90)) < np.linspace(0.02, 1, 90))
TABLE[::50] = 0
COUNTS = as_vectors(sp.csr_array(TABLE.astype(np.float64)), unit=False)
QUERIES = as_vectors(sp.csr_array(RNG.random((12, 90)) * (RNG.random((12, 90)) < 0.1)), unit=False)


@pytest.mark.parametrize("before", [HalfCount(0.4, 0.1), HalfCount(5.0, 2.0), HalfCount(0.0, 0.0), HalfCount(0.01, 0)])
@pytest.mark.parametrize("now", [HalfCount(0.4, 0.1), HalfCount(0.375, 0.0), HalfCount(0.0, 0.3), HalfCount(0.0, 0.0)])
def test_hits_are_those_of_brute_force(before, now):
    rows = BM25Rows.of(COUNTS, before)
    half = now.base + now.slope * TABLE.sum(axis=1)
    with np.errstate(invalid="ignore"):
        weights = np.where(TABLE > 0, TABLE / (TABLE + half[:, None]), 0)
    query = sp.csr_array((QUERIES.data, QUERIES.indices, QUERIES.indptr), (12, 90)).toarray().astype(np.float64)
    expected = query @ weights.T
    found, scores = rows.search(BM25Queries(QUERIES, now), 15, np.zeros(12, np.float32))
    best = -np.sort(-expected, axis=1)[:, :15]
    assert scores == pytest.approx(best, rel=2e-7)
    own = np.take_along_axis(expected, np.maximum(found, 0), axis=1)
    assert own[found >= 0] == pytest.approx(scores[found >= 0], rel=2e-7)


def test_both_engines_give_the_same_bits():
    rows = BM25Rows.of(COUNTS, HalfCount(0.4, 0.1))
    now = HalfCount(0.4, 0.05)
    saturation = Saturation(rows.lengths, *now, now.slack_of(rows.half_count))
    allowed = (RNG.random(4000) < 0.4).astype(np.uint8)
    for q in range(12):
        query = QUERIES.take(np.array([q]))
        for mask in (None, allowed):
            arguments = rows.vectors, rows.postings, query, 9, np.zeros(1, np.float32), mask, saturation
            one, other = sparse_numpy.search(*arguments), sparse_compiled.search(*arguments)
            assert one is not None
            for left, right in zip(one, other, strict=True):
                np.testing.assert_array_equal(left, right)


def test_lengths_and_frequencies():
    rows = BM25Rows.of(COUNTS, HalfCount(1.0, 0.0))
    np.testing.assert_array_equal(lengths_of(COUNTS), TABLE.sum(axis=1))
    assert rows.total_length == TABLE.sum()
    np.testing.assert_array_equal(rows.document_frequencies(np.arange(90)), (TABLE > 0).sum(axis=0))
    assert rows.document_frequencies(np.array([90, 2000])).tolist() == [0, 0]
    empty = BM25Rows.of(as_vectors(sp.csr_array((3, 4)), unit=False))
    assert empty.document_frequencies(np.arange(4)).tolist() == [0] * 4


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("row_lengths", np.zeros(3)),
        ("total_length", np.array([np.nan])),
        ("total_length", np.zeros(2)),
        ("half_count", np.array([-1.0, 0])),
        ("half_count", np.array([np.inf, 0])),
        ("document_frequencies", np.zeros(3, np.int64)),
        ("document_frequencies", None),
    ],
)
def test_arrays_that_do_not_fit(name, wrong):
    arrays = BM25Rows.of(COUNTS).arrays
    BM25Rows.from_arrays(arrays)
    del arrays[name]
    with pytest.raises(ValueError, match=name):
        BM25Rows.from_arrays(arrays if wrong is None else {**arrays, name: wrong})


def test_how_much_a_weight_can_grow():
    for now, before in [((0.4, 0.1), (0.8, 0.1)), ((0.4, 0.1), (0.2, 0.7)), ((1.0, 0.0), (0.5, 0.0))]:
        slack = HalfCount(*now).slack_of(HalfCount(*before))
        lengths, counts = np.meshgrid(np.geomspace(1, 1e6, 50), np.geomspace(0.1, 1e3, 50))
        ratios = (counts + before[0] + before[1] * lengths) / (counts + now[0] + now[1] * lengths)
        assert ratios.max() <= slack
    assert HalfCount(0.0, 0.0).slack_of(HalfCount(0.1, 0.0)) > 1e30
