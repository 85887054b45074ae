"""Which characters of a text are marked for character n-grams."""

import unicodedata
from functools import partial

import numpy as np
import pytest
import sklearn.feature_extraction.text as sk
from hypothesis import given, settings
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.pipeline import make_pipeline, make_union

from support import strategies
from textvec import CountVectorizer, HashingVectorizer, TfidfVectorizer
from textvec.explanation.characters import highlight_characters
from textvec.explanation.highlights import highlight_columns


def marked(encoder, text, weights):
    """Return the marked strings and what they gave; weights are those of terms."""
    names = list(encoder.get_feature_names_out())
    columns = {names.index(term): weight for term, weight in weights.items()}
    marks = highlight_characters(encoder, text, columns, partial(highlight_columns, encoder, text))
    return [(text[mark.start : mark.end], mark.contribution) for mark in marks]


@pytest.mark.parametrize("module", [sk.CountVectorizer, CountVectorizer], ids=["foreign", "own"])
def test_an_n_gram_stands_on_its_characters(module):
    encoder = module(analyzer="char", ngram_range=(2, 3)).fit(["New York, new"])
    assert marked(encoder, "New York, new", {"ork": 1.0}) == [("ork", 1.0)]
    assert marked(encoder, "New York, new", {"ne": 1.0, "ew": 2.0}) == [
        ("N", 1.0), ("e", 3.0), ("w", 2.0), ("n", 1.0), ("e", 3.0), ("w", 2.0)
    ]  # fmt: skip
    assert marked(encoder, "New York, new", {"w y": 1.0}) == [("w Y", 1.0)]


def test_padding_stands_on_nothing():
    encoder = CountVectorizer(analyzer="char_wb", ngram_range=(2, 3)).fit(["New newt"])
    assert marked(encoder, "New newt", {"ew ": 1.0}) == [("ew", 1.0)]
    assert marked(encoder, "New newt", {" n": 1.0}) == [("N", 1.0), ("n", 1.0)]
    assert marked(encoder, "New newt", {"t ": -1.0}) == [("t", -1.0)]


def test_several_spaces_count_as_one():
    encoder = CountVectorizer(analyzer="char", ngram_range=(3, 3)).fit(["a \n b", "c d"])
    assert marked(encoder, "xa \n by", {"a b": 1.0}) == [("a ", 1.0), ("b", 1.0)]


def test_letters_without_their_accents():
    encoder = CountVectorizer(analyzer="char", ngram_range=(3, 4), strip_accents="unicode").fit(["cafe"])
    assert marked(encoder, "Un CAFÉ noir", {"afe": 1.0}) == [("AFÉ", 1.0)]


def test_unions_selections_and_scalings_are_seen_through():
    words, characters = CountVectorizer(), TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3))
    encoder = make_pipeline(make_union(words, characters), SelectKBest(chi2, k="all")).fit(["new york", "old"], [0, 1])
    terms = {"countvectorizer__york": 1.0, "tfidfvectorizer__new": 2.0}
    assert marked(encoder, "New York", terms) == [("New", 2.0), ("York", 1.0)]
    few = make_pipeline(characters, SelectKBest(lambda X, y: -np.arange(X.shape[1]), k=1)).fit(["xyz", "a"], [0, 1])
    (kept,) = few.get_feature_names_out()
    assert marked(few, "A xyz", {kept: 1.0}) == [("A", 1.0)]


def test_where_characters_depend_on_each_other_words_are_marked():
    encoder = CountVectorizer(analyzer="char_wb", ngram_range=(3, 3)).fit(["ΟΔΟΣ"])
    assert marked(encoder, "ΟΔΟΣ x", {"οδο": 1.0}) == [("ΟΔΟΣ", 1.0)]  # its last sigma is another letter
    hashing = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 3), n_features=2**18)
    others = partial(highlight_columns, hashing, "ab x")
    (column,) = hashing.transform(["x"]).indices
    assert [(m.start, m.end) for m in highlight_characters(hashing, "ab x", {column: 1.0}, others)] == [(3, 4)]


@given(strategies.texts)
@settings(deadline=None, max_examples=60)
def test_every_character_of_a_word_is_one_of_its_n_grams(text):
    text = unicodedata.normalize("NFC", text)
    encoder = CountVectorizer(analyzer="char", ngram_range=(1, 1), vocabulary=sorted(set(text.lower())) or ["a"])
    weights = dict.fromkeys(range(len(encoder.vocabulary)), 1.0)
    if "Σ" in text or len(text.lower()) != len(text):
        return
    marks = highlight_characters(encoder.fit([text]), text, weights, partial(highlight_columns, encoder, text))
    covered = {i for mark in marks for i in range(mark.start, mark.end)}
    assert all(i in covered for i, c in enumerate(text) if not c.isspace())
