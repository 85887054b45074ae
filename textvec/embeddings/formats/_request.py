"""What is asked of a file of word vectors, checked.

Tested in tests/embeddings/formats/test_formats.py.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from textvec._common.numbers import check_positive_or_none
from textvec._common.parsing import unreadable
from textvec.text.tokens import Tokens


@dataclass(frozen=True)
class Request:
    """What is asked of a file.

    Attributes
    ----------
    path : Path
    limit : int or None
        How many words of the file are looked at.
    words : frozenset of str or None
        Those that are kept; None for all.
    dtype : dtype or None
        Of the vectors; None for that of the file.
    mmap : bool
        Whether the vectors are to be mapped into memory.
    encoding_errors : str
        What becomes of bytes that are no UTF-8, as in `bytes.decode`.
    verbose : bool
        Whether a bar is shown, if somebody sees it.
    """

    path: Path
    limit: int | None
    words: frozenset[str] | None
    dtype: np.dtype[Any] | None
    mmap: bool
    encoding_errors: str
    verbose: bool = False

    @classmethod
    def checked(
        cls,
        path: Path,
        *,
        limit: int | None = None,
        words: Iterable[str] | Tokens | None = None,
        mmap: bool = False,
        dtype: DTypeLike | None = None,
        encoding_errors: str = "strict",
        verbose: int = 0,
    ) -> Request:
        """Return what is asked of a file, as users ask it, if it is good; see `WordVectors.read`."""
        checks = checked_limit(limit), checked_words(words), checked_dtype(dtype), mmap, checked_errors(encoding_errors)
        return cls(path, *checks, bool(verbose))

    def decode(self, word: bytes, place: str) -> str:
        """Return the characters of a word; `place` says where in the file it is, for errors."""
        try:
            return word.decode("utf-8", self.encoding_errors)
        except UnicodeDecodeError as error:
            raise unreadable(
                f"{self.path}, {place}: the word {word[:60]!r} is not UTF-8, its byte {error.start} (0x"
                f"{word[error.start]:02x}) does not fit. Pass encoding_errors='replace' to read it with \ufffd in "
                "place of such bytes, or 'ignore' to leave them out."
            ) from None

    def unreadable(self, what: str) -> ValueError:
        """Return the error for a file that a parser fails on."""
        return unreadable(f"{self.path} cannot be read: {what}.")

    def malformed(self, place: str, expected: str, came: str) -> ValueError:
        """Return the error for a file that is not what it should be."""
        return unreadable(f"{self.path}, {place}: expected {expected}, but {came}.")


def checked_limit(limit: int | None) -> int | None:
    """Return a number of words, or None, if it is one."""
    check_positive_or_none("limit", limit)
    return None if limit is None else int(limit)


def checked_words(words: Iterable[str] | Tokens | None) -> frozenset[str] | None:
    """Return the words that are kept as a set, if they are strings."""
    if words is None:
        return None
    if isinstance(words, str):
        raise TypeError(f"words must be a collection of words or Tokens, not the string {words[:60]!r}.")
    found = frozenset(words.vocabulary if isinstance(words, Tokens) else words)
    for word in found:
        if not isinstance(word, str):
            raise TypeError(f"words must hold strings, not {word!r} ({type(word).__name__}).")
    return found


def checked_dtype(dtype: DTypeLike | None) -> np.dtype[Any] | None:
    """Return the type of vectors, if it is one of floats."""
    found = None if dtype is None else np.dtype(dtype)
    if found not in (None, np.float16, np.float32, np.float64):
        raise ValueError(f"dtype must be float16, float32 or float64, not {found}.")
    return found


def checked_errors(errors: str) -> str:
    """Return the name of a way to handle what is not UTF-8, if Python knows it."""
    try:
        codecs.lookup_error(errors)
    except LookupError:
        raise ValueError(
            f"encoding_errors must be 'strict', 'replace', 'ignore' or the like, not {errors!r}."
        ) from None
    return errors
