"""Vectors of spaCy's pipelines, both ways."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from textvec.embeddings.formats._format import VectorTable
from textvec.preprocessing import _spacy


def from_spacy(nlp: Any) -> VectorTable:
    """Return the words and vectors of a spaCy pipeline; see `WordVectors.from_spacy`."""
    if isinstance(nlp, str):
        nlp = _spacy.find(nlp)
    stored, strings = nlp.vocab.vectors, nlp.vocab.strings
    if str(stored.mode) == "floret":
        raise ValueError(
            f"The vectors of the spaCy pipeline {nlp.meta['name']!r} are floret's: buckets of n-grams, and no words."
        )
    keys = [key for key, row in stored.key2row.items() if row >= 0]
    if not keys:
        raise ValueError(
            f"The spaCy pipeline {nlp.meta['name']!r} has no word vectors. Those named ..._md and ..._lg have some."
        )
    data = stored.data if isinstance(stored.data, np.ndarray) else stored.data.get()  # from the memory of a GPU
    rows = np.array([stored.key2row[key] for key in keys], np.int64)
    order = np.argsort(rows, kind="stable")  # A row's own word was added before those that share it.
    used, word_rows = np.unique(rows[order], return_inverse=True)
    return VectorTable([strings[keys[i]] for i in order.tolist()], data[used], word_rows=word_rows)


def to_spacy(table: VectorTable, nlp: Any) -> None:
    """Put vectors into a spaCy pipeline; see `WordVectors.to_spacy`."""
    for word in table.words:
        nlp.vocab.strings.add(word)
    data = np.array(table.vectors, np.float32)
    vectors = import_module("spacy.vectors").Vectors(strings=nlp.vocab.strings, data=data)
    rows = range(len(table.words)) if table.word_rows is None else table.word_rows.tolist()
    for word, row in zip(table.words, rows, strict=True):
        vectors.add(word, row=row)
    nlp.vocab.vectors = vectors
