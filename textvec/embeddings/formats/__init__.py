"""Files of word vectors in everybody's formats, to tables of data and back.

Each format has a file in this folder, and a line in `FORMATS`. `read` and `write` check what is asked, and find the
format that does it. They know nothing of `WordVectors`, which makes itself of a table and documents both.

Tested in tests/embeddings/formats/test_formats.py.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import DTypeLike

from textvec._common.atomic_files import COMPRESSIONS
from textvec._common.parsing import parsing, unreadable
from textvec.embeddings._checks import first_not_finite
from textvec.embeddings.formats import _arrays, _binary, _fasttext, _glove, _safetensors, _word2vec
from textvec.embeddings.formats._format import Format, Head, VectorTable
from textvec.embeddings.formats._request import Request
from textvec.embeddings.formats._text import ends_in_numbers
from textvec.embeddings.formats._window import Window
from textvec.text.tokens import Tokens

__all__ = ["FORMATS", "detect", "format_of", "holds_vectors", "read", "writable", "write"]

FORMATS: tuple[Format, ...] = (
    _word2vec.FORMAT,
    _binary.FORMAT,
    _glove.FORMAT,
    _fasttext.FORMAT,
    _arrays.FORMAT,
    _safetensors.FORMAT,
)
"""All formats, in the order in which messages list them. `detect` asks them from the last to the first: those with a
signature stand last, and are asked before those that are told by how their text looks."""

_HEAD_BYTES = 1 << 12  # of a file, decompressed, that its format is told by: some lines of text
_MIN_NUMBERS = 2  # after a word: with one, texts like "item 5" would be vectors
_PICKLE = re.compile(rb"\x80[\x02-\x05](?!.\0{5})", re.DOTALL)  # with five zeros it is the size of a safetensors header


def detect(path: Path) -> Format | None:
    """Return the format that a file is in by its first bytes and, where these leave a doubt, its name; or None.

    Raises
    ------
    ValueError
        If the file is empty, or something that vectors can be got from, but not by reading it.
    """
    with Window(path) as window:
        window.drop_mark()
        window.fill(_HEAD_BYTES)
        head = Head(path, window.data[:_HEAD_BYTES], window.compressed)
    if not head.data:
        raise unreadable(f"{path} is empty.")
    if _PICKLE.match(head.data):
        raise unreadable(
            f"{path} is a pickle, as gensim's save() writes it: to read it is to run whatever code it holds, which "
            "textvec does not do. If you trust the file, "
            "WordVectors.from_gensim(gensim.models.KeyedVectors.load(path)).write('vectors.npy') converts it."
        )
    return next((each for each in reversed(FORMATS) if each.sniff(head)), None)


def format_of(path: str | os.PathLike[str]) -> str:
    """Return the name of the format that a file, or the folder of a static embedding, is read in by itself."""
    chosen = detect(_safetensors.in_folder(Path(path)))
    return "unknown" if chosen is None else chosen.name


def holds_vectors(path: Path) -> bool:
    """Tell whether a file, which may be of texts as well, is one of word vectors.

    Other than `detect`, it does not trust the name of a text file: the first lines must be a header of word2vec's, or a
    word and equally many numbers, two or more. A file that is empty, or a pickle, is none.
    """
    try:
        found = detect(path)
    except ValueError:
        return False
    if found is not _glove.FORMAT:
        return found is not None
    with Window(path) as window:
        window.drop_mark()
        window.fill(_HEAD_BYTES)
        head = bytes(window.data[:_HEAD_BYTES])
    lines = head.splitlines()
    if len(lines) > 1 and len(head) == _HEAD_BYTES:
        lines.pop()  # It may be cut off.
    n_numbers = {ends_in_numbers(line) for line in lines if line.strip()}
    n_words = min((len(line.split()) - ends_in_numbers(line) for line in lines if line.strip()), default=0)
    return len(n_numbers) == 1 and min(n_numbers) >= _MIN_NUMBERS and n_words == 1  # A few words have spaces in them.


def read(
    path: str | os.PathLike[str],
    format: str | None = None,  # noqa: A002
    *,
    limit: int | None = None,
    words: Iterable[str] | Tokens | None = None,
    mmap: bool = False,
    dtype: DTypeLike | None = None,
    encoding_errors: str = "strict",
    verbose: int = 0,
) -> VectorTable:
    """Read what is asked of a file into a table of data; the parameters are those of `WordVectors.read`."""
    request = Request.checked(
        _safetensors.in_folder(Path(path)),
        limit=limit,
        words=words,
        mmap=mmap,
        dtype=dtype,
        encoding_errors=encoding_errors,
        verbose=verbose,
    )
    names = ", ".join(each.name for each in FORMATS)
    if format is None:
        with parsing(request.unreadable):
            chosen = detect(request.path)
        if chosen is None:
            raise ValueError(
                f"{request.path} does not look like a file of word vectors in any format. If it is one, pass format=, "
                f"one of {names}."
            )
    else:
        chosen = _named(format)
        if chosen is None:
            raise ValueError(f"There is no format {format!r} of word vectors to read. Formats: {names}.")
    if mmap and not chosen.can_map:
        other = next(each for each in FORMATS if each.can_map)
        raise ValueError(
            f"{request.path} cannot be memory-mapped: the format {chosen.name!r} does not hold the vectors as one "
            f"array; {other.name!r} does. Read the file once, write it with .write('vectors{other.suffixes[0]}'), and "
            "map that."
        )
    if mmap and request.words is not None:
        raise ValueError("Some words of a file cannot be memory-mapped, only all or the first: words= and mmap=True.")
    with parsing(request.unreadable):
        return chosen.read(request)


def write(table: VectorTable, path: str | os.PathLike[str], format: str | None = None) -> None:  # noqa: A002
    """Write a table of data to a file; `path` and `format` are those of `WordVectors.write`."""
    path = Path(path)
    chosen = writable(path, format)
    row = first_not_finite(table.vectors)
    if row >= 0:
        raise ValueError(
            f"The vector of the word {_word_of(table, row)!r} holds numbers that are not finite, which no reader takes."
        )
    if table.subwords is not None and not chosen.holds_subwords:
        other = next(each for each in FORMATS if each.holds_subwords)
        warnings.warn(
            f"The format {chosen.name!r} holds no subwords: what is read from the file will have none for unknown "
            f"words. The format {other.name!r} holds them.",
            UserWarning,
            stacklevel=3,
        )
    if table.pieces is not None:
        warnings.warn(
            f"The format {chosen.name!r} holds no tokenizer: what is read from the file will have the word pieces, and "
            "will not cut texts into them. textvec.save keeps both.",
            UserWarning,
            stacklevel=3,
        )
    cast(Callable[[Path, VectorTable], None], chosen.write)(path, table)


def writable(path: Path, format: str | None = None) -> Format:  # noqa: A002
    """Return the format that vectors are written to a file in, by its name unless one is given.

    Raises
    ------
    ValueError
        If there is none, or its files must have another name.
    """
    chosen = _named(format) if format else _of_suffix(path)
    if chosen is None or chosen.write is None:
        raise ValueError(
            f"There is no format {format!r} of word vectors to write. Formats: "
            f"{', '.join(each.name for each in FORMATS if each.write is not None)}."
        )
    if chosen.required_suffix and path.suffix != chosen.required_suffix:
        raise ValueError(
            f"The format {chosen.name!r} is written to a file that ends in {chosen.required_suffix}, not to "
            f"{path.name!r}."
        )
    return chosen


def _word_of(table: VectorTable, row: int) -> str:
    """Return the first word of a row, "" if it has none."""
    words = table.words[row : row + 1]
    if table.word_rows is not None:
        words = [table.words[i] for i in np.flatnonzero(table.word_rows == row)[:1].tolist()]
    return "".join(words)


def _named(name: str) -> Format | None:
    """Return the format of a name, None if there is none."""
    return next((each for each in FORMATS if each.name == name), None)


def _of_suffix(path: Path) -> Format:
    """Return the format that the end of the name of a file stands for, compressed or not."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in COMPRESSIONS:
        suffixes.pop()
    for each in FORMATS:
        if suffixes and suffixes[-1] in each.suffixes:
            return each
    known = ", ".join(suffix for each in FORMATS for suffix in each.suffixes)
    raise ValueError(
        f"The name {path.name!r} does not tell the format that vectors are to be written in: end it in {known}, or "
        "pass format=."
    )
