"""How many words of texts a model does not know, as when they are in another language than those it learnt from."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from itertools import islice
from typing import Any

from textvec.explanation.classifiers import text_model
from textvec.explanation.features import features_of
from textvec.explanation.highlights import words_in

_MAX_WORDS = 200  # Distinct words that are looked up, in some hundredths of a second; enough to tell a language.


def unknown_words(model: Any, texts: Iterable[str]) -> tuple[int, int]:
    """Count the distinct words at the beginning of texts, up to 200, and those of them that are no feature of a model.

    Parameters
    ----------
    model : Pipeline
        A fitted classifier of texts.
    texts : iterable of str

    Returns
    -------
    unknown, words : int
        Words that a step drops on purpose are not unknown. Of a model that does all itself, nothing is known.

    Examples
    --------
    >>> from textvec.classification import text_classifier
    >>> model = text_classifier("counts", "nb").fit(["free prize", "see you"], ["spam", "ham"])
    >>> unknown_words(model, ["free beer", "see the beer"])
    (2, 4)
    """
    steps = text_model(model, "unknown_words").steps
    words = list(islice(_distinct(texts), _MAX_WORDS))
    if not steps or not words:
        return 0, len(words)
    line = " ".join(words)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*hold no word that has a vector")
        unknown = features_of(steps, line).unknown()
    return len({line.count(" ", 0, mark.start) for mark in unknown}), len(words)


def _distinct(texts: Iterable[str]) -> Iterable[str]:
    """Yield the words of texts, each once."""
    seen: set[str] = set()
    for text in texts:
        for places in words_in(text).values():
            word = text[slice(*places[0])]
            if word not in seen:
                seen.add(word)
                yield word
