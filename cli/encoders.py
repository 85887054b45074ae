"""The options that say what a term is, and the encoders that are made of them.

Tested in tests/cli/test_similar.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from .learning import read_vectors

MODEL_CHOICES = ("tfidf", "bm25", "sentences", "hybrid", "embedding")
POOLINGS = ("mean", "tfidf", "sif", "usif", "max", "pmeans")
TERM_OPTIONS = {"tokenizer": "--tokenizer", "stop_words": "--stop-words", "stem": "--stem", "ngrams": "--ngrams"}


@dataclass
class TermOptions:
    """What the options say about terms."""

    tokenizer: str | None
    stop_words: str | None
    stem: str | None
    ngrams: tuple[int, int] | None  # None if the option was not given

    @property
    def steps(self) -> dict[str, Any]:
        """What comes before terms, as `text_steps` and `text_classifier` take it."""
        return {
            "tokenizer": self.tokenizer or None,
            "stop_words": _stop_words_of(self.stop_words),
            "stem": self.stem or None,
        }

    def encoder(self, model: str = "tfidf", vectors: str | None = None, pooling: str = "mean") -> Any:
        """Return the encoder of a model, or what counts its terms; an embedding needs `vectors`, a file or a name."""
        from sklearn.pipeline import make_pipeline

        from textvec.preprocessing.text_steps import text_steps

        last = self._last(model, vectors, pooling)
        if getattr(getattr(last[0], "vectors", None), "pieces", None) is not None:  # It cuts texts itself.
            if self.stop_words:
                raise click.UsageError("--stop-words does not go with vectors of word pieces, which are no words.")
            return last[0]
        return make_pipeline(*[step for _, step in text_steps(**self.steps)], *last)

    def _last(self, model: str, vectors: str | None, pooling: str) -> list[Any]:
        from textvec import CountVectorizer, TfidfVectorizer

        if model in ("embedding", "sentences"):
            from textvec import EmbeddingVectorizer

            return [EmbeddingVectorizer(read_vectors(vectors or "sentences"), pooling=pooling)]
        ngrams = self.ngrams or (1, 1)
        return [(TfidfVectorizer if model == "tfidf" else CountVectorizer)(ngram_range=ngrams)]


def _stop_words_of(name: str | None) -> str | list[str] | None:
    """Return the words of a file, if there is one of that name; otherwise the name of a list, or None."""
    if not name or not Path(name).is_file():
        return name or None
    from textvec.readers import read_documents

    return [line.strip() for line in read_documents(name).texts if line.strip()]


def _lengths(context: click.Context, option: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """Return the shortest and longest n-gram: `2`, or from `1-3`."""
    if value is None:
        return None
    found = re.fullmatch(r"([1-9]\d?)(?:-([1-9]\d?))?", value)
    shortest, longest = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if shortest > longest:
        raise click.BadParameter(f"{value!r} is no range of lengths, such as 1-2.")
    return shortest, longest


def term_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what a term is, and its function `terms` built of them."""
    says = "Words in a term.  [default: 1]"
    ngrams = click.option("--ngrams", metavar="MIN-MAX", callback=_lengths, help=says)
    return word_options(command, ngrams)


def word_options(
    command: Callable[..., Any], ngrams: Callable[[Callable[..., Any]], Any] | None = None
) -> Callable[..., Any]:
    """Give a command the options that say what a word is, and its function `terms` built of them."""

    @wraps(command)
    def run(
        tokenizer: str | None,
        stop_words: str | None,
        stem: str | None,
        ngrams: tuple[int, int] | None = None,
        **options: Any,
    ) -> Any:
        return command(terms=TermOptions(tokenizer, stop_words, stem, ngrams), **options)

    if ngrams is not None:
        ngrams(run)
    says = "porter, lancaster, snowball (English) or snowball:german."
    click.option("--stem", metavar="NAME", help=says)(run)
    says = "english, nltk:german, spacy:de, or a file with a word a line."
    click.option("--stop-words", metavar="NAME", help=says)(run)
    says = "unicode (words of all scripts, also of one letter), whitespace, tweet, spacy:th, or a regular expression."
    return click.option("--tokenizer", metavar="NAME", help=says)(run)


def refuse_terms(context: click.Context, options: dict[str, str], because: str) -> None:
    """Refuse options about terms that were given where they mean nothing."""
    from click.core import ParameterSource

    for name, option in options.items():
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{option} {because}")


@contextmanager
def without_words(what: str, advice: str = "") -> Iterator[None]:
    """Say in the words of a command that texts have no word, where a vectorizer says that its vocabulary is empty.

    `what` is the sentence that says so, and `advice` one about what to do besides.
    """
    try:
        yield
    except ValueError as error:
        if "empty vocabulary" not in str(error):
            raise
        left_out = "Left out are stop words and, unless --tokenizer is unicode, words of one letter."
        raise click.ClickException(f"{what} {left_out} {advice}".rstrip()) from None
