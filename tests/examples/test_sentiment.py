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
PICTURES = ["confusion_matrices.png", "map.png"]
REPRESENTATIONS = ["TF-IDF", "NB n-grams", "word vectors"]
CLASSIFIERS = ["logistic regression", "linear SVM", "MLP"]
NOTE = 'For pictures, install matplotlib: pip install "textvec-kit[plot]"'


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
        self.n_train, self.n_test, self.times = self.find(
            r"^Accuracy, trained on (\d+) and tested on (\d+) reviews, (once|\d+ times)$", int, int, str
        )
        self.find(r"^ +" + " +".join(CLASSIFIERS) + "$")
        number = r"([\d.]+)%(?: ± ([\d.]+)%)?"
        rows = [re.findall(number, line) for line in text.splitlines() if line.startswith(tuple(self.starts()))]
        cells = np.array([[(float(mean), float(sd or 0)) for mean, sd in row] for row in rows])
        assert cells.shape == (3, 3, 2)
        self.accuracies, self.deviations = cells[..., 0], cells[..., 1]

    @staticmethod
    def starts():
        return [f"  {name}  " for name in REPRESENTATIONS]

    def find(self, pattern, *kinds):
        (found,) = re.finditer(pattern, self.text, re.MULTILINE)
        return [kind(group) for kind, group in zip(kinds, found.groups(), strict=True)]


def check_pictures(folder):
    assert sorted(path.name for path in folder.iterdir()) == PICTURES
    for path in folder.iterdir():
        content = path.read_bytes()
        assert content.startswith(b"\x89PNG")
        assert content.endswith(b"IEND\xaeB`\x82")
        assert len(content) > 10_000


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
    assert sum(printed.counts.values()) == printed.n == printed.n_train + printed.n_test
    assert printed.n_unlabelled == len(load_messages().data) + len(load_paragraphs().data)
    assert printed.times == "10 times"
    assert "no benchmark" in sample[1]
    counts, averages = printed.accuracies[:2], printed.accuracies[2]
    assert counts.min() > 80
    assert 65 < averages.min() < averages.max() < counts.min()
    assert counts.max() < 95
    assert printed.deviations.min() > 0


def test_pictures(sample):
    pytest.importorskip("matplotlib")
    folder, text = sample
    shown = [str(Path("build", "sentiment", name)) for name in PICTURES]
    assert text.splitlines()[-1] == f"Pictures: {', '.join(shown)}"
    assert sorted(path.name for path in folder.iterdir()) == ["build"]
    check_pictures(folder / "build" / "sentiment")


def test_output_folder_and_seed(main, tmp_path, capsys, monkeypatch):
    texts = []
    for seed, output in [("0", "a/b"), ("0", "c"), ("1", "d")]:
        main("--folds", "2", "--repeats", "1", "--seed", seed, "--output", output)
        texts.append(capsys.readouterr().out.partition("\nPictures")[0])
    assert texts[0] == texts[1] != texts[2]
    assert "2 times" in texts[0]
    pytest.importorskip("matplotlib")
    check_pictures(tmp_path / "a" / "b")
    for name in PICTURES:
        assert (tmp_path / "a" / "b" / name).read_bytes() == (tmp_path / "c" / name).read_bytes()


def test_without_matplotlib(main, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    main("--folds", "2", "--repeats", "1")
    text = capsys.readouterr().out
    Printed(text)
    assert text.splitlines()[-1] == NOTE
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--folds", "1"], "--folds must be 2 or more, but it is 1"),
        (["--folds", "534"], "--folds must be at most 533, the number of reviews of a label, but it is 534"),
        (["--repeats", "0"], "--repeats must be 1 or more, but it is 0"),
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
    assert (printed.n, printed.n_train, printed.n_test, printed.times) == (360, 180, 180, "once")
    assert printed.n_unlabelled == 420
    assert "±" not in text
    assert "no benchmark" not in text


def test_the_documentation_shows_this_output(sample):
    page = (ROOT / "docs" / "sentiment.md").read_text(encoding="utf-8")
    shown = [Printed(text) for text in re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)]
    assert [printed.data for printed in shown] == ["imdb", "reviews"]
    on_imdb, on_sample = shown
    printed = Printed(sample[1])
    head = sample[1].partition("  TF-IDF")[0]
    assert on_sample.text.startswith(head)
    # Sums are rounded in another way by another processor, and a review or two changes sides.
    assert np.abs(on_sample.accuracies - printed.accuracies).max() < 3
    assert on_imdb.counts == {"neg": 25000, "pos": 25000}
    assert (on_imdb.n_train, on_imdb.n_test, on_imdb.n_unlabelled) == (25000, 25000, 50000)
    for option in re.findall(r"^\| `(--\w+)` +\|", page, re.MULTILINE):
        assert f'"{option}"' in EXAMPLE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_on_real_reviews(main, monkeypatch, capsys):
    """On every tenth of them, that it does not take minutes; docs/sentiment.md has the figures of all."""
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
    tfidf, nb_ngrams, word_vectors = printed.accuracies
    assert tfidf.min() > 84
    assert nb_ngrams.min() > 86
    assert word_vectors.min() > 77
