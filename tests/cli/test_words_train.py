"""`textvec words train`: what it learns and writes, what it says, and what it refuses before it begins."""

import shlex
import warnings
from pathlib import Path

import numpy as np
import pytest

from support.shell import on_a_terminal, parsed, run
from textvec import Word2Vec, WordVectors, load

TEXTS = [
    f"the {a} of {b} tastes like {c}" for a in ("cup", "mug") for b in ("tea", "coffee") for c in ("milk", "honey")
]
QUICK = ["--min-count", "1", "--sample", "0", "--epochs", "300", "--dimensions", "8", "--threads", "1"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.txt").write_text("\n".join(TEXTS * 5))
    return tmp_path


def test_it_learns_what_the_library_learns():
    code, printed, said = run(
        "words", "train", "t.txt", "-o", "v.npy", *QUICK, "--architecture", "skip-gram", "--seed", "7"
    )
    assert (code, printed) == (0, "")
    model = Word2Vec(8, min_count=1, sample=0, epochs=300, sg=1, random_state=7, threads=1).fit(TEXTS * 5)
    vectors = WordVectors.read("v.npy")
    assert vectors.words.tolist() == model.vectors_.words.tolist()
    np.testing.assert_array_equal(vectors.vectors, model.vectors_.vectors)
    first, second, third = said.splitlines()
    assert first.startswith("textvec: v.npy holds 10 words in 8 dimensions, learnt from 40 texts of 280 words in ")
    assert second.startswith(f"textvec: loss of a prediction: {model.losses_[0]:.3f} in the first epoch, ")
    assert third.startswith("textvec: next: textvec words similar v.npy ")
    code, printed, _ = run(*shlex.split(third.partition("next: ")[2])[1:])
    assert (code, len({each["word"] for each in parsed(printed)})) == (0, 2)


def test_options_of_words_and_a_model_that_goes_on(here):
    words = ["--stop-words", "english", "--stem", "porter", "--tokenizer", "unicode", "--max-words", "6"]
    others = ["--window", "3", "--negative", "2", "--alpha", "0.02"]
    code, _, said = run("words", "train", "t.txt", "-o", "m.textvec", *QUICK, *words, *others)
    assert (code, "holds 6 words" in said) == (0, True)
    model = load("m.textvec")
    assert "tast" in model.vectors_
    assert not {"the", "of", "tastes"} & set(model.vectors_.words)
    assert (model.window, model.negative, model.alpha, model.max_vocab_size, model.sg) == (3, 2, 0.02, 6, 0)
    assert len(parsed(run("words", "similar", "m.textvec", "milk", "-k", "3")[1])) == 3


def test_phrases():
    others = "".join(f"a{i} b{i} c{i}\n" for i in range(100))
    Path("p.txt").write_text("off to new york\n" * 10 + others)
    assert run("words", "train", "p.txt", "-o", "p.vec", *QUICK, "--phrases")[0] == 0
    assert "new_york" in WordVectors.read("p.vec")


def test_a_bar_on_a_terminal(here):
    shown = on_a_terminal("words", "train", "t.txt", "-o", "v.vec", *QUICK, cwd=here)
    assert "word2vec" in shown
    assert "100%" in shown
    assert "v.vec holds 10 words" in shown


def test_too_few_words_are_said_in_options():
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert run("words", "train", "t.txt", "-o", "v.vec")[0] == 0
    (message,) = [str(each.message) for each in said]
    assert "--min-count 5 leaves" in message
    assert "set --sample 0, --epochs " in message


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["t.txt", "-o", "v.xyz"], 2, "end it in .vec, .txt, .bin, .npy, or .textvec."),
        (["t.txt", "-o", "no/v.vec"], 1, "no/v.vec: No such file or directory"),
        (["no.txt", "-o", "v.vec"], 1, "no.txt"),
        (["empty.txt", "-o", "v.vec"], 1, "empty.txt"),
        (["t.txt", "-o", "old.vec"], 1, "old.vec is there already. Add --overwrite to replace it."),
        (["t.txt", "-o", "v.vec", "--min-count", "99"], 1, "no word occurs --min-count 99 times in 40 documents"),
        (["t.txt", "-o", "v.vec", "--ngrams", "2"], 2, "No such option"),
        (["t.txt"], 2, "Missing option '-o'"),
    ],
)
def test_errors_leave_nothing_behind(here, arguments, code, message):
    (here / "empty.txt").touch()
    (here / "old.vec").write_text("old")
    ended, printed, said = run("words", "train", *arguments)
    assert (ended, printed) == (code, "")
    assert message in said.replace(str(here) + "/", "")
    assert sorted(path.name for path in here.iterdir()) == ["empty.txt", "old.vec", "t.txt"]
    assert (here / "old.vec").read_text() == "old"


def test_overwrite(here):
    (here / "v.vec").write_text("old")
    assert run("words", "train", "t.txt", "-o", "v.vec", "--overwrite", *QUICK)[0] == 0
    assert len(WordVectors.read("v.vec")) == 10
