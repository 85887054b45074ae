"""What parts of a corpus say, in any order, is what the corpus says, to the last bit, whatever is pruned."""

import pickle
import random

import numpy as np
import pyarrow as pa
import pytest

from textvec import CountVectorizer, OneHotVectorizer, TfidfVectorizer
from textvec.datasets import load_reviews
from textvec.vectorizers import _merging
from textvec.vectorizers._merging import TermCounts

HOSTILE = [
    "",
    "the the the",
    "a\tb new\x00york",
    "new york is big",
    "new  york\u2003is",
    "\ue000 \U0001f600 smile",
    "ŸÆ ǅ ß İstanbul",
    "x" * 60 + " y",
    "nothing that others have: qqq",
    "the end",
    "\n",
]

PRUNING = [
    {},
    {"min_df": 2},
    {"min_df": 0.2, "max_df": 0.7},
    {"max_df": 3},
    {"max_features": 7},
    {"max_features": 5, "min_df": 2, "max_df": 0.9},
]

ANALYZERS = [
    {},
    {"ngram_range": (1, 3)},
    {"ngram_range": (2, 2), "stop_words": ["the"]},
    {"token_pattern": r"[a-z ]+", "ngram_range": (1, 2)},  # words with spaces: n-grams go by their names
    {"token_pattern": r"\S+", "lowercase": False, "ngram_range": (1, 2)},
    {"analyzer": "char", "ngram_range": (1, 3)},
    {"analyzer": "char", "ngram_range": (46, 60)},  # some documents have too long ones to be sorted
    {"analyzer": "char_wb", "ngram_range": (3, 5), "strip_accents": "unicode"},
    {"analyzer": str.split},
    {"binary": True},
    {"dtype": np.float32},
    {"vocabulary": ["york", "the", "new york"], "ngram_range": (1, 2)},
]


def cut(documents, n_parts, seed=0):
    """Cut documents into parts of very different sizes, of which some are empty."""
    chance = random.Random(seed)
    bounds = sorted(chance.choices(range(len(documents) + 1), k=n_parts - 1))
    return [documents[low:high] for low, high in zip([0, *bounds], [*bounds, len(documents)], strict=True)]


def merged_in_a_tree(estimator, states, seed):
    chance = random.Random(seed)
    while len(states) > 1:
        chance.shuffle(states)
        n = chance.randint(2, 4)
        states = [estimator._merge(states[:n]), *states[n:]]
    return states[0]


def fit_in_parts(estimator, documents, n_parts, seed=0):
    states = [pickle.loads(pickle.dumps(estimator._partial(part))) for part in cut(documents, n_parts, seed)]
    return pickle.loads(pickle.dumps(estimator))._finish(merged_in_a_tree(estimator, states, seed))


def assert_same(fitted, expected, documents):
    assert fitted.get_feature_names_out().tolist() == expected.get_feature_names_out().tolist()
    X, Y = fitted.transform(documents), expected.transform(documents)
    assert X.shape == Y.shape
    for name in ("indptr", "indices", "data"):
        ours, theirs = getattr(X, name), getattr(Y, name)
        assert ours.dtype == theirs.dtype
        assert ours.tobytes() == theirs.tobytes()
    for name in ("idf_", "document_frequencies_", "n_documents_", "_pruned", "fixed_vocabulary_"):
        ours, theirs = getattr(fitted, name, None), getattr(expected, name, None)
        assert type(ours) is type(theirs)
        assert np.array_equal(ours, theirs)


def fitted_or_error(fit):
    try:
        return fit()
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize("n_parts", [1, 2, 7, 40])
@pytest.mark.parametrize("analyzer", ANALYZERS, ids=range(len(ANALYZERS)))
def test_parts_make_the_whole(analyzer, n_parts):
    whole = HOSTILE + [text[:70] for text in load_reviews().data[:40]]
    make = TfidfVectorizer if n_parts == 7 else CountVectorizer
    for seed, pruning in enumerate(PRUNING):
        if "vocabulary" in analyzer and pruning:
            continue
        estimator = make(**analyzer, **pruning)
        expected = fitted_or_error(lambda estimator=estimator: pickle.loads(pickle.dumps(estimator)).fit(whole))
        fitted = fitted_or_error(lambda estimator=estimator, seed=seed: fit_in_parts(estimator, whole, n_parts, seed))
        assert type(fitted) is type(expected)
        if isinstance(expected, str):
            assert fitted == expected
        else:
            assert_same(fitted, expected, whole)
            assert fitted.get_params() == expected.get_params()
        assert not hasattr(estimator, "fixed_vocabulary_")  # counting changes nothing


def test_one_hot():
    texts = load_reviews().data[:30]
    estimator = OneHotVectorizer(min_df=2, max_features=20)
    fitted, expected = fit_in_parts(estimator, texts, 7), OneHotVectorizer(min_df=2, max_features=20).fit(texts)
    assert_same(fitted, expected, texts)


def test_a_part_whose_words_hold_spaces_makes_all_go_by_their_names():
    """The pair "a" and "b" of one part is the word "a b" of the other."""
    parts = [[["a", "b"], ["b"]], [["a b"], ["a b", "c"]]]
    estimator = CountVectorizer(ngram_range=(1, 2), min_df=2)
    fitted = estimator._finish(estimator._merge([estimator._partial(part) for part in parts]))
    assert fitted.get_feature_names_out().tolist() == ["a b", "b"]
    assert_same(fitted, CountVectorizer(ngram_range=(1, 2), min_df=2).fit(parts[0] + parts[1]), parts[0])


def test_what_all_documents_say_decides_and_not_what_a_part_says():
    texts = ["once only", "twice here", "here twice", "and twice"]
    estimator = CountVectorizer(min_df=2)
    states = [estimator._partial([text]) for text in texts]  # nothing is there twice in any of them
    assert estimator._finish(estimator._merge(states)).get_feature_names_out().tolist() == ["here", "twice"]


def test_documents_without_a_word_count():
    estimator = TfidfVectorizer()
    states = [estimator._partial(part) for part in (["", ""], ["word"], [])]
    assert estimator._finish(estimator._merge(states)).n_documents_ == 3


def test_terms_that_are_no_strings_are_refused():
    with pytest.raises(TypeError, match=r"Only terms that are strings .* 3 is of type int"):
        CountVectorizer(analyzer=len_of_words)._partial(["one two"])


def len_of_words(text):
    return list(map(len, text.split()))


def test_more_terms_than_columns_can_have(monkeypatch):
    estimator = CountVectorizer()
    states = [estimator._partial([text]) for text in ("red green", "blue")]
    monkeypatch.setattr(_merging, "_MAX_COLUMNS", 2)
    with pytest.raises(ValueError, match="Two parts of the documents have 3 terms together"):
        estimator._merge(states)


@pytest.mark.parametrize("vocabulary", [None, ["red"]], ids=["learnt", "given"])
def test_more_documents_than_frequencies_can_count(vocabulary, monkeypatch):
    estimator = CountVectorizer(vocabulary=vocabulary)
    states = [estimator._partial(texts) for texts in (["red", "red"], [])]
    monkeypatch.setattr(_merging, "_MAX_COLUMNS", 1)
    with pytest.raises(ValueError, match="The parts have 2 documents together, but a vectorizer counts up to 1"):
        estimator._merge(states)


def test_a_state_is_what_the_next_step_takes():
    """Its fields are part of what is shipped between machines: words, codes, frequencies and totals, in one row."""
    state = CountVectorizer(ngram_range=(1, 2), max_features=3)._partial(["new york", "new"])
    assert state.num_rows == 1
    counts = TermCounts.from_state(state)
    assert counts.words == pa.array([b"new", b"york"], pa.large_binary())
    assert counts.rows.tolist() == [[0, -1], [0, 1], [1, -1]]
    assert (counts.document_frequencies.tolist(), counts.totals.tolist()) == ([2, 1, 1], [2, 1, 1])
    assert (counts.separator, counts.n_documents) == (" ", 2)


def test_half_of_a_surrogate_pair_is_a_term_of_its_place():
    texts = ["\udfff \ue000", "\ud800 z", "\U0001f600 \ud800"]
    estimator = CountVectorizer(analyzer=str.split)
    fitted = estimator._finish(estimator._merge([estimator._partial([text]) for text in texts]))
    assert_same(fitted, CountVectorizer(analyzer=str.split).fit(texts), texts)
