"""Documents in batches are those that `read_documents` reads, as soon as they are there; and their labels."""

import csv
import io
import sys

import pyarrow as pa
import pytest
from pyarrow import parquet

from textvec.readers import ReadError, content, read_documents
from textvec.readers.batches import read_batches
from textvec.readers.text_stream import TextStream

FILES = {
    "lines.txt": "one\r\n\ntwo\u2028three\x0bfour\nfive",
    "newline.txt": "one\n\n",
    "a.csv": 'id,text\n1,"a\nb, c"\n\n2,""\n3,"x""y"\n4,d',
    "mac.csv": "id,text\r1,a\r2,b\r",
    "semi.csv": "sep=;\nid;text\n1;a, b\n2;c\n",
    "t.tsv": "id\ttext\n1\ta\n2\tb\n",
    "table": "id\ttext\n1\ta\n2\tb\n",
    "l.jsonl": '{"text": "a"}\n\n{"text": null, "n": 1}\n{"n": 2}\n',
    "several.json": '{\n"text": "a"}\n{"text": "b"}',
    "array.json": '[{"text": "a"},\n{"text": "b"}]',
    "bom.txt": "\ufeffcaf\u00e9\nth\u00e9\n",
}


@pytest.fixture
def small(monkeypatch):
    """Let files come in pieces of a few bytes."""
    monkeypatch.setattr(content, "HEAD_BYTES", 7)
    monkeypatch.setattr(content, "_BYTES_PER_READ", 3)


@pytest.mark.parametrize("in_parts", [True, False])
@pytest.mark.parametrize("name", FILES)
def test_batches_are_what_is_read_at_once(name, in_parts, tmp_path, small):
    (tmp_path / name).write_text(FILES[name], encoding="utf-8", newline="")
    options = {"text_column": "text"} if name.startswith(("a.", "mac", "semi", "t", "l.", "several")) else {}
    expected = read_documents(tmp_path / name, **options)
    batches = list(read_batches([tmp_path / name], in_parts=in_parts, **options))
    assert [text for batch in batches for text in batch.texts] == expected.texts
    assert [row for batch in batches for row in batch.rows] == expected.rows
    assert {batch.source for batch in batches} == set(expected.sources)
    if not in_parts:
        assert len(batches) == 1


def test_columns_are_as_they_are_written_and_choices_are_said_once(tmp_path, small):
    file = tmp_path / "f.csv"
    file.write_text("n;text\n007;a b\n;c d\n1.50;e f\n")
    [whole] = read_batches([file], metadata_columns=["n"])  # the delimiter is told by all rows that there are
    assert whole.notes[0] == f"{file}: the fields are separated by semicolons."
    batches = list(read_batches([file], metadata_columns=["n"], delimiter=";"))
    assert len(batches) == 3
    assert [each for batch in batches for each in batch.columns["n"]] == ["007", None, "1.50"]
    assert [note for batch in batches for note in batch.notes] == [
        f"{file}: the text is taken from column 'text'.",
    ]


def test_parquet_folders_and_compressed_files(tmp_path, small):
    parquet.write_table(pa.table({"text": ["a", None], "label": [1, 2]}), tmp_path / "t.parquet")
    [batch] = read_batches([tmp_path / "t.parquet"], guess_label=True)
    assert (batch.texts, batch.labels) == (["a", ""], ["1", "2"])
    assert batch.warnings == [f"{tmp_path / 't.parquet'}: 1 of 2 texts are missing, and taken as empty."]
    (tmp_path / "folder").mkdir()
    for name in "ab":
        (tmp_path / "folder" / name).write_text(f"{name}\n{name}")
    batches = list(read_batches([tmp_path / "folder"]))
    assert [batch.texts for batch in batches] == [["a\na"], ["b\nb"]]
    packed = pa.CompressedOutputStream(str(tmp_path / "f.txt.gz"), "gzip")
    packed.write(b"red\nblue\n")
    packed.close()
    assert [text for batch in read_batches([tmp_path / "f.txt.gz"]) for text in batch.texts] == ["red", "blue"]


@pytest.mark.parametrize(
    ("data", "options", "first", "n_asked"),
    [
        ([b"one\ntw", b"o\nthree\n"], {}, ["one"], 1),
        ([b"well; yes\n", b"no\n", b"no; no\n"], {}, ["well; yes", "no"], 2),
        ([b"7\tred\n", b"8\tblue\n"], {}, ["7\tred"], 1),
        ([b"id,text\n", b"1,red\n", b"2,blue\n"], {"format": "csv", "text_column": "text"}, ["red"], 2),
        ([b"id;text\n", b"1;red, ripe\n", b"2;blue\n"], {"format": "csv", "text_column": "text"}, ["red, ripe"], 2),
        ([b"id,text\n", b"1,red\n", b"2,blue\n"], {"format": "csv", "delimiter": ","}, ["red"], 2),
        ([b'{"text": "red"}\n', b'{"text": "blue"}\n'], {"format": "jsonl"}, ["red"], 1),
    ],
)
def test_rows_of_a_pipe_come_when_they_are_there(data, options, first, n_asked, monkeypatch):
    asked = []

    class Pipe(io.RawIOBase):
        pieces = iter([*data, b""])

        def read1(self, size):
            asked.append(size)
            return next(self.pieces)

    class Stdin:
        buffer = Pipe()

    monkeypatch.setattr(sys, "stdin", Stdin)
    batches = read_batches(["-"], **options)
    assert (next(batches).texts, len(asked)) == (first, n_asked)
    assert (len(next(batches).texts) > 0, len(asked)) == (True, n_asked + 1)
    assert list(batches) == []


def test_two_files_with_long_fields_at_once(tmp_path, small):
    limit, files = csv.field_size_limit(), [tmp_path / "a.csv", tmp_path / "b.csv"]
    for file in files:
        file.write_text("text,n\nred,1\n" + "x" * (limit + 1) + ",2\n")
    first, second = (read_batches([file], text_column="text", delimiter=",") for file in files)
    assert next(first).texts == next(second).texts == ["red"]
    assert [len(text) for batch in first for text in batch.texts] == [limit + 1]
    assert [len(text) for batch in second for text in batch.texts] == [limit + 1]
    assert csv.field_size_limit() == limit


def test_blank_documents_are_documents(tmp_path):
    (tmp_path / "f.txt").write_text("\n\n")
    [batch] = read_batches([tmp_path / "f.txt"])
    assert batch.texts == ["", ""]


@pytest.mark.parametrize(
    ("name", "text", "column", "labels"),
    [
        ("f.csv", "Class,text\na ,x y\n,z\n007,w\n", "Class", ["a", "", "007"]),
        ("f.csv", "sentiment,summary\ngood,x\n", "sentiment", ["good"]),
        (
            "f.jsonl",
            '{"target": true, "text": "x"}\n{"text": "y"}\n{"target": 2, "text": "z"}\n',
            "target",
            ["true", "", "2"],
        ),
    ],
)
def test_labels(name, text, column, labels, tmp_path):
    (tmp_path / name).write_text(text)
    [batch] = read_batches([tmp_path / name], guess_label=True)
    assert (batch.label_column, batch.labels) == (column, labels)
    text_column = {"sentiment": "summary", "Class": "text", "target": "text"}[column]
    [batch] = read_batches([tmp_path / name], label_column=column, text_column=text_column)
    assert batch.labels == labels


@pytest.mark.parametrize(
    ("name", "data", "options", "message"),
    [
        ("f.csv", b"a,text\n1,x y\n", {"guess_label": True}, "has no column that may hold the labels.* 'a', 'text'"),
        (
            "f.csv",
            b"label,class,text\n1,2,x\n",
            {"guess_label": True},
            "has the columns 'label' and 'class', any of which",
        ),
        ("f.txt", b"a b\n", {"guess_label": True}, "is no table, so it has no column that holds labels"),
        ("f.txt", b"a b\n", {"label_column": "x"}, "is no table, so it has no column 'x'"),
        ("f.csv", b"a,text\n1,x\n", {"label_column": "b"}, "Column 'b' is not in "),
        ("f.jsonl", b'{"label": [1], "text": "x"}\n', {"guess_label": True}, "A label must be a text or a number"),
        ("f.txt", b"", {}, "is empty"),
        ("f.txt", b"one\ntw\xff\n", {}, "byte 6, 0xff on line 2, does not fit"),
        ("f.txt", b"one\ntw\0\n", {}, "is binary, not text"),
        ("f.csv", b"a,text\n1,x\n2\n", {"text_column": "text"}, "line 3 has 1 field for 2 columns"),
        (
            "f.csv",
            b'a,text\n1,x\n2,"\n',
            {"text_column": "text"},
            "begins on line 3, a quote is opened and never closed",
        ),
        ("f.csv", b"a,text\n", {}, "has the names of columns, but no rows"),
        ("f.jsonl", b'{"text": "x"}\n{\n', {}, "line 2 is not a whole JSON object"),
        ("nope", None, {}, "There is no file or folder"),
    ],
)
def test_errors_are_those_of_reading_at_once(name, data, options, message, tmp_path, small):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(ReadError, match=message):
        list(read_batches([tmp_path / name], **options))


def test_a_stream_is_drained_at_the_end_of_what_is_there():
    stream = TextStream(iter(["a\nb", "c\nd\n", "e"]))
    assert [(line, stream.is_drained) for line in stream.lines()] == [
        ("a\n", True),
        ("bc\n", False),
        ("d\n", True),
        ("e", True),
    ]
    assert TextStream(["\n\na", "b\nc"]).peek() == "\n\nab\nc"
    stream = TextStream(["ab", "c"])
    assert (stream.peek(2), stream.peek(9), stream.rest()) == ("ab", "abc", "abc")
