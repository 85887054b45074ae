"""All columns of a table, as they are written: `read_documents(metadata_columns=None)`."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from textvec.readers import ReadError, read_documents


def columns_of(source, **options):
    return read_documents(source, metadata_columns=None, **options).columns


def test_csv_fields_are_what_the_file_says():
    Path("f.csv").write_text('id,text,price\n007,"red, apple",1.50\n8,,NA\n')
    corpus = read_documents("f.csv", metadata_columns=None, null="NA")
    assert corpus.texts == ["red, apple", ""]
    assert corpus.columns == {"id": ["007", "8"], "text": ["red, apple", None], "price": ["1.50", "NA"]}
    Path("f.txt").write_text("text\tnote\nred\t1\nblue\t2\n")
    assert columns_of("f.txt") == {"text": ["red", "blue"], "note": ["1", "2"]}
    Path("g.csv").write_text("text,,\nred,1,2\n")
    with pytest.raises(ReadError, match="several columns without a name"):
        columns_of("g.csv")


def test_objects_keep_what_is_in_them():
    records = [{"text": "red", "data": {"x": [1, None]}}, {"text": "blue", "a.b": 2.5}]
    Path("f.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records))
    assert columns_of("f.jsonl") == {"text": ["red", "blue"], "data": [{"x": [1, None]}, None], "a.b": [None, 2.5]}


def test_parquet_and_the_columns_that_folders_stand_for():
    for year in (2025, 2026):
        Path(f"t/year={year}").mkdir(parents=True)
        parquet.write_table(pa.table({"n": [year / 2], "text": [f"in {year}"]}), f"t/year={year}/0.parquet")
    parquet.write_table(pa.table({"n": [float("nan"), 1], "text": ["red", "blue"]}), "nan.parquet")
    assert columns_of("nan.parquet")["n"] == [None, 1.0]
    assert columns_of("t/year=2025/0.parquet") == {"n": [1012.5], "text": ["in 2025"]}
    assert columns_of("t") == {"n": [1012.5, 1013.0], "text": ["in 2025", "in 2026"], "year": [2025, 2026]}


def test_lines_and_files_have_one_column():
    Path("f.txt").write_text("red\n\nblue")
    assert columns_of("f.txt") == {"text": ["red", "", "blue"]}
    Path("folder").mkdir()
    Path("folder/a.txt").write_text("green\nsea")
    assert columns_of("folder") == {"text": ["green\nsea"]}


def test_several_sources_have_the_columns_of_each():
    Path("f.csv").write_text("message,label\nred,1\n")
    Path("f.txt").write_text("blue\n")
    corpus = read_documents(["f.csv", "f.txt"], metadata_columns=None, text_column="message")
    assert corpus.texts == ["red", "blue"]
    assert corpus.columns == {"message": ["red", None], "label": ["1", None], "text": [None, "blue"]}
    ids = read_documents("f.csv", metadata_columns=None, id_column="label", text_column="message")
    assert (ids.ids, ids.columns) == ([1], {"label": ["1"], "message": ["red"]})
