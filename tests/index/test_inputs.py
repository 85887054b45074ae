import re

import pytest

from textvec import CosineIndex

TEXTS = ["red apple", "green apple"]
SEVERAL = "column 'v' has values of several types, {}; turn them into one type"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([2.5, True], SEVERAL.format("bool and float")),
        (["NA", 3], SEVERAL.format("int and str")),
        ([2**70, 1], "column 'v' has integers of more than 64 bits"),
        ([[1], ["a"]], "column 'v' has no type that Arrow knows"),
    ],
)
@pytest.mark.parametrize("as_rows", [True, False])
def test_a_column_of_metadata_has_one_type_in_whatever_order(values, said, as_rows):
    for given in (values, values[::-1]):
        metadata = [{"v": value} for value in given] if as_rows else {"v": given}
        with pytest.raises(ValueError, match=re.escape(said)):
            CosineIndex().fit(TEXTS, metadata=metadata)


@pytest.mark.parametrize(
    ("values", "read"),
    [([1, 2.5], [1.0, 2.5]), ([None, 2], [None, 2]), ([float("nan"), "x"], [None, "x"]), ([[1, 2], []], [[1, 2], []])],
)
def test_metadata_of_one_type(values, read):
    index = CosineIndex().fit(TEXTS, metadata=[{"v": value} for value in values])
    hits = index.search(["red", "green"], k=1)
    assert [each[0].metadata["v"] for each in hits] == read


def test_rows_of_metadata_need_not_have_all_columns():
    index = CosineIndex().fit(TEXTS, metadata=[{"v": 1}, {"w": "x"}])
    assert [each[0].metadata for each in index.search(["red", "green"], k=1)] == [
        {"v": 1, "w": None},
        {"v": None, "w": "x"},
    ]
