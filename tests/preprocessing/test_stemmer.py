import csv
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.stem import LancasterStemmer, PorterStemmer

from support.paths import CORPORA
from textvec.preprocessing import Stemmer, Tokenizer
from textvec.preprocessing._stems import languages, stem_function
from textvec.text.tokens import Tokens

LETTERS = "abcdefghijklmnoprstuvyzäöüßéèçñåøşţșțıиейьыёшъабابتدركلمنهويةّْ’'AÉκατοςήकाीनेதமிழ்լսמעןא"
# Snowball's answers, many of which NLTK's copy gets wrong.
STEMS = {
    "english": {
        "added": "add",
        "university": "universiti",
        "organization": "organiz",
        "dying": "die",
        "John’s": "john",
    },
    "finnish": {"taloissa": "talo"},
    "german": {"Häuser": "haus", "aufeinander": "aufeinand"},
    "greek": {"άνθρωποι": "ανθρωπ"},
    "hindi": {"लड़कों": "लड़क"},
    "italian": {"accoglienza": "accoglient", "abbandonata": "abbandon"},
    "romanian": {"emoționantă": "emoțion", "emoţionantă": "emoțion", "plăcințile": "plăcinț"},
    "russian": {"объявления": "объявлен", "важнейшими": "важн"},
    "turkish": {"evlerimizden": "ev"},
}


def snowball_s(language):
    """Snowball's stemmer in plain Python, as its compiler wrote it."""
    module = import_module(f"snowballstemmer.{language}_stemmer")
    return getattr(module, f"{language.title().replace('_', '')}Stemmer")().stemWord


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
    assert step.transform(Tokens.from_lists([word] for word in words)).to_lists() == expected


def test_porter_and_lancaster_are_nltk_s(vocabulary):
    check_against(PorterStemmer().stem, Stemmer("porter"), vocabulary)
    check_against(LancasterStemmer().stem, Stemmer("lancaster"), vocabulary)


@pytest.mark.parametrize("language", STEMS)
def test_known_stems(language):
    words = list(STEMS[language])
    stems = Stemmer(language=language).transform([[word] for word in words]).to_lists()
    assert dict(zip(words, stems, strict=True)) == {word: [stem] for word, stem in STEMS[language].items()}


def test_english_stems_are_snowball_s(vocabulary):
    plain = snowball_s("english")
    check_against(lambda word: plain(word.lower().replace("’", "'").replace("‘", "'")), Stemmer(), vocabulary)


def test_english_stems_of_reviews_are_snowball_s(imdb):
    words = Tokenizer(r"[\w']+").transform(imdb[:500]).vocabulary.tolist()
    check_against(snowball_s("english"), Stemmer(), words)


@pytest.mark.parametrize("language", languages())
@given(st.lists(st.text(st.one_of(st.sampled_from(LETTERS), st.characters(exclude_categories=["Cs"])), max_size=12)))
@settings(deadline=None, max_examples=40)
def test_stems_are_snowball_s_in_every_language(language, words):
    plain, typographic = snowball_s(language), str.maketrans("‘’‛", "'''") if language == "english" else {}
    check_against(lambda word: plain(word.lower().translate(typographic)), Stemmer(language=language), words)


def test_all_languages_of_snowball():
    assert len(languages()) >= 35
    assert {"arabic", "english", "greek", "hindi", "tamil", "yiddish"} < set(languages())


def test_stems_in_several_threads_at_once(nothing_remembered):
    words = [f"{stem}{ending}" for stem in ("connect", "relat", "organ") for ending in ("ing", "ed", "ional", "s")] * 50
    plain = snowball_s("english")
    expected = list(map(plain, words))
    for stem in (stem_function("snowball", "english"), stem_function("snowball", "english").__wrapped__):
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(stem, words)) == expected


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
        (Stemmer(language="klingon"), "language must be one of 'arabic', 'armenian'.*'yiddish', but it is 'klingon'"),
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
