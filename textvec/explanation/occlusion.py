"""What the score of a class loses when a word is left out of the text: for models that are no sum over words.

This asks the model, once for each distinct word. It is no part of a sum: of two words that say the same neither may
matter, as the other one is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec.explanation.contributions import by_class
from textvec.explanation.decision_parts import Table
from textvec.explanation.highlights import Mark, words_in

# Texts that the model is asked about at once. Some pipelines make a dense row of 100,000 features of each.
_BATCH = 128

Scores = Callable[[list[str]], NDArray[np.float64]]


def scores_of(model: Any, n_classes: int) -> tuple[str, Scores] | None:
    """Return what the scores of a model are called, and how to ask for them; None if it has none."""
    if hasattr(model, "predict_proba"):
        return "probability", lambda texts: np.asarray(model.predict_proba(texts), np.float64)
    if hasattr(model, "decision_function"):
        return "decision function", partial(_decisions, model, n_classes)
    return None


def leave_one_out(text: str, scores: Scores) -> tuple[Table, NDArray[np.float64]]:
    """Ask for the scores of a text, and of the text without each of its words.

    Parameters
    ----------
    text : str
    scores : function
        Texts to an array of shape (n_texts, n_classes).

    Returns
    -------
    table : Table
        Of words in lower case; all the places of a word are left out at once.
    scores : ndarray of float64 of shape (n_classes,)
        Those of the whole text.
    """
    places = words_in(text)
    texts = [text, *(_without(text, spans) for spans in places.values())]
    found = np.concatenate([scores(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)])
    table = Table(list(places), list(places), None, None, found[0] - found[1:], None, False)
    return table, found[0]


def marks_of_words(text: str, words: Sequence[str], values: Sequence[float]) -> list[Mark]:
    """Mark each place of the words that gave something."""
    places = words_in(text)
    given = zip(words, values, strict=True)
    return sorted(Mark(start, end, value) for word, value in given if value for start, end in places[word])


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return text


def _decisions(model: Any, n_classes: int, texts: list[str]) -> NDArray[np.float64]:
    decisions = np.asarray(model.decision_function(texts), np.float64)
    return by_class(decisions.reshape(len(texts), -1), n_classes)
