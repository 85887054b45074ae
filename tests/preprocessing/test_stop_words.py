import csv
import sys

import nltk
import numpy as np
import pytest
from nltk.corpus import stopwords
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline

from support.paths import CORPORA
from textvec.preprocessing import Lemmatizer, Stemmer, StopWords, Tokenizer, _spacy
from textvec.text.tokens import Tokens


def corpus(name="messages"):
    with (CORPORA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["label"] for row in rows]


@pytest.fixture
def nltk_stopwords(tmp_path, monkeypatch):
    """Put miniature stop word lists where NLTK looks for its data, and nothing else."""
    folder = tmp_path / "corpora" / "stopwords"
    monkeypatch.setattr(nltk.data, "path", [str(tmp_path)])
    stopwords._unload()
    yield folder
    stopwords._unload()


def left(step, *documents):
    return step.transform(list(documents)).to_lists()


@pytest.mark.parametrize("name", ["messages", "reviews"])
def test_english_is_scikit_learn_s(name):
    texts, _ = corpus(name)
    analyze = CountVectorizer(stop_words="english").build_analyzer()
    assert StopWords().transform(texts).to_lists() == [analyze(text) for text in texts]
    assert StopWords().fit(texts).stop_words_ == ENGLISH_STOP_WORDS


def test_rows_stay_where_they_are():
    tokens = StopWords().transform(["the", "food", "", "is it", "good"])
    assert tokens.to_lists() == [[], ["food"], [], [], ["good"]]


def test_the_list_goes_through_the_tokenizer():
    text = "I don't know, DON'T ask! The t-shirt is n't my don"
    step = StopWords(["don't"])
    assert step.transform(Tokenizer().transform([text]))[0] == ["know", "ask", "the", "shirt", "is", "my"]
    words = step.transform(Tokenizer(r"\w+").transform([text]))[0]
    assert words == ["i", "know", "ask", "the", "shirt", "is", "n", "my"]
    words = step.transform(Tokenizer(r"\w+(?:'\w+)?").transform([text]))[0]
    assert words == ["i", "know", "ask", "the", "t", "shirt", "is", "n't", "my", "don"]
    words = step.transform(Tokenizer("treebank").transform([text]))[0]
    assert words == ["i", "know", ",", "ask", "!", "the", "t-shirt", "is", "my", "don"]


def test_the_list_is_lower_cased_and_stripped_as_the_corpus_is():
    assert left(make_pipeline(Tokenizer(strip_accents="unicode"), StopWords(["Été"])), "L'ÉTÉ ete") == [[]]
    assert left(make_pipeline(Tokenizer(lowercase=False), StopWords(["The"])), "The the THE") == [["the", "THE"]]


@pytest.mark.parametrize("step", [Stemmer(), Stemmer("porter"), Stemmer("lancaster"), Lemmatizer()])
@pytest.mark.parametrize("pattern", [Tokenizer().pattern, r"\w+(?:'\w+)?"])
def test_before_and_after_a_word_step_the_same_words_go(pattern, step):
    texts, _ = corpus()
    kept = set(make_pipeline(Tokenizer(pattern), StopWords()).transform(texts).vocabulary)
    before = make_pipeline(Tokenizer(pattern), StopWords(), step).transform(texts)
    after = make_pipeline(Tokenizer(pattern), step, StopWords()).transform(texts)
    # After the step, words that it made equal to a stop word go too, and no others.
    stops = set(step.transform([[word] for word in ENGLISH_STOP_WORDS]).vocabulary)
    assert after.to_lists() == [[word for word in document if word not in stops] for document in before]
    assert kept.isdisjoint(ENGLISH_STOP_WORDS)
    assert "becaus" not in after.vocabulary


@pytest.mark.parametrize("written", ["don't", "don\u2019t"])
@pytest.mark.parametrize("in_text", ["don't", "don\u2019t"])
def test_either_apostrophe(written, in_text):
    texts = [f"I {in_text} know"]
    step = make_pipeline(Tokenizer("unicode"), StopWords([written]))
    assert list(step.fit_transform(texts)[0]) == ["i", "know"]
    assert list(StopWords([written]).transform([["I", in_text, "know"]])[0]) == ["I", "know"]


def test_stemmed_stop_words_go():
    texts = ["because of these things everyone was having"]
    assert left(make_pipeline(Tokenizer(), Stemmer(), StopWords()), *texts) == [["thing"]]
    assert left(make_pipeline(Stemmer(), StopWords()), *texts) == [["thing"]]


def test_several_stop_lists_one_after_the_other():
    pipeline = make_pipeline(StopWords(["don't"]), StopWords(["know", "don't"]), Stemmer(), StopWords(), StopWords())
    tokens = pipeline.transform(["I don't know these people"])
    assert tokens.to_lists() == [["peopl"]]
    assert [type(step).__name__ for step in tokens.steps] == [
        "Tokenizer", "StopWords", "StopWords", "Stemmer", "StopWords", "StopWords"
    ]  # fmt: skip


def test_words_that_came_as_words_meet_the_list_as_it_is_written():
    documents = [["Don't", "don't", "don", "New York", "new"]]
    assert left(StopWords(["don't", "New York"]), *documents) == [["Don't", "don", "new"]]
    tokens = Stemmer().transform(Tokens.from_lists([["don't", "Because", "don"]]))
    assert StopWords(["don't", "because"]).transform(tokens).to_lists() == [["don"]]


def test_nothing_to_drop_and_nothing_to_drop_from():
    assert left(StopWords([]), "good food") == [["good", "food"]]
    assert left(StopWords([""]), "good food", "") == [["good", "food"], []]
    assert StopWords().transform([]).to_lists() == []


@pytest.mark.parametrize("words", [["The"], ("The",), {"The"}, frozenset(["The"]), np.array(["The"]), {"The": 1}])
def test_words_in_any_container(words):
    assert left(StopWords(words), "the food") == [["food"]]


def test_inside_cross_validation():
    texts, labels = corpus()
    steps = (StopWords(["don't", "the"]), Stemmer(), StopWords(), CountVectorizer(analyzer=list))
    with_text = make_pipeline(Tokenizer(), *steps, LogisticRegression())
    with_tokens = make_pipeline(*steps, LogisticRegression())
    predicted = cross_val_predict(with_text, texts, labels, cv=3)
    assert (predicted == cross_val_predict(with_tokens, Tokenizer().transform(texts), labels, cv=3)).all()
    assert cross_val_score(with_text, texts, labels, cv=3).min() > 0.7


def test_nltk_lists(nltk_stopwords):
    nltk_stopwords.mkdir(parents=True)
    (nltk_stopwords / "german").write_text("der\ndie\nfür\n", encoding="utf-8")
    (nltk_stopwords / "french").write_text("le\n", encoding="utf-8")
    step = StopWords("nltk:german").fit([])
    assert step.stop_words_ == {"der", "die", "für"}
    assert left(StopWords("nltk:german"), "Der Hund, die Katze für") == [["hund", "katze"]]
    with pytest.raises(ValueError, match=r"NLTK has no stop words for 'klingon'. Its languages are french, german"):
        StopWords("nltk:klingon").fit([])
    with pytest.raises(ValueError, match=r"NLTK has no stop words for '\.\./\.\./x'"):
        StopWords("nltk:../../x").fit([])


def test_nltk_lists_that_are_not_there(nltk_stopwords):
    for method in (StopWords("nltk:german").fit, StopWords("nltk:german").transform):
        with pytest.raises(LookupError, match=r"'stopwords' data.*python -m nltk.downloader stopwords"):
            method(["Der Hund"])


def test_a_fitted_step_needs_neither_nltk_nor_spacy(nltk_stopwords, monkeypatch):
    nltk_stopwords.mkdir(parents=True)
    (nltk_stopwords / "german").write_text("der\n", encoding="utf-8")
    steps = StopWords("nltk:german").fit([]), StopWords("spacy:de").fit([])
    (nltk_stopwords / "german").unlink()
    stopwords._unload()
    monkeypatch.setitem(sys.modules, "spacy", None)
    for step in steps:
        assert left(step, "der hund") == [["hund"]]


def test_spacy_lists():
    from spacy.lang.de.stop_words import STOP_WORDS

    assert StopWords("spacy:de").fit([]).stop_words_ == STOP_WORDS
    assert left(StopWords("spacy:de"), "Der Hund und die Katze") == [["hund", "katze"]]


def test_without_spacy(monkeypatch):
    _spacy.blank.cache_clear()
    monkeypatch.setitem(sys.modules, "spacy", None)
    for step in (StopWords("spacy:de"), Tokenizer("spacy:de"), Lemmatizer("spacy", model="de_core_news_sm")):
        for method in (step.fit, step.transform):
            with pytest.raises(ImportError, match=r'pip install "textvec-kit\[spacy\]"'):
                method(["Der Hund"])


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        (
            "german",
            ValueError,
            "no stop list named 'german'. Pass 'english', 'nltk:'.*'nltk:german'.*or a list of words",
        ),
        ("the", ValueError, "no stop list named 'the'"),
        ("", ValueError, "no stop list named ''"),
        ("spacy:german", ValueError, "spaCy does not know the language 'german'. Its codes are .*, de, "),
        ("spacy:xx", ValueError, "spaCy has no stop words for the language 'xx'"),
        (None, TypeError, "or a list of words, but it is None"),
        (b"the", TypeError, "or a list of words, but it is b'the'"),
        (7, TypeError, "or a list of words, but it is 7"),
        (["the", 7], TypeError, "stop words must be strings, but 7 is of type int"),
        (["the", None], TypeError, "stop words must be strings, but None"),
        (iter(["the"]), TypeError, r"can be read only once. Put it into a list first"),
    ],
)
def test_bad_words(words, error, message):
    for method in (StopWords(words).fit, StopWords(words).transform):
        with pytest.raises(error, match=message):
            method(["the food"])


def test_one_string_is_refused():
    for method in (StopWords().fit, StopWords().transform):
        with pytest.raises(ValueError, match="Put a single document in a list"):
            method("the food")
