"""All that this room uses of gensim, an optional dependency: its tables of vectors, and its downloader."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import ContentTooShortError, URLError

import numpy as np

from textvec._common.progress import is_seen
from textvec.embeddings.formats._format import VectorTable
from textvec.embeddings.subwords import Subwords


def from_gensim(vectors: Any) -> VectorTable:
    """Return the data of gensim's vectors; see `WordVectors.from_gensim`."""
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
    counts = None if counts is None else np.asarray(counts[: len(words)], np.int64)
    return VectorTable(words, vectors.vectors[: len(words)], counts, subwords)


def to_gensim(table: VectorTable) -> Any:
    """Make gensim's table of some vectors; see `WordVectors.to_gensim`."""
    models = _import("gensim.models")
    words, counts, subwords = table.words, table.counts, table.subwords
    vectors = table.vectors_of(0, len(words))
    size = vectors.shape[1]
    if subwords is None:
        keyed = models.KeyedVectors(size, dtype=vectors.dtype)
    else:
        keyed = models.fasttext.FastTextKeyedVectors(
            size, subwords.minn, subwords.maxn, subwords.bucket, dtype=vectors.dtype
        )
        keyed.vectors_ngrams = np.asarray(subwords.matrix)
        raw = [word.encode("utf-8", "surrogatepass") for word in words]
        keyed.vectors_vocab = np.empty(vectors.shape, np.float32)
        for first, block in table.blocks():
            rows = slice(first, first + len(block))
            n = subwords.counts_of(raw[rows])[:, None]
            keyed.vectors_vocab[rows] = (n + 1) * block - n * subwords.vectors_of(words[rows])
    keyed.index_to_key = words
    keyed.key_to_index = {word: row for row, word in enumerate(words)}
    keyed.vectors = vectors
    keyed.next_index = len(words)
    if subwords is not None:
        keyed.recalc_char_ngram_buckets()
    if counts is not None:
        keyed.expandos["count"] = counts.copy()
    return keyed


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
    """Let the downloader's progress go to stderr if that is a terminal, and nowhere otherwise.

    Its log of errors, which are raised as well, goes nowhere.
    """
    before = logger.disabled
    logger.disabled = True
    try:
        with contextlib.redirect_stdout(sys.stderr if is_seen() else io.StringIO()):
            yield
    finally:
        logger.disabled = before


def _import(module: str) -> Any:
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError as error:
        raise ImportError('This needs gensim, which cannot be imported: pip install "textvec-kit[gensim]"') from error
