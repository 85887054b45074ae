"""What every format of files of word vectors says of itself, and the data that goes in and out of it.

Tested in tests/embeddings/formats/test_formats.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._common.compressed import SUFFIXES
from textvec.embeddings.formats._request import Request
from textvec.embeddings.subwords import Subwords
from textvec.preprocessing._pieces import Pieces

_NUMBERS_PER_BLOCK = 1 << 20  # Numbers that are written at a time: about 10 MB of text.
_TEXT_SUFFIXES = (".vec", ".txt", ".glove")


class VectorTable(NamedTuple):
    """Words and their vectors as data: what is read of a file, or written to one.

    Attributes
    ----------
    words : list of str
    vectors : ndarray of shape (n_words, n_dimensions)
    counts : ndarray of int64 of shape (n_words,) or None
        How often each word occurred.
    subwords : Subwords or None
        Vectors of character n-grams.
    pieces : Pieces or None
        What cuts texts into the words, if these are word pieces.
    word_rows : ndarray of int64 of shape (n_words,) or None
        The row of each word in `vectors`, where they have not one each in the order of the words.
    """

    words: list[str]
    vectors: NDArray[Any]
    counts: NDArray[np.int64] | None = None
    subwords: Subwords | None = None
    pieces: Pieces | None = None
    word_rows: NDArray[np.int64] | None = None

    def vectors_of(self, first: int, n: int) -> NDArray[Any]:
        """Return the vectors of n words from the first one on, or of as many as there are."""
        some = slice(first, first + n)
        return self.vectors[some] if self.word_rows is None else self.vectors[self.word_rows[some]]

    def blocks(self) -> Iterator[tuple[int, NDArray[Any]]]:
        """Yield the vectors of some words at a time, with the number of the first."""
        n = max(_NUMBERS_PER_BLOCK // max(self.vectors.shape[1], 1), 1)
        for first in range(0, len(self.words), n):
            yield first, self.vectors_of(first, n)


class Head(NamedTuple):
    """What tells the format of a file.

    Attributes
    ----------
    path : Path
    data : bytes
        The first bytes, decompressed and without a byte order mark; not empty.
    compressed : bool
        Whether the file is compressed.
    """

    path: Path
    data: bytes
    compressed: bool

    @property
    def line(self) -> bytes:
        """The first line, as far as it is in `data`, without its end."""
        return self.data.partition(b"\n")[0]

    @property
    def has_name_of_text(self) -> bool:
        """Whether the file is text by its name, whatever it holds."""
        name = self.path.name.lower()
        for suffix in SUFFIXES:
            name = name.removesuffix(suffix)
        return name.endswith(_TEXT_SUFFIXES)


class Format(NamedTuple):
    """A format of files of word vectors.

    Attributes
    ----------
    name : str
        As users give it.
    sniff : callable
        Tells of the head of a file whether it is in the format. May raise a ValueError that says how to get at the
        vectors, if it is but cannot be read.
    read : callable
        Reads what is requested of a file.
    write : callable or None
        Writes a table, whose numbers are finite, to a path; None if the format is only read.
    suffixes : tuple of str
        Ends of names of files that are written in the format unless another is given. Two formats have none in common.
    required_suffix : str
        The end that names of written files must have, "" if they may have any.
    can_map : bool
        Whether the vectors of a file can be mapped into memory.
    holds_subwords : bool
        Whether a written file has the vectors of character n-grams.
    """

    name: str
    sniff: Callable[[Head], bool]
    read: Callable[[Request], VectorTable]
    write: Callable[[Path, VectorTable], None] | None = None
    suffixes: tuple[str, ...] = ()
    required_suffix: str = ""
    can_map: bool = False
    holds_subwords: bool = False
