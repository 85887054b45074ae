"""Approximate search against the exact one: the same scores, and nearly all of the same rows."""

import subprocess
import sys

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from textvec.index.rows import hnsw
from textvec.index.rows.dense import DenseRows
from textvec.index.rows.hnsw import HnswRows


def no_floor(queries):
    return np.zeros(len(queries), np.float32)


def recall(found_rows, exact):
    """Return the share of rows of the exact search that were found."""
    found = sum(len((set(a) & set(b)) - {-1}) for a, b in zip(found_rows.tolist(), exact.tolist(), strict=True))
    return found / (exact >= 0).sum()


@pytest.fixture(scope="module")
def vectors():
    """Rows around some centers, far from the origin, of very different lengths; some are zero."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(100, 40))[rng.integers(0, 100, 9000)] + 0.5 * rng.normal(size=(9000, 40)) + 1
    vectors[::90] = 0
    return (vectors * 10.0 ** rng.integers(-25, 25, size=(9000, 1))).astype(np.float32)


@pytest.fixture(scope="module")
def queries(vectors):
    asked = vectors[1:9000:101].astype(np.float64)
    asked += (
        0.3 * np.linalg.norm(asked, axis=1, keepdims=True) / 40**0.5 * np.random.default_rng(1).normal(size=asked.shape)
    )
    asked[7] = 0
    return asked.astype(np.float32)


@pytest.fixture(scope="module")
def rows(vectors):
    """Rows that have a graph though they are few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hnsw, "_MAX_ROWS_WITHOUT_GRAPH", 100)
        return HnswRows.of(vectors)


@pytest.fixture
def without_exact_search(monkeypatch):
    """Make the exact search fail."""
    monkeypatch.setattr(DenseRows, "_nearest", None)


@pytest.mark.usefixtures("without_exact_search")
def test_nearly_all_of_the_nearest_with_their_exact_scores(rows, queries, vectors):
    found_rows, scores = rows.search(queries, 10, no_floor(queries))
    units = vectors / np.maximum(np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True), 1e-300)
    cosines = queries / np.maximum(np.linalg.norm(queries.astype(np.float64), axis=1, keepdims=True), 1e-300) @ units.T
    exact = np.argsort(-cosines, axis=1, kind="stable")[:, :10]
    exact[7] = -1
    assert recall(found_rows, exact) > 0.95
    assert (found_rows[7] == -1).all()
    found = found_rows >= 0
    np.testing.assert_allclose(scores[found], np.take_along_axis(cosines, found_rows, axis=1)[found], atol=1e-6)
    assert (np.diff(scores, axis=1) <= 0).all()


def test_scores_are_those_of_the_exact_search(rows, queries, vectors):
    exact, numbers = DenseRows.of(vectors).search(queries, 200, no_floor(queries))
    found_rows, scores = rows.search(queries, 10, no_floor(queries))
    for q in range(len(queries)):
        score_of = dict(zip(exact[q].tolist(), numbers[q].tolist(), strict=True))
        assert all(score_of[p] == s for p, s in zip(found_rows[q].tolist(), scores[q].tolist(), strict=True) if p >= 0)


@pytest.mark.parametrize("share", [0, 0.001, 0.05, 0.3, 0.9])
def test_allowed(rows, queries, vectors, share):
    allowed = (np.random.default_rng(2).random(len(vectors)) < share).astype(np.uint8)
    found_rows, _ = rows.search(queries, 10, no_floor(queries), allowed)
    exact, _ = DenseRows.of(vectors).search(queries, 10, no_floor(queries), allowed)
    assert allowed[found_rows[found_rows >= 0]].all()
    assert ((found_rows >= 0).sum(axis=1) == (exact >= 0).sum(axis=1)).all()
    assert not (exact >= 0).any() or recall(found_rows, exact) > 0.95


def test_rows_that_are_allowed_but_far_from_the_query_are_found(rows, queries, vectors):
    exact = DenseRows.of(vectors)
    near, _ = exact.search(queries[:1], 3000, no_floor(queries[:1]))
    allowed = np.ones(len(vectors), np.uint8)
    allowed[near[near >= 0]] = 0
    expected, _ = exact.search(queries[:1], 10, no_floor(queries[:1]), allowed)
    found_rows, _ = rows.search(queries[:1], 10, no_floor(queries[:1]), allowed)
    np.testing.assert_array_equal(found_rows, expected)
    assert (found_rows >= 0).all()


def test_floor_and_many_wanted(rows, queries, vectors):
    exact, scores = DenseRows.of(vectors).search(queries, 4000, no_floor(queries))
    found_rows, numbers = rows.search(queries, 4000, no_floor(queries))
    np.testing.assert_array_equal(found_rows, exact)
    np.testing.assert_array_equal(numbers, scores)
    floor = scores[:, 3].copy()
    above, _ = rows.search(queries, 10, floor)
    assert set((above >= 0).sum(axis=1)) <= {0, 1, 2, 3}


def test_saved_arrays_are_searched_from_memory_maps(rows, queries, tmp_path):
    for name, array in rows.arrays.items():
        np.save(tmp_path / name, array)
    opened = HnswRows.from_arrays({name: np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in rows.arrays})
    for mine, its in zip(*(r.search(queries, 10, no_floor(queries)) for r in (rows, opened)), strict=True):
        np.testing.assert_array_equal(mine, its)


def test_one_thread_builds_the_same_graph_again(vectors, monkeypatch):
    monkeypatch.setattr(hnsw, "_MAX_ROWS_WITHOUT_GRAPH", 100)
    with threadpool_limits(1):
        first, again = (HnswRows.of(vectors[:3000]).arrays["graph"] for _ in range(2))
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("n", [0, 1, 300])
def test_few_rows_have_no_graph_and_are_searched_exactly(vectors, queries, n):
    rows = HnswRows.of(vectors[:n])
    assert len(rows.arrays["graph"]) == 0
    opened = HnswRows.from_arrays(rows.arrays)
    for mine, its in zip(
        opened.search(queries, 10, no_floor(queries)),
        DenseRows.of(vectors[:n]).search(queries, 10, no_floor(queries)),
        strict=True,
    ):
        np.testing.assert_array_equal(mine, its)


def test_zero_rows_are_not_in_the_graph(monkeypatch):
    monkeypatch.setattr(hnsw, "_MAX_ROWS_WITHOUT_GRAPH", 100)
    vectors = np.zeros((3000, 5), np.float32)
    asked = np.ones((2, 5), np.float32)
    assert (HnswRows.of(vectors).search(asked, 3, no_floor(asked))[0] == -1).all()
    vectors[0], vectors[1000] = 1, 2
    found_rows, scores = HnswRows.of(vectors).search(asked, 3, no_floor(asked))
    assert found_rows.tolist() == [[0, 1000, -1]] * 2
    np.testing.assert_allclose(scores, [[1, 1, 0]] * 2)


@pytest.mark.parametrize("damage", ["missing", "truncated", "changed", "of other dimensions"])
def test_a_damaged_graph_is_refused(rows, vectors, queries, damage, monkeypatch):
    arrays = dict(rows.arrays)
    if damage == "missing":
        del arrays["graph"]
    elif damage == "truncated":
        arrays["graph"] = arrays["graph"][:-100]
    elif damage == "changed":
        arrays["graph"] = arrays["graph"].copy()
        arrays["graph"][len(arrays["graph"]) // 2] ^= 1
    else:
        monkeypatch.setattr(hnsw, "_MAX_ROWS_WITHOUT_GRAPH", 100)
        other = HnswRows.of(np.ascontiguousarray(vectors[:500, :30])).arrays
        arrays |= {name: other[name] for name in ("graph", "graph_checksum")}
    with pytest.raises(ValueError, match="'graph' of dense vectors"):
        HnswRows.from_arrays(arrays).search(queries, 10, no_floor(queries))


def test_without_usearch(vectors, monkeypatch):
    monkeypatch.setitem(sys.modules, "usearch.index", None)
    with pytest.raises(ImportError, match=r'pip install "textvec-kit\[approximate\]"'):
        HnswRows.of(vectors)


def test_a_bar_where_somebody_watches(vectors, monkeypatch, capsys):
    monkeypatch.setattr(hnsw, "_MAX_ROWS_WITHOUT_GRAPH", 100)
    HnswRows.of(vectors[:500])
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    HnswRows.of(vectors[:500])
    assert "graph" in capsys.readouterr().err


def test_the_import_is_light():
    heavy = {"sklearn", "scipy", "numba", "usearch", "rich"}
    code = f"import sys, textvec.index.rows.hnsw; print(*{heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
