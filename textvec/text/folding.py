"""What a character becomes, its lower case or base letter: as scikit-learn does it, and as tables for kernels.

Tested in tests/text/test_encoding.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sklearn.feature_extraction.text import strip_accents_ascii, strip_accents_unicode

from textvec.kernels import encode as kernels

N_CODE_POINTS = 0x110000  # of Unicode, by its definition
STRIP_ACCENTS: dict[str, Callable[[str], str]] = {"unicode": strip_accents_unicode, "ascii": strip_accents_ascii}


def fold(text: str, lowercase: bool, strip_accents: str | None) -> str:
    """Lower-case text and strip its accents, as scikit-learn's vectorizers do."""
    text = text.lower() if lowercase else text
    return STRIP_ACCENTS[strip_accents](text) if strip_accents else text


def normalized(texts: pa.LargeStringArray, form: Any) -> pa.LargeStringArray:
    """Bring texts into a normal form of Unicode, "NFC" or "NFKC"; the same array if all of them are in it."""
    if pc.all(pc.string_is_ascii(texts)).as_py() is not False:
        return texts
    before = texts.to_pylist()
    after = [unicodedata.normalize(form, text) for text in before]
    return texts if after == before else pa.array(after, pa.large_string())


@lru_cache(maxsize=16)
def fold_table(character: str, lowercase: bool, strip_accents: str | None) -> NDArray[np.int32]:
    """Tabulate what each code point becomes for `textvec.kernels.encode`.

    Parameters
    ----------
    character : str
        Regular expression for one character of a token; all others are separators.
    """
    points = np.delete(np.arange(N_CODE_POINTS, dtype=np.uint32), np.s_[0xD800:0xE000])
    alphabet = points.tobytes().decode("utf-32-le")
    member = np.zeros(N_CODE_POINTS, bool)
    for found in re.finditer(f"(?:{character})+", alphabet):
        member[points[found.start() : found.end()]] = True

    table = np.arange(N_CODE_POINTS, dtype=np.int32)
    context = np.zeros(N_CODE_POINTS, bool)
    if lowercase:
        # Only the lower case of sigma depends on its place in the word, and only dotted I becomes two characters.
        context[[0x3A3, 0x130]] = True
        lower = alphabet.replace("\u03a3", "\u03c3").replace("\u0130", "i").lower()
        table[points] = np.frombuffer(lower.encode("utf-32-le"), np.int32)
    if strip_accents:
        stripped, several = _strip_table(alphabet, points, strip_accents, member)
        context |= several[table]
        table = stripped[table]
    stays = table >= 0
    table[stays] = np.where(member[table[stays]], table[stays], kernels.SEPARATOR)
    table[context] = kernels.CONTEXT
    table.flags.writeable = False
    return table


def _strip_table(
    alphabet: str, points: NDArray[np.uint32], strip_accents: str, member: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Tabulate what is left of each code point without accents, and which become several characters of a word."""
    strip = STRIP_ACCENTS[strip_accents]
    table = np.arange(N_CODE_POINTS, dtype=np.int32)
    several = np.zeros(N_CODE_POINTS, bool)
    for start in range(0, len(alphabet), 256):
        block = alphabet[start : start + 256]
        left = strip(block)
        if left == block:
            continue
        if not left:
            table[points[start : start + 256]] = kernels.SKIP
            continue
        for character in block:
            left = strip(character)
            point = ord(character)
            if not left:
                table[point] = kernels.SKIP
            elif len(left) == 1:
                table[point] = ord(left)
            else:
                several[point] = any(member[ord(c)] for c in left)
                table[point] = kernels.SEPARATOR
    return table, several
