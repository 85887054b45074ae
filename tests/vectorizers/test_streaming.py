"""Documents in pieces: read so by fit and transform, or given so to partial_fit."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction import text as peers

from support import strategies
from support.compare import assert_same, assert_same_matrix, outcome, pieces_of, threads
from support.oracle import COUNT, TFIDF
from textvec import CountVectorizer, HashingVectorizer, SequenceEncoder, TfidfVectorizer, Tokenizer
from textvec._common import csr


def check(cls, case, texts, folder, rtol):
    ours, theirs = cls(**case.params), getattr(peers, cls.__name__)(**case.params)
    assert_same(ours, theirs, lambda a, b: case.prepare(texts[a:b], folder), len(texts), rtol)


@pytest.fixture
def messages(messages):
    """Enough of them for many pieces."""
    return messages[:240]


@pytest.mark.parametrize("case", COUNT.values(), ids=COUNT)
def test_reading_in_pieces_changes_nothing(case, messages, hostile, tmp_path):
    with pieces_of(2000), threads(2):
        check(CountVectorizer, case, [*messages[::3], *hostile, *messages[1::3]], tmp_path, 0.0)


@pytest.mark.parametrize("name", [name for name in TFIDF if "float32" not in name])
def test_reading_in_pieces_changes_no_weight(name, messages, tmp_path):
    with pieces_of(700):
        check(TfidfVectorizer, TFIDF[name], messages, tmp_path, 1e-12)


@pytest.mark.parametrize("n_characters", [1, 50, 10_000])
def test_pieces_of_other_kinds_of_documents(n_characters, messages):
    tokens = Tokenizer().transform(messages)
    expected = CountVectorizer(ngram_range=(1, 2)).fit_transform(messages)
    with pieces_of(n_characters):
        for documents in (tokens, tokens.to_lists(), iter(tokens.to_lists()), tokens.to_arrow(), iter(messages)):
            assert_same_matrix(CountVectorizer(ngram_range=(1, 2)).fit_transform(documents), expected)


def test_counts_too_large_for_a_byte():
    documents = ["a1 " * n for n in (1, 255, 256, 65_535, 65_536, 3)]
    with pieces_of(10):
        X = CountVectorizer().fit_transform(documents)
    assert X.toarray().ravel().tolist() == [1, 255, 256, 65_535, 65_536, 3]
    assert X.dtype == np.int64


@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer, HashingVectorizer])
@pytest.mark.parametrize("n_characters", [500, 10**9])
def test_more_entries_than_32_bits_count(cls, n_characters, messages, monkeypatch):
    expected = cls().fit_transform(messages)
    monkeypatch.setattr(csr, "_MAX_INT32", expected.nnz - 1)
    with pieces_of(n_characters):
        X = cls().fit_transform(messages)
    assert X.indices.dtype == X.indptr.dtype == np.int64
    assert (expected != X).nnz == 0


class Text(str):
    """A text that is counted while it lives."""

    alive = most = 0

    def __new__(cls, text):
        cls.alive += 1
        cls.most = max(cls.most, cls.alive)
        return super().__new__(cls, text)

    def __del__(self):
        type(self).alive -= 1


@pytest.mark.parametrize("method", ["fit", "fit_transform", "transform", "partial_fit"])
@pytest.mark.parametrize("params", [{}, {"ngram_range": (1, 2)}, {"analyzer": "char_wb"}], ids=str)
def test_one_piece_of_text_is_held_at_a_time(method, params, messages):
    vectorizer = TfidfVectorizer(**params).fit(messages)
    Text.alive = Text.most = 0
    with pieces_of(1000):
        getattr(vectorizer, method)(Text(text) for text in messages * 3)
    assert 1 < Text.most < 40
    assert Text.alive == 0


@pytest.mark.parametrize("transformer", [Tokenizer(), Tokenizer("whitespace"), SequenceEncoder()], ids=repr)
def test_one_piece_of_text_is_held_by_other_transformers(transformer, messages):
    Text.alive = Text.most = 0
    with pieces_of(1000):
        transformer.fit_transform(Text(text) for text in messages * 3)
    assert 1 < Text.most < 25
    assert Text.alive == 0


def test_memory_is_that_of_the_result():
    """The text, 20 times the size of a piece and 100 times that of the result, is never held."""

    def documents():
        for i in range(2_000):
            yield f"w{i % 7} " * 2_000

    vectorizer = CountVectorizer()
    with pieces_of(300_000):
        vectorizer.fit(documents())
        tracemalloc.start()
        X = vectorizer.fit_transform(documents())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert X.sum() == 4_000_000
    assert peak < 4_000_000


def in_batches(documents, sizes):
    batches, start = [], 0
    for size in sizes:
        batches.append(documents[start : start + size])
        start += size
    return [*batches, documents[start:]]


def by_name(vectorizer, X):
    names = vectorizer.get_feature_names_out()
    order = np.argsort(names)
    return names[order].tolist(), sp.csr_array(X)[:, order]


PARAMS = [
    {},
    {"ngram_range": (1, 3), "binary": True},
    {"analyzer": "char_wb", "ngram_range": (2, 4)},
    {"analyzer": "char", "ngram_range": (1, 3)},
    {"stop_words": "english", "strip_accents": "unicode"},
    {"tokenizer": str.split, "token_pattern": None, "ngram_range": (1, 2)},
    {"vocabulary": ["good", "the", "not good", "zebra"], "ngram_range": (1, 2)},
]


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer])
@given(strategies.documents, st.lists(st.integers(0, 4), max_size=4))
@example(["good food", "not good", "good", "pizza  good", "the", ""], [1, 1, 0, 2])
@settings(deadline=None, max_examples=25)
def test_fitting_in_any_number_of_pieces_is_fitting_at_once(cls, params, documents, sizes):
    documents = ["good food", *documents]
    at_once, piecewise = cls(**params), cls(**params)
    expected, _ = outcome(at_once.fit_transform, documents)
    places = {}
    for batch in in_batches(documents, sizes):
        assert piecewise.partial_fit(batch) is piecewise
        now = getattr(piecewise, "vocabulary_", {})  # nothing is learnt of no documents
        assert places.items() <= now.items(), "old columns keep their place"
        assert sorted(now.values()) == list(range(len(now)))
        places = now
    if isinstance(expected, Exception):
        assert "empty vocabulary" in str(expected)
        assert not places
        return
    assert piecewise.transform([]).shape[1] == len(places)
    names, X = by_name(piecewise, piecewise.transform(documents))
    expected_names, Y = by_name(at_once, expected)
    assert names == expected_names
    np.testing.assert_allclose(X.toarray(), Y.toarray(), rtol=1e-14)
    assert X.dtype == expected.dtype
    assert piecewise.transform(documents).has_sorted_indices
    if cls is TfidfVectorizer:
        order, expected_order = (np.argsort(v.get_feature_names_out()) for v in (piecewise, at_once))
        np.testing.assert_array_equal(piecewise.idf_[order], at_once.idf_[expected_order])
        assert piecewise.n_documents_ == len(documents)


@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer])
def test_partial_fit_once_is_fit(cls, messages):
    assert_same_matrix(cls().partial_fit(messages).transform(messages), cls().fit_transform(messages))


@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer])
def test_partial_fit_goes_on_from_fit_and_fit_starts_anew(cls, messages):
    vectorizer = cls().fit(messages[:100])
    names = vectorizer.get_feature_names_out().tolist()
    vectorizer.partial_fit(messages[100:])
    assert vectorizer.get_feature_names_out()[: len(names)].tolist() == names
    expected = by_name(cls().fit(messages), cls().fit_transform(messages))
    found = by_name(vectorizer, vectorizer.transform(messages))
    assert found[0] == expected[0]
    assert abs(found[1] - expected[1]).max() < 1e-14
    anew = vectorizer.fit(messages[:100]).transform(messages)
    assert_same_matrix(anew, cls().fit(messages[:100]).transform(messages))


@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer])
@pytest.mark.parametrize("params", [{"min_df": 2}, {"max_df": 0.5}, {"max_features": 9}], ids=str)
def test_partial_fit_cannot_prune(cls, params, messages):
    name, value = next(iter(params.items()))
    with pytest.raises(ValueError, match=rf"{cls.__name__}.partial_fit .* {name}={value}\. Use fit with a generator"):
        cls(**params).partial_fit(messages)
    given = cls(**params, vocabulary=["good", "the"]).partial_fit(messages[:99]).partial_fit(messages[99:])
    assert_same_matrix(given.transform(messages), cls(vocabulary=["good", "the"]).fit(messages).transform(messages))


@pytest.mark.parametrize("params", [{"ngram_range": (1, 3)}, {"analyzer": "char", "ngram_range": (2, 3)}], ids=str)
def test_parameters_that_change_between_pieces(params, messages):
    """Terms are what their names say, whatever they were made of."""
    vectorizer = CountVectorizer(ngram_range=(1, 2)).partial_fit(messages[:50])
    before = vectorizer.vocabulary_
    vectorizer.set_params(**params).partial_fit(messages[50:60]).partial_fit(messages[60:99])
    assert before.items() <= vectorizer.vocabulary_.items()
    anew = CountVectorizer(**vectorizer.get_params()).fit(messages[50:99])
    assert set(vectorizer.vocabulary_) == {*before, *anew.vocabulary_}
    peer = peers.CountVectorizer(vocabulary=vectorizer.vocabulary_, lowercase=False, **params)
    assert_same_matrix(vectorizer.set_params(lowercase=False).transform(messages), peer.transform(messages))


def test_partial_fit_of_nothing(messages):
    for vectorizer in (CountVectorizer(), TfidfVectorizer(), TfidfVectorizer(vocabulary=["good"], smooth_idf=False)):
        vectorizer.partial_fit([])
        with pytest.raises(NotFittedError):
            vectorizer.transform(messages)
        vectorizer.partial_fit(messages).partial_fit([])
        assert vectorizer.transform(messages).nnz


@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer])
def test_partial_fit_cannot_go_on_from_a_pruned_fit(cls, messages):
    vectorizer = cls(min_df=2).fit(messages).set_params(min_df=1)
    with pytest.raises(ValueError, match="cannot go on from a fit that left terms out"):
        vectorizer.partial_fit(messages)
    assert cls(min_df=1).fit(messages).partial_fit(messages)
    assert vectorizer.fit(messages).partial_fit(messages)


def test_partial_fit_cannot_go_on_from_weights_that_were_set(messages):
    vectorizer = TfidfVectorizer().fit(messages)
    vectorizer.idf_ = vectorizer.idf_ * 2
    before = dict(vars(vectorizer))
    with pytest.raises(
        ValueError, match=r"needs the document frequencies behind idf_, but idf_ or vocabulary_ was set\. Use fit"
    ):
        vectorizer.partial_fit(messages)
    assert vars(vectorizer) == before


def raising(documents, error):
    yield from documents
    raise error


FAILURES = {
    "a generator fails": lambda: raising(["new words"] * 9, OSError("the disk is gone")),
    "Ctrl-C": lambda: raising(["new words"] * 9, KeyboardInterrupt()),
    "missing": lambda: ["new words", None],
    "missing later": lambda: iter(["new words"] * 9 + [None]),
    "a number": lambda: ["new words", 3],
    "a surrogate": lambda: ["new words", "\ud800"],
    "one string": lambda: "new words",
    "no documents": list,
}


@pytest.mark.parametrize("method", ["fit", "fit_transform", "partial_fit"])
@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer])
@pytest.mark.parametrize("params", [{}, {"vocabulary": ["good", "new"]}], ids=str)
@pytest.mark.parametrize("fitted", [True, False])
def test_a_failing_fit_leaves_the_estimator_as_it_was(method, failure, cls, params, fitted, messages):
    vectorizer = cls(**params)
    if fitted:
        vectorizer.fit(messages)
        expected = clone(vectorizer).fit_transform(messages)
    before = dict(vars(vectorizer))
    with pieces_of(5):
        try:
            getattr(vectorizer, method)(failure())
        except (Exception, KeyboardInterrupt):
            assert vars(vectorizer).keys() == before.keys()
            assert all(vars(vectorizer)[name] is value for name, value in before.items())
        else:
            assert failure is list
            assert params or method == "partial_fit", "no documents can be learnt nothing from"
    if fitted and (failure is not list):
        assert_same_matrix(vectorizer.transform(messages), expected)


@pytest.mark.parametrize("params", [{"min_df": 10_000}, {"ngram_range": (400, 500)}, {"dtype": object}], ids=str)
def test_failures_after_reading(params, messages):
    vectorizer = CountVectorizer().fit(messages).set_params(**params)
    before = dict(vars(vectorizer))
    with pytest.raises((ValueError, TypeError)):
        vectorizer.fit_transform(messages)
    assert vars(vectorizer) == before
