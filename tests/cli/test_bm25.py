"""BM25 from the shell: files and saved indexes, options, scores that are no percentages, explanations."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from support.shell import ROOT, inside, parsed, run
from textvec import (
    BM25Index,
    BM25Weighting,
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    HybridIndex,
    VectorIndex,
    WordVectors,
    open_index,
)
from textvec.cli.models import METHODS, SCORES
from textvec.index.rows.base import METRIC_NAMES
from textvec.weightings._bm25 import VARIANTS

MESSAGES = ROOT / "corpora/messages.csv"
VECTORS = WordVectors(["red", "apple", "green", "pear"], np.array([[1, 0.2], [0.1, 1], [0.9, 0.3], [0.1, 0.9]]))
BUILD = ["index", "build", "f.txt", "-o", "f"]
FRUIT = ["red apple apple", "green apple pie and cream", "", "blue sea", "red"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("f.txt").write_text("\n".join(FRUIT))


def build(*options):
    code, printed, said = run(*BUILD, "--model", "bm25", "--overwrite", *options)
    assert (code, printed) == (0, ""), said


def ids_and_scores(printed):
    return [(hit["id"], hit["score"]) for hit in parsed(printed)]


def test_methods_are_those_of_the_library():
    assert tuple(VARIANTS) == METHODS
    assert {name: METRIC_NAMES[name] for name in SCORES} == SCORES


@pytest.mark.parametrize(
    "options", [[], ["--k1", "0.9", "--b", "0.4", "--method", "bm25+"], ["--stem", "snowball", "--ngrams", "1-2"]]
)
def test_files_and_an_index_of_them_score_as_the_library_does(options):
    if "--ngrams" in options:
        index = BM25Index(CountVectorizer(ngram_range=(1, 2)))
        query = "red apples"
    else:
        index = BM25Index(**({"k1": 0.9, "b": 0.4, "method": "bm25+"} if options else {}))
        query = "red apple"
    expected = [(hit.id, pytest.approx(hit.score)) for hit in index.fit(FRUIT).search(["red apple"])[0]]
    build(*options)
    assert len(expected) == 3
    assert ids_and_scores(inside(query, "--index", "f")) == expected
    hits = parsed(inside(query, "f.txt", "--model", "bm25", *options))
    assert [(hit["row"] - 1, hit["score"]) for hit in hits] == expected


def test_an_index_is_built_with_all_its_options():
    build("--method", "bm25l", "--k1", "2", "--statistics", "frozen", "--chunk", "words:5", "--stop-words", "english")
    index = open_index("f", verify=True)
    assert type(index) is BM25Index
    assert (index.method, index.k1, index.b, index.statistics) == ("bm25l", 2, 0.75, "frozen")
    assert index.chunker.size == 5
    figures = json.loads(run("index", "info", "f", "--json")[1])[0]
    assert (figures["scores"], figures["queries"]) == ("BM25", "compiled")
    assert figures["bm25"] == "bm25l, k1=2, b=0.75, delta=0.5, frozen statistics"


def test_an_index_changes():
    build()
    Path("more.txt").write_text("zebra apple\n")
    assert run("index", "add", "f", "more.txt")[2] == "textvec: 1 document added; f holds 6 documents.\n"
    assert run("index", "delete", "f", "0")[2] == "textvec: 1 document deleted; f holds 5 documents.\n"
    expected = BM25Index().fit([*FRUIT[1:], "zebra apple"], ids=range(1, 6)).search(["zebra red"])[0]
    for _ in range(2):
        hits = ids_and_scores(inside("zebra red", "--index", "f"))
        assert hits == [(hit.id, pytest.approx(hit.score)) for hit in expected]
        assert run("index", "compact", "f")[0] == 0


def test_an_explanation_has_the_factors():
    build()
    hits = parsed(inside("apple red red", "--index", "f", "--explain"))
    for hit in hits:
        assert sum(each["contribution"] for each in hit["terms"]) == pytest.approx(hit["score"], rel=1e-6)
        for each in hit["terms"]:
            assert [*each] == ["term", "contribution", "query_frequency", "idf", "frequency", "length", "tf"]
            assert each["contribution"] == pytest.approx(each["query_frequency"] * each["idf"] * each["tf"])
    assert {each["term"]: (each["query_frequency"], each["frequency"]) for each in hits[0]["terms"]} == {
        "red": (2, 1),
        "apple": (1, 2),
    }
    [row, *_] = csv.DictReader(io.StringIO(inside("apple red red", "--index", "f", "--explain", "--csv")))
    assert row["terms"] == " ".join(f"{each['term']}:{each['contribution']:.6f}" for each in hits[0]["terms"])
    _, table, said = run("similar", "apple red red", "--index", "f", "--explain", "--table")
    assert said == "textvec: the query's terms, and in how many documents they are: red 67% (2), apple 33% (2).\n"
    assert f"{hits[0]['score']:.3f}" in table
    assert f"red:{hits[0]['terms'][0]['contribution']:.3f}" in table
    more = parsed(inside("--id", "0", "--index", "f", "--explain"))
    assert [hit["id"] for hit in more] == [4, 1]
    assert more[0]["terms"][0]["term"] == "red"


def test_scores_above_one():
    build("--method", "atire", "--k1", "5")
    scores = [score for _, score in ids_and_scores(inside("apple red cream sea", "--index", "f"))]
    assert scores[0] > 2
    kept = ids_and_scores(inside("apple red cream sea", "--index", "f", "--min-score", scores[1]))
    assert [score for _, score in kept] == scores[:2]
    assert run("similar", "red", "f.txt", "--model", "bm25", "--min-score", "99.5") == (
        0,
        "",
        "textvec: no document reaches a score of 99.5.\n",
    )
    assert run("similar", "quokka", "--index", "f")[2] == "textvec: none of the query's words is in the documents.\n"


def test_a_hit_scores_above_zero():
    Path("f.txt").write_text("red apple\nred sea\nred wine\n")
    build("--method", "robertson")
    assert run("similar", "red", "--index", "f") == (0, "", "textvec: no document scores above 0.\n")


def test_indexes_of_cosines_with_weights_of_bm25_are_what_they_were():
    from sklearn.pipeline import make_pipeline

    CosineIndex(make_pipeline(CountVectorizer(), BM25Weighting())).fit(FRUIT).save("old")
    first, *_ = parsed(inside("red", "--index", "old", "--percent", "--explain"))
    assert (first["id"], first["score"]) == (4, pytest.approx(100))
    assert first["terms"] == [{"term": "red", "contribution": pytest.approx(100)}]
    assert run("index", "add", "old", "f.txt")[0] == 0
    assert json.loads(run("index", "info", "old", "--json")[1])[0]["scores"] == "cosines"


def test_an_index_of_inner_products():
    VectorIndex(CountVectorizer(), metric="dot").fit(FRUIT).save("dot")
    assert ids_and_scores(inside("apple", "--index", "dot", "--min-score", "1.5")) == [(0, 2.0)]
    assert "There is no highest score of inner products." in run("similar", "red", "--index", "dot", "--percent")[2]


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
def test_an_index_of_two_searches():
    HybridIndex(BM25Index(), CosineIndex(EmbeddingVectorizer(VECTORS))).fit(FRUIT).save("both")
    hits = parsed(inside("green pear", "--index", "both", "--explain", "-k", "2"))
    expected = open_index("both").search(["green pear"], k=2)[0]
    assert [(hit["id"], hit["score"]) for hit in hits] == [(hit.id, pytest.approx(hit.score)) for hit in expected]
    assert [[*each] for each in hits[0]["terms"]] == [["term", "contribution", "rank", "score"]] * 2
    assert {each["term"] for each in hits[0]["terms"]} == {"lexical", "dense"}
    assert "lexical:0.016" in run("similar", "green pear", "--index", "both", "--explain", "--table")[1]
    assert "There is no highest score of" in run("similar", "red", "--index", "both", "--percent")[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["similar", "red", "f.txt", "--model", "bm25", "--percent"], "There is no highest score of BM25."),
        (["similar", "red", "--index", "f", "--percent"], "There is no highest score of BM25."),
        (["similar", "red", "--index", "cosines", "--min-score", "2"], "2 is more than 1, the highest cosine."),
        (["similar", "red", "f.txt", "--k1", "2"], "--k1 goes with --model bm25 or hybrid only."),
        (["similar", "red", "f.txt", "--model", "bm25", "--k1", "nan"], "it is no number"),
        (["similar", "red", "f.txt", "--model", "bm25", "--k1", "inf"], "it is no number"),
        (["similar", "red", "f.txt", "--model", "bm25", "--k1", "-1"], "'--k1'"),
        (["similar", "red", "f.txt", "--model", "bm25", "--b", "1.5"], "'--b'"),
        (["similar", "red", "f.txt", "--model", "bm25", "--method", "bm26"], "'--method'"),
        (["similar", "red", "f.txt", "--model", "embedding"], "'--model'"),
        (["similar", "red", "--index", "f", "--model", "bm25"], "--model was settled when the index was built."),
        (["similar", "red", "--index", "f", "--b", "1"], "--b was settled"),
        ([*BUILD, "--method", "atire"], "--method goes with --model bm25 or hybrid only."),
        ([*BUILD, "--statistics", "frozen"], "--statistics goes with --model bm25 or hybrid only."),
        (
            [*BUILD, "--model", "bm25", "--pooling", "sif"],
            "--pooling goes with --model sentences, hybrid or embedding only.",
        ),
        (
            [*BUILD, "--model", "bm25", "--approximate"],
            "--approximate goes with --model sentences, hybrid or embedding",
        ),
    ],
)
def test_usage_errors(arguments, message):
    build()
    CosineIndex().fit(FRUIT).save("cosines")
    code, printed, said = run(*arguments)
    assert (code, printed) == (2, "")
    assert message in said.splitlines()[-1]
