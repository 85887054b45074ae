import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer as Peer
from sklearn.utils._param_validation import InvalidParameterError

from support.compare import outcome
from textvec import CountVectorizer, HashingVectorizer, TfidfVectorizer


def len_twice(text):
    return [len(text), len(text)]


GOOD = ["good food", "the food is not good", "bad food"]
INVALID = {
    "input": "text", "encoding": 8, "decode_error": "explode", "strip_accents": "utf", "lowercase": 2,
    "preprocessor": "lower", "tokenizer": "split", "stop_words": "german", "token_pattern": 3,
    "analyzer": "words", "max_df": 1.5, "min_df": -1, "max_features": 0, "vocabulary": 7, "binary": "yes",
}  # fmt: skip
BAD_FITS = {
    "one string": ({}, "one document"),
    "no documents": ({}, []),
    "only empty documents": ({}, ["", " ? "]),
    "only stop words": ({"stop_words": "english"}, ["the", "and of"]),
    "max_df below min_df": ({"min_df": 3, "max_df": 0.5}, GOOD),
    "all pruned": ({"min_df": 3, "max_df": 3, "ngram_range": (2, 2)}, GOOD),
    "all pruned by max_df": ({"max_df": 0.0, "min_df": 0.0}, GOOD),
    "empty vocabulary": ({"vocabulary": []}, GOOD),
    "empty vocabulary dict": ({"vocabulary": {}}, GOOD),
    "duplicate term": ({"vocabulary": ["good", "food", "good"]}, GOOD),
    "repeated index": ({"vocabulary": {"good": 0, "food": 0}}, GOOD),
    "gap between indices": ({"vocabulary": {"good": 0, "food": 2}}, GOOD),
    "negative index": ({"vocabulary": {"good": -1, "food": 0}}, GOOD),
    "n-gram range upside down": ({"ngram_range": (3, 1)}, GOOD),
    "pattern with two groups": ({"token_pattern": r"(\w)(\w)"}, GOOD),
    "pattern that is none": ({"token_pattern": r"(\w"}, GOOD),
    "bytes that are not UTF-8": ({}, ["good", "café".encode("latin-1")]),
    "bytes that are not ASCII": ({"encoding": "ascii", "analyzer": "char"}, ["café".encode()]),
    "no such file": ({"input": "filename"}, ["/no/such/file"]),
    "no file": ({"input": "file"}, ["text"]),
    "NaN": ({}, ["good", np.nan]),
    "NaN, own analyzer": ({"analyzer": str.split}, ["good", np.nan]),
    "NaN, characters": ({"analyzer": "char"}, ["good", np.nan]),
    "tokens that cannot be sorted": ({"analyzer": lambda d: [1, "a"]}, GOOD),
    "tokens that cannot be hashed": ({"analyzer": lambda d: [[1]]}, GOOD),
    "tokens that cannot be joined": ({"tokenizer": len_twice, "token_pattern": None, "ngram_range": (1, 2)}, GOOD),
    "failing tokenizer": ({"tokenizer": lambda d: 1 // 0, "token_pattern": None}, GOOD),
    **{f"invalid {name}": ({name: value}, GOOD) for name, value in INVALID.items()},
}


@pytest.mark.parametrize("method", ["fit", "fit_transform"])
@pytest.mark.parametrize(("params", "documents"), BAD_FITS.values(), ids=BAD_FITS)
def test_bad_fits_raise_what_scikit_learn_raises(params, documents, method):
    ours, warned = outcome(getattr(CountVectorizer(**params), method), documents)
    theirs, expected = outcome(getattr(Peer(**params), method), documents)
    assert isinstance(theirs, Exception)
    assert type(ours) is type(theirs), ours
    assert str(theirs).rstrip(".") in str(ours)
    assert warned == expected


@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer, HashingVectorizer])
@pytest.mark.parametrize(
    "value", [(), (1,), (1, 2, 3), [1, 2], ("1", "2"), (1.5, 2), (1, np.nan), (True, 2), None], ids=str
)
def test_ngram_ranges_that_are_none(cls, value):
    """scikit-learn asks for a tuple, and raises what comes of its content."""
    message = (
        f"'ngram_range' parameter of {cls.__name__} must be a tuple of two integers, (min_n, max_n). Got {value!r}"
    )
    with pytest.raises(InvalidParameterError, match=re.escape(message)):
        cls(ngram_range=value).fit(GOOD)


@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer, HashingVectorizer])
@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
@pytest.mark.parametrize("value", [(1, 0), (2, -5), (3, 1)])
def test_an_ngram_range_set_after_fit(cls, analyzer, value):
    vectorizer = cls(analyzer=analyzer).fit(GOOD).set_params(ngram_range=value)
    with pytest.raises(ValueError, match="lower boundary larger than the upper"):
        vectorizer.transform(GOOD)


@pytest.mark.filterwarnings("ignore:Only .* 'dtype' should be used")
@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer, HashingVectorizer])
@pytest.mark.parametrize("value", ["x", 3, "1" * 5000, "\ud800", "m8[99999999999999999999s]"], ids=ascii)
def test_data_types_that_are_none(cls, value):
    """NumPy raises SyntaxError or UnicodeEncodeError for some of them."""
    with pytest.raises(
        InvalidParameterError, match=f"'dtype' parameter of {cls.__name__} must be a data type of NumPy"
    ):
        cls(dtype=value).fit(GOOD)


@pytest.mark.parametrize("documents", ["text", ["a", np.nan]], ids=str)
def test_bad_transforms_raise_what_scikit_learn_raises(documents):
    ours, theirs = (outcome(cls().fit(GOOD).transform, documents)[0] for cls in (CountVectorizer, Peer))
    assert isinstance(theirs, Exception)
    assert type(ours) is type(theirs)
    assert str(theirs).rstrip(".") in str(ours)


@pytest.mark.parametrize(
    ("method", "argument"), [("transform", GOOD), ("inverse_transform", [[1]]), ("get_feature_names_out", None)]
)
@pytest.mark.parametrize("params", [{}, {"vocabulary": []}], ids=str)
def test_not_fitted(method, argument, params):
    ours, theirs = (outcome(getattr(cls(**params), method), argument)[0] for cls in (CountVectorizer, Peer))
    assert type(ours) is type(theirs)
    assert str(ours) == str(theirs)
    assert not hasattr(CountVectorizer(), "vocabulary_")


@pytest.mark.parametrize(
    "params",
    [
        {"stop_words": ["don't", "we're"]},
        {"stop_words": ["Good"]},
        {"tokenizer": str.split},
        {"tokenizer": str.split, "preprocessor": str.lower, "stop_words": ["don't you"]},
        {"analyzer": str.split, "preprocessor": str.lower},
        {"analyzer": str.split, "ngram_range": (1, 2)},
        {"analyzer": str.split, "tokenizer": str.split, "token_pattern": None},
        {"analyzer": "char", "stop_words": "english"},
        {"analyzer": "char_wb", "token_pattern": r"\w"},
        {"vocabulary": ["Good", "food"]},
        {"vocabulary": ["Good", "food"], "lowercase": False},
        {"vocabulary": {"food": 0, "GOOD food": 1}, "ngram_range": (1, 2)},
    ],
    ids=str,
)
def test_warnings_are_scikit_learn_s(params):
    for methods in (["fit_transform"], ["fit"], ["fit", "fit", "transform"]):
        ours, theirs = CountVectorizer(**params), Peer(**params)
        for method in methods:
            assert outcome(getattr(ours, method), GOOD)[1] == outcome(getattr(theirs, method), GOOD)[1]


def test_warnings_point_at_the_caller():
    with pytest.warns(UserWarning, match="Upper case") as caught:
        CountVectorizer(vocabulary=["Good"]).fit_transform(GOOD)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    "params", [{}, {"vocabulary": ["good"]}, {"analyzer": "char"}, {"token_pattern": r"\w|x"}], ids=str
)
@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        (None, ValueError, "2 of 5 documents are missing, the first at position 2: None"),
        (float("nan"), ValueError, "2 of 5 documents are missing, the first at position 2: nan"),
        (pd.NA, ValueError, "2 of 5 documents are missing, the first at position 2: <NA>"),
        (pd.NaT, ValueError, "2 of 5 documents are missing, the first at position 2: NaT"),
        (7, TypeError, "document 2 is of type int"),
        (["a"], TypeError, "document 2 is of type list"),
        ("a\ud800b", ValueError, "Document 2 holds the lone surrogate '\\ud800' at character 1"),
    ],
    ids=repr,
)
@pytest.mark.parametrize(
    "kind", [list, iter, tuple, lambda d: pd.Series(d, dtype=object), lambda d: np.fromiter(d, object, len(d))]
)
def test_documents_that_are_none_are_located(params, bad, error, message, kind):
    documents = ["good", "", bad, "food", bad]
    vectorizer = CountVectorizer(**params)
    for method in (vectorizer.fit, vectorizer.fit_transform, CountVectorizer(**params).fit(GOOD).transform):
        with pytest.raises(error) as caught:
            method(kind(documents))
        assert message in str(caught.value)
    assert vectorizer.fit_transform(kind(GOOD)).shape[0] == 3  # a failed fit does no harm


@given(
    st.lists(st.one_of(st.text(max_size=3), st.none(), st.floats(), st.integers(), st.binary(max_size=3)), max_size=6)
)
@settings(deadline=None)
def test_mixed_documents_never_give_a_wrong_number_of_rows(documents):
    vectorizer = CountVectorizer(vocabulary=["a"], analyzer="word", token_pattern=r"\w")
    X, _ = outcome(vectorizer.transform, documents)
    assert isinstance(X, Exception) or X.shape[0] == len(documents)


@pytest.mark.parametrize("dtype", [np.float16, object, ">f8"], ids=str)
def test_dtypes_that_no_matrix_can_have(dtype):
    ours, theirs = (outcome(cls(dtype=dtype).fit_transform, GOOD)[0] for cls in (CountVectorizer, Peer))
    assert type(ours) is type(theirs)
    assert str(ours) == str(theirs)


@pytest.mark.parametrize("documents", [3, None, 2.5], ids=str)
def test_nothing_iterable(documents):
    with pytest.raises(TypeError, match=f"text documents expected, {type(documents).__name__} received"):
        CountVectorizer().fit(documents)


def test_bounds_that_no_float_holds():
    documents = ["good food", "food"]
    assert CountVectorizer(max_df=10**400, max_features=10**400).fit(documents).vocabulary_ == {"food": 0, "good": 1}
    with pytest.raises(ValueError, match="max_df corresponds to < documents than min_df"):
        CountVectorizer(min_df=10**400).fit(documents)
