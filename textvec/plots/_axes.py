"""The axes that a plot is drawn on, its styles of lines, and how names are written beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textvec._common.optional import import_matplotlib
from textvec._common.printable import printable
from textvec.plots._fonts import warn_of_missing

LINE_STYLES = ("-", "--", ":", "-.")
"""With more curves than colours, the next style tells curves of one colour apart."""
QUIET = "#707070"
"""The grey of what is drawn to compare with."""
MAX_LABEL = 30
"""Characters of a name; longer ones are cut, as they would take the picture's room."""


def axes_for(caller: str, ax: Any, size: tuple[float, float]) -> Any:
    """Return axes: those that are given, or those of a new figure.

    A new figure is one of pyplot, as those of scikit-learn are: a notebook shows it, `plt.show()` opens it, and
    nothing opens a window before. Whoever gives axes needs no pyplot.

    Parameters
    ----------
    caller : str
        The function that draws, which an error names.
    ax : matplotlib.axes.Axes or None
        What the caller was given.
    size : tuple of float
        Width and height of a new figure in inches.

    Raises
    ------
    ImportError
        If axes are needed, and Matplotlib is not installed.
    TypeError
        If what is given are no axes.
    """
    if ax is None:
        return import_matplotlib(caller, "pyplot").subplots(figsize=size, layout="constrained")[1]
    if not hasattr(ax, "set_xlabel"):
        raise TypeError(
            f"{caller}: ax must be the axes of Matplotlib to draw on, or None for a new figure, but it is a "
            f"{type(ax).__name__}. plt.subplots() gives a figure and its axes; an array of them has one axes an item."
        )
    return ax


def names_of(caller: str, things: Iterable[Any], most: int = MAX_LABEL) -> list[str]:
    """Return names as they are written beside a plot: on one line, cut, with a warning if a font lacks characters.

    Whoever writes them passes `parse_math=False`, as a name may hold dollar signs.
    """
    names = [name_of(thing, most) for thing in things]
    warn_of_missing(caller, names, stacklevel=4)
    return names


def name_of(thing: Any, most: int) -> str:
    """Return a name on one line, and not all of one that is long."""
    line = printable(" ".join(str(thing).split()))
    return line if len(line) <= most else line[: most - 1] + "…"
