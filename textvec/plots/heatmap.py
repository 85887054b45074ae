"""Similarities of texts as a heat map."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from textvec.plots._axes import axes_for, names_of
from textvec.similarity.pairwise import SimilarityMatrix

_MAX_NUMBERED_TEXTS = 20  # With more, numbers in the fields of the picture would run into each other.
_MAX_NAMED_TEXTS = 45  # With more, every second, third, ... text is named.
_MAX_INCHES = 18.0


def similarity_heatmap(matrix: SimilarityMatrix, labels: Iterable[Any] | None = None, *, ax: Any = None) -> Any:
    """Draw how similar each text is to each, in percent: the darker, the more.

    Parameters
    ----------
    matrix : SimilarityMatrix
        What `similarity_matrix` of `textvec.similarity` returns.
    labels : iterable, default=None
        A name for each text; the beginning of the text itself unless given.
    ax : matplotlib.axes.Axes, default=None
        Where to draw; None makes a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        `ax.figure.savefig("heatmap.svg")` writes it.

    Raises
    ------
    ImportError
        Without Matplotlib.
    TypeError
        If it is no `SimilarityMatrix`, or `ax` are no axes.
    ValueError
        If there is not a label for each text.

    Warns
    -----
    UserWarning
        If the font of the picture lacks characters of the labels.

    Examples
    --------
    >>> from textvec.plots import similarity_heatmap
    >>> from textvec.similarity import similarity_matrix
    >>> ax = similarity_heatmap(similarity_matrix("Bees make honey. Bears eat honey. It rains."))
    >>> [text.get_text() for text in ax.texts]
    ['100', '22', '0', '22', '100', '0', '0', '0', '100']
    """
    if not isinstance(matrix, SimilarityMatrix):
        raise TypeError(
            f"similarity_heatmap: a SimilarityMatrix was expected, but a {type(matrix).__name__} was given. "
            "similarity_matrix(texts) of textvec.similarity makes one."
        )
    n = len(matrix)
    given = list(matrix.texts if labels is None else labels)
    if len(given) != n:
        raise ValueError(
            f"similarity_heatmap: there must be a label for each text, but there are {len(given):,} for {n:,}."
        )
    ax = axes_for("similarity_heatmap", ax, size_of(matrix))
    lowest = -1 if matrix.scores.min() < 0 else 0
    image = ax.imshow(100 * matrix.scores, cmap="Blues" if lowest == 0 else "RdBu", vmin=100 * lowest, vmax=100)
    if n <= _MAX_NUMBERED_TEXTS:
        for (row, column), score in np.ndenumerate(matrix.scores):
            color = "white" if abs(score) > 0.55 else "black"
            ax.text(column, row, f"{100 * score:z.0f}", ha="center", va="center", color=color, fontsize="small")
    every = -(-n // _MAX_NAMED_TEXTS)
    names = names_of("similarity_heatmap", given[::every])
    places = range(0, n, every)
    ax.set_xticks(places, names, rotation=45, ha="right", rotation_mode="anchor", parse_math=False)
    ax.set_yticks(places, names, parse_math=False)
    ax.set_title(f"How similar {n:,} texts are")
    ax.figure.colorbar(image, ax=ax, label="similarity in percent", shrink=0.8)
    return ax


def size_of(matrix: SimilarityMatrix) -> tuple[float, float]:
    """Return how many inches wide and high a figure of a heat map has to be."""
    size = min(4 + 0.4 * len(matrix), _MAX_INCHES)
    return size + 1, size
