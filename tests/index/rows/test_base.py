"""The registry of backends: every class in it keeps the promises of `Rows`."""

import numpy as np
import pytest
import scipy.sparse as sp

from textvec import CosineIndex
from textvec.encoders.vectors import as_vectors
from textvec.index.rows.base import BACKENDS, backend_class, backend_for
from textvec.index.rows.bm25 import BM25Queries
from textvec.index.rows.saturation import HalfCount

TABLE = np.random.default_rng(0).random((30, 6)).astype(np.float32)
TABLE /= np.linalg.norm(TABLE, axis=1, keepdims=True)
SPARSE = as_vectors(sp.csr_array(TABLE))
VECTORS = {name: SPARSE if backend.is_sparse else TABLE for name, backend in BACKENDS.items()}


def asking(rows, numbers):
    """Return rows as queries, whose own score is the highest, and 1."""
    vectors = rows.take(numbers)
    if rows.backend != "bm25":
        return vectors
    # With half-counts far above the counts, scores are about counts times weights, divided by the half-count.
    return BM25Queries(vectors._replace(data=vectors.data * np.float32(1e6)), HalfCount(1e6, 0.0))


@pytest.mark.parametrize("name", [name for name in BACKENDS if "+" not in name])  # those are in test_hybrid.py
def test_every_backend_finds_its_own_vectors_again_also_from_its_arrays(name):
    rows = backend_class(name).of(VECTORS[name])
    assert (rows.backend, len(rows)) == (name, 30)
    asked = np.array([3, 17])
    for each in (rows, backend_class(name).from_arrays(rows.arrays)):
        found, scores = each.search(asking(each, asked), 1, np.zeros(2, np.float32))
        assert found.ravel().tolist() == asked.tolist()
        assert scores.ravel() == pytest.approx(1, abs=2e-6)
        allowed = np.ones(30, np.uint8)
        allowed[3] = 0
        assert each.search(asking(each, asked), 1, np.zeros(2, np.float32), allowed)[0][0, 0] != 3
    with pytest.raises(ValueError):  # noqa: PT011  (each has words of its own)
        backend_class(name).from_arrays({})


@pytest.mark.parametrize(("approximate", "name"), [(False, "dense"), (True, "hnsw")])
def test_which_backend_an_index_has(approximate, name, tmp_path):
    assert backend_for(TABLE, "cosine", approximate) == name
    assert backend_for(SPARSE, "cosine", approximate) == "sparse"
    assert backend_for(SPARSE, "dot", approximate) == "sparse_dot"
    index = CosineIndex("precomputed", approximate=approximate).fit(TABLE)
    assert index.info()["vectors"] == backend_class(name).summary
    index.save(tmp_path / "index")
    assert CosineIndex.open(tmp_path / "index").approximate == approximate


def test_there_is_no_other():
    with pytest.raises(ValueError, match=r"no kind of vectors 'os\.system'; there are sparse, dense, hnsw, sparse_dot"):
        backend_class("os.system")
