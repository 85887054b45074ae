"""`textvec classify predict`, `evaluate` and `explain`: what they print of texts and files, and what they refuse."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline

import textvec
from support.shell import ROOT, parsed, run
from textvec import TfidfVectorizer, WordVectors
from textvec.classification import evaluate, text_classifier
from textvec.explanation import explain

WIN, LATE = "You have won a free prize, call now", "I'll be late for dinner"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A data folder in which the models that come with textvec are kept."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def spam(home):
    from textvec.datasets import load_classifier

    return load_classifier("spam", home)


@pytest.fixture(autouse=True)
def here(home, spam, tmp_path, monkeypatch):
    monkeypatch.setenv("TEXTVEC_DATA", str(home))
    monkeypatch.chdir(tmp_path)


def done(*arguments, **options):
    """Run `textvec classify`, which has to succeed without a word; return what it printed."""
    code, printed, said = run("classify", *arguments, **options)
    assert (code, said) == (0, "")
    return printed


def refused(*arguments, exit_code=1, **options):
    code, printed, said = run("classify", *arguments, **options)
    assert (code, printed) == (exit_code, "")
    return said.splitlines()[-1].removeprefix("textvec: error: ")


def test_texts_in_every_form(spam):
    rows = parsed(done("predict", "spam", WIN, LATE))
    assert rows == [
        {"source": None, "row": 1, "label": "spam", "text": WIN},
        {"source": None, "row": 2, "label": "ham", "text": LATE},
    ]
    assert json.loads(done("predict", "spam", WIN, LATE, "--json")) == rows
    written = [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]
    for form, delimiter in (("--csv", ","), ("--tsv", "\t")):
        printed = done("predict", "spam", WIN, LATE, form)
        assert list(csv.DictReader(io.StringIO(printed), delimiter=delimiter)) == written
    table = done("predict", "spam", WIN, LATE, "--table", COLUMNS="60").splitlines()
    assert table[0].split() == ["Class", "Text"]
    assert table[2].split()[:2] == ["spam", "You"]
    Path("f.csv").write_text(f'text,id\n"{WIN}",a1\n"{LATE}",a2\n')
    options = ["--probability", "--metadata-columns", "id", "--text-column", "text", "--table"]
    table = done("predict", "spam", "f.csv", *options, COLUMNS="60").splitlines()
    assert table[0].split() == ["Class", "ham", "spam", "Text"]
    assert max(map(len, table)) <= 60
    assert [line.strip() for line in table if ":" in line or "=" in line] == ["f.csv:1", "id=a1", "f.csv:2", "id=a2"]


def test_probabilities_terms_and_the_best_classes(spam):
    [row] = parsed(done("predict", "spam", WIN, "--probability", "--explain"))
    assert list(row) == ["source", "row", "label", "probability.ham", "probability.spam", "terms", "intercept", "text"]
    np.testing.assert_array_equal([[row["probability.ham"], row["probability.spam"]]], spam.predict_proba([WIN]))
    decision = explain(spam, WIN)
    given = sum(each["contribution"] for each in row["terms"])
    assert given + row["intercept"] == pytest.approx(decision.of("spam").score)
    assert row["terms"][0]["term"] == "free"
    [row] = parsed(done("predict", "spam", LATE, "--top", "1"))
    assert (row["label.1"], list(row)[3:5]) == ("ham", ["label.1", "probability.1"])
    [row] = parsed(done("predict", "spam", LATE, "-k", "9"))
    assert (row["label.2"], row["probability.2"]) == ("spam", spam.predict_proba([LATE])[0, 1])
    table = done("predict", "spam", WIN, "--explain", "--table", COLUMNS="200")
    assert "free:0.58" in table
    assert table.split()[:3] == ["Class", "Intercept", "Text"]
    table = done("predict", "spam", LATE, "--top", "2", "--table").splitlines()
    assert table[0].split() == ["Class", "1", "Prob.", "Class", "2", "Prob.", "Text"]
    assert "=" not in "".join(table)
    assert table[2].split()[:3:2] == ["ham", "spam"]


def test_scores_where_there_are_no_probabilities():
    model = text_classifier("tfidf", "perceptron").fit(["red apple", "blue sea", "green leaf"], ["r", "b", "g"])
    textvec.save(model, "m.textvec")
    _, printed, said = run("classify", "predict", "m.textvec", "a red leaf", "--probability")
    assert said == "textvec: m.textvec has no probabilities, and scores are values of its decision function.\n"
    [row] = parsed(printed)
    assert [[row[f"score.{label}"] for label in "bgr"]] == model.decision_function(["a red leaf"]).tolist()


def test_columns_with_names_like_ours(spam):
    names = ["label", "metadata.label", "terms", "probability.spam", "source"]
    Path("f.csv").write_text(f"message,{','.join(names)}\nwin a prize,a,b,c,d,e\n")
    options = ["--text-column", "message", "--metadata-columns", ",".join(names), "--probability", "--explain"]
    [row] = parsed(done("predict", "spam", "f.csv", *options))
    assert [value for value in row.values() if value in list("abcde")] == list("abcde")
    [header, record] = csv.reader(io.StringIO(done("predict", "spam", "f.csv", *options, "--csv")))
    assert len(header) == len({*header}) == len(record)
    assert [value for value in record if value in list("abcde")] == list("abcde")


def test_there_is_a_row_for_each_row(spam):
    Path("f.csv").write_text('label,id,message\nx,007,"win a free\nprize"\ny,,\nz,3,see you\n', encoding="utf-8")
    options = ["--text-column", "message", "--metadata-columns", "id,label"]
    code, printed, said = run("classify", "predict", "spam", "f.csv", *options)
    assert (code, said) == (0, "")
    assert [list(row) for row in parsed(printed)] == [["source", "row", "label", "id", "metadata.label", "text"]] * 3
    assert [list(row.values()) for row in parsed(printed)] == [
        ["f.csv", 1, "spam", "007", "x", "win a free\nprize"],
        ["f.csv", 2, spam.predict([""])[0], None, "y", ""],
        ["f.csv", 3, "ham", "3", "z", "see you"],
    ]
    Path("folder").mkdir()
    Path("folder/a.txt").write_text("one\ntwo")
    rows = parsed(done("predict", "spam", "folder", WIN, "-", "--text", "f.csv", stdin="\n\nred\n"))
    assert [(row["source"], row["row"], row["text"]) for row in rows] == [
        ("folder/a.txt", None, "one\ntwo"),
        (None, 1, WIN),
        ("-", 1, ""),
        ("-", 2, ""),
        ("-", 3, "red"),
        (None, 2, "f.csv"),
    ]


def test_what_names_no_file_is_a_text_if_it_looks_like_one():
    Path("docs").mkdir()
    Path("see you").write_text("a file\n")
    for text in (
        "Visit http://win.example/now today",
        "win and/or lose",
        "ends with a dot.",
        "costs 3.50",
        "x" * 5000 + " y",
    ):
        assert parsed(run("classify", "predict", "spam", text)[1])[0]["text"] == text
    assert parsed(done("predict", "spam", "see you"))[0]["source"] == "see you"
    for name in ("mesages.csv", "my mesages.csv", "notes", "docs/my notes", "a b.parquet", "no/such"):
        assert refused("predict", "spam", name) == (
            f"There is no file or folder '{name}'. If it is a text, say --text before it."
        )
        assert parsed(done("predict", "spam", "--text", name))[0]["text"] == name


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["predict", "spam"], 2, "Missing argument 'SOURCE', 'TEXT' or '-'."),
        (["predict", "spam", "a text", "--metadata-columns", "id"], 2, "a TEXT is none"),
        (["predict", "spam", "-"], 1, "Standard input is empty."),
        (["predict", "spam", "a text", "--top", "0"], 2, "'--top'"),
        (["predict", "spam", "a \udce9"], 2, "not in the encoding of this terminal"),
        (["explain", "spam", "a \udce9"], 2, "not in the encoding of this terminal"),
        (
            ["predict", "spm", "a text"],
            1,
            "wrote, or one of spam and sentiment. Did you mean 'spam'?",
        ),
        (["predict", "vectors", "a text"], 1, "vectors: model must be a fitted Pipeline that takes texts"),
        (["predict", "vectorizer", "a text"], 1, "which predicts nothing"),
        (["predict", "regressor", "a text"], 1, "it predicts numbers, and no classes"),
        (["predict", "unfitted", "a text"], 1, "is not fitted"),
        (["predict", "matrix", "a text"], 1, "was fitted on a matrix"),
        (
            ["predict", "table", "a text"],
            1,
            "table takes tables with the columns 'subject', 'body', and no single texts",
        ),
        (["predict", "folder", "a text"], 1, "folder is a folder. If it holds an index, open it"),
        (["predict", "text.csv", "a text"], 1, "text.csv cannot be loaded: it is no file of textvec.save"),
        (["explain", "spam", "a text", "--class", "x"], 1, "'x' is none of the 2 classes: 'ham', 'spam'"),
        (["explain", "spam", "text.csv"], 2, "'text.csv' names a file or folder, and TEXT is the text itself."),
        (["explain", "spam", "a text", "--html", "no/a.html"], 1, "no/a.html: No such file or directory"),
        (["evaluate", "spam", "text.csv"], 1, "no column that may hold the labels"),
        (
            ["evaluate", "spam", "labels.csv"],
            1,
            "no label is a class of the model: the labels are 'good', 'bad', the classes 'ham', 'spam'",
        ),
        (["evaluate", "spam", "nope.csv", "--plot", "a.txt"], 1, "ends with .png, .svg, .pdf"),
        (["evaluate", "spam", "nope.csv", "--plot", "no/a.png"], 1, "no/a.png: No such file or directory"),
        (["evaluate", "spam", "nope.csv"], 1, "There is no file or folder 'nope.csv'."),
        (["evaluate", "spam"], 2, "Missing argument 'SOURCE...'"),
    ],
)
def test_what_is_refused(arguments, exit_code, message):
    texts, labels = ["red apple", "blue sea"], ["r", "b"]
    Path("folder").mkdir()
    Path("text.csv").write_text("id,text\n1,a b\n")
    Path("labels.csv").write_text("label,text\ngood,a b\nbad,c d\n")
    table = pd.DataFrame({"subject": texts, "body": texts})
    for name, model in {
        "vectors": WordVectors(["a"], [[1.0]]),
        "vectorizer": TfidfVectorizer().fit(texts),
        "regressor": make_pipeline(TfidfVectorizer(), Ridge()).fit(texts, [1.0, 2.0]),
        "unfitted": text_classifier("tfidf", "nb"),
        "matrix": LogisticRegression().fit([[1], [2]], labels),
        "table": make_pipeline(ColumnTransformer([("a", TfidfVectorizer(), "body")]), LogisticRegression()).fit(
            table, labels
        ),
    }.items():
        if name in arguments:
            textvec.save(model, name)
    assert message in refused(*arguments, exit_code=exit_code)


def test_texts_whose_words_the_model_does_not_know():
    Path("de.txt").write_text("Bitte bringen Sie morgen das Buch zur\u00fcck\nDer Zug kommt heute leider sp\u00e4ter\n")
    code, printed, said = run("classify", "predict", "spam", "de.txt")
    assert (code, len(parsed(printed))) == (0, 2)
    assert said.startswith("textvec: warning: the model does not know ")
    assert "it may have learnt from another language" in said
    assert "4 of the first 5 words" in run("classify", "predict", "spam", "Bitte kommen Sie morgen fr\u00fch")[2]
    done("predict", "spam", ROOT / "corpora/messages.csv")


def test_a_name_is_a_model_of_ours_and_a_path_is_a_file(spam):
    textvec.save(text_classifier("counts", "nb").fit(["red apple", "blue sea"], ["x", "y"]), "spam")
    _, printed, said = run("classify", "predict", "spam", WIN)
    assert said == "textvec: spam is the model that comes with textvec; the file of that name is ./spam.\n"
    assert parsed(printed)[0]["label"] == "spam"
    assert parsed(run("classify", "predict", "./spam", "blue sea")[1])[0]["label"] == "y"


def test_first_use_is_said(tmp_path):
    _, printed, said = run(
        "classify", "predict", "sentiment", "A wonderful film, I loved it", TEXTVEC_DATA=str(tmp_path / "x")
    )
    assert parsed(printed)[0]["label"] == "positive"
    assert said.startswith(
        "textvec: sentiment learnt from the 1,084 reviews that come with textvec, a small sample; it is kept"
    )
    (tmp_path / "file").touch()
    _, printed, said = run(
        "classify", "predict", "sentiment", "A wonderful film, I loved it", TEXTVEC_DATA=str(tmp_path / "file")
    )
    assert parsed(printed)[0]["label"] == "positive"
    assert "it is not kept, as" in said


def test_evaluate(messages, labels, spam):
    [found] = parsed(run("classify", "evaluate", "spam", ROOT / "corpora/messages.csv", "--plot", "c.png")[1])
    assert found == evaluate(spam, messages, labels).to_dict()
    assert Path("c.png").read_bytes().startswith(b"\x89PNG")
    Path("f.csv").write_text("class,text\nspam,free prize\nham,see you\nodd,what\n,left out\n")
    code, printed, said = run("classify", "evaluate", "spam", "f.csv", "--table")
    assert code == 0
    assert said.splitlines() == [
        "textvec: f.csv: the labels are taken from column 'class'.",
        "textvec: f.csv: 1 text has no label and is left out, the first in row 4.",
        "textvec: 1 text has a label that spam does not know, and can only get wrong: 'odd'.",
    ]
    assert ["odd", "0.000", "0.000", "0.000", "1"] in [line.split() for line in printed.splitlines()]


def test_labels_of_a_model_that_are_numbers():
    textvec.save(text_classifier("counts", "nb").fit(["red apple", "blue sea"], [1, 0]), "m.textvec")
    Path("f.csv").write_text("target,text\n1,red\n0,blue\n2,red\n")
    _, printed, _ = run("classify", "evaluate", "m.textvec", "f.csv")
    [found] = parsed(printed)
    assert (found["accuracy"], found["labels"]) == (pytest.approx(2 / 3), [0, 1, "2"])
    assert parsed(done("predict", "m.textvec", "red apple"))[0]["label"] == 1
    assert "against 0" in done("explain", "m.textvec", "red apple", "--class", "0", "--table")


def test_explain(spam):
    decision = explain(spam, WIN)
    assert done("explain", "spam", WIN, "--table", COLUMNS="70") == decision.to_text(color=False, width=70) + "\n"
    printed = done("explain", "spam", WIN, "--table", "--top", "1", "--class", "ham", COLUMNS="70")
    assert printed == decision.to_text(color=False, width=70, top=1, label="ham") + "\n"
    [found] = parsed(done("explain", "spam", WIN))
    assert (found["label"], found["probability"], found["exact"]) == ("spam", decision.probability, True)
    for each in found["classes"]:
        terms = sum(given["contribution"] for given in each["contributions"])
        assert terms + each["intercept"] == pytest.approx(each["score"])
    assert len(parsed(done("explain", "spam", WIN, "--top", "2"))[0]["classes"][0]["contributions"]) == 2
    rows = list(csv.DictReader(io.StringIO(done("explain", "spam", WIN, "--csv"))))
    assert [row["term"] for row in rows[:2]] == ["free", "call now"]
    said = refused("explain", "spam", "-", stdin=b"caf\xe9")
    assert said == "Standard input is not UTF-8: byte 4 does not fit. Convert it first, as iconv does."
    _, printed, said = run("classify", "explain", "spam", "-", "--html", "w.html", "--table", stdin=f"{WIN}\n")
    assert printed == done("explain", "spam", WIN, "--table")
    assert said == "textvec: w.html shows the text with its words marked.\n"
    assert Path("w.html").read_text() == decision.to_html(full=True)
