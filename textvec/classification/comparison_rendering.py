"""A comparison as a table for a terminal of 80 columns, and as one for a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from textvec._common.counted import counted
from textvec._common.html_table import html_table
from textvec._common.printable import printable
from textvec.classification.significance import ALPHA

_WIDTH = 80  # columns of a terminal
_MIN_NAME = 8  # columns that a name of features or of a classifier keeps in a wide table; a longer one is cut
_UNITS = ("B", "kB", "MB", "GB", "TB")


def as_text(comparison: Any) -> str:
    """Return what `repr` shows: a line for each pair, then what is to be said about them."""
    table = _table(comparison)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    shown = list(range(len(widths)))
    hidden: list[str] = []
    while len(hidden) < len(comparison.scoring) - 1 and _total(widths, shown) > _WIDTH:
        hidden.insert(0, table[0][shown.pop(2 + len(comparison.scoring) - 1 - len(hidden))])
    while _total(widths, shown) > _WIDTH and max(widths[:2]) > _MIN_NAME:
        widths[widths.index(max(widths[:2]))] -= 1
    lines = [
        "  ".join(_cut(row[i], widths[i]) if i < 2 else row[i].rjust(widths[i]) for i in shown).rstrip()
        for row in table
    ]
    remarks = list(_remarks(comparison))
    if hidden:
        remarks.append(f"Not shown: {', '.join(hidden)}; to_dicts() has them.")
    wrapped = [line for remark in remarks for line in wrap(remark, _WIDTH, subsequent_indent="  ")]
    return "\n".join([f"Comparison({_about(comparison)})", *lines, *wrapped])


def _total(widths: list[int], shown: list[int]) -> int:
    return sum(widths[i] + 2 for i in shown) - 2


def as_html(comparison: Any) -> str:
    """Return a table as HTML."""
    head, *rows = _table(comparison)
    skipped = [
        [printable(cell) for cell in (pair.features, pair.classifier, f"skipped: {pair.reason}")]
        for pair in comparison.skipped
    ]
    remarks = [remark for remark in _remarks(comparison) if not remark.startswith("Skipped")]
    return html_table(head, [*rows, *skipped], caption=". ".join([_about(comparison), *remarks]), texts={0, 1})


def size(n_bytes: int | None) -> str:
    """Return a number of bytes with three digits and a unit.

    Examples
    --------
    >>> from textvec.classification.comparison_rendering import size
    >>> size(999), size(12_345), size(1_234_567_890), size(None)
    ('999 B', '12.3 kB', '1.23 GB', '-')
    """
    if n_bytes is None:
        return "-"
    value, unit = float(n_bytes), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    digits = 0 if unit == 0 or value >= 99.95 else 1 if value >= 9.995 else 2
    return f"{value:.{digits}f} {_UNITS[unit]}"


def _about(comparison: Any) -> str:
    n_folds = len(comparison.n_test)
    parts = counted(len(comparison), "pair"), counted(n_folds, "fold"), counted(comparison.n_documents, "document")
    return ", ".join([*parts, f"{comparison.seconds:.1f} s"])


def _table(comparison: Any) -> list[list[str]]:
    """Return the names of the columns, and a row for each pair."""
    _, *others = comparison.scoring
    head = ["features", "classifier", *map(printable, comparison.scoring), "fit s", "test s", "size", "p"]
    best, near = comparison.best, comparison.within_noise()
    rows = [head]
    for pair in comparison:
        p = "best" if pair is best else f"{comparison.p_value(pair):.3f}".replace("nan", "-")
        mark = "~" if pair in near and pair is not best else " "
        scores = [f"{pair.mean():.4f} ± {pair.std():.4f}".replace(" ± nan", "")]
        scores += [f"{pair.mean(name):.4f}" for name in others]
        times = [f"{pair.fit_time:.3f}", f"{pair.predict_time:.3f}"]
        rows.append([printable(pair.features), printable(pair.classifier), *scores, *times, size(pair.size), p + mark])
    return rows


def _remarks(comparison: Any) -> Iterator[str]:
    """Yield a line for each thing that the table does not say."""
    near = len(comparison.within_noise()) - 1
    if len(comparison.n_test) < 2:
        yield "One fold does not tell what is chance."
    elif len(comparison) > 1:
        yield (
            f"~ {counted(near, 'pair')} within the noise of the best (p of the corrected t-test >= {ALPHA})"
            if near
            else f"No other pair is within the noise of the best (p of the corrected t-test < {ALPHA})"
        )
    for reason in dict.fromkeys(pair.reason for pair in comparison.skipped):
        pairs = [f"{p.features} + {p.classifier}" for p in comparison.skipped if p.reason == reason]
        yield printable(f"Skipped {', '.join(pairs)}: {reason}")


def _cut(name: str, width: int) -> str:
    return name.ljust(width) if len(name) <= width else name[: width - 3] + "..."
