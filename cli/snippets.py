"""What a table shows of a text: from the sentence that matches best on, two lines of it.

Tested in tests/cli/test_snippets.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from textvec._common.printable import printable

LINES = 2  # of a text in a table. With those about its source and its terms, ten hits fill a screen.
_CHARACTERS_BEFORE = 16  # the most that is shown before a match that stands further in


def one_line(text: str) -> str:
    """Collapse white space and control characters, and replace what else must not be shown."""
    return printable(" ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text).split()))


def word_pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds some words in a text."""
    words = list(words)
    return re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words), re.IGNORECASE) if words else None


class Snippet:
    """A text in a cell of a table: from the sentence with most of the words, which are highlighted."""

    def __init__(self, text: str, words: re.Pattern[str] | None) -> None:
        self.text = one_line(text)
        self.words = words

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        """Yield lines, which are as wide as the cell."""
        from rich.text import Text

        text = Text(_from_best_match(self.text, self.words, LINES * options.max_width))
        if self.words:
            text.highlight_regex(self.words, "bold yellow")
        lines = text.wrap(console, options.max_width)
        yield from lines[: LINES - 1]
        if lines[LINES - 1 :]:
            last = lines[LINES - 1]
            if lines[LINES:]:  # a sign that the text goes on
                last.rstrip()
                last.append(" …")
            last.truncate(options.max_width, overflow="ellipsis")
            yield last


def _from_best_match(text: str, words: re.Pattern[str] | None, room: int) -> str:
    """Return a text from the sentence on that holds most of the words, or from shortly before the first of them."""
    if words is None or len(text) <= room:
        return text
    from textvec.preprocessing._sentences import sentences

    spans = sentences(text)
    n_words = [len({found[0].lower() for found in words.finditer(text, *span)}) for span in spans]
    best = spans[n_words.index(max(n_words))]
    found = words.search(text, *best)
    if found is None:
        return text
    start = best[0]
    if found.start() - start > room * 3 // 4:  # far into a long sentence
        space = text.find(" ", found.start() - _CHARACTERS_BEFORE, found.start())
        start = space if space >= 0 else found.start()
    return f"…{text[start:]}" if start else text
