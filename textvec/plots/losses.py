"""How word2vec learns, as a picture: the loss of each epoch."""

from __future__ import annotations

import math
from typing import Any

from sklearn.utils.validation import check_is_fitted

from textvec.embeddings.word2vec import Word2Vec
from textvec.plots._axes import LINE_STYLES, QUIET, axes_for, names_of
from textvec.plots._palette import COLORS


def training_loss(model: Word2Vec, *, name: str | None = None, ax: Any = None) -> Any:
    r"""Draw what word2vec learnt: the mean loss of a prediction in each epoch, and that of a model that knows nothing.

    The loss of a model that knows nothing is :math:`(1 + negative) \log 2`. Where the line is flat, more epochs bring
    nothing; where it still falls at its end, they do.

    Parameters
    ----------
    model : Word2Vec
        Fitted, by the engine "numba".
    name : str, default=None
        What the line is called. Models that are drawn on the same axes can be told apart by their names.
    ax : matplotlib.axes.Axes, default=None
        Where to draw; None makes a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        `ax.figure.savefig("loss.png")` writes it.

    Raises
    ------
    ImportError
        Without Matplotlib.
    TypeError
        If it is no `Word2Vec`, or `ax` are no axes.
    NotFittedError
        If it is not fitted.
    ValueError
        If it has no losses, as gensim's code computes none.

    Warns
    -----
    UserWarning
        If the font of the picture lacks characters of the name.

    Examples
    --------
    >>> from textvec import Word2Vec
    >>> from textvec.datasets import load_reviews
    >>> from textvec.plots import training_loss
    >>> model = Word2Vec(20, sg=1, epochs=3, random_state=0).fit(load_reviews().data)
    >>> line = training_loss(model).lines[0]
    >>> line.get_xdata().tolist(), line.get_ydata().tolist() == model.losses_
    ([1, 2, 3], True)
    """
    if not isinstance(model, Word2Vec):
        raise TypeError(f"training_loss: a fitted Word2Vec was expected, but a {type(model).__name__} was given.")
    check_is_fitted(model)
    if not model.losses_:
        raise ValueError(
            "training_loss: this Word2Vec has no losses: it was trained by engine='gensim', which computes none, or "
            "there was nothing to train on. Fit it with engine='numba'."
        )
    ax = axes_for("training_loss", ax, (6, 4))
    n_before = sum(line.get_marker() == "o" for line in ax.lines)
    epochs = range(1, len(model.losses_) + 1)
    style = LINE_STYLES[n_before // len(COLORS) % len(LINE_STYLES)]
    (line,) = ax.plot(epochs, model.losses_, style, marker="o", color=COLORS[n_before % len(COLORS)])
    line.set_label("Word2Vec" if name is None else names_of("training_loss", [name])[0])
    nothing = f"nothing learnt: (1 + {model.negative}) ln 2"
    if nothing not in [each.get_label() for each in ax.lines]:
        ax.axhline((1 + model.negative) * math.log(2), color=QUIET, linestyle=":", label=nothing)
    for text in ax.legend().get_texts():
        text.set_parse_math(False)
    ax.set(xlabel="epoch", ylabel="mean loss of a prediction", title="Training of word2vec")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(alpha=0.3)
    return ax
