"""Explanations for people: as text for a terminal, and as HTML that needs nothing but itself.

Texts and terms come from anywhere. Characters that would control a terminal, or that XML does not allow, are
replaced one by one before anything else, so that marks keep their positions; HTML is escaped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

from textvec._common import html_page
from textvec._common.html_table import Cell, html_table
from textvec._common.printable import printable
from textvec.explanation.highlights import Mark, as_text

# What fits on a screen at a glance; the rest of a table is one line, the rest of a long text is left out.
_MAX_CONTRIBUTIONS = 10  # lines of the table
_MAX_NAME_LENGTH = 70  # characters of a term in the table
_MAX_TEXT_LENGTH = 600  # characters of a long text
_CONTEXT_LENGTH = 50  # characters of a long text that are shown on either side of a mark
_MAX_NAME_BEFORE_DETAILS = 20  # characters of a term to which those of other lines are filled up
ANSI = {  # from weak to strong; black on colour is legible whatever the terminal's own colours are
    "plus": ["33", "4;33", "1;30;43"],
    "minus": ["36", "4;36", "1;30;46"],
}
_UNKNOWN = "2;9"  # dim and struck through
NAME_STYLE = "white-space:pre-wrap;overflow-wrap:anywhere"
"""Of the name of a term in a table of HTML: spaces stay, and a long one is broken."""
RGB = {"plus": "255,170,0", "minus": "60,120,255"}
_PAGE_STYLE = "body { max-width: 48em; margin: 2em auto; padding: 0 1em }"


class StyledText(NamedTuple):
    """A piece of a text and how strongly it is coloured.

    Its share is its contribution divided by that of the strongest mark: 0 for what is not marked. A mark that gave
    nothing is a word that the model does not know.
    """

    text: str
    share: float = 0.0
    contribution: float = 0.0
    unknown: bool = False


def clean(text: str) -> str:
    """Replace each character that controls a terminal, or that XML does not allow, by a space or by U+FFFD."""
    return printable(text, keep="\t\n")


def table(contributions: Sequence[Any]) -> list[tuple[str, str]]:
    """Return the first contributions as pairs of a number and what it belongs to; the rest, if there is one, as one."""
    shown = contributions[:_MAX_CONTRIBUTIONS]
    rows = [(f"{value:.4f}", " ~ ".join(map(in_short, names))) for *names, value in shown]
    if any(hasattr(each, "details") for each in shown):  # what numbers are made of, one below the other
        width = min(max(len(name) for _, name in rows), _MAX_NAME_BEFORE_DETAILS)
        rows = [(number, f"{name:<{width}}  {each.details}") for (number, name), each in zip(rows, shown, strict=True)]
    rest = contributions[_MAX_CONTRIBUTIONS:]
    if rest:
        rows.append((f"{sum(each[-1] for each in rest):.4f}", f"and {len(rest)} more"))
    return rows


def in_short(name: Any, length: int = _MAX_NAME_LENGTH) -> str:
    """Return a name on one line, and not all of one that is very long."""
    line = re.sub(r"\s", " ", clean(str(name)))
    return line if len(line) <= length else line[: length - 1] + "…"


def table_lines(contributions: Sequence[Any]) -> list[str]:
    """Return the table as lines of text."""
    rows = table(contributions)
    width = max((len(number) for number, _ in rows), default=0)
    return [f"  {number:>{width}}  {name}" for number, name in rows]


def to_text(explanation: Any, color: bool, full: bool) -> str:
    """Return an explanation as text, its words marked in colour or in brackets."""
    lines: list[str] = [f"{explanation.score:.4f}  {in_short(explanation.id)}"]
    for name, document, marks in _sides(explanation):
        shown = "".join(as_ansi(each, color) for each in styled_text(document, marks, full))
        lines.append(f"{name:<8}  {shown}")
    return "\n".join([*lines, *table_lines(explanation)])


def to_html(explanation: Any, full: bool) -> str:
    """Return an explanation as a piece of HTML, styled in itself."""
    lines = [f"<p><b>{explanation.score:.4f}</b>&#160; {escape(in_short(explanation.id))}</p>"]
    for name, document, marks in _sides(explanation):
        shown = "".join(map(as_html, styled_text(document, marks, full)))
        style = "margin:0 0 1em 1em;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate"
        lines.append(f'<div><b>{name}</b></div>\n<div dir="auto" style="{style}">{shown}</div>')
    rows = [(number, Cell(name, NAME_STYLE)) for number, name in table(explanation)]
    lines.append(html_table(("contribution", "term"), rows, texts={1}) if rows else "")
    return "\n".join(["<div>", *lines, "</div>"])


def to_page(explanation: Any, full: bool) -> str:
    """Return an explanation as a page of HTML that loads nothing."""
    return page(f"{explanation.score:.4f}  {in_short(explanation.id)}", to_html(explanation, full))


def page(title: str, body: str) -> str:
    """Return a piece of HTML as a page that loads nothing."""
    return html_page.page(title, f"<main>\n{body}\n</main>", style=_PAGE_STYLE)


def _sides(explanation: Any) -> Iterator[tuple[str, Any, list[Mark]]]:
    if explanation.query is not None:
        yield "query", explanation.query, explanation.query_marks
    if explanation.document is not None:
        yield "document", explanation.document, explanation.document_marks


def styled_text(document: Any, marks: list[Mark], full: bool) -> Iterator[StyledText]:
    """Cut a text where marks begin and end; of a long one, unless it is wanted in full, only what is around them."""
    text = clean(as_text(document))
    spans = [(0, len(text))]
    if not full:
        text = re.sub(r"\s", " ", text)
        if len(text) > _MAX_TEXT_LENGTH:
            spans = _around(text, marks)
    strongest = max((abs(mark.contribution) for mark in marks), default=0.0)
    for first, last in spans:
        if first:
            yield StyledText("… " if first == spans[0][0] else " … ")
        at = first
        for mark in marks:
            start, end = max(mark.start, first), min(mark.end, last)
            if start < end:
                yield StyledText(text[at:start])
                share = mark.contribution / strongest if strongest else 0.0
                yield StyledText(text[start:end], share, mark.contribution, not mark.contribution)
                at = end
        yield StyledText(text[at:last])
    if spans[-1][1] < len(text):
        yield StyledText(" …")


def _around(text: str, marks: list[Mark]) -> list[tuple[int, int]]:
    """Choose the parts of a text to show: around the strongest mark, then around others as long as there is room.

    Words that were not shown yet come before those that are repeated.
    """
    met: Counter[str] = Counter()
    ranks = []
    for mark in marks:
        word = text[mark.start : mark.end].casefold()
        ranks.append((met[word], -abs(mark.contribution), mark.start, mark))
        met[word] += 1
    chosen: list[tuple[int, int]] = []
    for *_, mark in sorted(ranks):
        chosen = _merged([*chosen, _widened(text, mark)])
        if sum(end - start for start, end in chosen) >= _MAX_TEXT_LENGTH - 2 * _CONTEXT_LENGTH:
            break
    return chosen or [_widened(text, Mark(0, _MAX_TEXT_LENGTH, 0.0))]


def _widened(text: str, mark: Mark) -> tuple[int, int]:
    """Return where what is around a mark begins and ends, between words if there are spaces."""
    first, last = max(mark.start - _CONTEXT_LENGTH, 0), min(mark.end + _CONTEXT_LENGTH, len(text))
    if first:
        first = text.find(" ", first, mark.start) + 1 or first
    if last < len(text):
        last = max(text.rfind(" ", mark.end, last), mark.end)
    return first, last


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged


def as_ansi(styled: StyledText, color: bool) -> str:
    """Return a piece of text in the colour of its mark, or in brackets; dim if it is not known."""
    if styled.unknown and color:
        return f"\x1b[{_UNKNOWN}m{styled.text}\x1b[0m"
    if not styled.share:
        return styled.text
    if not color:
        return f"[{styled.text}]"
    codes = ANSI["plus" if styled.share > 0 else "minus"]
    return f"\x1b[{codes[min(int(abs(styled.share) * 3), 2)]}m{styled.text}\x1b[0m"


def as_html(styled: StyledText) -> str:
    """Return a piece of text as HTML, marked as strongly as it gave."""
    if styled.unknown:
        style = "opacity:0.6;text-decoration:underline wavy"
        return f'<span style="{style}" title="not known to the model">{escape(styled.text)}</span>'
    if not styled.share:
        return escape(styled.text)
    rgb = RGB["plus" if styled.share > 0 else "minus"]
    style = f"background:rgba({rgb},{0.1 + 0.4 * abs(styled.share):.2f});color:inherit"
    if styled.share < 0:
        style += ";text-decoration:underline dotted"
    return f'<mark style="{style}" title="{styled.contribution:.4f}">{escape(styled.text)}</mark>'
