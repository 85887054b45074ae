"""Where sentences and paragraphs end, by rules.

The rules are our own for speed and for scripts. NLTK's Punkt needs a download to know any abbreviation: without, it
parts "Dr." from "Smith" and "U.S." from "doctor". It knows no mark of Chinese or Japanese, and takes nine times as
long. spaCy's sentencizer needs its tokenizer first. These rules know English abbreviations, and otherwise only what
languages share.

Tested in tests/preprocessing/test_chunker.py.
"""

from __future__ import annotations

import re

Spans = list[tuple[int, int]]

_WIDE = "\u3002\uff01\uff1f\uff61"  # the marks of Chinese and Japanese, which need no white space behind them
# Then an ellipsis, doubled marks, and the marks of Arabic, Urdu, Armenian, Hindi, Amharic and Burmese.
_MARKS = rf"[.!?{_WIDE}\u2026\u203c\u2047-\u2049\u061f\u06d4\u0589\u0964\u0965\u1362\u104b]"
_CLOSERS = r"[\"')\]\u201d\u2019\xbb\uff09\u300d\u300f\u3011\u300b\u3009]"
_OPENERS = "\"'([{*_-\u201c\u2018\xab\u2014"
# Quantifiers are possessive, so that a text of a million dots or spaces takes no more time than any other.
_BLANK_LINE = re.compile(r"\n[^\S\n]*+\n\s*+")
# Marks, with single spaces between them or without; what closes behind them; white space. Or a blank line.
_END = re.compile(rf"({_MARKS}++(?: {_MARKS}++(?=\s|$))*+)({_CLOSERS}*+)(\s*+)|{_BLANK_LINE.pattern}")
_NO_SPACE = frozenset(_WIDE)
_DOTTED = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")  # U.S, a.m
# Characters before and after a mark in which an abbreviation, or a word that begins a sentence, is looked for. It is
# more than the longest in the lists below has.
_CONTEXT_CHARACTERS = 16


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Abbreviations before the name or example that belongs to them; those before a number; and those that end a sentence
# or not, as do those with dots inside, depending on the word that follows.
_OPEN = _set(
    "mr mrs ms messrs mme mlle dr prof rev hon gen col maj capt cmdr lt sgt sen rep gov pres supt st mt ft vs cf viz "
    "ca approx e.g i.e"
)
_NUMBERED = _set("no nos fig figs vol vols ch p pp sec art op")
_EITHER = _set("etc inc ltd co corp bros jr sr al dept est ph.d jan feb mar apr jun jul aug sept oct nov dec")
_BEGINNERS = _set(
    "A An And Another As At Because But By Did Do Does For He Her Here His How However I If In Is It Its It's I'm My "
    "Nobody Not Now Of On One Or Our She So Some That The Their Then There These They This Those To Was We Were What "
    "When Where Which While Who Why With Yes Yet You Your"
)


def sentences(text: str) -> Spans:
    """Return where the sentences of a text begin and end, without the white space around them.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of (int, int)
        Empty if the text is blank.

    Examples
    --------
    >>> text = 'He paid $3.50 (e.g. cash). "Really?!" she asked... 本当。はい。'
    >>> [text[start:end] for start, end in sentences(text)]
    ['He paid $3.50 (e.g. cash).', '"Really?!" she asked...', '本当。', 'はい。']
    """
    return _cut(text, _END)


def paragraphs(text: str) -> Spans:
    """Return where the paragraphs of a text begin and end, without the white space around them.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of (int, int)
        Empty if the text is blank.
    """
    return _cut(text, _BLANK_LINE)


def _cut(text: str, ends: re.Pattern[str]) -> Spans:
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    spans = []
    for found in ends.finditer(text, start, end):
        if found.lastindex is None:  # a blank line
            spans.append((start, start + len(text[start : found.start()].rstrip())))
        elif _ends(text, start, found):
            spans.append((start, found.end(2)))
        else:
            continue
        start = found.end()
    if start < end:
        spans.append((start, end))
    return spans


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    """Tell whether the marks that were found end the sentence that starts there."""
    marks, closed, space = found.groups()
    if not space:  # or at the end of the text, where it makes no difference
        return not _NO_SPACE.isdisjoint(marks)
    if "\n" in space and _BLANK_LINE.search(space):
        return True
    following = text[found.end() : found.end() + _CONTEXT_CHARACTERS]
    if closed and following[:1].islower():  # "Really?" she asked
        return False
    if marks != ".":
        return not (following[:1].islower() and set(marks) <= {".", "…", " "})
    if found.start() - start <= 3 and text[start : found.start()].isdigit():  # 1. First
        return False
    words = text[max(start, found.start() - _CONTEXT_CHARACTERS) : found.start()].split()
    word = words[-1].lstrip(_OPENERS) if words else ""
    if len(word) == 1 and word.isupper() and word != "I":  # J. Smith
        return False
    word = word.lower()
    if word in _OPEN:
        return False
    if word in _NUMBERED:
        return not following[:1].isdigit()
    if word in _EITHER or _DOTTED.fullmatch(word):
        return following.split(None, 1)[0].strip(_OPENERS + ".,") in _BEGINNERS
    return True
