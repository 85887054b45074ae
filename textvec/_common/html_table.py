"""Tables of HTML, as notebooks show results: all text is escaped, colours are those of the notebook, nothing is loaded.

A screen reader tells which head a cell belongs to: each head says whether it is that of a column or of a row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape
from typing import NamedTuple

from textvec._common.counted import counted
from textvec._common.printable import printable

_TEXT_STYLE = "text-align:left"  # notebooks align cells to the right, which suits numbers


class Cell(NamedTuple):
    """A cell that is more than its text.

    Attributes
    ----------
    text : str
        What it shows.
    style : str
        CSS, which is written as it is: it never holds anything of a user's.
    title : str
        What it shows where the mouse rests on it; nothing if empty.
    """

    text: str
    style: str = ""
    title: str = ""


def html_table(
    head: Sequence[str],
    rows: Iterable[Sequence[str | Cell]],
    *,
    caption: str = "",
    texts: Collection[int] = (),
    row_heads: bool = False,
    rest: str = "",
) -> str:
    """Return a table as HTML.

    Parameters
    ----------
    head : sequence of str
        The heads of the columns; none are shown if it is empty.
    rows : iterable of sequences of str or Cell
        The cells of each row.
    caption : str, default=""
        What the table is; nothing is shown if it is empty.
    texts : collection of int, default=()
        The columns of text, which are aligned to the left, or to the right where the text is written from there.
    row_heads : bool, default=False
        Whether the first cell of each row is its head.
    rest : str, default=""
        What the last line says of rows that are left out, such as "and 990 more documents".

    Returns
    -------
    str

    Examples
    --------
    >>> from textvec._common.html_table import html_table
    >>> html_table(["word"], [["<b>"]])
    '<table><thead><tr><th scope="col">word</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
    """
    parts = [f'<caption style="{_TEXT_STYLE}">{_shown(caption)}</caption>'] if caption else []
    if head:
        heads = "".join(_cell("th", name, column in texts, ' scope="col"') for column, name in enumerate(head))
        parts.append(f"<thead><tr>{heads}</tr></thead>")
    width, body = len(head), []
    for row in rows:
        cells = [
            _cell("th", cell, column in texts, ' scope="row"')
            if row_heads and not column
            else _cell("td", cell, column in texts)
            for column, cell in enumerate(row)
        ]
        width = max(width, len(cells))
        body.append(f"<tr>{''.join(cells)}</tr>")
    if rest:
        body.append(f'<tr><td colspan="{width}" style="{_TEXT_STYLE}">{_shown(rest)}</td></tr>')
    return f"<table>{''.join(parts)}<tbody>{''.join(body)}</tbody></table>"


def and_more(n: int, one: str, many: str | None = None) -> str:
    """Return what `rest` says of n things that are left out: nothing if there are none.

    Examples
    --------
    >>> from textvec._common.html_table import and_more
    >>> and_more(990, "document"), and_more(1, "query", "queries"), and_more(0, "document")
    ('and 990 more documents', 'and 1 more query', '')
    """
    return "and " + counted(n, f"more {one}", many and f"more {many}") if n > 0 else ""


def _cell(tag: str, cell: str | Cell, is_text: bool, scope: str = "") -> str:
    text, style, title = cell if isinstance(cell, Cell) else Cell(cell)
    styles = ";".join(filter(None, [_TEXT_STYLE if is_text else "", style]))
    attributes = scope + (' dir="auto"' if is_text else "")
    attributes += f' style="{styles}"' if styles else ""
    attributes += f' title="{_shown(title)}"' if title else ""
    return f"<{tag}{attributes}>{_shown(text)}</{tag}>"


def _shown(text: str) -> str:
    return escape(printable(text))
