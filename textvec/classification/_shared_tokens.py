"""Texts that are cut into words once, for all features that are made of the same words.

Tested in tests/classification/test_comparing.py.
"""

from __future__ import annotations

from os import PathLike
from typing import Any

from sklearn.pipeline import FeatureUnion, Pipeline

from textvec.embeddings import EmbeddingVectorizer
from textvec.preprocessing import Tokenizer
from textvec.text.tokens import Tokens
from textvec.vectorizers import CountVectorizer, HashingVectorizer, TfidfVectorizer
from textvec.vectorizers._analysis import encode_documents

# What decides which words a vectorizer finds in a text. Leaving out its stop words once more changes nothing.
_WORD_PARAMS = ("token_pattern", "lowercase", "strip_accents", "stop_words", "missing")
_PLAIN_PARAMS = {"analyzer": "word", "input": "content", "preprocessor": None, "tokenizer": None}


class SharedTokens:
    """Texts, and the words of them, which are found when the first features are made of them.

    Parameters
    ----------
    texts : list of str
    """

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self._made: list[tuple[Any, Tokens]] = []

    def for_features(self, encoder: Any) -> Tokens | list[str]:
        """Return what an estimator makes the same matrix of: tokens, where it cuts texts into words, or the texts.

        N-grams of characters need the texts; encoding these takes a tenth of the time that counting them does.
        """
        readers = _readers(encoder)
        ways = [_way(reader) for reader in readers]
        if not ways or ways[0] is None or any(way != ways[0] for way in ways):
            return self.texts
        for way, tokens in self._made:
            if way == ways[0]:
                return tokens
        self._made.append((ways[0], _tokens(readers[0], self.texts)))
        return self._made[-1][1]


def _readers(encoder: Any) -> list[Any]:
    """Return the steps that the documents come to first: that of a pipeline, one for each part of a union."""
    if isinstance(encoder, Pipeline):
        return _readers(encoder.steps[0][1])
    if isinstance(encoder, FeatureUnion):
        return [reader for _, part in encoder.transformer_list for reader in _readers(part)]
    return [encoder]


def _way(reader: Any) -> dict[str, Any] | None:
    """Return what decides which words it finds, or None if it may need the text; subclasses find words of their own."""
    if type(reader) is EmbeddingVectorizer:
        by_name = isinstance(reader.vectors, str | PathLike)  # Such vectors may be of pieces, which only reading tells.
        if by_name or getattr(reader.vectors, "pieces", None) is not None:
            return None
        return {"tokenizer": True, "missing": reader.missing}
    if type(reader) not in (CountVectorizer, TfidfVectorizer, HashingVectorizer):
        return None
    if any(getattr(reader, name) != value for name, value in _PLAIN_PARAMS.items()) or reader.ngram_range[0] < 1:
        return None
    return {name: getattr(reader, name) for name in _WORD_PARAMS}


def _tokens(reader: Any, texts: list[str]) -> Tokens:
    if type(reader) is EmbeddingVectorizer:
        return Tokenizer(missing=reader.missing).transform(texts)
    encoded = encode_documents(reader, texts)
    return Tokens(encoded.words, encoded.codes, encoded.offsets)
