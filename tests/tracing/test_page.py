"""The page of a trace: its data say all that the trace says, are small, and are harmless."""

import json
import re

import pytest
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from textvec import (
    CountVectorizer,
    Phrases,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    TfidfWeighting,
    Tokenizer,
    trace,
)
from textvec.datasets import load_messages, load_reviews
from textvec.tracing import Item, Trace, TraceStep, Word
from textvec.tracing.formulas import shown
from textvec.tracing.page import compact, to_page

MAX_BYTES = 400_000  # of the page of 20 sentences, as it is promised
TEXTS = ["A free prize 🎉, call NOW: <b>win</b>", "running late", "?"]


@pytest.fixture(scope="module")
def traced():
    """A trace of TEXTS through a spam filter."""
    messages = load_messages()
    steps = [Tokenizer(), StopWords(), Stemmer(), TfidfVectorizer(ngram_range=(1, 2), min_df=2), LogisticRegression()]
    return trace(make_pipeline(*steps).fit(messages.data, messages.target), TEXTS, fitted_on=messages.data)


def small(*items, words=(), text="", results=()):
    """Return a trace of one text and one step."""
    return Trace("model", [text], [list(words)], [TraceStep("a", "A", "B", [], [list(items)], [list(results)])], 1)


def unpacked(packed, strings):
    """Return an item as it was packed, with its value as it is shown."""
    text, words, was, why, dropped, value, _, column, group = [*packed, *[0] * (9 - len(packed))]
    return (
        strings[text],
        tuple(words) if isinstance(words, list) else (words,),
        not dropped,
        strings[was] or None,
        strings[why],
        strings[value] or None,
        column - 1 if column else None,
        strings[group],
    )


def test_data_say_all_that_the_trace_says(traced):
    data = compact(traced)
    assert len(data["steps"]) == len(traced.steps)
    for told, step in zip(data["steps"], traced.steps, strict=True):
        assert (told["title"], told["about"]) == (step.title, step.about)
        for doc, of_text in enumerate(told["texts"]):
            found = [unpacked(packed, data["strings"]) for packed in of_text.get("items", [])]
            expected = [i._replace(value=None if i.value is None else shown(i.value)) for i in step.items[doc]]
            assert found == [tuple(item) for item in expected]
            assert of_text.get("results", []) == (step.results[doc] if step.results else [])
    assert [of_text.get("label") for of_text in data["steps"][-1]["texts"]] == list(traced.steps[-1].output)


def test_texts_are_cut_into_words_and_what_lies_between(traced):
    data = compact(traced)
    for text, words, of_text in zip(traced.texts, traced.words, data["texts"], strict=True):
        named = [data["strings"][number] for number in of_text["words"]]
        assert named == [word.text for word in words]
        assert "".join(p if isinstance(p, str) else named[p] for p in of_text["pieces"]) == text


def test_words_without_a_place_are_in_no_piece():
    data = compact(small(text="a b", words=[Word("x", None, None), Word("b", 2, 3)]))
    assert data["texts"] == [{"pieces": ["a ", 1], "words": [1, 2]}]


def test_values_are_those_of_the_terminal(traced):
    data = compact(traced)
    printed = str(traced)
    values = {
        packed[5] for step in data["steps"] for text in step["texts"] for packed in text.get("items", ()) if packed[5:]
    }
    assert len(values) > 10
    assert [data["strings"][v] for v in values if data["strings"][v] not in printed] == []


def test_bars_are_percents_of_the_longest():
    items = [
        Item("a", value=4.0),
        Item("b", value=-2.0),
        Item("c", value=1e-9),
        Item("d"),
        Item("e", value=float("nan")),
    ]
    packed = compact(small(*items))["steps"][0]["texts"][0]["items"]
    assert [each[6] if len(each) > 6 else 0 for each in packed] == [100, -50, 1, 0, 0]


def test_an_item_of_the_first_word_keeps_its_number():
    data = compact(small(Item("a", (0,)), Item("b", ()), Item("c", (0, 1)), text="a b"))
    assert [packed[1:] for packed in data["steps"][0]["texts"][0]["items"]] == [[0], [[]], [[0, 1]]]


def test_each_string_is_there_once(traced):
    strings = compact(traced)["strings"]
    assert strings[0] == ""
    assert len(set(strings)) == len(strings)


def test_what_steers_or_hides_is_replaced(tmp_path):
    hostile = "a\x1b[31m\u202eb\ud800"
    traced = small(Item(hostile, (0,)), text=hostile, words=[Word(hostile, 0, 8)], results=[hostile])
    page = traced.to_html()
    assert traced.to_html(tmp_path / "page.html") is None
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page
    assert not re.search("[\x1b\u202e\ud800]", page)


def test_without_javascript_there_are_the_plain_steps(traced):
    page = to_page(traced)
    plain = page.partition("<noscript>")[2].partition("</noscript>")[0]
    assert all(f"<b>{n}. {step.title}</b>" in plain for n, step in enumerate(traced.steps, 1))
    assert "&lt;b&gt;win&lt;/b&gt;" in plain
    assert "<b>win" not in page


def test_of_more_texts_the_page_says_how_many_there_were():
    page = to_page(trace(CountVectorizer().fit(["red wine"]), ["red wine"] * 1_000))
    assert "the first 20 of 1,000 texts" in page.partition("<main>")[0].partition("<h1>")[2]


@pytest.mark.filterwarnings("ignore:Stop words")
def test_twenty_sentences_through_ten_steps_are_small():
    reviews = load_reviews()
    steps = [Tokenizer(), StopWords(), Stemmer(), StopWords(["br"]), Phrases(min_count=3)]
    steps += [CountVectorizer(ngram_range=(1, 2)), TfidfWeighting(), SelectKBest(chi2, k=2_000), LogisticRegression()]
    model = make_pipeline(*steps).fit(reviews.data, reviews.target)
    # Sentences of 30 words, which are longer than those of the reviews of IMDb.
    words = " ".join(reviews.data).split()
    sentences = [" ".join(words[i : i + 30]) for i in range(0, 600, 30)]
    traced = trace(model, sentences, fitted_on=reviews.data)
    assert (len(traced), len(traced.texts)) == (10, 20)
    assert len(to_page(traced).encode()) < MAX_BYTES
    assert len(json.dumps(compact(traced))) < len(json.dumps(traced.to_dict())) / 3
