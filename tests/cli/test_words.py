"""`textvec words` and `textvec words available`, and pretrained vectors by name in the commands that take vectors."""

import csv
import io

import pytest

from support.pieces import write_model
from support.shell import parsed, run
from textvec.embeddings.catalog import listed

TEXTS = "Sow tomato seeds indoors.\nThe train left at noon.\nShares fell sharply in early trading.\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts.txt").write_text(TEXTS)


def test_available_in_every_form():
    code, printed, said = run("words", "available")
    assert (code, said) == (0, "")
    assert parsed(printed) == listed()
    rows = list(csv.DictReader(io.StringIO(run("words", "available", "--csv")[1])))
    assert [row["name"] for row in rows] == [row["name"] for row in listed()]
    table = run("words", "available", "--table", COLUMNS="80")[1]
    assert "…" not in table
    assert max(map(len, table.splitlines())) <= 80
    assert table.splitlines()[2].split() == ["sentences", "word", "pieces,", "for", "sentences", "32,000", "yes"]


def test_similar_by_meaning():
    query = "growing vegetables", "texts.txt"
    code, printed, said = run("similar", *query, "--model", "sentences", "-k", "1", "--explain")
    assert (code, said) == (0, "")
    (hit,) = parsed(printed)
    assert hit["text"] == "Sow tomato seeds indoors."
    assert hit["score"] == pytest.approx(sum(term["contribution"] for term in hit["terms"]), abs=1e-5)
    assert parsed(run("similar", *query)[1]) == []
    assert run("similar", "train", "texts.txt", "--model", "bm25")[0] == 0


@pytest.mark.parametrize(
    "options", [["--model", "sentences", "--pooling", "usif"], ["--model", "embedding", "--vectors", "sentences"]]
)
def test_an_index_by_meaning(options):
    code, _, said = run("index", "build", "texts.txt", "-o", "i", *options)
    assert (code, "holds 3 documents" in said) == (0, True)
    assert parsed(run("similar", "growing vegetables", "--index", "i", "-k", "1")[1])[0]["row"] == 1
    assert run("index", "add", "i", "texts.txt")[0] == 0
    assert parsed(run("similar", "railway", "--index", "i", "-k", "2")[1])[1]["text"] == "The train left at noon."


def test_vectors_by_name_and_by_folder(tmp_path):
    assert run("index", "build", "texts.txt", "-o", "w", "--model", "embedding", "--vectors", "words")[0] == 0
    assert parsed(run("similar", "railway", "--index", "w", "-k", "1")[1])[0]["text"] == "The train left at noon."
    write_model(tmp_path / "static")
    assert run("index", "build", "texts.txt", "-o", "s", "--model", "embedding", "--vectors", "static")[0] == 0
    assert run("vectorize", "texts.txt", "-o", "x.npy", "--features", "embedding", "--vectors", "sentences")[0] == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--model", "sentences", "--stem", "porter"], "--stem does not go with --model sentences"),
        (["--model", "sentences", "--vectors", "words"], "--vectors goes with --model embedding or hybrid only."),
        (
            ["--model", "embedding", "--vectors", "sentences", "--stop-words", "english"],
            "--stop-words does not go with",
        ),
    ],
)
def test_what_does_not_go_together(options, message):
    code, printed, said = run("index", "build", "texts.txt", "-o", "i", *options)
    assert (code, printed) == (2, "")
    assert message in said


def test_similar_refuses_what_does_not_go_together():
    code, _, said = run("similar", "railway", "texts.txt", "--model", "sentences", "--ngrams", "2")
    assert (code, "--ngrams does not go with --model sentences" in said) == (2, True)
    assert run("index", "build", "texts.txt", "-o", "i")[0] == 0
    code, _, said = run("similar", "railway", "--index", "i", "--model", "sentences")
    assert (code, "--model was settled when the index was built." in said) == (2, True)
