"""The sentiment example, run as a newcomer runs it: what it prints and draws is complete and agrees with itself."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.utils import Bunch

from support.paths import ROOT
from textvec.datasets import imdb, load_messages, load_paragraphs, load_reviews

EXAMPLE = ROOT / "examples" / "sentiment.py"
FILES = ["comparison.png", "reasons.html"]
PAIRS = {(f, c) for f in ("words", "1-3-grams", "word vectors") for c in ("logreg", "svm", "nbsvm")}
NOTE = 'For a picture of the table: pip install "textvec-kit[plot]"'


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
def main(monkeypatch, tmp_path):
    """Return a function that runs the example in this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    names = runpy.run_path(str(EXAMPLE))

    def main(*options):
        monkeypatch.setattr(sys, "argv", ["sentiment.py", *options])
        names["main"]()

    main.names = names
    return main


class Printed:
    """What the example printed, read back."""

    def __init__(self, text):
        self.text = text
        self.data, self.n, counts, self.n_unlabelled = self.find(
            r"^Data: (\w+), (\d+) reviews: ([^;]+); (\d+) texts without a label$", str, int, str, int
        )
        self.counts = {label: int(n) for n, label in re.findall(r"(\d+) (\w+)", counts)}
        self.n_folds, self.n_documents = self.find(
            r"^Comparison\(8 pairs, (\d+) folds?, ([\d,]+) documents", int, lambda n: int(n.replace(",", ""))
        )
        rows = re.findall(r"^(\S.*?)  +(logreg|svm|nbsvm)  +(0\.\d+)(?: ± (0\.\d+))?  ", text, re.MULTILINE)
        self.accuracy = {(f, c): float(mean) for f, c, mean, _ in rows}
        self.deviations = [float(sd) for _, _, _, sd in rows if sd]
        assert set(self.accuracy) == PAIRS - {("word vectors", "nbsvm")}
        assert list(self.accuracy.values()) == sorted(self.accuracy.values(), reverse=True)
        self.judged = re.findall(r"^(\w+): .+\n      (\S.*)$", text.partition("New reviews")[2], re.MULTILINE)
        assert len(self.judged) == 3

    def of(self, features):
        """Return the accuracies with some features."""
        return np.array([score for (name, _), score in self.accuracy.items() if name == features])

    def find(self, pattern, *kinds):
        (found,) = re.finditer(pattern, self.text, re.MULTILINE)
        return [kind(group) for kind, group in zip(kinds, found.groups(), strict=True)]


def check_files(folder):
    assert sorted(path.name for path in folder.iterdir()) == FILES
    picture = (folder / "comparison.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert picture.endswith(b"IEND\xaeB`\x82")
    assert len(picture) > 10_000
    page = (folder / "reasons.html").read_text(encoding="utf-8")
    assert "the strap" in re.sub("<[^>]+>", "", page)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Run it as the documentation says first, and return the folder that it ran in and what it printed."""
    folder = tmp_path_factory.mktemp("elsewhere")
    return folder, run(cwd=folder, TEXTVEC_DATA="")


def test_on_the_sample(sample):
    printed = Printed(sample[1])
    reviews = load_reviews()
    assert printed.data == "reviews"
    assert printed.counts == {label: (reviews.target == label).sum() for label in ("negative", "positive")}
    assert sum(printed.counts.values()) == printed.n == printed.n_documents
    assert printed.n_unlabelled == len(load_messages().data) + len(load_paragraphs().data)
    assert printed.n_folds == 5
    assert "no benchmark" in sample[1]
    counts = np.r_[printed.of("words"), printed.of("1-3-grams")]
    averages = printed.of("word vectors")
    assert 0.82 < counts.min() < counts.max() < 0.95
    assert 0.65 < averages.min() <= averages.max() < counts.min()
    assert printed.accuracy["1-3-grams", "nbsvm"] > 0.85
    assert len(printed.deviations) == 8
    assert min(printed.deviations) > 0
    assert [label for label, _ in printed.judged] == ["positive", "negative", "negative"]
    assert max(map(len, sample[1].splitlines())) <= 100


def test_a_page_and_a_picture(sample):
    pytest.importorskip("matplotlib")
    folder, text = sample
    for name in FILES:
        assert str(Path("build", "sentiment", name)) in "\n".join(text.splitlines()[-2:])
    assert sorted(path.name for path in folder.iterdir()) == ["build"]
    check_files(folder / "build" / "sentiment")


@pytest.mark.slow
def test_output_folder_and_seed(main, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    tables = []
    for seed, output in [("0", "a/b"), ("0", "c"), ("1", "d")]:
        main("--folds", "2", "--seed", seed, "--output", output)
        tables.append(Printed(capsys.readouterr().out).accuracy)
    assert tables[0] == tables[1] != tables[2]
    check_files(tmp_path / "a" / "b")


def test_without_matplotlib(main, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    main("--folds", "2")
    text = capsys.readouterr().out
    Printed(text)
    assert text.splitlines()[-1] == NOTE
    assert [path.name for path in Path("build", "sentiment").iterdir()] == ["reasons.html"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--folds", "1"], "--folds must be from 2 to 533, the number of reviews of a label, but it is 1"),
        (["--folds", "534"], "--folds must be from 2 to 533, the number of reviews of a label, but it is 534"),
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


def test_data_that_is_not_the_data_set(main, tmp_path, monkeypatch):
    (tmp_path / "imdb").mkdir()
    (tmp_path / "imdb" / "imdb.parquet").write_text("neg,Hello\n")
    monkeypatch.setenv("TEXTVEC_DATA", str(tmp_path))
    with pytest.raises(SystemExit, match=r"^sentiment\.py: .* is not the Large Movie Review Dataset"):
        main("--data", "imdb")


def test_on_film_reviews_that_are_few(main, tmp_path, monkeypatch, capsys):
    """The way of the real reviews, with those of the sample in their place."""
    reviews = load_reviews()
    labels = np.where(reviews.target == "positive", "pos", "neg")[:360]
    splits = np.where(np.arange(360) % 2, "train", "test")
    rows = [*zip(splits.tolist(), labels.tolist(), reviews.data, strict=False)]
    rows += [("train", "unsup", f"{text}<br /><br />{text}") for text in load_paragraphs().data * 5]
    table = {
        "split": [split for split, _, _ in rows],
        "label": [label for _, label, _ in rows],
        "id": list(range(len(rows))),
        "rating": [0] * len(rows),
        "text": [text for _, _, text in rows],
    }
    (tmp_path / "imdb").mkdir()
    pq.write_table(pa.table(table), tmp_path / "imdb" / "imdb.parquet")
    sizes = {key: list(zip(table["split"], table["label"], strict=True)).count(key) for key in imdb._SIZES}
    monkeypatch.setattr(imdb, "_SIZES", sizes)
    monkeypatch.setenv("TEXTVEC_DATA", str(tmp_path))
    main("--data", "imdb")
    text = capsys.readouterr().out
    printed = Printed(text)
    assert printed.data == "imdb"
    assert (printed.n, printed.n_documents, printed.n_folds) == (360, 360, 1)
    assert printed.n_unlabelled == 420
    assert not printed.deviations
    assert "no benchmark" not in text


def test_the_documentation_shows_this_output(sample):
    page = (ROOT / "docs" / "guide" / "sentiment.md").read_text(encoding="utf-8")
    shown = [Printed(text) for text in re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)]
    assert [printed.data for printed in shown] == ["imdb", "reviews"]
    on_imdb, on_sample = shown
    printed = Printed(sample[1])
    assert on_sample.text.startswith(sample[1].partition("Comparison(")[0])
    # Sums are rounded in another way by another processor, and a review or two changes sides.
    assert max(abs(score - printed.accuracy[pair]) for pair, score in on_sample.accuracy.items()) < 0.03
    assert on_imdb.counts == {"neg": 25000, "pos": 25000}
    assert (on_imdb.n_documents, on_imdb.n_folds, on_imdb.n_unlabelled) == (50000, 1, 50000)
    for option in re.findall(r"^\| `(--\w+)` +\|", page, re.MULTILINE):
        assert f'"{option}"' in EXAMPLE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_on_real_reviews(main, monkeypatch, capsys):
    """On every tenth of them, that it does not take minutes; docs/guide/sentiment.md has the figures of all."""
    if not Path(os.environ.get("TEXTVEC_DATA") or "nowhere", "imdb", "imdb.parquet").exists():
        pytest.skip("needs real data: set TEXTVEC_DATA to its folder")

    def fetch_some(subset):
        reviews = imdb.fetch_imdb(subset=subset, download=False)
        return Bunch(data=reviews.data[::10], target=reviews.target[::10])

    monkeypatch.setitem(main.names["main"].__globals__, "fetch_imdb", fetch_some)
    main("--data", "imdb")
    printed = Printed(capsys.readouterr().out)
    assert printed.counts == {"neg": 2500, "pos": 2500}
    assert printed.n_unlabelled == 5000
    assert printed.of("words").min() > 0.84
    assert printed.of("1-3-grams").min() > 0.86
    assert printed.accuracy["1-3-grams", "nbsvm"] > 0.87
    assert printed.of("word vectors").min() > 0.77
