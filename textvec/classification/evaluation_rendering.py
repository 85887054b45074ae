"""An evaluation as tables for a terminal of 80 columns, and as ones for a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textvec._common.counted import counted
from textvec._common.html_table import and_more, html_table
from textvec._common.printable import printable

_WIDTH = 80  # columns of a terminal; a wider matrix is a list of confusions
_MAX_CLASSES = 30  # classes with a line of their own; of more, the table would fill several screens
_MAX_CONFUSIONS = 10  # pairs of classes in the list of confusions
_MAX_NAME = 30  # characters of the name of a class; a longer one is cut
_CORNER = "true \\ predicted"

Rows = list[list[str]]


def as_text(evaluation: Any) -> str:
    """Return what `repr` shows: the figures of each class and their means, then which classes were confused."""
    scores, confused = _scores(evaluation), _matrix(evaluation)
    if max(map(len, _lines(confused))) > _WIDTH:
        confused = _confusions(evaluation)
    lines = [f"Evaluation({_about(evaluation)})", *_lines(scores)]
    if len(evaluation) > _MAX_CLASSES:
        lines.append(f"Not shown: {counted(len(evaluation) - _MAX_CLASSES, 'more class', 'more classes')}.")
    return "\n".join([*lines, "", *_lines(confused)] if len(confused) > 1 else lines)


def as_html(evaluation: Any) -> str:
    """Return both tables as HTML."""
    many = len(evaluation) > _MAX_CLASSES
    head, *rows = _scores(evaluation)
    rest = and_more(len(evaluation) - _MAX_CLASSES, "class", "classes")
    scores = html_table(head, rows, caption=_about(evaluation), texts={0}, row_heads=True, rest=rest)
    head, *rows = _confusions(evaluation) if many else _matrix(evaluation)
    return scores + html_table(head, rows, texts={0, 1} if many else {0}, row_heads=not many)


def _about(evaluation: Any) -> str:
    n_texts, n_classes = counted(evaluation.n_texts, "text"), counted(len(evaluation), "class", "classes")
    return f"{n_texts}, {n_classes}, accuracy {evaluation.accuracy:.4f}"


def _scores(evaluation: Any) -> Rows:
    means = [("macro avg", evaluation.macro_average), ("weighted avg", evaluation.weighted_average)]
    named = [(_name(each.label), each) for each in evaluation[:_MAX_CLASSES]] + (means if len(evaluation) else [])
    head = ["class", "precision", "recall", "f1", "support"]
    return [head, *([name, *(f"{x:.4f}" for x in each[1:4]), f"{each.support:,}"] for name, each in named)]


def _matrix(evaluation: Any) -> Rows:
    names = [_name(label) for label in evaluation.labels]
    counts = evaluation.confusion.tolist()
    return [
        [_CORNER, *names],
        *([name, *(f"{n:,}" for n in row)] for name, row in zip(names, counts, strict=True)),
    ]


def _confusions(evaluation: Any) -> Rows:
    most = evaluation.confusions()[:_MAX_CONFUSIONS]
    return [
        ["most confused: true", "predicted", "texts"],
        *([_name(each.label), _name(each.predicted), f"{each.n_texts:,}"] for each in most),
    ]


def _name(label: Any) -> str:
    name = printable(str(label))
    return name if len(name) <= _MAX_NAME else f"{name[: _MAX_NAME - 1]}…"


def _lines(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
