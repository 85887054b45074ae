"""The quality benchmark runs, on a little text: what it writes are tables, its figures are those of the evaluation."""

import re
from functools import partial

import numpy as np
import pytest
from sklearn.utils import Bunch

pytest.importorskip("gensim")

from benchmarks import quality
from textvec.embeddings import WordVectors
from textvec.evaluation import word_pairs

SETTINGS = {"vector_size": 6, "window": 3, "min_count": 1, "negative": 3, "epochs": 1}


@pytest.fixture
def data(reviews, monkeypatch):
    """Small test sets of words and sentences of the bundled reviews, in place of the real ones."""
    vocabulary = quality.words_of(reviews).vocabulary.tolist()
    sets = {}
    for i, name in enumerate(quality.PAIRS):
        words = vocabulary[60 * i : 60 * i + 60]
        pairs = [(a, b, j % 7) for j, (a, b) in enumerate(zip(words[::2], words[1::2], strict=True))]
        sets[name] = [*pairs, ("no", "such_word", 1)]
    monkeypatch.setattr(quality, "PAIRS", {name: partial(Bunch, data=pairs) for name, pairs in sets.items()})
    asked = [("one", *vocabulary[i : i + 4]) for i in range(0, 40, 4)]
    monkeypatch.setattr(quality, "questions", lambda: asked)
    sentences = [text[:60] for text in reviews]
    pairs = [(*sentences[i : i + 2], i % 6) for i in range(len(sentences) - 1)]
    splits = {"dev": pairs[::2], "train": pairs[1::2]}
    monkeypatch.setattr(quality, "fetch_sts_benchmark", lambda subset: Bunch(data=splits[subset]))
    return sets


def gensim_in_place_of_ours(words, sg, seed, settings):
    return quality.train_gensim(words, sg, seed, settings)


@pytest.mark.filterwarnings("ignore::UserWarning")  # of documents without known words
def test_tables(data, reviews):
    lines = quality.table(reviews, seeds=(1, 2), settings=SETTINGS)
    words, sentences, pretrained = (
        [line for line in part.split("\n") if line.startswith("|")]
        for part in re.split("Sentences by|The same with", "\n".join(lines))
    )
    assert [line.split(" | ")[:2] for line in words[2:7]] == [
        ["| skip-gram", "textvec"],
        ["| skip-gram", "gensim, `alpha=0.025`"],
        ["| CBOW", "textvec"],
        ["| CBOW", "gensim, `alpha=0.025`"],
        ["| CBOW", "gensim, `alpha=0.05`"],
    ]
    assert all(line.count("±") == 5 for line in words[2:7])
    assert [cell.strip() for cell in words[-1].split("|")[3:7]] == ["30 of 31"] * 3 + ["10 of 10"]
    assert [line.count("±") for line in sentences[2:]] == [2] * len(quality.POOLINGS) + [0]
    assert [line.count("±") for line in pretrained[2:]] == [0] * (len(quality.POOLINGS) + 1)
    for rows in (words, sentences, pretrained):
        assert {line.count("|") for line in rows} == {rows[0].count("|")}


def test_wide_table(data, reviews):
    head, _, *rows = quality.wide_table(reviews, seeds=(1,), settings=SETTINGS | {"vector_size": 9})
    assert head.startswith("| 9 dimensions |")
    assert len(rows) == 6
    assert {row.count("|") for row in rows} == {head.count("|")}
    assert quality.WIDE["vector_size"] == 300


def test_libraries_must_know_the_same_words(data, reviews, monkeypatch):
    monkeypatch.setattr(quality, "train_ours", gensim_in_place_of_ours)
    words = quality.words_of(reviews)
    trained = quality.train(words, (1,), SETTINGS)
    assert {len(seeds) for seeds in trained.values()} == {1}
    slow, fast = (trained["CBOW", f"gensim, `alpha={alpha}`"][0].vectors for alpha in (0.025, 0.05))
    assert not np.array_equal(slow, fast)
    monkeypatch.setattr(quality, "train_ours", lambda words, *rest: gensim_in_place_of_ours(words[:-3], *rest))
    with pytest.raises(AssertionError):
        quality.train(words, (1,), SETTINGS)


def test_scores(data, reviews):
    words = quality.words_of(reviews).vocabulary
    vectors = WordVectors(words, np.random.default_rng(0).normal(size=(len(words), 5)))
    similarity, _, simlex, accuracy, mean = figures = quality.scores(vectors)
    assert similarity == 100 * word_pairs(vectors, data["WordSim-353 similarity"]).spearman
    assert simlex == 100 * word_pairs(vectors, data["SimLex-999"]).spearman
    assert 0 <= accuracy <= 100
    assert mean == pytest.approx(sum(figures[:4]) / 4)


def test_spread():
    assert quality.spread([60.0, 61.0, 62.0]) == "61.0 ± 1.0"
    assert quality.spread([60.04]) == "60.0"


def test_line_breaks_are_no_words():
    assert quality.words_of(["good<br />film"]).to_lists() == [["good", "film"]]
