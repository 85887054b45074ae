"""Files of word vectors in everybody's formats, to tables of data and back.

Each format has a file in this folder. `read` and `write` check what is asked, and find the one that does it. They know
nothing of `WordVectors`, which makes itself of a table and documents both.
"""

from __future__ import annotations

import codecs
import os
import warnings
from collections.abc import Callable, Iterable
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from textvec._common.atomic_files import COMPRESSIONS
from textvec.embeddings._checks import first_not_finite
from textvec.embeddings.formats import _arrays, _fasttext, _text, _write
from textvec.embeddings.formats._binary import read_binary
from textvec.embeddings.formats._detect import detect
from textvec.embeddings.formats._table import Request, VectorTable
from textvec.text.tokens import Tokens

__all__ = ["FORMATS", "read", "write"]

_READERS: dict[str, Callable[[Request], VectorTable]] = {
    "word2vec": _text.read_word2vec,
    "word2vec-binary": read_binary,
    "glove": _text.read_glove,
    "fasttext": _fasttext.read_fasttext,
    "numpy": _arrays.read_numpy,
}

FORMATS = tuple(_READERS)

_SUFFIXES = {".vec": "word2vec", ".txt": "word2vec", ".bin": "word2vec-binary", ".npy": "numpy"}


def read(
    path: str | os.PathLike[str],
    format: str | None = None,  # noqa: A002
    *,
    limit: int | None = None,
    words: Iterable[str] | Tokens | None = None,
    mmap: bool = False,
    dtype: DTypeLike | None = None,
    encoding_errors: str = "strict",
) -> VectorTable:
    """Read what is asked of a file into a table of data; the parameters are those of `WordVectors.read`."""
    request = Request(
        Path(path),
        _checked_limit(limit),
        _checked_words(words),
        _checked_dtype(dtype),
        mmap,
        _checked_errors(encoding_errors),
    )
    if format is not None and format not in FORMATS:
        raise ValueError(f"There is no format {format!r} of word vectors to read. Formats: {', '.join(FORMATS)}.")
    name = format or detect(request.path)
    if name is None:
        raise ValueError(
            f"{request.path} does not look like a file of word vectors in any format. If it is one, pass format=, one "
            f"of {', '.join(FORMATS)}."
        )
    return _READERS[name](request)


def write(table: VectorTable, path: str | os.PathLike[str], format: str | None = None) -> None:  # noqa: A002
    """Write a table of data to a file; `path` and `format` are those of `WordVectors.write`."""
    path = Path(path)
    name = format or _named(path)
    if name not in FORMATS or name == "fasttext":
        raise ValueError(
            f"There is no format {name!r} of word vectors to write. Formats: "
            f"{', '.join(each for each in FORMATS if each != 'fasttext')}."
        )
    if name == "numpy" and path.suffix != ".npy":
        raise ValueError(f"The format 'numpy' is written to a file that ends in .npy, not to {path.name!r}.")
    words, vectors = table.words, table.vectors
    row = first_not_finite(vectors)
    if row >= 0:
        raise ValueError(
            f"The vector of the word {words[row]!r} holds numbers that are not finite, which no reader takes."
        )
    if name == "numpy":
        _arrays.write_numpy(path, table)
        return
    if table.subwords is not None:
        warnings.warn(
            f"The format {name!r} holds no subwords: what is read from the file will have none for unknown words. "
            "The format 'numpy' holds them.",
            UserWarning,
            stacklevel=3,
        )
    _write.write_rows(path, name, words, vectors)


def _named(path: Path) -> str:
    """Return the format that the name of a file stands for."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in COMPRESSIONS:
        suffixes.pop()
    if not suffixes or suffixes[-1] not in _SUFFIXES:
        raise ValueError(
            f"The name {path.name!r} does not tell the format that vectors are to be written in: end it in "
            f"{', '.join(_SUFFIXES)}, or pass format=."
        )
    return _SUFFIXES[suffixes[-1]]


def _checked_limit(limit: int | None) -> int | None:
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, Integral) or limit < 1):
        raise ValueError(f"limit must be a positive integer or None, not {limit!r}.")
    return None if limit is None else int(limit)


def _checked_words(words: Iterable[str] | Tokens | None) -> frozenset[str] | None:
    if words is None:
        return None
    if isinstance(words, str):
        raise TypeError(f"words must be a collection of words or Tokens, not the string {words[:60]!r}.")
    found = frozenset(words.vocabulary if isinstance(words, Tokens) else words)
    for word in found:
        if not isinstance(word, str):
            raise TypeError(f"words must hold strings, not {word!r} ({type(word).__name__}).")
    return found


def _checked_dtype(dtype: DTypeLike | None) -> np.dtype[Any] | None:
    found = None if dtype is None else np.dtype(dtype)
    if found not in (None, np.float16, np.float32, np.float64):
        raise ValueError(f"dtype must be float16, float32 or float64, not {found}.")
    return found


def _checked_errors(errors: str) -> str:
    try:
        codecs.lookup_error(errors)
    except LookupError:
        raise ValueError(
            f"encoding_errors must be 'strict', 'replace', 'ignore' or the like, not {errors!r}."
        ) from None
    return errors
