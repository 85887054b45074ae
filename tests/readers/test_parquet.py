"""Parquet columns of every kind, and values that Python cannot represent."""

import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from textvec.readers import ReadError, read_documents


def test_fields_of_structs_and_names_with_dots():
    rows = [{"text": "red", "deep": {"n": 1}}, None, {"text": "green", "deep": None}]
    parquet.write_table(pa.table({"data": rows, "a.b": ["x", "y", "z"], "id": [1, 2, 3]}), "f.parquet")
    corpus = read_documents("f.parquet", text_column="data.text", metadata_columns=["data.deep.n", "a.b"])
    assert corpus.texts == ["red", "", "green"]
    assert corpus.columns == {"data.deep.n": [1, None, None], "a.b": ["x", "y", "z"]}
    assert read_documents("f.parquet", text_column=["a.b", "data.text"]).texts == ["x\nred", "y", "z\ngreen"]
    with pytest.raises(ReadError, match=r"Column 'data.x' is not in f.parquet. Its columns are: 'data', 'data.\w+'"):
        read_documents("f.parquet", text_column="data.x")
    with pytest.raises(ReadError, match=r"Column 'data' of f.parquet is of type struct<.*>, not text"):
        read_documents("f.parquet", text_column="data")


@pytest.mark.parametrize(
    "kind",
    [pa.timestamp("ms"), pa.timestamp("us"), pa.timestamp("ms", "UTC"), pa.date64(), pa.duration("s")],
    ids=str,
)
def test_values_that_python_cannot_represent(kind):
    when = pa.array([0, None, 2**59]).cast(kind)
    parquet.write_table(pa.table({"text": ["a", "b", "c"], "when": when}), "f.parquet", version="2.6")
    with pytest.raises(ReadError, match=r"Column 'when' of f.parquet has a value of type .* in row 3 that"):
        read_documents("f.parquet", metadata_columns=["when"])
    assert read_documents("f.parquet").texts == ["a", "b", "c"]


def test_nulls_and_other_kinds():
    table = pa.table({
        "text": pa.array(["a", "b"], pa.string_view()),
        "day": [datetime.date(2020, 1, 1), None],
        "f": [1.0, float("nan")],
        "none": pa.nulls(2),
        "list": pa.array([["x"], []]),
    })  # fmt: skip
    parquet.write_table(table.cast(table.schema.set(0, pa.field("text", pa.string()))), "f.parquet")
    corpus = read_documents("f.parquet", text_column="text", metadata_columns=["day", "f", "none", "list"])
    assert corpus.columns["f"] == [1.0, None]
    assert corpus.to_metadata()["none"].to_pylist() == [None, None]
    with pytest.raises(ReadError, match=r"f.parquet holds no text"):
        read_documents("f.parquet", text_column="none")


def test_an_odd_name():
    parquet.write_table(pa.table({"text": ["red"]}), "000000_0")
    assert read_documents("000000_0").texts == ["red"]
    Path("f.parquet").write_text("text\nred\n")
    assert read_documents("f.parquet", format="csv").texts == ["red"]


@pytest.mark.parametrize("column", ["text", "label"])
def test_columns_that_were_made_to_fill_the_memory(tmp_path, column):
    n = 4_000_000
    repeated = pa.DictionaryArray.from_arrays(np.zeros(n, np.int32), ["x" * 100])
    other = pa.nulls(n, pa.string())
    path = tmp_path / "bomb.parquet"
    parquet.write_table(pa.table({"text": repeated if column == "text" else other, "label": repeated}), path)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(ReadError, match=r"bomb\.parquet is not read, because its columns take more than .* MB, many"):
        read_documents(path, text_column="text", metadata_columns=["label"])
