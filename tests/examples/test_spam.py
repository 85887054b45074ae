"""The spam example, run as a newcomer runs it: what it prints is complete and agrees with itself."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from support.paths import ROOT
from textvec.datasets import load_messages

EXAMPLE = ROOT / "examples" / "spam.py"


def run(*options, cwd, **environment):
    """Run the example by its path, in a folder that is not the project's, and return what it prints."""
    done = subprocess.run(
        [sys.executable, EXAMPLE, *options],
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def main(monkeypatch):
    """Return a function that runs the example in this process, for time."""
    names = runpy.run_path(str(EXAMPLE))

    def main(*options):
        monkeypatch.setattr(sys, "argv", ["spam.py", *options])
        names["main"]()

    return main


class Printed:
    """What the example printed, read back."""

    def __init__(self, text):
        self.text = text
        self.data, self.n_messages = self.find(r"^Data: (\w+), (\d+) messages: ", str, int)
        self.counts = {label: int(n) for n, label in re.findall(r"(\d+) (ham|spam)\b", text.splitlines()[0])}
        self.folds, self.accuracy, self.sd = self.find(
            r"^(\d+)-fold cross-validation[^\n]*\nAccuracy: ([\d.]+)% ± ([\d.]+)%", int, float, float
        )
        self.precision, self.recall = self.find(r"^ +spam +([\d.]+) +([\d.]+) +[\d.]+ +\d+$", float, float)
        self.find(r"^Confusion matrix +predicted ham +predicted spam$")
        self.matrix = [self.find(rf"^  {label} +(\d+) +(\d+)$", int, int) for label in ("ham", "spam")]
        best, terms = text.split("parameter combinations", 1)[1].split("The terms that say most")
        self.best = dict(re.findall(r"^  (\w+) +(.+)$", best, re.MULTILINE))
        terms, _, judged = terms.partition("New messages")
        rows = re.findall(r"^ +(\d+\.\d+)  (.+?)  +(\d+\.\d+)  (.+?) *$", terms, re.MULTILINE)
        self.ham_terms = [(float(weight), term) for weight, term, _, _ in rows]
        self.spam_terms = [(float(weight), term) for _, _, weight, term in rows]
        self.judged = re.findall(r"^(ham|spam) +(.+)\n      (.+)$", judged, re.MULTILINE)

    def find(self, pattern, *kinds):
        (found,) = re.finditer(pattern, self.text, re.MULTILINE)
        return [kind(group) for kind, group in zip(kinds, found.groups(), strict=True)]

    def check(self):
        """Compare each number with the others."""
        (ham_as_ham, ham_as_spam), (spam_as_ham, spam_as_spam) = self.matrix
        assert ham_as_ham + ham_as_spam == self.counts["ham"]
        assert spam_as_ham + spam_as_spam == self.counts["spam"]
        assert sum(self.counts.values()) == self.n_messages
        # The mean of folds, which differ in size by one message at most, is all but the share of the diagonal.
        slack = 0.005 + 100 / self.n_messages
        assert self.accuracy == pytest.approx(100 * (ham_as_ham + spam_as_spam) / self.n_messages, abs=slack)
        assert self.precision == pytest.approx(spam_as_spam / (spam_as_spam + ham_as_spam), abs=6e-5)
        assert self.recall == pytest.approx(spam_as_spam / self.counts["spam"], abs=6e-5)
        assert 0 < self.sd < 20
        assert list(self.best) == [
            "tokenizer__pattern",
            "stop_words",
            "stemmer",
            "features__ngram_range",
            "classifier__C",
        ]
        assert len(self.spam_terms) == len(self.ham_terms) == 10
        for terms in (self.spam_terms, self.ham_terms):
            assert terms == sorted(terms, key=lambda term: -term[0])
            assert terms[-1][0] > 0
        assert len(self.judged) == 3
        for _, _, words in self.judged:
            shares = [float(share) for share in re.findall(r" ([+-][\d.]+)(?:  |$)", words)]
            assert 3 <= len(shares) <= 5
            assert shares == sorted(shares, key=lambda share: -abs(share))


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Run it on the sample with fewer folds, for time."""
    return run("--folds", "2", cwd=tmp_path_factory.mktemp("elsewhere"), TEXTVEC_DATA="")


def test_on_the_sample(sample):
    printed = Printed(sample)
    messages = load_messages()
    assert printed.data == "messages"
    assert printed.folds == 2
    assert printed.counts == {label: (messages.target == label).sum() for label in ("ham", "spam")}
    assert "no benchmark" in sample
    printed.check()
    assert [label for label, _, _ in printed.judged] == ["spam", "ham", "spam"]
    assert printed.accuracy > 100 * printed.counts["ham"] / printed.n_messages, "no better than saying ham always"


@pytest.mark.slow
def test_the_seed_decides_everything(sample, main, capsys):
    main("--folds", "2", "--jobs", "1")
    assert capsys.readouterr().out == sample


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--folds", "1"], "--folds must be from 2 to 915, the number of spam messages, but it is 1"),
        (["--folds", "916"], "--folds must be from 2 to 915, the number of spam messages, but it is 916"),
        (["--jobs", "0"], "--jobs must be 1 or more, or -1 for all cores, but it is 0"),
        (["--seed", "-1"], "--seed must be from 0 to 2**32 - 1, but it is -1"),
        (["--data", "nope"], "invalid choice: 'nope'"),
    ],
)
def test_wrong_options(options, message, main, capsys):
    with pytest.raises(SystemExit) as end:
        main(*options)
    printed = capsys.readouterr()
    assert end.value.code == 2
    assert message in printed.err
    assert printed.out == ""


def test_data_that_is_not_the_collection(main, tmp_path, monkeypatch):
    (tmp_path / "sms_spam").mkdir()
    (tmp_path / "sms_spam" / "SMSSpamCollection").write_text("ham\tHello\n")
    monkeypatch.setenv("TEXTVEC_DATA", str(tmp_path))
    with pytest.raises(SystemExit, match=r"^spam\.py: .* is not the SMS Spam Collection "):
        main("--data", "sms_spam")


def test_the_documentation_shows_output_of_this_form():
    page = (ROOT / "docs" / "guide" / "spam.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    printed = Printed(shown)
    printed.check()
    row = f"| {printed.accuracy:.2f}% ± {printed.sd:.2f}% | {printed.precision:.2%} | {printed.recall:.2%} |"
    assert f"| `--seed 0` {row}" in page
    for option in re.findall(r"^\| `(--\w+)` +\|", page, re.MULTILINE):
        assert f'"{option}"' in EXAMPLE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_on_real_messages(tmp_path):
    if not Path(os.environ.get("TEXTVEC_DATA") or "nowhere", "sms_spam", "SMSSpamCollection").exists():
        pytest.skip("needs real data: set TEXTVEC_DATA to its folder")
    text = run("--data", "sms_spam", "--folds", "3", cwd=tmp_path)
    printed = Printed(text)
    assert printed.data == "sms_spam"
    assert printed.counts == {"ham": 4827, "spam": 747}
    assert printed.folds == 3
    printed.check()
    assert printed.accuracy >= 98.7
    assert {"txt", "free", "£"} <= {term for _, term in printed.spam_terms}
    assert {"i", "me"} <= {term for _, term in printed.ham_terms}
    assert "no benchmark" not in text
