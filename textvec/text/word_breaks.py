"""Words after the default rules of Unicode Standard Annex #29: letters, marks and digits, with what may stand inside.

The rules are data here: the class of each character, which classes join, and what connects two of them. The kernel
`textvec.kernels.word_breaks` takes them as tables; `words`, in plain Python, is for the few texts of a query.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

OTHER, EXTEND, MID_LETTER, MID_NUMBER, MID, QUOTE, DOUBLE_QUOTE = range(7)
CONNECTOR, ALONE, KATAKANA, NUMERIC, LETTER, HEBREW = range(7, 13)  # from the connector on, a word may begin with it
N_CLASSES = 13

_BY_CATEGORY = {
    **dict.fromkeys(("Lu", "Ll", "Lt", "Lm", "Lo", "Nl"), LETTER),
    **dict.fromkeys(("Mn", "Mc", "Me", "Cf"), EXTEND),
    "Nd": NUMERIC,
    "No": ALONE,
    "Pc": CONNECTOR,
}
# Code points whose class their category does not tell, from Unicode 17. ALONE are letters that the standard leaves to
# dictionaries: ideographs, Hiragana, and those of Thai, Lao, Khmer, Burmese and other scripts without spaces.
_EXCEPTIONS = {
    OTHER: "200B",
    EXTEND: "FF9E-FF9F 1F3FB-1F3FF",
    MID_LETTER: "3A B7 387 55F 5F4 2027 FE13 FE55 FF1A",
    MID_NUMBER: "2C 3B 37E 589 60C-60D 66C 7F8 2044 FE50 FE54 FF0C FF1B",
    MID: "2E 2018-2019 2024 FE52 FF07 FF0E",
    QUOTE: "27",
    DOUBLE_QUOTE: "22",
    LETTER: "B8 2C2-2C5 2D2-2D7 2DE-2DF 2E5-2EB 2ED 2EF-2FF 55A-55C 55E 58A 5F3 70F 24B6-24E9 A708-A716 A720-A721 "
    "A789-A78A AB5B 1F130-1F149 1F150-1F169 1F170-1F189",
    HEBREW: "5D0-5EA 5EF-5F2 FB1D FB1F-FB28 FB2A-FB36 FB38-FB3C FB3E FB40-FB41 FB43-FB44 FB46-FB4F",
    NUMERIC: "600-605 66B 6DD 890-891 8E2 19DA 110BD 110CD",
    KATAKANA: "3031-3035 309B-309C 30A0-30FA 30FC-30FF 31F0-31FF 32D0-32FE 3300-3357 FF66-FF9D 1AFF0-1AFF3 1AFF5-1AFFB "
    "1AFFD-1AFFE 1B000 1B120-1B122 1B124-1B128 1B155 1B164-1B168",
    ALONE: "E01-E30 E32-E33 E40-E46 E81-E82 E84 E86-E8A E8C-EA3 EA5 EA7-EB0 EB2-EB3 EBD EC0-EC4 EC6 EDC-EDF "
    "1000-102A 103F 1050-1055 105A-105D 1061 1065-1066 106E-1070 1075-1081 108E 1780-17B3 17D7 17DC "
    "1950-196D 1970-1974 1980-19AB 19B0-19C9 1A20-1A54 1AA7 3006-3007 3021-3029 3038-303A 3041-3096 "
    "309D-309F 3400-4DBF 4E00-9FFF A9E0-A9E4 A9E6-A9EF A9FA-A9FE AA60-AA76 AA7A AA7E-AAAF AAB1 AAB5-AAB6 "
    "AAB9-AABD AAC0 AAC2 AADB-AADD F900-FA6D FA70-FAD9 11700-1171A 11740-11746 16FF2-16FF6 17000-18CDA "
    "18CFF-18D20 18D80-18DF2 18E00-19191 191A0-191D2 1B001-1B11F 1B123 1B132 1B150-1B152 1B170-1B2FB "
    "20000-2A6DF 2A700-2B81E 2B820-2CEAD 2CEB0-2EBE0 2EBF0-2EE5D 2F800-2FA1D 30000-3134A 31350-33479 "
    "3D000-3FC3F",
}
_BASES = {LETTER, HEBREW, NUMERIC}
# By the class before: what a word goes on with (WB5, WB7a, WB8 to WB10, WB13 to WB13b).
_JOINS = {
    LETTER: {*_BASES, CONNECTOR},
    HEBREW: {*_BASES, CONNECTOR, QUOTE},
    NUMERIC: {*_BASES, CONNECTOR},
    KATAKANA: {KATAKANA, CONNECTOR},
    CONNECTOR: {*_BASES, KATAKANA, CONNECTOR},
}
# By the class before and the class in the middle: what must come after it (WB6 and WB7, WB7b and WB7c, WB11 and WB12).
_BRIDGES = {
    **{(before, middle): {LETTER, HEBREW} for before in (LETTER, HEBREW) for middle in (MID_LETTER, MID, QUOTE)},
    **{(NUMERIC, middle): {NUMERIC} for middle in (MID_NUMBER, MID, QUOTE)},
    (HEBREW, DOUBLE_QUOTE): {HEBREW},
}
# Planes of Unicode that hold letters and marks now: code points below, and the language tags of plane 14.
_N_LETTERS, _TAGS = 0x40000, range(0xE0000, 0xE1000)


def words(text: str) -> list[str]:
    """Return the words of a text; see `Tokenizer`.

    Examples
    --------
    >>> words("They don't cost 3.50, col·legues!")
    ['They', "don't", 'cost', '3.50', 'col·legues']
    """
    found: list[str] = []
    classes = list(map(class_of, text))
    bases = [i for i, kind in enumerate(classes) if kind != EXTEND]  # what extends goes with the character before (WB4)
    kinds = [classes[i] for i in bases] + [OTHER, OTHER]
    bases.append(len(text))
    begin, before = 0, OTHER
    for at, kind in enumerate(kinds[:-1]):
        if kinds[at + 1] in _BRIDGES.get((before, kind), ()):
            before = kinds[at + 1]
        elif kind in _JOINS.get(before, ()):
            before = kind
        else:
            if any(each >= ALONE for each in kinds[begin:at]):
                found.append(text[bases[begin] : bases[at]])
            begin, before = (at, kind) if kind >= CONNECTOR else (at + 1, OTHER)
    return found


def class_of(character: str) -> int:
    """Return the class of a character."""
    firsts, lasts, kinds = _ranges()
    point = ord(character)
    i = bisect_right(firsts, point) - 1
    return kinds[i] if i >= 0 and point <= lasts[i] else _BY_CATEGORY.get(unicodedata.category(character), OTHER)


@cache
def class_table() -> NDArray[np.uint8]:
    """Tabulate the class of each code point."""
    table = np.full(0x110000, OTHER, np.uint8)
    for point in chain(range(_N_LETTERS), _TAGS):
        table[point] = _BY_CATEGORY.get(unicodedata.category(chr(point)), OTHER)
    for first, last, kind in zip(*_ranges(), strict=True):
        table[first : last + 1] = kind
    table.flags.writeable = False
    return table


@cache
def rule_tables() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Tabulate which class joins which, and which classes may follow a class in the middle, as bits."""
    joins, bridges = np.zeros((N_CLASSES, N_CLASSES), np.uint8), np.zeros((N_CLASSES, N_CLASSES), np.int64)
    for before, after in _JOINS.items():
        joins[before, list(after)] = 1
    for pair, after in _BRIDGES.items():
        bridges[pair] = sum(1 << kind for kind in after)
    return joins, bridges


@cache
def _ranges() -> tuple[list[int], list[int], list[int]]:
    """Return the first and the last code point of each range of exceptions, in order, and its class."""
    found = []
    for kind, ranges in _EXCEPTIONS.items():
        for each in ranges.split():
            first, _, last = each.partition("-")
            found.append((int(first, 16), int(last or first, 16), kind))
    firsts, lasts, kinds = map(list, zip(*sorted(found), strict=True))
    return firsts, lasts, kinds
