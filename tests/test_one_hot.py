import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer as Peer

import strategies
from compare import assert_same_matrix, outcome
from textvec import OneHotVectorizer, Tokens

DOCUMENTS = ["The food is good", "Pizza is great", ""]
PARAMS = [
    {}, {"lowercase": False}, {"strip_accents": "unicode"}, {"stop_words": "english"}, {"token_pattern": r"\S+"},
    {"min_df": 2, "max_df": 0.5}, {"max_features": 9}, {"vocabulary": {"the": 1, "not": 0}}, {"dtype": np.float32},
]  # fmt: skip


@pytest.mark.parametrize("corpus", ["messages", "hostile"])
@pytest.mark.parametrize("params", PARAMS, ids=str)
def test_rows_are_binary_counts(params, corpus, request):
    texts = request.getfixturevalue(corpus)
    ours, theirs = OneHotVectorizer(**params), Peer(binary=True, **params)
    X, expected = outcome(theirs.fit_transform, texts)
    Y, warned = outcome(ours.fit_transform, texts)
    assert warned == expected
    assert_same_matrix(Y, X)
    assert_same_matrix(ours.transform(texts[::-1]), theirs.transform(texts[::-1]))
    assert ours.vocabulary_ == theirs.vocabulary_
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()


@given(strategies.documents.filter(lambda texts: any("a" in text for text in texts)), strategies.texts)
@settings(deadline=None)
def test_each_token_has_a_row(texts, document):
    vectorizer = OneHotVectorizer(token_pattern=r"\w|\W", lowercase=False).fit(texts)
    rows = vectorizer.transform_tokens(document)
    assert rows.shape == (len(document), len(vectorizer.vocabulary_))
    names = [words[0] if len(words) else None for words in vectorizer.inverse_transform(rows)]
    expected = [c if c in vectorizer.vocabulary_ else None for c in document]
    assert names == [c and c.rstrip("\0") for c in expected]  # a NumPy string does not end in NUL
    assert set(rows.data.tolist()) <= {1}
    present = rows.sum(axis=0) > 0
    np.testing.assert_array_equal(np.asarray(present).ravel(), vectorizer.transform([document]).toarray()[0] > 0)


@pytest.mark.parametrize("dtype", [np.int64, np.float32, np.bool_, np.uint8])
def test_dtype(dtype):
    vectorizer = OneHotVectorizer(dtype=dtype).fit(DOCUMENTS)
    for X in (vectorizer.transform(DOCUMENTS), vectorizer.transform_tokens("good good food")):
        assert X.dtype == dtype


def test_tokens_of_a_document_that_is_cut_already():
    vectorizer = OneHotVectorizer(stop_words=["the"]).fit(DOCUMENTS)
    expected = vectorizer.transform_tokens("The good unknown food")
    assert expected.toarray().sum(axis=1).tolist() == [1, 0, 1]
    assert_same_matrix(vectorizer.transform_tokens(["the", "good", "unknown", "food"]), expected)
    assert vectorizer.transform_tokens("").shape == (0, 5)
    assert vectorizer.transform_tokens([]).shape == (0, 5)


@pytest.mark.parametrize("documents", [["a b", "c"], 3, None, [["a"]], 2.5, Tokens.from_lists([["a"]])], ids=repr)
def test_several_documents_are_no_document(documents):
    vectorizer = OneHotVectorizer(token_pattern=r"\w+").fit(["a b c"])
    X, _ = outcome(vectorizer.transform_tokens, documents)
    assert isinstance(X, TypeError | ValueError) or X.shape[0] == 2  # a list of two strings is two tokens


@pytest.mark.parametrize(
    "documents", [[["food", "good"], []], Tokens.from_lists([["food", "good"], []])], ids=["lists", "Tokens"]
)
def test_tokens_in(documents):
    vectorizer = OneHotVectorizer()
    assert vectorizer.fit_transform(documents).toarray().tolist() == [[1, 1], [0, 0]]
    assert vectorizer.transform(documents).toarray().tolist() == [[1, 1], [0, 0]]


@pytest.mark.parametrize(
    ("method", "argument"),
    [
        ("transform", DOCUMENTS),
        ("transform_tokens", "a"),
        ("inverse_transform", [[1]]),
        ("get_feature_names_out", None),
    ],
)
def test_not_fitted(method, argument):
    with pytest.raises(NotFittedError):
        getattr(OneHotVectorizer(), method)(argument)
    assert not hasattr(OneHotVectorizer(), "vocabulary_")


@pytest.mark.parametrize(
    "params", [{"min_df": -1}, {"vocabulary": []}, {"strip_accents": "utf"}, {"max_features": 0}], ids=str
)
def test_bad_parameters(params):
    ours, theirs = (outcome(cls(**params).fit, DOCUMENTS)[0] for cls in (OneHotVectorizer, Peer))
    assert isinstance(theirs, ValueError)
    assert isinstance(ours, ValueError)


def test_a_failed_fit_changes_nothing():
    vectorizer = OneHotVectorizer().fit(DOCUMENTS)
    with pytest.raises(ValueError, match="empty vocabulary"):
        vectorizer.fit([""])
    assert vectorizer.transform(DOCUMENTS).shape == (3, 6)


def test_pickle_and_clone():
    vectorizer = OneHotVectorizer(min_df=1).fit(DOCUMENTS)
    again = pickle.loads(pickle.dumps(vectorizer))
    assert_same_matrix(again.transform(DOCUMENTS), vectorizer.transform(DOCUMENTS))
    assert not hasattr(clone(vectorizer), "_counter")
