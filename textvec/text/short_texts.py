"""A few short texts, such as the one message that a service is asked about, and their words, found in plain Python.

What kernels are called through, Arrow's arrays first of all, takes longer than such texts have to be read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, TypeGuard

from textvec.text.encoding import Runs
from textvec.text.folding import fold

# Above these, the kernels take less time for a text of common length, or the bounds are those of one message.
_MAX_TEXTS = 4
_MAX_CHARACTERS = 4_000


def are_few(documents: Any) -> TypeGuard[list[str]]:
    """Tell whether documents are a list of a few strings."""
    return type(documents) is list and len(documents) <= _MAX_TEXTS and set(map(type, documents)) == {str}


def are_few_and_short(documents: Any) -> TypeGuard[list[str]]:
    """Tell whether documents are a list of a few strings that are short."""
    return are_few(documents) and sum(map(len, documents)) <= _MAX_CHARACTERS


def word_finder(
    pattern: str, lowercase: bool, strip_accents: str | None = None, normal_form: Any = None
) -> Callable[[str], list[str] | None]:
    """Return a function that finds the words of a text.

    Parameters
    ----------
    pattern : str
        A regular expression with at most one group.
    lowercase, strip_accents
        See `textvec.text.folding.fold`.
    normal_form : {"NFC", "NFKC"}, optional
        What text is brought into before.

    Returns
    -------
    callable
        `str -> list of str`, what `re.findall` finds in the folded text; None for a text with a lone surrogate, about
        which `textvec.text.documents.as_strings` raises the error.
    """
    find, find_in_ascii = re.compile(pattern).findall, _ascii_finder(pattern, lowercase)

    def words_of(text: str) -> list[str] | None:
        if text.isascii():  # has no accents, and is in every normal form
            return find_in_ascii(text) if find_in_ascii else find(text.lower() if lowercase else text)
        try:
            text.encode()
        except UnicodeEncodeError:
            return None
        text = text if normal_form is None else unicodedata.normalize(normal_form, text)
        return find(fold(text, lowercase, strip_accents))

    return words_of


def _ascii_finder(pattern: str, lowercase: bool) -> Callable[[str], list[str]] | None:
    """Return what finds words in ASCII text in half of the time that `re` takes, if white space is in none of them."""
    runs = Runs.parse(pattern)
    if runs is None:
        return None
    characters = [chr(i).lower() if lowercase else chr(i) for i in range(128)]
    kept = [c if re.fullmatch(runs.character, c) else " " for c in characters]
    if any(c.isspace() and c != " " for c in kept) or re.fullmatch(runs.character, " "):
        return None
    table, least = "".join(kept).encode().ljust(256), runs.min_length

    def words_of(text: str) -> list[str]:
        words = text.encode().translate(table).decode().split()
        return words if least == 1 else [word for word in words if len(word) >= least]

    return words_of
