"""A few short texts are counted as many are."""

import numpy as np
import pytest
from hypothesis import given, settings

from support import strategies
from textvec import CountVectorizer, TfidfVectorizer
from textvec.vectorizers import count
from textvec.vectorizers._short_texts import count_short_texts

PARAMS = [
    {},
    {"ngram_range": (1, 3), "stop_words": "english"},
    {"ngram_range": (2, 2), "lowercase": False, "token_pattern": r"\w+"},
    {"ngram_range": (1, 2), "token_pattern": r"(\w)\w*|[^\w\s]", "binary": True},
    {"vocabulary": ["free prize", "call", "free"], "ngram_range": (1, 2), "dtype": np.float32},
    {"stop_words": ["the", "a"], "max_features": 50},
]


def by_kernels(vectorizer, documents):
    """Return the matrix without the way of short texts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(count, "count_short_texts", lambda *_: None)
        return vectorizer.transform(documents)


def assert_same(vectorizer, documents, fast=True):
    """Compare bits, order and types, and say which way was taken."""
    assert (count_short_texts(vectorizer, documents, vectorizer.ngrams_) is not None) == fast
    ours, expected = vectorizer.transform(documents), by_kernels(vectorizer, documents)
    assert ours.shape == expected.shape
    for name in ("data", "indices", "indptr"):
        a, b = getattr(ours, name), getattr(expected, name)
        assert a.dtype == b.dtype
        assert a.tobytes() == b.tobytes()


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer])
def test_the_same_bits(cls, params, messages, hostile):
    vectorizer = cls(**params).fit(messages[:300])
    for i in range(250, 400, 3):
        assert_same(vectorizer, messages[i : i + 1 + i % 3])
    for text in hostile:
        assert_same(vectorizer, [text], fast=len(text) <= 4000)


@pytest.mark.parametrize("ngram_range", [(1, 1), (1, 2), (2, 4)])
@given(documents=strategies.documents)
@settings(deadline=None, max_examples=100)
def test_any_text(ngram_range, documents):
    vectorizer = CountVectorizer(token_pattern=r"\w+|\S", ngram_range=ngram_range)
    try:
        vectorizer.fit([*documents, "a b c d e"])
    except ValueError:
        return
    for text in documents:
        assert (vectorizer.transform([text]) != by_kernels(vectorizer, [text])).nnz == 0


def test_terms_learnt_later_and_a_vocabulary_that_was_changed(messages):
    vectorizer = CountVectorizer(ngram_range=(1, 2)).partial_fit(messages[:50]).partial_fit(messages[50:100])
    assert_same(vectorizer, [messages[70]])
    vectorizer.vocabulary_ = {term: i for i, term in enumerate(reversed(vectorizer.vocabulary_))}
    assert_same(vectorizer, [messages[70]])
    del vectorizer.vocabulary_["call"]  # columns with a gap
    assert_same(vectorizer, [messages[70]], fast=False)


@pytest.mark.filterwarnings("ignore:The parameter 'token_pattern' will not be used")
def test_what_is_left_to_the_kernels(messages):
    vectorizer = CountVectorizer(ngram_range=(1, 2)).fit(messages)
    for documents in (messages[:5], ["word " * 1000], tuple(messages[:1]), [b"bytes"], [["a", "list"]]):
        assert_same(vectorizer, documents, fast=False)
    for params in (
        {"analyzer": "char"}, {"strip_accents": "ascii"}, {"preprocessor": str.upper}, {"tokenizer": str.split},
        {"token_pattern": r"[^,]+", "ngram_range": (1, 2)},
    ):  # fmt: skip
        assert_same(CountVectorizer(**params).fit(messages[:50]), messages[:1], fast=False)


def test_a_subclass_that_cuts_in_its_own_way(messages):
    class Words(CountVectorizer):
        def build_tokenizer(self):
            return str.split

    assert_same(Words().fit(messages[:50]), messages[:1], fast=False)


def test_the_same_errors_and_warnings(messages):
    vectorizer = CountVectorizer().fit(messages[:50])
    with pytest.raises(ValueError, match="surrogate"):
        vectorizer.transform(["good", "bad \ud800"])
    with pytest.warns(UserWarning, match="inconsistent with your preprocessing"):
        vectorizer.set_params(stop_words=["isn't"]).transform(["it isn't"])
    with pytest.raises(ValueError, match="More than 1 capturing group"):
        CountVectorizer().fit(messages[:9]).set_params(token_pattern=r"(a)(b)").transform(["ab"])


def test_terms_that_have_no_keys_of_64_bits():
    words = [f"w{i}" for i in range(200)]
    vectorizer = CountVectorizer(ngram_range=(1, 10)).fit([" ".join(words)])
    assert not vectorizer.ngrams_.has_keys
    assert_same(vectorizer, ["w1 w2 w3"], fast=False)
