"""`textvec words convert` and `info`, and vectors of every kind in other commands."""

import numpy as np
import pytest

from support.shell import parsed, run
from textvec import Word2Vec, WordVectors, save
from textvec.embeddings.description import described

WORDS = ["tea", "coffee", "moon"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    WordVectors(WORDS, [[4, 1], [3, 1.5], [-1, 4]], counts=[5, 9, 1]).write("v.npy")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "options", "dtype", "form"),
    [
        ("w.vec", [], "float32", "word2vec"),
        ("w.vec.gz", [], "float32", "word2vec"),
        ("w.bin", ["--limit", "2"], "float32", "word2vec-binary"),
        ("w.npy", ["--dtype", "float16"], "float16", "numpy"),
        ("w.textvec", ["--dtype", "float64"], "float64", "textvec"),
        ("w.dat", ["--to", "glove"], "float32", "glove"),
    ],
)
def test_convert(file, options, dtype, form):
    code, printed, said = run("words", "convert", "v.npy", file, *options)
    n = 2 if "--limit" in options else 3
    assert (code, printed) == (0, "")
    assert said.startswith(f"textvec: {file} holds {n} words in 2 dimensions, ")
    (figures,) = parsed(run("words", "info", file)[1])
    assert (figures["words"], figures["dtype"], figures["format"]) == (n, dtype, form)
    assert figures["longest"] == pytest.approx(17**0.5, rel=1e-3)


def test_convert_pretrained_and_warnings(here):
    assert run("words", "convert", "words", "w.vec", "--limit", "5")[0] == 0
    assert len(WordVectors.read("w.vec")) == 5
    with pytest.warns(UserWarning, match="holds no tokenizer"):
        assert run("words", "convert", "sentences", "s.npy", "--limit", "5")[0] == 0
    assert run("words", "convert", "sentences", "s.textvec", "--limit", "5")[0] == 0
    assert parsed(run("words", "info", "s.textvec")[1])[0]["pieces"] is True


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["v.npy", "v.npy"], 2, "are the same file, v.npy"),
        (["v.npy", "link.npy", "--overwrite"], 2, "are the same file, link.npy"),
        (["v.npy", "w.xyz"], 2, "end it in .vec, .txt, .bin, .npy, or .textvec."),
        (["v.npy", "w.dat", "--to", "numpy"], 2, "ends in .npy"),
        (["v.npy", "w.dat", "--to", "fasttext"], 2, "Invalid value for '--to'"),
        (["v.npy", "no/w.vec"], 1, "No such file or directory"),
        (["no.vec", "w.vec"], 1, "There is no file 'no.vec'"),
        (["v.npy", "old.vec"], 1, "old.vec is there already. Add --overwrite to replace it."),
        (["words", "w.vec", "--format", "glove"], 1, "is the name of pretrained vectors"),
    ],
)
def test_errors_leave_nothing_behind(here, arguments, code, message):
    (here / "link.npy").symlink_to("v.npy")
    (here / "old.vec").write_text("old")
    before = (here / "v.npy").read_bytes()
    ended, printed, said = run("words", "convert", *arguments)
    assert (ended, printed) == (code, "")
    assert message in said
    assert sorted(path.name for path in here.iterdir()) == ["link.npy", "old.vec", "v.npy", "v.vocabulary.json"]
    assert ((here / "v.npy").read_bytes(), (here / "old.vec").read_text()) == (before, "old")


def test_info():
    code, printed, said = run("words", "info", "v.npy")
    assert (code, said) == (0, "")
    assert parsed(printed) == [{"vectors": "v.npy", "format": "numpy"} | described(WordVectors.read("v.npy"))]
    table = run("words", "info", "v.npy", "--table", COLUMNS="80")[1]
    shown = {line.split()[0]: line.split(maxsplit=1)[1] for line in table.splitlines()}
    assert shown["norms"] == "3.354 to 4.123, median 4.123"
    assert shown["most_frequent"] == "coffee tea moon"
    assert (shown["tokens"], shown["subwords"], shown["pieces"]) == ("15", "none", "no")
    assert shown["memory"] == "48 bytes"
    assert "rows" not in shown
    assert max(map(len, table.splitlines())) <= 80


def test_info_of_a_long_path_fits_the_screen(here):
    folder = here / ("deep" * 30)
    folder.mkdir()
    WordVectors(WORDS, [[4, 1], [3, 1.5], [-1, 4]]).write(folder / "v.vec")
    table = run("words", "info", folder / "v.vec", "--table", COLUMNS="80")[1]
    assert max(map(len, table.splitlines())) <= 80
    assert table.splitlines()[0].endswith("deep/v.vec")
    assert parsed(run("words", "info", folder / "v.vec")[1])[0]["vectors"] == str(folder / "v.vec")


def test_other_commands_take_vectors_of_saved_models(here):
    (here / "t.txt").write_text("tea with milk\ncoffee with milk\n" * 20)
    save(Word2Vec(4, sample=0, epochs=200, random_state=0).fit(["tea with milk", "coffee with milk"] * 20), "m.textvec")
    options = ["--features", "embedding", "--vectors", "m.textvec"]
    assert run("vectorize", "t.txt", "-o", "x.npy", *options)[0] == 0
    assert np.load("x.npy").shape == (40, 4)
