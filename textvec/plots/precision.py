"""Precision against recall of each class, as curves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, precision_recall_curve

from textvec.classification.evaluating import labelled
from textvec.classification.predicting import predictions
from textvec.explanation.classifiers import text_model
from textvec.plots._axes import LINE_STYLES, axes_for, names_of
from textvec.plots._palette import COLORS

_MAX_INNER_NAMES = 6  # A legend of more classes stands beside the curves, as it would cover them.


def precision_recall(model: Any, texts: Iterable[str], labels: Iterable[Any], *, ax: Any = None) -> Any:
    """Draw what precision a classifier has at what recall, a curve for each class against all others.

    A point of the curve is what there would be if texts were put into the class from some score on. The legend has the
    average precision (AP) of each, which is 1 where every text of the class scores higher than all others. The figures
    are those of `sklearn.metrics.precision_recall_curve` and `average_precision_score`.

    Parameters
    ----------
    model : Pipeline, or classifier that takes texts
        Fitted, on other texts than these; with probabilities, or else a decision function.
    texts : iterable of str
        The texts.
    labels : iterable of str or of int
        The class of each. Classes of which there is no text have no curve.
    ax : matplotlib.axes.Axes, default=None
        Where to draw; None makes a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        `ax.figure.savefig("precision.png")` writes it.

    Raises
    ------
    ImportError
        Without Matplotlib.
    TypeError
        If the model is no classifier of texts, or `ax` are no axes.
    ValueError
        If there are no texts, not as many labels, a label is missing, none is a class of the model, or the model gives
        neither probabilities nor scores.
    NotFittedError
        If the model is not fitted.

    Warns
    -----
    UserWarning
        If the font of the picture lacks characters of the labels.

    Examples
    --------
    >>> from textvec.classification import text_classifier
    >>> from textvec.datasets import load_messages
    >>> from textvec.plots import precision_recall
    >>> messages = load_messages()
    >>> model = text_classifier("tfidf", "logreg").fit(messages.data[::2], messages.target[::2])
    >>> ax = precision_recall(model, messages.data[1::2], messages.target[1::2])
    >>> [text.get_text()[:8] for text in ax.get_legend().get_texts()]
    ['ham (AP ', 'spam (AP']
    """
    classes = text_model(model, "precision_recall").labels
    texts, labels = labelled("precision_recall", texts, labels)
    present = [label for label in classes if label in set(labels)]
    if not present:
        raise ValueError(
            f"precision_recall: no label is a class of the model: the labels are {_some(dict.fromkeys(labels))}, the "
            f"classes {_some(classes)}. Rename one of the two."
        )
    scores = predictions(model, texts, with_scores=True).scores
    assert scores is not None  # noqa: S101  (asked for)
    ax = axes_for("precision_recall", ax, (6 + 2 * (len(present) > _MAX_INNER_NAMES), 4.5))
    true = np.asarray([classes.index(label) if label in classes else -1 for label in labels])
    for number, (label, name) in enumerate(zip(present, names_of("precision_recall", present), strict=True)):
        place = classes.index(label)
        precision, recall, _ = precision_recall_curve(true == place, scores[:, place])
        average = average_precision_score(true == place, scores[:, place])
        ax.plot(
            recall,
            precision,
            LINE_STYLES[number // len(COLORS) % len(LINE_STYLES)],
            color=COLORS[number % len(COLORS)],
            drawstyle="steps-post",
            label=f"{name} (AP {average:.3f})",
        )
    beside: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.01, 1), "borderaxespad": 0}
    legend = ax.legend(**({"loc": "lower left"} if len(present) <= _MAX_INNER_NAMES else beside))
    for text in legend.get_texts():
        text.set_parse_math(False)
    ax.set(xlabel="recall", ylabel="precision", title="Precision and recall of each class")
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    ax.grid(alpha=0.3)
    return ax


def _some(labels: Iterable[Any], most: int = 10) -> str:
    labels = list(labels)
    return ", ".join(f"{label!r:.80}" for label in labels[:most]) + (", …" if len(labels) > most else "")
