import pickle
import warnings

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer as Peer

from support import strategies
from support.compare import assert_same, assert_same_matrix, sparse_containers
from support.oracle import COUNT
from textvec import CountVectorizer, Tokens

REAL = [name for name in COUNT if not name.startswith(("pattern", "dtype", "accents", "vocabulary"))]


def check(case, texts, folder, **more):
    params = {**case.params, **more}
    assert_same(CountVectorizer(**params), Peer(**params), lambda a, b: case.prepare(texts[a:b], folder), len(texts))


@pytest.mark.parametrize("corpus", ["messages", "reviews", "hostile"])
@pytest.mark.parametrize("case", COUNT.values(), ids=COUNT)
def test_same_as_scikit_learn(case, corpus, request, tmp_path):
    check(case, request.getfixturevalue(corpus)[:800], tmp_path)


@pytest.mark.parametrize("corpus", ["imdb", "sms"])
@pytest.mark.parametrize("name", REAL)
def test_same_on_real_text(name, corpus, request, tmp_path):
    texts = request.getfixturevalue(corpus)
    check(COUNT[name], texts[: 80 if corpus == "imdb" else 500], tmp_path)


@pytest.mark.parametrize("params", [{}, {"ngram_range": (1, 2), "min_df": 2}, {"max_features": 999}], ids=str)
def test_same_on_much_real_text(params, imdb):
    assert_same_matrix(CountVectorizer(**params).fit_transform(imdb), Peer(**params).fit_transform(imdb))


@pytest.mark.parametrize("name", [*[n for n in COUNT if n.startswith(("ngrams", "vocab", "tokenizer"))], "default"])
def test_same_with_two_threads(name, hostile, messages, tmp_path, small_work):
    check(COUNT[name], [*messages[:800], *hostile], tmp_path)


@pytest.mark.parametrize("interface", ["sparray", "spmatrix"])
@pytest.mark.parametrize("params", [{}, {"vocabulary": ["the"]}, {"max_features": 9}], ids=str)
def test_kind_of_sparse_container(interface, params, messages):
    with sparse_containers(interface):
        assert_same(CountVectorizer(**params), Peer(**params), lambda a, b: messages[a:b], len(messages))


def test_vocabulary_of_several_types():
    params = {"vocabulary": {"a": 0, 1: 1}, "analyzer": lambda text: [*text, len(text)]}
    params["lowercase"] = False
    assert_same(CountVectorizer(**params), Peer(**params), lambda a, b: ["ab", "a", "b", "ba"][a:b], 4)


def test_names_are_looked_up_in_one_dictionary(monkeypatch):
    """Where tokens hold spaces n-grams go by their names, which takes a dictionary: one, not one for each call."""
    vectorizer = CountVectorizer(tokenizer=lambda text: text.split(","), token_pattern=None, ngram_range=(1, 2))
    X = vectorizer.fit_transform(["new york,big city,new york", "big city,new york"])
    made = []
    names = type(vectorizer.ngrams_).names
    monkeypatch.setattr(type(vectorizer.ngrams_), "names", lambda self, *a: made.append(len(self)) or names(self, *a))
    for _ in range(3):
        assert vectorizer.transform(["big city,new york"]).nnz == 3
    assert made.count(X.shape[1]) <= 1


PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "ngram_range": st.tuples(st.integers(1, 3), st.integers(0, 3)).map(lambda r: (r[0], r[0] + r[1])),
        "lowercase": st.booleans(),
        "strip_accents": st.sampled_from([None, "unicode", "ascii"]),
        "token_pattern": st.sampled_from([r"\w+", r"\S+", r"(?u)\b\w\w+\b", r"[^\W\d_]+", r"\w+|\W"]),
        "min_df": st.sampled_from([1, 2, 0.3]),
        "max_df": st.sampled_from([1.0, 0.5, 3]),
        "max_features": st.one_of(st.none(), st.integers(1, 12)),
        "binary": st.booleans(),
        "stop_words": st.sampled_from([None, ["the", "not", "good"]]),
        "dtype": st.sampled_from([np.int64, np.float32, np.uint8]),
    },
)


@given(strategies.documents, PARAMS)
@settings(deadline=None, max_examples=200)
def test_same_for_any_text_and_parameters(texts, params):
    assert_same(CountVectorizer(**params), Peer(**params), lambda a, b: texts[a:b], len(texts))


@given(strategies.token_lists, PARAMS)
@settings(deadline=None, max_examples=100)
def test_same_for_any_tokens(lists, params):
    params = {**params, "preprocessor": list, "tokenizer": list, "token_pattern": None}
    assert_same(CountVectorizer(**params), Peer(**params), lambda a, b: lists[a:b], len(lists))


@given(strategies.documents, st.lists(strategies.words, unique=True, min_size=1, max_size=6), PARAMS)
@settings(deadline=None, max_examples=100)
def test_same_for_any_vocabulary(texts, vocabulary, params):
    params = {**params, "vocabulary": vocabulary}
    assert_same(CountVectorizer(**params), Peer(**params), lambda a, b: texts[a:b], len(texts))


@pytest.mark.parametrize("strip_accents", [None, "unicode", "ascii"])
def test_a_word_of_a_megabyte(strip_accents):
    texts = [strategies.LONG_WORD, "b", "é" * 500_000 + " É", strategies.LONG_WORD + "İ", "", "\0" * 1_000_000]
    params = {"strip_accents": strip_accents, "ngram_range": (1, 2), "token_pattern": r"\w+"}
    assert_same_matrix(CountVectorizer(**params).fit_transform(texts), Peer(**params).fit_transform(texts))


def test_vocabulary_is_made_when_asked_for_and_not_pickled(messages):
    vectorizer, peer = (cls(ngram_range=(1, 2)).fit(messages) for cls in (CountVectorizer, Peer))
    small = len(pickle.dumps(vectorizer))
    vectorizer.get_feature_names_out()
    vectorizer.transform(messages)
    assert "vocabulary_" not in vars(vectorizer)
    assert "_vocabulary" not in vars(vectorizer)
    assert vectorizer.vocabulary_ is vectorizer.vocabulary_
    assert len(pickle.dumps(vectorizer)) == small < len(pickle.dumps(peer))


@pytest.mark.parametrize("name", ["default", "ngrams (1, 3)", "vocabulary terms permuted", "analyzer of tuples"])
def test_pickle_and_clone(name, messages):
    vectorizer = CountVectorizer(**COUNT[name].params)
    X = vectorizer.fit_transform(messages)
    again = pickle.loads(pickle.dumps(vectorizer))
    assert_same_matrix(again.transform(messages), X)
    assert again.vocabulary_ == vectorizer.vocabulary_
    new = clone(vectorizer)
    assert new.get_params() == vectorizer.get_params()
    assert not hasattr(new, "ngrams_")
    assert_same_matrix(new.fit_transform(messages), X)


@pytest.mark.parametrize("vocabulary", [{"good": 1, "food": 0}, {"not good": 0, "food": 1, "new  york": 2}], ids=str)
def test_vocabulary_can_be_set(vocabulary):
    documents = ["good food", "not good", "new  york", "new york food food"]
    ours, theirs = CountVectorizer(ngram_range=(1, 2)), Peer(ngram_range=(1, 2))
    for before in (lambda v: v, lambda v: v.fit(documents)):
        for vectorizer in (before(ours), before(theirs)):
            vectorizer.vocabulary_ = vocabulary
        assert_same_matrix(ours.transform(documents), theirs.transform(documents))
        assert ours.vocabulary_ == vocabulary
        assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()


def test_fitting_again_forgets(messages, reviews):
    vectorizer = CountVectorizer().fit(messages)
    assert vectorizer.vocabulary_
    assert vectorizer.fit(reviews).vocabulary_ == Peer().fit(reviews).vocabulary_
    vectorizer.set_params(vocabulary=["good"]).fit(reviews)
    assert vectorizer.vocabulary_ == {"good": 0}


@pytest.mark.parametrize(
    "params", [{}, {"stop_words": "english"}, {"ngram_range": (1, 3), "min_df": 2}, {"max_features": 20}], ids=str
)
def test_tokens_and_lists_of_words_are_taken_as_they_are(params, messages):
    lists = [Peer().build_analyzer()(message) for message in messages]
    expected = Peer(**params).fit_transform(messages)
    kinds = [lists, Tokens.from_lists(lists), Tokens.from_lists(lists).to_arrow(), (words for words in lists)]
    for documents in kinds:
        vectorizer = CountVectorizer(**params, lowercase=False, token_pattern="unused")
        assert_same_matrix(vectorizer.fit_transform(documents), expected)
    assert_same_matrix(vectorizer.transform(kinds[1]), expected)
    assert_same_matrix(
        vectorizer.transform(Tokens.from_lists([[]])), expected[:0].__class__((1, expected.shape[1]), dtype=int)
    )


@pytest.mark.parametrize("analyzer", ["char", "char_wb"])
def test_tokens_have_no_characters(analyzer):
    for documents in ([["good"]], Tokens.from_lists([["good"]])):
        with pytest.raises(ValueError, match="needs the text"):
            CountVectorizer(analyzer=analyzer).fit(documents)


@pytest.mark.parametrize("cls", [sp.csr_array, sp.csr_matrix, sp.csc_array, sp.coo_array, np.array])
def test_inverse_transform_leaves_the_matrix_alone(cls):
    vectorizer = CountVectorizer().fit(["aa bb cc"])
    X = sp.csr_array(([0, 5, 0, 7], [0, 1, 0, 2], [0, 2, 4]), shape=(2, 3))  # holds zeros
    X = X.toarray() if cls is np.array else cls(X)
    before = X.copy()
    assert [row.tolist() for row in vectorizer.inverse_transform(X)] == [["bb"], ["cc"]]
    assert abs(X - before).sum() == 0
    if hasattr(X, "data") and sp.issparse(X):
        np.testing.assert_array_equal(X.data, before.data)
    assert vectorizer.inverse_transform(cls(np.zeros((0, 3)))) == []


def test_the_vocabulary_given_is_not_changed(messages):
    vocabulary = {"the": 1, "not": 0}
    CountVectorizer(vocabulary=vocabulary).fit(messages).vocabulary_["more"] = 2
    assert vocabulary == {"the": 1, "not": 0}
    X = CountVectorizer(vocabulary=vocabulary).transform(messages)  # needs no fit
    assert_same_matrix(X, Peer(vocabulary=vocabulary).transform(messages))


def shout(text):
    return [word.upper() for word in text.split()]


OVERRIDES = {
    "build_analyzer": lambda base: lambda self: lambda doc: [w[:3] for w in base.build_analyzer(self)(doc)],
    "build_tokenizer": lambda base: lambda self: shout,
    "build_preprocessor": lambda base: lambda self: lambda doc: doc.replace("e", "x"),
    "decode": lambda base: lambda self, doc: base.decode(self, doc) + " the end",
    "get_stop_words": lambda base: lambda self: frozenset(["the", "is"]),
    "_word_ngrams": lambda base: lambda self, tokens, stop_words=None: [t + "!" for t in tokens],
}


@pytest.mark.parametrize("params", [{}, {"ngram_range": (1, 2), "stop_words": ["not"]}], ids=str)
@pytest.mark.parametrize("name", OVERRIDES)
def test_subclasses_may_override_how_features_are_made(name, params, messages):
    """Scikit-learn's documentation proposes it: "customizing the vectorizer classes"."""
    ours, theirs = (
        type("Custom", (base,), {name: OVERRIDES[name](base)})(**params) for base in (CountVectorizer, Peer)
    )
    for vectorizer in (ours, theirs):
        vectorizer.__class__.__init__ = vectorizer.__class__.__mro__[1].__init__  # for get_params
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert_same(ours, theirs, lambda a, b: messages[a:b], len(messages))


def test_stop_words_of_tokens_need_no_tokenizer():
    tokens = Tokens.from_lists([["don't", "go"]])
    assert CountVectorizer(stop_words=["don't"]).fit(tokens).get_feature_names_out().tolist() == ["go"]
