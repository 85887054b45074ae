"""`textvec classify compare`: the library's comparison, in every form, and what is refused."""

import csv
import io
import json
from pathlib import Path

import pytest

from support.shell import ROOT, parsed, run
from textvec.classification import compare, features

MESSAGES = ROOT / "corpora/messages.csv"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [f"{word} number {i},{word[0]}\n" for i in range(10) for word in ("red", "green", "blue")]
    Path("f.csv").write_text("text,label\n" + "".join(rows))


def compared(*arguments, source="f.csv", **options):
    return run("classify", "compare", source, *arguments, **options)


def test_the_scores_of_the_library(messages, labels):
    options = ["--features", "tfidf,char", "--features", "nb", "--classifiers", "nb,svm", "--cv", "3"]
    code, printed, said = compared(*options, "--ngrams", "1-2", "--scoring", "f1_macro,accuracy", source=MESSAGES)
    assert code == 0
    assert said == f"textvec: {MESSAGES}: the labels are taken from column 'label'.\n"
    found = parsed(printed)
    encoders = {
        "tfidf": features("tfidf", ngram_range=(1, 2)),
        "char": "char",
        "nb": features("nb", ngram_range=(1, 2)),
    }
    expected = compare(
        messages, labels, encoders, ["nb", "svm"], cv=3, scoring=["f1_macro", "accuracy"], random_state=0
    ).to_dicts()
    times = {"fit_time": 0, "predict_time": 0}
    assert [row | times for row in found] == [row | (times if row["fit_time"] else {}) | times for row in expected]
    assert found[-1]["skipped"] == "the classifier does not take negative values"


def test_every_form_and_a_picture():
    pytest.importorskip("matplotlib")
    options = ["--features", "counts,tfidf", "--classifiers", "nb,svm", "--cv", "2", "--stem", "porter"]
    [best, *_] = parsed(compared(*options)[1])
    assert best["accuracy"] == 1
    assert [row["size"] for row in parsed(compared(*options, "--sort", "size")[1])] == sorted(
        row["size"] for row in parsed(compared(*options)[1])
    )
    assert len(json.loads(compared(*options, "--json")[1])) == 4
    for form, delimiter in (("--csv", ","), ("--tsv", "\t")):
        rows = list(csv.DictReader(io.StringIO(compared(*options, form)[1], newline=""), delimiter=delimiter))
        assert json.loads(rows[0]["accuracy_folds"]) == [1, 1]
    code, table, said = compared(*options, "--table", "--plot", "p.png", COLUMNS="80")
    assert code == 0
    assert table.startswith("Comparison(4 pairs, 2 folds, 30 documents, ")
    assert max(map(len, table.splitlines())) <= 80
    assert said.endswith("textvec: p.png shows scores and times.\n")
    assert Path("p.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["--features", "embedding"], 2, "--features embedding and --vectors FILE go together."),
        (["--vectors", "v.txt"], 2, "--features embedding and --vectors FILE go together."),
        (["--features", "nb,tf\nidf"], 1, r"There are no features 'tf\nidf'. Did you mean 'tfidf'?"),
        (["--features", "tfdif"], 1, "There are no features 'tfdif'. Did you mean 'tfidf'?"),
        (["--scoring", "f1"], 1, "Choose a scoring that averages over classes, such as f1_macro."),
        (["--classifiers", "nbsmv"], 1, "There is no classifier 'nbsmv'. Did you mean 'nbsvm'?"),
        (["--scoring", "acuracy"], 1, "acuracy"),
        (["--sort", "age"], 2, "--sort takes accuracy, fit_time, predict_time, size, but it is 'age'."),
        (["--cv", "1"], 2, "1 is not in the range x>=2"),
        (["--cv", "11"], 1, "11"),
        (["--plot", "p.txt"], 1, "The name of a picture ends with .png, .svg, .pdf"),
        (["--plot", "no/p.png"], 1, "no/p.png: No such file or directory"),
        (["--features", "char", "--stem", "porter"], 1, "char"),
        (["--features", "nb", "--classifiers", "nb"], 1, "nb"),
    ],
)
def test_what_is_refused(arguments, exit_code, message):
    pytest.importorskip("matplotlib")
    code, printed, said = compared("--classifiers", "nb", *arguments)
    assert (code, printed) == (exit_code, "")
    assert message in said.splitlines()[-1]
    assert [path.name for path in Path().iterdir()] == ["f.csv"]
