"""Everybody's files of word vectors, read and written.

Each format has a file in this folder. `read` and `write` check what is asked, and find the one that does it.
"""

from __future__ import annotations

import codecs
import os
import warnings
from collections.abc import Callable, Iterable
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from textvec._common.atomic_files import COMPRESSIONS
from textvec.embeddings._checks import first_not_finite
from textvec.embeddings.formats import _arrays, _fasttext, _text, _write
from textvec.embeddings.formats._binary import read_binary
from textvec.embeddings.formats._detect import detect
from textvec.embeddings.formats._table import Request, Table
from textvec.text.tokens import Tokens

if TYPE_CHECKING:
    from textvec.embeddings.word_vectors import WordVectors

__all__ = ["FORMATS", "read", "write"]

_READERS: dict[str, Callable[[Request], Table]] = {
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
    unknown: str | None = None,
    encoding_errors: str = "strict",
) -> WordVectors:
    r"""Read a file of word vectors, whole or not at all.

    =================== ================================================================================================
    format
    =================== ================================================================================================
    ``word2vec``        text: a line with the numbers of words and of dimensions, then for each word a line with it and
                        its numbers; fastText's ``.vec`` is the same
    ``word2vec-binary`` such a first line, then each word, a space, its numbers as 32-bit floats
    ``glove``           text without the first line; words may hold spaces
    ``fasttext``        fastText's models, ``.bin``, with the subwords that give vectors to unknown words
    ``numpy``           ``vectors.npy``, and ``vectors.vocabulary.json`` beside it
    =================== ================================================================================================

    Files compressed by gzip, bzip2 or Zstandard are recognized by their first bytes, and decompressed as they are read.

    Parameters
    ----------
    path : path-like
        The file.
    format : str, default=None
        One of those above; by default it is told from the first bytes of the file and the end of its name.
    limit : int, default=None
        Read the first so many words of the file only, in most files the most frequent ones.
    words : iterable of str or Tokens, default=None
        Keep these words only, such as those that a corpus has. The numbers of others are not even parsed.
    mmap : bool, default=False
        Map the vectors into memory instead of reading them, which the format "numpy" allows.
    dtype : {"float16", "float32", "float64"}, default=None
        The type of the vectors; by default that of the array for "numpy", float32 for all others. A half takes half the
        memory, also while the file is read. A number becomes what `numpy.float32` (or the like) makes of its text.
    unknown : str, default=None
        See `WordVectors`; by default "subword" where the file has subwords, and "error" where not.
    encoding_errors : str, default="strict"
        What to do about words that are not UTF-8, as in `bytes.decode`: refuse the file, "replace" or "ignore".

    Returns
    -------
    WordVectors

    Raises
    ------
    ValueError
        If the file is malformed, cut off, or holds numbers that are not finite: the message has the line or the word,
        and the byte (of the decompressed file). If the format cannot be told, or an argument is no such thing.
    OSError
        If the file cannot be read.

    Warns
    -----
    UserWarning
        If the file holds a word more than once. The first vector is kept.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec.embeddings.formats import read
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "vectors.txt")
    ...     _ = file.write_text("2 3\ngood 0.1 -0.2 1e-05\nfood 0.5 0 .25\n")
    ...     vectors = read(file)
    >>> vectors["food"]
    array([0.5 , 0.  , 0.25], dtype=float32)
    """
    from textvec.embeddings.word_vectors import WordVectors

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
    found, vectors, counts, subwords = _READERS[name](request)
    if unknown is None:
        unknown = "error" if subwords is None else "subword"
    return WordVectors(found, vectors, counts=counts, unknown=unknown, subwords=subwords)


def write(vectors: WordVectors, path: str | os.PathLike[str], format: str | None = None) -> None:  # noqa: A002
    """Write word vectors to a file, which is there whole or not at all.

    Parameters
    ----------
    vectors : WordVectors
    path : path-like
        The file. If its name ends in `.gz`, `.bz2` or `.zst`, it is compressed.
    format : str, default=None
        One of those of `read`, "fasttext" excepted. By default told by the name: `.vec` and `.txt` are "word2vec",
        `.bin` is "word2vec-binary", `.npy` is "numpy".

    Raises
    ------
    ValueError
        If the format cannot hold a word, such as one with a space, or a number is not finite. Nothing is written then.
        If there is no such format.
    OSError
        If the file cannot be written.

    Warns
    -----
    UserWarning
        If the vectors have subwords, and the format holds none. Counts are held by "numpy" alone.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec.embeddings import WordVectors
    >>> from textvec.embeddings.formats import write
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "vectors.txt")
    ...     write(WordVectors(["good", "food"], [[0.1, -0.2], [0.5, 0.25]]), file)
    ...     print(file.read_text())
    2 2
    good 0.1 -0.2
    food 0.5 0.25
    """
    path = Path(path)
    name = format or _named(path)
    if name not in FORMATS or name == "fasttext":
        raise ValueError(
            f"There is no format {name!r} of word vectors to write. Formats: "
            f"{', '.join(each for each in FORMATS if each != 'fasttext')}."
        )
    if name == "numpy" and path.suffix != ".npy":
        raise ValueError(f"The format 'numpy' is written to a file that ends in .npy, not to {path.name!r}.")
    words, rows = list(vectors.words), vectors.vectors
    row = first_not_finite(rows)
    if row >= 0:
        raise ValueError(
            f"The vector of the word {words[row]!r} holds numbers that are not finite, which no reader takes."
        )
    if name == "numpy":
        _arrays.write_numpy(path, words, rows, vectors.counts, vectors.subwords)
        return
    if vectors.subwords is not None:
        warnings.warn(
            f"The format {name!r} holds no subwords: what is read from the file will have none for unknown words. "
            "The format 'numpy' holds them.",
            UserWarning,
            stacklevel=3,
        )
    _write.write_rows(path, name, words, rows)


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
