"""The strongest terms of each class as a picture."""

from __future__ import annotations

from typing import Any

from textvec.explanation.class_terms import TopTerms
from textvec.plots._axes import axes_for, names_of
from textvec.plots._palette import COLORS

_INCHES_OF_A_ROW = 0.22  # a term in letters of 10 points


def class_terms(terms: TopTerms, *, ax: Any = None) -> Any:
    """Draw the terms that speak most for each class: a bar for each, as long as its weight, class beneath class.

    Parameters
    ----------
    terms : TopTerms
        What `top_terms(model, k)` of `textvec.explanation` returns.
    ax : matplotlib.axes.Axes, default=None
        Where to draw; None makes a new figure, which is as high as the terms need.

    Returns
    -------
    matplotlib.axes.Axes
        `ax.figure.savefig("terms.png")` writes it.

    Raises
    ------
    ImportError
        Without Matplotlib.
    TypeError
        If it is no `TopTerms`, or `ax` are no axes.
    ValueError
        If no class has a term.

    Warns
    -----
    UserWarning
        If the font of the picture lacks characters of terms or labels.

    Examples
    --------
    >>> from textvec.classification import text_classifier
    >>> from textvec.explanation import top_terms
    >>> from textvec.plots import class_terms
    >>> texts = ["win a free prize", "free prize now", "lunch at noon", "see you at lunch"]
    >>> model = text_classifier("tfidf", "logreg").fit(texts, ["spam", "spam", "ham", "ham"])
    >>> ax = class_terms(top_terms(model, 2))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['ham', 'at', 'lunch', 'spam', 'free', 'prize']
    """
    if not isinstance(terms, TopTerms):
        raise TypeError(
            f"class_terms: TopTerms were expected, but a {type(terms).__name__} was given. top_terms(model) of "
            "textvec.explanation makes them."
        )
    if not any(terms.values()):
        raise ValueError("class_terms: there is nothing to draw, as no class has a term of positive weight.")
    heads: list[int] = []
    rows: list[int] = []
    weights: list[float] = []
    colors: list[str] = []
    words: list[Any] = []
    for number, (label, strongest) in enumerate(terms.items()):
        heads.append(len(words))
        rows += range(len(words) + 1, len(words) + 1 + len(strongest))
        weights += [each.weight for each in strongest]
        colors += [COLORS[number % len(COLORS)]] * len(strongest)
        words += [label, *(each.term for each in strongest)]
    ax = axes_for("class_terms", ax, (6, 0.9 + _INCHES_OF_A_ROW * len(words)))
    ax.barh(rows, weights, color=colors, height=0.7)
    ax.set_yticks(range(len(words)), names_of("class_terms", words), parse_math=False)
    for place, (name, tick) in enumerate(zip(ax.get_yticklabels(), ax.yaxis.get_major_ticks(), strict=True)):
        if place in heads:
            name.set_fontweight("bold")
        tick.tick1line.set_visible(place not in heads)
    ax.set_ylim(len(words) - 0.4, -0.6)
    ax.set(xlabel="weight", title="The terms that speak most for each class")
    ax.grid(axis="x", alpha=0.3)
    ax.set_axisbelow(True)
    return ax
