"""What says that a package is missing says how to install it, and who needs it."""

import sys

import pytest

from support.compared import four_pairs
from textvec import CosineIndex, OneHotVectorizer
from textvec._common.optional import import_pandas
from textvec.similarity import find_duplicates, similarity_matrix

INDEX = CosineIndex().fit(["red sea", "blue sea"])
NEED_PANDAS = {
    "Comparison.to_pandas": four_pairs().to_pandas,
    "SearchResults.to_pandas": INDEX.search(["sea"]).to_pandas,
    "Explanation.to_pandas": INDEX.explain("sea", 0).to_pandas,
    "Duplicates.to_pandas": find_duplicates(["red sea", "red sea"]).to_pandas,
    "SimilarityMatrix.to_pandas": similarity_matrix(["red sea", "blue sea"]).to_pandas,
    "set_output(transform='pandas_sparse')": lambda: OneHotVectorizer().set_output(transform="pandas_sparse"),
}


@pytest.mark.parametrize("caller", NEED_PANDAS)
def test_without_pandas(caller, monkeypatch):
    NEED_PANDAS[caller]()
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError) as error:
        NEED_PANDAS[caller]()
    assert str(error.value) == f"{caller} needs pandas. Install it with: pip install pandas"


def test_pandas_itself():
    assert import_pandas("this test") is sys.modules["pandas"]
