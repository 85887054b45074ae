"""A comparison of features and classifiers as a picture: a row for each pair, one figure of it."""

from __future__ import annotations

import math
from typing import Any

from textvec._common.printable import printable
from textvec.classification.comparison import Comparison
from textvec.plots._axes import QUIET, axes_for, names_of
from textvec.plots._palette import COLORS

_INCHES_OF_A_ROW = 0.3  # 36 pairs make a picture of a page's height
_MAX_LINEAR_RATIO = 20  # If the longest bar is more than so many of the shortest, some of a linear axis vanish.
_MAX_NAME = 60  # characters of the names of features and classifier
_FIGURES = {"fit_time": "seconds to fit", "predict_time": "seconds to predict", "size": "bytes of the saved model"}


def comparison_scores(comparison: Comparison, by: str | None = None, *, ax: Any = None) -> Any:
    """Draw a score of each pair that was compared, with its standard deviation over the folds, or another figure.

    Parameters
    ----------
    comparison : Comparison
        What `compare` of `textvec.classification` returns. The pairs are drawn in its order, the best on top unless
        `sorted_by` made another.
    by : str, default=None
        The name of a scoring, the first unless given; or "fit_time", "predict_time" or "size", which are drawn as bars.
    ax : matplotlib.axes.Axes, default=None
        Where to draw; None makes a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        `ax.figure.savefig("comparison.png")` writes it.

    Raises
    ------
    ImportError
        Without Matplotlib.
    TypeError
        If it is no `Comparison`, or `ax` are no axes.
    ValueError
        If there is no such figure.

    Warns
    -----
    UserWarning
        If the font of the picture lacks characters of the names.

    Examples
    --------
    >>> from textvec.classification import compare
    >>> from textvec.datasets import load_messages
    >>> from textvec.plots import comparison_scores
    >>> messages = load_messages()
    >>> found = compare(messages.data, messages.target, ["counts"], ["nb", "svm"], cv=3)
    >>> ax = comparison_scores(found)
    >>> sorted(label.get_text() for label in ax.get_yticklabels())
    ['counts + nb', 'counts + svm']
    """
    if not isinstance(comparison, Comparison):
        raise TypeError(
            f"comparison_scores: a Comparison was expected, but a {type(comparison).__name__} was given. compare of "
            "textvec.classification makes one."
        )
    if by is not None and by not in (*comparison.scoring, *_FIGURES):
        raise ValueError(
            f"comparison_scores: by must be one of {', '.join([*comparison.scoring, *_FIGURES])}, but it is {by!r}."
        )
    ax = axes_for("comparison_scores", ax, size_of(comparison))
    kinds = list(dict.fromkeys(pair.features for pair in comparison))
    colors = [COLORS[kinds.index(pair.features) % len(COLORS)] for pair in comparison]
    if by in _FIGURES:
        _draw_bars(ax, [getattr(pair, by) for pair in comparison], colors)
        ax.set_xlabel(_FIGURES[by])
    else:
        _draw_scores(ax, comparison, comparison.scoring[0] if by is None else by, colors)
    names = names_of("comparison_scores", (f"{pair.features} + {pair.classifier}" for pair in comparison), _MAX_NAME)
    ax.set_yticks(range(len(names)), names, parse_math=False)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.grid(axis="x", alpha=0.3)
    ax.set_axisbelow(True)
    return ax


def size_of(comparison: Comparison) -> tuple[float, float]:
    """Return how many inches wide and high a figure of a comparison has to be."""
    return 7, 1.2 + _INCHES_OF_A_ROW * len(comparison)


def _draw_scores(ax: Any, comparison: Comparison, scoring: str, colors: list[str]) -> None:
    rows = range(len(comparison))
    means = [pair.mean(scoring) for pair in comparison]
    n_folds, spread = len(comparison.n_test), ""
    if n_folds > 1:
        deviations = [pair.std(scoring) for pair in comparison]
        ax.errorbar(means, rows, xerr=deviations, fmt="none", ecolor=QUIET, elinewidth=1.5, capsize=3, zorder=2)
        spread = f", mean and standard deviation of {n_folds} folds"
    ax.scatter(means, rows, c=colors, zorder=3)
    ax.set_xlabel(printable(scoring) + spread, parse_math=False)


def _draw_bars(ax: Any, figures: list[float | None], colors: list[str]) -> None:
    lengths = [math.nan if figure is None else figure for figure in figures]
    ax.barh(range(len(lengths)), lengths, color=colors, height=0.5)
    positive = [length for length in lengths if length > 0]
    if positive and max(positive) > _MAX_LINEAR_RATIO * min(positive):
        ax.set_xscale("log")
    else:
        ax.locator_params(axis="x", nbins=3)  # more numbers than that would run into each other in narrow axes
