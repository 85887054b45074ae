"""Conditions on metadata: what is missing, text beside numbers, names of columns; more in test_changes.py."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from textvec import CosineIndex
from textvec.index._filters import compared

NAN = float("nan")


@pytest.mark.parametrize(
    "metadata",
    [
        {"f": [1.0, NAN, 2.0, None]},
        [{"f": 1.0}, {"f": NAN}, {"f": 2.0}, {"f": None}],
        pd.DataFrame({"f": [1.0, NAN, 2.0, None]}),
        pl.DataFrame({"f": [1.0, NAN, 2.0, None]}),
        pa.table({"f": [1.0, NAN, 2.0, None]}),
        {"f": pa.array([1.0, NAN, 2.0, None]).dictionary_encode()},
        {"f": np.array([1.0, NAN, 2.0, NAN])},
        {"f": np.array([1.0, NAN, 2.0, NAN], np.float16)},
    ],
    ids=["mapping", "dicts", "pandas", "polars", "Arrow", "Arrow dictionary", "NumPy", "NumPy halves"],
)
def test_nan_fulfils_nothing(metadata, tmp_path):
    CosineIndex().fit(["red"] * 4, metadata=metadata).save(tmp_path / "index")
    index = CosineIndex.open(tmp_path / "index")
    for where, found in [
        ("f != 1", [2]),
        ("f != NaN", []),
        (pc.field("f") != 1, [2]),
        (~(pc.field("f") == 1), [2]),
        ("f >= 1", [0, 2]),
        ({"f": None}, [1, 3]),
        ({"f": [NAN, 1]}, [0, 1, 3]),
    ]:
        assert sorted(hit.id for hit in index.search(["red"], where=where)[0]) == found


def test_text_is_neither_more_nor_less_than_a_number():
    kinds = [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())]
    for kind in kinds:
        index = CosineIndex().fit(["red"] * 3, metadata={"r": pa.array(["8", "NA", "10"], pa.string()).cast(kind)})
        for where in ("r >= 7", "r<7", ["r > -1e3"]):
            with pytest.raises(ValueError, match=r"'r' of the metadata holds text, such as 'NA', which is neither"):
                index.search(["red"], where=where)
        for where, found in {"r >= '7'": [0, 1], "r = 8": [0], "r != 8": [1, 2], "r > M": [1]}.items():
            assert sorted(hit.id for hit in index.search(["red"], where=where)[0]) == found


@pytest.mark.parametrize(
    "name", [" s", "a.b", "it's", 'say "x"', "x-y", "if", "größe", "a = b", "a>", "two words", "", "'q'", "="]
)
def test_where_names_any_column(name):
    index = CosineIndex().fit(["red"] * 3, metadata={name: [1, 2, 3], "a": [9, 9, 9]})
    for where in (f"{name} >= 2", f"'{name}'>=2", f'"{name}" >= 2', {name: [2, 3]}):
        assert sorted(hit.id for hit in index.search(["red"], where=where)[0]) == [1, 2]


def test_a_date_that_python_cannot_represent_is_no_crash():
    when = pa.array([0, 2**50]).cast(pa.timestamp("ms"))
    index = CosineIndex().fit(["red", "red sea"], metadata={"t": when})
    assert [hit.id for hit in index.search(["red"], k=1)[0]] == [0]
    with pytest.raises(ValueError, match=r"of type timestamp\[ms\] in this index cannot be represented by Python"):
        list(index.search(["sea"])[0])


def test_conditions_of_several_kinds_hold_together():
    index = CosineIndex().fit(["apple"] * 4, metadata={"year": [1, 2, 3, 4], "color": ["red", "red", "green", None]})
    where = ["year >= 2", {"color": ["red", None]}, pc.field("year") < 4]
    assert [hit.id for hit in index.search(["apple"], where=where)[0]] == [1]
    assert [hit.id for hit in index.search(["apple"], where=[{"color": ["red", None]}])[0]] == [0, 1, 3]
    with pytest.raises(TypeError, match="`where` must be a dict, an expression"):
        index.search(["apple"], where=["year >= 2", 3])


def compared_ids(name, operator, value):
    """Return which documents a comparison lets through, and which its negation."""
    day = pa.array(["2026-01-01", None, "2026-01-03"]).cast(pa.timestamp("us"))
    table = pa.table({"year": [1, None, 3], "label": ["a", None, "c"], "day": day, "f": [1.5, NAN, 3.0]})
    index = CosineIndex().fit(["red"] * 3, metadata=table)
    condition = compared(name, operator, value, table.schema)
    return tuple(sorted(hit.id for hit in index.search(["red"], where=each)[0]) for each in (condition, ~condition))


@pytest.mark.parametrize(
    ("name", "operator", "value", "found"),
    [
        ("year", "==", 1, [0]),
        ("year", "!=", 1, [1, 2]),
        ("year", ">", 1, [2]),
        ("year", "<=", 2.5, [0]),
        ("year", ">=", None, []),
        ("year", "==", None, [1]),
        ("year", "!=", None, [0, 2]),
        ("year", "in", [1, None], [0, 1]),
        ("year", "not in", [1], [1, 2]),
        ("year", "in", [], []),
        ("label", "==", "a", [0]),
        ("label", "<", "b", [0]),
        ("day", ">=", "2026-01-02", [2]),
        ("f", "!=", 1.5, [1, 2]),
    ],
)
def test_a_comparison_and_its_negation_let_every_document_through_once(name, operator, value, found):
    others = [i for i in range(3) if i not in found]
    assert compared_ids(name, operator, value) == (found, others)


@pytest.mark.parametrize(
    ("name", "operator", "value", "message"),
    [
        ("yeer", "==", 1, "no column 'yeer'. Its columns are: 'year'"),
        ("year", ">", "x", "of type int64, which 'x' does not fit"),
        ("label", ">", 1, "of type string, which 1 does not fit"),
        ("year", "in", 1, "'in' for the column 'year' takes a list of values, but got 1"),
        ("year", "==", [1], "'==' for the column 'year' takes one value, and no list, but got"),
    ],
)
def test_comparisons_that_do_not_fit(name, operator, value, message):
    with pytest.raises(ValueError, match=message):
        compared_ids(name, operator, value)
