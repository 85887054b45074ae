"""What a process does for its first queries: which engine searches, and what is not imported."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sp

from textvec import BM25Index, CosineIndex, CountVectorizer, EmbeddingVectorizer, VectorIndex, WordVectors
from textvec.encoders.vectors import as_vectors
from textvec.index import _cold_start
from textvec.index.rows import sparse_compiled  # noqa: F401  (loads compiled code)
from textvec.index.rows.sparse import SparseRows


@pytest.mark.parametrize(
    "index",
    [
        CosineIndex(),
        BM25Index(),
        BM25Index(statistics="frozen"),
        VectorIndex(CountVectorizer(), metric="dot"),
        CosineIndex(EmbeddingVectorizer(WordVectors(["red", "sea"], np.eye(2)))),
    ],
    ids=["cosine", "live", "frozen", "dot", "dense"],
)
def test_the_first_searches_of_a_process_do_without_compiled_code(index, tmp_path):
    index.fit(["red apple", "sea"] * 3).save(tmp_path / "index")
    code = f"""
import sys
from textvec import open_index
index = open_index(sys.argv[1])
assert index.knows("red")
assert not {{"sklearn", "scipy", "pandas"}} & set(sys.modules), "a query has no time for these"
for n in range({_cold_start.MAX_NUMPY_SEARCHES} + 2):
    print(len(index.search(["red"])[0]), "numba" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "index")], capture_output=True, text=True)
    n = _cold_start.MAX_NUMPY_SEARCHES
    assert done.stdout.split("\n") == ["3 False"] * n + ["3 True"] * 2 + [""], done.stderr
    code = "import sys; from textvec import open_index; open_index(sys.argv[1]).search(['a', 'b']); "
    code += "print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "index")], capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr


def test_asking_changes_nothing(monkeypatch):
    monkeypatch.setattr(_cold_start, "_COMPILER", "not loaded")
    monkeypatch.setattr(_cold_start, "_n_searches", 0)
    assert all(_cold_start.prefers_numpy(1) for _ in range(100))
    assert not _cold_start.prefers_numpy(2)
    for _ in range(_cold_start.MAX_NUMPY_SEARCHES):
        assert _cold_start.prefers_numpy(1)
        _cold_start.count_search(100)
    assert not _cold_start.prefers_numpy(1)


def test_searches_of_many_rows_are_soon_done_by_compiled_code(monkeypatch):
    monkeypatch.setattr(_cold_start, "_COMPILER", "not loaded")
    monkeypatch.setattr(_cold_start, "_n_searches", 0)
    _cold_start.count_search((_cold_start.MAX_NUMPY_SEARCHES - 1) * _cold_start.ROWS_PER_SEARCH)
    assert _cold_start.prefers_numpy(1)
    _cold_start.count_search(0)
    assert not _cold_start.prefers_numpy(1)


def test_queries_for_which_the_encoder_is_not_worth_loading():
    assert _cold_start.prefers_query_encoder(["red", "sea"])
    assert not _cold_start.prefers_query_encoder(["x" * (_cold_start.MAX_QUERY_CHARACTERS + 1)])
    for others in (np.array(["red"]), ("red",), [["red"]], [], [None]):
        assert not _cold_start.prefers_query_encoder(others)


def test_compiled_code_is_used_where_it_is_loaded(monkeypatch):
    rows = SparseRows.of(as_vectors(sp.csr_array(np.eye(5))))
    monkeypatch.setattr(_cold_start, "_n_searches", 0)
    monkeypatch.setitem(sys.modules, "textvec.index.rows.sparse_numpy", None)
    assert rows.search(rows.take(np.array([2])), 1, np.zeros(1, np.float32))[0].tolist() == [[2]]
