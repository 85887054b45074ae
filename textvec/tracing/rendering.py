"""Traces for people: as text for a terminal, and as a piece of HTML for a notebook.

Whatever comes from the texts is made harmless first: control characters are replaced, HTML is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from rich.cells import cell_len

from textvec._common.counted import counted
from textvec._common.printable import printable
from textvec.tracing.formulas import shown
from textvec.tracing.items import Item, TraceStep

_MAX_LINES = 15  # items with a value that are listed for a text; the data have all
_MAX_TEXT = 300  # characters of a text that are shown above its steps
_BOLD, _DIM, _OFF = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def headline(trace: Any) -> str:
    """Return what was traced, in a line."""
    texts = counted(len(trace.texts), "text")
    if trace.n_texts > len(trace.texts):
        texts = f"the first {len(trace.texts)} of {trace.n_texts:,} texts"
    return f"{texts} through {trace.model}"


def to_text(trace: Any, color: bool, width: int) -> str:
    """Return a trace as text of a number of columns."""
    several = len(trace.texts) > 1
    lines = [_styled(headline(trace), _BOLD, color), ""]
    for i, text in enumerate(trace.texts):
        lines += _wrapped(_in_short(text, _MAX_TEXT), width, f"text {i + 1}: " if several else "text: ")
    for number, step in enumerate(trace.steps, 1):
        lines += ["", _styled(f"{number}  {step.title}", _BOLD, color) + f"  ({origin(step)})"]
        for sentence in step.about:
            lines += [_styled(line, _DIM, color) for line in _wrapped(sentence, width, "   ")]
        for doc in range(len(trace.texts)):
            block = list(_block(step, doc, width - 3))
            if several and block:
                lines.append(f"   text {doc + 1}")
            lines += [f"   {line}".rstrip() for line in block]
    return "\n".join(lines)


def origin(step: TraceStep) -> str:
    """Return which step of the pipeline it is."""
    return step.kind if step.name == step.kind.lower() else f"{printable(step.name)}: {step.kind}"


def _block(step: TraceStep, doc: int, width: int) -> Iterator[str]:
    """Yield the lines about one text."""
    items = step.items[doc] if step.items else []
    kept = [item for item in items if item.kept]
    if any(item.value is not None for item in kept):
        yield from _valued(kept, width)
    elif kept:
        yield from _wrapped(" · ".join(map(_token, kept)), width, "")
    elif items:
        yield "nothing is left"
    by_reason: dict[str, list[str]] = {}
    for item in items:
        if not item.kept:
            by_reason.setdefault(item.why, []).append(_visible(item.text))
    for why, words in by_reason.items():
        yield from _wrapped(f"{', '.join(dict.fromkeys(words))} ({why})", width, "dropped: ")
    for line in step.results[doc] if step.results else []:
        yield from _wrapped(printable(line), width, "")


def _token(item: Item) -> str:
    return _visible(item.text if item.was is None else f"{item.was}→{item.text}")


def _visible(text: str) -> str:
    """Return a name with the spaces at its ends, as n-grams of characters have them, as a sign."""
    text = printable(text)
    start, end = len(text) - len(text.lstrip(" ")), len(text.rstrip(" "))
    return "␣" * start + text[start:end] + "␣" * (len(text) - end) if text.strip(" ") else "␣" * len(text)


def _valued(items: list[Item], width: int) -> Iterator[str]:
    names = [_visible(item.text) for item in items[:_MAX_LINES]]
    wide = min(max(map(cell_len, names), default=0), 24)
    numbers = ["" if item.value is None else shown(item.value) for item in items[:_MAX_LINES]]
    digits = max(map(len, numbers), default=0)
    group = ""
    for item, name, number in zip(items, names, numbers, strict=False):
        if item.group != group:
            group = item.group
            yield printable(group)
        space = " " * max(wide - cell_len(name), 0)
        formula = f" = {item.why}" if item.why and number and not item.why.startswith("column") else f"  {item.why}"
        line = f"{name}{space}  {number:>{digits}}{formula if item.why else ''}"
        yield from _wrapped(line, width, "", " " * (wide + 4))
    if len(items) > _MAX_LINES:
        yield f"and {len(items) - _MAX_LINES:,} more"


def _wrapped(text: str, width: int, first: str, further: str | None = None) -> list[str]:
    """Return text as lines of a number of columns, broken at spaces; further lines are indented as far as the first."""
    indent = " " * cell_len(first) if further is None else further
    lines, line, used = [], first, cell_len(first)
    is_empty = True
    for word in text.split(" "):
        taken = cell_len(word)
        if not is_empty and used + 1 + taken > width:
            lines.append(line.rstrip())
            line, used, is_empty = indent, cell_len(indent), True
        line, used = (line + word, used + taken) if is_empty else (f"{line} {word}", used + 1 + taken)
        is_empty = False
    return [*lines, line.rstrip()]


def _in_short(text: str, most: int) -> str:
    text = printable(" ".join(text.split()))
    return text if len(text) <= most else text[:most] + "…"


def _styled(text: str, style: str, color: bool) -> str:
    return f"{style}{text}{_OFF}" if color else text


def to_html(trace: Any) -> str:
    """Return a trace as a piece of HTML for a notebook: a table for each step, to be folded."""
    parts = [f"<p><b>{escape(headline(trace))}</b></p>"]
    parts += [f'<p dir="auto">{i + 1}. {escape(_in_short(text, _MAX_TEXT))}</p>' for i, text in enumerate(trace.texts)]
    for number, step in enumerate(trace.steps, 1):
        about = "".join(f"<div>{escape(printable(sentence))}</div>" for sentence in step.about)
        summary = f"<summary><b>{number}. {escape(step.title)}</b> ({escape(origin(step))})</summary>"
        parts.append(f"<details open>{summary}{about}{_table(step)}</details>")
    return f"<div>{''.join(parts)}</div>"


def _table(step: TraceStep) -> str:
    rows = []
    n = max(len(step.items), len(step.results))
    for doc in range(n):
        lines = "".join(f"<div>{escape(line)}</div>" for line in _block(step, doc, 10_000))
        rows.append(f'<tr><th scope="row">{doc + 1}</th><td dir="auto" style="text-align:left">{lines}</td></tr>')
    return f"<table><tbody>{''.join(rows)}</tbody></table>" if rows else ""
