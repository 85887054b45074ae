"""A trace as one page of HTML, in which a word can be followed through every step and back.

`page.js` draws it, and `page_following.js` follows what is chosen. Their data are small: each string is there once, and
an item is a short list of numbers. Values come as the terminal shows them. Without JavaScript there is what a notebook
shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

from textvec._common.html_page import asset, page
from textvec._common.printable import printable
from textvec.tracing.formulas import shown
from textvec.tracing.items import Item, TraceStep, Word
from textvec.tracing.rendering import headline, origin, to_html

# What the values of a step are called, by its title; of any other step they are values.
_VALUES = {
    "Counts": "count",
    "Weights": "weight",
    "Sequence": "number",
    "Average of word vectors": "share",
    "Decision": "contribution",
    "Search": "gives",
}
_DECIDED = "Decision: "  # begins the result that names the label which contributions are for

_BODY = """<a class="skip" href="#steps">Skip to the steps</a>
<header><h1>Trace</h1>
<p class="quiet">{headline}</p>
<noscript><p>Following a word takes JavaScript, which is off. These are the steps one below the other.</p>
{plain}
</noscript>
</header>
<main><div id="steps" tabindex="-1"></div></main>
"""


def to_page(trace: Any) -> str:
    """Return a page of HTML that shows a trace.

    Parameters
    ----------
    trace : Trace

    Returns
    -------
    page : str
        The whole document.
    """
    said = escape(headline(trace))
    return page(
        f"Trace: {headline(trace)}",
        _BODY.format(headline=said, plain=to_html(trace)),
        style=asset(__package__, "page.css"),
        script=asset(__package__, "page.js") + asset(__package__, "page_following.js"),
        data=compact(trace),
    )


def compact(trace: Any) -> dict[str, Any]:
    """Return the data of a page.

    Parameters
    ----------
    trace : Trace

    Returns
    -------
    data : dict
        "strings", of which the first is empty, so that 0 stands for nothing; "texts", for each its "pieces" (a word's
        number, or the characters between words) and the strings of its "words"; "steps", each with "title", "origin",
        "about", the name of its "value", and for each text its "items", "results", and the "label" they are for.
    """
    strings = _Strings()
    texts = [
        {"pieces": _pieces(text, words), "words": [strings.number(word.text) for word in words]}
        for text, words in zip(trace.texts, trace.words or [[]] * len(trace.texts), strict=True)
    ]
    steps = [_step(step, len(trace.texts), strings) for step in trace.steps]
    return {"strings": strings.listed, "texts": texts, "steps": steps}


class _Strings:
    """Strings by their numbers, each once, as they may be shown."""

    def __init__(self) -> None:
        self.listed = [""]
        self._numbers = {"": 0}

    def number(self, string: str) -> int:
        string = printable(string)
        number = self._numbers.setdefault(string, len(self.listed))
        if number == len(self.listed):
            self.listed.append(string)
        return number


def _pieces(text: str, words: Sequence[Word]) -> list[int | str]:
    """Cut a text into its words, by their numbers, and what lies between; words without a place are in none."""
    pieces: list[int | str] = []
    at = 0
    for i, word in enumerate(words):
        if word.start is None or word.end is None or word.start < at:
            continue
        if word.start > at:
            pieces.append(printable(text[at : word.start], keep="\n"))
        pieces.append(i)
        at = word.end
    return [*pieces, printable(text[at:], keep="\n")] if at < len(text) else pieces


def _step(step: TraceStep, n_texts: int, strings: _Strings) -> dict[str, Any]:
    of_texts = []
    for doc in range(n_texts):
        items = step.items[doc] if step.items else []
        results = [printable(line) for line in step.results[doc]] if step.results else []
        said: dict[str, Any] = {"items": _items(items, strings), "results": results}
        if results and results[0].startswith(_DECIDED):
            said["label"] = results[0].removeprefix(_DECIDED)
        of_texts.append({name: part for name, part in said.items() if part})
    return {
        "title": step.title,
        "origin": origin(step),
        "about": [printable(sentence) for sentence in step.about],
        "value": _VALUES.get(step.title, "value"),
        "texts": of_texts,
    }


def _items(items: Sequence[Item], strings: _Strings) -> list[list[Any]]:
    """Return items as [text, words, was, why, dropped, value, bar, column + 1, group], without zeros at the end.

    Words are one number where there is one; bars are percents of the longest.
    """
    sizes = [abs(item.value) for item in items if item.value is not None and math.isfinite(item.value)]
    longest = max(sizes, default=0)
    packed = []
    for item in items:
        words = item.words[0] if len(item.words) == 1 else list(item.words)
        value = 0 if item.value is None else strings.number(shown(item.value))
        bar = 0
        if item.value and longest and math.isfinite(item.value):
            bar = max(round(100 * abs(item.value) / longest), 1) * (1 if item.value > 0 else -1)
        fields = [
            strings.number(item.text),
            words,
            strings.number(item.was or ""),
            strings.number(item.why),
            int(not item.kept),
            value,
            bar,
            0 if item.column is None else item.column + 1,
            strings.number(item.group),
        ]
        while len(fields) > 2 and not fields[-1]:
            fields.pop()
        packed.append(fields)
    return packed
