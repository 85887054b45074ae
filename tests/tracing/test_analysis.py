"""How a vectorizer cuts texts into terms, told as scikit-learn's analyzers do it."""

from collections import Counter

import pytest
from sklearn.feature_extraction.text import CountVectorizer as SklearnCountVectorizer

from textvec import CountVectorizer, trace

TEXTS = ["The  café, the food", "A \t\n x yz", "", "İI ﬁ", "don't stop"]
PARAMS = [
    {},
    {"lowercase": False},
    {"strip_accents": "ascii"},
    {"stop_words": ["the", "food"]},
    {"ngram_range": (1, 3)},
    {"ngram_range": (2, 2), "stop_words": "english"},
    {"token_pattern": r"[a-z](é)?"},
    {"token_pattern": r"\S"},
    {"tokenizer": str.split, "token_pattern": None},
    {"preprocessor": str.upper},
    {"analyzer": "char", "ngram_range": (1, 4)},
    {"analyzer": "char_wb", "ngram_range": (2, 5)},
    {"analyzer": "char", "strip_accents": "unicode", "ngram_range": (2, 2)},
    {"analyzer": str.split},
]


@pytest.mark.parametrize("cls", [CountVectorizer, SklearnCountVectorizer], ids=["ours", "theirs"])
@pytest.mark.parametrize("params", PARAMS, ids=range(len(PARAMS)))
def test_terms_are_those_of_the_analyzer(cls, params):
    vectorizer = cls(**params).fit([*TEXTS, "the food is good stuff"])
    *_, terms, counts = trace(vectorizer, TEXTS)
    analyze = vectorizer.build_analyzer()
    for text, items, counted in zip(TEXTS, terms.items, counts.items, strict=True):
        assert Counter(item.text for item in items if item.kept) == Counter(analyze(text))
        assert {item.text: item.value for item in counted} == Counter(analyze(text))


def test_ngrams_come_from_all_their_words():
    step = trace(CountVectorizer(ngram_range=(1, 2)).fit(TEXTS), ["the good food"])["N-grams"]
    assert [(item.text, item.words) for item in step.items[0]] == [
        ("the", (0,)), ("good", (1,)), ("food", (2,)), ("the good", (0, 1)), ("good food", (1, 2)),
    ]  # fmt: skip
    assert step.about == ["Terms are 1 to 2 words in a row, with a space between."]


def test_characters_come_from_the_words_they_touch():
    items = trace(CountVectorizer(analyzer="char", ngram_range=(3, 3)).fit(TEXTS), ["ab  cd"]).steps[0].items[0]
    assert [(item.text, item.words) for item in items] == [("ab ", (0,)), ("b c", (0, 1)), (" cd", (1,))]
    items = trace(CountVectorizer(analyzer="char_wb", ngram_range=(3, 3)).fit(TEXTS), ["ab c"]).steps[0].items[0]
    assert [(item.text, item.words) for item in items] == [(" ab", (0,)), ("ab ", (0,)), (" c ", (1,))]


def test_a_step_says_only_what_it_did_itself():
    """That "Food" was lower-cased is told where that was done, and not again where stop words are left out."""
    words, stops, _ = trace(CountVectorizer(stop_words="english").fit(TEXTS), ["Food"])
    assert [(item.was, item.text, item.why) for item in words.items[0]] == [("Food", "food", "lower case")]
    assert [(item.was, item.text, item.why) for item in stops.items[0]] == [(None, "food", "")]
