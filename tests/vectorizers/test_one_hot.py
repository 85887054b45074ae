import pickle
import sys
import unicodedata

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer as Peer

from support import strategies
from support.compare import assert_same_matrix, outcome
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


def broken_off(error):
    """Yield documents until somebody presses a key, or the source fails."""
    yield from ["other words"] * 2000
    raise error


class StripAccents(BaseEstimator):
    """A callable that has parameters of its own."""

    def __init__(self, form="NFKD"):
        self.form = form

    def __call__(self, text):
        return "".join(c for c in unicodedata.normalize(self.form, text) if not unicodedata.combining(c))


BAD_FITS = {
    "no documents": ({}, lambda: []),
    "no words": ({}, lambda: ["", "?"]),
    "only stop words": ({"stop_words": "english"}, lambda: ["the", "and"]),
    "all pruned": ({"min_df": 3}, lambda: ["other", "words"]),
    "max_df below min_df": ({"min_df": 3, "max_df": 1}, lambda: ["other words"] * 2),
    "max_features": ({"max_features": 0}, lambda: ["other words"]),
    "vocabulary": ({"vocabulary": ["other", "other"]}, lambda: ["other words"]),
    "pattern": ({"token_pattern": r"(o)(t)"}, lambda: ["other words"]),
    "accents": ({"strip_accents": lambda text: 1 // 0}, lambda: ["other words"]),
    "dtype": ({"dtype": "no type"}, lambda: ["other words"]),
    "a dtype that SciPy cannot work with": ({"dtype": "U3"}, lambda: ["other words"]),
    "missing": ({}, lambda: ["other words", None]),
    "missing in a generator": ({}, lambda: iter(["other words"] * 2000 + [np.nan])),
    "tokens and texts": ({}, lambda: [["other"], "words"]),
    "tokens that are none": ({}, lambda: [["other"], [3]]),
    "one string": ({}, lambda: "other words"),
    "a generator that fails": ({}, lambda: broken_off(OSError())),
    "Ctrl-C": ({}, lambda: broken_off(KeyboardInterrupt())),
    "Ctrl-C, vocabulary": ({"vocabulary": ["other"]}, lambda: broken_off(KeyboardInterrupt())),
}


@pytest.mark.parametrize("method", ["fit", "fit_transform"])
@pytest.mark.parametrize("output", ["default", "pandas_sparse"])
@pytest.mark.parametrize(("params", "documents"), BAD_FITS.values(), ids=BAD_FITS)
def test_a_failed_fit_changes_nothing(params, documents, output, method):
    vectorizer = OneHotVectorizer().set_output(transform=output).fit(DOCUMENTS)
    expected, names = vectorizer.transform(DOCUMENTS), vectorizer.get_feature_names_out().tolist()
    vectorizer.set_params(**params)
    state = dict(vars(vectorizer))
    with pytest.raises((ValueError, TypeError, ArithmeticError, OSError, KeyboardInterrupt)):
        getattr(vectorizer, method)(documents())
    assert vars(vectorizer) == state
    assert (vectorizer.transform(DOCUMENTS) != expected).sum().sum() == 0
    assert vectorizer.get_feature_names_out().tolist() == names
    new = OneHotVectorizer(**params)
    with pytest.raises((ValueError, TypeError, ArithmeticError, OSError, KeyboardInterrupt)):
        getattr(new, method)(documents())
    assert not hasattr(new, "vocabulary_")
    with pytest.raises(NotFittedError):
        new.transform(DOCUMENTS)


def test_a_fit_whose_table_cannot_be_made_changes_nothing(monkeypatch):
    vectorizer = OneHotVectorizer().set_output(transform="pandas_sparse").fit(DOCUMENTS)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "pandas", None)
        with pytest.raises(ImportError, match="pip install pandas"):
            vectorizer.fit_transform(["other words"])
    assert vectorizer.transform(DOCUMENTS).shape == (3, 6)


COLUMNS = {
    "list": list,
    "tuple": tuple,
    "generator": iter,
    "NumPy objects": lambda texts: np.array(texts, dtype=object),
    "NumPy column": lambda texts: np.array(texts, dtype=object)[:, None],
    "pandas": pd.Series,
    "pandas, reversed": lambda texts: pd.Series(texts[::-1])[::-1],
    "pandas table": lambda texts: pd.DataFrame({"text": texts}),
    "polars": pl.Series,
    "polars table": lambda texts: pl.DataFrame({"text": texts}),
    "Arrow": pa.array,
    "Arrow slice": lambda texts: pa.array(["x", *texts, "y"])[1:-1],
    "Arrow chunks": lambda texts: pa.chunked_array([texts[:1], [], texts[1:], []], pa.string()),
    "Tokens": lambda texts: Tokens.from_lists(map(CUT, texts)),
    "lists": lambda texts: [CUT(text) for text in texts],
    "generator of lists": lambda texts: map(CUT, texts),
    "Arrow lists": lambda texts: Tokens.from_lists(map(CUT, texts)).to_arrow(),
}
CUT = Peer().build_analyzer()


@pytest.mark.parametrize("kind", COLUMNS)
def test_rows_out_are_rows_in(kind, messages, hostile):
    """Documents keep their places, whatever they come in and however many of them have no word."""
    vectorizer, peer = OneHotVectorizer(), Peer(binary=True)
    vectorizer.fit(messages[:50])
    peer.fit(messages[:50])
    for texts in ([""], ["", "", ""], ["?", "food", ""], [*messages, "", *hostile, ""], ["", *messages[:2], ""] * 700):
        assert_same_matrix(vectorizer.transform(COLUMNS[kind](texts)), peer.transform(texts))
        if any(map(CUT, texts)):
            fitted = OneHotVectorizer().fit_transform(COLUMNS[kind](texts))
            assert_same_matrix(fitted, Peer(binary=True).fit_transform(texts))


@pytest.mark.parametrize(
    "nothing",
    [[], iter([]), Tokens.from_lists([]), pa.array([], pa.string()), pd.Series([], dtype=object)],
    ids=lambda nothing: type(nothing).__name__,
)
def test_no_rows_in_no_rows_out(nothing):
    assert OneHotVectorizer().fit(DOCUMENTS).transform(nothing).shape == (0, 6)


@given(strategies.documents, st.randoms())
@settings(deadline=None)
def test_documents_do_not_depend_on_each_other(texts, random):
    vectorizer = OneHotVectorizer(vocabulary=["good", "not", "the", "ab", "café", "\u1100\u1161\u11a8"])
    rows = vectorizer.fit_transform(texts)
    assert rows.shape[0] == len(texts)
    order = random.sample(range(len(texts)), len(texts))
    assert_same_matrix(vectorizer.transform([texts[i] for i in order]), rows[order] if texts else rows)
    for i, text in enumerate(texts):
        assert_same_matrix(vectorizer.transform([text]), rows[i : i + 1])


def test_parameters_set_after_fit_wait_for_the_next_one():
    vectorizer = OneHotVectorizer().fit(DOCUMENTS).set_params(dtype=np.float32, lowercase=False, max_features=1)
    for X in (vectorizer.transform(["The pizza"]), vectorizer.transform_tokens("The pizza")):
        assert X.dtype == np.int64
        assert X.sum() == 2
    assert vectorizer.fit_transform(DOCUMENTS).dtype == np.float32


def test_a_callable_with_parameters():
    vectorizer = OneHotVectorizer(strip_accents=StripAccents("NFD"))
    assert vectorizer.fit(["Café"]).vocabulary_ == {"cafe": 0}


def test_pickle_and_clone():
    vectorizer = OneHotVectorizer(min_df=1).fit(DOCUMENTS)
    again = pickle.loads(pickle.dumps(vectorizer))
    assert_same_matrix(again.transform(DOCUMENTS), vectorizer.transform(DOCUMENTS))
    assert not hasattr(clone(vectorizer), "_counter")
