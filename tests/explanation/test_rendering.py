"""What is shown of explanations, of hostile text as well."""

import re
import warnings
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from rich.console import Console

from support import strategies
from support.explained import SPARSE, vectors_of
from textvec import (
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    OneHotVectorizer,
    TfidfVectorizer,
    WordVectors,
)

TERMINAL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Page(HTMLParser):
    """What a page is made of, and would load."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.loads = set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.loads += [
            name for name, _ in attrs if name not in ("style", "title", "dir", "scope", "charset", "name", "content")
        ]


def check_shown(explanation):
    """Check that what is shown is harmless, well-formed and, in full, all of the text."""
    page = explanation.to_html(full=True)
    tree = ElementTree.fromstring(page)
    parsed = Page(page)
    assert parsed.tags <= {*"html head meta title style body main div p b mark table thead tbody tr th td".split()}  # noqa: SIM905
    assert set(parsed.loads) == {"http-equiv", "lang"}
    assert "url(" not in page
    ElementTree.fromstring(explanation._repr_html_())
    for text in (
        page,
        explanation.to_text(color=False, full=True),
        explanation.to_text(color=False),
        repr(explanation),
    ):
        assert not TERMINAL.search(text)
    assert not TERMINAL.search(re.sub(r"\x1b\[[\d;]+m", "", explanation.to_text()))
    shown = ["".join(div.itertext()) for div in tree.iter("div") if "dir" in div.attrib]
    for text, side in zip(shown, (explanation.query, explanation.document), strict=True):
        assert len(text) == len(side)
        assert all(a == b or b.isspace() or a == "\ufffd" for a, b in zip(text, side, strict=True))


@pytest.mark.parametrize("encoder", ["words", "char", "vectors"])
def test_hostile_text_is_shown_and_does_nothing(hostile, encoder):
    encoder = SPARSE[encoder]() if encoder in SPARSE else EmbeddingVectorizer(vectors_of(hostile))
    extra = [
        "<script>alert('x')</script> & <b onclick=\"x\">bold</b> ]]> &amp; <!-- -->",
        "\x1b[31mred\x1b[0m \x1b]0;title\x07 bell \x9b2J gone",
        "left \u202eright\u202c \u2067עברית\u2069",
        "{title} %s \\ <style>body{display:none}</style>",
    ]
    texts = [*hostile, *extra]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of documents without known words
        index = CosineIndex(encoder).fit(texts, ids=[f"{i}<&\x1b\n" for i in range(len(texts))])
        for i, text in enumerate(texts):
            if len(text) < 3000:
                check_shown(index.explain(text, f"{i}<&\x1b\n"))


@given(strategies.texts, strategies.texts)
@settings(deadline=None, max_examples=25)
def test_any_text_is_shown(query, document):
    check_shown(CosineIndex(HashingVectorizer(ngram_range=(1, 2))).fit([document]).explain(query, 0))


def test_terms_are_escaped():
    encoder = CountVectorizer(tokenizer=str.split, token_pattern=None, lowercase=False)
    explanation = CosineIndex(encoder).fit(["<img/src=x> \x1b[31m"]).explain("<img/src=x> \x1b[31m", 0)
    assert "<img" not in explanation.to_html()
    assert "&lt;img/src=x&gt;" in explanation.to_html()
    assert "\x1b" not in repr(explanation)


LONG = " ".join(f"filler{i}" for i in range(500))


def test_of_a_long_text_what_is_around_marks_is_shown():
    document = f"{LONG} a needle {LONG} the needle and a pin {LONG}"
    explanation = CosineIndex().fit([document]).explain("needle pin", 0)
    shown = explanation.to_text(color=False).split("\n")[2]
    assert len(shown) < 800
    assert shown.count("[needle]") == 2
    assert "the [needle] and a [pin] filler0" in shown
    assert shown.startswith("document  … ")
    assert shown.endswith(" …")
    assert " … " in shown[12:-3]
    words = set(re.findall(r"\w+", document))
    assert set(re.findall(r"\w+", shown)) - {"document"} <= words, "a word was cut"
    assert len(explanation.to_text(full=True)) > len(document)
    assert len(explanation.to_html(full=True)) > len(document) > len(explanation.to_html())


def test_each_marked_word_is_shown_before_any_twice():
    document = " ".join([*[f"{LONG} common"] * 30, f"{LONG} rare {LONG} scarce {LONG} sole"])
    index = CosineIndex(TfidfVectorizer(sublinear_tf=True)).fit([document, "common", "common thing"])
    explanation = index.explain("common rare scarce sole", 0)
    assert explanation[0].term == "common"
    shown = explanation.to_text(color=False).split("\n")[2]
    assert [shown.count(f"[{word}]") for word in ("rare", "scarce", "sole")] == [1, 1, 1]
    assert shown.count("[common]") > 1


def test_the_strongest_marks_are_shown_first():
    weak = [f"weak{i}" for i in range(20)]
    document = " ".join(f"{LONG} {word}" for word in [*weak, *["strong"] * 9])
    explanation = CosineIndex(CountVectorizer()).fit([document]).explain(" ".join([*weak, "strong"]), 0)
    assert explanation[0].term == "strong"
    assert "[strong]" in explanation.to_text(color=False).split("\n")[2]


def test_a_long_text_without_marks_is_shown_from_its_beginning():
    shown = CosineIndex().fit([LONG]).explain("needle", 0).to_text().split("\n")[2]
    assert shown.startswith("document  filler0 filler1")
    assert shown.endswith(" …")
    assert len(shown) < 800


def test_colour_grows_with_the_contribution_and_tells_the_sign():
    vectors = WordVectors(["aa", "bb", "cc"], [[1, 0.0], [0.5, 0], [-0.2, 0.1]])
    explanation = CosineIndex(EmbeddingVectorizer(vectors)).fit(["aa bb cc dd"]).explain("aa", 0)
    line = explanation.to_text().split("\n")[2]
    assert line == "document  \x1b[1;30;43maa\x1b[0m \x1b[4;33mbb\x1b[0m \x1b[36mcc\x1b[0m dd"
    opacity = re.findall(r"rgba\((\S+?),(0\.\d\d)\)", explanation.to_html())
    assert opacity == [("255,170,0", "0.50")] * 2 + [("255,170,0", "0.30"), ("60,120,255", "0.18")]
    titles = [float(number) for number in re.findall(r'title="(\S+)"', explanation.to_html())]
    assert titles[1:] == [round(mark.contribution, 4) for mark in explanation.document_marks]


def test_table_adds_up():
    words = [f"word{i:02}" for i in range(30)]
    explanation = CosineIndex(OneHotVectorizer()).fit([" ".join(words)]).explain(" ".join(words), 0)
    lines = repr(explanation).split("\n")
    assert lines[0] == "Explanation(score 1.0000, 30 terms)"
    assert lines[1] == "  0.0333  word00"
    assert lines[11:] == ["  0.6667  and 20 more"]


def test_rich_prints_it_in_colour_where_there_is_any():
    explanation = CosineIndex().fit(["[bold]good[/bold] food"]).explain("good", 0)
    for settings_, expected in (
        ({"force_terminal": True, "color_system": "standard"}, explanation.to_text()),
        ({"color_system": None}, re.sub(r"\x1b\[[\d;]+m", "", explanation.to_text())),
    ):
        console = Console(width=200, **settings_)
        with console.capture() as capture:
            console.print(explanation)
        assert capture.get() == expected + "\n"
