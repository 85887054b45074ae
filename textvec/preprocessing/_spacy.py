"""All that textvec uses of spaCy, an optional dependency: tokenizers, entities, stop words and a pipeline's lemmas.

Tested in tests/preprocessing/test_tokenizer.py.
"""

from __future__ import annotations

import pkgutil
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

# spaCy remembers every word that it ever saw, which a server that runs for months cannot afford. For what a trained
# pipeline does a memory zone makes it forget, in one thread at a time; a bare tokenizer takes twice as long in one, so
# it gets a fresh start.
_ZONE = threading.Lock()
# Documents that are worked on in one memory zone, after which what they added to the vocabulary is forgotten.
_DOCUMENTS_PER_ZONE = 256
# Words that the vocabulary of a bare tokenizer may hold before it gets a fresh start: more of them take more memory,
# fewer mean that it is made anew more often.
_MAX_REMEMBERED_WORDS = 500_000


def tokenize(name: str, texts: list[str], merge_entities: bool) -> Iterator[list[str]]:
    """Yield the tokens of each text, by the rules of a language or a trained pipeline; spaces are none."""
    nlp = find(name)
    if name in _codes():
        for text in texts:
            yield _words(nlp.tokenizer(text))
        if len(nlp.vocab) > _MAX_REMEMBERED_WORDS:
            blank.cache_clear()
        return
    for i in range(0, len(texts), _DOCUMENTS_PER_ZONE):
        batch = texts[i : i + _DOCUMENTS_PER_ZONE]
        with _ZONE, nlp.memory_zone():
            words = [_words(doc) for doc in (nlp.pipe(batch) if merge_entities else map(nlp.tokenizer, batch))]
        yield from words


def _words(doc: Any) -> list[str]:
    """Return the tokens of a document, each of its entities as one, with underscores for the spaces in it."""
    words: list[str] = []
    place = 0
    for entity in doc.ents:
        words += [token.text for token in doc[place : entity.start] if not token.is_space]
        words += ["_".join(entity.text.split())]
        place = entity.end
    return words + [token.text for token in doc[place:] if not token.is_space]


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


def find(name: str) -> Any:
    """Return what a name stands for: the tokenizer of a language, or a trained pipeline.

    Raises
    ------
    ValueError
        If it stands for neither.
    OSError
        If spaCy cannot load it.
    """
    spacy = _spacy()
    codes = _codes()
    if name in codes:
        return blank(name)
    if not (spacy.util.is_package(name) or (name and Path(name).exists())):
        raise ValueError(
            f"spaCy knows neither a language nor a trained pipeline {name!r}. A pipeline of spaCy's own is installed "
            f"by: python -m spacy download en_core_web_sm. The codes of its languages are {', '.join(codes)}."
        )
    return trained(name)


def check_entities(name: str) -> None:
    """Raise an error unless a pipeline finds entities, and switch off what it does after that.

    What comes before may all have a say: no entity crosses the beginning of a sentence, and rules can ask for tags.

    Raises
    ------
    ValueError
        If none of its components finds entities, or there is no such pipeline.
    OSError
        If spaCy cannot load it.
    """
    nlp = find(name)
    makers = [
        i
        for i, component in enumerate(nlp.pipe_names)
        if "doc.ents" in nlp.get_pipe_meta(component).assigns
        or getattr(nlp.get_pipe(component), "annotate_ents", False)
    ]
    if not makers:
        what = "is a language's tokenizer alone" if name in _codes() else f"has only the components {nlp.pipe_names}"
        raise ValueError(
            f"Tokenizer: merge_entities=True needs a spaCy pipeline with a component that finds entities ('ner', "
            f"'entity_ruler'), such as 'spacy:en_core_web_sm', but 'spacy:{name}' {what}."
        )
    if after := nlp.pipe_names[makers[-1] + 1 :]:
        with _ZONE:
            nlp.select_pipes(disable=after)


@lru_cache(maxsize=2)
def trained(model: str) -> Any:
    """Return a trained pipeline, by name or path, with all its parts."""
    return _load(model, [])


@lru_cache(maxsize=2)
def load(model: str) -> Any:
    """Return a trained pipeline, by name or path, without the parts that have no say in lemmas.

    Raises
    ------
    OSError
        If spaCy cannot load it.
    """
    return _load(model, ["parser", "ner"])


def _load(model: str, exclude: list[str]) -> Any:
    try:
        return _spacy().load(model, exclude=exclude)
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
    codes = _codes()
    if language not in codes:
        raise ValueError(f"spaCy does not know the language {language!r}. Its codes are {', '.join(codes)}.")
    return _spacy().util.get_lang_class(language)


@lru_cache(maxsize=1)
def _codes() -> list[str]:
    """Return the codes of the languages that spaCy knows."""
    return sorted(module.name for module in pkgutil.iter_modules(_spacy().lang.__path__) if module.ispkg)
