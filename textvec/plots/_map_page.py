"""A map as one page for a browser: points, texts and neighbours as compressed numbers, drawn on a plain canvas.

Tested in tests/plots/test_map_page.py and tests/browser/test_map.py.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from textvec._common.counted import counted
from textvec._common.html_page import asset, page
from textvec._common.printable import printable
from textvec.plots._palette import COLORS, OTHERS
from textvec.plots._points import Groups, Points

MAX_CHARS = 8_000_000
"""How many characters all texts of a page have together at the most. Compressed, as English, they take 4 MB."""
MIN_CHARS = 40
"""How many characters of each text are shown in any case, however many texts there are."""
STEPS = 65_535
"""How many steps the width and the height of a map have in a page: more than a screen has pixels, in two bytes."""

_BODY = """<header>
<h1>{title}</h1>
<p id="said" role="status" aria-live="polite">Unpacking.</p>
</header>
<div class="tools">
<label for="query">Search</label><input type="search" id="query" autocomplete="off" spellcheck="false"/>
<button type="button" id="lasso" aria-pressed="false">Lasso</button>
<button type="button" id="in" aria-label="Zoom in">+</button>
<button type="button" id="out" aria-label="Zoom out">&#8722;</button>
<button type="button" id="whole">Whole map</button>
<span id="choice" hidden><label for="coloring">Colours</label> <select id="coloring"></select></span>
</div>
<main>
<div id="stage">
<canvas id="points" aria-hidden="true"></canvas>
<canvas id="marks" tabindex="0" role="application" aria-label="{title}, as a map" aria-describedby="help"></canvas>
<div id="tip" hidden></div>
</div>
<aside aria-label="What the map shows">
<section id="groups" hidden><h2 id="legend">Groups</h2><ul id="names"></ul></section>
<section><h2 id="heading">Nothing chosen</h2>
<p id="how">Click a point, search, or draw a lasso around points.</p>
<p id="saving" hidden><button type="button" id="txt">Save as .txt</button>
<button type="button" id="csv">Save as .csv</button> <button type="button" id="none">Choose nothing</button></p>
<ol id="list"></ol><p id="more"></p></section>
<section><h2>Keys on the map</h2><p id="help">Arrows move it, + and &#8722; zoom, 0 shows all of it. Enter chooses the
point nearest to the cross in the middle, with its neighbours; S chooses all points in sight; Escape chooses
nothing.</p>{note}</section>
</aside>
</main>
"""


def rendered(shown: Points, groups: Sequence[Groups], title: str | None, max_chars: int | None) -> str:
    """Return the page of a map."""
    n = len(shown)
    if title is None:
        title = f"{n:,} {shown.kind if n > 1 else shown.kind[:-1]}"
    if max_chars is None:
        max_chars = max(MAX_CHARS // n, MIN_CHARS) if sum(map(len, shown.texts)) > MAX_CHARS else None
    elif max_chars < 1:
        raise ValueError(f"Map.to_html: max_chars must be 1 or more, or None, but it is {max_chars!r}.")
    texts = [_cut(printable(text), max_chars) for text in shown.texts]
    points = np.column_stack([shown.x, shown.y])
    low, high = points.min(axis=0), points.max(axis=0)
    spread = np.where(high > low, high - low, 1)
    scaled = np.where(high > low, (points - low) / spread, 0.5)
    neighbors = shown.neighbors
    blocks = [
        np.round(scaled * STEPS).astype("<u2").tobytes(),
        *(each.codes.astype("<u4").tobytes() for each in groups),
        np.where(neighbors < 0, n, neighbors).astype("<u2" if n <= STEPS else "<u4").tobytes(),
        "\0".join(texts).encode(),  # There is no NUL in what is printable.
    ]
    data: dict[str, Any] = {
        "n": n,
        "kind": shown.kind,
        "sizes": list(map(len, blocks)),
        "neighbors": neighbors.shape[1],
        "groups": [{"title": each.title, "names": each.names} for each in groups],
        "colors": [*COLORS, OTHERS],
        "axes": [],
        "packed": base64.b64encode(gzip.compress(b"".join(blocks), 9, mtime=0)).decode(),
    }
    if not isinstance(shown.projection, str):
        ranges = zip(shown.projection, low.tolist(), (low + spread * (high > low)).tolist(), strict=True)
        data["axes"] = [{"title": f"cosine with “{printable(text)}”", "range": range_} for text, *range_ in ranges]
    is_cut = any(map(len, shown.texts)) and any(
        len(text) > len(cut) for text, cut in zip(shown.texts, texts, strict=True)
    )
    note = f"<p>Texts are cut after {counted(max_chars or 0, 'character')}.</p>" if is_cut else ""
    body = _BODY.format(title=escape(title), note=note)
    style = asset(__package__, "map.css")
    script = "".join(asset(__package__, f"{name}.js") for name in ("map", "map_choosing", "map_pointer"))
    return page(title, body, style=style, script=script, data=data)


def _cut(text: str, max_chars: int | None) -> str:
    """Return a text, or its beginning and a sign that there is more."""
    return text if max_chars is None or len(text) <= max_chars else text[: max_chars - 1] + "…"
