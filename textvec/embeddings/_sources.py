"""Where an `EmbeddingVectorizer` has its vectors from, and what cuts texts into the words that they belong to.

Tested in tests/embeddings/test_sources.py.
"""

from __future__ import annotations

import os
from typing import Any

from sklearn.base import clone

from textvec.embeddings import catalog
from textvec.embeddings.word2vec import Word2Vec
from textvec.embeddings.word_vectors import WordVectors
from textvec.preprocessing import Tokenizer
from textvec.preprocessing._pieces import pieces_of
from textvec.text.tokens import Tokens


def word_vectors(source: Any, X: Any, missing: str) -> tuple[WordVectors, Any]:
    """Return the vectors that the parameter `vectors` stands for, and documents.

    Parameters
    ----------
    source : Word2Vec, WordVectors, str, path-like or None
    X : documents
        What a `Word2Vec` is trained on. They are returned, as tokens if they were cut for that.
    missing : {"error", "empty"}
        Of the `Tokenizer`.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if isinstance(source, WordVectors):
        return source, X
    if isinstance(source, str) and source in catalog.NAMES:
        return WordVectors.pretrained(source), X
    if isinstance(source, str | os.PathLike):
        return WordVectors.read(source), X
    if source is None:
        source = Word2Vec()
    if hasattr(source, "fit") and not hasattr(source, "vectors_"):
        X = Tokenizer(missing=missing).transform(X)
        source = clone(source).fit(X)
    learnt = getattr(source, "vectors_", None)
    if not isinstance(learnt, WordVectors):
        raise TypeError(
            "EmbeddingVectorizer: vectors must be a Word2Vec, a WordVectors, the path of a file of word vectors, the "
            f"name of pretrained ones, or None, but it is of type {type(source).__name__}. WordVectors.from_gensim "
            "takes gensim's KeyedVectors, WordVectors(words, array) anything else."
        )
    return learnt, X


def given_vectors(source: Any) -> WordVectors:
    """Return the vectors that the parameter `vectors` stands for, which are not those of a `Word2Vec` to be trained.

    Raises
    ------
    TypeError
        If they are.
    """
    if source is None or (hasattr(source, "fit") and not hasattr(source, "vectors_")):
        raise TypeError(
            "EmbeddingVectorizer: word vectors are not trained on parts of the documents, but vectors is "
            f"{source!r:.80}. Train a Word2Vec on a sample, or on one large machine, and give its vectors_; then "
            "encode documents everywhere."
        )
    return word_vectors(source, [], "error")[0]


def tokenizer_for(vectors: WordVectors, missing: str) -> Tokenizer:
    """Return what cuts raw text: into pieces, if the vectors are of pieces and know how, into words otherwise."""
    return Tokenizer(missing=missing) if vectors.pieces is None else Tokenizer(vectors.pieces, missing=missing)


def check_cut(tokens: Tokens, vectors: WordVectors) -> None:
    """Raise an error if vectors are those of pieces, and documents were cut into something else.

    Most words are pieces as well, so that the result would be vectors, and wrong ones.

    Raises
    ------
    ValueError
        If a `Tokenizer` did so. Documents that were given as lists of words tell nothing, and are taken for pieces.
    """
    if vectors.pieces is None:
        return
    for step in tokens.steps:
        if isinstance(step, Tokenizer) and pieces_of(step.pattern) != vectors.pieces:
            raise ValueError(
                f"EmbeddingVectorizer: the vectors are those of word pieces, but {step} cut the documents into others. "
                "Leave that step out: raw text is cut as the vectors need it. Or make it "
                "Tokenizer('pieces:FILE') with the tokenizer.json of the vectors."
            )
