"""What is shown to a person cannot steer the terminal; what is data for a program is exact."""

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from support.shell import TEXTVEC, environment, inside, on_a_terminal, parsed, run, textvec
from textvec._common.printable import printable
from textvec.cli.output import Output

# The title of the terminal, an overline that is a C1 control, right to left, a line that looks like one of ours.
BAD = "\x1b]0;owned\x07 \x9b2J \u202elivE\u2066 \u200bred\ntextvec: error: no"
NAME = f"bad{BAD.replace('/', '')}.txt"
TEXT = BAD.replace("\n", " ") + " [bold]apple[/bold]"


def is_safe(shown):
    return printable(shown, keep="\n\t") == shown


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path(NAME).write_text(TEXT + "\n", encoding="utf-8")
    Path("f.csv").write_text(f'id,text,"c{BAD}"\n"i{BAD}",apple {TEXT},"v{BAD}"\n', encoding="utf-8")
    return tmp_path


def colourless(*command):
    """Return what a terminal shows, without the progress bar and the colours that the program itself makes."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(command[0], command, environment(COLUMNS="200", TERM="dumb"))
    shown = b""
    try:
        while piece := os.read(terminal, 1 << 16):
            shown += piece
    except OSError:
        pass
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code, shown.decode().replace("\r\n", "\n")


# Runs commands one after the other; after each comes a line with its exit code.
COMMANDS = """
import json, sys
from textvec.cli.main import main
for arguments in json.loads(sys.argv[1]):
    try:
        main(arguments)
    except SystemExit as end:
        print(f"\\n---- ended {end.code or 0}", flush=True)
"""


def test_tables_of_hostile_names_ids_metadata_and_texts():
    assert run("index", "build", "f.csv", "-o", "f", "--id-column", "id", "--metadata-columns", f'"c{BAD}"')[0] == 0
    for arguments in (["apple", NAME], ["apple", "--index", "f", "--explain"], ["--id", f"i{BAD}", "--index", "f"]):
        code, printed, said = run("similar", *arguments, "--table", COLUMNS="200")
        assert code == 0
        assert is_safe(printed)
        assert is_safe(said)
        assert "owned" in printed + said
    assert is_safe(run("index", "info", "f", "--table")[1])


HOSTILE = [
    ["similar", "q", f"nope{BAD}"],
    ["similar", "apple", "--index", f"nope{BAD}"],
    ["similar", "apple", "f.csv", "--text-column", BAD],
    ["similar", "apple", "f.csv", "--stop-words", BAD],
    ["similar", "apple", "f.csv", "--stem", BAD],
    ["similar", "apple", "f.csv", "--encoding", BAD],
    ["similar", "apple", "f.csv", "--ngrams", BAD],
    ["similar", "apple", "f.csv", f"--{BAD}"],
    [BAD],
    ["index", BAD],
    ["similar", "apple", "--index", "f", "--where", f"{BAD} = 1"],
    ["similar", "apple", "--index", "f", "--where", f"source == {BAD}"],
    ["similar", "apple", "--index", "f", "--id", BAD],
    ["similar", "--id", BAD, "--index", "f"],
    ["index", "delete", "f", BAD],
    ["index", "build", NAME, "-o", NAME],
    ["index", "build", "f.csv", "-o", "g", "--chunk", BAD],
    ["index", "build", "f.csv", "-o", "g", "--metadata-columns", BAD],
    ["index", "build", "f.csv", "-o", "g", "--metadata-columns", f'"{BAD}"'],
    ["--debug", "similar", "q", f"nope{BAD}"],
]


def test_messages_of_hostile_arguments():
    assert run("index", "build", "f.csv", "-o", "f")[0] == 0
    code, shown = colourless(sys.executable, "-c", COMMANDS, json.dumps(HOSTILE))
    assert code == 0, shown
    assert is_safe(shown)
    parts = re.split(r"\n---- ended [012]\n", shown)
    assert len(parts) == len(HOSTILE) + 1
    for arguments, part in zip(HOSTILE, parts, strict=False):
        assert part, arguments
        if "--debug" not in arguments:
            assert "textvec: error: no" not in part.splitlines(), arguments


def test_progress_bars_of_hostile_names():
    shown = on_a_terminal("index", "build", "f.csv", NAME, "-o", f"out{BAD}", cwd=Path.cwd())
    assert "Writing out" in shown
    assert "\x1b]0;" not in shown
    assert not {"\x07", "\x9b", "\u202e", "\u2066", "\u200b"} & set(shown)
    assert Path(f"out{BAD}").is_dir()


@pytest.mark.parametrize("form", ["--json", "--jsonl", "--csv", "--tsv"])
def test_data_are_exact_in_a_pipe_and_safe_on_a_terminal(form):
    code, shown = colourless(TEXTVEC, "similar", "apple", NAME, form)
    assert code == 0
    assert is_safe(shown)
    piped = textvec("similar", "apple", NAME, form, cwd=Path.cwd()).stdout.decode()
    assert piped == inside("apple", NAME, form)
    if form in ("--csv", "--tsv"):
        delimiter = "," if form == "--csv" else "\t"
        [hit] = csv.DictReader(io.StringIO(piped, newline=""), delimiter=delimiter)
    else:
        [hit] = json.loads(piped) if form == "--json" else parsed(piped)
        assert (json.loads(shown) if form == "--json" else parsed(shown)) == [hit]
    assert (hit["text"], hit["source"]) == (TEXT, NAME)


@pytest.mark.parametrize(("form", "delimiter"), [("--csv", ","), ("--tsv", "\t")])
def test_cells_that_would_be_formulas(form, delimiter):
    texts = ["=1+1 apple", "+apple", "-apple", "@apple", "\tapple", "\uff1dapple", "an = apple", "'apple"]
    with Path("g.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["text", "=c", "n"], *([text, text, -i] for i, text in enumerate(texts))])
    assert run("index", "build", "g.csv", "-o", "g", "--metadata-columns", "=c,n", "--text-column", "text")[0] == 0
    rows = {}
    for options in ([], ["--guard-formulas"]):
        printed = inside("apple", "--index", "g", form, *options)
        rows[bool(options)] = list(csv.DictReader(io.StringIO(printed, newline=""), delimiter=delimiter))
    assert {row["text"] for row in rows[False]} == set(texts)
    for plain, guarded in zip(rows[False], rows[True], strict=True):
        quote = "" if plain["text"] in texts[-2:] else "'"
        assert (guarded["text"], guarded["'=c"]) == (quote + plain["text"], quote + plain["=c"])
        assert {name: guarded[name] for name in ("n", "score", "row")} == {
            name: plain[name] for name in ("n", "score", "row")
        }


def test_a_guard_of_formulas_goes_with_tables_of_text():
    code, _, said = run("similar", "apple", "f.csv", "--json", "--guard-formulas")
    assert (code, said.splitlines()[-1]) == (2, "textvec: error: --guard-formulas goes with --csv or --tsv.")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
@pytest.mark.parametrize("form", ["--json", "--jsonl", "--csv", "--tsv", "--table"])
def test_a_full_disk_is_an_error_in_every_form(form):
    for arguments in (["similar", "apple", "f.csv", form], ["index", "info", "f", form]):
        assert run("index", "build", "f.csv", "-o", "f", "--overwrite")[0] == 0
        with Path("/dev/full").open("wb") as full:
            ran = subprocess.run([TEXTVEC, *arguments], stdout=full, stderr=subprocess.PIPE, check=False)
            assert (ran.returncode, ran.stderr) == (1, b"textvec: error: No space left on device\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_a_full_disk_takes_no_message_either():
    with Path("/dev/full").open("wb") as full:
        command = [TEXTVEC, "similar", "apple", "f.csv", "--json"]
        assert subprocess.run(command, stdout=full, stderr=full, check=False).returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["similar", "--help"], []])
def test_a_full_disk_is_an_error_of_help_too(arguments):
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run([TEXTVEC, *arguments], stdout=full, stderr=subprocess.PIPE, check=False)
    assert (ran.returncode, ran.stderr) == (1, b"textvec: error: No space left on device\n")


RECORDS = [
    {"name": "a, b", "n": 1200, "share": 0.5, "said": "x" * 200},
    {"name": "c", "n": 3, "share": None, "said": ""},
]
FIELDS = ["name", "n", "share", "said"]


def shown(form, records, **options):
    """Return what is printed of records."""
    with redirect_stdout(io.StringIO()) as printed:
        Output(form, "never", False).show_records(records, FIELDS, **options)
    return printed.getvalue()


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "tsv"])
def test_records_come_out_as_they_went_in(form):
    texts = [{name: "" if value is None else str(value) for name, value in row.items()} for row in RECORDS]
    printed = shown(form, iter(RECORDS))
    if form == "json":
        assert json.loads(printed) == RECORDS
    elif form == "jsonl":
        assert parsed(printed) == RECORDS
    else:
        assert list(csv.DictReader(printed.splitlines(), delimiter="," if form == "csv" else "\t")) == texts
    assert shown("json", RECORDS) == json.dumps(RECORDS, indent=2) + "\n"
    assert shown("json", []) == "[]\n"
    assert shown("jsonl", []) == ""


def test_records_are_printed_when_they_come():
    printed = io.StringIO()

    def records():
        yield RECORDS[0]
        assert len(printed.getvalue().splitlines()) == 1
        yield RECORDS[1]

    with redirect_stdout(printed):
        Output("jsonl", "never", False).show_records(records(), FIELDS)
    assert len(printed.getvalue().splitlines()) == 2


def test_a_table_of_records_fits_the_line(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = shown("table", RECORDS, formats={"share": ".1%"}, wide="said").splitlines()
    assert lines[0].split() == ["name", "n", "share", "said"]
    assert lines[2].split()[:4] == ["a,", "b", "1,200", "50.0%"]
    assert lines[2].endswith("x…")
    assert {len(line) <= 40 for line in lines} == {True}
