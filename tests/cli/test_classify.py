"""`textvec classify` as a group: its help, the names it lists, what a terminal shows of hostile data, what it loads."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from support.shell import on_a_terminal, run
from textvec._common.printable import printable
from textvec.classification.choices import CLASSIFIERS, FEATURES

BAD = "\x1b]0;owned\x07 \x9b2J \u202elivE\u2066 \u200bred\ntextvec: error: no"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A data folder in which the models that come with textvec are kept."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def here(home, tmp_path, monkeypatch):
    monkeypatch.setenv("TEXTVEC_DATA", str(home))
    monkeypatch.chdir(tmp_path)


def is_safe(shown):
    return printable(shown, keep="\n\t") == shown


def test_help_is_quick_and_shows_examples_first():
    from textvec.cli.main import cli

    for name, command in cli.commands["classify"].commands.items():
        code, shown, said = run("classify", name, "--help")
        assert (code, said) == (0, "")
        assert 0 < shown.index("Examples:") < shown.rindex(f"  textvec classify {name} ") < shown.index("Options:")
        assert all(len(line) <= 80 for line in shown.splitlines())
        assert {option for each in command.params for option in each.opts if isinstance(each, click.Option)}
    code = (
        "import sys, textvec.cli.main;"
        "print(sorted({'sklearn', 'numba', 'numpy', 'pyarrow', 'rich', 'nltk', 'pandas'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"[]\n"


def test_the_help_names_all_features_and_classifiers():
    shown = " ".join(run("classify", "train", "--help", COLUMNS="1000")[1].split())
    assert re.search(r"turned into: (.*?)\. \(bm25 are weights", shown)[1].replace(" or ", ", ").split(", ") == list(
        FEATURES
    )
    assert re.search(r"--classifier NAME (.*?), or one of", shown)[1].split(", ") == list(CLASSIFIERS)


def test_a_prediction_needs_neither_pandas_nor_skops(home):
    run("classify", "predict", "spam", "You have won a prize")
    code = (
        "import sys\nfrom textvec.cli.main import main\n"
        "try: main(['classify', 'predict', 'spam', 'You have won a free prize'])\n"
        "finally: print(sorted({'pandas', 'skops', 'nltk', 'spacy', 'matplotlib'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert ran.stdout.splitlines()[-1] == b"[]"
    assert b'"label": "spam"' in ran.stdout


def test_what_a_terminal_shows_cannot_steer_it():
    Path("f.csv").write_text(
        f'"label","text","c{BAD}"\n' + f'"x{BAD}","apple {BAD} pie","v{BAD}"\n"y","blue {BAD} sea",""\n' * 5,
        encoding="utf-8",
    )
    train = ["classify", "train", "f.csv", "-o", "m.textvec", "--text-column", "text"]
    for arguments in (
        [*train, "--table"],
        ["classify", "evaluate", "m.textvec", "f.csv", "--text-column", "text", "--table"],
        ["classify", "predict", "m.textvec", "f.csv", "--text-column", "text", "--probability", "--explain", "--table"],
        ["classify", "predict", "m.textvec", "f.csv", "--text-column", "text", "--top", "1", "--table"],
        ["classify", "explain", "m.textvec", f"apple {BAD} pie", "--table"],
    ):
        code, printed, said = run(*arguments, COLUMNS="300")
        assert code == 0, said
        assert is_safe(printed)
        assert is_safe(said)
        assert "owned" in printed
    for arguments in (
        ["predict", f"nope{BAD}", "a b"],
        ["predict", "m.textvec", f"{BAD}.csv"],
        ["explain", "m.textvec", "a b", "--class", BAD],
        ["explain", "m.textvec", "a b", "--html", f"{BAD}/x"],
        ["evaluate", "m.textvec", "f.csv", "--plot", BAD],
        ["train", "f.csv", "-o", f"{BAD}/x", "--features", BAD],
        ["train", "f.csv", "-o", "n", "--text-column", "text", "--param", f"{BAD}=1"],
        ["train", "f.csv", "-o", "n", "--text-column", "text", "--label-column", BAD],
    ):
        code, _, said = run("classify", *arguments)
        assert code in (1, 2)
        assert is_safe(said)
        assert [line for line in said.splitlines() if line == "textvec: error: no"] == []


def test_colours_are_for_terminals(home):
    shown = on_a_terminal(
        "classify", "explain", "spam", "You have won a free prize", cwd=Path.cwd(), TEXTVEC_DATA=str(home)
    )
    assert re.search(r"\x1b\[[\d;]+mfree\x1b\[0m", shown)
    arguments = ["explain", "spam", "You have won a free prize", "--table"]
    for color in ("always", "never"):
        code, printed, _ = run("classify", *arguments, "--color", color, NO_COLOR="1")
        assert code == 0
        assert bool(re.search(r"\x1b\[[\d;]+m", printed)) == (color == "always")
        assert ("[+free]" in printed) == (color == "never")


def test_rows_of_a_pipe_are_answered_when_they_come(home):
    command = [sys.executable, "-m", "textvec", "classify", "predict", "spam", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for text, label in (("win a free prize now", b"spam"), ("", b"ham"), ("see you at dinner", b"ham")):
            process.stdin.write(f"{text}\n".encode())
            process.stdin.flush()
            assert b'"label": "' + label in process.stdout.readline()
        process.stdin.close()
        assert process.wait() == 0
