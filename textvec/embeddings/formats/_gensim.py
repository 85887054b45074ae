"""All that this room uses of gensim, an optional dependency: its tables of vectors, and its downloader."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import ContentTooShortError, URLError

import numpy as np

from textvec.embeddings.formats._write import blocks
from textvec.embeddings.subwords import Subwords

if TYPE_CHECKING:
    from textvec.embeddings.word_vectors import WordVectors


def from_gensim(vectors: Any) -> WordVectors:
    """Take over gensim's vectors: words, counts, and the subwords of fastText. The array is shared, not copied.

    gensim makes counts up for vectors read from a file that has none: n for the first of n words, n - 1 for the second.

    Parameters
    ----------
    vectors : gensim.models.KeyedVectors
        Or a model that has such as `.wv`.

    Returns
    -------
    WordVectors

    Raises
    ------
    TypeError
        If it is something else, or its keys are not words.
    """
    from textvec.embeddings.word_vectors import WordVectors

    models = _import("gensim.models")
    vectors = getattr(vectors, "wv", vectors)
    if not isinstance(vectors, models.KeyedVectors):
        raise TypeError(f"Expected gensim's KeyedVectors, or a model with .wv, but this is a {type(vectors).__name__}.")
    words = [word for word in vectors.index_to_key if word is not None]  # that is room for more words, at the end
    for word in words:
        if not isinstance(word, str):
            raise TypeError(f"The keys of word vectors must be words, but these hold {word!r} ({type(word).__name__}).")
    counts = vectors.expandos.get("count")
    subwords = None
    if isinstance(vectors, models.fasttext.FastTextKeyedVectors) and vectors.bucket and vectors.max_n:
        subwords = Subwords(vectors.vectors_ngrams, minn=vectors.min_n, maxn=vectors.max_n)
    return WordVectors(
        words,
        vectors.vectors[: len(words)],
        counts=None if counts is None else np.asarray(counts[: len(words)], np.int64),
        unknown="error" if subwords is None else "subword",
        subwords=subwords,
    )


def to_gensim(vectors: WordVectors) -> Any:
    """Make gensim's table of these vectors: `KeyedVectors`, or `FastTextKeyedVectors` where there are subwords.

    The array is shared, not copied. fastText's models know a word's own vector beside the mean of it and its n-grams';
    it is worked back from the mean.

    Returns
    -------
    gensim.models.KeyedVectors
    """
    models = _import("gensim.models")
    words, subwords = list(vectors.words), vectors.subwords
    if subwords is None:
        table = models.KeyedVectors(vectors.vector_size, dtype=vectors.vectors.dtype)
    else:
        table = models.fasttext.FastTextKeyedVectors(
            vectors.vector_size, subwords.minn, subwords.maxn, subwords.bucket, dtype=vectors.vectors.dtype
        )
        table.vectors_ngrams = np.asarray(subwords.matrix)
        raw = [word.encode("utf-8", "surrogatepass") for word in words]
        table.vectors_vocab = np.empty(vectors.vectors.shape, np.float32)
        for first, block in blocks(vectors.vectors):
            rows = slice(first, first + len(block))
            n = subwords.counts_of(raw[rows])[:, None]
            table.vectors_vocab[rows] = (n + 1) * block - n * subwords.vectors_of(words[rows])
    table.index_to_key = words
    table.key_to_index = {word: row for row, word in enumerate(words)}
    table.vectors = vectors.vectors
    table.next_index = len(words)
    if subwords is not None:
        table.recalc_char_ngram_buckets()
    if vectors.counts is not None:
        table.expandos["count"] = vectors.counts.copy()
    return table


def downloaded(name: str) -> Path:
    """Return the file of a model of gensim's collection, downloaded if it is not on this machine.

    gensim's downloader compares the checksum. The program that comes with each model is not run.
    """
    downloader = _import("gensim.downloader")
    with _quietly(downloader.logger):
        try:
            known = downloader.info(name_only=True)
            models = sorted(model for model in known["models"] if not model.startswith("__"))
            if name not in known["models"]:
                what = "a corpus, not vectors" if name in known["corpora"] else "none of gensim's collection"
                raise LookupError(f"{name!r} is {what}. Its vectors are: {', '.join(models)}.")
            return Path(downloader.load(name, return_path=True))  # which does not import what else it downloads
        except (URLError, ContentTooShortError, ConnectionError, TimeoutError) as error:
            raise ConnectionError(
                f"The vectors {name!r} could not be downloaded from {downloader.DOWNLOAD_BASE_URL}: {error}."
            ) from error
        except ValueError as error:  # it could not read its list, neither from the network nor from an earlier time
            raise ConnectionError(
                f"The list of gensim's collection could not be downloaded from {downloader.DATA_LIST_URL}, and was not "
                f"before: {error}."
            ) from error
        except Exception as error:
            if "Checksum" not in str(error):
                raise
            raise ValueError(
                f"What {downloader.DOWNLOAD_BASE_URL} sent as {name!r} has another checksum than it should. Nothing "
                "was kept."
            ) from error


@contextlib.contextmanager
def _quietly(logger: logging.Logger) -> Iterator[None]:
    """Let the downloader's progress go to stderr, and its log of errors, which are raised as well, nowhere."""
    before = logger.disabled
    logger.disabled = True
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        logger.disabled = before


def _import(module: str) -> Any:
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError as error:
        raise ImportError('This needs gensim, which cannot be imported: pip install "textvec-kit[gensim]"') from error
