"""All that textvec uses of spaCy, an optional dependency: tokenizers, stop words, and lemmas of a pipeline."""

from __future__ import annotations

import pkgutil
import threading
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

# spaCy remembers every word that it ever saw, which a server that runs for months cannot afford. For lemmas a memory
# zone makes it forget, in one thread at a time; tokenizing in one takes twice as long, so there it gets a fresh start.
_ZONE = threading.Lock()
_MOST_WORDS = 500_000


def tokenize(language: str, texts: list[str]) -> Iterator[list[str]]:
    """Yield the tokens of each text, by the rules of a language; spaces are none."""
    nlp = blank(language)
    for text in texts:
        yield [token.text for token in nlp.tokenizer(text) if not token.is_space]
    if len(nlp.vocab) > _MOST_WORDS:
        blank.cache_clear()


def stop_words(language: str) -> frozenset[str]:
    """Return spaCy's stop words of a language, for which no pipeline is needed.

    Raises
    ------
    ValueError
        If spaCy does not know the language, or no stop words of it.
    """
    words = frozenset(_language(language).Defaults.stop_words)
    if not words:
        raise ValueError(f"spaCy has no stop words for the language {language!r}. Pass a list of words instead.")
    return words


def lemmas(model: str, words: list[str]) -> list[str]:
    """Return the lemma of each word, which must not be empty, taken as a document of one token.

    Raises
    ------
    ValueError
        If no component of the pipeline makes lemmas.
    """
    nlp = load(model)
    from spacy.tokens import Doc

    with _ZONE, nlp.memory_zone():
        found = [doc[0].lemma_ for doc in nlp.pipe(Doc(nlp.vocab, words=[word]) for word in words)]
    if words and not any(found):
        raise ValueError(
            f"The spaCy pipeline {model!r} makes no lemmas; its components are {nlp.pipe_names}. Choose one with a "
            "lemmatizer, such as 'en_core_web_sm'."
        )
    return [lemma or word for lemma, word in zip(found, words, strict=True)]


@lru_cache(maxsize=8)
def blank(language: str) -> Any:
    """Return the pipeline of a language that is its tokenizer alone; nothing needs to be downloaded for it."""
    return _language(language)()


@lru_cache(maxsize=2)
def load(model: str) -> Any:
    """Return a trained pipeline, by name or path, without the parts that have no say in lemmas.

    Raises
    ------
    OSError
        If spaCy cannot load it.
    """
    try:
        return _spacy().load(model, exclude=["parser", "ner"])
    except OSError as error:
        raise OSError(
            f"spaCy cannot load the pipeline {model!r}. If it is one of spaCy's own, get it with: "
            f"python -m spacy download {model}"
        ) from error


def _spacy() -> Any:
    try:
        import spacy
    except ImportError as error:
        raise ImportError('This needs spaCy, which cannot be imported: pip install "textvec-kit[spacy]"') from error
    return spacy


def _language(language: str) -> Any:
    spacy = _spacy()
    known = sorted(module.name for module in pkgutil.iter_modules(spacy.lang.__path__) if module.ispkg)
    if language not in known:
        raise ValueError(f"spaCy does not know the language {language!r}. Its codes are {', '.join(known)}.")
    return spacy.util.get_lang_class(language)
