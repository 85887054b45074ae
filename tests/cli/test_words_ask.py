"""`textvec words similar`, `analogy` and `odd`: what the library finds, in every form, and unknown words."""

import csv
import io

import pytest

from support.shell import on_a_terminal, parsed, run
from textvec import WordVectors

WORDS = ["tea", "coffee", "cocoa", "moon", "e-mail", "mail", "nothing"]
VECTORS = [[4, 1, 0], [3, 1, 1], [4, 2, 1], [-1, 4, 2], [0, 3, 3], [0, 3, 1], [0, 0, 0]]


@pytest.fixture(autouse=True)
def vectors(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    vectors = WordVectors(WORDS, VECTORS)
    vectors.write("v.vec")
    return vectors


def test_similar_has_a_record_for_each_neighbour(vectors):
    code, printed, said = run("words", "similar", "v.vec", "tea", "moon", "tea", "-k", "2")
    assert (code, said) == (0, "")
    expected = [
        {"word": word, "rank": rank, "neighbour": near, "similarity": score}
        for word in ("tea", "moon")
        for rank, (near, score) in enumerate(vectors.most_similar(word, topn=2), 1)
    ]
    assert parsed(printed) == expected
    rows = list(csv.DictReader(io.StringIO(run("words", "similar", "v.vec", "tea", "-k", "1", "--csv")[1])))
    assert [(row["word"], row["neighbour"]) for row in rows] == [("tea", "cocoa")]
    near = parsed(run("words", "similar", "v.vec", "tea", "--restrict", "2")[1])
    assert [each["neighbour"] for each in near] == ["coffee"]
    near = parsed(run("words", "similar", "v.vec", "tea", "--limit", "3", "--format", "word2vec")[1])
    assert {each["neighbour"] for each in near} == {"coffee", "cocoa"}


def test_similar_on_a_map(tmp_path):
    code, printed, said = run("words", "similar", "v.vec", "tea", "moon", "-k", "2", "--map", "near.html")
    assert (code, len(parsed(printed))) == (0, 4)
    assert "near.html has 6 words, in the colours of those that were asked for" in said
    assert "<canvas" in (tmp_path / "near.html").read_text(encoding="utf-8")
    code, _, said = run("words", "similar", "v.vec", "tea", "--map", "near.html")
    assert (code, "--overwrite" in said) == (1, True)
    assert run("words", "similar", "v.vec", "tea", "--map", "near.html", "--overwrite")[0] == 0
    assert "near.txt" in run("words", "similar", "v.vec", "tea", "--map", "near.txt")[2]
    assert "--overwrite goes with --map" in run("words", "similar", "v.vec", "tea", "--overwrite")[2]


def test_similar_side_by_side():
    table = run("words", "similar", "v.vec", *WORDS[:5], "-k", "2", "--table", COLUMNS="80")[1]
    lines = [line.rstrip() for line in table.splitlines()]
    assert lines[0].split() == ["tea", "coffee", "cocoa", "moon"]
    assert lines[2].split()[:2] == ["0.953", "cocoa"]
    assert (lines[4], lines[5]) == ("", "e-mail")
    assert max(map(len, lines)) <= 80
    narrow = run("words", "similar", "v.vec", *WORDS[:2], "--table", COLUMNS="20")[1]
    assert [line for line in narrow.splitlines() if line.strip() in ("tea", "coffee")]


def test_long_and_hostile_words_in_a_table(tmp_path):
    words = ["tea", "x" * 100, "a\x1b[31mb", "[bold]", "東京"]
    WordVectors(words, [[1, i / 9] for i in range(5)]).write("h.npy")
    table = run("words", "similar", "h.npy", "tea", "[bold]", "東京", "--table", COLUMNS="80")[1]
    assert "\x1b" not in table
    assert "[bold]" in table
    assert max(map(len, table.splitlines())) <= 80
    shown = on_a_terminal("words", "similar", "h.npy", "tea", cwd=tmp_path, NO_COLOR="1")
    assert "\x1b[31m" not in shown
    assert "[bold]" in shown


def test_unknown_words():
    code, printed, said = run("words", "similar", "v.vec", "tea", "Coffee", "xylophone", "-k", "1")
    assert (code, len(parsed(printed))) == (0, 1)
    assert said == "textvec: None of the 7 words is 'Coffee' (did you mean 'coffee'?) or 'xylophone'.\n"
    code, printed, said = run("words", "similar", "v.vec", "xylophone")
    assert (code, printed, said) == (1, "", "textvec: error: None of the 7 words is 'xylophone'.\n")
    code, printed, said = run("words", "similar", "v.vec", "nothing")
    assert (code, printed) == (0, "")
    assert "nothing is near to 'nothing'" in said


@pytest.mark.parametrize(
    "expression", [["tea - coffee + moon"], ["tea", "-", "coffee", "+", "moon"], ["coffee:tea::moon"]]
)
def test_analogy(vectors, expression):
    code, printed, said = run("words", "analogy", "v.vec", *expression, "-k", "2")
    assert (code, said) == (0, "")
    found = vectors.analogy("coffee", "tea", "moon", topn=2)
    assert [(each["rank"], each["word"], each["score"]) for each in parsed(printed)] == [
        (rank, word, score) for rank, (word, score) in enumerate(found, 1)
    ]


def test_analogy_by_products_and_words_with_hyphens(vectors):
    printed = run("words", "analogy", "v.vec", "e-mail - mail + tea", "--method", "3cosmul", "--restrict", "4")[1]
    found = vectors.most_similar(["e-mail", "tea"], ["mail"], method="3cosmul", restrict=4)
    assert [(each["word"], each["score"]) for each in parsed(printed)] == found


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["tea coffee"], 2, "no + or - stands between 'tea' and 'coffee'"),
        (["tea - "], 2, "ends with -"),
        (["- tea", "--method", "3cosmul"], 2, "needs a word that is not subtracted"),
        (["tea - coffe"], 1, "None of the 7 words is 'coffe' (did you mean 'coffee'?)."),
        (["tea-coffee + moon"], 1, "A + or - that is a sign has white space around it."),
    ],
)
def test_what_is_no_analogy(arguments, code, message):
    ended, printed, said = (
        run("words", "analogy", "v.vec", "--", *arguments)
        if arguments[0][0] == "-" and len(arguments) == 1
        else run("words", "analogy", "v.vec", *arguments[1:], "--", arguments[0])
    )
    assert (ended, printed) == (code, "")
    assert message in said


def test_odd(vectors):
    code, printed, said = run("words", "odd", "v.vec", "tea", "moon", "coffee", "cocoa", "tee")
    assert code == 0
    assert said == "textvec: None of the 7 words is 'tee' (did you mean 'tea'?).\n"
    records = parsed(printed)
    assert records[0]["word"] == "moon"
    assert [each["odd"] for each in records] == [True, False, False, False]
    code, printed, said = run("words", "odd", "v.vec", "tea", "moon", "coffee", "--table")
    assert (code, printed.splitlines()[2].split()[0], printed.split().count("odd")) == (0, "moon", 2)
    assert said.startswith("textvec: moon does not belong: the mean of its cosines with the others is ")


@pytest.mark.parametrize(
    ("words", "code", "n"),
    [(["tea"], 2, "but 1 came"), (["tea", "moon", "tea"], 2, "but 2 came"), (["tea", "x", "y"], 1, "but 1 was given")],
)
def test_too_few_for_an_odd_one(words, code, n):
    ended, printed, said = run("words", "odd", "v.vec", *words)
    assert (ended, printed) == (code, "")
    assert f"among three different words or more, {n}" in said


def test_errors_of_files(tmp_path):
    (tmp_path / "bad.vec").write_text("2 3\ntea 1 2\n")
    for name, message in (
        ("no.vec", "There is no file 'no.vec'"),
        ("bad.vec", "bad.vec, line 2"),
        ("wordz", "'words'?"),
    ):
        code, printed, said = run("words", "similar", name, "tea")
        assert (code, printed) == (1, "")
        assert message in said
        assert said.count("\n") == 1


def test_a_bar_shows_how_much_of_a_file_was_read(tmp_path):
    WordVectors([f"w{i}" for i in range(2000)], [[i, 1] for i in range(2000)]).write("big.vec.gz")
    shown = on_a_terminal("words", "similar", "big.vec.gz", "w7", "-k", "1", cwd=tmp_path)
    assert "Reading big.vec.gz" in shown
    assert "100%" in shown
    shown = on_a_terminal("words", "similar", "words", "tea", "-k", "1", "--limit", "9000", cwd=tmp_path)
    assert "Reading words" in shown
