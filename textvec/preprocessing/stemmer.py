"""Stemmer: cut words down to their stems, so that "connected" and "connecting" count as one."""

from __future__ import annotations

from typing import Any

from textvec.preprocessing._base import TokenStep, check_choice
from textvec.preprocessing._stems import ALGORITHMS, languages, stem_function
from textvec.preprocessing.tokenizer import Tokenizer
from textvec.text.tokens import Tokens


class Stemmer(TokenStep):
    """Reduce words to their stems by rules: Snowball's for many languages, two more for English.

    Each distinct word is stemmed once, however often it occurs.

    Parameters
    ----------
    algorithm : {"snowball", "porter", "lancaster"}, default="snowball"
        - "snowball": the stemmers of the Snowball project [2]_, those of the package snowballstemmer; its English one
          is also known as Porter2.
        - "porter": Porter's first one [1]_, with the extensions that are NLTK's default. English only.
        - "lancaster": the Paice/Husk stemmer [3]_, which cuts off most, as NLTK has it. English only.
    language : str, default="english"
        For "snowball": arabic, armenian, basque, catalan, czech, danish, dutch, english, esperanto, estonian, finnish,
        french, german, greek, hindi, hungarian, indonesian, irish, italian, lithuanian, nepali, norwegian, persian,
        polish, portuguese, romanian, russian, serbian, sesotho, spanish, swedish, tamil, turkish or yiddish; and
        dutch_porter, the stemmer for Dutch before Snowball 3.

    See Also
    --------
    Lemmatizer : Gives dictionary forms, which are words.

    Notes
    -----
    Words are lower-cased first; in English, typographic apostrophes are taken for plain ones, as Snowball asks. Words
    of which nothing is left are dropped, such as an English "'s". Letters with accents must be one character each, as
    they nearly always are: `Tokenizer(normalize="NFC")` makes them so.

    Snowball improves its stemmers: what a later version makes of a few words may differ. Fit a pipeline or an index
    anew after such an update, so that its words and those of a query are stemmed alike.

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
    >>> Stemmer(language="turkish").transform([["evler", "evlerim"]])[0]
    ['ev', 'ev']
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
        check_choice(self, "algorithm", ALGORITHMS)
        self._check_language()

    def _check_language(self) -> None:
        if self.algorithm == "snowball":
            check_choice(self, "language", languages())
        elif self.language != "english":
            raise ValueError(
                f"Stemmer: algorithm={self.algorithm!r} is for English only, but language is {self.language!r}. "
                "Use algorithm='snowball' for other languages."
            )
