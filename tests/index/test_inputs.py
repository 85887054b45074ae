import datetime
import decimal
import re

import numpy as np
import pandas as pd
import pytest

from textvec import CosineIndex
from textvec.readers.corpus import Corpus

TEXTS = ["red apple", "green apple"]
SEVERAL = "column 'v' has values of several types, {}; turn them into one type, such as strings"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([2.5, True], SEVERAL.format("bool and float")),
        (["NA", 3], SEVERAL.format("int and str")),
        ([2**70, 1], "column 'v' has integers of more than 64 bits"),
        ([[1], ["a"]], SEVERAL.format("int and str")),
        ([datetime.date(2020, 1, 1), 1], SEVERAL.format("date and int")),
        ([datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1, 9)], SEVERAL.format("date and datetime")),
        ([b"x", "x"], SEVERAL.format("bytes and str")),
        ([2**60 + 1, 2.5], "column 'v' has values of no type that Arrow knows (Integer value 1152921504606846977"),
        ([object(), None], "column 'v' has values of no type that Arrow knows"),
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
    [
        ([1, 2.5], [1.0, 2.5]),
        ([None, 2], [None, 2]),
        ([float("nan"), "x"], [None, "x"]),
        ([[1, 2], []], [[1, 2], []]),
        ([["x", float("nan")], []], [["x", None], []]),
        ([{"a": True}, {"a": float("nan")}], [{"a": True}, {"a": None}]),
        ([True, float("nan")], [True, None]),
        ([None, None], [None, None]),
        ([(1,), [2.5]], [[1.0], [2.5]]),
        ([np.int8(1), 2.5], [1.0, 2.5]),
        ([np.bool_(True), False], [True, False]),
        ([np.str_("x"), "y"], ["x", "y"]),
        ([decimal.Decimal("1.5"), 1], [decimal.Decimal("1.5"), decimal.Decimal("1.0")]),
    ],
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


@pytest.mark.parametrize(
    "values", [["x"], [1], [2.5], [True], [[1]], [datetime.datetime(2020, 1, 1)], [{"a": 1}], [None]]
)
def test_a_column_of_nothing_fits_every_index(values):
    index = CosineIndex().fit(TEXTS[:1], metadata={"v": values})
    for nothing in ([{"v": None}], {"v": [None]}, pd.DataFrame({"v": [None]}), None):
        index.add(["green apple"], metadata=nothing)
    assert [index[i].metadata["v"] for i in index] == [values[0], None, None, None, None]


def test_a_column_of_nothing_is_one_of_strings():
    index = CosineIndex().fit(TEXTS[:1], metadata={"v": [None]}).add(TEXTS[1:], metadata={"v": ["x"]})
    assert [hit.id for hit in index.search(["apple"], where={"v": "x"})[0]] == [1]


def test_files_and_programs_have_one_rule():
    for values, text in (([2.5, True], ["2.5", "true"]), (["NA", 3], ["NA", "3"]), ([2**70], [str(2**70)])):
        corpus = Corpus(TEXTS[: len(values)], ["f"] * len(values), list(range(len(values))), columns={"v": values})
        assert corpus.to_metadata()["v"].to_pylist() == text
        with pytest.raises(ValueError, match="turn them into one type, such as strings"):
            CosineIndex().fit(corpus.texts, metadata=corpus.columns)
    for values in ([1, 2.5], ["x", float("nan")], [None, None]):
        corpus = Corpus(TEXTS, ["f", "f"], [1, 2], columns={"v": values})
        of_file, given = (CosineIndex().fit(TEXTS, metadata=m) for m in (corpus.to_metadata(), corpus.columns))
        assert [of_file[i].metadata["v"] for i in of_file] == [given[i].metadata["v"] for i in given]


def test_nan_in_lists_of_numbers_is_nan():
    [value] = CosineIndex().fit(TEXTS[:1], metadata={"v": [[1.5, float("nan")]]})[0].metadata["v"][1:]
    assert value != value
