"""`textvec map`: what it writes, refuses and says."""

import re

import numpy as np
import pytest

from support.paths import CORPORA
from support.shell import run
from textvec import Word2Vec, WordVectors, save
from textvec.cli.main import cli

REVIEWS = CORPORA / "reviews.csv"


@pytest.fixture
def texts(tmp_path):
    path = tmp_path / "texts.csv"
    kinds = {"fruit": "apple pear plum", "cars": "car road wheel"}
    rows = [
        f"{kind},the {word} number no{i}" for i in range(6) for kind, words in kinds.items() for word in words.split()
    ]
    path.write_text("kind,text\n" + "\n".join(rows) + "\n")
    return path


@pytest.fixture
def words(tmp_path):
    path = tmp_path / "v.txt"
    vectors = np.random.default_rng(0).normal(size=(40, 5))
    WordVectors([f"word{i}" for i in range(40)], vectors).write(path)
    return path


def test_a_page_of_documents(texts, tmp_path):
    code, printed, said = run("map", texts, "-o", tmp_path / "map.html", "--clusters", 2)
    assert (code, printed) == (0, "")
    clusters, holds = said.splitlines()
    assert re.fullmatch(r"textvec: clusters: .+; .+\.", clusters)
    assert re.fullmatch(r"textvec: .*map.html holds 36 documents, 0\.0 MB\. Open it in a browser\.", holds)
    assert "<h1>36 documents</h1>" in (tmp_path / "map.html").read_text(encoding="utf-8")


def test_labels_of_a_column_and_clusters_only_if_they_are_asked_for(texts, tmp_path):
    _, _, said = run("map", texts, "-o", tmp_path / "map.html", "--color-by", "kind")
    assert "clusters" not in said
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert '"groups":[{"title":"label","names":["fruit","cars"]}]' in page
    _, _, said = run("map", texts, "-o", tmp_path / "both.html", "--color-by", "kind", "--clusters", 3)
    assert "clusters: " in said
    _, _, said = run("map", texts, "-o", tmp_path / "none.html", "--clusters", 0)
    assert "clusters" not in said


def test_word_vectors_that_textvec_saved(tmp_path):
    save(Word2Vec(vector_size=4, min_count=1, epochs=1).fit(["red sea blue sea", "red sky"]), tmp_path / "v.textvec")
    code, _, said = run("map", tmp_path / "v.textvec", "-o", tmp_path / "map.html")
    assert (code, "holds 4 words" in said) == (0, True)


def test_a_picture_and_the_projector(texts, tmp_path):
    code, _, said = run("map", texts, "-o", tmp_path / "map.svg", "--projector", tmp_path / "logs", "--model", "bm25")
    assert code == 0
    assert re.search(r"map.svg holds 36 documents, [\d.]+ MB\.\n", said)
    assert said.endswith(f"for the Embedding Projector: tensorboard --logdir {tmp_path}/logs\n")
    assert len((tmp_path / "logs/tensors.tsv").read_text().splitlines()) == 36


def test_options_of_terms_name_clusters(texts, tmp_path):
    stop = tmp_path / "stop.txt"
    stop.write_text("the\nnumber\n")
    _, _, said = run("map", texts, "-o", tmp_path / "map.html", "--clusters", 1, "--stop-words", stop)
    named = re.findall(r"\w+", said.splitlines()[0])[2:]
    assert len(named) == 3
    assert not {"the", "number"} & set(named)
    _, _, said = run("map", texts, "-o", tmp_path / "pairs.html", "--clusters", 1, "--ngrams", 2)
    assert all(" " in name for name in said.splitlines()[0].removeprefix("textvec: clusters: ").split(", "))


def test_words(words, tmp_path):
    code, printed, said = run("map", words, "-o", tmp_path / "map.html", "--top", 30)
    assert (code, printed) == (0, "")
    assert "map.html holds 30 words" in said
    (tmp_path / "list.txt").write_text("word7\nword3\n\n")
    options = ["--words", tmp_path / "list.txt", "--axes", "word1", "word2"]
    code, _, said = run("map", words, "-o", tmp_path / "plane.html", *options)
    assert (code, "plane.html holds 2 words" in said) == (0, True)
    assert "cosine with “word2”" in (tmp_path / "plane.html").read_text(encoding="utf-8")


def test_documents_on_two_axes_by_word_vectors(words, tmp_path):
    (tmp_path / "texts.txt").write_text("word1 word5\nword2\n")
    options = ["--model", "embedding", "--vectors", words, "--axes", "word1", "word2"]
    code, _, said = run("map", tmp_path / "texts.txt", "-o", tmp_path / "map.html", *options)
    assert code == 0, said


def test_what_is_there_is_replaced_only_if_that_is_asked_for(texts, tmp_path):
    target = tmp_path / "map.html"
    target.write_text("mine")
    code, _, said = run("map", texts, "-o", target)
    assert (code, target.read_text()) == (1, "mine")
    assert "is there already. Add --overwrite" in said
    assert run("map", texts, "-o", target, "--overwrite")[0] == 0
    assert "36 documents" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ("TEXTS", 2, "Missing option '-o', the file to write, or '--projector'."),
        ("TEXTS -o map.txt", 1, "The name of a map ends with .html, .png, .svg or .pdf"),
        ("TEXTS -o no/folder/map.html", 1, "No such file or directory"),
        ("TEXTS -o map.html --color-by nope", 1, "Column 'nope' is not in"),
        ("TEXTS -o map.html --clusters 37", 1, "from 1 to that of points, 36"),
        ("TEXTS -o map.html --axes tea moon --projection tsne", 2, "--projection and --axes exclude each other"),
        ("TEXTS -o map.html --axes xyzzy apple", 1, "'xyzzy' cannot be an axis"),
        ("TEXTS -o map.html --top 3", 2, "--top goes with a file of word vectors only."),
        ("TEXTS -o map.html --model embedding", 2, "--model embedding and --vectors FILE go together."),
        ("TEXTS -o map.html --pooling sif", 2, "--pooling goes with --model embedding or sentences only."),
        ("TEXTS -o map.html --model sentences --stem porter", 2, "--stem does not go with --model sentences"),
        ("WORDS -o map.html --model bm25", 2, "--model is about documents; "),
        ("WORDS -o map.html --text-column x", 2, "--text-column is about documents; "),
        ("WORDS -o map.html --top 3 --words x", 2, "--top and --words exclude each other."),
        ("WORDS -o map.html --axes word1 wrod2", 1, "None of the 40 words is 'wrod2' (did you mean"),
        ("ONE -o map.html", 1, "needs two or more, but there is 1"),
        ("EMPTY -o map.html", 1, "empty.txt"),
    ],
)  # fmt: skip
def test_what_is_refused(arguments, code, message, texts, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.txt").write_text("apple\n")
    (tmp_path / "empty.txt").write_text("")
    for name, path in {"TEXTS": texts, "WORDS": words, "ONE": "one.txt", "EMPTY": "empty.txt"}.items():
        arguments = arguments.replace(name, str(path))
    found, printed, said = run("map", *arguments.split())
    assert (found, printed) == (code, "")
    assert message in said
    assert not (tmp_path / "map.html").exists()


def test_few_documents_have_few_clusters_and_a_format_is_no_vectors(tmp_path):
    (tmp_path / "few.txt").write_text("tea 1 2 3\nmoon 4 5 6\nsun 7 8 9\n")  # looks like vectors
    code, _, said = run("map", tmp_path / "few.txt", "-o", tmp_path / "a.html", "--format", "txt")
    assert (code, said.splitlines()[0].endswith("holds 3 documents, 0.0 MB. Open it in a browser.")) == (0, True)
    _, _, said = run("map", tmp_path / "few.txt", "-o", tmp_path / "b.html")
    assert "b.html holds 3 words" in said


def test_the_help_has_examples():
    assert "textvec map words -o words.svg --axes political dangerous" in cli.commands["map"].help
