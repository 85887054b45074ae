"""Ids: those that are given, and the labels of pandas, which are never taken for positions."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from textvec import CosineIndex
from textvec.index._ids import written_id
from textvec.similarity import find_duplicates

TEXTS = ["red apple pie", "green apple", "red apple pie", "blue sea"]
INDEXES = {
    "numbers": [10, 20, 30, 40],
    "another order": [3, 0, 2, 1],
    "negative": [-1, 5, -7, 0],
    "strings": list("wxyz"),
    "range": pd.RangeIndex(5, 25, 5),
    "small": np.array([9, 8, 7, 6], np.uint8),
    "categories": pd.CategoricalIndex(list("wxyz")),
}
REFUSED = {
    "several levels": pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1), ("b", 2)]),
    "repeated": [1, 1, 2, 3],
    "dates": pd.date_range("2026-01-01", periods=4),
    "decimals": [0.0, 1.0, 2.0, 3.0],
    "mixed": [1, "a", 2, "b"],
    "missing": ["a", None, "b", "c"],
    "booleans": pd.Index([True, False, True, False]),
    "large": np.array([2**64 - 1, 1, 2, 3], np.uint64),
}


def forms(index):
    """Return documents with an index of pandas."""
    return [
        pd.Series(TEXTS, index=index),
        pd.DataFrame({"text": TEXTS}, index=index),
        pd.Series(TEXTS, index, "string"),
    ]


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_labels_become_the_ids(index):
    for documents in forms(index):
        labels = documents.index.tolist()
        texts = dict(zip(labels, TEXTS, strict=True))
        found = CosineIndex().fit(documents)
        assert list(found) == sorted(labels)
        assert {hit.id: hit.document for hit in found.search(["apple sea"])[0]} == texts
        duplicates = find_duplicates(documents)
        assert list(duplicates) == [(labels[0], labels[2], 1.0)]
        assert duplicates.clusters == [[labels[0], labels[2]]]
        assert documents.loc[duplicates.unique].index.tolist() == [labels[0], labels[1], labels[3]]
        given = CosineIndex().fit(documents, ids=["a", "b", "c", "d"])
        assert list(given) == ["a", "b", "c", "d"]
        assert find_duplicates(documents, ids=["a", "b", "c", "d"]).unique.tolist() == [0, 1, 3]


@pytest.mark.parametrize("index", REFUSED.values(), ids=REFUSED)
def test_labels_that_cannot_be_ids_are_refused_with_both_ways_out(index):
    fitted = CosineIndex().fit(["sea"])
    for documents in forms(index):
        for use in (
            CosineIndex().fit,
            fitted.add,
            fitted.update,
            find_duplicates,
            lambda matrix: CosineIndex("precomputed").fit(pd.DataFrame(np.eye(4), matrix.index)),
        ):
            with pytest.raises(ValueError, match=r"cannot be: .*ids=\[\.\.\.\].*reset_index\(drop=True\)"):
                use(documents)
        assert list(CosineIndex().fit(documents, ids="abcd")) == list("abcd")
        assert list(CosineIndex().fit(documents.reset_index(drop=True))) == [0, 1, 2, 3]
        assert find_duplicates(documents.reset_index(drop=True)).unique.tolist() == [0, 1, 3]
    assert list(fitted) == [0]


@pytest.mark.parametrize(
    "documents",
    [
        pd.Series(TEXTS),
        pd.Series(TEXTS, np.arange(4, dtype=np.int8)),
        pl.Series(TEXTS),
        np.array(TEXTS),
        pd.Index(TEXTS),
    ],
)
def test_labels_that_are_positions(documents):
    assert list(CosineIndex().fit(documents).add(documents)) == list(range(8))
    assert find_duplicates(documents).unique.tolist() == [0, 1, 3]


def test_labels_of_what_is_added_and_replaced():
    index = CosineIndex().fit(pd.Series(TEXTS, [10, 20, 30, 40]))
    index.add(pd.Series(["red sea", "green sea"], [7, 50]))
    assert list(index) == [7, 10, 20, 30, 40, 50]
    with pytest.raises(ValueError, match="There is a document with the id 7 already"):
        index.add(pd.Series(["red sea"], [7]))
    index.update(pd.Series(["an apple"], [20]))
    assert index[20].document == "an apple"
    for documents in (["a pie"], pd.Series(["a pie"])):
        with pytest.raises(ValueError, match=r"need the ids of these: update\(documents, ids="):
            index.update(documents)
    assert list(index.add(["sea"])) == [7, 10, 20, 30, 40, 50, 51]
    with pytest.raises(ValueError, match="an id is of type int64, but here it is of type large_string"):
        index.add(pd.Series(["sea"], ["x"]))


def test_rows_that_do_not_belong_together_are_not_put_together():
    table = pd.DataFrame({"text": TEXTS, "n": [0, 1, 2, 3], "id": list("abcd")})
    shuffled = table.iloc[[2, 0, 3, 1]]
    for others in ({"metadata": table[["n"]]}, {"ids": table["id"]}):
        with pytest.raises(ValueError, match=r"indexes of pandas that are not the same.*loc\[documents\.index\]"):
            CosineIndex().fit(shuffled["text"], **others)
    with pytest.raises(ValueError, match="indexes of pandas that are not the same"):
        find_duplicates(shuffled["text"], ids=table["id"])
    index = CosineIndex().fit(shuffled["text"], ids=shuffled["id"], metadata=shuffled[["n"]])
    assert [index[id_].metadata["n"] for id_ in "abcd"] == [0, 1, 2, 3]
    # Rows that were numbered anew, beside such as were not, are meant by their positions.
    index = CosineIndex().fit(pd.Series(TEXTS, [10, 20, 30, 40]), metadata=table[["n"]])
    assert index[30].metadata == {"n": 2}


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("8", 8),
        ("-8", -8),
        ("0", 0),
        *((text, text) for text in ("008", "-0", "+8", " 8", "8 ", "8\n", "٣", "１", "1_0", "")),
    ],
)
def test_an_id_is_compared_as_it_is_written(text, id_):
    assert written_id(text, integers=True) == id_
    assert written_id(text, integers=False) == text
    index = CosineIndex().fit([f"sea {i}" for i in range(11)])
    assert (written_id(text, integers=True) in index) == (id_ in (0, 8))
    with pytest.raises(KeyError, match="No document has the id"):
        index.delete([0, "008"])
    assert len(index) == 11
