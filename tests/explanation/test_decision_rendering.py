"""What is shown of decisions, of hostile texts as well."""

import re
import unicodedata
from html.parser import HTMLParser
from io import StringIO
from xml.etree import ElementTree

import pytest
import sklearn.feature_extraction.text as sk
from hypothesis import given, settings
from rich.console import Console
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from support import strategies
from support.decided import COLUMNS, TEXTS, fitted
from textvec import CountVectorizer, TfidfVectorizer
from textvec.explanation import explain

TERMINAL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
TEXT = "Free lunch, mum! Win a prize on Monday, blimey"
HOSTILE = [
    "free \x1b[31mprize\x1b[0m \x9b2J", "<script>alert('free')</script> & <b>prize</b>",
    "\u202efree prize", "", "   \n\t ", "blimey blargh", "free\r\nprize\n\n\nnow",
    "日本語 free " * 30, "f" * 500,
    "e\u0301" * 50,
]  # fmt: skip
TAGS = {*"html head meta title style body main div p b br mark span table caption thead tbody tr th td".split()}  # noqa: SIM905


class Page(HTMLParser):
    """What a page is made of, and would load."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def columns(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def check_shown(decision):
    """Check that what is shown is harmless, well-formed and, in full, all of the text."""
    page = decision.to_html(full=True)
    tree = ElementTree.fromstring(page)
    parsed = Page(page)
    assert parsed.tags <= TAGS
    assert parsed.attributes <= {"style", "title", "dir", "scope", "charset", "name", "content", "http-equiv", "lang"}
    assert "url(" not in page
    ElementTree.fromstring(decision._repr_html_())
    plain = decision.to_text(color=False)
    for shown in (page, plain, decision.to_text(color=False, full=True), repr(decision)):
        assert not TERMINAL.search(shown)
    assert not TERMINAL.search(re.sub(r"\x1b\[[\d;]+m", "", decision.to_text()))
    (shown,) = [div for div in tree.iter("div") if "dir" in div.attrib]
    shown = "".join(shown.itertext())
    assert len(shown) == len(decision.text)
    assert all(a == b or b.isspace() or a == "\ufffd" for a, b in zip(shown, decision.text, strict=True))


@pytest.fixture(scope="module", params=["linear", "characters", "forest", "neighbours"])
def model(request):
    features, classifier = {
        "linear": (TfidfVectorizer, LogisticRegression),
        "characters": (COLUMNS["words+char"], LogisticRegression),
        "forest": (CountVectorizer, lambda: RandomForestClassifier(3, random_state=0)),
        "neighbours": (TfidfVectorizer, lambda: KNeighborsClassifier(3)),
    }[request.param]
    return fitted(features, classifier)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_shown_harmlessly(model, text):
    check_shown(explain(model, text))


def test_lone_surrogates_are_shown_harmlessly_or_refused_by_the_vectorizer():
    text = "free \ud800 prize \udfff"
    check_shown(explain(fitted(sk.TfidfVectorizer, LogisticRegression), text))
    with pytest.raises(ValueError, match=r"^Document 0 holds the lone surrogate"):
        explain(BAYES, text)


@given(strategies.texts)
@settings(deadline=None, max_examples=30)
def test_any_text_is_shown_harmlessly(text):
    check_shown(explain(BAYES, text))


BAYES = fitted(CountVectorizer, MultinomialNB)


def test_hostile_labels_and_neighbours_are_shown_harmlessly():
    labels = ["\x1b[1m<i>spam</i>"] * 6 + ["日本" * 40] * 6
    model = make_pipeline(TfidfVectorizer(), KNeighborsClassifier(3)).fit(TEXTS, labels)
    decision = explain(model, TEXT, texts=["\x1b[31m<b>" + text for text in TEXTS])
    check_shown(decision)
    assert "<i>" not in decision.to_html()
    assert max(map(columns, decision.to_text(color=False).split("\n"))) <= 80


@pytest.mark.parametrize("width", [60, 80, 100])
def test_lines_fit_the_terminal(model, width):
    for text in (TEXT * 5, "日本語 free prize " * 20, "free"):
        for line in explain(model, text).to_text(color=False, width=width).split("\n"):
            assert columns(line) <= width
            assert line == line.rstrip()
        for line in explain(model, text).to_text(width=width).split("\n"):
            assert columns(re.sub(r"\x1b\[[\d;]+m", "", line)) <= width


def test_colours_and_brackets_tell_for_and_against():
    decision = explain(BAYES, TEXT)
    shown = decision.to_text(label="spam")
    assert re.search("\x1b\\[[^m]*(33|43)m" + "Free", shown)
    assert re.search("\x1b\\[[^m]*(36|46)m" + "lunch", shown)
    assert "\x1b[2;9mblimey" in shown
    plain = decision.to_text(label="spam", color=False)
    assert "[+Free] [-lunch], [-mum]! [+Win] a [+prize] [-on] [-Monday], blimey" in plain
    assert "not known to the model: blimey" in plain
    assert plain.index("for spam") < plain.index("against spam") < plain.index("not known")


def test_what_is_approximate_says_so():
    decision = explain(fitted(CountVectorizer, lambda: RandomForestClassifier(3, random_state=0)), TEXT)
    said = "approximate: what the probability loses when a word is left out"
    assert said in decision.to_text(color=False)
    assert said in decision.to_html()
    assert "approximate" in repr(decision)
    assert "approximate" not in explain(BAYES, TEXT).to_text(color=False)


def test_a_long_text_is_shown_around_its_words():
    text = "blah " * 400 + "free prize " + "blah " * 400
    decision = explain(fitted(TfidfVectorizer, LogisticRegression), text)
    assert len(decision.to_text(color=False)) < 3000 < len(decision.to_text(color=False, full=True))
    assert "[+free] [+prize]" in decision.to_text(color=False, label="spam")


def test_a_class_can_be_chosen():
    decision = explain(BAYES, TEXT)
    assert "for work" in decision.to_text(label="work", color=False)
    assert "for work" in decision.to_html(label="work")
    with pytest.raises(ValueError, match="'eggs' is none of the 3 classes"):
        decision.to_text(label="eggs")


def test_rich_prints_it():
    decision = explain(BAYES, TEXT)
    console = Console(width=100, color_system=None, record=True, file=StringIO())
    console.print(decision)
    assert "for spam" in console.export_text()
