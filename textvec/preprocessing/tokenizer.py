r"""Tokenizer: text to words, the first step of every pipeline.

Patterns that cut text into runs of one class of characters, scikit-learn's default among them, are done by a compiled
kernel. Everything else, any regular expression, NLTK, spaCy or a function of the user's, takes the plain road through
Python, and its words are numbered all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa

from textvec._common.query_steps import require
from textvec._common.remembered import Remembered
from textvec.preprocessing import _spacy
from textvec.preprocessing._base import TokenStep
from textvec.preprocessing._pieces import Pieces, pieces_of
from textvec.text.chunks import Chunk, come_as_words, in_chunks
from textvec.text.documents import as_strings, check_missing
from textvec.text.encoding import Encoded, Runs, encode_lists, encode_runs, encode_words, joined
from textvec.text.folding import STRIP_ACCENTS, fold, normalized
from textvec.text.short_texts import are_few_and_short, word_finder
from textvec.text.tokens import Tokens, as_tokens

_NAMES = ("unicode", "whitespace", "treebank", "tweet")
_WAYS = (
    "'unicode', 'whitespace', 'treebank', 'tweet', 'spacy:' and a language code or trained pipeline such as 'spacy:en' "
    "and 'pieces:' and the path of a tokenizer.json"
)
NORMAL_FORMS = ("NFC", "NFKC")

_READER = "Tokenizer(missing='empty') as the first step, which reads them"  # in errors about missing documents


class Tokenizer(TokenStep):
    r"""Cut text into words.

    Documents that come as words already (`Tokens`, lists of lists of str) pass through unchanged.

    Parameters
    ----------
    pattern : str or callable, default=r"(?u)\b\w\w+\b"
        How to find the words:

        - a regular expression: each match is a word, or its group if it has one, as in scikit-learn. The default is
          scikit-learn's: runs of two or more letters, digits and underscores. It and patterns like it (`\w+`,
          `[a-z]{3,}`) run in a compiled kernel.
        - `"unicode"`: words after the default rules of Unicode Standard Annex #29 [1]_, also those of one letter:
          letters, marks and digits, and what may stand between two of them, as in "don't", "l·l", "3.14" and
          "snake_case". Words of Hindi, Tamil, and with decomposed accents stay whole, where `\w+` cuts them at marks.
          Runs in a compiled kernel.
        - `"whitespace"`: what lies between white space, exactly as `str.split()`.
        - `"treebank"`: NLTK's `TreebankWordTokenizer`, which keeps punctuation and parts "don't" into "do" and "n't".
          It takes a document for one sentence: only the last full stop is parted from its word.
        - `"tweet"`: NLTK's `TweetTokenizer`, which keeps emoticons, hashtags and handles whole.
        - `"spacy:en"`, and so on for other language codes: spaCy's rules for that language, punctuation included,
          white space left out. No trained pipeline is needed.
        - `"spacy:en_core_web_sm"`, and so on for the name or folder of any trained pipeline: its tokenizer.
        - `"pieces:FILE"`: word pieces, as the package `tokenizers` finds them by the definition in FILE, a
          `tokenizer.json` or a folder with one; `pip install "textvec-kit[pieces]"` installs it. Special tokens at
          the ends of texts are left out, and no text is cut short or padded. `WordVectors.read` reads vectors of such
          pieces, and its `pieces` may be given in place of `"pieces:FILE"`.
        - a function that takes a text and returns its words. Use a named one from a module, not a lambda, if the
          pipeline is to be pickled.

        To match one of these names itself, write it as `(?:tweet)`.
    lowercase : bool, default=True
        Whether to lower-case. A tokenizer of pieces does so or not as its file says, and not as this says.
    strip_accents : {"unicode", "ascii"}, default=None
        Whether to take accents off, and how, as in scikit-learn: "unicode" works on any character, "ascii" also drops
        all that is not ASCII then.
    normalize : {"NFC", "NFKC"}, default=None
        The normal form of Unicode [2]_ that text is brought into before anything else. "NFC" makes one character of a
        letter and its accent, so that "é" is the same word however it was typed; "NFKC" also replaces ligatures,
        full-width letters, superscripts and the like by plain characters.
    missing : {"error", "empty"}, default="error"
        Whether to refuse missing documents (None, NaN, NA, null), or to take them for empty ones.
    merge_entities : bool, default=False
        Whether to make one word, "new_york", of each named entity that a spaCy pipeline finds. The pattern must be
        that of a trained pipeline, or one with rules, that has a component for it.

    See Also
    --------
    textvec.Tokens : What comes out.
    Phrases : Joins words that often stand together, without a trained pipeline.

    Notes
    -----
    A regular expression is matched in the text after lower-casing and accent stripping, as scikit-learn does it.
    Named tokenizers and functions see the text as it was written, since capitals and accents tell them something;
    lower-casing and accent stripping are then done once for each distinct word, and words of which nothing is left
    are dropped. `"tweet"` leaves emoticons such as `:D` as they are.

    Pieces are what a file knows: accents are stripped, and a normal form is made, before text is cut into them, and
    what no piece is known for becomes the file's unknown piece, such as `[UNK]`. The file is read when it is needed,
    and is no part of this object, its pickle, or what `textvec.save` writes of it; the `pieces` of `WordVectors` are.

    With `"unicode"`, a segment of the annex is a word if it holds a letter or a digit. The annex leaves scripts without
    spaces to dictionaries: each ideograph, each Hiragana, and each letter of Thai, Lao, Khmer or Burmese with its marks
    is a word of its own, and n-grams of them find what is written together; Katakana stay together. A full stop or a
    colon between letters is in the word, as in "example.com". A narrow no-break space separates words here.

    Entities are the pipeline's `doc.ents`; an underscore takes the place of the white space in each, as in `Phrases`,
    so that n-grams and vocabularies can tell the words of an entity from the words beside it. A pipeline is loaded
    once and kept for the process, outside of this object and its pickle; it runs in one thread at a time.

    References
    ----------
    .. [1] Unicode Standard Annex #29, "Unicode text segmentation". https://www.unicode.org/reports/tr29/
    .. [2] Unicode Standard Annex #15, "Unicode normalization forms". https://www.unicode.org/reports/tr15/

    Examples
    --------
    >>> from textvec.preprocessing import Tokenizer
    >>> Tokenizer().transform(["Good food, good mood!", "A pizza"])
    Tokens(2 documents, 5 tokens, 4 words)
      0: good food good mood
      1: pizza
    >>> Tokenizer(r"\w+(?:'\w+)?").tokenize("I don't know")
    ['i', "don't", 'know']
    >>> Tokenizer("unicode").tokenize("I don't say नमस्ते")
    ['i', "don't", 'say', 'नमस्ते']
    >>> Tokenizer(normalize="NFKC").tokenize("ﬁne x² cafe\u0301")
    ['fine', 'x2', 'café']
    >>> Tokenizer("tweet").tokenize("GREAT pizza :D #yum")
    ['great', 'pizza', ':D', '#yum']
    >>> Tokenizer("spacy:en", lowercase=False).tokenize("We don't, Dr. Who.")
    ['We', 'do', "n't", ',', 'Dr.', 'Who', '.']
    """

    def __init__(
        self,
        pattern: str | Callable[[str], Iterable[str]] = r"(?u)\b\w\w+\b",
        *,
        lowercase: bool = True,
        strip_accents: str | None = None,
        normalize: str | None = None,
        missing: str = "error",
        merge_entities: bool = False,
    ) -> None:
        self.pattern = pattern
        self.lowercase = lowercase
        self.strip_accents = strip_accents
        self.normalize = normalize
        self.missing = missing
        self.merge_entities = merge_entities

    def transform(self, X: Any) -> Tokens:
        """Cut documents into words.

        Parameters
        ----------
        X : iterable of str, list of lists of str, or Tokens
            Documents; or tokens, which are returned as they are.

        Returns
        -------
        Tokens
            As many documents as went in.

        Raises
        ------
        ValueError, TypeError
            If a parameter is not good, `X` is a single string, a document is missing or no string, or a function
            given as `pattern` returns something else than words.
        ImportError, OSError
            If spaCy is not installed, or cannot load a pipeline.
        """
        find = _finder(self) if are_few_and_short(X) else None
        lists = [] if find is None else [words for text in X if (words := find(text)) is not None]
        if lists and len(lists) == len(X):
            return Tokens._of(*encode_lists(lists), steps=(self,))
        self._check_params()
        if isinstance(X, Tokens):
            return X
        tokenized, chunks = come_as_words(in_chunks(X, missing=self.missing, reader=_READER))
        if tokenized:
            return Tokens._of(*joined(as_tokens(documents).encoded for documents, _ in chunks), steps=())
        encoded = joined(map(self._encode, chunks))
        if not _sees_folded_text(self.pattern):
            return Tokens._of(*encoded, steps=()).map_words(self._fold_words, step=self)
        return Tokens._of(*encoded, steps=(self,))

    def tokenize(self, text: str) -> list[str]:
        """Return the words of one document.

        Parameters
        ----------
        text : str
            The document.

        Returns
        -------
        list of str

        Raises
        ------
        TypeError
            If it is not a string.
        """
        if not isinstance(text, str):
            raise TypeError(f"tokenize takes one document, a string, but it was given {text!r:.60}. Use transform.")
        return self.transform([text])[0]

    def _query_steps(self, before: tuple[Any, ...], words: list[str]) -> list[dict[str, Any]]:
        require(not before, "Tokenizer is not the first step")
        require(self.strip_accents is None, "Tokenizer strips accents")
        how = {"lowercase": bool(self.lowercase), "normalize": self.normalize}
        if self.pattern == "unicode":
            return [{"step": "unicode_words", **how}]
        pieces = pieces_of(self.pattern)
        if pieces is not None:
            return [{"step": "pieces", "definition": pieces.definition, "normalize": self.normalize}]
        require(self._is_regular_expression, f"Tokenizer(pattern={self.pattern!r:.40}) is no regular expression")
        return [{"step": "pattern", "pattern": str(self.pattern), **how}]

    @property
    def _is_regular_expression(self) -> bool:
        return isinstance(self.pattern, str) and not _is_name(self.pattern) and pieces_of(self.pattern) is None

    def _check_params(self) -> None:
        self._check_pattern()
        self._check_merge_entities()
        check_missing(self)
        if self.lowercase not in (True, False):
            raise ValueError(f"Tokenizer: lowercase must be True or False, but it is {self.lowercase!r}.")
        if self.strip_accents not in (None, *STRIP_ACCENTS):
            raise ValueError(
                f"Tokenizer: strip_accents must be None, 'unicode' or 'ascii', but it is {self.strip_accents!r}."
            )
        if self.normalize not in (None, *NORMAL_FORMS):
            raise ValueError(f"Tokenizer: normalize must be None, 'NFC' or 'NFKC', but it is {self.normalize!r}.")

    def _check_pattern(self) -> None:
        pattern = self.pattern
        if callable(pattern) or pieces_of(pattern):
            return
        if not isinstance(pattern, str):
            raise TypeError(
                "Tokenizer: pattern must be a regular expression as a str, the name of a tokenizer, or a function, "
                f"but it is {pattern!r} of type {type(pattern).__name__}."
            )
        if _is_name(pattern):
            if pattern.startswith("spacy:"):
                _spacy.find(pattern.removeprefix("spacy:"))
            return
        # A misspelt name would be a regular expression that finds nothing, and nobody would be told.
        if re.fullmatch(r"[A-Za-z]+(:\w*)?", pattern):
            raise ValueError(
                f"Tokenizer: there is no tokenizer named {pattern!r}. The names are {_WAYS}. "
                f"To match this very word, write (?:{pattern})."
            )
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise ValueError(f"Tokenizer: pattern {pattern!r} is no regular expression: {error}.") from None
        if groups > 1:
            raise ValueError(
                "Tokenizer: More than 1 capturing group in token pattern. Only a single group should be captured. "
                f"Write the others of {pattern!r} as (?:...)."
            )

    def _check_merge_entities(self) -> None:
        if self.merge_entities not in (True, False):
            raise ValueError(f"Tokenizer: merge_entities must be True or False, but it is {self.merge_entities!r}.")
        if not self.merge_entities:
            return
        if callable(self.pattern) or not self.pattern.startswith("spacy:"):
            raise ValueError(
                "Tokenizer: merge_entities=True needs a spaCy pipeline that finds entities as the pattern, such as "
                f"'spacy:en_core_web_sm', but pattern is {self.pattern!r}."
            )
        _spacy.check_entities(self.pattern.removeprefix("spacy:"))

    def _encode(self, chunk: Chunk) -> Encoded:
        texts, pattern = as_strings(chunk.documents, self.missing, chunk.first, _READER), self.pattern
        if self.normalize is not None:
            texts = normalized(texts, self.normalize)
        pieces = pieces_of(pattern)
        if pieces is not None:
            return Encoded(*pieces.encode(_stripped(texts, self.strip_accents) if self.strip_accents else texts))
        if not callable(pattern) and not _is_name(pattern):  # words are looked for in folded text
            runs = Runs.parse(pattern)
            if runs is not None:
                return encode_runs(texts, runs, self.lowercase, self.strip_accents)
            find = re.compile(pattern).findall
            folded = (fold(text, self.lowercase, self.strip_accents) for text in texts.to_pylist())
            return encode_lists(map(find, folded))
        if pattern == "unicode":
            return encode_words(texts)
        if pattern == "whitespace":  # \S and str.split agree on every character
            return encode_runs(texts, Runs(r"\S", 1), lowercase=False, strip_accents=None)
        return Tokens.from_lists(self._cut(texts.to_pylist(), chunk.first)).encoded

    def _fold_words(self, words: list[str]) -> list[str | None]:
        lowercase = self.lowercase and self.pattern != "tweet"  # that one did so already, except for emoticons
        return [fold(word, lowercase, self.strip_accents) or None for word in words]

    def _cut(self, texts: list[str], first: int) -> Iterable[list[str]]:
        """Yield the words of each text, by a named tokenizer or the user's function."""
        pattern = self.pattern
        if callable(pattern):
            return _words_by_function(pattern, texts, first)
        if pattern.startswith("spacy:"):
            return _spacy.tokenize(pattern.removeprefix("spacy:"), texts, self.merge_entities)
        from nltk.tokenize import TreebankWordTokenizer, TweetTokenizer

        if pattern == "treebank":
            return map(TreebankWordTokenizer().tokenize, texts)
        return map(TweetTokenizer(preserve_case=not self.lowercase).tokenize, texts)


def _finder_of(tokenizer: Any) -> Callable[[str], list[str] | None] | None:
    """Return what finds the words of a short text by a regular expression; None for other patterns, or wrong ones."""
    pattern = tokenizer.pattern
    if type(pattern) is not str or _is_name(pattern):
        return None
    try:
        tokenizer._check_params()
        if pieces_of(pattern):
            return None
    except Exception:  # the same one comes again, where texts are read
        return None
    return word_finder(pattern, bool(tokenizer.lowercase), tokenizer.strip_accents, tokenizer.normalize)


_finder = Remembered(_finder_of, "pattern", "lowercase", "strip_accents", "normalize", "missing", "merge_entities")


def _is_name(pattern: str) -> bool:
    return pattern in _NAMES or pattern.startswith("spacy:")


def _sees_folded_text(pattern: Any) -> bool:
    """Tell whether words need no folding when they are found: those of regular expressions, and pieces."""
    return isinstance(pattern, Pieces) or not (callable(pattern) or _is_name(pattern))


def _stripped(texts: pa.LargeStringArray, how: str) -> pa.LargeStringArray:
    return pa.array([fold(text, False, how) for text in texts.to_pylist()], pa.large_string())


def _words_by_function(function: Callable[[str], Iterable[str]], texts: list[str], first: int) -> Iterator[list[str]]:
    for i, text in enumerate(texts, first):
        words = function(text)
        if isinstance(words, str | bytes) or not isinstance(words, Iterable):
            raise TypeError(
                f"Tokenizer: the function given as pattern must return a list of words, but for document {i} it "
                f"returned {words!r:.60}."
            )
        words = list(words)
        for word in words:
            if not isinstance(word, str):
                raise TypeError(
                    f"Tokenizer: the function given as pattern must return words that are strings, but for document "
                    f"{i} it returned {word!r:.60} of type {type(word).__name__}."
                )
        yield words
