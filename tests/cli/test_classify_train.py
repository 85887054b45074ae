"""`textvec classify train`: what it prints, what it saves, what it refuses before and after reading."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import classification_report
from sklearn.model_selection import train_test_split

import textvec
from support.shell import ROOT, parsed, run
from textvec.classification import classifier, features, text_classifier

MESSAGES = ROOT / "corpora/messages.csv"
FRUIT = "text,kind\n" + "".join(
    f"{word} number {i},{word[0]}\n" for i in range(10) for word in ("red", "green", "blue")
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("f.csv").write_text(FRUIT)


def train(*arguments, source="f.csv", model="m.textvec", **options):
    return run("classify", "train", source, "-o", model, *arguments, **options)


def test_the_report_is_that_of_texts_held_out_and_the_model_learns_from_all(messages, labels):
    code, printed, said = train(source=MESSAGES)
    assert code == 0
    assert said.splitlines()[:2] == [
        f"textvec: {MESSAGES}: the labels are taken from column 'label'.",
        "textvec: 482 of 2,410 texts were held out, each class with its share; what is measured on them:",
    ]
    assert said.splitlines()[2].startswith("textvec: m.textvec has learnt from 2,410 texts of 2 classes: ")
    [found] = parsed(printed)
    model = text_classifier("tfidf", classifier("logreg", random_state=0))
    some, others, of_some, of_others = train_test_split(
        messages, labels, test_size=0.2, stratify=labels, random_state=0
    )
    predicted = model.fit(some, of_some).predict(others)
    expected = classification_report(of_others, predicted, output_dict=True)
    assert found["accuracy"] == pytest.approx(expected["accuracy"])
    assert found["classes"][1]["f1"] == pytest.approx(expected["spam"]["f1-score"])
    assert sum(map(sum, found["confusion"])) == found["texts"] == 482
    whole = model.fit(messages, labels)
    np.testing.assert_array_equal(textvec.load("m.textvec").predict_proba(others), whole.predict_proba(others))


def test_every_form_of_the_report():
    options = ["--label-column", "kind", "--text-column", "text", "--cv", "5", "--overwrite"]
    [data] = parsed(train(*options)[1])
    assert json.loads(train(*options, "--json")[1]) == [data]
    assert (data["accuracy"], data["labels"], data["texts"]) == (1.0, ["b", "g", "r"], 30)
    for form, delimiter in (("--csv", ","), ("--tsv", "\t")):
        rows = list(csv.DictReader(io.StringIO(train(*options, form)[1]), delimiter=delimiter))
        assert [row["kind"] for row in rows] == ["class"] * 3 + ["accuracy", "macro avg", "weighted avg"]
        assert [row["label"] for row in rows] == ["b", "g", "r", "", "", ""]
        assert [[row[f"as.{label}"] for label in "bgr"] for row in rows[:3]] == [
            ["10", "0", "0"],
            ["0", "10", "0"],
            ["0", "0", "10"],
        ]
        assert rows[3]["f1"] == "1.0"
    code, printed, said = train(*options, "--table", COLUMNS="60")
    lines = [line.split() for line in printed.splitlines()]
    assert lines[0] == ["class", "precision", "recall", "f1", "support"]
    assert ["g", "1.000", "1.000", "1.000", "10"] in lines
    assert ["accuracy", "1.000", "30"] in lines
    assert ["true", "\\", "predicted", "b", "g", "r"] in lines
    assert lines[-2:] == [["g", "0", "10", "0"], ["r", "0", "0", "10"]]
    assert "all 30 texts were held out in turn, in 5 parts, each class with its share" in said
    assert code == 0


def test_many_classes_as_a_list_of_confusions():
    Path("many.csv").write_text(
        "text,label\n" + "".join(f"same words,a class of length {i:02}\n" for i in range(30)) * 5
    )
    code, printed, _ = train("--table", source="many.csv", COLUMNS="80")
    lines = printed.splitlines()
    assert code == 0
    assert any(line.split() == ["true", "predicted", "texts"] for line in lines)
    assert lines[-1].startswith("and ")
    assert lines[-1].endswith("more texts; --json has the whole matrix")


def test_options_make_the_pipeline():
    Path("stop.txt").write_text("number\n")
    code, _, said = train(
        *["--label-column", "kind", "--text-column", "text", "--features", "counts", "--classifier", "svm"],
        *["--ngrams", "1-2", "--param", "C=0.5", "--param", "features__min_df=2", "--class-weight", "balanced"],
        *[
            "--stop-words",
            "stop.txt",
            "--stem",
            "porter",
            "--tokenizer",
            "unicode",
            "--seed",
            "3",
            "--test-size",
            "0.5",
        ],
    )
    assert code == 0, said
    expected = text_classifier(
        features("counts", ngram_range=(1, 2), min_df=2),
        classifier("svm", C=0.5, class_weight="balanced", random_state=3),
        tokenizer="unicode",
        stop_words=["number"],
        stem="porter",
    )
    assert repr(textvec.load("m.textvec")) == repr(expected)
    assert "15 of 30 texts were held out" in said


def test_word_vectors(tmp_path):
    Path("v.txt").write_text("red 1 0\ngreen 0 1\nblue -1 -1\nnumber 0.1 0.1\n")
    options = ["--label-column", "kind", "--text-column", "text", "--features", "embedding"]
    code, printed, _ = train(*options, "--vectors", "v.txt")
    assert code == 0
    assert parsed(printed)[0]["accuracy"] == 1.0
    for some in (options, ["--vectors", "v.txt"]):
        code, _, said = train(*some, "--overwrite")
        assert (code, said.splitlines()[-1]) == (
            2,
            "textvec: error: --features embedding and --vectors FILE go together.",
        )


def test_texts_without_a_label_are_left_out_and_said():
    Path("f.csv").write_text(FRUIT + "more,\nand more, \n,r\n")
    code, _printed, said = train("--label-column", "kind", "--text-column", "text")
    assert code == 0
    assert "f.csv: 2 texts have no label and are left out, the first in row 31." in said
    assert "m.textvec has learnt from 31 texts of 3 classes" in said


def test_several_sources_and_a_pipe():
    Path("g.jsonl").write_text('{"kind": 1, "text": "one"}\n' * 3)
    options = ["--label-column", "kind", "--text-column", "text", "--test-size", "0"]
    code, printed, said = run(
        "classify",
        "train",
        "f.csv",
        "g.jsonl",
        "-",
        "-o",
        "m.textvec",
        *options,
        "--format",
        "jsonl",
        stdin='{"kind": "x", "text": "y"}',
    )
    assert code == 1  # f.csv is no JSON
    code, printed, said = run("classify", "train", "f.csv", "g.jsonl", "-o", "m.textvec", *options)
    assert (code, printed) == (0, "")
    assert textvec.load("m.textvec").classes_.tolist() == ["1", "b", "g", "r"]
    assert "nothing is measured: no texts are held out." in said
    code, printed, said = run("classify", "train", "-", "-o", "n.textvec", *options, "--format", "csv", stdin=FRUIT)
    assert code == 0


def test_models_that_need_trust_say_so_at_once():
    options = ["--label-column", "kind", "--text-column", "text", "--classifier", "forest", "--param", "n_estimators=2"]
    code, _, said = train(*options)
    assert code == 0
    assert "to use it, add --trust sklearn.tree._tree.Tree: a file of such types could do harm" in said
    code, printed, said = run("classify", "predict", "m.textvec", "red number")
    assert (code, printed) == (1, "")
    assert (
        "could do harm with: sklearn.tree._tree.Tree. If you know who wrote it, add --trust sklearn.tree._tree.Tree"
        in said
    )
    code, printed, said = run(
        "classify", "predict", "m.textvec", "red number 7", "--trust", "sklearn.tree._tree.Tree", "--explain"
    )
    assert code == 0
    assert parsed(printed)[0]["label"] == "r"


GOOD = ["--label-column", "kind", "--text-column", "text"]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (
            [],
            1,
            "f.csv has no column that may hold the labels. Name the one that does. Its columns are: 'text', 'kind'.",
        ),
        (["--label-column", "nope"], 1, "Column 'nope' is not in f.csv. Its columns are: 'text', 'kind'."),
        ([*GOOD, "--cv", "11"], 1, "the class 'r' has 10 texts, which cannot be in each of 11 folds."),
        ([*GOOD, "--cv", "1"], 2, "'--cv'"),
        ([*GOOD, "--cv", "3", "--test-size", "0.1"], 2, "--cv and --test-size exclude each other."),
        ([*GOOD, "--test-size", "1"], 2, "'--test-size'"),
        ([*GOOD, "--test-size", "0.01"], 1, "leaves one side with fewer texts than there are classes, 3"),
        ([*GOOD, "--features", "tfid"], 1, "There are no features 'tfid'. Did you mean 'tfidf'?"),
        ([*GOOD, "--classifier", "sklearn.svm.SVR"], 1, "sklearn.svm.SVR is no classifier."),
        ([*GOOD, "--classifier", "sklearn.ensemble.VotingClassifier"], 1, "needs estimators."),
        ([*GOOD, "--classifier", "os.system"], 1, "There is no classifier 'os.system'"),
        ([*GOOD, "--param", "x=1"], 1, "nor the classifier 'logreg' have a parameter 'x'."),
        ([*GOOD, "--param", "C"], 2, "'C' is not of the form NAME=VALUE"),
        ([*GOOD, "--param", "C=1", "--param", "C=2"], 2, "'C' is given twice."),
        ([*GOOD, "--param", "C=abc"], 1, "must be a float in the range (0.0, inf]. Got 'abc' instead."),
        (
            [*GOOD, "--param", "C=-1"],
            1,
            "The 'C' parameter of LogisticRegression must be a float in the range (0.0, inf]",
        ),
        ([*GOOD, "--features", "nb", "--classifier", "nb"], 1, "cannot learn from the features"),
        ([*GOOD, "--features", "char", "--stem", "porter"], 1, "tokenizer, stop_words and stem leave words"),
        (
            [*GOOD, "--classifier", "nb", "--class-weight", "balanced"],
            1,
            "'nb' has no class_weight. These have: logreg",
        ),
        ([*GOOD, "--param", "token_pattern=("], 1, "it cannot be trained with --param token_pattern: missing ), "),
        ([*GOOD, "--param", "input=file"], 1, "it cannot be trained with --param input: "),
        ([*GOOD, "--stop-words", "x"], 1, "there is no stop list named 'x'"),
    ],
)
def test_what_is_refused(arguments, exit_code, message):
    code, printed, said = train(*arguments)
    assert (code, printed) == (exit_code, "")
    assert message in said.splitlines()[-1]
    assert not said.endswith("instead..\n")
    assert not Path("m.textvec").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("text,label\na,x\nb,x\n", "All 2 texts have the label 'x'. A classifier tells two or more classes apart"),
        ("text,label\na,\nb,\n", "No text has a label."),
        ("text,label\n,x\n,y\n", "All texts with a label are blank."),
        ("text,label\na,x\nb,y\nc,x\n", "the class 'y' has 1 text, which cannot be among those to learn from and"),
        ("", "f.csv is empty."),
        ("text,label\n", "f.csv has the names of columns, but no rows."),
    ],
)
def test_sources_that_nothing_is_learnt_from(content, message):
    Path("f.csv").write_text(content)
    code, printed, said = train("--text-column", "text")
    assert (code, printed) == (1, "")
    assert message in said.splitlines()[-1]


def test_files_that_cannot_be_written_are_refused_before_anything_is_read():
    Path("folder").mkdir()
    Path("there").touch()
    for file, message in {
        "no/m.textvec": "no/m.textvec: No such file or directory",
        "folder": "folder is there already. Add --overwrite to replace it.",
        "there": "there is there already. Add --overwrite to replace it.",
        "m.gz": "'m.gz' is the name of a .gz file",
    }.items():
        code, printed, said = train(source="nope.csv", model=file)
        assert (code, printed) == (1, "")
        assert message in said
    assert "It is a folder" in train("--overwrite", source="nope.csv", model="folder")[2]
    code, _, said = train(*GOOD, "--overwrite", model="there")
    assert code == 0, said
    assert textvec.load("there").classes_.tolist() == ["b", "g", "r"]
    assert sorted(path.name for path in Path().iterdir()) == ["f.csv", "folder", "there"]
