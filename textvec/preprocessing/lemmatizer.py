"""Lemmatizer: replace words by their dictionary forms, "mice" by "mouse"."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from textvec.preprocessing import _nltk, _spacy
from textvec.preprocessing._base import TokenStep, check_choice
from textvec.preprocessing.tokenizer import Tokenizer
from textvec.text.tokens import Tokens


class Lemmatizer(TokenStep):
    """Replace words by their lemmas, the forms that a dictionary lists.

    Each distinct word is looked up once, however often it occurs, and without its neighbours: "leaves" has one lemma
    wherever it stands.

    Parameters
    ----------
    backend : {"simplemma", "spacy", "wordnet"}, default="simplemma"
        - "simplemma": dictionaries and rules for about 50 languages [1]_. Works offline, needs no download.
        - "spacy": the lemmatizer of a spaCy pipeline, see `model`.
        - "wordnet": NLTK's `WordNetLemmatizer` [2]_, English only, see `pos`. Its data is a download of its own:
          `python -m nltk.downloader wordnet`.
    language : str, default="en"
        Language code for simplemma. spaCy's pipelines bring their own.
    model : str or path, default=None
        Name or folder of a spaCy pipeline, such as "en_core_web_sm"; needed with spaCy and for nothing else.
    pos : {"n", "v", "a", "r", "s"}, default="n"
        For "wordnet": take words as nouns, verbs, adjectives, adverbs or satellite adjectives. As in NLTK they are
        nouns unless told otherwise, so that "running" stays; chain a second lemmatizer with `pos="v"` for verbs.

    See Also
    --------
    Stemmer : Faster and cruder; its stems need not be words.

    Notes
    -----
    spaCy is given each word as a document of one token: its tokenizer is not asked, so that one word stays one
    ("don't" is not parted into "do" and "not"). The parser and the entity recognizer of the pipeline are not loaded.
    A word for which spaCy has no lemma stays as it is. A pipeline is loaded once and kept for the process, outside
    of this object and its pickle.

    Lemmas may have capitals ("I", German nouns) where the word had none.

    References
    ----------
    .. [1] A. Barbaresi (2021). "Simplemma: a simple multilingual lemmatizer for Python".
       https://github.com/adbar/simplemma
    .. [2] G. A. Miller (1995). "WordNet: a lexical database for English". Communications of the ACM 38(11), 39-41.

    Examples
    --------
    >>> from textvec.preprocessing import Lemmatizer
    >>> Lemmatizer().transform(["Two mice were running"])[0]
    ['two', 'mouse', 'be', 'run']
    >>> Lemmatizer(language="de").transform([["Häuser"]])[0]
    ['Haus']
    """

    def __init__(
        self,
        backend: str = "simplemma",
        *,
        language: str = "en",
        model: str | os.PathLike[str] | None = None,
        pos: str = "n",
    ) -> None:
        self.backend = backend
        self.language = language
        self.model = model
        self.pos = pos

    def transform(self, X: Any) -> Tokens:
        """Replace words by their lemmas.

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
        ImportError
            If spaCy is not installed.
        OSError
            If the spaCy pipeline cannot be loaded.
        LookupError
            If WordNet is not on this machine.
        """
        self._check_params()
        lemmas = {"simplemma": self._simplemma, "spacy": self._spacy, "wordnet": self._wordnet}[self.backend]
        return Tokenizer().transform(X).map_words(_without_empty(lemmas), step=self)

    def _check_params(self) -> None:
        check_choice(self, "backend", ["simplemma", "spacy", "wordnet"])
        self._check_model()
        self._check_pos()
        self._check_language()

    def _check_model(self) -> None:
        if self.backend == "spacy" and self.model is None:
            raise ValueError(
                "Lemmatizer: backend='spacy' needs model, the name or folder of a pipeline, such as "
                "model='en_core_web_sm'."
            )
        if self.backend != "spacy" and self.model is not None:
            raise ValueError(
                f"Lemmatizer: model={self.model!r} is for backend='spacy', but backend is {self.backend!r}."
            )

    def _check_pos(self) -> None:
        check_choice(self, "pos", "nvars")
        if self.backend != "wordnet" and self.pos != "n":
            raise ValueError(f"Lemmatizer: pos={self.pos!r} is for backend='wordnet', but backend is {self.backend!r}.")

    def _check_language(self) -> None:
        if self.backend == "simplemma":
            from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

            check_choice(self, "language", sorted(SUPPORTED_LANGUAGES))
        elif self.backend == "wordnet":
            _nltk.corpus("wordnet", "Lemmatizer(backend='wordnet')")
            if self.language != "en":
                raise ValueError(f"Lemmatizer: backend='wordnet' is for English, but language is {self.language!r}.")
        else:
            language = _spacy.load(os.fspath(self.model)).lang  # type: ignore[arg-type]
            if self.language not in ("en", language):
                raise ValueError(
                    f"Lemmatizer: language is {self.language!r}, but the spaCy pipeline {self.model!r} is for "
                    f"{language!r}."
                )

    def _simplemma(self, words: list[str]) -> list[str]:
        from simplemma import lemmatize

        return [lemmatize(word, lang=self.language) for word in words]

    def _spacy(self, words: list[str]) -> list[str]:
        return _spacy.lemmas(os.fspath(self.model), words)  # type: ignore[arg-type]

    def _wordnet(self, words: list[str]) -> list[str]:
        from nltk.stem import WordNetLemmatizer

        lemmatize = WordNetLemmatizer().lemmatize
        return [lemmatize(word, self.pos) for word in words]


def _without_empty(lemmas: Callable[[list[str]], list[str]]) -> Callable[[list[str]], list[str | None]]:
    """Let a function that cannot take empty words drop them."""

    def function(words: list[str]) -> list[str | None]:
        found = iter(lemmas([word for word in words if word]))
        return [next(found) if word else None for word in words]

    return function
