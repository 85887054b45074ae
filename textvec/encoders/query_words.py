"""Text to words for the query encoder: by a regular expression, as word pieces, without stop words, as stems.

Tested in tests/encoders/test_query_encoder.py.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from operator import lt
from typing import Any, Literal

from textvec.text import word_breaks

NormalForm = Literal["NFC", "NFKC"]


def check_sorted(words: list[str]) -> None:
    """Raise an error unless words are distinct strings, in order."""
    if type(words) is not list or set(map(type, words)) - {str} or not all(map(lt, words, words[1:])):
        raise ValueError("words are not strings that are sorted, each once")


class Positions:
    """The positions of words among sorted ones.

    They are found by bisection, and remembered for words that are there: a dictionary of all words would take longer to
    make than a first query takes, and more memory than the words that are in queries.

    Parameters
    ----------
    words : list of str
        Distinct, sorted.
    """

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._known: dict[str, int] = {}

    def __call__(self, word: str) -> int:
        """Return the position of a word, -1 if it is not there."""
        known = self._known.get(word)
        if known is not None:
            return known
        i = bisect_left(self._words, word)
        if i == len(self._words) or self._words[i] != word:
            return -1
        self._known[self._words[i]] = i
        return i

    def __getstate__(self) -> dict[str, Any]:
        return {"_words": self._words, "_known": {}}


class _Cutter:
    """Finds the words of a text.

    Parameters
    ----------
    lowercase : bool
        Whether the text is lower-cased.
    normalize : {"NFC", "NFKC"}, optional
        The normal form that it is brought into first.
    """

    def __init__(self, lowercase: bool, normalize: NormalForm | None = None) -> None:
        if type(lowercase) is not bool:
            raise ValueError("whether to lower-case was expected")
        if normalize not in (None, "NFC", "NFKC"):
            raise ValueError(f"there is no normal form {normalize!r:.80}")
        self._lowercase, self._normalize = lowercase, normalize

    def __call__(self, text: str) -> list[str]:
        """Return the words of a text."""
        return self._cut(unicodedata.normalize(self._normalize, text) if self._normalize else text)

    def _cut(self, text: str) -> list[str]:
        raise NotImplementedError


class Pattern(_Cutter):
    """Finds the words of a text by a regular expression.

    Parameters
    ----------
    pattern : str
        A regular expression with one group at the most.
    lowercase, normalize
        See `_Cutter`. The text is lower-cased first.
    """

    def __init__(self, pattern: str, lowercase: bool, normalize: NormalForm | None = None) -> None:
        super().__init__(lowercase, normalize)
        if type(pattern) is not str:
            raise ValueError("a pattern was expected")
        try:
            self._pattern = re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"the pattern {pattern!r:.80} is no regular expression: {error}") from None
        if self._pattern.groups > 1:
            raise ValueError(f"the pattern {pattern!r:.80} has more than one group")

    def _cut(self, text: str) -> list[str]:
        return self._pattern.findall(text.lower() if self._lowercase else text)


class UnicodeWords(_Cutter):
    """Finds the words of a text by the rules of Unicode, and lower-cases them."""

    def _cut(self, text: str) -> list[str]:
        return [word.lower() if self._lowercase else word for word in word_breaks.words(text)]


class WordPieces(_Cutter):
    """Cuts a text into word pieces.

    Parameters
    ----------
    definition : str
        Of the tokenizer, as `textvec.preprocessing._pieces.Pieces` takes it.
    normalize
        See `_Cutter`.
    """

    def __init__(self, definition: str, normalize: NormalForm | None = None) -> None:
        super().__init__(False, normalize)
        if type(definition) is not str:
            raise ValueError("the definition of a tokenizer was expected")
        self._definition = definition

    def _cut(self, text: str) -> list[str]:
        pieces: list[str] = self._pieces(text)
        return pieces

    @cached_property
    def _pieces(self) -> Any:
        from textvec.preprocessing._pieces import Pieces  # which reads megabytes, at the first query

        return Pieces(self._definition)


class StopList:
    """Leaves words out.

    Parameters
    ----------
    words : list of str
        As they are when they come here.
    """

    def __init__(self, words: list[str]) -> None:
        if type(words) is not list or set(map(type, words)) - {str}:
            raise ValueError("stop words are not a list of strings")
        self._words = frozenset(words)

    def __call__(self, words: Iterable[str]) -> Iterator[str]:
        """Return the words that are not among them."""
        return (word for word in words if word not in self._words)


class Stems:
    """Replaces words by their stems; those of the documents are known, others need the stemmer.

    Parameters
    ----------
    algorithm, language : str
        Of `Stemmer`.
    words : list of str
        The distinct words of the documents, sorted.
    stems : list of str
        The stem of each; "" where nothing is left of the word.
    """

    def __init__(self, algorithm: str, language: str, words: list[str], stems: list[str]) -> None:
        check_sorted(words)
        self.words = words
        if type(stems) is not list or len(words) != len(stems) or set(map(type, stems)) - {str}:
            raise ValueError("there is not one stem for each word")
        self._algorithm, self._language = algorithm, language
        self._position, self._stems = Positions(words), stems

    def __call__(self, words: Iterable[str]) -> Iterator[str]:
        """Return the stems of words; a word of which nothing is left is dropped."""
        return (stem for stem in map(self._stem, words) if stem)

    def _stem(self, word: str) -> str:
        i = self._position(word)
        return self._stems[i] if i >= 0 else self._stemmer(word)

    @cached_property
    def _stemmer(self) -> Any:
        from textvec.preprocessing._stems import stem_function  # most queries have no word that needs it

        return stem_function(self._algorithm, self._language)
