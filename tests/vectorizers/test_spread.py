"""Vectorizers notice a collection of Dask's: they learn from it, and transform it, where it lies."""

import pickle

import numpy as np
import pytest
import scipy.sparse as sp

from support.part_folders import assert_same
from textvec import CountVectorizer, HashingVectorizer, OneHotVectorizer, TfidfVectorizer
from textvec.datasets import load_reviews

dd = pytest.importorskip("dask.dataframe", reason="needs Dask: pip install 'textvec-kit[dask]'")
import pandas as pd  # noqa: E402

TEXTS = load_reviews().data[:60]


@pytest.fixture(scope="module")
def column():
    return dd.from_pandas(pd.Series(TEXTS, name="text"), npartitions=5)


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
@pytest.mark.parametrize("make", [CountVectorizer, TfidfVectorizer, OneHotVectorizer])
def test_fit(make, scheduler, column, request):
    fitted, expected = make(min_df=2, max_features=50), make(min_df=2, max_features=50).fit(TEXTS)
    if scheduler == "threads":
        assert fitted.fit(column) is fitted
    else:
        with request.getfixturevalue("dask_client").as_current():
            fitted.fit(column.to_frame())
    assert fitted.get_feature_names_out().tolist() == expected.get_feature_names_out().tolist()
    assert_same(fitted.transform(TEXTS), expected.transform(TEXTS))
    assert_same(pickle.loads(pickle.dumps(fitted)).transform(TEXTS), expected.transform(TEXTS))


@pytest.mark.parametrize("make", [CountVectorizer, TfidfVectorizer, OneHotVectorizer, HashingVectorizer])
def test_fit_transform_and_transform(make, column):
    vectorizer = make()
    expected = make().fit_transform(TEXTS)
    for X in (vectorizer.fit_transform(column), vectorizer.transform(column)):
        assert X.numblocks == (5, 1)
        blocks = [block.compute() for block in X.blocks]
        assert_same(sp.vstack(blocks, format="csr"), expected)
        assert X.shape[1] == expected.shape[1]


def test_the_array_goes_on_in_dask(column):
    X = TfidfVectorizer().fit_transform(column)
    dense = X.map_blocks(lambda rows: rows.toarray(), dtype=X.dtype, meta=np.empty((0, 0)))
    assert (dense**2).sum(axis=1).compute() == pytest.approx(np.ones(len(TEXTS)))


def test_an_error_in_a_part_leaves_a_vectorizer_as_it_was():
    vectorizer = CountVectorizer().fit(["known"])
    with pytest.raises(ValueError, match="missing"):
        vectorizer.fit(dd.from_pandas(pd.Series(["a text", None, "another"], name="text"), npartitions=2))
    assert vectorizer.get_feature_names_out().tolist() == ["known"]


def test_what_workers_cannot_do_is_refused(column):
    hashing = HashingVectorizer(keep_names=True)
    for method in (hashing.fit, hashing.transform, hashing.fit_transform):
        with pytest.raises(ValueError, match="Set keep_names=False"):
            method(column)
    tables = CountVectorizer().fit(TEXTS).set_output(transform="pandas_sparse")
    with pytest.raises(TypeError, match="makes no tables of documents that lie in pieces"):
        tables.transform(column)
