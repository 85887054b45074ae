"""Stemmer: cut words down to their stems, so that "connected" and "connecting" count as one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from textvec.preprocessing._base import Step, check_choice
from textvec.preprocessing.tokenizer import Tokenizer
from textvec.text.tokens import Tokens

# Words whose stems are remembered for each algorithm and language, in some 20 MB. More words are stemmed again.
_MAX_REMEMBERED_WORDS = 1 << 17


class Stemmer(Step):
    """Reduce words to their stems by rules, with the stemmers of NLTK.

    Each distinct word is stemmed once, however often it occurs.

    Parameters
    ----------
    algorithm : {"snowball", "porter", "lancaster"}, default="snowball"
        - "snowball": Porter's Snowball stemmers, in 15 languages; for English also known as Porter2 [2]_.
        - "porter": his first one [1]_, with the extensions that are NLTK's default. English only.
        - "lancaster": the Paice/Husk stemmer [3]_, which cuts off most. English only.
    language : str, default="english"
        For "snowball": arabic, danish, dutch, english, finnish, french, german, hungarian, italian, norwegian,
        portuguese, romanian, russian, spanish or swedish.

    See Also
    --------
    Lemmatizer : Gives dictionary forms, which are words.

    Notes
    -----
    The stem of each word is that of NLTK's `stem(word)`, which is in lower case. Words of which nothing is left are
    dropped: an English "'s", an Arabic word that is all marks.

    References
    ----------
    .. [1] M. F. Porter (1980). "An algorithm for suffix stripping". Program 14(3), 130-137.
    .. [2] M. F. Porter (2001). "Snowball: A language for stemming algorithms". https://snowballstem.org
    .. [3] C. D. Paice (1990). "Another stemmer". ACM SIGIR Forum 24(3), 56-61.

    Examples
    --------
    >>> from textvec.preprocessing import Stemmer
    >>> Stemmer().transform(["Connected and connecting connections"])[0]
    ['connect', 'and', 'connect', 'connect']
    >>> Stemmer(language="german").transform([["Autobahnen", "Häuser"]])[0]
    ['autobahn', 'haus']
    """

    _is_slow_on_words = True  # so that a description for queries has the stems of the documents' words

    def __init__(self, algorithm: str = "snowball", *, language: str = "english") -> None:
        self.algorithm = algorithm
        self.language = language

    def transform(self, X: Any) -> Tokens:
        """Replace words by their stems.

        Parameters
        ----------
        X : iterable of str, list of lists of str, or Tokens
            Raw text is cut by a `Tokenizer` with its defaults first.

        Returns
        -------
        Tokens
            As many documents as went in.

        Raises
        ------
        ValueError, TypeError
            If a parameter is not good, or the documents are not.
        """
        self._check_params()
        stem = stem_function(self.algorithm, self.language)
        return Tokenizer().transform(X).map_words(lambda words: [stem(word) or None for word in words], step=self)

    def _query_steps(self, before: tuple[Any, ...], words: list[str]) -> list[dict[str, Any]]:
        stem = stem_function(self.algorithm, self.language)
        known = {"words": words, "stems": list(map(stem, words))}
        return [{"step": "stems", "algorithm": self.algorithm, "language": self.language, **known}]

    def _check_params(self) -> None:
        check_choice(self, "algorithm", ["snowball", "porter", "lancaster"])
        self._check_language()

    def _check_language(self) -> None:
        if self.algorithm == "snowball":
            from nltk.stem import SnowballStemmer

            check_choice(self, "language", [name for name in SnowballStemmer.languages if name != "porter"])
        elif self.language != "english":
            raise ValueError(
                f"Stemmer: algorithm={self.algorithm!r} is for English only, but language is {self.language!r}. "
                "Use algorithm='snowball' for other languages."
            )


@cache  # as many as there are algorithms and languages
def stem_function(algorithm: str, language: str) -> Callable[[str], str]:
    """Return a function from words to stems, which remembers them: cross-validation asks for the same in each fold."""
    from nltk.stem import LancasterStemmer, PorterStemmer, SnowballStemmer

    if algorithm == "porter":
        stem = PorterStemmer().stem
    elif algorithm == "lancaster":
        stem = LancasterStemmer().stem
    elif language == "arabic":
        # NLTK's Arabic stemmer lets a word change the stem of the next, so each word gets one of its own.
        def stem(word: str) -> str:
            return str(SnowballStemmer("arabic").stem(word))
    else:
        stem = SnowballStemmer(language).stem
    return lru_cache(maxsize=_MAX_REMEMBERED_WORDS)(stem)
