"""`textvec trace`."""

import json
from pathlib import Path

import pytest

from support.shell import parsed, run
from textvec.cli.trace import PIPELINES

TEXTS = ["The food is good", "The foods were not good"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("faq.txt").write_text("red apple\ngreen apple\nyellow pear\n", encoding="utf-8")


def test_a_table():
    code, printed, said = run("trace", *TEXTS, "--stem", "porter", "--table", COLUMNS="80", NO_COLOR="1")
    assert (code, said) == (0, "")
    lines = printed.splitlines()
    assert lines[0] == "2 texts through Tokenizer, Stemmer, TfidfVectorizer"
    assert "   Words that became one: food, foods became food." in lines
    assert max(map(len, lines)) <= 80


def test_data():
    whole = json.loads(run("trace", *TEXTS, "--json")[1])[0]
    assert whole["texts"] == TEXTS
    rows = parsed(run("trace", *TEXTS, "--jsonl")[1])
    assert len(rows) == sum(len(items) for step in whole["steps"] for items in step["items"])
    assert rows[0] == {
        "step": 0, "name": "tokenizer", "title": "Words", "document": 0, "text": "the", "words": [0], "kept": True,
        "was": "The", "why": "lower case", "value": None, "column": None, "group": "",
    }  # fmt: skip
    assert run("trace", *TEXTS, "--csv")[1].startswith("step,name,title,document,text,was,kept,why,value,column,words")


@pytest.mark.parametrize("name", [name for name in PIPELINES if name != "sentences"])
def test_every_pipeline(name):
    code, printed, said = run("trace", "red apple", "red pear", "--pipeline", name)
    assert (code, said) == (0, "")
    assert {row["title"] for row in parsed(printed)} >= {"Words"}


def test_documents_to_fit_on():
    rows = parsed(run("trace", "blue apple", "--fit", "faq.txt")[1])
    reasons = {row["text"]: row["why"] for row in rows if row["title"] == "Counts"}
    assert reasons == {"blue": "unknown: no text of fit has it", "apple": ""}
    code, _, said = run("trace", "-", "--fit", "-", stdin="a\n")
    assert (code, "cannot be both" in said) == (2, True)


def test_standard_input_and_many_texts():
    code, printed, said = run("trace", "-", stdin="".join(f"text {i}\n" for i in range(30)))
    assert code == 0
    assert "of 30 texts the first 20 are shown" in said
    assert max(row["document"] for row in parsed(printed)) == 19


def test_a_page():
    code, _, said = run("trace", "red apple", "--html", "trace.html", "--table")
    assert code == 0
    assert "trace.html shows it" in said
    assert "red apple" in Path("trace.html").read_text(encoding="utf-8")


def test_a_model_and_an_index():
    from textvec import save
    from textvec.classification import text_classifier

    save(text_classifier("tfidf", "logreg").fit(["good", "bad", "good", "bad"], [1, 0, 1, 0]), "mine.textvec")
    rows = parsed(run("trace", "good", "--model", "mine.textvec")[1])
    assert rows[-1]["title"] == "Decision"
    assert run("index", "build", "faq.txt", "-o", "faq.index")[0] == 0
    rows = parsed(run("trace", "apple", "--index", "faq.index")[1])
    assert {row["group"] for row in rows if row["title"] == "Search"} == {"hit 1: 0", "hit 2: 1"}


def test_a_saved_pipeline_without_a_classifier():
    from textvec import TfidfVectorizer, WordVectors, save

    save(TfidfVectorizer().fit(["red apple", "green apple"]), "tfidf.textvec")
    rows = parsed(run("trace", "red pear", "--model", "tfidf.textvec")[1])
    assert [(row["text"], row["title"]) for row in rows if row["value"] and row["title"] == "Weights"] == [
        ("red", "Weights")
    ]
    save(WordVectors(["a"], [[1.0]]), "words.textvec")
    code, _, said = run("trace", "red", "--model", "words.textvec")
    assert (code, said.count("\n"), "it is a WordVectors" in said) == (1, 1, True)


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ([], 2, "Missing argument 'TEXT'"),
        (["a", "--model", "spam", "--index", "x"], 2, "exclude each other"),
        (["a", "--model", "spam", "--stem", "porter"], 2, "--stem does not go with --model"),
        (["a", "--index", "x", "--fit", "faq.txt"], 2, "--fit does not go with --index"),
        (["a", "--pipeline", "word2vec", "--ngrams", "2"], 2, "--ngrams does not go with --pipeline word2vec"),
        (["a", "--model", "nothing"], 1, "There is no model 'nothing'"),
        (["a", "--index", "nothing"], 1, "nothing"),
        (["a"], 1, "none of the texts that the pipeline is fitted on has a word"),
        (["aa", "--html", "no/such/folder.html"], 1, "no/such"),
        (["aa", "--fit", "nothing.txt"], 1, "nothing.txt"),
        (["faq.txt"], 2, "'faq.txt' names a file or folder, and TEXT is the text itself"),
    ],
    ids=range(11),
)
def test_what_is_refused(options, code, message):
    found, _, said = run("trace", *options)
    assert (found, message in said) == (code, True), said
    assert "Traceback" not in said
