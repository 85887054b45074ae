"""StopWords: leave out words that carry little meaning.

A stop list is only as good as its match with the words it meets: "don't" in a list removes nothing if the tokenizer
made "don" of it, nor does "because" after a stemmer made "becaus". So the list goes through the steps that the
corpus went through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Self

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from textvec._common.counted import counted
from textvec._common.saved import check
from textvec.preprocessing import _nltk, _spacy
from textvec.preprocessing._base import TokenStep
from textvec.preprocessing.tokenizer import Tokenizer
from textvec.text.tokens import Tokens

_WAYS = "'english', 'nltk:' and a language such as 'nltk:german', 'spacy:' and a language code such as 'spacy:de'"


class StopWords(TokenStep):
    """Leave out stop words.

    Parameters
    ----------
    words : str or iterable of str, default="english"
        What to leave out:

        - `"english"`: scikit-learn's list of 318 words.
        - `"nltk:german"`, and so on: NLTK's list for that language. Its data is a download of its own:
          `python -m nltk.downloader stopwords`.
        - `"spacy:de"`, and so on: spaCy's list for that language code; spaCy is an optional dependency.
        - words of your own.

    Attributes
    ----------
    stop_words_ : frozenset of str
        The list as it was written, kept by `fit`, so that a fitted step works where NLTK or spaCy are missing.
        `transform` without `fit` looks the list up each time.

    See Also
    --------
    Tokenizer : What cuts raw text first, with its defaults, if this step is given raw text.

    Notes
    -----
    The list is put through the steps that made the tokens: the tokenizer first, then every word step in between. All
    words that come of it are left out. With the default tokenizer, "don't" in the list removes "don"; after a
    stemmer, "because" removes "becaus". An entry of two words removes both, wherever they stand.
    An apostrophe in the list stands for the typographic one, too, which `Tokenizer("unicode")` leaves in words.
    Documents that came as lists of words have no such steps, and the list is used as it is.

    scikit-learn's English list is short of some words and holds a few that may matter to you, such as "bill",
    "system" and "not" [1]_. For sentiment, a list of your own that keeps "not" is often better.

    References
    ----------
    .. [1] J. Nothman, H. Qin, R. Yurchak (2018). "Stop Word Lists in Free Open-source Software Packages". In Proc.
       Workshop for NLP Open Source Software.

    Examples
    --------
    >>> from textvec.preprocessing import StopWords, Stemmer, Tokenizer
    >>> StopWords().transform(["The food is good", "What is it?"])
    Tokens(2 documents, 2 tokens, 2 words)
      0: food good
      1:
    >>> tokens = Tokenizer().transform(["I don't know, because he left"])
    >>> StopWords(["don't", "because"]).transform(tokens)[0]
    ['know', 'he', 'left']
    >>> StopWords(["don't", "because"]).transform(Stemmer().transform(tokens))[0]
    ['know', 'he', 'left']
    """

    def _learnt(self) -> list[str]:
        return [counted(len(self.stop_words_), "stop word")] if hasattr(self, "stop_words_") else []

    def __init__(self, words: str | Iterable[str] = "english") -> None:
        self.words = words

    def fit(self, X: Any, y: Any = None) -> Self:
        """Look the list up and keep it; nothing is learnt from the documents.

        Parameters
        ----------
        X : iterable of str, list of lists of str, or Tokens
            Not read.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If `words` is neither a known list nor words, or `X` is a single string.
        LookupError
            If NLTK's lists are not on this machine.
        ImportError
            If spaCy is not installed.
        """
        super().fit(X)
        self.stop_words_ = _stop_list(self.words)
        return self

    def transform(self, X: Any) -> Tokens:
        """Leave the stop words out.

        Parameters
        ----------
        X : iterable of str, list of lists of str, or Tokens
            Documents; text is cut by a `Tokenizer` with its defaults first.

        Returns
        -------
        Tokens
            As many documents as went in; one that loses every word stays, empty.

        Raises
        ------
        ValueError, TypeError, LookupError, ImportError
            As in `fit`.
        """
        words = self.stop_words_ if hasattr(self, "stop_words_") else _stop_list(self.words)
        tokens = Tokenizer().transform(X)
        dropped = _put_through(words, tokens.steps)
        return tokens.map_words(lambda words: [None if word in dropped else word for word in words], step=self)

    def _query_steps(self, before: tuple[Any, ...], words: list[str]) -> list[dict[str, Any]]:
        return [{"step": "stop_words", "words": sorted(_put_through(self.stop_words_, before))}]

    def _check_params(self) -> None:
        _stop_list(self.words)

    _saved_attributes: ClassVar[frozenset[str]] = frozenset({"stop_words_"})

    def _check_loaded(self) -> None:
        words: Any = getattr(self, "stop_words_", frozenset())
        check(isinstance(words, frozenset) and set(map(type, words)) <= {str}, "stop_words_ must be a set of strings")


def _stop_list(words: Any) -> frozenset[str]:
    """Return the stop words that a parameter names or holds."""
    if isinstance(words, str):
        return _named(words)
    if isinstance(words, bytes) or not isinstance(words, Iterable):
        raise TypeError(f"StopWords: words must be {_WAYS}, or a list of words, but it is {words!r:.60}.")
    if isinstance(words, Iterator):
        raise TypeError(
            f"StopWords: words must be a list of words, but it is a {type(words).__name__}, which can be read only "
            "once. Put it into a list first: list(words)."
        )
    for word in words:
        if not isinstance(word, str):
            raise TypeError(f"StopWords: stop words must be strings, but {word!r} is of type {type(word).__name__}.")
    return frozenset(words)


def _named(name: str) -> frozenset[str]:
    source, _, language = name.partition(":")
    if name == "english":
        return frozenset(ENGLISH_STOP_WORDS)
    if source == "spacy":
        return _spacy.stop_words(language)
    if source != "nltk":
        raise ValueError(f"StopWords: there is no stop list named {name!r}. Pass {_WAYS}, or a list of words.")
    reader = _nltk.corpus("stopwords", f"StopWords({name!r})")
    if language not in reader.fileids():
        raise ValueError(
            f"StopWords: NLTK has no stop words for {language!r}. Its languages are {', '.join(reader.fileids())}."
        )
    return frozenset(reader.words(language))


def _put_through(words: frozenset[str], steps: tuple[Any, ...]) -> frozenset[str]:
    """Return what becomes of stop words on the way that the corpus took, with either apostrophe."""
    # Only a Tokenizer takes strings; where a corpus came as lists, a stop word is a token as it stands.
    strings = bool(steps) and isinstance(steps[0], Tokenizer)
    tokens: Any = sorted(words) if strings else Tokens.from_lists([word] for word in sorted(words))
    for step in steps:
        tokens = step.transform(tokens)
    found = frozenset(tokens.vocabulary.tolist())
    straight, typographic = ({word.replace(*signs) for word in found} for signs in ("\u2019'", "'\u2019"))
    return found | straight | typographic
