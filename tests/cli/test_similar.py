"""The command line, run as a user runs it: in a process of its own, with its streams and exit codes."""

import csv
import io
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner
from pyarrow import parquet

from support.shell import ROOT, TEXTVEC, inside, interrupt, on_a_terminal, parsed, run, textvec
from textvec import __version__
from textvec.cli.snippets import LINES

MESSAGES = "corpora/messages.csv"
PARAGRAPHS = "corpora/paragraphs.jsonl"
FIELDS = ["rank", "score", "source", "row", "text"]

FRUIT = ["red apple", "green apple pie", "", "blue sea"]


def similar(*arguments, **options):
    """Run `textvec similar`, which has to succeed without a word; return what it printed."""
    ran = textvec("similar", *arguments, **options)
    assert (ran.returncode, ran.stderr.decode()) == (0, "")
    return ran.stdout.decode()


@pytest.fixture(autouse=True)
def at_home(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_json_lines_in_a_pipe_and_every_other_format():
    hits = parsed(similar("free prize", MESSAGES, "-k", 3))
    assert [list(hit) for hit in hits] == [FIELDS] * 3
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    with (ROOT / MESSAGES).open(encoding="utf-8", newline="") as file:
        messages = [row["text"] for row in csv.DictReader(file)]
    for hit in hits:
        assert hit["source"] == MESSAGES
        assert hit["text"] == messages[hit["row"] - 1]
        assert re.search("free|prize", hit["text"].lower())

    assert json.loads(inside("free prize", MESSAGES, "-k", 3, "--json")) == hits
    written = [{name: str(value) for name, value in hit.items()} for hit in hits]
    for flag, delimiter in (("--csv", ","), ("--tsv", "\t")):
        printed = inside("free prize", MESSAGES, "-k", 3, flag)
        assert list(csv.DictReader(io.StringIO(printed, newline=""), delimiter=delimiter)) == written
    table = similar("free prize", MESSAGES, "-k", 3, "--table", COLUMNS="60")
    assert "\x1b" not in table
    assert all(len(line) <= 60 for line in table.splitlines())
    assert len(table.splitlines()) <= 2 + 3 * (LINES + 1)
    assert f"{hits[0]['score']:.3f}" in table
    assert [line.strip() for line in table.splitlines() if "messages.csv" in line] == [
        f"{MESSAGES}:{hit['row']}" for hit in hits
    ]


def test_explain_percent_and_min_score():
    options = ["when do bees make honey", PARAGRAPHS, "--explain", "--stop-words", "english", "--ngrams", "1-2"]
    hits = parsed(inside(*options))
    for hit in hits:
        assert sum(each["contribution"] for each in hit["terms"]) == pytest.approx(hit["score"], abs=1e-6)
    assert {"term": "honey", "contribution": hits[0]["terms"][0]["contribution"]} == hits[0]["terms"][0]
    assert not any(each["term"] == "when" for hit in hits for each in hit["terms"])

    percents = parsed(inside(*options, "--percent", "--min-score", hits[1]["score"]))
    assert [hit["score"] for hit in percents] == [pytest.approx(100 * hit["score"]) for hit in hits[:2]]
    assert sum(each["contribution"] for each in percents[0]["terms"]) == pytest.approx(percents[0]["score"], abs=1e-4)

    [row, *_] = csv.DictReader(io.StringIO(inside(*options, "--csv"), newline=""))
    terms = re.findall(r"(\S.*?):([\d.]+)", row["terms"])
    assert terms == [(each["term"], f"{each['contribution']:.6f}") for each in hits[0]["terms"]]
    code, table, said = run("similar", *options, "--table", "--percent", "-k", "1")
    assert (code, said.startswith("textvec: the query's terms, and in how many documents they are: ")) == (0, True)
    assert re.search(r"honey \d+% \(\d+\)", said)
    assert table.splitlines()[0].split() == ["#", "Score", "%", "Text"]
    assert table.splitlines()[2].split()[1] == f"{percents[0]['score']:.1f}"
    assert f"honey:{percents[0]['terms'][0]['contribution']:.1f}" in table


def test_stemming_stop_words_from_a_file_and_no_known_word(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("fruit.txt").write_text("\n".join(FRUIT))
    Path("stop.txt").write_text("green\nsea \n")
    hits = parsed(inside("apples in the seas", "fruit.txt", "--stem", "snowball"))
    assert [(hit["text"], hit["row"]) for hit in hits] == [("blue sea", 4), ("red apple", 1), ("green apple pie", 2)]
    hits = parsed(inside("green apple", "fruit.txt", "--stop-words", "stop.txt", "--explain"))
    assert [[each["term"] for each in hit["terms"]] for hit in hits] == [["apple"], ["apple"]]

    Path("hindi.txt").write_text("नमस्ते दुनिया\nनमकीन", encoding="utf-8")
    hits = parsed(inside("नमस्ते", "hindi.txt", "--tokenizer", "unicode", "--explain"))
    assert [(hit["row"], [each["term"] for each in hit["terms"]]) for hit in hits] == [(1, ["नमस्ते"])]
    ran = textvec("similar", "a", "fruit.txt", "--tokenizer", "unicod", cwd=tmp_path)
    assert ran.returncode == 1
    assert b"there is no tokenizer named 'unicod'. The names are 'unicode', " in ran.stderr

    ran = textvec("similar", "green seas", "fruit.txt", "--stop-words", "stop.txt", "--json", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, b"[]\n")
    assert ran.stderr == b"textvec: none of the query's words is in the documents.\n"
    ran = textvec("similar", "green apple", "fruit.txt", "--min-score", "0.99", "--csv", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, ",".join(FIELDS).encode() + b"\n")
    assert ran.stderr == b"textvec: no document reaches a score of 0.99.\n"


@pytest.mark.parametrize("saved", [False, True])
def test_a_word_that_may_be_meant(tmp_path, monkeypatch, saved):
    monkeypatch.chdir(tmp_path)
    Path("fruit.txt").write_text("\n".join(FRUIT), encoding="utf-8")
    where = ["fruit.txt"]
    if saved:
        assert run("index", "build", "fruit.txt", "-o", "fruit.index")[0] == 0
        where = ["--index", "fruit.index"]
    what = "the index does not know" if saved else "no document has"
    code, printed, said = run("similar", "grean APLE xyzzy", *where, "--table")
    assert (code, said) == (
        0,
        "textvec: none of the query's words is in the documents.\n"
        f'textvec: {what} "grean"; did you mean "green"?\ntextvec: {what} "aple"; did you mean "apple"?\n',
    )
    assert "apple" not in printed
    code, printed, said = run("similar", "red aple", *where, "--table")
    assert "red apple" in printed
    assert said == f'textvec: {what} "aple"; did you mean "apple"?\n'
    for form in ("--csv", "--json", "--jsonl", "--tsv"):
        assert run("similar", "red aple", *where, form)[2] == ""
    assert inside("red apple", *where, "--table")
    assert run("similar", "-i", "-", *where, "--table", stdin="red aple\nred\n")[2] == ""


def test_many_queries(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("fruit.txt").write_text("\n".join(FRUIT))
    ran = textvec("similar", "-i", "-", "fruit.txt", stdin="sea\n\ngreen apple\n", cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, b"textvec: 1 of 3 queries has no hits.\n")
    hits = parsed(ran.stdout.decode())
    assert [list(hit) for hit in hits] == [["query", *FIELDS]] * 3
    assert [(hit["query"], hit["rank"], hit["row"]) for hit in hits] == [(1, 1, 4), (3, 1, 2), (3, 2, 1)]
    for number, query in ((1, "sea"), (3, "green apple")):
        alone = [{"query": number, **hit} for hit in parsed(inside(query, "fruit.txt"))]
        assert [hit for hit in hits if hit["query"] == number] == alone
    Path("queries.txt").write_text("sea\ngreen apple\n")
    table = inside("-i", "queries.txt", "fruit.txt", "--table", "--color", "always")
    assert re.findall(r"\x1b\[[\d;]+m(sea|green|apple|red|blue)\x1b\[0m", table) == ["sea", "green", "apple", "apple"]


def test_every_kind_of_source_at_once(tmp_path):
    (tmp_path / "latin.csv").write_bytes("id;text\n1;café crème\n".encode("latin-1"))
    (tmp_path / "wide.txt").write_bytes("thé\r\ncafé\r\n".encode("utf-16"))
    (tmp_path / "folder/deep").mkdir(parents=True)
    (tmp_path / "folder/deep/a.md").write_text("un\ncaf\u00e9\n")
    (tmp_path / "folder/b.bin").write_bytes(b"\0")
    parquet.write_table(pa.table({"n": [1, 2], "words": pa.array([None, "café noir"])}), tmp_path / "t.parquet")

    ran = textvec(
        "similar", "café", "wide.txt", "folder", "t.parquet", "-", "-v", stdin="\n\ncafé au lait\n", cwd=tmp_path
    )
    assert ran.returncode == 0
    hits = parsed(ran.stdout.decode())
    assert {(hit["source"], hit["row"], hit["text"]) for hit in hits} == {
        ("wide.txt", 2, "café"),
        ("folder/deep/a.md", None, "un\ncafé\n"),
        ("t.parquet", 2, "café noir"),
        ("-", 3, "café au lait"),
    }
    assert ran.stderr.decode().splitlines() == [
        "textvec: t.parquet: 1 of 2 texts are missing, and taken as empty.",
        "textvec: folder/b.bin is not text: passed over.",
        "textvec: t.parquet: the text is taken from column 'words'.",
        "textvec: 8 documents were searched.",
    ]
    [hit] = parsed(similar("café", "latin.csv", "--encoding", "latin-1", cwd=tmp_path, PYTHONIOENCODING="ascii"))
    assert hit["text"] == "café crème"


ERRORS = {
    "missing file": ({}, ["nope.csv"], "There is no file or folder 'nope.csv'."),
    "empty file": ({"f.csv": b""}, ["f.csv"], "f.csv is empty."),
    "empty standard input": ({}, ["-"], "Standard input is empty."),
    "no text": ({"f.txt": b"\n\n"}, ["f.txt"], "f.txt holds no text."),
    "wrong encoding": (
        {"f.txt": b"caf\xe9\n"},
        ["f.txt"],
        "f.txt is not utf-8: byte 3, 0xe9 on line 1, does not fit. Name the encoding the file was written in, such as "
        "latin-1, cp1252 or utf-16. (--encoding)",
    ),
    "missing column": (
        {"f.csv": b"id,text\n1,a\n"},
        ["f.csv", "--text-column", "nope"],
        "Column 'nope' is not in f.csv. Its columns are: 'id', 'text'. (--text-column)",
    ),
    "which column": (
        {"f.csv": b"to,from\na,b\n"},
        ["f.csv"],
        "Which column of f.csv holds the text? Its columns are: 'to', 'from'. (--text-column)",
    ),
    "binary file": (
        {"f": b"\x7fELF\0"},
        ["f"],
        "f is binary, not text: it holds zero bytes (as UTF-16 text does). What can be read is text, CSV, TSV, JSON "
        "and Parquet, also compressed (.gz, .bz2, .xz, .lzma, .zst, .lz4, or a .zip of one file). (--encoding)",
    ),
    "malformed CSV": (
        {"f.csv": b'id,text\n1,"a\n'},
        ["f.csv"],
        "f.csv is malformed: in the row that begins on line 2, a quote is opened and never closed.",
    ),
    "malformed JSON": (
        {"f.jsonl": b'{"text": "a"}\n{\n'},
        ["f.jsonl"],
        "f.jsonl is malformed: line 2 is not a whole JSON object (Expecting property name enclosed in double quotes).",
    ),
    "no Parquet": ({"f.parquet": b"PAR?"}, ["f.parquet"], "f.parquet is not a Parquet file, or a damaged one: "),
    "one bad source of two": ({"f.txt": b"a"}, ["f.txt", "g.txt"], "There is no file or folder 'g.txt'."),
    "unknown stop list": (
        {"f.txt": b"red"},
        ["f.txt", "--stop-words", "x"],
        "StopWords: there is no stop list named 'x'.",
    ),
    "unknown stemmer": ({"f.txt": b"red"}, ["f.txt", "--stem", "x"], "Stemmer: algorithm must be one of"),
}


@pytest.mark.parametrize(("files", "arguments", "message"), ERRORS.values(), ids=ERRORS)
def test_an_error_is_one_line(files, arguments, message, tmp_path):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    ran = textvec("similar", "q", *arguments, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (1, b"")
    [line] = ran.stderr.decode().splitlines()
    assert line.startswith(f"textvec: error: {message}")


def test_debug_shows_the_traceback():
    ran = textvec("--debug", "similar", "q", "nope.csv")
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert ran.stderr.startswith(b"Traceback")
    assert b"ReadError" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument 'QUERY'"),
        (["q"], "Missing argument 'SOURCE...', or --index DIR."),
        (["--id", "3", MESSAGES], "--id names a document of an index"),
        (["q", MESSAGES, "--where", "row > 3"], "--where filters on the columns of an index"),
        (["-i", "-", "-"], "Standard input cannot be both"),
        (["q", MESSAGES, "--json", "--csv"], "--json and --csv exclude each other."),
        (["q", MESSAGES, "--csv", "--table", "--json"], "exclude each other."),
        (["q", MESSAGES, "-k", "0"], "'-k' / '--top'"),
        (["q", MESSAGES, "--min-score", "2"], "'--min-score'"),
        (["q", MESSAGES, "--ngrams", "2-1"], "'2-1' is no range of lengths"),
        (["q", MESSAGES, "--ngrams", "0-1"], "'0-1' is no range of lengths"),
        (["q", MESSAGES, "--encoding", "klingon"], "Python knows no encoding 'klingon'"),
        (["q", MESSAGES, "--color", "blue"], "'--color'"),
        (["q\udce9", MESSAGES], "not in the encoding of this terminal"),
        (["q", MESSAGES, "--nope"], "No such option"),
    ],
)
def test_usage_errors(arguments, message):
    from textvec.cli.main import cli

    ran = CliRunner().invoke(cli, ["similar", *arguments], obj={})
    assert ran.exit_code == 2
    assert message in " ".join(ran.output.split())


def test_usage_errors_for_a_user():
    ran = textvec("similar", "q", MESSAGES, "--json", "--csv")
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.decode().splitlines() == [
        "Usage: textvec similar [OPTIONS] [QUERY] [SOURCE]...",
        "See 'textvec similar --help'.",
        "textvec: error: --json and --csv exclude each other.",
    ]
    assert textvec("nope").returncode == 2


def test_help_and_version_are_quick():
    assert textvec("--version").stdout.decode() == f"textvec, version {__version__}\n"
    assert textvec("-h").stdout == textvec("--help").stdout == textvec().stdout
    shown = textvec("similar", "-h").stdout.decode()
    assert 0 < shown.index("Examples:") < shown.index('textvec similar "free prize"') < shown.index("Options:")
    module = [sys.executable, "-m", "textvec.cli", "similar", "--help"]
    assert subprocess.run(module, capture_output=True, check=True).stdout.decode() == shown
    code = (
        "import sys, textvec.cli.main, textvec.cli.similar;"
        "print(sorted({'sklearn', 'numba', 'numpy', 'pyarrow', 'rich', 'nltk', 'pandas', 'cli'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"[]\n"


def test_what_is_not_needed_is_not_imported():
    code = (
        "import sys\nfrom textvec.cli.main import main\n"
        "try: main(['similar', 'free', 'corpora/messages.csv', '-k', '1'])\n"
        "finally: print(sorted({'pandas', 'nltk', 'spacy', 'pyarrow.parquet'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True)
    assert ran.stdout.splitlines()[-1] == b"[]"


def test_a_terminal_gets_a_table_in_colour():
    arguments = ["similar", "free prize", MESSAGES, "-k", "2"]
    shown = on_a_terminal(*arguments)
    assert "Indexing 2,410 documents" in shown
    assert re.search(r"\x1b\[[\d;]+mprize\x1b\[0m", shown)
    for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        shown = on_a_terminal(*arguments, **variables)
        assert not re.search(r"\x1b\[[\d;]*m", shown)
        assert "Score" in shown
    for color in ("always", "never"):
        table = inside(*arguments[1:], "--table", "--color", color, NO_COLOR="1", FORCE_COLOR="1")
        assert bool(re.search(r"\x1b\[[\d;]*m", table)) == (color == "always")


def test_documents_cannot_steer_the_terminal(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("f.txt").write_text("red \x1b[2J\x07 [bold]apple\tpie[/bold] :smile:\n")
    assert "red [2J [bold]apple pie[/bold] :smile:" in inside("apple", "f.txt", "--table")


def test_quiet_when_the_reader_goes_away(tmp_path):
    (tmp_path / "f.txt").write_text("red apple\n" * 20_000)
    command = [TEXTVEC, "similar", "apple", "f.txt", "-k", "20000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as process:
        assert json.loads(process.stdout.readline())["row"] == 1
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == -signal.SIGPIPE


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_a_full_disk_is_an_error():
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [TEXTVEC, "similar", "free", MESSAGES], stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False
        )
    assert (ran.returncode, ran.stderr) == (1, b"textvec: error: No space left on device\n")


def test_closed_streams():
    ran = subprocess.run(f"{TEXTVEC} similar free {MESSAGES} >&- 2>&- <&-", shell=True, cwd=ROOT, check=False)
    assert ran.returncode == 0


def test_ctrl_c():
    assert interrupt("similar", "apple", "-") == (130, "")
