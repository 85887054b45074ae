"""Decisions for people: as text for a terminal, and as HTML that needs nothing but itself.

As in `rendering`, whose marks these are, whatever comes from outside is made harmless first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby, starmap
from typing import Any

from textvec._common.counted import counted
from textvec._common.html_table import Cell, html_table
from textvec.explanation.decision_parts import TermContribution, strongest
from textvec.explanation.highlights import Mark
from textvec.explanation.rendering import (
    ANSI,
    NAME_STYLE,
    RGB,
    StyledText,
    as_ansi,
    as_html,
    clean,
    in_short,
    page,
    styled_text,
)

MAX_REASONS = 7  # terms in each of the two tables, for and against; the rest of a table is one line
_MAX_UNKNOWN = 12  # words that are listed as unknown
_MAX_CLASSES = 4  # scores of classes that are shown, the highest first
_MAX_LABEL_WIDTH = 30  # columns of a terminal for the name of a class
_BAR = 20  # columns of the longest bar
_APPROXIMATE = "approximate: what the {score} loses when a word is left out"


def summary(decision: Any) -> str:
    """Return what `repr` says: the prediction, and the terms that spoke most."""
    predicted = decision.of(decision.label)
    terms = _reasons(decision, decision.label)
    facts = [repr(_label(decision.label)) if isinstance(decision.label, str) else _label(decision.label)]
    if predicted.probability is not None:
        facts.append(f"probability {predicted.probability:.4f}")
    if decision.exact:
        facts.append(f"{decision.score_name} {predicted.score:.4f}")
    facts.append(counted(len(terms), "term" if decision.exact else "word"))
    lines = [f"Decision({', '.join(facts)}){'' if decision.exact else ' approximate'}"]
    rows = [(f"{each.contribution:+.4f}", in_short(each.term)) for each in terms[:10]]
    if len(terms) > 10:
        rows.append((f"{sum(each.contribution for each in terms[10:]):+.4f}", f"and {len(terms) - 10} more"))
    if decision.exact:
        rows.append((f"{decision.intercept():+.4f}", "(intercept)"))
    wide = max((len(number) for number, _ in rows), default=0)
    return "\n".join([*lines, *(f"  {number:>{wide}}  {name}" for number, name in rows)])


def to_text(decision: Any, label: Any, color: bool, full: bool, width: int, most: int) -> str:
    """Return a decision as text of a number of columns."""
    lines = [_bold(_headline(decision), color), *_fold(_scores(decision), width, "  ")]
    shown = _wrapped(styled_text(decision.text, _marks(decision, label), full), color, width - 2)
    lines += ["", *(f"  {line}".rstrip() for line in shown)] if decision.text.strip() else ["", "  (no text)"]
    tables = list(_tables(decision, label, most))
    numbers = [f"{value:+.4f}" for _, rows in tables for value, _, _ in rows]
    wide = max(map(len, numbers), default=0)
    for title, rows in tables:
        lines += ["", *_fold(title, width)]
        for value, share, name in rows:
            bar = "█" * max(round(share * _BAR), 1) if share else ""
            filled = f"{bar:<{_BAR}}"
            if color and bar:
                filled = f"\x1b[{ANSI[_sign(value)][0]}m{bar}\x1b[0m" + " " * (_BAR - len(bar))
            lines.append(f"  {value:>+{wide}.4f}  {filled}  {fit(name, width - wide - _BAR - 6)}".rstrip())
    lines += [part for note in _notes(decision) for part in ["", *_fold(note, width)]]
    if decision.neighbours:
        lines += ["", "nearest texts"]
        room = max(_columns(_label(each.label)) for each in decision.neighbours)
        for each in decision.neighbours:
            row = f"  {each.distance:.4f}  {padded(_label(each.label), room)}  "
            lines.append(row + fit(_neighbour(each), width - _columns(row)))
    return "\n".join(lines)


def to_html(decision: Any, label: Any, full: bool, most: int) -> str:
    """Return a decision as a piece of HTML, styled in itself."""
    shown = "".join(map(as_html, styled_text(decision.text, _marks(decision, label), full)))
    style = "margin:1em 0;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate"
    lines = [
        f"<p><b>{escape(_headline(decision))}</b><br/>{escape(_scores(decision))}</p>",
        f'<div dir="auto" style="{style}">{shown}</div>',
    ]
    for title, rows in _tables(decision, label, most):
        lines.append(html_table(("contribution", "", "term"), starmap(_html_row, rows), caption=title, texts={1, 2}))
    lines += [f"<p>{escape(note)}</p>" for note in _notes(decision)]
    if decision.neighbours:
        nearest = ((f"{each.distance:.4f}", _label(each.label), _neighbour(each)) for each in decision.neighbours)
        lines.append(html_table(("distance", "label", "text"), nearest, caption="nearest texts", texts={1, 2}))
    return "\n".join(["<div>", *lines, "</div>"])


def page_of(decision: Any, label: Any, full: bool, most: int) -> str:
    """Return a decision as a page of HTML that loads nothing."""
    return page(_headline(decision), to_html(decision, label, full, most))


def _marks(decision: Any, label: Any) -> list[Mark]:
    """Return what is marked in the text: what gave something, and unknown words where nothing else is marked."""
    marks = decision.marks_of(label)
    unknown = [each for each in decision.unknown if not any(m.start < each.end and each.start < m.end for m in marks)]
    return sorted([*marks, *unknown])


def _html_row(value: float, share: float, name: str) -> tuple[str | Cell, ...]:
    """Return the cells of a term: a number, a bar, a name."""
    color, end = f"rgba({RGB[_sign(value)]},0.6)", f"{100 * share:.1f}%"
    bar = f"width:10em;background:linear-gradient(to right,{color} {end},transparent {end}) content-box"
    return f"{value:+.4f}", Cell("", bar), Cell(name, NAME_STYLE)


def _sign(value: float) -> str:
    """Return the name that the colours of `rendering` go by."""
    return "plus" if value > 0 else "minus"


def _label(label: Any) -> str:
    return fit(in_short(label), _MAX_LABEL_WIDTH)


def _headline(decision: Any) -> str:
    if decision.probability is None:
        return _label(decision.label)
    return f"{_label(decision.label)}  {decision.probability:.1%}"


def _scores(decision: Any) -> str:
    """Return the scores of the classes as one sentence, the highest first."""
    ranked = sorted(zip(decision._scores, map(_label, decision._labels), strict=True), key=lambda each: -each[0])
    parts = [f"{label} {score:.4f}" for score, label in ranked[:_MAX_CLASSES]]
    more = len(ranked) - len(parts)
    return f"{decision.score_name}: " + ", ".join(parts) + (f", and {more} more" if more else "")


def _reasons(decision: Any, label: Any) -> list[TermContribution]:
    return strongest(each for each in decision.reasons(label) if each.contribution)


def _tables(decision: Any, label: Any, most: int) -> Iterator[tuple[str, list[tuple[float, float, str]]]]:
    """Yield what speaks for a class, and what against it: title, and rows of value, share of the largest, and term."""
    reasons, intercept = _reasons(decision, label), decision.intercept(label)
    largest = abs(reasons[0].contribution) if reasons else 0.0
    name = _label(label)
    for speaks, sign in ((f"for {name}", 1), (f"against {name}", -1)):
        some = [each for each in reasons if each.contribution * sign > 0]
        first, rest = some[:most], some[most:]
        rows = [(each.contribution, abs(each.contribution) / largest, in_short(each.term)) for each in first]
        if rest:
            rows.append((sum(each.contribution for each in rest), 0.0, f"and {len(rest)} more"))
        if intercept and intercept * sign > 0:
            rows.append((intercept, 0.0, "(intercept: before any word)"))
        if rows:
            yield speaks, rows


def _notes(decision: Any) -> Iterator[str]:
    unknown = decision.unknown_words
    if unknown:
        more = f", and {len(unknown) - _MAX_UNKNOWN} more" if len(unknown) > _MAX_UNKNOWN else ""
        yield "not known to the model: " + ", ".join(in_short(each, 40) for each in unknown[:_MAX_UNKNOWN]) + more
    if not decision.exact:
        yield _APPROXIMATE.format(score=decision.score_name)


def _neighbour(neighbour: Any) -> str:
    return f"row {neighbour.row}" if neighbour.text is None else in_short(neighbour.text, 200)


def _bold(text: str, color: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if color else text


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for a wide character, none for one that combines."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fit(text: str, width: int) -> str:
    """Return as much of a text as a number of columns holds."""
    if _columns(text) <= width:
        return text
    while text and _columns(text) >= width:
        text = text[:-1]
    return text + "…"


def padded(text: str, width: int) -> str:
    """Return a text with spaces up to a number of columns."""
    return text + " " * (width - _columns(text))


def _fold(text: str, width: int, indent: str = "") -> list[str]:
    return [indent + line for line in _wrapped([StyledText(text)], False, width - len(indent))]


def _wrapped(parts: Any, color: bool, width: int) -> list[str]:
    """Return styled text as lines, broken at spaces. What is longer than a line is left to the terminal."""
    lines, line, used = [], "", 0
    pending, pending_used = "", 0  # the word that is not ended yet, with its colours
    for part in parts if color else _with_signs(parts):
        marked = bool(part.share or part.unknown)
        for atom in [part.text] if marked else _words_and_spaces(part.text):
            shown = as_ansi(part._replace(text=atom), color)
            taken = _columns(atom) + (2 if part.share and not color else 0)
            if not marked and atom in (" ", "\n"):
                if used + pending_used > width and line:
                    lines.append(line.rstrip(" "))
                    line, used = "", 0
                line, used = line + pending + atom, used + pending_used + 1
                pending, pending_used = "", 0
                if atom == "\n":
                    lines.append(line.rstrip(" \n"))
                    line, used = "", 0
            else:
                pending, pending_used = pending + shown, pending_used + taken
    if used + pending_used > width and line:
        lines.append(line.rstrip(" "))
        line = ""
    return [*lines, line + pending]


def _with_signs(parts: Iterable[StyledText]) -> Iterator[StyledText]:
    """Yield text to be marked by brackets: with a sign, and marks that touch each other as one."""
    for is_marked, some in groupby(parts, lambda part: bool(part.share)):
        if not is_marked:
            yield from some
            continue
        run = list(some)
        share = sum(part.share * len(part.text) for part in run)
        yield StyledText(("+" if share > 0 else "-") + "".join(part.text for part in run), share or 1.0)


def _words_and_spaces(text: str) -> Iterator[str]:
    """Yield the words of a text, and each white space as one space or the end of a line."""
    word = ""
    for character in clean(text):
        if character in " \t\n":
            if word:
                yield word
            yield "\n" if character == "\n" else " "
            word = ""
        else:
            word += character
    if word:
        yield word
