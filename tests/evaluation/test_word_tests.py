"""Word pairs and analogies are told apart by their rows, and their figures make one table."""

import pandas as pd
import pytest

from textvec.embeddings import WordVectors
from textvec.evaluation import AnalogiesResult, WordPairsResult, analogies, word_pairs
from textvec.evaluation.word_tests import figures, word_test
from textvec.readers import ReadError

PAIRS = [("man", "woman", 8), ("king", "queen", 9), ("man", "queen", 2), ("he", "she", 5)]
ASKED = [("man", "woman", "king", "queen"), ("king", "queen", "man", "woman"), ("man", "woman", "he", "she")]


@pytest.fixture
def vectors():
    return WordVectors(["man", "woman", "king", "queen"], [[1, 0, 0.5], [1, 1, 0], [1, 0, 2], [1, 1, 2]])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("man woman 8\nking queen 9\nman queen 2\n", WordPairsResult),
        ("# by hand\nman\twoman\t8\nking\tqueen\t9\nman\tqueen\t2\n", WordPairsResult),
        ("word1,word2,pos,pairs,score\nman,woman,N,a,8\nking,queen,N,a,9\nman,queen,N,a,2\n", WordPairsResult),
        ("man woman king queen\n", AnalogiesResult),
        (": family\nman woman king queen\n", AnalogiesResult),
        ("type,word1,word2,word3,target\nfamily,man,woman,king,queen\n", AnalogiesResult),
        ("family\tman\twoman\tking\tqueen\n", AnalogiesResult),
    ],
)
def test_files(vectors, tmp_path, text, kind):
    (tmp_path / "t").write_text(text)
    assert type(word_test(vectors, tmp_path / "t")) is kind


def test_rows_and_frames(vectors):
    result = word_test(vectors, PAIRS, dummy4unknown=True)
    assert result.to_dict() == word_pairs(vectors, PAIRS, dummy4unknown=True).to_dict()
    asked = pd.DataFrame(ASKED, columns=["word1", "word2", "word3", "target"])
    result = word_test(vectors, asked, method="3cosmul")
    assert repr(result) == repr(analogies(vectors, ASKED, method="3cosmul"))


def test_figures(vectors):
    result = word_test(vectors, PAIRS)
    assert figures(result) == [
        {"part": None, "measure": "spearman", "score": result.spearman, "known": 3, "of": 4},
        {"part": None, "measure": "pearson", "score": result.pearson, "known": 3, "of": 4},
    ]
    asked = [("family", *ASKED[0]), ("gram1", *ASKED[1]), ("gram2", *ASKED[2])]
    rows = figures(word_test(vectors, asked))
    assert [row["part"] for row in rows] == ["family", "gram1", "gram2", "semantic", "syntactic", "total"]
    assert [row["score"] for row in rows] == [1, 1, None, 1, 1, 1]
    assert [(row["known"], row["of"]) for row in rows][-2:] == [(1, 2), (2, 3)]


def test_errors(vectors, tmp_path):
    (tmp_path / "t").write_text("")
    with pytest.raises(ReadError, match="is empty; rows of"):
        word_test(vectors, tmp_path / "t")
    (tmp_path / "t").write_text("man woman\n")
    with pytest.raises(ReadError, match="has 2 fields"):
        word_test(vectors, tmp_path / "t")
    with pytest.raises(TypeError, match="an iterator was given"):
        word_test(vectors, iter(PAIRS))
    with pytest.raises(ValueError, match="needs three pairs or more"):
        word_test(vectors, [("x", "y", 1), ("man", "woman", 2)])
