import math
import re
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.metrics.pairwise import cosine_similarity, pairwise_distances
from sklearn.pipeline import make_pipeline

from support.strategies import texts
from textvec import HashingVectorizer, StopWords, TfidfVectorizer, Tokenizer
from textvec.similarity.measures import cosine, jaccard
from textvec.similarity.pairwise import SimilarityMatrix, TextPair, similarity_matrix

PARAGRAPH = "Bees make honey. Bears eat honey!\n\nDr. Li? Bears eat bees, too. Dr. Li?"
SENTENCES = ["Bees make honey.", "Bears eat honey!", "Dr. Li?", "Bears eat bees, too.", "Dr. Li?"]


def lengths(texts):
    return [[len(text), 1.0, 0.0] for text in texts]


def test_sentences_of_a_paragraph():
    matrix = similarity_matrix(PARAGRAPH)
    assert matrix.texts == SENTENCES
    expected = cosine_similarity(TfidfVectorizer().fit_transform(SENTENCES))
    np.testing.assert_allclose(matrix.scores, expected, atol=1e-12)
    assert len(matrix) == 5


@given(texts, texts)
@settings(deadline=None)
def test_two_texts_have_the_score_of_cosine(a, b):
    pair = [f"{a} some", f"{b} some words"]
    assert similarity_matrix(pair).scores[0, 1] == pytest.approx(cosine(*pair), abs=1e-12)
    weighed = cosine_similarity(TfidfVectorizer().fit_transform([*pair, "words"]))
    np.testing.assert_allclose(similarity_matrix([*pair, "words"]).scores[:2, :2], weighed[:2, :2], atol=1e-12)


@pytest.mark.parametrize(
    "encoder",
    [None, CountVectorizer(), make_pipeline(Tokenizer(), StopWords(), TfidfVectorizer(dtype=np.float32)), lengths,
     HashingVectorizer(n_features=2**20, dtype=np.float32), lambda texts: np.float32(lengths(texts)) - 200],
    ids=range(6),
)  # fmt: skip
def test_any_encoder(encoder, reviews):
    documents = [*reviews[:40], "", "?"]
    matrix = similarity_matrix(documents, encoder)
    vectors = encoder(documents) if callable(encoder) else (encoder or TfidfVectorizer()).fit_transform(documents)
    assert matrix.texts == documents
    assert matrix.scores.dtype == np.float64
    np.testing.assert_allclose(matrix.scores, cosine_similarity(vectors), atol=1e-6)
    assert (matrix.scores == matrix.scores.T).all()
    diagonal = matrix.scores.diagonal()
    assert set(diagonal) <= {0, 1}
    assert (diagonal[:40] == 1).all()
    assert abs(matrix.scores).max() <= 1
    if encoder is None:
        assert (diagonal[40:] == 0).all()


def test_scores_are_symmetric_to_the_last_digit():
    """Also where each row of a sparse matrix has its columns in an order of its own."""
    random = np.random.default_rng(0)
    orders = np.concatenate([random.permutation(50) for _ in range(6)])
    X = sp.csr_array((random.random(300), orders, np.arange(0, 301, 50)), shape=(6, 50))
    scores = similarity_matrix(list("abcdef"), lambda texts: X).scores
    assert (scores == scores.T).all()
    np.testing.assert_allclose(scores, cosine_similarity(X.toarray()))


def test_the_encoder_is_cloned():
    mine = TfidfVectorizer()
    similarity_matrix(SENTENCES, mine)
    assert not hasattr(mine, "vocabulary_")
    mine.fit(["bees"])
    assert similarity_matrix(SENTENCES, FrozenEstimator(mine)).scores.sum() == 4  # of two texts, which are the same
    assert list(mine.vocabulary_) == ["bees"]


@pytest.mark.parametrize("kind", [tuple, iter, np.array, pd.Series, pl.Series, pa.array])
def test_any_column(kind):
    assert similarity_matrix(kind(SENTENCES)).texts == SENTENCES


def test_pairs():
    matrix = similarity_matrix(PARAGRAPH, CountVectorizer())
    pairs = matrix.pairs()
    assert pairs[0] == (2, 4, pytest.approx(1), "Dr. Li?", "Dr. Li?")
    assert [(pair.first, pair.second) for pair in pairs] == [(2, 4), (1, 3), (0, 1), (0, 3)]
    assert isinstance(pairs[0], TextPair)
    for i, j, score, a, b in pairs:
        assert score == matrix.scores[i, j] == pytest.approx(cosine(a, b))
    assert matrix.pairs(1) == pairs[:1]
    assert matrix.pairs(0) == []
    assert matrix.pairs(None) == matrix.pairs(99) == pairs
    with pytest.raises(ValueError, match="k must be 0 or more, or None for all pairs, but it is -1"):
        matrix.pairs(-1)


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, -0.5]), min_size=10, max_size=10), st.integers(0, 11))
def test_equal_pairs_come_by_position(scores, k):
    table = np.eye(5)
    table[np.triu_indices(5, 1)] = scores
    ours = SimilarityMatrix(list("abcde"), np.maximum(table, table.T)).pairs(k)
    places = [(i, j) for i in range(5) for j in range(i + 1, 5)]
    best = sorted((-max(table[i, j], 0), i, j) for i, j in places)
    assert [(-pair.score, pair.first, pair.second) for pair in ours] == [p for p in best if p[0] < 0][:k]


@settings(deadline=None)
@given(st.lists(texts, min_size=1, max_size=6), texts)
def test_hostile_texts(documents, paragraph):
    encoder = HashingVectorizer(n_features=64, analyzer="char")
    for items in (documents, paragraph):
        matrix = similarity_matrix(items, encoder)
        assert matrix.scores.shape == (len(matrix.texts),) * 2
        assert (matrix.scores == matrix.scores.T).all()
        assert np.isfinite(matrix.scores).all()
        assert repr(matrix)
        assert matrix._repr_html_().count("<tr>") == matrix._repr_html_().count("</tr>")
        assert all(0 < pair.score <= 1 for pair in matrix.pairs())


def test_one_text():
    matrix = similarity_matrix("Just this")
    assert matrix.scores.tolist() == [[1]]
    assert matrix.pairs() == []


def test_repr():
    matrix = similarity_matrix(["good <b>food</b>", "good\nmood " * 30], CountVectorizer())
    lines = repr(matrix).split("\n")
    assert lines[0] == "SimilarityMatrix(2 texts)"
    assert lines[2] == "   0  1.00  0.50  good <b>food</b>"
    assert re.fullmatch(r"   1  0.50  1.00  (good mood )+.*\.\.\.", lines[3])
    assert len(lines[3]) < 80
    page = matrix._repr_html_()
    assert "good &lt;b&gt;food" in page
    assert "<b>" not in page
    assert 'rgba(31,119,180,0.40)">0.50<' in page
    assert "rgba(214,39,40,0.80)" in SimilarityMatrix(["a", "b"], np.array([[1.0, -1], [-1, 1]]))._repr_html_()


def test_large_tables_are_cut():
    matrix = similarity_matrix([f"word{i} and" for i in range(30)])
    assert len(repr(matrix).split("\n")) == 15
    assert repr(matrix).endswith("\n   ...")
    assert "word29" not in repr(matrix) + matrix._repr_html_()
    assert matrix._repr_html_().count("<tr>") == 14


def test_to_pandas(monkeypatch):
    matrix = similarity_matrix(SENTENCES)
    table = matrix.to_pandas()
    assert list(table.index) == list(table.columns) == SENTENCES
    assert (table.to_numpy() == matrix.scores).all()
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        matrix.to_pandas()


@pytest.mark.parametrize(
    ("items", "encoder", "error", "message"),
    [
        (SENTENCES, "tfidf", TypeError, "encoder must be a transformer.*but it is 'tfidf'"),
        (SENTENCES, TfidfVectorizer, TypeError, "an instance"),
        (SENTENCES, lambda texts: np.ones((2, 3)), ValueError, "the encoder made 2 vectors of 5 documents"),
        (SENTENCES, lambda texts: np.full((5, 3), math.nan), ValueError, "NaN"),
        (["a", None], None, ValueError, "missing"),
        (["a", 1], None, TypeError, "of type int"),
        ([], None, ValueError, "at least one text"),
        ("", None, ValueError, "empty vocabulary"),
        (5, None, TypeError, "int received"),
    ],
    ids=range(9),
)
def test_what_is_refused(items, encoder, error, message):
    with pytest.raises(error, match=message):
        similarity_matrix(items, encoder)


def test_jaccard_is_that_of_two_texts_and_of_scikit_learn(reviews):
    documents = [*reviews[:20], "", "?"]
    scores = similarity_matrix(documents, measure="jaccard").scores
    expected = [[jaccard(a, b) for b in documents] for a in documents]
    np.testing.assert_allclose(scores, expected, atol=1e-12)
    present = CountVectorizer(binary=True).fit_transform(documents[:20]).toarray().astype(bool)
    np.testing.assert_allclose(scores[:20, :20], 1 - pairwise_distances(present, metric="jaccard"), atol=1e-12)
    assert (scores[20:] == 0).all()


@pytest.mark.parametrize("kind", [np.array, sp.csr_array], ids=["dense", "sparse"])
def test_jaccard_of_any_vectors(kind):
    X = kind([[2, 1, 0, 0], [0, 3, 1, 0], [0, 0, 0, 0]])
    scores = similarity_matrix(X, "precomputed", measure="jaccard").scores
    np.testing.assert_allclose(scores, [[1, 1 / 3, 0], [1 / 3, 1, 0], [0, 0, 0]])
    with pytest.raises(ValueError, match=r"Jaccard compares the terms of texts, .* but there are negative numbers"):
        similarity_matrix(-X, "precomputed", measure="jaccard")


def test_no_other_measure():
    with pytest.raises(ValueError, match="measure must be 'cosine' or 'jaccard', but it is 'euclidean'"):
        similarity_matrix(SENTENCES, measure="euclidean")
