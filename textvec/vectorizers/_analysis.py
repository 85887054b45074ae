"""From documents to counted n-grams, by what the parameters of a CountVectorizer say.

The fastest way is taken that gives the tokens of scikit-learn's `build_analyzer`. What scikit-learn does with them
next (stop words, n-grams) is done on integers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from sklearn.feature_extraction.text import CountVectorizer as _SklearnCountVectorizer

from textvec.documents import as_strings
from textvec.encoding import STRIP_ACCENTS, Encoded, Runs, encode_lists, encode_runs
from textvec.tokens import as_tokens, is_tokenized
from textvec.vectorizers._ngrams import Counts, count_ngrams


def count_documents(vectorizer: Any, documents: Any) -> Counts:
    """Count the n-grams of documents; features that come ready-made are n-grams of one word."""
    whole = vectorizer.analyzer != "word" or _is_special(vectorizer)
    return count_ngrams(*encode_documents(vectorizer, documents), (1, 1) if whole else vectorizer.ngram_range)


def _is_special(vectorizer: Any) -> bool:
    """Tell whether a subclass makes features its own way, as scikit-learn's documentation proposes, or n is 0."""
    return vectorizer.ngram_range[0] < 1 or any(
        getattr(getattr(vectorizer, name), "__func__", None) is not getattr(_SklearnCountVectorizer, name)
        for name in ("build_analyzer", "build_preprocessor", "build_tokenizer", "decode", "_word_ngrams")
    )


def encode_documents(vectorizer: Any, documents: Any) -> Encoded:
    """Turn documents into codes by the fastest way that gives the tokens of `build_analyzer`."""
    own_parts = callable(vectorizer.preprocessor) or callable(vectorizer.tokenizer)
    if callable(vectorizer.analyzer) or _is_special(vectorizer):
        return encode_lists(map(vectorizer.build_analyzer(), _objects(documents)))
    if is_tokenized(documents) and not own_parts:
        if vectorizer.analyzer != "word":
            raise ValueError(
                f"{type(vectorizer).__name__} with analyzer={vectorizer.analyzer!r} needs the text of the documents, "
                "but their tokens were given. Give it the documents themselves, or use analyzer='word'."
            )
        tokens = as_tokens(documents)
        encoded = Encoded(tokens.vocabulary.tolist(), tokens.codes, tokens.offsets)
        return _without_stop_words(vectorizer, encoded)
    vectorizer.build_analyzer()  # checks the parameters that it uses
    preprocess = vectorizer.build_preprocessor()
    if vectorizer.analyzer != "word":
        cut = getattr(vectorizer, f"_{vectorizer.analyzer}_ngrams")
        return encode_lists(cut(preprocess(d)) for d in _decoded(vectorizer, documents))
    if own_parts:
        tokenize = vectorizer.build_tokenizer()
        encoded = encode_lists(tokenize(preprocess(d)) for d in _decoded(vectorizer, documents))
    else:
        encoded = _encode_texts(vectorizer, _texts(vectorizer, documents))
    return _without_stop_words(vectorizer, encoded)


def _without_stop_words(vectorizer: Any, encoded: Encoded) -> Encoded:
    stop_words = vectorizer.get_stop_words()
    return encoded.without(stop_words) if stop_words else encoded


def _decoded(vectorizer: Any, documents: Any) -> Iterable[Any]:
    """Return the documents as Python objects: anything, where a preprocessor makes text of it."""
    if callable(vectorizer.preprocessor) or callable(vectorizer.tokenizer):
        return map(vectorizer.decode, _objects(documents))
    texts: list[str] = _texts(vectorizer, documents).to_pylist()
    return texts


def _encode_texts(vectorizer: Any, texts: Any) -> Encoded:
    runs = Runs.parse(vectorizer.token_pattern)
    if runs and (vectorizer.strip_accents is None or vectorizer.strip_accents in STRIP_ACCENTS):
        return encode_runs(texts, runs, bool(vectorizer.lowercase), vectorizer.strip_accents)
    preprocess, tokenize = vectorizer.build_preprocessor(), vectorizer.build_tokenizer()
    return encode_lists(tokenize(preprocess(d)) for d in texts.to_pylist())


def _texts(vectorizer: Any, documents: Any) -> Any:
    """Decode, and read from files, what is not text yet."""
    if vectorizer.input != "content" or (isinstance(documents, list) and any(isinstance(d, bytes) for d in documents)):
        documents = [vectorizer.decode(d) for d in _objects(documents)]
    return as_strings(documents)


def _objects(documents: Any) -> Iterable[Any]:
    """Return the documents as Python objects, for callables that may take anything."""
    objects: Iterable[Any] = documents.to_pylist() if isinstance(documents, pa.Array) else documents
    return objects
