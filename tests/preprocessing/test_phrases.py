import pickle
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from support.compare import threads
from support.strategies import token_lists
from textvec.preprocessing import Phrases, Stemmer, StopWords, Tokenizer, _paths
from textvec.preprocessing.phrases import ENGLISH_CONNECTOR_WORDS
from textvec.text.tokens import Tokens

SETTINGS = [
    {"min_count": 1, "threshold": 0.01},
    {"min_count": 2, "threshold": 3.0},
    {},
    {"min_count": 1, "threshold": -1.0, "scoring": "npmi"},
    {"min_count": 3, "threshold": 0.3, "scoring": "npmi"},
]
CONNECTORS = [None, "english"]

every_setting = pytest.mark.parametrize("options", SETTINGS, ids=str)
with_and_without_connectors = pytest.mark.parametrize("connector_words", CONNECTORS)


def learn_both(documents, connector_words=None, **options):
    peer = pytest.importorskip("gensim.models.phrases")
    words = ENGLISH_CONNECTOR_WORDS if connector_words == "english" else frozenset(connector_words or ())
    return Phrases(connector_words=connector_words, **options), peer.Phrases(
        documents, connector_words=words, **options
    )


def check_against_gensim(tokens, connector_words=None, passes=1, **options):
    """Compare scores and output with gensim's, which are only the same where no word holds the delimiter."""
    documents = tokens.to_lists()
    for _ in range(passes):
        ours, theirs = learn_both(documents, connector_words, **options)
        tokens = ours.fit_transform(tokens)
        expected = theirs.find_phrases(documents)
        assert expected == {name: pytest.approx(ours.phrases_[name], rel=1e-13) for name in expected}
        if passes == 1:  # it names phrases that always overlap others too, but cannot after the first pass
            assert set(theirs.export_phrases()) == set(ours.phrases_)
        documents = [theirs[document] for document in documents]
        assert tokens.to_lists() == documents
        assert set(tokens.vocabulary) == {word for document in documents for word in document}
    return ours


@every_setting
@with_and_without_connectors
def test_bundled_corpora_are_gensim_s(options, connector_words, messages, reviews, paragraphs):
    for texts in (messages[:800], reviews[:400], paragraphs):
        tokens = Tokenizer(r"[^\W_]+").transform(texts)
        check_against_gensim(tokens, connector_words, **options)
        check_against_gensim(tokens, connector_words, passes=2, **options)


@every_setting
@with_and_without_connectors
def test_film_reviews_are_gensim_s(options, connector_words, imdb):
    tokens = Tokenizer().transform(imdb[:200])
    phrases = check_against_gensim(tokens, connector_words, delimiter="-", **options)
    assert len(phrases.phrases_) > 50


@with_and_without_connectors
def test_three_passes_of_film_reviews_are_gensim_s(connector_words, imdb):
    phrases = check_against_gensim(Tokenizer(r"[^\W_]+").transform(imdb[:1000]), connector_words, passes=3)
    assert any(name.count("_") >= 4 for name in phrases.phrases_)


word_lists = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "of", "the", "é", "日本", "\x00", "b ", "ab"]), max_size=12), max_size=12
)


@given(
    word_lists,
    st.sampled_from([None, ["of"], {"of", "the", "a"}]),
    st.sampled_from(SETTINGS[:2] + SETTINGS[3:]),
    st.integers(1, 3),
)
@settings(deadline=None, max_examples=150)
def test_any_words_are_gensim_s(documents, connector_words, options, n):
    tokens = Tokens.from_lists(documents)
    with threads(n):
        check_against_gensim(tokens, connector_words, delimiter="##", **options)
        check_against_gensim(tokens, connector_words, delimiter="##", passes=2, **options)


@given(token_lists, token_lists, st.sampled_from(["_", "", " ", "a"]), st.booleans())
@settings(deadline=None, max_examples=200)
def test_hostile_words_are_joined_and_never_lost(learnt, documents, delimiter, connect):
    """The empty word, words that hold the delimiter, names that several pairs have: gensim drops or mixes these."""
    phrases = Phrases(1, 1e-9, delimiter=delimiter, connector_words=["a", ""] if connect else None).fit(learnt)
    tokens = phrases.transform(documents)
    assert len(tokens) == len(documents)
    assert len(set(tokens.vocabulary)) == len(tokens.vocabulary)
    for document, words in zip(documents, tokens, strict=True):
        assert delimiter.join(words) == delimiter.join(document)
        assert all(word in document or word in phrases.phrases_ for word in words)


def test_scores_are_what_the_documentation_says():
    documents = [["new", "york"], ["new", "york"], ["new", "york", "is", "new"], ["is", "it"]]
    n, v, new, york, both = 10, 4 + 4, 4, 3, 3  # pairs: new york, york is, is new, is it
    assert Phrases(1, 1.0).fit(documents).phrases_ == {"new_york": (both - 1) * v / (new * york)}
    phrases = Phrases(3, -1.0, scoring="npmi").fit(documents).phrases_
    p = both / n
    assert phrases == {"new_york": pytest.approx(np.log(p / (new / n * york / n)) / -np.log(p))}
    always = Phrases(1, 0.99, scoring="npmi").fit([["a", "b", "x", "c", "d"], ["x"], ["x", "a", "b"]])
    assert list(always.phrases_) == ["c_d", "a_b"] or list(always.phrases_) == ["a_b", "c_d"]
    assert always.phrases_["a_b"] == pytest.approx(1)


def test_which_counts_and_scores_are_enough():
    """A pair must be counted min_count times, and score above the threshold; "word2vec" takes min_count off."""
    documents = [["a", "b"]] * 3 + [["c"]]
    assert Phrases(3, 0.1, scoring="npmi").fit(documents).phrases_
    assert not Phrases(4, 0.1, scoring="npmi").fit(documents).phrases_
    assert not Phrases(3, 1e-9).fit(documents).phrases_
    score = Phrases(2, 1e-9).fit(documents).phrases_["a_b"]
    assert not Phrases(2, score).fit(documents).phrases_
    assert Phrases(2, np.nextafter(score, 0)).fit(documents).phrases_


def test_best_phrases_come_first(messages):
    phrases = Phrases(2, 1.0).fit(messages).phrases_
    assert len(phrases) > 50
    ranks = [(-score, name) for name, score in phrases.items()]
    assert all(a[0] <= b[0] for a, b in pairwise(ranks))
    assert list(phrases) == list(Phrases(2, 1.0).fit(Tokenizer().transform(messages[::-1])[::-1]).phrases_)


def test_phrases_do_not_overlap_or_reach_across_documents():
    step = Phrases(1, 0.1).fit([["a", "b", "c"]] * 4)
    assert set(step.phrases_) == {"a_b", "b_c"}
    documents = [["a", "b", "c"], ["b", "c"], ["a"], ["b"], [], ["a", "a", "b", "b", "c", "c"], ["x", "b", "c"]]
    joined = [["a_b", "c"], ["b_c"], ["a"], ["b"], [], ["a", "a_b", "b_c", "c"], ["x", "b_c"]]
    for n in (1, 2, 3):
        with threads(n):
            assert step.transform(documents).to_lists() == joined


def test_connector_words_stand_inside_only():
    documents = [["bank", "of", "america", "of"], ["of", "bank", "of", "america"], ["bank", "of", "the", "river"]]
    step = Phrases(1, 0.1, connector_words=["of", "the"]).fit(documents)
    assert list(step.phrases_) == ["bank_of_america"]
    assert step.transform(documents).to_lists() == [
        ["bank_of_america", "of"], ["of", "bank_of_america"], ["bank", "of", "the", "river"]
    ]  # fmt: skip
    words = ["bank", "of", "bank", "of", "america", "bank", "of", "the", "america", "bank", "america", "bank", "of"]
    joined = ["bank", "of", "bank_of_america", "bank", "of", "the", "america", "bank", "america", "bank", "of"]
    assert step.transform([words])[0] == joined
    several = Phrases(1, 0.1, connector_words="english").fit([["end", "of", "the", "world"]] * 2)
    assert several.phrases_.keys() == {"end_of_the_world"}


def test_a_phrase_that_is_a_word_already():
    documents = [["new", "york"], ["new", "york"], ["new_york"], ["new", "york_city"]]
    step = Phrases(1, 0.1).fit(documents)
    tokens = step.transform(documents)
    assert tokens.to_lists() == [["new_york"], ["new_york"], ["new_york"], ["new", "york_city"]]
    assert sorted(tokens.vocabulary) == ["new", "new_york", "york_city"]


def test_pairs_of_one_name_have_the_better_score():
    documents = [["a_b", "c"]] * 3 + [["a", "b_c"]] * 2 + [["a"], ["x"]]
    step = Phrases(1, 0.1).fit(documents)
    assert list(step.phrases_) == ["a_b_c"]
    assert step.phrases_["a_b_c"] == pytest.approx((3 - 1) * 7 / (3 * 3))
    assert step.transform(documents).to_lists() == [["a_b_c"]] * 5 + [["a"], ["x"]]


def test_words_that_do_not_occur_are_not_counted():
    """A slice of tokens has the vocabulary of all."""
    tokens = Tokens.from_lists([["a", "b"], ["a", "b"], ["a", "c"], ["d", "e", "f"], ["g"]])
    assert Phrases(1, 0.1).fit(tokens[:3]).phrases_ == Phrases(1, 0.1).fit(tokens[:3].to_lists()).phrases_


def test_tables_grow(monkeypatch, reviews):
    tokens = Tokenizer().transform(reviews)
    for options in ({}, {"connector_words": "english"}):
        expected = Phrases(2, 1.0, **options).fit(tokens).phrases_
        with monkeypatch.context() as patch, threads(2):
            patch.setattr(_paths, "_FIRST_EDGES", 1)
            assert Phrases(2, 1.0, **options).fit(tokens).phrases_ == expected
        assert len(expected) > 20


def test_a_long_way_between_two_words():
    """Connectors without end are one path, and cost no more than other words."""
    document = ["a", *["of"] * 100_000, "b"]
    step = Phrases(1, 1e-9, connector_words=["of"])
    tokens = step.fit_transform([document, [*document, "of"], ["a", "b"]])
    assert tokens.lengths.tolist() == [1, 2, 2]
    assert tokens[0] == ["_".join(document)]


DOCUMENTS = ["New York, new", "New York", "is", ""]


@pytest.mark.parametrize(
    "documents",
    [
        DOCUMENTS,
        tuple(DOCUMENTS),
        pd.Series(DOCUMENTS),
        pa.array(DOCUMENTS),
        [["new", "york", "new"], ["new", "york"], ["is"], []],
        Tokens.from_lists([["new", "york", "new"], ["new", "york"], ["is"], []]),
    ],
    ids=lambda documents: type(documents).__name__,
)
def test_documents_in_any_shape(documents):
    step = Phrases(1, 0.1)
    expected = [["new_york", "new"], ["new_york"], ["is"], []]
    assert step.fit(documents).transform(documents).to_lists() == expected
    assert step.fit_transform(documents).to_lists() == expected


def test_generators_are_read_once():
    assert Phrases(1, 0.1).fit_transform(iter(DOCUMENTS))[1] == ["new_york"]
    assert Phrases(1, 0.1).fit(iter(DOCUMENTS)).transform(iter(DOCUMENTS))[1] == ["new_york"]


@pytest.mark.parametrize("documents", [[], [""], [[]], [["a"]], [["a"], ["b"]], ["", "new york"]])
@with_and_without_connectors
def test_nothing_to_learn(documents, connector_words):
    step = Phrases(connector_words=connector_words)
    tokens = step.fit_transform(documents)
    assert step.phrases_ == {}
    assert tokens == Tokenizer().transform(documents)
    assert step.transform([]).to_lists() == []


def test_steps_and_stop_words():
    """Stop words are single words, which a phrase step leaves alone; an entry of two removes their phrase."""
    step = Phrases(2, 0.1)
    texts = ["Because New York is great", "New York rains", "Is New York great"]
    tokens = make_pipeline(Tokenizer(), step).fit_transform(texts)
    assert [type(s).__name__ for s in tokens.steps] == ["Tokenizer", "Phrases"]
    assert step.transform(Tokens.from_lists([["a"]])).steps == (step,)
    assert StopWords().transform(tokens).to_lists() == [
        ["new_york", "great"],
        ["new_york", "rains"],
        ["new_york", "great"],
    ]
    assert StopWords(["new"]).transform(tokens)[1] == ["new_york", "rains"]
    assert StopWords(["New York"]).transform(tokens)[1] == ["rains"]
    stemmed = make_pipeline(Phrases(2, 0.1), Stemmer(), StopWords(["because", "New York"])).fit_transform(texts)
    assert stemmed.to_lists() == [["is", "great"], ["rain"], ["is", "great"]]


def test_in_a_search_over_its_parameters(messages, labels):
    model = make_pipeline(Tokenizer(), Phrases(2), CountVectorizer(analyzer=list), LogisticRegression())
    search = GridSearchCV(model, {"phrases__threshold": [1.0, 1e9], "phrases__min_count": [1, 2]}, cv=3)
    assert search.fit(messages, labels).best_score_ > 0.8
    names = search.best_estimator_[:-1].set_params(phrases__threshold=1.0).fit(messages).get_feature_names_out()
    assert any("_" in name for name in names)


def test_fitted_state(messages):
    step = Phrases(2, 1.0)
    with pytest.raises(NotFittedError):
        step.transform(messages)
    step.fit(messages)
    expected = step.transform(messages)
    assert pickle.loads(pickle.dumps(step)).transform(messages) == expected
    assert not hasattr(clone(step), "phrases_")
    phrases = dict(step.phrases_)
    for documents in ("one text", [None], 3):
        with pytest.raises((ValueError, TypeError)):
            step.fit(documents)
    for name, value in (("threshold", -1), ("delimiter", None), ("min_count", 0)):
        with pytest.raises((ValueError, TypeError), match=name):
            clone(step).set_params(**{name: value}).fit(messages)
    assert step.phrases_ == phrases
    step.phrases_.clear()  # a look at what was learnt, not where it is kept
    assert step.set_params(delimiter="+").transform(messages) == expected


@pytest.mark.parametrize(
    ("step", "error", "message"),
    [
        (Phrases(0), ValueError, "Phrases: min_count must be an integer of 1 or more, but it is 0"),
        (Phrases(2.5), ValueError, "min_count must be an integer"),
        (Phrases(True), ValueError, "min_count must be an integer"),
        (Phrases(threshold=0), ValueError, "threshold must be above 0 with scoring='word2vec', but it is 0"),
        (Phrases(threshold="1"), ValueError, "threshold must be a number, but it is '1'"),
        (Phrases(threshold=np.nan), ValueError, "threshold must be a number, but it is nan"),
        (
            Phrases(scoring="npmi", threshold=10),
            ValueError,
            "with scoring='npmi', but it is 10. 0.5 is a",
        ),
        (Phrases(scoring="pmi"), ValueError, "scoring must be one of 'word2vec', 'npmi', but it is 'pmi'"),
        (Phrases(delimiter=None), TypeError, "delimiter must be a string, but it is None"),
        (Phrases(connector_words="of"), TypeError, "must be None, 'english', or a list or set .* 'of' of type str"),
        (Phrases(connector_words=iter(["of"])), TypeError, "a list or set of words"),
        (Phrases(connector_words=5), TypeError, "a list or set of words, but it is 5 of type int"),
        (Phrases(connector_words=["of", 5]), TypeError, "connector words must be strings, but 5 is of type int"),
    ],
)
def test_bad_parameters(step, error, message):
    for method in (step.fit, step.fit_transform):
        with pytest.raises(error, match=message):
            method(["a b"])
    assert not hasattr(step, "phrases_")


def test_one_string_is_refused():
    step = Phrases().fit(["a b"])
    for method in (step.fit, step.fit_transform, step.transform):
        with pytest.raises(ValueError, match="Put a single document in a list"):
            method("a b")
