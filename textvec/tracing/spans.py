"""Where the words of a text stand in it, though they were lower-cased, folded and cut by any tokenizer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from textvec.tracing.items import Word

Span = tuple[int, int]


class Folded(NamedTuple):
    """A text after folding, and which characters of the text each of its characters comes from.

    Attributes
    ----------
    text : str
    origins : list of (start, end)
        For each character of `text`, in the text before.
    """

    text: str
    origins: list[Span]

    def origin(self, start: int, end: int) -> Span:
        """Return which characters of the text before some characters of this one come from."""
        return self.origins[start][0], self.origins[end - 1][1]


def fold_with_origins(text: str, fold: Callable[[str], str]) -> Folded | None:
    """Fold a text, and find where each character comes from; None if the function does more than to change characters.

    Parameters
    ----------
    text : str
    fold : callable
        Such as `str.lower`: what it makes of a letter does not depend on letters far from it.
    """
    clusters = [(m.start(), m.end()) for m in re.finditer(r"(?s).", text)]
    joined: list[Span] = []
    for start, end in clusters:  # an accent of its own belongs to the letter before it
        if joined and unicodedata.combining(text[start]):
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    folded, origins = [], []
    for start, end in joined:
        piece = fold(text[start:end])
        folded.append(piece)
        same = len(piece) == end - start
        origins += [(start + i, start + i + 1) if same else (start, end) for i in range(len(piece))]
    whole = fold(text)
    # The lower case of the last sigma of a word is another one than that of a sigma alone; lengths tell enough.
    return Folded(whole, origins) if len(whole) == len(origins) else None


def locate(text: str, tokens: Sequence[str], fold: Callable[[str], str], pattern: str | None) -> list[Span | None]:
    """Find where each token stands in a text.

    Parameters
    ----------
    text : str
    tokens : sequence of str
        In the order of the text.
    fold : callable
        What was done to the characters of the text.
    pattern : str or None
        The regular expression that found the tokens in the folded text, if one did.

    Returns
    -------
    list of (start, end) or None
        None for a token that is not written in the text.
    """
    folded = fold_with_origins(text, fold) or fold_with_origins(text, str.lower)
    if folded is None:
        return [None] * len(tokens)
    if pattern is not None:
        matches = list(re.finditer(pattern, folded.text))
        spans = [match.span(1 if match.re.groups else 0) for match in matches]
        if [folded.text[a:b] for a, b in spans] == list(tokens):
            return [folded.origin(a, b) if b > a else None for a, b in spans]
    found: list[Span | None] = []
    cursor = 0
    for token in tokens:
        start = _next(folded.text, token, cursor)
        if start < 0:
            found.append(None)
            continue
        cursor = start + len(token)
        found.append(folded.origin(start, cursor))
    return found


def _next(text: str, token: str, cursor: int) -> int:
    """Return where a token comes next in a text, or -1; in the middle of a word only where no word begins with it."""
    start = text.find(token, cursor) if token else -1
    if start > cursor and re.match(r"\w\w", text[start - 1 : start + 1]):  # something has been passed over
        begins = re.compile(rf"(?<!\w){re.escape(token)}").search(text, cursor)
        return start if begins is None else begins.start()
    return start


def words_between(text: str, spans: Sequence[Span | None]) -> list[Span]:
    """Return the runs of letters and digits that none of some spans, which are in order, touches."""
    ends = list(accumulate((span[1] if span else 0 for span in spans), max, initial=0))
    starts = [span[0] if span else end for span, end in zip(spans, ends, strict=False)]
    gaps = zip(ends, [*starts, len(text)], strict=True)
    return [
        (start + match.start(), start + match.end())
        for start, end in gaps
        for match in re.finditer(r"\w+", text[start:end])
    ]


def as_words(text: str, tokens: Sequence[str], spans: Sequence[Span | None]) -> list[Word]:
    """Return tokens as the words of a text, as they are written in it."""
    return [
        Word(token, None, None) if span is None else Word(text[span[0] : span[1]], *span)
        for token, span in zip(tokens, spans, strict=True)
    ]
