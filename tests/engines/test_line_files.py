"""Text and JSON lines cut into ranges of bytes: each line is in one piece, wherever the cuts are."""

import gzip
import json
from itertools import pairwise

import pytest

from textvec.engines import Files
from textvec.engines.line_files import LinesPiece
from textvec.readers import ReadError, read_documents

TEXTS = {
    "plain": b"one\ntwo\nthree\n",
    "no last newline": b"one\ntwo",
    "carriage returns": b"one\r\ntwo\r\n\r\nthree",
    "empty lines": b"\n\none\n\n\ntwo\n\n",
    "characters of several bytes": "é\n日本\n🐝🐝\r\nx".encode(),
    "byte order mark": "\ufeffé\ntwo\n".encode(),
    "one long line": b"a line that is longer than most pieces",
    "form feeds are no ends of lines": b"a\x0cb\x0bc\x1cd\ne\rf\n",
}
RECORDS = {
    "plain": b'{"text": "one"}\n{"text": "two"}\n',
    "blank lines": b'\n{"text": "one"}\r\n\r\n  \n{"text": "two"}\n\n',
    "missing and null": '{"text": "é"}\n{"id": 5}\n{"text": null}\n{"text": "x"}'.encode(),
    "escapes": b'\xef\xbb\xbf{"text": "a\\nb \\ud83d\\udc1d"}\n{"text": "half \\ud83d"}',
}


def read(files, column=None, columns=()):
    batches = [piece.read() for piece in files.pieces(column, columns)]
    assert [batch.number for batch in batches] == list(range(len(batches)))
    return [text for batch in batches for text in batch.documents.to_pylist()], batches


def ranges(path, kind, size):
    """Return pieces for every way to cut a file into two, and for ranges of every size."""
    ways = [[0, cut, size] for cut in range(1, size)] + [[*range(0, size, n), size] for n in range(1, size + 2)]
    for cuts in ways:
        yield [LinesPiece(0, str(path), kind, (a, b, size), "text", (), {}) for a, b in pairwise(cuts)]


@pytest.mark.parametrize(("kind", "data"), [("txt", each) for each in TEXTS] + [("jsonl", each) for each in RECORDS])
def test_every_cut(tmp_path, kind, data):
    path = tmp_path / f"file.{kind}"
    path.write_bytes({"txt": TEXTS, "jsonl": RECORDS}[kind][data])
    expected = read_documents(path, format=kind, text_column="text" if kind == "jsonl" else None).texts
    for pieces in ranges(path, kind, path.stat().st_size):
        texts = [text or "" for piece in pieces for text in piece.read().documents.to_pylist()]
        assert texts == expected
    assert read(Files(path))[0] == [None if each == "" and kind == "jsonl" else each for each in expected]


def test_missing_texts_are_left_to_the_estimator(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": null, "n": 1}\n{"n": 2.5}\n{"text": "x"}\n')
    texts, [batch] = read(Files(path), columns=["n"])
    assert texts == [None, None, "x"]
    assert batch.table.to_pydict() == {"text": [None, None, "x"], "n": [1.0, 2.5, None]}


def test_a_file_without_a_byte(tmp_path):
    for name in ("a.txt", "a.jsonl"):
        (tmp_path / name).touch()
        assert read(Files(tmp_path / name))[0] == []
    (tmp_path / "b.jsonl").write_text('{"id": "7", "review": "red"}\n')
    texts, [_, batch] = read(Files(tmp_path / "*.jsonl"), columns=["id"])
    assert texts == ["red"]
    assert batch.table.column_names == ["review", "id"]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.json.gz", "a.txt.gz"])
def test_a_compressed_file_is_one_piece(tmp_path, name):
    lines = [json.dumps({"text": f"n{i}"}) for i in range(20)]
    (tmp_path / name).write_bytes(gzip.compress("\n".join(lines).encode()))
    texts, batches = read(Files(tmp_path, bytes_per_piece=10))
    assert len(batches) == 1
    assert texts == read_documents(tmp_path / name, format="txt" if "txt" in name else None).texts


def test_an_array_is_one_piece(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{"id": i, "body": f"n{i}"} for i in range(9)], indent=1))
    texts, [batch] = read(Files(tmp_path, bytes_per_piece=10), columns=["id"])
    assert texts == [f"n{i}" for i in range(9)]
    assert batch.table["id"].to_pylist() == list(range(9))


def test_a_field_within_an_object(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"data": {"text": "red"}}\n{"data": {}}\n{"data": {"text": "blue"}}\n')
    assert read(Files(tmp_path, "data.text", bytes_per_piece=5))[0] == ["red", None, "blue"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.jsonl": '{"text": "x"}\n', "b.jsonl": '{"body": "y"}\n'}, r"Column 'text' is not in .*b\.jsonl"),
        (
            {"a.jsonl": '{"text": "x"}\n', "b.jsonl": '{"text": 5}\n'},
            r"Column 'text' of .*b\.jsonl is not text on line 1",
        ),
        ({"a.jsonl": '{"a": "x", "b": "y"}\n'}, r"Which column of .*a\.jsonl holds the text"),
        ({"a.jsonl": '{"text": "x"\n'}, r"a\.jsonl is malformed"),
        (
            {"a.jsonl": '{"text": "x"}\n', "b.txt": "y\n"},
            r"several kinds: .*a\.jsonl is read as jsonl, .*b\.txt as txt",
        ),
        ({"a.csv": "text\nx\n"}, r"a\.csv is a table of delimited fields, which is not read in pieces"),
        ({"a.txt": "x\0y"}, r"a\.txt is binary, not text"),
        ({"a.txt": "%PDF-1.7\n"}, r"a\.txt is a PDF"),
    ],
)
def test_what_is_refused_before_work_begins(tmp_path, files, message):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(ReadError, match=message):
        Files(tmp_path).pieces()


def test_columns_that_are_not_there(tmp_path):
    (tmp_path / "a.txt").write_text("x\n")
    with pytest.raises(ReadError, match=r"a\.txt holds texts alone, so it has no column 'y'"):
        Files(tmp_path).pieces(columns=["y"])
    (tmp_path / "a.txt").unlink()
    (tmp_path / "a.jsonl").write_text('{"text": "x", "id": 7}\n')
    with pytest.raises(ReadError, match=r"Column 'y' is not in .*a\.jsonl. Its columns are: 'id', 'text'"):
        Files(tmp_path).pieces(columns=["y"])


def test_errors_of_pieces_tell_where(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "x"}\n{"text": 5}\n')
    pieces = [LinesPiece(0, str(path), "jsonl", (a, b, 26), "text", (), {}) for a, b in ((0, 14), (14, 26))]
    pieces[0].read()
    with pytest.raises(ReadError, match=r"Column 'text' of .*a.jsonl \(from byte 14\) is not text on line 1: 5"):
        pieces[1].read()
    path.write_bytes(b"good\nb\xe9\n")
    with pytest.raises(ReadError, match=r"is not UTF-8: byte 0xe9 does not fit, in a line that begins after byte 5"):
        LinesPiece(0, str(path), "txt", (5, 8, 8), "text", (), {}).read()
    with pytest.raises(ReadError, match="has changed since work began on it"):
        LinesPiece(0, str(path), "txt", (5, 8, 9), "text", (), {}).read()


def test_a_line_over_many_reads(tmp_path, monkeypatch):
    monkeypatch.setattr("textvec.engines.line_files._BYTES_PER_READ", 3)
    (tmp_path / "a.txt").write_text("short\n" + "long " * 20 + "\nlast")
    assert read(Files(tmp_path, bytes_per_piece=7))[0] == ["short", "long " * 20, "last"]
