"""What a table shows of a text."""

import io

import pytest
from rich.console import Console

from textvec.cli.snippets import LINES, Snippet, one_line, word_pattern

WIDTH = 40


def shown(text, *words, width=WIDTH):
    file = io.StringIO()
    Console(file=file, width=width, color_system=None).print(Snippet(text, word_pattern(words)))
    return [line.rstrip() for line in file.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a needle in it", ["a needle in it"]),
        ("", [""]),
        ("word " * 100 + "needle in it", ["… word word word needle in it"]),
        ("/" * 100 + "needle in it", ["…needle in it"]),
        # the sentence with most of the words, and not the first with one
        (
            "A needle lies here. " + "Nothing is said. " * 5 + "The Needle is in hay!",
            ["…The Needle is in hay!"],
        ),
        (
            "No word of it. " * 20,
            ["No word of it. No word of it. No word of", "it. No word of it. No word of it. No …"],
        ),
    ],
)
def test_the_sentence_that_matches_is_shown(text, expected):
    assert shown(text, "needle", "hay") == expected


@pytest.mark.parametrize("text", ["one two three " * 50, "x" * 500, "\u672c\u5f53\u3002" * 100, "a\x1b[2J\n\tb " * 50])
@pytest.mark.parametrize("width", [1, 7, 40])
def test_a_snippet_has_as_much_as_fits(text, width):
    lines = shown(text, "two", width=width)
    assert len(lines) <= LINES
    assert "\x1b" not in "".join(lines)
    assert lines[-1].endswith("…")


def test_one_line():
    assert one_line("a\r\n\t b\x1b[0m \u202e") == "a b [0m \ufffd"
