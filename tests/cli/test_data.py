"""`textvec data`: what there is, where it is, and what is written of it."""

import csv
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from support.downloads import files, serving
from support.paths import ROOT
from support.shell import on_a_terminal, parsed, run
from textvec.datasets import load_messages, simlex999
from textvec.datasets.catalog import DATASETS, listed

NAMES = [info.name for info in DATASETS]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty folder to work in, and another for data."""
    monkeypatch.setenv("TEXTVEC_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_list_in_every_form():
    code, printed, said = run("data", "list")
    assert (code, said) == (0, "")
    assert parsed(printed) == listed()
    rows = list(csv.DictReader(io.StringIO(run("data", "list", "--csv")[1])))
    assert [row["name"] for row in rows] == NAMES
    assert rows[0]["path"].endswith("messages.csv")
    table = run("data", "list", "--table", COLUMNS="80")[1]
    assert [line.split()[0] for line in table.splitlines()[2:]] == NAMES
    assert "…" not in table
    assert max(map(len, table.splitlines())) <= 80
    assert {line.split()[-1] for line in table.splitlines()[2:]} == {"bundled", "no"}


def test_list_of_another_folder(here):
    (here / "mine" / "words").mkdir(parents=True)
    (here / "mine" / "words" / "simlex999.csv").touch()
    for arguments, found in (([], None), (["--data-home", "mine"], str(here / "mine/words/simlex999.csv"))):
        records = parsed(run("data", "list", *arguments)[1])
        assert records[-1]["path"] == found


def test_fetch_prints_where_it_is(here):
    code, printed, said = run("data", "fetch", "messages")
    assert code == 0
    assert Path(printed.rstrip("\n")).read_bytes() == (ROOT / "corpora" / "messages.csv").read_bytes()
    assert said.startswith("textvec: Short messages ")
    assert said.count("\n") == 1
    assert files(here) == []


def test_fetch_downloads_and_writes(here, monkeypatch):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        lines = ["word1\tword2\tPOS\tSimLex999", "old\tnew\tA\t1.58", 'smart\t"wise"\tA\t9.2']
        members.writestr("SimLex-999/SimLex-999.txt", "\n".join(lines))
    monkeypatch.setattr(simlex999, "_TABLE", replace(simlex999._TABLE, sizes={"": 2}, sha256=""))
    body = archive.getvalue()
    with serving(lambda path: (200, body, len(body))) as address:
        monkeypatch.setattr(simlex999, "_URL", f"{address}/simlex.zip")
        code, printed, said = run("data", "fetch", "simlex999", "-o", "simlex.tsv", "--data-home", "mine")
    assert (code, printed) == (0, "simlex.tsv\n")
    assert "SimLex-999: 999 pairs" in said
    assert (here / "simlex.tsv").read_text() == 'word1\tword2\tsimilarity\nold\tnew\t1.58\nsmart\t"""wise"""\t9.2\n'
    code, printed, _ = run("data", "fetch", "simlex999", "--data-home", "mine")
    assert (code, printed) == (0, f"{here / 'mine/words/simlex999.csv'}\n")
    assert files(here) == ["mine/words/simlex999.csv", "simlex.tsv"]


def test_what_is_written_is_read_by_other_commands():
    assert run("data", "fetch", "messages", "-o", "m.parquet")[:2] == (0, "m.parquet\n")
    before = Path("m.parquet").read_bytes()
    code, printed, said = run("data", "fetch", "reviews", "-o", "m.parquet")
    assert (code, printed) == (1, "")
    assert said == "textvec: error: m.parquet is there already. Add --overwrite to replace it.\n"
    assert Path("m.parquet").read_bytes() == before
    assert run("data", "fetch", "reviews", "-o", "m.parquet", "--overwrite")[:2] == (0, "m.parquet\n")
    assert Path("m.parquet").read_bytes() != before
    assert run("data", "fetch", "messages", "-o", "m.parquet", "--overwrite")[0] == 0
    code, printed, said = run("similar", load_messages().data[2], "m.parquet", "-k", "1")
    assert (code, said) == (0, "")
    assert parsed(printed)[0]["text"] == load_messages().data[2]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["sms"], 2, "There is no data set 'sms'. Did you mean 'sms-spam'? There are messages, reviews, "),
        (
            ["messages", "-o", "m.xls"],
            2,
            "The name of the file must end in .csv, .tsv, .jsonl, .parquet or in .csv.gz, ",
        ),
        (["messages", "-o", "no/m.csv"], 1, "No such file or directory"),
        (["simlex999"], 1, "SimLex-999 could not be downloaded from http://127.0.0.1:9/closed: there is no connection"),
    ],
)
def test_errors(arguments, code, message, here, monkeypatch):
    monkeypatch.setattr(simlex999, "_URL", "http://127.0.0.1:9/closed")
    ended, printed, said = run("data", "fetch", *arguments)
    assert (ended, printed) == (code, "")
    assert f"textvec: error: {message}" in said or (message in said and "textvec: error: " in said)
    assert files(here) == []


def test_a_folder_that_would_steer_the_terminal(here):
    (here / "a\x1b]0;owned\x07" / "words").mkdir(parents=True)
    shown = on_a_terminal("data", "fetch", "paragraphs", "-o", "a\x1b]0;owned\x07/p.csv", cwd=here)
    assert "owned" in shown
    assert "\x1b]" not in shown
