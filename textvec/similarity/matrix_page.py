"""A matrix of similarities as a page of HTML: a table that is coloured as a heat map, and the most similar pairs.

It is a table to a screen reader as well: each row and column has a header, and the numbers are there, not colours only.
"""

from __future__ import annotations

from html import escape
from typing import Any

from textvec._common.counted import counted
from textvec._common.html_page import asset, page
from textvec._common.printable import printable
from textvec._common.records import snippet

# A table of so many rows and columns is a page of a megabyte, which Chromium opens in one or two seconds.
MAX_TEXTS = 200
_MAX_PAIRS = 10
_MAX_CHARACTERS = 120  # of a text; the style cuts it further where there is less room
_LEVELS = 10  # of colours above zero, and as many below, as the style has them


def matrix_page(matrix: Any, title: str) -> str:
    """Return the page of a `SimilarityMatrix`, see its `to_html`."""
    n = min(len(matrix), MAX_TEXTS)
    texts = [_shown(text) for text in matrix.texts[:n]]
    rows = "\n".join(
        f'<tr><th scope="row"><span class="number">{i + 1}</span> <span class="text" dir="auto">{texts[i]}</span></th>'
        f"{''.join(map(_cell, matrix.scores[i, :n].tolist()))}</tr>"
        for i in range(n)
    )
    heads = "".join(f'<th scope="col" title="{texts[i]}">{i + 1}</th>' for i in range(n))
    first = f"The first {n:,} of " if n < len(matrix) else ""
    what = f"{first}{counted(len(matrix), 'text')}, each with each: their similarity in percent."
    body = f"""<main>
<h1>{escape(title)}</h1>
<div class="scroll" role="region" aria-labelledby="what" tabindex="0">
<table class="matrix">
<caption id="what"><span>{what}</span></caption>
<thead><tr><th scope="col">Text</th>{heads}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
{_pairs(matrix)}{_without_words(matrix)}</main>"""
    return page(title, body, style=asset(__package__, "matrix_page.css"))


def _pairs(matrix: Any) -> str:
    pairs = matrix.pairs(_MAX_PAIRS)
    if not pairs:
        return "<p>No two texts have anything in common.</p>\n"
    cells = (
        (_cell(pair.score), _numbered(pair.first, pair.first_text), _numbered(pair.second, pair.second_text))
        for pair in pairs
    )
    rows = "\n".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    return f"""<h2 id="pairs">The most similar pairs</h2>
<div class="scroll" role="region" aria-labelledby="pairs" tabindex="0">
<table class="pairs">
<thead><tr><th scope="col">Percent</th><th scope="col">Text</th><th scope="col">is like</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
"""


def _without_words(matrix: Any) -> str:
    """Say which texts have vectors of zeros, whose rows are zero for that reason."""
    empty = [i + 1 for i, score in enumerate(matrix.scores.diagonal().tolist()) if not score]
    if not empty:
        return ""
    listed = ", ".join(map(str, empty[:10])) + (", …" if len(empty) > 10 else "")
    say = "text has no known word, and is" if len(empty) == 1 else "texts have no known word, and are"
    return f"<p>{len(empty):,} {say} like nothing: {listed}.</p>\n"


def _numbered(place: int, text: str) -> str:
    return f'<td><span class="number">{place + 1}</span> <span class="text" dir="auto">{_shown(text)}</span></td>'


def _cell(score: float) -> str:
    level = round(abs(score) * _LEVELS)
    return f'<td class="{"l" if score > 0 or not level else "m"}{level}">{100 * score:z.0f}</td>'


def _shown(text: str) -> str:
    return escape(printable(snippet(text, _MAX_CHARACTERS))) or "(no text)"
