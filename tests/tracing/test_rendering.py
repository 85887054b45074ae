"""Traces in a terminal and in a notebook."""

import re
from html.parser import HTMLParser

import pytest
from rich.cells import cell_len
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from textvec import CountVectorizer, StopWords, TfidfVectorizer, Tokenizer, trace

TEXTS = ["good food", "The bad food", "great pizza"]
HOSTILE = "<i>x</i> \x1b[31m\u202e red\u0007 " + "long" * 100


@pytest.fixture(scope="module")
def traced():
    model = make_pipeline(Tokenizer(), StopWords(), TfidfVectorizer(), LogisticRegression())
    return trace(model.fit(TEXTS, [1, 0, 1]), ["The good wine", HOSTILE, ""])


def test_text(traced):
    lines = traced.to_text(color=False).splitlines()
    assert lines[0] == "3 texts through Tokenizer, StopWords, TfidfVectorizer, LogisticRegression"
    assert lines[2] == "text 1: The good wine"
    assert "   dropped: the (stop word (list 'english'))" in lines
    assert "   good  1 = 1 × (ln(4/2) + 1) / 1.693" in lines
    assert repr(traced) == "\n".join(lines)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_lines_fit(traced, width):
    """But for words that are longer than a line."""
    for line in traced.to_text(color=False, width=width).splitlines():
        assert cell_len(line) <= width or "long" in line or "Logistic" in line


def test_nothing_steers_the_terminal(traced):
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", traced.to_text(color=False))
    plain = re.sub(r"\x1b\[[\d;]+m", "", traced.to_text())
    assert plain == traced.to_text(color=False)


def test_html_is_a_piece_without_markup_of_the_texts(traced):
    tags = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            tags.add(tag)

    Reader().feed(traced._repr_html_())
    words = trace(make_pipeline(Tokenizer("whitespace"), CountVectorizer()).fit(TEXTS), [HOSTILE])
    assert "<i>x</i>" in words["Words"].items[0][0].text
    Reader().feed(words._repr_html_())
    assert tags == {*"b details div p summary table tbody td th tr".split()}  # noqa: SIM905
    assert "\x1b" not in traced._repr_html_()


def test_long_lists_end():
    texts = [" ".join(f"w{i}" for i in range(40))]
    shown = repr(trace(CountVectorizer().fit(texts), texts))
    assert "   and 25 more" in shown.splitlines()


def test_spaces_at_ends_are_seen():
    step = repr(trace(CountVectorizer(analyzer="char_wb", ngram_range=(2, 2)).fit(TEXTS), ["of"]))
    assert "␣o · of · f␣" in step
