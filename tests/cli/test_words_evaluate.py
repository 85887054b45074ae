"""`textvec words evaluate`: tests by name and by file, what is known, and what is not."""

import os

import pytest

from support.shell import parsed, run
from textvec import WordVectors
from textvec.evaluation import analogies, word_pairs

WORDS = ["man", "woman", "king", "queen", "tea"]
VECTORS = [[1, 0, 0.5], [1, 1, 0], [1, 0, 2], [1, 1, 2], [-1, 0, 1]]
REAL_DATA = os.environ.get("TEXTVEC_DATA", "")
PAIRS = "man woman 8\nking queen 9\nMAN queen 2\nhe she 5\n"
ASKED = ": family\nman woman king queen\n: gram1\nking queen man woman\nman woman he she\n"


@pytest.fixture(autouse=True)
def vectors(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEXTVEC_DATA", str(tmp_path / "data"))
    (tmp_path / "pairs.txt").write_text(PAIRS)
    (tmp_path / "asked.txt").write_text(ASKED)
    vectors = WordVectors(WORDS, VECTORS)
    vectors.write("v.vec")
    return vectors


def test_files_of_ones_own(vectors):
    code, printed, said = run("words", "evaluate", "v.vec", "pairs.txt", "asked.txt")
    assert code == 0
    records = parsed(printed)
    result = word_pairs(vectors, "pairs.txt")
    assert records[0] == {"test": "pairs.txt", "part": None, "measure": "spearman", "score": result.spearman} | {
        "known": 3,
        "of": 4,
    }
    assert [each["part"] for each in records[2:]] == ["family", "gram1", "semantic", "syntactic", "total"]
    assert records[-1]["score"] == analogies(vectors, "asked.txt").accuracy
    assert said == "textvec: pairs.txt has 2 words that are unknown: he, she.\n" + (
        "textvec: asked.txt has 2 words that are unknown: he, she.\n"
    )


def test_options(vectors):
    def scores(*options):
        return [each["score"] for each in parsed(run("words", "evaluate", "v.vec", "pairs.txt", *options)[1])]

    assert scores("--count-unknown")[0] == word_pairs(vectors, "pairs.txt", dummy4unknown=True).spearman
    code, _, said = run("words", "evaluate", "v.vec", "pairs.txt", "--case-sensitive")
    assert (code, "there are 2 with known words" in said) == (1, True)
    asked = parsed(run("words", "evaluate", "v.vec", "asked.txt", "--method", "3cosmul", "--restrict", "4")[1])
    assert asked[-1]["score"] == analogies(vectors, "asked.txt", method="3cosmul", restrict_vocab=4).accuracy


def test_tests_by_name(tmp_path):
    (tmp_path / "mine" / "words").mkdir(parents=True)
    lines = ["type,word1,word2,word3,target", "family,man,woman,king,queen"]
    (tmp_path / "mine" / "words" / "google-analogies.csv").write_text("\n".join(lines))
    code, printed, said = run("words", "evaluate", "v.vec", "--data-home", "mine")
    assert (code, "google-analogies" in printed + said) == (1, True)  # it is not the set as it was published


def test_real_tests(data, monkeypatch):
    monkeypatch.setenv("TEXTVEC_DATA", REAL_DATA)
    data("words")
    code, printed, _ = run("words", "evaluate", "words", "simlex999", "WordSim353_sim", "--limit", "20000")
    assert code == 0
    assert [(each["test"], each["measure"]) for each in parsed(printed)][::2] == [
        ("simlex999", "spearman"),
        ("wordsim353-sim", "spearman"),
    ]
    table = run("words", "evaluate", "words", "simlex999", "--limit", "20000", "--table", COLUMNS="80")[1]
    assert "…" not in table
    assert max(map(len, table.splitlines())) <= 80


def test_a_test_that_is_not_known_does_not_stop_the_others(tmp_path):
    (tmp_path / "none.txt").write_text("he she 1\nher him 2\nit us 3\n")
    code, printed, said = run("words", "evaluate", "v.vec", "none.txt", "pairs.txt")
    assert (code, {each["test"] for each in parsed(printed)}) == (0, {"pairs.txt"})
    assert "textvec: none.txt: A correlation needs three pairs or more" in said


@pytest.mark.parametrize(
    ("tests", "message"),
    [
        (["simlex"], "There is no file 'simlex', and no test of that name. Did you mean 'simlex999'?"),
        (["sms-spam"], "There is no file 'sms-spam', and no test of that name."),
        (["broken.txt"], "Line 2 of broken.txt has 2 fields where 3 were expected"),
        ([], "No test of words is on this machine. Name one, and it is downloaded: google-analogies, "),
    ],
)
def test_errors(tmp_path, tests, message):
    (tmp_path / "broken.txt").write_text("man woman 8\nking queen\n")
    code, printed, said = run("words", "evaluate", "v.vec", *tests)
    assert (code, printed) == (1, "")
    assert message in said
