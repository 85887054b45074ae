"""The confusion matrix as a picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from textvec._common.counted import counted
from textvec.classification.evaluation import Evaluation
from textvec.plots._axes import axes_for, names_of

_MAX_NUMBERED_CLASSES = 25  # With more, numbers in the fields of the picture would run into each other.
_MAX_LEVEL_CLASSES = 3  # Names of more classes are written at an angle below the picture: they have too little room.
_MAX_LEVEL_NAME = 10  # Names with one of more characters, too.
_MAX_INCHES = 20.0


def confusion_matrix(evaluation: Evaluation, *, ax: Any = None) -> Any:
    """Draw a confusion matrix: a row for each class, coloured by the share of its texts, with their numbers.

    Parameters
    ----------
    evaluation : Evaluation
        What `evaluate` and `evaluate_held_out` of `textvec.classification` return;
        `Evaluation.from_predictions(labels, predicted)` makes one of decisions.
    ax : matplotlib.axes.Axes, default=None
        Where to draw; None makes a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        `ax.figure.savefig("confusion.png")` writes it.

    Raises
    ------
    ImportError
        Without Matplotlib.
    TypeError
        If it is no `Evaluation`, or `ax` are no axes.
    ValueError
        If there are no classes.

    Warns
    -----
    UserWarning
        If the font of the picture lacks characters of the labels.

    Examples
    --------
    >>> from textvec.classification import Evaluation
    >>> from textvec.plots import confusion_matrix
    >>> ax = confusion_matrix(Evaluation(["ham", "spam"], [[8, 0], [1, 3]]))
    >>> [text.get_text() for text in ax.texts]
    ['8', '0', '1', '3']
    """
    if not isinstance(evaluation, Evaluation):
        raise TypeError(
            f"confusion_matrix: an Evaluation was expected, but a {type(evaluation).__name__} was given. "
            "Evaluation.from_predictions(labels, predicted) of textvec.classification makes one."
        )
    n = len(evaluation)
    if not n:
        raise ValueError("confusion_matrix: there is nothing to draw, as the evaluation has no classes.")
    ax = axes_for("confusion_matrix", ax, size_of(evaluation))
    shares = evaluation.confusion / np.maximum(evaluation.confusion.sum(axis=1, keepdims=True), 1)
    image = ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    if n <= _MAX_NUMBERED_CLASSES:
        for (true, predicted), count in np.ndenumerate(evaluation.confusion):
            color = "white" if shares[true, predicted] > 0.5 else "black"
            ax.text(predicted, true, f"{count:,}", ha="center", va="center", color=color)
    names = names_of("confusion_matrix", evaluation.labels)
    level = n <= _MAX_LEVEL_CLASSES and max(map(len, names)) <= _MAX_LEVEL_NAME
    slanted = {} if level else {"rotation": 45, "ha": "right", "rotation_mode": "anchor"}
    ax.set_xticks(range(n), names, parse_math=False, **slanted)
    ax.set_yticks(range(n), names, parse_math=False)
    texts = counted(evaluation.n_texts, "text")
    ax.set(xlabel="predicted class", ylabel="true class", title=f"{texts}, accuracy {evaluation.accuracy:.1%}")
    ax.figure.colorbar(image, ax=ax, label="share of the texts of a class")
    return ax


def size_of(evaluation: Evaluation) -> tuple[float, float]:
    """Return how many inches wide and high a figure of a confusion matrix has to be."""
    size = min(3.5 + 0.45 * len(evaluation), _MAX_INCHES)
    return size + 1, size
