"""The options about reading, and what the command line says of what it read."""

import gzip
import inspect
import json
import os
import re
from pathlib import Path

import pytest

from support.shell import inside, parsed, run, textvec
from textvec import CosineIndex, EmbeddingVectorizer
from textvec._common.compressed import SUFFIXES
from textvec.cli.encoders import POOLINGS
from textvec.cli.sources import FORMATS, SOURCE_OPTIONS
from textvec.readers import read, read_documents
from textvec.readers.numeric_columns import MISSING


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def texts(*arguments, **options):
    return [hit["text"] for hit in parsed(inside(*arguments, **options))]


def test_options_of_tables():
    Path("f.data").write_text("id^title^body\n1^red^'green^apple'\n2^blue^\\N\n")
    options = ["--delimiter", "^", "--quote", "'", "--text-column", "title", "--text-column", "body"]
    assert texts("apple", "f.data", *options) == ["red\ngreen^apple"]
    code, printed, said = run("similar", "blue", "f.data", *options, "--null", "\\N", "--format", "csv")
    assert (code, said) == (0, "")
    assert json.loads(printed)["text"] == "blue"
    Path("f.json").write_text(json.dumps([{"data": {"text": "red apple"}}], indent=1))
    assert texts("apple", "f.json", "--text-column", "data.text") == ["red apple"]
    Path("f.csv.gz").write_bytes(gzip.compress(b"id;text, raw\n1;red apple\n"))
    assert texts("apple", "f.csv.gz") == ["red apple"]


def test_standard_input_of_a_format():
    table = "id\ttext\n1\tred apple\n"
    ran = textvec("similar", "apple", "-", "--format", "tsv", stdin=table)
    assert (ran.returncode, ran.stderr, json.loads(ran.stdout)["text"]) == (0, b"", "red apple")
    ran = textvec("similar", "apple", "-", "-v", stdin=table)
    assert (ran.returncode, json.loads(ran.stdout)["text"]) == (0, "red apple")
    assert ran.stderr.decode().splitlines() == [
        "textvec: -: it looks like a table of fields separated by tabs, and is read so.",
        "textvec: -: the text is taken from column 'text'.",
        "textvec: 1 document was searched.",
    ]


def test_a_folder_with_files_that_cannot_be_read():
    Path("t").mkdir()
    Path("t/a.txt").write_bytes(b"caf\xe9")
    Path("t/b.txt").write_text("red apple")
    CosineIndex().fit(["red apple"]).save("t/my.index")
    Path(os.fsdecode(b"t/\xe9.txt")).write_text("green apple")
    code, printed, said = run("similar", "apple", "t", "-v")
    assert code == 0
    assert sorted(hit["source"] for hit in parsed(printed)) == ["t/\\xe9.txt", "t/b.txt"]
    latin, index, searched = said.splitlines()
    assert latin.startswith("textvec: t/a.txt is not utf-8: byte 3")
    assert index == "textvec: t/my.index holds an index that textvec saved: passed over."
    assert searched == "textvec: 2 documents were searched."
    code, printed, said = run("similar", "apple", "t", "--strict")
    assert (code, printed) == (1, "")
    assert said.startswith("textvec: error: t/a.txt is not utf-8")


def test_queries_and_ids_of_any_format():
    Path("f.csv").write_text("id,text\nx,red apple\ny,blue sea\n")
    assert run("index", "build", "f.csv", "-o", "f", "--id-column", "id")[0] == 0
    Path("queries").write_text("n|words\n1|apple\n")
    options = ["--delimiter", "|", "--text-column", "words"]
    assert texts("--index", "f", "-i", "queries", *options) == ["red apple"]
    Path("lines.txt").write_text("apple\n")
    assert texts("-i", "lines.txt", "f.csv", "--text-column", "text") == ["red apple"]
    Path("gone").write_text("n|words\n1|y\n")
    assert run("index", "delete", "f", "-i", "gone", *options)[0] == 0
    assert list(CosineIndex.open("f")) == ["x"]


def test_numbers_with_missing_ones_are_filtered():
    Path("f.csv").write_text('text,rating,"a, b"\nred apple, 8,1\nred pie,NA,2\nred sea,10,3\nred ink,-,4\n')
    build = ["index", "build", "f.csv", "-o", "f", "--text-column", "text", "--metadata-columns", 'rating,"a, b"']
    assert run(*build)[0] == 0
    code, printed, said = run("similar", "red", "--index", "f", "--where", "rating >= 7")
    assert (code, printed) == (1, "")
    assert said == (
        "textvec: error: Column 'rating' of the metadata holds text, such as 'NA', '-', which is neither more nor less "
        "than the number 7. Give it numbers when the index is built, or compare letters: rating >= '7'.\n"
    )
    assert run(*build, "--overwrite", "--null", "NA", "--null", "-")[0] == 0
    for where, found in {
        "rating >= 7": ["red apple", "red sea"],
        "rating != 8": ["red sea"],
        "a, b > 3": ["red ink"],
    }.items():
        assert sorted(texts("red", "--index", "f", "--where", where)) == found


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--encoding", "rot13"], "Python knows no encoding 'rot13' of text"),
        (["--encoding", "base64"], "Python knows no encoding 'base64' of text"),
        (["--format", "xml"], "'--format'"),
    ],
)
def test_usage_errors(options, message):
    Path("f.txt").write_text("red")
    code, printed, said = run("similar", "red", "f.txt", *options)
    assert (code, printed) == (2, "")
    assert message in said


@pytest.mark.parametrize("option", ["--format", "--delimiter", "--quote", "--null", "--encoding"])
def test_an_index_has_settled_how_its_sources_were_read(option):
    value = {"--format": "csv", "--encoding": "utf-16"}.get(option, ";")
    code, _, said = run("similar", "red", "--index", "f", option, value)
    assert code == 2
    assert f"{option} was settled when the index was built." in said


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "shift_jis"])
def test_encodings(encoding):
    Path("f.txt").write_bytes("apple pie\nsea\n".encode(encoding))
    assert texts("apple", "f.txt", "--encoding", encoding) == ["apple pie"]


def test_wrong_characters():
    Path("f.csv").write_text("a,b\n")
    for option in ("--delimiter", "--quote"):
        code, _, said = run("similar", "red", "f.csv", option, "ab")
        assert code == 1
        assert said.endswith(f"({option})\n")


def test_what_can_be_chosen_is_what_the_library_has():
    # It stands in the command line a second time, which has no time to import the library for --help.
    assert set(FORMATS) == {*(kind.format for kind in read._KINDS), read.LINES}
    assert {*POOLINGS} == EmbeddingVectorizer._parameter_constraints["pooling"][0].options
    assert SOURCE_OPTIONS.keys() == inspect.signature(read_documents).parameters.keys() - {
        "source",
        "id_column",
        "metadata_columns",
    }


def test_a_name_that_is_no_utf8_has_one_spelling_everywhere():
    name, index = (os.fsdecode(each) for each in (b"caf\xe9.txt", b"caf\xe9.index"))
    Path(name).write_text("red apple\n")
    code, _, said = run("index", "build", name, "-o", index)
    assert (code, said.startswith("textvec: caf\\xe9.index holds 1 document: ")) == (0, True)
    for form in ("--table", "--csv"):
        assert "caf\\xe9.index" in run("index", "info", index, form)[1]
    assert parsed(run("index", "info", index)[1])[0]["path"] == "caf\\xe9.index"
    where = os.fsdecode(b"source == caf\xe9.txt")
    assert parsed(inside("red", "--index", index, "--where", where))[0]["source"] == "caf\\xe9.txt"
    for arguments in (
        ["index", "build", name, "-o", index],
        ["index", "info", name],
        ["similar", "--index", index, "--id", name],
        ["similar", "red", name, "--format", name],
        ["similar", "red", name, "--stop-words", index + "2"],
        ["similar", "red", index + "2"],
    ):
        code, _, said = run(*arguments)
        assert code > 0
        assert "caf\\xe9." in said, said
        assert "\ufffd" not in said
        assert "udc" not in said


@pytest.mark.parametrize("command", [("similar",), ("index", "build")])
def test_help_names_what_is_read_and_fits_a_terminal(command):
    code, printed, _ = run(*command, "--help")
    assert code == 0
    assert max(map(len, printed.splitlines())) <= 80
    words = set(re.findall(r"[\w./]+", printed)) | {word.strip(".,()") for word in printed.split()}
    assert {*MISSING, "nothing"} - {""} <= {word.lower() for word in words}
    if command == ("similar",):
        suffixes = [suffix for kind in read._KINDS for suffix in kind.suffixes]
        for suffix in (*suffixes, *SUFFIXES, ".zip"):
            assert re.search(rf"\{suffix}\b", printed), suffix
