"""A comparison as a picture: the scores of all pairs, one beneath the other, and their times beside them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from textvec._common.optional import import_figure
from textvec._common.pictures import write_picture
from textvec._common.printable import printable

_INCHES_OF_A_ROW = 0.3  # 36 pairs make a picture of a page's height
_MAX_LINEAR_RATIO = 20  # If the longest time is more than so many of the shortest, bars of a linear axis vanish.


def drawn(comparison: Any, scoring: str, path: str | os.PathLike[str] | None) -> Any:
    """Return a figure, which is written to the path if there is one: a row for each pair, the best on top."""
    pairs = list(comparison)
    height = 1.2 + _INCHES_OF_A_ROW * len(pairs)
    figure = import_figure("Comparison.plot")(figsize=(8, height), layout="constrained")
    scores, times = figure.subplots(1, 2, sharey=True, width_ratios=(3, 1))
    rows = range(len(pairs))
    names = [printable(f"{pair.features} + {pair.classifier}") for pair in pairs]
    kinds = list(dict.fromkeys(pair.features for pair in pairs))
    colors = [f"C{kinds.index(pair.features)}" for pair in pairs]
    means = [pair.mean(scoring) for pair in pairs]
    if len(comparison.n_test) > 1:
        deviations = [pair.std(scoring) for pair in pairs]
        low, high = zip(*((m - d, m + d) for m, d in zip(means, deviations, strict=True)), strict=True)
        scores.hlines(rows, low, high, colors=colors, linewidth=1.5, alpha=0.6)
    scores.scatter(means, rows, c=colors, zorder=3)
    scores.set_yticks(rows, names, parse_math=False)
    scores.invert_yaxis()
    scores.set_xlabel(printable(scoring), parse_math=False)
    seconds = [pair.fit_time for pair in pairs]
    times.barh(rows, seconds, color=colors, height=0.5)
    times.set(xlabel="seconds to fit")
    if max(seconds) > _MAX_LINEAR_RATIO * min(seconds):
        times.set(xscale="log")
    else:
        times.locator_params(axis="x", nbins=3)  # more numbers than that would run into each other
    for axes in (scores, times):
        axes.grid(axis="x", alpha=0.3)
        axes.set_axisbelow(True)
    if path is not None:
        write_picture(figure, Path(path))
    return figure
