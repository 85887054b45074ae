import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.stem import LancasterStemmer, PorterStemmer, SnowballStemmer

from support.paths import CORPORA
from textvec.preprocessing import Stemmer, Tokenizer
from textvec.preprocessing.stemmer import stem_function
from textvec.text.tokens import Tokens

LANGUAGES = [name for name in SnowballStemmer.languages if name != "porter"]
LETTERS = "abcdefghilmnoprstuvyzäöüßéèçñåøşţа-яиейьыёшابتدركلمنهويةّْ’'AÉ"


@pytest.fixture(scope="module")
def vocabulary():
    """All words of the sample corpora, as they are written."""
    texts = []
    for name in ("messages.csv", "reviews.csv"):
        with (CORPORA / name).open(encoding="utf-8", newline="") as file:
            texts += [row["text"] for row in csv.DictReader(file)]
    words = Tokenizer(r"[^\s,.!?]+", lowercase=False).transform(texts).vocabulary.tolist()
    assert len(words) > 2500
    return words


def check_against(stem, step, words):
    expected = [[stem(word)] if stem(word) else [] for word in words]
    assert step.transform([[word] for word in words]).to_lists() == expected


def test_english_stems_are_nltk_s(vocabulary):
    check_against(SnowballStemmer("english").stem, Stemmer(), vocabulary)
    check_against(PorterStemmer().stem, Stemmer("porter"), vocabulary)
    check_against(LancasterStemmer().stem, Stemmer("lancaster"), vocabulary)


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.lists(st.text(st.one_of(st.sampled_from(LETTERS), st.characters(exclude_categories=["Cs"])), max_size=12)))
@settings(deadline=None, max_examples=40)
def test_stems_are_nltk_s_in_every_language(language, words):
    check_against(lambda word: SnowballStemmer(language).stem(word), Stemmer(language=language), words)


def test_arabic_stems_do_not_depend_on_the_words_before():
    words = ["كتبنا", "قالوا", "علمكما", "كتبوا"]
    stemmer = SnowballStemmer("arabic")
    assert [stemmer.stem(word) for word in words] != [SnowballStemmer("arabic").stem(word) for word in words]
    alone = [Stemmer(language="arabic").transform([[word]])[0] for word in words]
    assert Stemmer(language="arabic").transform([[word] for word in words]).to_lists() == alone


@pytest.fixture
def nothing_remembered():
    stem_function.cache_clear()
    yield
    stem_function.cache_clear()


def test_each_distinct_word_once_and_for_all(monkeypatch, nothing_remembered):
    calls = []
    monkeypatch.setattr(PorterStemmer, "stem", lambda self, word: calls.append(word) or "x")
    tokens = Stemmer("porter").transform(["tea tea tea coffee", "coffee tea"])
    assert sorted(calls) == ["coffee", "tea"]
    Stemmer("porter").transform(["tea", "milk"])
    assert calls[2:] == ["milk"]
    assert tokens.to_lists() == [["x"] * 4, ["x"] * 2]
    assert tokens.vocabulary.tolist() == ["x"]


def test_words_of_which_nothing_is_left_are_dropped():
    assert Stemmer().transform([["’’s", "", "food"], [""]]).to_lists() == [["food"], []]


def test_raw_text_and_tokens_and_steps():
    step = Stemmer()
    tokens = step.transform(["Connected connections!"])
    assert tokens.to_lists() == [["connect", "connect"]]
    assert isinstance(tokens.steps[0], Tokenizer)
    assert tokens.steps[1:] == (step,)
    assert step.transform(Tokens.from_lists([["Connected"]])).steps == (step,)
    assert step.transform([]).to_lists() == []


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            Stemmer("krovetz"),
            "Stemmer: algorithm must be one of 'snowball', 'porter', 'lancaster', but it is 'krovetz'",
        ),
        (Stemmer(None), "algorithm must be one of .*None"),
        (Stemmer(["porter"]), "algorithm must be one of"),
        (Stemmer(language="klingon"), "language must be one of 'arabic', 'danish'.*'swedish', but it is 'klingon'"),
        (Stemmer(language="porter"), "language must be one of"),
        (Stemmer(language="en"), "language must be one of 'arabic'.*'english'.*but it is 'en'"),
        (Stemmer("porter", language="german"), "'porter' is for English only, but language is 'german'.*'snowball'"),
        (Stemmer("lancaster", language="german"), "'lancaster' is for English only"),
    ],
)
def test_bad_parameters(step, message):
    for method in (step.fit, step.transform):
        with pytest.raises(ValueError, match=message):
            method(["food"])


def test_one_string_is_refused():
    with pytest.raises(ValueError, match="Put a single document in a list"):
        Stemmer().transform("food")
