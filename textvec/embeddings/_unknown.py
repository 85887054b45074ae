"""The error for a word that has no vector; it suggests words with a similar spelling.

Tested in tests/embeddings/test_word_vectors.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec.text.spelling import SpellChecker

_MAX_SEARCHED_WORDS = 100_000  # Similar spellings are searched among this many first words, in a tenth of a second.
_MAX_SUGGESTIONS = 3  # An error suggests at most this many words.


class UnknownWordError(KeyError):
    """A word is not in the table.

    Words with a similar spelling are searched when the message is read, not when the error is raised: many programs
    catch one such error for each unknown word of a text.

    Parameters
    ----------
    word : str
    words : ndarray of str objects
        Those of the table, frequent ones first.
    remedies : tuple of str
        Values of `unknown` with which there is no error.
    """

    def __init__(self, word: str, words: NDArray[np.object_], remedies: tuple[str, ...]) -> None:
        super().__init__(word)
        self._words = words
        self._remedies = remedies

    def __str__(self) -> str:
        (word,) = self.args
        similar = ", ".join(map(repr, close_spellings(word, self._words)))
        return (
            f"None of the {len(self._words):,} words of these word vectors is {word!r:.80}. "
            + (f"Spelt like it: {similar}. " if similar else "")
            + f"To go on without an error, set unknown to {' or '.join(map(repr, self._remedies))}."
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return KeyError, (str(self),)  # A pickle must not hold the whole table.


def close_spellings(word: str, words: NDArray[np.object_]) -> list[str]:
    """Return at most three words, those that are spelt like the given one in any letter case, closest first.

    Of equally close ones those that stand first in the table, the frequent ones, are taken.

    Examples
    --------
    >>> import numpy as np
    >>> from textvec.embeddings._unknown import close_spellings
    >>> close_spellings("Colour", np.array(["color", "colours", "collar", "COLOUR", "dolour"], dtype=object))
    ['COLOUR', 'color', 'colours']
    """
    alike: dict[str, list[str]] = {}
    for other in words[:_MAX_SEARCHED_WORDS]:
        alike.setdefault(other.casefold(), []).append(other)
    folded = word.casefold()
    checker = SpellChecker(alike, range(len(alike), 0, -1))
    close = [folded] * (folded in alike) + [each.word for each in checker.suggest(folded, _MAX_SUGGESTIONS)]
    return [other for spelling in close for other in alike[spelling]][:_MAX_SUGGESTIONS]
