import csv
import gc
import pickle
from pathlib import Path

import nltk
import pytest
import simplemma
import spacy
from nltk.corpus import wordnet
from nltk.stem import WordNetLemmatizer
from spacy.language import Language
from spacy.lookups import Lookups

from support.paths import CORPORA
from textvec.preprocessing import Lemmatizer, Tokenizer, _spacy
from textvec.text.tokens import Tokens

WORDS = [
    "mice",
    "dogs",
    "churches",
    "ran",
    "went",
    "running",
    "better",
    "Mice",
    "don't",
    "well-being",
    "a b",
    "😀",
    "x",
]


def lemmas(step, words):
    return [document[0] if document else None for document in step.transform([[word] for word in words])]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    """Save a small spaCy pipeline, with a table of lemmas made by hand."""
    folder = tmp_path_factory.mktemp("models") / "mini"
    nlp = spacy.blank("en")
    tables = Lookups()
    tables.add_table("lemma_lookup", {"mice": "mouse", "went": "go", "don't": "do not", "gone": ""})
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"}).initialize(lookups=tables)
    nlp.to_disk(folder)
    return folder


@pytest.fixture
def nltk_data(tmp_path, monkeypatch):
    """Let NLTK look for its data in an empty folder."""
    monkeypatch.setattr(nltk.data, "path", [str(tmp_path)])
    wordnet._unload()
    yield tmp_path
    wordnet._unload()


@pytest.fixture
def mini_wordnet(nltk_data):
    """Write a WordNet of a few words, in the format of the real one."""
    folder = nltk_data / "corpora" / "wordnet"
    folder.mkdir(parents=True)
    licence = "  1 WordNet 3.0 Copyright 2006 by Princeton University.  All rights reserved.  \n"
    parts = {
        "noun": ("n", ["church", "dog", "mouse"], "mice mouse\n"),
        "verb": ("v", ["go", "run"], "ran run\nrunning run\nwent go\n"),
        "adj": ("a", ["good"], "better good well\n"),
        "adv": ("r", ["well"], "better well\n"),
    }
    senses = ""
    for number, (name, (pos, words, exceptions)) in enumerate(parts.items()):
        data, index = licence, licence
        for word in words:
            index += f"{word} {pos} 1 0 1 0 {len(data):08d}  \n"
            senses += f"{word}%{number + 1}:{number:02d}:00:: {len(data):08d} 1 0\n"
            data += f"{len(data):08d} {number:02d} {pos} 01 {word} 0 000 | what {word} means  \n"
        (folder / f"data.{name}").write_text(data)
        (folder / f"index.{name}").write_text(index)
        (folder / f"{name}.exc").write_text(exceptions)
    (folder / "index.sense").write_text(senses)
    (folder / "lexnames").write_text("00\tnoun.Tops\t1\n01\tverb.motion\t2\n02\tadj.all\t3\n03\tadv.all\t4\n")


def test_simplemma():
    texts = []
    for name in ("messages.csv", "reviews.csv"):
        with (CORPORA / name).open(encoding="utf-8", newline="") as file:
            texts += [row["text"] for row in csv.DictReader(file)]
    words = Tokenizer("whitespace", lowercase=False).transform(texts).vocabulary.tolist() + WORDS
    assert len(words) > 2500
    assert lemmas(Lemmatizer(), words) == [simplemma.lemmatize(word, lang="en") for word in words]


@pytest.mark.parametrize(("language", "word", "lemma"), [("de", "Häuser", "Haus"), ("fr", "chevaux", "cheval")])
def test_simplemma_in_other_languages(language, word, lemma):
    assert lemmas(Lemmatizer(language=language), [word]) == [lemma]


@pytest.mark.parametrize("kind", [str, Path])
def test_spacy(pipeline, kind):
    step = Lemmatizer("spacy", model=kind(pipeline)).fit([])
    expected = [{"mice": "mouse", "went": "go", "don't": "do not"}.get(word, word) for word in WORDS]
    assert lemmas(step, WORDS) == expected
    assert lemmas(step, ["gone", "", "mice"]) == ["gone", None, "mouse"]
    assert lemmas(Lemmatizer("spacy", model=kind(pipeline), language="en"), []) == []


def test_spacy_forgets_the_words_that_it_saw(pipeline):
    step = Lemmatizer("spacy", model=str(pipeline)).fit([])
    step.transform(["one two three"])
    before = len(_spacy.load(str(pipeline)).vocab.strings)
    step.transform([" ".join(f"word{i}" for i in range(1000))])
    gc.collect()
    assert len(_spacy.load(str(pipeline)).vocab.strings) == before


def test_the_spacy_pipeline_stays_out_of_the_pickle(pipeline):
    step = Lemmatizer("spacy", model=str(pipeline))
    step.fit_transform(["mice"])
    data = pickle.dumps(step)
    assert len(data) < 1000
    assert pickle.loads(data).transform(["mice"]).to_lists() == [["mouse"]]


def test_spacy_without_the_parser_and_the_entity_recognizer(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")
    nlp.add_pipe("mark")
    nlp.initialize()
    nlp.to_disk(tmp_path)
    assert _spacy.load(str(tmp_path)).pipe_names == ["mark"]
    assert lemmas(Lemmatizer("spacy", model=tmp_path), ["don't", "well-being"]) == ["1 don't", "1 well-being"]


@Language.component("mark")
def mark(doc):
    for token in doc:
        token.lemma_ = f"{len(doc)} {token.text}"
    return doc


def test_wordnet(mini_wordnet):
    for pos in "nvars":
        expected = [WordNetLemmatizer().lemmatize(word, pos) for word in WORDS]
        assert lemmas(Lemmatizer("wordnet", pos=pos).fit([]), WORDS) == expected
    assert lemmas(Lemmatizer("wordnet"), WORDS[:6]) == ["mouse", "dog", "church", "ran", "went", "running"]
    assert lemmas(Lemmatizer("wordnet", pos="v"), WORDS[:6]) == ["mice", "dogs", "churches", "run", "go", "run"]
    assert lemmas(Lemmatizer("wordnet"), ["", "mice"]) == [None, "mouse"]


def test_wordnet_that_is_not_there(nltk_data):
    for method in (Lemmatizer("wordnet").fit, Lemmatizer("wordnet").transform):
        with pytest.raises(LookupError, match=r"backend='wordnet'.*'wordnet' data.*python -m nltk.downloader wordnet"):
            method(["mice"])


def test_raw_text_and_tokens_and_steps():
    step = Lemmatizer()
    tokens = step.transform(["Two mice!", "", "mouse"])
    assert tokens.to_lists() == [["two", "mouse"], [], ["mouse"]]
    assert isinstance(tokens.steps[0], Tokenizer)
    assert tokens.steps[1:] == (step,)
    assert step.transform(Tokens.from_lists([["mice", ""], [""]])).to_lists() == [["mouse"], []]
    assert step.transform([]).to_lists() == []


@pytest.mark.parametrize(
    ("step", "error", "message"),
    [
        (
            Lemmatizer("stanza"),
            ValueError,
            "backend must be one of 'simplemma', 'spacy', 'wordnet', but it is 'stanza'",
        ),
        (Lemmatizer(None), ValueError, "backend must be one of"),
        (Lemmatizer(language="english"), ValueError, "language must be one of 'ar', .*'en'.*but it is 'english'"),
        (Lemmatizer(model="en_core_web_sm"), ValueError, "model='en_core_web_sm' is for backend='spacy'"),
        (Lemmatizer(pos="v"), ValueError, "pos='v' is for backend='wordnet', but backend is 'simplemma'"),
        (Lemmatizer("wordnet", pos="noun"), ValueError, "pos must be one of 'n', 'v', 'a', 'r', 's', but it is 'noun'"),
        (Lemmatizer("wordnet", model="x"), ValueError, "model='x' is for backend='spacy', but backend is 'wordnet'"),
        (Lemmatizer("spacy"), ValueError, "backend='spacy' needs model, the name or folder of a pipeline"),
        (
            Lemmatizer("spacy", model="no_such_model"),
            OSError,
            "'no_such_model'.*python -m spacy download no_such_model",
        ),
    ],
)
def test_bad_parameters(step, error, message):
    for method in (step.fit, step.transform):
        with pytest.raises(error, match=message):
            method(["mice"])


def test_languages_that_do_not_match(mini_wordnet, pipeline):
    with pytest.raises(ValueError, match="backend='wordnet' is for English, but language is 'de'"):
        Lemmatizer("wordnet", language="de").fit([])
    with pytest.raises(ValueError, match=r"language is 'de', but the spaCy pipeline .* is for 'en'"):
        Lemmatizer("spacy", model=pipeline, language="de").fit([])


def test_a_spacy_pipeline_without_lemmas(tmp_path):
    spacy.blank("en").to_disk(tmp_path)
    with pytest.raises(ValueError, match=r"makes no lemmas; its components are \[\]. Choose one with a lemmatizer"):
        Lemmatizer("spacy", model=tmp_path).transform(["mice"])


def test_one_string_is_refused():
    with pytest.raises(ValueError, match="Put a single document in a list"):
        Lemmatizer().transform("mice")
