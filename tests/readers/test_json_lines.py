"""JSON: arrays, objects of several lines, fields within objects, and what cannot be read."""

import json
import math
import re
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from textvec.readers import ReadError, read_documents

ROWS = [{"id": 1, "data": {"text": "red", "n": {"x": 1}}}, {"id": 2, "data": {"text": "green"}}]
LAYOUTS = {
    "lines": "\n".join(map(json.dumps, ROWS)),
    "array": json.dumps(ROWS),
    "pretty array": json.dumps(ROWS, indent=2),
    "array of lines": "[\n" + ",\n".join(map(json.dumps, ROWS)) + "\n]\n",
    "pretty objects": "\n\n".join(json.dumps(row, indent=2) for row in ROWS),
    "CRLF": json.dumps(ROWS, indent=2).replace("\n", "\r\n"),
    "objects on one line": json.dumps(ROWS[0]) + json.dumps(ROWS[1]),
    "byte order mark": "\ufeff" + json.dumps(ROWS),
}


@pytest.mark.parametrize("name", ["f.json", "f.jsonl", "f.ndjson"])
@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(text, name):
    Path(name).write_text(text, newline="")
    corpus = read_documents(name, text_column="data.text", id_column="id", metadata_columns=["data.n.x"])
    assert (corpus.texts, corpus.ids) == (["red", "green"], [1, 2])
    assert corpus.columns == {"data.n.x": [1, None]}
    assert corpus.rows == [1, 2]


def test_names_with_dots():
    Path("f.jsonl").write_text('{"a.b": "red", "a": {"b": "no"}, "c": {"d.e": "green"}}')
    assert read_documents("f.jsonl", text_column="a.b").texts == ["red"]
    assert read_documents("f.jsonl", text_column=["a.b", "c.d.e"]).texts == ["red\ngreen"]
    with pytest.raises(ReadError, match=r"Column 'a.x' is not in f.jsonl. Its columns are: 'a.b', 'a', 'c', 'c.d.e'\."):
        read_documents("f.jsonl", text_column="a.x")


def test_several_columns_are_one_text():
    Path("f.jsonl").write_text('{"t": "red", "b": "apple"}\n{"t": null, "b": "pie"}\n{"t": "sea"}\n{"t": null}\n')
    corpus = read_documents("f.jsonl", text_column=["t", "b"])
    assert corpus.texts == ["red\napple", "pie", "sea", ""]
    assert corpus.warnings == ["f.jsonl: 1 of 4 texts are missing, and taken as empty."]
    Path("f.csv").write_text("t,b\nred,apple\n,pie\n")
    assert read_documents("f.csv", text_column=("b", "t")).texts == ["apple\nred", "pie"]


DEEP = "[" * 100_000 + "]" * 100_000
BAD = {
    "deep": (DEEP, r"f.json is malformed: line 1 is not a whole JSON object \(it is nested too deeply\)"),
    "deep on a line": ('{"text": "a"}\n{"text": ' + DEEP + "}", r"line 2 .* \(it is nested too deeply\)"),
    "deep in an array": ('[\n{"text": ' + DEEP + "}]", r"the value that begins on line 1 .* nested too deeply"),
    "long number": ('{"text": "a", "n": ' + "1" * 5000 + "}\n", "f.json is malformed"),
    "numbers": ("[1, 2]", r'element 1 must be one JSON object, such as {"text": "..."}, but it is 1\.'),
    "strings": ('{"text": "a"}\n"red"\n', r'line 2 must be one JSON object, .* but it is "red"\.'),
    "scalar": ("7", "line 1 must be one JSON object"),
    "open array": ('[{"text": "a"},\n', "f.json is malformed: on line 2, Expecting value"),
    "broken in the middle": ('[\n{"text": "a"},\n{"text": }\n]', "f.json is malformed: on line 3, Expecting value"),
    "empty array": ("[]", "f.json holds no text"),
    "text after it": ('[{"text": "a"}]\nred', "f.json is malformed: on line 2, Expecting value"),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_bad(text, message):
    Path("f.json").write_text(text)
    with pytest.raises(ReadError, match=message) as caught:
        read_documents("f.json")
    assert len(str(caught.value)) < 300


def test_types_do_not_depend_on_the_order():
    pairs = {"b": [2.5, True], "n": [1, 2.5], "m": [8, "NA"], "s": [8, "many"], "f": [1.5, math.nan], "h": [1, 2**70]}
    for order in (1, -1):
        rows = [{"text": "red", **{name: values[::order][i] for name, values in pairs.items()}} for i in range(2)]
        Path("f.jsonl").write_text("\n".join(map(json.dumps, rows)))
        table = read_documents("f.jsonl", metadata_columns=list(pairs)).to_metadata().to_pydict()
        found = {name: table[name][::order] for name in pairs}
        assert found == {
            "b": ["2.5", "true"],
            "n": [1.0, 2.5],
            "m": [8, None],
            "s": ["8", "many"],
            "f": [1.5, None],
            "h": ["1", str(2**70)],
        }
        assert [type(value) for value in found["n"]] == [float, float]


def test_ids_of_more_than_64_bits_are_strings():
    Path("f.jsonl").write_text(json.dumps({"id": 2**70, "text": "a"}) + "\n" + json.dumps({"id": 1, "text": "b"}))
    assert read_documents("f.jsonl", id_column="id").ids == [str(2**70), "1"]


NESTED = [{"id": 1, "data": {"n": 2, "title": "a", "deep": {"text": "red", "x.y": "q"}}}] * 2
FIELDS = "Text is in the fields 'data.title', 'data.deep.text', 'data.deep.x.y': name one, such as 'data.deep.text'."


@pytest.mark.parametrize("name", ["f.json", "f.jsonl", "f.parquet"])
def test_errors_name_the_fields_of_text(name):
    def write(records):
        if name == "f.parquet":
            parquet.write_table(pa.Table.from_pylist(records), name)
        else:
            Path(name).write_text(json.dumps(records, indent=1) if name == "f.json" else lines_of(records))

    write(NESTED)
    for options, message in (
        ({}, "has no column of text. Its columns are: 'id', 'data'. " + FIELDS),
        ({"text_column": "data"}, FIELDS),
        ({"text_column": "data.deep"}, "Text is in the fields 'data.deep.text', 'data.deep.x.y': name one, such as"),
    ):
        with pytest.raises(ReadError, match=re.escape(message)) as caught:
            read_documents(name, **options)
        assert caught.value.parameter == "text_column"
    with pytest.raises(ReadError, match=r"Column 'data\.n' of .* not text") as caught:
        read_documents(name, text_column="data.n")
    assert "Text is in" not in str(caught.value)
    write([{"a.b": {"c": {"d": {"e": {"f": "red"}}}}}])
    with pytest.raises(ReadError, match=r"Text is in the field 'a\.b\.c\.d\.e\.f': name that\."):
        read_documents(name)
    assert read_documents(name, text_column="a.b.c.d.e.f").texts == ["red"]
    write([{"data": {f"t{i}": "red" for i in range(13)}}])
    with pytest.raises(ReadError, match=r"'data\.t9' and 3 more: name one, such as 'data\.t0'\."):
        read_documents(name)


def lines_of(records):
    return "\n".join(map(json.dumps, records))
