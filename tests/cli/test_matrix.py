"""`textvec matrix`: what is compared, the table, the data, pictures and pages, and what is refused."""

import csv
import io
import json
import re
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from support.shell import parsed, run
from textvec import CountVectorizer, TfidfVectorizer
from textvec.cli.matrix_table import GROUNDS, MAX_SHOWN, N_DARK
from textvec.similarity import jaccard

TEXTS = ["Bees make honey.", "Bears eat honey!", "It rains in May.", "Bears eat bees, too."]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("texts.txt").write_text("\n".join(TEXTS) + "\n")
    return tmp_path


def matrix(*arguments, says="", **options):
    """Run `textvec matrix`, which has to succeed; return what it printed."""
    code, printed, said = run("matrix", *arguments, **options)
    assert (code, said) == (0, says), said
    return printed


def refused(*arguments, **options):
    code, printed, said = run("matrix", *arguments, **options)
    assert printed == ""
    assert "Traceback" not in said
    assert "mistake in textvec" not in said
    return code, said


def percent_of(printed):
    return [row["percent"] for row in parsed(printed)]


@pytest.mark.parametrize("given", [TEXTS, [" ".join(TEXTS)], ["texts.txt"]], ids=["texts", "sentences", "source"])
def test_texts_sentences_and_a_source(given):
    rows = parsed(matrix(*given))
    assert [(row["number"], row["text"]) for row in rows] == list(enumerate(TEXTS, 1))
    expected = 100 * cosine_similarity(TfidfVectorizer().fit_transform(TEXTS))
    np.testing.assert_allclose([row["percent"] for row in rows], expected, atol=1e-9)


def test_models_and_terms():
    counts = 100 * cosine_similarity(CountVectorizer().fit_transform(TEXTS))
    np.testing.assert_allclose(percent_of(matrix(*TEXTS, "--model", "counts")), counts, atol=1e-9)
    np.testing.assert_allclose(percent_of(matrix(*TEXTS[:2])), counts[:2, :2], atol=1e-9)  # of two texts, counts
    shares = [[100 * jaccard(a, b) for b in TEXTS] for a in TEXTS]
    np.testing.assert_allclose(percent_of(matrix(*TEXTS, "--model", "jaccard")), shares)
    assert percent_of(matrix("I am a man", "I am a cat", "--model", "jaccard", "--tokenizer", "unicode"))[0][1] == 60
    assert percent_of(matrix("the bees", "the bee", "--stop-words", "english", "--stem", "porter")) == [[100, 100]] * 2
    assert percent_of(matrix("red sea", "red tea", "--ngrams", "1-2"))[0][1] == pytest.approx(100 / 3)


def test_averaged_vectors():
    Path("v.txt").write_text("bees 1 0\nhoney 0 1\nbears -1 0\n")
    says = "textvec: text 3 has no known word: it is like nothing.\n"
    printed = matrix("bees", "bees honey", "unknown", "bears", "--model", "embedding", "--vectors", "v.txt", says=says)
    expected = [[100, 50**0.5 * 10, 0, -100], [50**0.5 * 10, 100, 0, -(50**0.5) * 10], [0] * 4]
    np.testing.assert_allclose(percent_of(printed)[:3], expected, atol=1e-5)


def test_sentences_by_their_meaning():
    pytest.importorskip("wordllama")
    (_, dinner, trains), *_ = percent_of(matrix("good meal", "nice dinner", "trains are late", "--model", "sentences"))
    assert dinner > 20 > trains


def test_a_table_for_a_person():
    printed = matrix(*TEXTS, "--table", "-k", "1", COLUMNS="80")
    assert [line.rstrip() for line in printed.splitlines()] == [
        "  percent                 1   2   3   4",
        "1 Bees make honey.      100  30   0  25",
        "2 Bears eat honey!       30 100   0  54",
        "3 It rains in May.        0   0 100   0",
        "4 Bears eat bees, too.   25  54   0 100",
        "",
        "The most similar",
        " 53.8 %  2 Bears eat honey!",
        "         4 Bears eat bees, too.",
    ]
    assert "The most similar" not in matrix(*TEXTS, "--table", "-k", "0")


def test_columns_that_do_not_fit_stand_in_further_blocks():
    texts = [f"a rather long text that is cut, number{i}" for i in range(20)]
    lines = matrix(*texts, "--table", COLUMNS="80").splitlines()
    assert max(map(len, lines)) <= 80
    heads = [line.split()[1:] for line in lines if "percent" in line]
    assert [int(number) for head in heads for number in head] == list(range(1, 21))
    assert [len(head) for head in heads] == [15, 5]
    block = lines[1:21]
    assert all(re.match(rf"{i:2} a rather long .*…( +\d+){{15}}$", line) for i, line in enumerate(block, 1))
    for width in (1, 12, 25):
        printed = matrix(*texts, "--table", "-k", "0", COLUMNS=str(width))
        assert printed.count("100") == 20  # each with itself: no number is lost, however narrow it is


def test_the_first_of_many_texts(monkeypatch):
    monkeypatch.setattr(import_module("textvec.cli.matrix"), "MAX_TEXTS", 50)
    Path("many.txt").write_text("".join(f"text word{i}\n" for i in range(55)))
    code, printed, said = run("matrix", "many.txt")
    assert (code, len(parsed(printed))) == (0, 50)
    assert said.startswith("textvec: the first 50 of 55 texts are compared. `textvec duplicates` finds the most")
    says = f"the table has the first {MAX_SHOWN} of 40 texts, the pairs are of all. --csv and --json print all, -o FILE"
    Path("many.txt").write_text("".join(f"text word{i}\n" for i in range(40)))
    printed = matrix("many.txt", "--table", says=f"textvec: {says} draws all.\n")
    assert (
        len({line.split()[0] for line in printed.splitlines() if " text word" in line and "%" not in line}) == MAX_SHOWN
    )


def test_csv_has_a_column_for_each_text():
    head, *rows = csv.reader(io.StringIO(matrix(*TEXTS, "--csv")))
    assert head == ["number", "text", "1", "2", "3", "4"]
    assert [row[1] for row in rows] == TEXTS
    assert [float(row[2 + i]) for i, row in enumerate(rows)] == [100] * 4
    assert [row["number"] for row in json.loads(matrix(*TEXTS, "--json"))] == [1, 2, 3, 4]


def test_texts_that_are_equal_or_empty_or_markup():
    says = "textvec: texts 3, 4 have no known word: they are like nothing.\n"
    printed = matrix("[red]sea[/red]", "[red]sea[/red]", "", "?\x1b", "--table", says=says)
    assert "1 [red]sea[/red]  100 100   0   0" in printed
    assert "100.0 %  1 [red]sea[/red]" in printed
    assert "\x1b" not in printed
    matrix("red", "blue", "--table", says="textvec: no two texts have anything in common.\n")


def test_colours_where_they_are_wanted():
    shown = matrix(*TEXTS, "--table", "--color", "always")
    assert re.search(r"\x1b\[[\d;]*48;5;\d+m 100", shown)
    assert "\x1b" not in matrix(*TEXTS, "--table", "--color", "never")


def test_the_ink_of_every_colour_can_be_read():
    def luminance(color):
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light = [luminance(color) + 0.05 for color in GROUNDS]
    assert light == sorted(light)
    assert all(1.05 / each >= 4.5 for each in light[:N_DARK])
    assert all(each / 0.05 >= 4.5 for each in light[N_DARK:])


@pytest.mark.parametrize(
    ("name", "begins"), [("m.png", b"\x89PNG"), ("m.SVG", b"<?xml"), ("m.html", b"<!DOCTYPE html>")]
)
def test_a_heat_map(name, begins):
    pytest.importorskip("matplotlib")
    like = 'the most similar texts are 2 "Bears eat honey!" and 4 "Bears eat bees, too.", 54 %'
    assert matrix(*TEXTS, "-o", name, says=f"textvec: {name} shows how similar 4 texts are; {like}.\n") == ""
    assert Path(name).read_bytes().startswith(begins)
    assert sorted(path.name for path in Path().iterdir()) == sorted([name, "texts.txt"])


def test_a_page_of_many_texts_has_the_first():
    Path("many.txt").write_text("".join(f"word{i}\n" for i in range(201)))
    matrix("many.txt", "-o", "m.html", says="textvec: m.html shows how similar the first 200 of 201 texts are.\n")


def test_fonts_without_the_script():
    pytest.importorskip("matplotlib")
    with pytest.warns(UserWarning, match=r"the font of the picture .* has no 猫 \(U\+732B\): boxes are drawn"):
        assert run("matrix", "猫 cat", "猫 dog", "-o", "m.png")[0] == 0
    assert Path("m.png").exists()


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        (["one sentence only"], 1, "There is one text to compare: two are needed."),
        (["nothing.csv"], 1, "There is no file or folder 'nothing.csv'."),
        (
            ["texts.txt", "texts.txt"],
            2,
            "One SOURCE is compared with itself: of several files, give one, or join them.",
        ),
        (["?", "!"], 1, "none of the texts has a word that is compared."),
        (["a b", "c d", "--delimiter", ";"], 2, "--delimiter is for a SOURCE, but there are TEXTs."),
        (
            ["texts.txt", "-o", "m.txt"],
            2,
            "The name of a heat map ends with .png, .svg, .pdf, .html, but it is 'm.txt'",
        ),
        (["texts.txt", "-o", "no/m.html"], 1, "no"),
        (["texts.txt", "--model", "embedding"], 2, "--model embedding needs word vectors: --vectors FILE"),
        (["texts.txt", "--vectors", "v.txt"], 2, "--vectors goes with --model embedding only."),
        (["texts.txt", "--model", "sentences", "--stem", "porter"], 2, "--stem does not go with --model sentences"),
        ([], 2, "Missing argument"),
    ],
    ids=range(11),
)
def test_what_is_refused(given, code, message):
    refusal, said = refused(*given)
    assert refusal == code
    assert message in said


def test_a_file_among_texts_is_a_text():
    says = "textvec: texts.txt is taken as a text. Give it alone to compare the texts in that file.\n"
    assert parsed(matrix("texts.txt", "some text", says=says))[0]["text"] == "texts.txt"
    assert len(parsed(matrix("word " * 2000, "word"))) == 2  # too long for the name of a file


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert refused(*TEXTS, "-o", "m.png") == (
        1,
        'textvec: error: --plot needs Matplotlib. Install it with: pip install "textvec-kit[plot]"\n',
    )
    matrix(*TEXTS, "-o", "m.html", says=run("matrix", *TEXTS, "-o", "m.html")[2])
