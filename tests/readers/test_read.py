"""Files to documents: rows out equal rows in, or an error that names the file and the line."""

import codecs
import csv
import io
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from support.paths import CORPORA
from textvec.readers import Corpus, ReadError, read_documents

TEXTS = {
    "a line a document": (b"red apple\ngreen apple\n", ["red apple", "green apple"]),
    "no final newline": (b"red apple\ngreen apple", ["red apple", "green apple"]),
    "CRLF": (b"red apple\r\ngreen apple\r\n", ["red apple", "green apple"]),
    "blank lines stay": (b"\nred\n\n\ngreen\n\n", ["", "red", "", "", "green", ""]),
    "newlines only cut": ("a\x0cb\u2028c\x85d\re\nf".encode(), ["a\x0cb\u2028c\x85d\re", "f"]),
    "byte order mark": (codecs.BOM_UTF8 + b"red\n", ["red"]),
    "UTF-16 by its mark": ("é\nü\n".encode("utf-16"), ["é", "ü"]),
    "big-endian UTF-16 by its mark": (codecs.BOM_UTF16_BE + "é\nü\n".encode("utf-16-be"), ["é", "ü"]),
    "UTF-32 by its mark": ("é\nü\n".encode("utf-32"), ["é", "ü"]),
}

TABLES = {
    "the only text column": ("f.csv", "id,words\n1,red\n2,green\n", ["red", "green"]),
    "the only text column named so": ("f.csv", "label,Review\nham,red\nspam,green\n", ["red", "green"]),
    "one column": ("f.csv", "words\nred\n\ngreen\n", ["red", "", "green"]),
    "one column of numbers": ("f.csv", "words\n007\n1e3\n", ["007", "1e3"]),
    "quoted newlines, commas, quotes": (
        "f.csv",
        'id,text\r\n1,"red,\n""big"" apple"\r\n2,green\r\n',
        ['red,\n"big" apple', "green"],
    ),
    "blank lines between rows": ("f.csv", "\nid,text\n1,red\n\n2,green\n\n", ["red", "green"]),
    "empty texts": ("f.csv", "id,text\n1,red\n2,\n", ["red", ""]),
    "semicolons": ("f.csv", "id;text\n1;red, ripe\n2;green\n", ["red, ripe", "green"]),
    "columns without names": ("f.csv", "id,text,,\n1,red,,\n", ["red"]),
    "tabs": ("f.tsv", "id\ttext\n1\tred, ripe\n", ["red, ripe"]),
    "capital extension": ("F.CSV", "id,text\n1,red\n", ["red"]),
    "JSON lines": (
        "f.jsonl",
        '{"id": 1, "text": "r\\u00e9d"}\n{"id": 2, "text": "2020-01-01"}\n',
        ["réd", "2020-01-01"],
    ),
    "blank JSON lines": ("f.ndjson", '\n{"text": "red"}\n\n{"text": "green"}', ["red", "green"]),
    "a halved emoji": ("f.jsonl", '{"text": "ok \\ud83d"}\n{"text": "\\ud83d\\ude00"}\n', ["ok \ufffd", "😀"]),
}

BAD = {
    "empty": ("f.csv", b"", {}, "f.csv is empty."),
    "empty text": ("f.txt", b"", {}, "f.txt is empty."),
    "empty JSON lines": ("f.jsonl", b"", {}, "f.jsonl is empty."),
    "empty Parquet": ("f.parquet", b"", {}, "f.parquet is empty."),
    "byte order mark alone": ("f.txt", codecs.BOM_UTF8, {}, "f.txt holds no text."),
    "no text": ("f.txt", b"\n \n", {}, "f.txt holds no text."),
    "no text in a table": ("f.csv", b"text\n\n\n", {}, "f.csv holds no text."),
    "no text in a blank table": ("f.csv", b"\n\n", {}, "f.csv holds no text."),
    "no text in JSON lines": ("f.jsonl", b"\n\n", {}, "f.jsonl holds no text."),
    "no rows": ("f.csv", b"id,text\n", {}, "f.csv has the names of columns, but no rows."),
    "wrong encoding": (
        "f.txt",
        "red\nca\u00f1on\n".encode("latin-1"),
        {},
        "f.txt is not utf-8: byte 6, 0xf1 on line 2",
    ),
    "unknown encoding": ("f.txt", b"a", {"encoding": "klingon"}, "Python knows no text encoding named 'klingon'."),
    "no encoding of text": ("f.txt", b"a", {"encoding": "hex"}, "Python knows no text encoding named 'hex'."),
    "binary": ("f.txt", b"\x7fELF\0\0\1", {}, "f.txt is binary, not text"),
    "binary far in": ("f.txt", b"a" * 100_000 + b"\0", {}, "f.txt is binary, not text"),
    "no such column": (
        "f.csv",
        b"id,text\n1,a\n",
        {"text_column": "nope"},
        "Column 'nope' is not in f.csv. Its columns are: 'id', 'text'.",
    ),
    "no such key": (
        "f.jsonl",
        b'{"text": "a"}',
        {"text_column": "nope"},
        "Column 'nope' is not in f.jsonl. Its columns are: 'text'.",
    ),
    "which column": (
        "f.csv",
        b"to,from\na,b\n",
        {},
        "Which column of f.csv holds the text? Its columns are: 'to', 'from'.",
    ),
    "two such names": ("f.csv", b"text,body\na,b\n", {}, "Which column of f.csv holds the text?"),
    "numbers only": ("f.csv", b"a,b\n1,2\n", {}, "f.csv has no column of text. Its columns are: 'a', 'b'."),
    "same name twice": ("f.csv", b"text,text\na,b\n", {}, "f.csv has several columns named 'text'."),
    "ragged": ("f.csv", b'id,text\n1,"a\nb"\n2,c,d\n', {}, "f.csv is malformed: line 4 has 3 fields for 2 columns."),
    "open quote": (
        "f.csv",
        b'id,text\n1,a\n2,"b\n3,c\n',
        {},
        "in the row that begins on line 3, a quote is opened and never closed",
    ),
    "text behind a quote": (
        "f.csv",
        b'id,text\n1,"a"b\n',
        {},
        "in the row that begins on line 2, ',' expected after '\"'",
    ),
    "broken JSON": (
        "f.jsonl",
        b'{"text": "a"}\n{"text": \n',
        {},
        "f.jsonl is malformed: line 2 is not a whole JSON object",
    ),
    "no JSON object": ("f.json", b'{"text": "a"}\n[1]', {}, "f.json is malformed: line 2 must be one JSON object"),
    "JSON number": ("f.jsonl", b'{"text": "a"}\n{"text": 5}', {}, "Column 'text' of f.jsonl is not text on line 2: 5."),
    "no Parquet": ("f.parquet", b"PAR? no", {}, "f.parquet is not a Parquet file, or a damaged one"),
}


@pytest.mark.parametrize(("content", "texts"), TEXTS.values(), ids=TEXTS)
def test_lines(content, texts):
    Path("f.txt").write_bytes(content)
    corpus = read_documents("f.txt")
    assert corpus.texts == texts
    assert corpus.sources == ["f.txt"] * len(texts)
    assert corpus.rows == list(range(1, len(texts) + 1))


@pytest.mark.parametrize(("name", "content", "texts"), TABLES.values(), ids=TABLES)
def test_tables(name, content, texts):
    Path(name).write_text(content, newline="")
    corpus = read_documents(Path(name))
    assert corpus.texts == texts
    assert corpus.sources == [name] * len(texts)


@pytest.mark.parametrize(("name", "content", "options", "message"), BAD.values(), ids=BAD)
def test_errors(name, content, options, message):
    Path(name).write_bytes(content)
    with pytest.raises(ReadError) as caught:
        read_documents(name, **options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_errors_of_the_file_system(monkeypatch):
    with pytest.raises(ReadError, match=r"There is no file or folder 'nope.txt'\."):
        read_documents("nope.txt")
    Path("loop.txt").symlink_to("loop.txt")
    with pytest.raises(ReadError, match=r"loop.txt cannot be read: Too many levels"):
        read_documents("loop.txt")
    Path("empty").mkdir()
    with pytest.raises(ReadError, match=r"The folder empty has no text files\."):
        read_documents("empty")

    def forbid(self, mode):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", forbid)
    for name in ("f.txt", "f.csv", "f.parquet"):
        with pytest.raises(ReadError, match=rf"{name} cannot be read: Permission denied\."):
            read_documents(name)


def test_the_parameter_that_helps():
    Path("f.txt").write_bytes(b"caf\xe9\n")
    with pytest.raises(ReadError, match="latin-1") as caught:
        read_documents("f.txt")
    assert caught.value.parameter == "encoding"
    assert read_documents("f.txt", encoding="latin-1").texts == ["café"]


def test_several_sources_are_one_corpus():
    Path("a.csv").write_text("id,text\n1,red\n")
    Path("b.jsonl").write_text('\n{"text": "green"}\n')
    Path("c.log").write_text("\nblue\n")
    corpus = read_documents(["./a.csv", Path("b.jsonl"), "c.log"])
    assert corpus.texts == ["red", "green", "", "blue"]
    assert corpus.sources == ["./a.csv", "b.jsonl", "c.log", "c.log"]
    assert corpus.rows == [1, 2, 1, 2]
    assert corpus.notes == ["./a.csv: the text is taken from column 'text'."]
    assert len(corpus) == 4
    assert read_documents([]) == Corpus()


def test_folder():
    for name, content in {
        "docs/b.txt": b"bee\nbuzz\n",
        "docs/a/z.md": b"zed",
        "docs/a.txt": b"ant",
        "docs/empty.txt": b"",
        "docs/wide.txt": "wïde".encode("utf-16"),
        "docs/image.png": b"\x89PNG\0\0",
        "docs/.hidden": b"no",
        "docs/.git/config": b"no",
    }.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(content)
    os.mkfifo("docs/pipe")
    corpus = read_documents("docs")
    assert dict(zip(corpus.sources, corpus.texts, strict=True)) == {
        "docs/a/z.md": "zed",
        "docs/a.txt": "ant",
        "docs/b.txt": "bee\nbuzz\n",
        "docs/empty.txt": "",
        "docs/wide.txt": "wïde",
    }
    assert corpus.sources == sorted(corpus.sources, key=lambda s: Path(s).parts)
    assert corpus.rows == [None] * 5
    assert corpus.notes == ["docs/image.png is not text: passed over."]
    Path("docs/latin.txt").write_bytes(b"caf\xe9")
    assert read_documents("docs").texts == corpus.texts
    assert read_documents("docs").warnings == [
        "docs/latin.txt is not utf-8: byte 3, 0xe9 on line 1, does not fit. Name the encoding the file was written in, "
        "such as latin-1, cp1252 or utf-16. The file is passed over."
    ]
    with pytest.raises(ReadError, match=r"docs/latin.txt is not utf-8"):
        read_documents("docs", strict=True)


def test_missing_texts_are_empty_and_counted():
    Path("f.jsonl").write_text('{"text": "red"}\n{"text": null}\n{"id": 3}\n')
    corpus = read_documents("f.jsonl")
    assert corpus.texts == ["red", "", ""]
    assert corpus.warnings == ["f.jsonl: 2 of 3 texts are missing, and taken as empty."]


def test_halves_of_characters_are_counted():
    Path("f.jsonl").write_text('{"text": "\\ud83d"}\n{"text": "red"}\n')
    assert "f.jsonl: 1 text holds halves of characters" in read_documents("f.jsonl").warnings[0]


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.large_string())], ids=str
)
def test_parquet(kind):
    table = pa.table(
        {
            "id": [1, 2, 3],
            "words": pa.array(["red", None, "grün"], pa.string()).cast(kind),
            "tags": [["a"], [], ["b"]],
        }
    )
    parquet.write_table(table, "f.parquet")
    corpus = read_documents("f.parquet")
    assert corpus.texts == ["red", "", "grün"]
    assert corpus.rows == [1, 2, 3]
    assert corpus.notes == ["f.parquet: the text is taken from column 'words'."]
    assert corpus.warnings == ["f.parquet: 1 of 3 texts are missing, and taken as empty."]
    with pytest.raises(ReadError, match=r"Column 'id' of f.parquet is of type int64, not text\."):
        read_documents("f.parquet", text_column="id")
    parquet.write_table(table.slice(0, 0), "none.parquet")
    with pytest.raises(ReadError, match="no rows"):
        read_documents("none.parquet")
    whole = Path("f.parquet").read_bytes()
    Path("half.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ReadError, match=r"half.parquet is not a Parquet file, or a damaged one"):
        read_documents("half.parquet")


def test_a_field_longer_than_the_csv_module_allows():
    long = "word " * 100_000
    Path("f.csv").write_text(f"id,text\n1,{long}\n")
    limit = csv.field_size_limit()
    assert read_documents("f.csv").texts == [long]
    assert csv.field_size_limit() == limit


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1))
def test_what_is_written_is_read(texts):
    texts = ["some text", *texts]
    written = io.StringIO(newline="")
    csv.writer(written).writerows([["id", "text"], *enumerate(texts)])
    Path("f.csv").write_bytes(written.getvalue().encode())
    Path("f.jsonl").write_text("".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in enumerate(texts)))
    parquet.write_table(pa.table({"id": range(len(texts)), "text": texts}), "f.parquet")
    for name in ("f.csv", "f.jsonl", "f.parquet"):
        corpus = read_documents(name, text_column="text")
        assert corpus.texts == texts
        assert corpus.rows == list(range(1, len(texts) + 1))


def test_bundled_corpora():
    with (CORPORA / "messages.csv").open(encoding="utf-8", newline="") as file:
        messages = [row["text"] for row in csv.DictReader(file)]
    assert read_documents(CORPORA / "messages.csv").texts == messages
    paragraphs = (CORPORA / "paragraphs.jsonl").read_text(encoding="utf-8").splitlines()
    read = read_documents(CORPORA / "paragraphs.jsonl", text_column="text")
    assert read.texts == [json.loads(line)["text"] for line in paragraphs]


COLUMNS = {
    "CSV": (
        "f.csv",
        "id,text,stars,price,code,none\n7,red,4,2.50,007,\n12,green,,3,1,\n",
        [7, 12],
        {"stars": [4, None], "price": [2.5, 3.0], "code": ["007", "1"], "none": [None, None]},
    ),
    "no numbers": (
        "f.csv",
        "id,text,a,b,c,d,e\n007,red,1_0,+1,nan,12345678901234567890,1\n7,green,1,2,NA,1,2\n",
        ["007", "7"],
        {"a": ["1_0", "1"], "b": ["+1", "2"], "c": ["nan", "NA"], "d": ["12345678901234567890", "1"], "e": [1, 2]},
    ),
    "missing numbers": (
        "f.csv",
        "id,text,a,b,c,d\n7,red, 8,n/a,inf,NA\n8,green,NA,2.5,None,DE\n",
        [7, 8],
        {"a": [8, None], "b": [None, 2.5], "c": [math.inf, None], "d": ["NA", "DE"]},
    ),
    "floats are no ids": (
        "f.csv",
        "id,text,stars\n1.1,red,-.5\n1.10,green,1e3\n",
        ["1.1", "1.10"],
        {"stars": [-0.5, 1e3]},
    ),
    "64 bits": (
        "f.csv",
        "id,text,a\n9223372036854775807,red,9223372036854775808\n1,green,1\n",
        [9223372036854775807, 1],
        {"a": ["9223372036854775808", "1"]},
    ),
    "JSON": (
        "f.jsonl",
        '{"id": "7", "text": "red", "stars": 4, "tags": ["a"]}\n\n{"id": 8, "text": "green", "tags": []}\n',
        ["7", "8"],
        {"stars": [4, None], "tags": [["a"], []]},
    ),
}


@pytest.mark.parametrize(("name", "content", "ids", "columns"), COLUMNS.values(), ids=COLUMNS)
def test_other_columns(name, content, ids, columns):
    Path(name).write_text(content)
    corpus = read_documents(name, id_column="id", metadata_columns=list(columns))
    assert corpus.texts == ["red", "green"]
    assert corpus.ids == ids
    assert corpus.columns == columns
    assert [*map(type, corpus.ids)] == [*map(type, ids)]
    table = corpus.to_metadata()
    assert table.to_pydict() == {"source": [name] * 2, "row": corpus.rows, **columns}
    assert not any(pa.types.is_null(field.type) for field in table.schema)


def test_other_columns_of_parquet():
    when = pa.array([1, 1_500_000_000_123_456_789], pa.timestamp("ns"))
    table = pa.table({"id": pa.array([3, 4], pa.int16()), "text": ["red", "green"], "when": when, "on": [True, None]})
    parquet.write_table(table, "f.parquet")
    corpus = read_documents("f.parquet", id_column="id", metadata_columns=["on", "when", "id"])
    assert corpus.ids == [3, 4]
    metadata = corpus.to_metadata()
    assert metadata.column_names == ["source", "row", "on", "when", "id"]
    assert metadata["on"].to_pylist() == [True, None]
    assert metadata["when"].cast(pa.int64()).to_pylist() == [0, 1_500_000_000_123_456]
    parquet.write_table(table.drop_columns("id").append_column("id", pa.array([0.5, 1.5])), "f.parquet")
    with pytest.raises(ReadError, match=r"Column 'id' of f.parquet must hold an id .* in row 1 there is 0\.5\."):
        read_documents("f.parquet", id_column="id")


def test_columns_of_several_sources():
    Path("a.csv").write_text("id,text,n\n1,red,1\n")
    Path("b.csv").write_text("id,text,n\nx,green,many\n")
    corpus = read_documents(["a.csv", "b.csv"], id_column="id", metadata_columns=["n"])
    assert corpus.ids == ["1", "x"]
    assert corpus.columns == {"n": ["1", "many"]}
    assert corpus.to_metadata()["n"].to_pylist() == ["1", "many"]
    Path("c.jsonl").write_text('{"text": "blue", "n": {"k": true}}\n{"text": "half", "n": "\\ud83d"}\n')
    corpus = read_documents(["b.csv", "c.jsonl"], metadata_columns=["n"])
    assert corpus.to_metadata()["n"].to_pylist() == ["many", '{"k": true}', "\ufffd"]
    assert corpus.warnings == []


def test_columns_that_are_not_there():
    Path("f.csv").write_text("id,text\n,red\n")
    with pytest.raises(ReadError, match=r"Column 'n' is not in f.csv\. Its columns are: 'id', 'text'\."):
        read_documents("f.csv", metadata_columns=["n"])
    with pytest.raises(ReadError, match=r"Column 'id' of f.csv must hold an id .* in row 1 there is none\.") as caught:
        read_documents("f.csv", id_column="id")
    assert caught.value.parameter == "id_column"
    Path("folder").mkdir()
    Path("folder/f.txt").write_text("red")
    for name in ("folder", "folder/f.txt"):
        with pytest.raises(ReadError, match=rf"{name} is no table, so it has no column 'n'\."):
            read_documents(name, metadata_columns=["n"])
    Path("f.jsonl").write_text('{"text": "red", "id": true}')
    with pytest.raises(ReadError, match="there is True"):
        read_documents("f.jsonl", id_column="id")
    parquet.write_table(pa.table({"text": ["red"]}), "f.parquet")
    for name in ("f.jsonl", "f.parquet"):
        with pytest.raises(ReadError, match=rf"Column 'n' is not in {name}"):
            read_documents(name, metadata_columns=["n"])


def test_standard_input_and_light_imports():
    code = (
        "import sys; from textvec.readers import read_documents; c = read_documents('-'); print(c.texts, c.sources);"
        "print(sorted({'numpy', 'pyarrow', 'sklearn', 'numba', 'pandas'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], input=b"red\ngreen\n", capture_output=True, check=True)
    assert ran.stdout.decode().splitlines() == ["['red', 'green'] ['-', '-']", "[]"]


def test_a_corpus_is_shown_by_its_first_documents():
    rows = {"texts": ["<b>red</b> " * 30] * 7, "sources": ["<i>.csv"] * 7, "rows": list(range(1, 8))}
    corpus = Corpus(**rows, ids=list("abcdefg"), columns={"<u>": [None] * 7})
    lines = repr(corpus).splitlines()
    assert lines[0] == "Corpus(7 documents of 1 file)"
    assert lines[1].startswith("  <i>.csv 1: <b>red</b> <b>red</b>")
    assert lines[-1] == "  and 2 more documents"
    assert max(map(len, lines)) <= 80
    page = corpus._repr_html_()
    assert not re.search("<[biu]>", page)
    assert "and 2 more documents" in page
    assert repr(Corpus()) == "Corpus(0 documents of 0 files)"
