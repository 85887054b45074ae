"""Pretrained vectors from gensim's collection, by name."""

from __future__ import annotations

from typing import Any

from textvec.embeddings.formats._gensim import downloaded
from textvec.embeddings.word_vectors import WordVectors


def download(name: str, **options: Any) -> WordVectors:
    """Read pretrained vectors of gensim's collection [1]_, downloaded at their first use.

    They are kept where gensim keeps them: in the folder that the environment variable `GENSIM_DATA_DIR` names, or
    `~/gensim-data`. Their checksums are compared. The Python program that the collection has for each is not run.

    Parameters
    ----------
    name : str
        Such as "glove-wiki-gigaword-100", "word2vec-google-news-300", "fasttext-wiki-news-subwords-300".
    **options
        Those of `WordVectors.read`: `limit`, `words`, `dtype`, `unknown` and others.

    Returns
    -------
    WordVectors

    Raises
    ------
    LookupError
        If the collection has no such vectors; the message lists those that it has.
    ConnectionError
        If they cannot be downloaded.
    ValueError
        If what was downloaded is not what it should be.
    ImportError
        If gensim is not installed.

    References
    ----------
    .. [1] https://github.com/piskvorky/gensim-data

    Examples
    --------
    >>> from textvec.embeddings import download
    >>> vectors = download("glove-wiki-gigaword-100", limit=50_000)  # doctest: +SKIP
    """
    return WordVectors.read(downloaded(name), **options)
