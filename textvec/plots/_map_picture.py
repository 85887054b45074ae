"""A map as a picture of Matplotlib, with labels that do not overlap.

Tested in tests/plots/test_map_picture.py.
"""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any

import numpy as np

from textvec._common.optional import import_matplotlib, import_textalloc
from textvec._common.pictures import no_warnings_of_glyphs
from textvec._common.printable import printable
from textvec.plots._axes import axes_for, name_of
from textvec.plots._fonts import warn_of_missing
from textvec.plots._palette import COLORS, OTHERS
from textvec.plots._points import Groups, Points

MAX_LABEL_CHARS = 40
"""How many characters a label has; longer ones are cut."""
MAX_VECTOR_POINTS = 2_000
"""With more points an .svg or .pdf holds them as pixels: as shapes, they would take megabytes."""
MAX_LEGEND = 12
"""How many groups a legend lists; it says how many others there are."""


def draw(shown: Points, ax: Any, groups: Groups | None, max_labels: int) -> Any:
    """Return axes with the points of a map."""
    ax = axes_for("Map.plot", ax, (10, 7.5))
    textalloc = import_textalloc("Map.plot")
    n = len(shown)
    size = float(np.clip(20_000 / n, 2, 40))
    codes = np.zeros(n, np.int64) if groups is None else groups.codes
    # In an order that has nothing to do with that of the texts: of groups that are mixed none lies upon the others.
    order = np.random.default_rng(0).permutation(n)
    colors = np.array([*COLORS, OTHERS])[np.minimum(codes[order], len(COLORS))]
    ax.scatter(shown.x[order], shown.y[order], s=size, c=colors, linewidths=0, rasterized=n > MAX_VECTOR_POINTS)
    if isinstance(shown.projection, str):
        ax.set_xticks([])
        ax.set_yticks([])
        names = []
    else:
        names = [f"cosine with {printable(word)!r}" for word in shown.projection]
    legend = [] if groups is None else [name_of(name, MAX_LABEL_CHARS) for name in groups.names[:MAX_LEGEND]]
    texts, places = _labels(shown, groups, max_labels)
    warn_of_missing("Map.plot", [*texts, *legend, *names], stacklevel=4)
    for name, set_label in zip(names, (ax.set_xlabel, ax.set_ylabel), strict=False):
        set_label(name, parse_math=False)
    if legend:
        _add_legend(ax, groups, legend)
    if texts:
        effects = import_matplotlib("Map.plot", "patheffects")
        # It draws, so the limits have to be what they will be; a margin leaves room for labels beyond the last points.
        ax.margins(0.08)
        with no_warnings_of_glyphs(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="constrained_layout not applied")
            textalloc.allocate(
                ax,
                *places.T,
                texts,
                x_scatter=places[:, 0] if shown.kind == "words" else None,
                y_scatter=places[:, 1] if shown.kind == "words" else None,
                textsize=9,
                draw_all=False,
                linecolor="0.6",
                linewidth=0.6,
                parse_math=False,
                path_effects=[effects.withStroke(linewidth=2.5, foreground="white")],
            )
    return ax


def _labels(shown: Points, groups: Groups | None, max_labels: int) -> tuple[list[str], Any]:
    """Return what labels say and where they belong: words, or the names of groups of documents."""
    points = np.column_stack([shown.x, shown.y])
    if shown.kind == "words":
        return [name_of(text, MAX_LABEL_CHARS) for text in shown.texts[:max_labels]], points[:max_labels]
    if groups is None:
        return [], points[:0]
    filled = [code for code in np.unique(groups.codes).tolist() if code < len(COLORS)]
    middles = [np.median(points[groups.codes == code], axis=0) for code in filled]
    return [name_of(groups.names[code], MAX_LABEL_CHARS) for code in filled], np.reshape(middles, (-1, 2))


def _add_legend(ax: Any, groups: Any, names: list[str]) -> None:
    dot = partial(import_matplotlib("Map.plot", "lines").Line2D, [], [], marker="o", linestyle="")
    handles = [dot(color=COLORS[code] if code < len(COLORS) else OTHERS) for code in range(len(names))]
    n_others = len(groups.names) - len(names)
    if n_others:
        handles.append(dot(color=OTHERS))
        names = [*names, f"and {n_others} others"]
    legend = ax.legend(handles, names, title=groups.title, loc="best", fontsize=9)
    for text in legend.get_texts():
        text.set_parse_math(False)
