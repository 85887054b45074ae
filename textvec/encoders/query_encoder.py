"""Queries to vectors without scikit-learn, whose import takes longer than all else that a query needs.

A `QueryEncoder` is made of the description that an encoder gave of itself when the index was saved, see
`query_description`. It does the same in plain Python, to the same bits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Protocol

from textvec.encoders.query_means import WordMeans
from textvec.encoders.query_terms import TermRows, Weights
from textvec.encoders.query_words import Pattern, Stems, StopList, UnicodeWords, WordPieces
from textvec.encoders.vectors import Vectors
from textvec.text.documents import as_strings
from textvec.text.spelling import SpellChecker, Suggestion

_SURROGATE = re.compile("[\ud800-\udfff]")

TEXT_STEPS: dict[str, Callable[..., Callable[[str], list[str]]]] = {
    "pattern": Pattern,
    "pieces": WordPieces,
    "unicode_words": UnicodeWords,
}
"""What cuts a text into words, by the kind of the step in a description."""
WORD_STEPS: dict[str, Callable[..., Any]] = {"stop_words": StopList, "stems": Stems}
"""What changes or drops words, by the kind of the step in a description."""
VECTOR_STEPS: dict[str, Callable[..., Any]] = {"terms": TermRows, "means": WordMeans}
"""What makes vectors of words."""


class WordStep(Protocol):
    """A step from words to words."""

    def __call__(self, words: Iterable[str]) -> Iterable[str]:
        """Return what becomes of the words of one text."""


class QueryEncoder:
    """Encodes a few texts as the encoder would that described itself.

    Parameters
    ----------
    steps : list of dict
        The description, see `query_description.describe`.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError, IndexError
        If it is not one.
    """

    def __init__(self, steps: Sequence[dict[str, Any]]) -> None:
        (first, cutter), *rest = [(step["step"], {k: v for k, v in step.items() if k != "step"}) for step in steps]
        weights = rest.pop()[1] if len(rest) > 1 and (rest[-2][0], rest[-1][0]) == ("terms", "weights") else None
        kinds = [first, *(kind for kind, _ in rest)]
        if (
            first not in TEXT_STEPS
            or kinds[-1] not in VECTOR_STEPS
            or any(kind not in WORD_STEPS for kind in kinds[1:-1])
        ):
            raise ValueError(f"queries are not encoded in the steps {', '.join(step['step'] for step in steps):.200}")
        *between, (last, vectors) = rest
        if weights is not None:
            vectors["weights"] = Weights(**weights)
        self._cut = TEXT_STEPS[first](**cutter)
        self._word_steps: list[WordStep] = [WORD_STEPS[kind](**content) for kind, content in between]
        self._vectors = VECTOR_STEPS[last](**vectors)

    def encode(self, texts: list[str], unit: bool = True) -> Vectors:
        """Return the vectors of texts, sparse ones of length 1 unless they are to keep the lengths that they have.

        Raises
        ------
        ValueError
            If a text holds a lone surrogate.
        """
        if any(map(_SURROGATE.search, texts)):
            as_strings(texts)  # raises the error; imports pandas, which is not worth it for others
        return self._vectors.of([self._words(text) for text in texts], unit)  # type: ignore[no-any-return]

    def _words(self, text: str) -> list[str]:
        return list(self._through_steps(self._cut(text)))

    def _through_steps(self, words: Iterable[str]) -> Iterable[str]:
        for step in self._word_steps:
            words = step(words)
        return words

    def unknown_words(self, text: str) -> list[str]:
        """Return the words of a text that its vector has nothing of, each once, but not those that a step drops.

        Words are as they are cut, before steps such as stemming.
        """
        if not self._vectors.has_words:
            return []
        column_of = self._vectors.column_of
        words = dict.fromkeys(self._cut(text))
        return [word for word in words if word and any(column_of(each) < 0 for each in self._through_steps([word]))]

    def names(self, columns: Iterable[int]) -> list[str] | None:
        """Return the terms of columns; None where columns are no terms."""
        return self._vectors.names(columns)  # type: ignore[no-any-return]

    def suggestions(self, word: str, n: int) -> Iterator[tuple[Suggestion, int]]:
        """Yield known words that are spelt like an unknown one, nearest first, and the column or row of each.

        They are words of the documents, where the description has these, otherwise what steps such as stemming make of
        words.
        """
        words, checker = self._spelling
        if words is self._vectors.words:
            word = next(iter(self._through_steps([word])), word)
        for each in checker.suggest(word, n):
            made = [each.word] if words is self._vectors.words else self._through_steps([each.word])
            column = max(map(self._vectors.column_of, made), default=-1)
            if column >= 0:
                yield each, column

    @property
    def stemmed_words(self) -> list[list[str]]:
        """The words whose stems are written down, for each step that makes stems."""
        return [step.words for step in self._word_steps if isinstance(step, Stems)]

    @cached_property
    def _spelling(self) -> tuple[list[str], SpellChecker]:
        words: list[str] = next(filter(None, self.stemmed_words), self._vectors.words)
        return words, SpellChecker(words)
