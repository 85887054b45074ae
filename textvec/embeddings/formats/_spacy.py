"""Vectors of spaCy's pipelines, both ways."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from textvec.preprocessing import _spacy

if TYPE_CHECKING:
    from textvec.embeddings.word_vectors import WordVectors


def from_spacy(nlp: Any) -> WordVectors:
    """Take over the vectors of a spaCy pipeline. Words that share a vector there get a row each.

    Parameters
    ----------
    nlp : spacy.Language or str
        The pipeline, or its name or folder.

    Returns
    -------
    WordVectors
        The words in the order of their rows in the pipeline.

    Raises
    ------
    ValueError
        If the pipeline has no vectors, or floret's, which belong to no words; or there is no such pipeline.
    """
    from textvec.embeddings.word_vectors import WordVectors

    if isinstance(nlp, str):
        nlp = _spacy.find(nlp)
    table, strings = nlp.vocab.vectors, nlp.vocab.strings
    if str(table.mode) == "floret":
        raise ValueError(
            f"The vectors of the spaCy pipeline {nlp.meta['name']!r} are floret's: buckets of n-grams, and no words."
        )
    keys = sorted((row, key) for key, row in table.key2row.items() if row >= 0)
    if not keys:
        raise ValueError(
            f"The spaCy pipeline {nlp.meta['name']!r} has no word vectors. Those named ..._md and ..._lg have some."
        )
    data = table.data if isinstance(table.data, np.ndarray) else table.data.get()  # from the memory of a GPU
    return WordVectors([strings[key] for _, key in keys], data[[row for row, _ in keys]])


def to_spacy(vectors: WordVectors, nlp: Any) -> None:
    """Make these vectors those of a spaCy pipeline, in place of what it had.

    Parameters
    ----------
    vectors : WordVectors
    nlp : spacy.Language
    """
    words = list(vectors.words)
    for word in words:
        nlp.vocab.strings.add(word)
    data = np.array(vectors.vectors, np.float32)
    nlp.vocab.vectors = import_module("spacy.vectors").Vectors(strings=nlp.vocab.strings, data=data, keys=words)
