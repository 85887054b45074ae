import functools
import pickle
import re
import unicodedata

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer
from spacy.language import Language
from spacy.tokens import Span

from support.compare import pieces_of
from textvec.preprocessing import StopWords, Tokenizer, _spacy
from textvec.text.tokens import Tokens

RUNS = [r"(?u)\b\w\w+\b", r"\w+", r"\b\w{3,}\b", r"[a-z]{3,}", r"\S+", r"\S\S+", r"\d+", r"[^\W\d_]+"]
GENERAL = [r"\w+(?:'\w+)?", r"(\w)\w+", r"(?i)[A-Z]+", r"\w*", r"#(\w+)|@\w+", r"\b[a-z]\w+\b", r"(?:tweet)", r"\w\b"]

# İ and Σ are lower-cased by context, ß and Ǆ change case in several ways, the rest is stripped, combined or split.
HOSTILE = "İΣσςẞßǄǅŉﬁ½¨´éÉ́̈̇אבּ‏ض١٢०_'’-#@ \t\n\r\x00\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u3000😀👩‍👩𝔸𝟙𠮷Aa z1İ"
TEXTS = st.lists(st.text(st.one_of(st.sampled_from(HOSTILE), st.characters(exclude_categories=["Cs"])), max_size=40))


def scikit_learn(pattern, lowercase, strip_accents):
    vectorizer = CountVectorizer(token_pattern=pattern, lowercase=lowercase, strip_accents=strip_accents)
    preprocess, tokenize = vectorizer.build_preprocessor(), vectorizer.build_tokenizer()
    return lambda text: tokenize(preprocess(text))


def check_against(oracle, tokenizer, texts):
    tokens = tokenizer.transform(texts)
    assert tokens.to_lists() == [list(oracle(text)) for text in texts]
    assert tokens.steps == (tokenizer,)


@given(TEXTS)
@example([])
@example([""])
@example(["", "\x00", "ΟΔΟΣ ΟΔΟΣ.", "İİ", "", "e\u0301e"])
@settings(deadline=None, max_examples=400)
def test_default_is_scikit_learn_s(texts):
    check_against(scikit_learn(Tokenizer().pattern, True, None), Tokenizer(), texts)


@pytest.mark.parametrize("pattern", RUNS + GENERAL)
@given(TEXTS, st.booleans(), st.sampled_from([None, "unicode", "ascii"]))
@settings(deadline=None, max_examples=30)
def test_any_pattern_is_scikit_learn_s(pattern, texts, lowercase, strip_accents):
    tokenizer = Tokenizer(pattern, lowercase=lowercase, strip_accents=strip_accents)
    check_against(scikit_learn(pattern, lowercase, strip_accents), tokenizer, texts)


def test_every_character_alone_and_between_letters():
    texts = [f"ab{chr(i)}cd {chr(i)}{chr(i)}" for i in range(0x110000) if not 0xD800 <= i < 0xE000 and i % 7 == 0]
    check_against(scikit_learn(Tokenizer().pattern, True, None), Tokenizer(), texts)


def test_a_word_of_a_megabyte():
    check_against(str.split, Tokenizer(), ["é" * 500_000, "x" * 1_000_000 + " yy", ""])


@given(TEXTS)
@settings(deadline=None, max_examples=200)
def test_whitespace_is_str_split(texts):
    check_against(str.split, Tokenizer("whitespace", lowercase=False), texts)


def test_whitespace_agrees_with_str_split_on_every_character():
    texts = [f"a{chr(i)}b" for i in range(0x110000) if not 0xD800 <= i < 0xE000]
    assert np.array_equal(Tokenizer("whitespace").transform(texts).lengths, [len(t.split()) for t in texts])


SENTENCES = [
    "Good muffins cost $3.88 (each) in New York. Please don't buy two!",
    "@remy: This is WAAAYYY too much :D :-) #Yum <3 http://x.org/A ÉCLAIR",
    'Dr. Who can\'t   fly\n\tin the U.K., "cannot" he?',
    "",
]


def treebank(text):
    from nltk.tokenize import TreebankWordTokenizer

    return TreebankWordTokenizer().tokenize(text)


def tweet(text):
    from nltk.tokenize import TweetTokenizer

    return TweetTokenizer().tokenize(text)


@functools.cache
def spacy_blank(language):
    import spacy

    return spacy.blank(language)


def spacy_words(text, language="en"):
    return [token.text for token in spacy_blank(language)(text) if not token.is_space]


@pytest.mark.parametrize(
    ("name", "oracle"),
    [
        ("treebank", treebank),
        ("tweet", tweet),
        ("spacy:en", spacy_words),
        ("spacy:de", functools.partial(spacy_words, language="de")),
        (spacy_words, spacy_words),
    ],
)
def test_named_tokenizers_see_the_text_as_written(name, oracle):
    check_against(oracle, Tokenizer(name, lowercase=False), SENTENCES)
    if name != "tweet":
        check_against(lambda text: [w.lower() for w in oracle(text)], Tokenizer(name), SENTENCES)


@pytest.mark.parametrize("pattern", [r"(?u)\b\w\w+\b", r"#?\w+", "whitespace", "treebank", "spacy:en", str.split])
def test_reading_in_pieces_changes_nothing(pattern, messages):
    expected = Tokenizer(pattern).transform(messages[:60])
    with pieces_of(300):
        tokens = Tokenizer(pattern).transform(iter(messages[:60]))
        assert tokens == expected
        assert [type(step) for step in tokens.steps] == [Tokenizer]
        assert Tokenizer(pattern).transform(iter(expected.to_lists())) == expected


def test_a_function_s_fault_is_located_in_later_pieces():
    with pieces_of(4), pytest.raises(TypeError, match="for document 2 it returned None"):
        Tokenizer({"a a": ["a"], "b b": ["b"]}.get).transform(iter(["a a", "b b", "c c"]))


def test_tweet_lower_cases_words_but_not_emoticons():
    words = Tokenizer("tweet", strip_accents="unicode").tokenize(SENTENCES[1])
    assert {":D", "waaayyy", "#yum", "eclair"} <= set(words)


def test_words_of_which_nothing_is_left_are_dropped():
    tokens = Tokenizer("whitespace", strip_accents="ascii").transform(["日本 café\u2028CAFÉ", "日本"])
    assert tokens.to_lists() == [["cafe", "cafe"], []]


def test_a_name_as_a_pattern():
    assert Tokenizer("(?:tweet)").tokenize("a tweet, Tweets") == ["tweet", "tweet"]


def test_a_function_may_return_any_iterable_of_strings():
    assert Tokenizer(lambda text: (w for w in text.split(","))).tokenize("A,b") == ["a", "b"]
    assert Tokenizer(np.char.split, lowercase=False).pattern is np.char.split
    assert Tokenizer(re.compile("[a-z]+").findall).tokenize("ab cd") == ["ab", "cd"]


TEXT = ["Good food", "", "good  pizza"]
WORDS = [["good", "food"], [], ["good", "pizza"]]


@pytest.mark.parametrize(
    "documents",
    [
        TEXT,
        tuple(TEXT),
        np.array(TEXT),
        np.array(TEXT, dtype=object),
        pd.Series(TEXT),
        pd.Series(TEXT, dtype="category"),
        pd.DataFrame({"text": TEXT}),
        pl.Series(TEXT),
        pl.DataFrame({"text": TEXT}),
        pa.array(TEXT),
        pa.chunked_array([TEXT[:1], TEXT[1:]]),
        pa.table({"text": TEXT}),
        WORDS,
        tuple(WORDS),
        pd.Series(WORDS),
        pl.Series(WORDS),
        pa.array(WORDS),
    ],
    ids=lambda documents: f"{type(documents).__module__}.{type(documents).__name__}",
)
def test_documents_in_any_shape(documents):
    assert Tokenizer().transform(documents).to_lists() == WORDS


@pytest.mark.parametrize("pattern", [r"\w+", r"\w+(?:'\w+)?", "whitespace", "treebank", "spacy:en", str.split])
def test_no_documents_and_generators(pattern):
    assert Tokenizer(pattern).transform([]).to_lists() == []
    assert Tokenizer(pattern).transform(pa.array([], pa.string())).to_lists() == []
    assert Tokenizer(pattern).fit_transform(text for text in TEXT).to_lists() == WORDS


def test_tokens_pass_through_unchanged():
    tokens = Tokens.from_lists([["Ünchanged", "A b"]])
    assert Tokenizer(strip_accents="ascii").transform(tokens) is tokens
    assert tokens.steps == ()


def test_spacy_starts_afresh_when_it_remembers_too_many_words(monkeypatch):
    first = _spacy.blank("en")
    monkeypatch.setattr(_spacy, "_MAX_REMEMBERED_WORDS", len(first.vocab) + 2)
    assert Tokenizer("spacy:en").tokenize("axolotl") == ["axolotl"]
    assert _spacy.blank("en") is first
    assert Tokenizer("spacy:en").tokenize("bxolotl cxolotl dxolotl") == ["bxolotl", "cxolotl", "dxolotl"]
    assert _spacy.blank("en") is not first


PLACES = [
    {"label": "GPE", "pattern": "New York City"},
    {"label": "GPE", "pattern": "New York"},
    {"label": "ORG", "pattern": [{"LOWER": "ben"}, {"ORTH": "&"}, {"LOWER": "jerry"}, {"ORTH": "'s"}]},
    {"label": "PERSON", "pattern": [{"ORTH": "Zoë"}, {"IS_SPACE": True, "OP": "*"}, {"ORTH": "Smith"}]},
    {"label": "SPACE", "pattern": "\n"},
]
STORY = ["Ben & Jerry's is not\xa0in New York City, new york, or New York.", "", "Zoë\n Smith \n dines\nNew York"]


@pytest.fixture
def places(tmp_path):
    """A pipeline whose rules find entities, in a folder."""
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns(PLACES)
    nlp.to_disk(tmp_path / "places")
    return tmp_path / "places"


def merged_by_spacy(path):
    """Merge with spaCy's own component."""
    import spacy

    nlp = spacy.load(path)
    nlp.add_pipe("merge_entities")
    return lambda text: ["_".join(token.text.split()) for token in nlp(text) if not token.is_space]


def test_entities_are_one_word_each(places):
    words = Tokenizer(f"spacy:{places}", merge_entities=True, strip_accents="unicode").transform(STORY).to_lists()
    city = ["ben_&_jerry's", "is", "not", "in", "new_york_city", ",", "new", "york", ",", "or", "new_york", "."]
    assert words == [city, [], ["zoe_smith", "dines", "new_york"]]
    check_against(merged_by_spacy(places), Tokenizer(f"spacy:{places}", lowercase=False, merge_entities=True), STORY)


def check_entities(places, texts):
    tokens = Tokenizer(f"spacy:{places}", lowercase=False, merge_entities=True).transform(texts)
    merge = merged_by_spacy(places)
    assert tokens.to_lists() == [list(filter(None, merge(text))) for text in texts]
    return tokens


def test_entities_of_hostile_text(places, reviews, hostile):
    check_entities(places, [*reviews[:100], *(text for text in hostile if len(text) < 10_000)])


def test_entities_of_real_text(places, imdb):
    tokens = check_entities(places, [text for text in imdb if "New York" in text])
    assert {"New_York", "New_York_City"} <= set(tokens.vocabulary)


def test_a_trained_pipeline_s_tokenizer(places):
    """Entities or not, the tokenizer is the pipeline's own, whatever its language would do."""
    import spacy
    from spacy.tokenizer import Tokenizer as Peer

    nlp = spacy.load(places)
    nlp.tokenizer = Peer(nlp.vocab, infix_finditer=re.compile("o").finditer)
    nlp.to_disk(places)
    assert Tokenizer(f"spacy:{places}").tokenize("New York don't") == ["new", "y", "o", "rk", "d", "o", "n't"]
    assert Tokenizer(f"spacy:{places}", merge_entities=True).tokenize("Food") == ["f", "o", "o", "d"]


def test_a_pipeline_that_is_a_package(places, tmp_path, monkeypatch):
    """spaCy's own pipelines are found by the name that they were installed under."""
    package = tmp_path / "site" / "en_places_xs"
    package.mkdir(parents=True)
    places.rename(package / "data")
    (package / "__init__.py").write_text(
        "from pathlib import Path\nfrom spacy.util import load_model_from_path\n\n\n"
        "def load(**options):\n    return load_model_from_path(Path(__file__).parent / 'data', **options)\n"
    )
    info = tmp_path / "site" / "en_places_xs-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: en_places_xs\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    tokenizer = Tokenizer("spacy:en_places_xs", merge_entities=True)
    assert tokenizer.tokenize("in New York") == ["in", "new_york"]
    assert pickle.loads(pickle.dumps(tokenizer)).tokenize("in New York") == ["in", "new_york"]
    assert len(pickle.dumps(tokenizer)) < 1000


@Language.component("upper_ents", assigns=["doc.ents"])
def upper_ents(doc):
    doc.ents = [Span(doc, i, i + 2, "X") for i in range(0, len(doc) - 1, 2) if doc[i].is_upper and doc[i + 1].is_upper]
    return doc


@Language.component("broken")
def broken(doc):
    raise AssertionError("what comes after the last that finds entities must not run")


def test_which_components_run(tmp_path):
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("upper_ents")
    nlp.add_pipe("broken")
    nlp.to_disk(tmp_path / "own")
    step = Tokenizer(f"spacy:{tmp_path / 'own'}", merge_entities=True)
    for _ in range(2):
        assert step.tokenize("NEW YORK is") == ["new_york", "is"]

    nlp = spacy.blank("en")
    nlp.add_pipe("span_ruler", config={"annotate_ents": True}).add_patterns(PLACES)
    nlp.to_disk(tmp_path / "spans")
    assert Tokenizer(f"spacy:{tmp_path / 'spans'}", merge_entities=True).tokenize("New York") == ["new_york"]


def test_pipelines_that_find_no_entities_or_cannot_be_loaded(tmp_path):
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.to_disk(tmp_path / "sentences")
    (tmp_path / "empty").mkdir()
    for method in ("fit", "transform"):
        with pytest.raises(ValueError, match=r"sentences' has only the components \['sentencizer'\]"):
            getattr(Tokenizer(f"spacy:{tmp_path / 'sentences'}", merge_entities=True), method)(TEXT)
        with pytest.raises(OSError, match=r"cannot load the pipeline .*empty.*python -m spacy download"):
            getattr(Tokenizer(f"spacy:{tmp_path / 'empty'}"), method)(TEXT)


def test_a_pipeline_forgets_the_words_that_it_saw(places):
    for merge_entities in (True, False):
        step = Tokenizer(f"spacy:{places}", merge_entities=merge_entities)
        step.tokenize("New York")
        before = len(_spacy.trained(str(places)).vocab.strings)
        step.transform([f"xyzzy{i} New York" for i in range(600)])
        assert len(_spacy.trained(str(places)).vocab.strings) == before


def test_merged_entities_and_the_steps_after(places):
    tokens = Tokenizer(f"spacy:{places}", merge_entities=True).transform(["The mayor of New York likes New Yorkers"])
    assert StopWords(["New York", "the"]).transform(tokens).to_lists() == [["mayor", "of", "likes", "new", "yorkers"]]


def test_words_after_unicode_s_rules():
    texts = ["I DON'T know Ελλάς, ΕΛΛΆΣ", "नमस्ते हिन्दी 3.14", "", "Cafe\u0301 ÇA _ ?"]
    assert Tokenizer("unicode").transform(texts).to_lists() == [
        ["i", "don't", "know", "ελλάς", "ελλάς"], ["नमस्ते", "हिन्दी", "3.14"], [], ["cafe\u0301", "ça"]
    ]  # fmt: skip
    step = Tokenizer("unicode", lowercase=False, strip_accents="unicode", normalize="NFC")
    assert step.transform(texts[3:]).to_lists() == [["Cafe", "CA"]]
    assert StopWords(["Don't"]).transform(Tokenizer("unicode").transform(texts[:1]))[0][:2] == ["i", "know"]


@pytest.mark.parametrize("pattern", [r"(?u)\b\w\w+\b", "unicode", "whitespace", "tweet", r"\w(\w)", str.split])
def test_normal_forms(pattern):
    texts = ["plain", "cafe\u0301 \ufb01ne x\u00b2", "café"]
    assert Tokenizer(pattern, normalize="NFKC").transform(texts) != Tokenizer(pattern).transform(texts)
    for form in ("NFC", "NFKC"):
        normal = [unicodedata.normalize(form, text) for text in texts]
        assert Tokenizer(pattern, normalize=form).transform(texts) == Tokenizer(pattern).transform(normal)


def returns(value):
    return lambda text: value


@pytest.mark.parametrize(
    ("tokenizer", "error", "message"),
    [
        (Tokenizer("whitespce"), ValueError, "no tokenizer named 'whitespce'.*'whitespace', 'treebank'.*(?:whitespce)"),
        (Tokenizer("nltk:punkt"), ValueError, "no tokenizer named 'nltk:punkt'"),
        (
            Tokenizer("spacy:english"),
            ValueError,
            "neither a language nor a trained pipeline 'english'.*python -m spacy download en_core_web_sm.*, en, ",
        ),
        (Tokenizer("spacy:"), ValueError, "neither a language nor a trained pipeline ''"),
        (Tokenizer(normalize="NFD"), ValueError, "normalize must be None, 'NFC' or 'NFKC', but it is 'NFD'"),
        (Tokenizer(merge_entities="no"), ValueError, "merge_entities must be True or False, but it is 'no'"),
        (
            Tokenizer(merge_entities=True),
            ValueError,
            r"merge_entities=True needs a spaCy pipeline.*'spacy:en_core_web_sm",
        ),
        (Tokenizer("tweet", merge_entities=True), ValueError, "needs a spaCy pipeline.* but pattern is 'tweet'"),
        (Tokenizer(str.split, merge_entities=True), ValueError, "needs a spaCy pipeline.* but pattern is <method"),
        (
            Tokenizer("spacy:en", merge_entities=True),
            ValueError,
            "such as 'spacy:en_core_web_sm', but 'spacy:en' is a language's tokenizer alone",
        ),
        (Tokenizer("spacy:en_core_web_sm_", merge_entities=True), ValueError, "trained pipeline 'en_core_web_sm_'"),
        (Tokenizer("(a"), ValueError, r"pattern '\(a' is no regular expression: missing \)"),
        (Tokenizer("(a)(b)"), ValueError, "More than 1 capturing group in token pattern. Only a single group"),
        (Tokenizer(None), TypeError, "pattern must be a regular expression as a str.*None of type NoneType"),
        (Tokenizer(re.compile("a")), TypeError, "of type Pattern"),
        (Tokenizer(lowercase="no"), ValueError, "lowercase must be True or False, but it is 'no'"),
        (Tokenizer(strip_accents="all"), ValueError, "strip_accents must be None, 'unicode' or 'ascii'.*'all'"),
        (Tokenizer(strip_accents=["ascii"]), ValueError, "strip_accents must be"),
    ],
)
def test_bad_parameters(tokenizer, error, message):
    for method in (tokenizer.fit, tokenizer.transform):
        with pytest.raises(error, match=message):
            method(TEXT)


@pytest.mark.parametrize(
    ("tokenizer", "documents", "error", "message"),
    [
        (Tokenizer(), "one text", ValueError, "string object received. Put a single document in a list"),
        (Tokenizer(), 3, TypeError, "int received"),
        (Tokenizer(), ["a", None], ValueError, "1 of 2 documents are missing"),
        (Tokenizer(), ["a", b"b"], TypeError, "document 1 is of type bytes"),
        (Tokenizer(), ["a", ["b"]], TypeError, "document 1 is of type list"),
        (Tokenizer(), [["a"], "b"], TypeError, "document 1 is 'b'"),
        (Tokenizer(), [["a"], [1]], TypeError, "1 is of type int"),
        (Tokenizer("treebank"), ["\ud800"], ValueError, "lone surrogate"),
        (Tokenizer(), pd.DataFrame({"a": ["x"], "b": ["y"]}), ValueError, "a table of 2 columns"),
        (Tokenizer(returns("a b")), ["", "x"], TypeError, "must return a list of words, but for document 0.*'a b'"),
        (Tokenizer(returns(None)), ["x"], TypeError, "must return a list of words.*returned None"),
        (
            Tokenizer(returns(["a", 7])),
            ["x"],
            TypeError,
            "words that are strings.*document 0 it returned 7 of type int",
        ),
        (Tokenizer(returns([["a"]])), ["x"], TypeError, r"it returned \['a'\] of type list"),
        (Tokenizer(returns(["\ud800"])), ["x"], ValueError, "lone surrogate"),
    ],
)
def test_bad_documents(tokenizer, documents, error, message):
    with pytest.raises(error, match=message):
        tokenizer.transform(documents)


def test_tokenize_takes_one_text():
    assert Tokenizer().tokenize("Good food") == ["good", "food"]
    with pytest.raises(TypeError, match="takes one document, a string"):
        Tokenizer().tokenize(["Good food"])
