"""Any index is opened as what it is."""

import numpy as np
import pytest

from textvec import BM25Index, CosineIndex, VectorIndex, open_index


@pytest.mark.parametrize(
    "index",
    [CosineIndex(), BM25Index(), BM25Index(statistics="frozen", k1=2.0), VectorIndex(metric="cosine")],
    ids=["cosine", "bm25", "frozen", "vectors"],
)
def test_an_index_of_texts_comes_back(index, tmp_path):
    index.fit(["red apple", "green pear"]).save(tmp_path / "index")
    opened = open_index(tmp_path / "index", verify=True)
    assert type(opened) is (CosineIndex if type(index) is VectorIndex else type(index))
    assert opened.search(["pear"])[0] == index.search(["pear"])[0]
    params = {"k1", "b", "method", "delta", "statistics"} & opened.get_params().keys()
    assert {name: getattr(opened, name) for name in params} == {name: getattr(index, name) for name in params}


def test_an_index_of_rows_comes_back(tmp_path):
    VectorIndex("precomputed", metric="dot").fit(2 * np.eye(3)).save(tmp_path / "index")
    opened = open_index(tmp_path / "index")
    assert (type(opened), opened.metric, opened.encoder) == (VectorIndex, "dot", "precomputed")
    assert opened.search([[0, 3, 0]])[0][0].score == 6
    with pytest.raises(ValueError, match="scores by inner products, and is no CosineIndex"):
        CosineIndex.open(tmp_path / "index")


def test_where_there_is_none(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        open_index(tmp_path / "index")
