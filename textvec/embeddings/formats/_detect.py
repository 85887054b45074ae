"""Which format a file of word vectors is in, told by its first bytes and, where these leave a doubt, its name."""

from __future__ import annotations

import re
from pathlib import Path

from textvec._common.atomic_files import COMPRESSIONS
from textvec.embeddings.formats import _arrays, _fasttext, _text
from textvec.embeddings.formats._window import Window

_HEAD = 1 << 12
_TEXT_SUFFIXES = (".vec", ".txt", ".glove")
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
# A word and characters of numbers, to the end of the line or of what was looked at.
_NUMBERS = re.compile(rb"[^ \t\n]*[ \t][-+.0-9eEnaifNAIFty \t\r]*(\n|\Z)")


def detect(path: Path) -> str | None:
    """Return the name of the format of a file, or None.

    Raises
    ------
    ValueError
        If the file is empty, or something that vectors can be got from, but not by reading it.
    """
    with Window(path) as window:
        window.drop_mark()
        window.fill(_HEAD)
        head, compressed = window.data[:_HEAD], window.compressed
    if not head:
        raise ValueError(f"{path} is empty.")
    if _PICKLE.match(head):
        raise ValueError(
            f"{path} is a pickle, as gensim's save() writes it: to read it is to run whatever code it holds, which "
            "textvec does not do. If you trust the file, "
            "WordVectors.from_gensim(gensim.models.KeyedVectors.load(path)).write('vectors.npy') converts it."
        )
    if head.startswith(_arrays.MAGIC):
        if compressed:
            raise ValueError(f"{path} is a compressed NumPy array. Decompress it first: such are read in place.")
        return "numpy"
    if head.startswith(_fasttext.MAGIC):
        return "fasttext"
    is_text_by_name = _without_compression(path).endswith(_TEXT_SUFFIXES)
    line, _, rest = head.partition(b"\n")
    if header := _text.HEADER.fullmatch(line):
        is_text = is_text_by_name or not rest or _begins_as_text(rest, int(header[2]))
        return "word2vec" if is_text else "word2vec-binary"
    if _fasttext.is_unsigned(head):
        return "fasttext"
    if is_text_by_name or (b"\0" not in head and (_text.ends_in_numbers(line) or _NUMBERS.match(head))):
        return "glove"
    return None


def _begins_as_text(rest: bytes, n_dimensions: int) -> bool:
    """Tell whether a line of numbers follows the header; hardly any floats look like even two."""
    line = rest.partition(b"\n")[0] if b"\n" in rest else rest[: rest.rfind(b" ")]
    return _NUMBERS.match(rest) is not None and _text.ends_in_numbers(line) >= min(n_dimensions, 2)


def _without_compression(path: Path) -> str:
    name = path.name.lower()
    for suffix in COMPRESSIONS:
        name = name.removesuffix(suffix)
    return name
