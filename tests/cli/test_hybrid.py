"""Words and meaning at once from the shell: building, searching, explaining, and what does not go with it."""

from pathlib import Path

import pytest

from support.shell import inside, parsed, run
from textvec import BM25Index, CosineIndex, EmbeddingVectorizer, HybridIndex, open_index

FRUIT = ["red apple apple", "green apple pie and cream", "blue sea", "a sweet red fruit"]
VECTORS = "5 3\nred 1 0 0\napple 0 1 0\nfruit 0 0.9 0.1\nsea 0 0 1\nwater 0 0.1 0.9\n"
BUILD = ["index", "build", "f.txt", "-o", "f", "--model", "hybrid", "--vectors", "v.txt", "--overwrite"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("f.txt").write_text("\n".join(FRUIT))
    Path("v.txt").write_text(VECTORS)


def build(*options):
    code, printed, said = run(*BUILD, *options)
    assert (code, printed) == (0, ""), said


def test_hits_are_those_of_the_library():
    build("--k1", "1.2", "--method", "bm25+")
    index = open_index("f", verify=True)
    assert type(index) is HybridIndex
    assert (index.lexical.k1, index.lexical.method) == (1.2, "bm25+")
    ours = HybridIndex(BM25Index(k1=1.2, method="bm25+"), CosineIndex(EmbeddingVectorizer("v.txt"))).fit(FRUIT)
    for options, how in [
        ([], {}),
        (["--fusion", "weighted", "--weights", "1,2"], {"fusion": "weighted", "weights": (1, 2)}),
        (["--weights", "0,1"], {"weights": (0, 1)}),
    ]:
        expected = [(hit.id, pytest.approx(hit.score)) for hit in ours.search(["red apple"], **how)[0]]
        found = parsed(inside("red apple", "--index", "f", *options))
        assert [(hit["id"], hit["score"]) for hit in found] == expected


def test_hits_that_score_0_and_queries_that_find_nothing():
    build()
    code, printed, said = run("similar", "red apple", "--index", "f", "--fusion", "weighted", "--weights", "1,0")
    assert (code, said) == (0, "")
    scores = [hit["score"] for hit in parsed(printed)]
    assert (scores[0], scores[-1]) == (1, 0)  # the worst of a weighted ranking is a hit
    code, printed, said = run("similar", "water", "--index", "f", "--weights", "1,0")
    assert (code, printed, said) == (0, "", "textvec: no document scores above 0.\n")  # it has no such word
    said = run("similar", "zebra", "--index", "f")[2]
    assert said == "textvec: none of the query's words is in the documents, and none has a vector.\n"


def test_documents_come_and_go_and_are_explained():
    build("--chunk", "words:50", "--stem", "snowball")
    Path("more.txt").write_text("the water is cold\n")
    assert run("index", "add", "f", "more.txt")[0] == 0
    assert run("index", "delete", "f", "2")[0] == 0
    (hit, *_) = parsed(inside("cold waters", "--index", "f", "--explain"))
    assert hit["text"] == "the water is cold"
    assert [(part["term"], part["rank"]) for part in hit["terms"]] == [("lexical", 1), ("dense", None)]
    assert sum(part["contribution"] for part in hit["terms"]) == pytest.approx(hit["score"])
    table = run("similar", "cold waters", "--index", "f", "--explain", "--table")[1]
    assert "lexical:0.016 (rank 1) dense:0.000 (not found)" in table
    assert "counts and dense" in run("index", "info", "f")[1]


def test_what_does_not_go_with_it():
    build()
    assert run("index", "build", "f.txt", "-o", "t")[0] == 0
    for arguments, message in [
        (["red", "--index", "f", "--percent"], "--percent is for cosines"),
        (["red", "--index", "t", "--fusion", "rrf"], "--fusion goes with a hybrid index only"),
        (["red", "f.txt", "--weights", "1,1"], "--weights goes with a hybrid index only"),
        (["red", "--index", "f", "--weights", "1"], "is not two numbers"),
        (["red", "--index", "f", "--weights", "0,0"], "one must be positive"),
        (["red", "--index", "f", "--weights", "-1,2"], "none may be negative"),
    ]:
        code, printed, said = run("similar", *arguments)
        assert (code, printed) == (2, ""), said
        assert message in said
