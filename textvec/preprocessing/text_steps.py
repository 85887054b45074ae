"""The first steps of a pipeline by the names that a command or a function is given for them.

Tested in tests/classification/test_pipelines.py and tests/cli/test_similar.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from textvec.preprocessing.stemmer import Stemmer
from textvec.preprocessing.stop_words import StopWords
from textvec.preprocessing.tokenizer import Tokenizer


def text_steps(
    tokenizer: str | Callable[[str], list[str]] | None = None,
    stop_words: str | Iterable[str] | None = None,
    stem: str | None = None,
) -> list[tuple[str, Any]]:
    """Return a tokenizer and what follows it, as steps of a pipeline with their names.

    Parameters
    ----------
    tokenizer : str or callable, optional
        The `pattern` of `Tokenizer`; its default otherwise.
    stop_words : str or iterable of str, optional
        The words of `StopWords`, or the name of a list; otherwise all words stay.
    stem : str, optional
        The algorithm of `Stemmer`, "snowball:german" with a language; otherwise words stay as they are.
    """
    steps: list[tuple[str, Any]] = [("tokenizer", Tokenizer() if tokenizer is None else Tokenizer(tokenizer))]
    if stop_words is not None:
        steps.append(("stop_words", StopWords(stop_words)))
    if stem is not None:
        algorithm, _, language = stem.partition(":")
        steps.append(("stemmer", Stemmer(algorithm, language=language or "english")))
    return steps
