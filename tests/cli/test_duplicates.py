"""`textvec duplicates`: pairs, clusters, what remains, and two lists."""

import csv
import io
import json
import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from support.shell import ROOT, TEXTVEC, interrupt, on_a_terminal, parsed, run, textvec
from textvec._common.printable import printable
from textvec.readers import read_documents
from textvec.similarity import find_duplicates

MESSAGES = ROOT / "corpora/messages.csv"
FRUIT = (
    "id,text,price\n007,red apple pie,1.50\n8,,\n9,Red apple-pie!,NA\n10,blue sea,2\n11,,\n12,the blue sea,3\n"
    '13,"a red, apple pie",+4\n'
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("f.csv").write_text(FRUIT)
    return tmp_path


def duplicates(*arguments, **options):
    """Run `textvec duplicates`, which has to succeed; return what it printed and what it said."""
    code, printed, said = run("duplicates", *arguments, **options)
    assert code == 0, said
    return printed, said


def test_pairs_are_those_of_the_library():
    texts = read_documents(MESSAGES, text_column="text").texts
    expected = find_duplicates(texts, 0.5)
    printed, said = duplicates(MESSAGES, "--threshold", 0.5)
    pairs = parsed(printed)
    assert [*pairs[0]] == [
        "score", "first_source", "first_row", "second_source", "second_row", "first_text", "second_text",
    ]  # fmt: skip
    found = [(pair["first_row"] - 1, pair["second_row"] - 1, pair["score"]) for pair in pairs]
    assert found == [tuple(pair) for pair in expected]
    assert len(found) > 10
    for pair in pairs:
        assert (pair["first_text"], pair["second_text"]) == (
            texts[pair["first_row"] - 1],
            texts[pair["second_row"] - 1],
        )
        assert {pair["first_source"], pair["second_source"]} == {str(MESSAGES)}
    assert said == (
        f"textvec: {len(expected)} pairs of 2,410 documents reach a score of 0.5: {(expected.labels >= 0).sum()} "
        f"documents in {len(expected.clusters)} clusters; with the first of each, {len(expected.unique):,} remain.\n"
    )
    percents = parsed(duplicates(MESSAGES, "--threshold", 0.5, "--percent")[0])
    assert [pair["score"] for pair in percents] == [pytest.approx(100 * pair["score"]) for pair in pairs]


def test_clusters_of_several_sources():
    Path("g.txt").write_text("pie, red apple\nnothing\n")
    printed, said = duplicates("f.csv", "g.txt", "--clusters", "--text-column", "text")
    assert [tuple(each.values()) for each in parsed(printed)] == [
        (1, "f.csv", 1, "red apple pie"),
        (1, "f.csv", 3, "Red apple-pie!"),
        (1, "f.csv", 7, "a red, apple pie"),
        (1, "g.txt", 1, "pie, red apple"),
    ]
    assert said == (
        "textvec: near-duplicates with a score of 0.9 or more among 9 documents: 4 documents in 1 cluster; with the "
        "first of each, 6 remain.\n"
    )
    stopped = parsed(duplicates("f.csv", "--clusters", "--stop-words", "english")[0])
    assert [(each["cluster"], each["row"]) for each in stopped] == [(1, 1), (1, 3), (1, 7), (2, 4), (2, 6)]


def test_what_remains_is_a_file_without_near_duplicates():
    printed, said = duplicates("f.csv", "--keep", "first", "--csv")
    assert printed == "id,text,price\n007,red apple pie,1.50\n8,,\n10,blue sea,2\n11,,\n12,the blue sea,3\n"
    assert said.endswith("with the first of each, 5 remain.\n")
    Path("cleaned.csv").write_text(printed)
    again, said = duplicates("cleaned.csv", "--keep", "first", "--csv")
    assert (again, said) == (printed, "textvec: no two of 5 documents reach a score of 0.9.\n")
    Path("f.jsonl").write_text('{"text": "red", "data": {"n": [1]}}\n{"text": "red"}\n{"text": "blue", "x": null}\n')
    kept = parsed(duplicates("f.jsonl", "--keep", "first", "--tokenizer", "unicode")[0])
    assert kept == [{"text": "red", "data": {"n": [1]}, "x": None}, {"text": "blue", "data": None, "x": None}]
    assert parsed(duplicates("-", "--keep", "first", stdin="red\nred\n\nblue\n")[0]) == [
        {"text": "red"}, {"text": ""}, {"text": "blue"},
    ]  # fmt: skip
    Path("folder").mkdir()
    for name, text in {"a": "red sea", "b": "sea red", "c": "blue"}.items():
        Path(f"folder/{name}.txt").write_text(text)
    kept = parsed(duplicates("folder", "--keep", "first")[0])
    assert kept == [{"source": "folder/a.txt", "text": "red sea"}, {"source": "folder/c.txt", "text": "blue"}]


@pytest.mark.parametrize("form", ["--csv", "--tsv", "--jsonl", "--table"])
def test_a_column_named_as_ours_are(form):
    Path("names.csv").write_text("text,terms,score,source\nred sea,a=1,,x\nred sea,b,2,y\nblue sky,,3,z\n")
    code, printed, said = run("duplicates", "names.csv", "--keep", "first", form)
    assert code == 0, said
    assert [word for word in printed.replace('"', " ").replace(",", " ").split() if word in ("a=1", "b", "x", "z")] == [
        *("a=1", "x", "z")
    ]


def test_a_line_that_is_repeated_for_ever():
    Path("f.log").write_text("disk full\n" * 200_000 + "all is well\n\n\n")  # 20,000,000,000 pairs
    printed, said = duplicates("f.log", "--keep", "first")
    assert [each["text"] for each in parsed(printed)] == ["disk full", "all is well", "", ""]
    assert "among 200,003 documents: 200,000 documents in 1 cluster; with the first of each, 4 remain." in said


def test_two_lists():
    Path("train.txt").write_text("apple pie (red)\n\nblue sea\nblue sea\n")
    printed, said = duplicates("f.csv", "--against", "train.txt", "--text-column", "text")
    pairs = [(each["first_row"], each["second_row"], each["second_source"]) for each in parsed(printed)]
    assert pairs == [(row, other, "train.txt") for row, other in ((1, 1), (3, 1), (4, 3), (4, 4), (7, 1))]
    assert said == "textvec: 4 of 7 documents reach a score of 0.9 with any of 4 others.\n"
    kept = duplicates("f.csv", "--against", "train.txt", "--text-column", "text", "--keep", "first", "--csv")[0]
    assert kept == "id,text,price\n8,,\n11,,\n12,the blue sea,3\n"
    both = duplicates("f.csv", "--against", "train.txt", "--against", "f.csv", "--text-column", "text")[1]
    assert both == "textvec: 5 of 7 documents reach a score of 0.9 with any of 11 others.\n"


def test_every_format_and_a_table_of_80_columns():
    pairs = parsed(duplicates("f.csv")[0])
    assert len(pairs) == 3
    assert json.loads(duplicates("f.csv", "--json")[0]) == pairs
    for flag, delimiter in (("--csv", ","), ("--tsv", "\t")):
        rows = list(csv.DictReader(io.StringIO(duplicates("f.csv", flag)[0], newline=""), delimiter=delimiter))
        assert rows == [{name: str(value) for name, value in pair.items()} for pair in pairs]
    long = Path("a" * 60 + ".txt")
    long.write_text(f"{'apple ' * 50}\n{'apple ' * 51}\n")
    table = duplicates(long, "--table", COLUMNS="80")[0].splitlines()
    assert all(len(line) <= 80 for line in table)
    assert [line.split()[0] for line in (table[0], table[2])] == ["pair", "1"]
    assert "a.txt:1 " in table[2]
    assert "a.txt:2 " in table[3]
    assert "1.000" in table[2]
    assert "1.000" not in table[3]
    assert "100.0" in duplicates(long, "--table", "--percent")[0]
    for options in (["--clusters"], ["--keep", "first"]):
        shown = duplicates(long, "--table", *options, COLUMNS="80")[0].splitlines()
        assert "apple apple" in shown[2]
        assert all(len(line) <= 80 for line in shown)


def test_none_found_is_a_success():
    Path("f.txt").write_text("red\nblue\n")
    for options in ([], ["--clusters"]):
        assert duplicates("f.txt", *options) == ("", "textvec: no two of 2 documents reach a score of 0.9.\n")
    assert duplicates("f.txt", "--json")[0] == "[]\n"
    said = "textvec: none of 2 documents reaches a score of 0.9 with any of 2 others.\n"
    assert duplicates("f.txt", "--against", "-", stdin="green\nsea\n") == ("", said)


def test_documents_cannot_steer_the_terminal(here):
    bad = "\x1b]0;owned\x07 \u202elivE red apple pie\ntextvec: error: no"
    Path("g.csv").write_text(f'text,"c{bad}"\n"{bad}",1\n"{bad}!",2\n')
    shown = on_a_terminal("duplicates", "g.csv", "--keep", "first", "--csv", "--text-column", "text", cwd=here)
    assert "owned" in shown
    assert "\u202e" not in shown
    assert "\x07" not in shown
    for options in ([], ["--clusters"], ["--keep", "first"]):
        table = duplicates("g.csv", "--text-column", "text", "--table", *options)[0]
        assert printable(table, keep="\n") == table


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["f.csv", "--threshold", "0"], 2, "0.0 is not in the range 0<x<=1"),
        (["f.csv", "--threshold", "nan"], 2, "it is no number"),
        (["f.csv", "--threshold", "90"], 2, "--threshold"),
        (["f.csv", "--keep", "last"], 2, "'last' is not 'first'"),
        (["f.csv", "--clusters", "--keep", "first"], 2, "--clusters and --keep exclude each other."),
        (["f.csv", "--clusters", "--against", "f.csv"], 2, "--clusters and --against exclude each other."),
        (["f.csv", "--percent", "--keep", "first"], 2, "--percent is about the scores of pairs: leave out --keep."),
        (["-", "--against", "-"], 2, "Standard input cannot be both a SOURCE and that of --against."),
        ([], 2, "Missing argument 'SOURCE...'"),
        (["nope.csv"], 1, "There is no file or folder 'nope.csv'."),
        (["f.csv", "--against", "nope.csv"], 1, "There is no file or folder 'nope.csv'."),
        (["empty.txt"], 1, "empty.txt is empty."),
        (["blank.txt"], 1, "blank.txt holds no text."),
        (["dots.txt"], 1, "empty vocabulary"),
    ],
)
def test_bad_input(arguments, code, expected):
    Path("empty.txt").touch()
    Path("blank.txt").write_text("\n \n")
    Path("dots.txt").write_text("...\n!\n")
    ran = run("duplicates", *arguments)
    assert ran[:2] == (code, "")
    assert expected in ran[2]
    assert "Traceback" not in ran[2]


def test_ctrl_c_and_a_reader_that_goes_away(here):
    assert interrupt("duplicates", "-") == (130, "")
    (here / "many.txt").write_text("red apple\n" * 300)
    command = f"{shlex.quote(str(TEXTVEC))} duplicates many.txt 2>err | head -1"
    shown = subprocess.run(["bash", "-c", f"{command}; echo ${{PIPESTATUS[0]}}"], capture_output=True, check=True)
    assert shown.stdout.splitlines()[-1] == str(128 + signal.SIGPIPE).encode()
    assert (here / "err").read_text().count("\n") == 1


def test_examples_come_first_in_the_help():
    shown = textvec("duplicates", "--help").stdout.decode()
    assert 0 < shown.index("Examples:") < shown.index("Options:")
    assert all(len(line) <= 80 for line in shown.splitlines())
