"""The ways to start the command, what it loads, and numbers that no option takes."""

import subprocess
import sys

import pytest

from support.shell import ROOT, run, textvec

MESSAGES = "corpora/messages.csv"


@pytest.fixture(scope="module")
def said():
    """What the command says to some arguments."""
    some = (["--version"], ["similar", "free prize", MESSAGES, "-k", "2"], ["index"], ["nope"], ["-h"])
    return [(arguments, textvec(*arguments)) for arguments in some]


@pytest.mark.parametrize("module", ["textvec", "textvec.cli", "textvec.cli.main"])
def test_the_command_is_a_module_too(module, said):
    if module == "textvec.cli.main":
        command = [sys.executable, "-c", "from textvec.cli.main import main; main()"]
    else:
        command = [sys.executable, "-m", module]
    for arguments, other in said:
        ran = subprocess.run([*command, *arguments], capture_output=True, cwd=ROOT, check=False)
        assert (ran.returncode, ran.stdout, ran.stderr) == (other.returncode, other.stdout, other.stderr)


@pytest.mark.parametrize("group", [(), ("classify",), ("data",), ("index",)])
def test_a_group_without_a_command_prints_its_help(group):
    code, printed, said = run(*group)
    assert (code, said) == (0, "")
    assert printed == run(*group, "--help")[1]


@pytest.mark.parametrize("group", [(), ("classify",), ("data",), ("index",)])
def test_lists_of_commands_are_not_cut_at_80_columns(group):
    listed = run(*group, "--help", COLUMNS="80")[1].partition("Commands:\n")[2].splitlines()
    assert listed
    assert [line for line in listed if line.endswith("...") or not line.endswith(".") or len(line) > 80] == []


def test_an_index_with_scikit_learn_s_stop_words_is_searched_without_scikit_learn(tmp_path):
    """The encoder that the library saves, and the one that the shell makes."""
    code = (
        "from textvec import CosineIndex, TfidfVectorizer\n"
        "CosineIndex(TfidfVectorizer(stop_words='english')).fit(['the red apple', 'a blue sea']).save('library')"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    (tmp_path / "f.txt").write_text("the red apple\na blue sea\n")
    assert textvec("index", "build", "f.txt", "-o", "shell", "--stop-words", "english", cwd=tmp_path).returncode == 0
    for folder in ("library", "shell"):
        assert '"queries": "compiled"' in textvec("index", "info", folder, cwd=tmp_path).stdout.decode()
        code = (
            "import sys\nfrom textvec.cli.main import main\n"
            f"try: main(['similar', 'the apple', '--index', {folder!r}])\n"
            "finally: print(sorted({'sklearn', 'numba', 'scipy', 'pandas'} & set(sys.modules)))"
        )
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=tmp_path, check=True)
        assert b"red apple" in ran.stdout
        assert ran.stdout.splitlines()[-1] == b"[]"


def test_scipy_s_statistics_are_loaded_when_they_are_used():
    code = (
        "import sys\nfrom textvec.cli.main import main\n"
        f"try: main(['similar', 'free prize', {MESSAGES!r}, '-k', '1'])\n"
        "except SystemExit: pass\n"
        "print('scipy.stats.distributions' in sys.modules)\n"
        "import scipy.stats\nprint(scipy.stats.spearmanr([1, 2, 3], [1, 2, 3]).statistic)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True)
    assert ran.stdout.splitlines()[-2:] == [b"False", b"1.0"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *[("-k", value) for value in ("-1", "0", "nan", "1e3", "", "x")],
        *[("--min-score", value) for value in ("nan", "inf", "-0.1", "1.1", "", "x")],
        *[("--ngrams", value) for value in ("", "-1", "1-", "9" * 30, "\u0663")],
        ("--where", "row > 3"),
    ],
)
def test_numbers_that_make_no_sense(option, value):
    code, printed, said = run("similar", "free", ROOT / MESSAGES, option, value)
    assert (code, printed) == (2, "")
    assert option in said


def test_more_hits_than_there_are_documents():
    code, printed, _ = run("similar", "free prize", ROOT / MESSAGES, "-k", "9" * 30)
    assert (code, printed) == run("similar", "free prize", ROOT / MESSAGES, "-k", "1000")[:2]


def test_a_default_that_can_be_typed_stands_without_parentheses():
    for command in (["similar"], ["trace"], ["words", "train"]):
        printed = run(*command, "--help", COLUMNS="80")[1]
        assert "[default: " in printed
        assert "default: (" not in printed
