"""Contributions against sums written out in NumPy, and explanations as data."""

import copy
import pickle
import warnings
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import sklearn.feature_extraction.text as sk
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from support.explained import NAMELESS, POOLINGS, SPARSE, VECTORS, marked, vectors_of
from textvec import (
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    OneHotVectorizer,
    WordVectors,
)
from textvec.encoders.vectors import as_vectors
from textvec.explanation.explanation import Contribution, PairContribution, explain_dense, explain_sparse


def assert_explained(index, queries, k=5):
    """Check that contributions add up to the score of each hit, and come in order."""
    n = 0
    for query, hits in zip(queries, index.search(queries, k), strict=True):
        for hit in hits:
            explanation = index.explain(query, hit.id)
            values = [each.contribution for each in explanation]
            assert sum(values) == pytest.approx(hit.score, abs=1e-6)
            assert explanation.score == pytest.approx(hit.score, abs=1e-6)
            assert values == sorted(values, reverse=True)
            assert all(values)
            n += 1
    assert n


@pytest.mark.parametrize("kind", [*SPARSE, *NAMELESS])
def test_contributions_of_terms_add_up_to_the_score(imdb, kind):
    queries = [*(" ".join(text.split()[: 2 + n]) for n, text in enumerate(imdb[300:308])), imdb[7]]
    assert_explained(CosineIndex({**SPARSE, **NAMELESS}[kind]()).fit(imdb[:200]), queries)


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("n_components", [None, 0, 3])
@pytest.mark.parametrize("pooling", POOLINGS)
def test_contributions_of_pairs_add_up_to_the_score(imdb, pooling, n_components, normalize):
    encoder = EmbeddingVectorizer(
        vectors_of(imdb[:300]), pooling=pooling, n_components=n_components, normalize=normalize
    )
    queries = [*(" ".join(text.split()[: n + 3]) for n, text in enumerate(imdb[300:304])), imdb[7]]
    assert_explained(CosineIndex(encoder).fit(imdb[:200]), queries)


@pytest.mark.parametrize("kind", SPARSE)
def test_terms_are_those_of_the_matrix(reviews, kind):
    index = CosineIndex(SPARSE[kind]()).fit(reviews)
    encoder, query = index.encoder_, " ".join(reviews[3].split()[:8])
    explanation = index.explain(query, 4)
    X = encoder.transform([query, reviews[4]]).toarray().astype(float)
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    namer = {"stems": lambda: encoder[-1], "nested": lambda: encoder[0][-1]}.get(kind, lambda: encoder)()
    names = namer.get_feature_names_out()
    shares = X[0] * X[1]
    expected = sorted(zip(names[shares != 0], shares[shares != 0], strict=True))
    found = sorted(explanation)
    assert [term for term, _ in found] == [term for term, _ in expected]
    assert [share for _, share in found] == pytest.approx([share for _, share in expected], abs=1e-7)


def test_equal_contributions_come_by_term():
    explanation = (
        CosineIndex(OneHotVectorizer(vocabulary=["dd", "bb", "cc", "aa"]))
        .fit(["dd cc bb aa"])
        .explain("cc aa dd bb", 0)
    )
    assert explanation[:] == [Contribution(term, pytest.approx(0.25)) for term in ("aa", "bb", "cc", "dd")]


@pytest.mark.parametrize("kind", ["bigrams", "bm25", "union"])
def test_no_more_terms_are_named_than_are_told(reviews, kind, monkeypatch):
    index = CosineIndex(SPARSE[kind]()).fit(reviews)
    monkeypatch.setattr(CountVectorizer, "get_feature_names_out", None)
    monkeypatch.setattr(CountVectorizer, "vocabulary_", None)
    assert len(index.explain(reviews[0], 0)) > 10


@pytest.mark.parametrize("kind", ["hashing", "foreign hashing", "function"])
def test_columns_without_names_are_numbered(kind):
    index = CosineIndex(NAMELESS[kind]()).fit(["good food", "bad mood"])
    column = sk.HashingVectorizer(n_features=500 if kind == "function" else 2**20).transform(["food"]).indices[0]
    assert [term for term, _ in index.explain("food", 0)] == [f"column {column}"]


def test_vectors_given_as_a_matrix_have_numbered_columns_and_no_texts():
    first, second = (as_vectors(row) for row in sk.CountVectorizer().fit_transform(["aa bb", "bb cc"]))
    explanation = explain_sparse("precomputed", None, None, first, second, 1)
    assert explanation[:] == [("column 1", pytest.approx(0.5))]
    assert explanation.query_marks == explanation.document_marks == []
    assert explanation.to_text() == "0.5000  1\n  0.5000  column 1"
    ElementTree.fromstring(explanation.to_html())
    with pytest.raises(ValueError, match="precomputed vectors cannot be explained"):
        explain_dense("precomputed", None, None, 1)
    with pytest.raises(ValueError, match="text of the document must be known"):
        explain_dense(EmbeddingVectorizer(VECTORS), "food", None, 1)


def test_pairs_of_an_average_by_hand():
    index = CosineIndex(EmbeddingVectorizer(VECTORS)).fit(["Great food, good food", "the unknown"])
    explanation = index.explain("good the good xyz", 0)
    u, v = np.array([1, 1]), np.array([1.8, 2.6])  # 2 good + the; great + 2 food + good
    length = np.linalg.norm(u) * np.linalg.norm(v)
    pairs = {
        ("good", "good"): 2, ("good", "great"): 1.6, ("the", "food"): 2,
        ("the", "good"): -1, ("the", "great"): -0.2,
    }  # fmt: skip
    assert {(q, d): share * length for q, d, share in explanation} == pytest.approx(pairs, abs=1e-6)
    assert [(q, d) for q, d, _ in explanation][-2:] == [("the", "great"), ("the", "good")]
    assert explanation.score == pytest.approx(u @ v / length)
    assert explanation[0] == explanation[-5] == next(iter(explanation))
    assert isinstance(explanation[1], PairContribution)
    with pytest.raises(IndexError):
        explanation[5]
    marks = {"good": 3.6, "the": 0.8}
    assert marked(explanation) == [["good", "the", "good"], ["Great", "food", "good", "food"]]
    assert [mark.contribution * length for mark in explanation.query_marks] == pytest.approx(
        [marks["good"], marks["the"], marks["good"]], abs=1e-6
    )


@pytest.mark.parametrize("unknown", ["skip", "zero"])
@pytest.mark.parametrize("pooling", POOLINGS)
def test_parts_of_words_add_up_to_the_vector(reviews, pooling, unknown):
    vectorizer = EmbeddingVectorizer(vectors_of(reviews), pooling=pooling, unknown=unknown).fit(reviews)
    for text in [*reviews[:20], "good xyz", "food food", "xyz"]:
        words, vectors = vectorizer._word_parts(text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of documents without known words
            row = vectorizer.transform([text])[0]
        np.testing.assert_allclose(vectors.sum(axis=0), row, rtol=1e-6, atol=1e-9)
        assert len(set(words)) == len(words) == len(vectors)
        assert set(words) <= set(vectorizer.vectors_.words)
        if pooling == "sif":  # the common component is taken from each word, not only from all together
            np.testing.assert_allclose(vectors @ vectorizer.components_[0], 0, atol=1e-7)


def test_a_document_of_which_nothing_is_left_gives_nothing():
    vectors = WordVectors(["aa", "bb"], [[1, 2], [2, 4]])  # all there is is the common component
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        index = CosineIndex(EmbeddingVectorizer(vectors, n_components=1)).fit(["aa bb", "bb"])
        explanation = index.explain("aa bb", 0)
    assert index.encoder_._word_parts("aa bb bb")[0] == []
    assert len(explanation) == 0
    assert explanation.score == 0


@pytest.mark.parametrize("pooling", ["max", "pmeans"])
def test_vectors_that_are_no_sums_are_not_explained(pooling):
    index = CosineIndex(EmbeddingVectorizer(VECTORS, pooling=pooling)).fit(["good food"])
    with pytest.raises(ValueError, match=rf"pooling='{pooling}'.*no sum of its words' vectors.*'mean'"):
        index.explain("food", 0)


def test_other_dense_encoders_are_not_explained():
    encoder = make_pipeline(CountVectorizer(), FunctionTransformer(lambda X: X.toarray(), accept_sparse=True))
    index = CosineIndex(encoder).fit(["good food"])
    with pytest.raises(ValueError, match=r"the vectors of FunctionTransformer cannot.*EmbeddingVectorizer"):
        index.explain("food", 0)
    index = CosineIndex(lambda texts: [[len(text), 1] for text in texts]).fit(["good food"])
    with pytest.raises(ValueError, match="the vectors of <lambda> cannot"):
        index.explain("food", 0)


def test_nothing_in_common():
    explanation = CosineIndex().fit(["good food", "bad mood"]).explain("mood", 0)
    assert len(explanation) == 0
    assert explanation.score == 0.0
    assert repr(explanation) == "Explanation(score 0.0000, 0 terms)"
    assert explanation.to_dicts() == []
    assert list(explanation.to_pandas().columns) == ["term", "contribution"]
    assert marked(explanation) == [[], []]
    assert explanation.to_text(color=False) == "0.0000  0\nquery     mood\ndocument  good food"


def test_as_data(reviews):
    explanation = CosineIndex().fit(reviews, ids=[f"r{i}" for i in range(len(reviews))]).explain(reviews[1], "r2")
    assert explanation.id == "r2"
    assert (explanation.query, explanation.document) == (reviews[1], reviews[2])
    assert explanation.to_dicts() == [{"term": term, "contribution": share} for term, share in explanation]
    pd.testing.assert_frame_equal(explanation.to_pandas(), pd.DataFrame(explanation.to_dicts()))
    assert list(reversed(explanation)) == explanation[::-1]
    pairs = CosineIndex(EmbeddingVectorizer(VECTORS)).fit(["good food"]).explain("great food", 0)
    pd.testing.assert_frame_equal(pairs.to_pandas(), pd.DataFrame(pairs.to_dicts()))
    assert list(pairs.to_dicts()[0]) == ["query_word", "document_word", "contribution"]
    for each in (explanation, pairs):
        again = pickle.loads(pickle.dumps(each))
        assert (again[:], again.document_marks) == (each[:], each.document_marks)
        assert copy.copy(each).to_html() == each.to_html()


def test_scores_agree_with_scikit_learn(reviews):
    index = CosineIndex().fit(reviews)
    similarities = cosine_similarity(index.encoder_.transform(reviews[:2]), index.encoder_.transform(reviews))
    for i in range(2):
        for j in range(len(reviews)):
            assert index.explain(reviews[i], j).score == pytest.approx(similarities[i, j], abs=1e-6)
