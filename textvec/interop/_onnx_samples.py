"""Texts by which a graph of ONNX is compared with the model that it was made of.

Tested in tests/interop/test_onnx_export.py.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

_MAX_TERMS = 60  # of a vectorizer that texts are made of
_TEXTS = (
    "", " ", "\n\t\n", ".", "a", "I", "a b c", "7", "42 007 3.14 1,000", "x1 y_2 _z_ __ a_b_c snake_case",
    "don't can't it's 'tis rock'n'roll l\u2019amour aujourd\u2019hui", "e-mail well-known state-of-the-art and/or",
    "The food, the bad food; the BEST food! (really?)", "FREE free Free fReE", "two  spaces\tand\r\na\u00a0line",
    "Café CAFÉ cafe\u0301 naïve Ünïcödé ŒUVRE straße STRASSE", "Привет, мир! ПРИВЕТ", "日本語 テキスト 中文 한국어",
    "😀 fun😀fun 👩‍👩‍👧", "½ ² Ⅷ ٣ १२", "http://example.com/a?b=c&d=e #tag @user", "word " * 40, "w" * 300, "\x00 nul",
)  # fmt: skip


def checked_samples(samples: Iterable[str]) -> list[str]:
    """Return the samples that somebody gave as a list; raise an error if they are no texts."""
    texts = [] if isinstance(samples, str | bytes) else list(samples)
    if isinstance(samples, str | bytes) or not texts or any(not isinstance(text, str) for text in texts):
        raise TypeError("to_onnx: samples must be a list of texts, one at least, each of them a str.")
    return texts


def samples_of(parts: Iterable[Any]) -> list[str]:
    """Return texts made of what estimators have learnt, in ways that are known to be cut otherwise elsewhere."""
    texts, stop_words, terms = list(_TEXTS), [], []
    for part in parts:
        if hasattr(part, "vocabulary_"):
            names = [str(name) for name in part.get_feature_names_out()]
            accented = [name for name in names if not name.isascii()]
            terms += _spread(names, _MAX_TERMS) + _spread(accented, _MAX_TERMS // 2)
        listed = getattr(part, "stop_words_", None) or (part.get_stop_words() if hasattr(part, "stop_words") else None)
        stop_words += _spread(sorted(listed or ()), 12)
    for first in range(0, len(terms), 4):
        few = terms[first : first + 4]
        stop_word = stop_words[first // 4 % len(stop_words)] if stop_words else "the"
        texts += [
            " ".join(few),
            " ".join(reversed(few)).upper(),
            f"  {few[0].title()}, {few[-1].capitalize()}!\n{few[0]}",
            f" {stop_word} ".join(few),
            f" {stop_word.upper()} ".join(few).upper(),
            "'".join(few),
            "-".join(few) + "_" + few[0] + "7",
            "\u00a0".join(few) + "\u2028" + few[0] + " ",
            unicodedata.normalize("NFD", " ".join(few)),
            f"\u00e9{few[0]} {few[-1]}\u00e9 {few[0]}\u65e5 {few[-1]}\U0001f600{few[0]}",
        ]
    return texts


def _spread(items: Sequence[str], n: int) -> list[str]:
    """Return up to n items, from all over a list."""
    return list(items) if len(items) <= n else [items[i * len(items) // n] for i in range(n)]
