"""Hypothesis strategies for the text that breaks tokenizers, and a fixed corpus of it."""

import unicodedata
from itertools import combinations

from hypothesis import strategies as st

from textvec.text.rows import refuse_rows

# Characters that change in number, by context, or only in some of Python's many notions of space, digit and letter.
_HOSTILE_CHARACTERS = [
    *"İıΣςσẞßﬁﬃ½™ÅKȺȾⱥⱦǅǆŉΐᾈ",
    *"\u0300\u0301\u0307\u0308\u0327\u0345\u05b0\u064b\u093f\u20dd\ufe0f",  # marks that combine
    *"éÉñÅçüøđłе́日本語ไทย",
    *"각가\u1100\u1161\u11a8",  # Hangul, put together and in parts
    *"שלוםالعربية\u200f\u202e",
    *"😀\u200d👩❤𝔸𝟙𠮷𐐀\U000e0041\U0010ffff\uffff\ufeff",
    *"\x00\x01\x0b\x0c\x1b\x1c\x1d\x1e\x1f\x7f\x85",
    *"\u00a0\u00ad\u1680\u2003\u2028\u2029\u202f\u3000\u200b",
    *"٣३９²Ⅷ①",  # digits and numbers of other scripts
    *"_-'’.,<>&\"\\ \t\n\r",
    *"aAzZ09",
]

_WORDS = [
    "ΣΊΣΥΦΟΣ", "ΟΔΟΣ", "Σ", "ΑΣ.", "İSTANBUL", "ISTANBUL", "ıssız", "STRASSE", "straße", "STRAẞE", "ﬁne", "fine",
    "café", "cafe\u0301", "CAFÉ", "Ⱥbc", "10½", "x²", "snake_case", "__init__", "the", "not", "don't", "a", "I",
    "good", "good good", "new york", "각", "\u1100\u1161\u11a8", "a\x00b", "a\x1cb", "\x1f", "👩\u200d👩\u200d👧", "  ",
]  # fmt: skip

characters = st.one_of(
    st.sampled_from(_HOSTILE_CHARACTERS),
    st.sampled_from("abcAB 1_"),
    st.characters(exclude_categories=["Cs"]),
)
words = st.one_of(
    st.sampled_from(_WORDS),
    st.text(characters, max_size=8),
    st.builds(str.__mul__, st.text(characters, min_size=1, max_size=2), st.integers(1, 400)),
)
_separators = st.sampled_from([" ", " ", " ", "", "\n", ", ", "\u00a0", "\x1d", "\u0301", "  "])
_joined = st.builds(lambda parts: "".join(a + b for a, b in parts), st.lists(st.tuples(words, _separators), max_size=8))
_repeated = st.builds(lambda word, n: " ".join([word] * n), words, st.integers(1, 20))
texts = st.one_of(
    st.just(""),
    _joined,
    _repeated,
    st.text(characters, max_size=30),
    st.builds(unicodedata.normalize, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]), _joined),
)
documents = st.lists(texts, max_size=8)

# Tokens as a tokenizer of the user's may make them: with spaces, empty, with characters that sort before a space.
tokens = st.one_of(
    st.sampled_from(["a", "b", "ab", "a b", "b a", "", " ", "a ", " a", "\x1f", "a\x00", "\x00", "é"]), words
)
plain_tokens = st.one_of(st.sampled_from(["a", "b", "c", "ab", "é", "日"]), st.text("abc", min_size=1, max_size=3))


def _are_words(lists):
    """Tell whether neither lists nor some of them in a row look like the rows of a table, which are refused."""
    try:
        for a, b in combinations(range(len(lists) + 1), 2):
            refuse_rows(lists[a:b])
    except ValueError:
        return False
    return True


token_lists = st.lists(st.lists(tokens, max_size=10), max_size=6).filter(_are_words)
plain_token_lists = st.lists(st.lists(plain_tokens, max_size=12), max_size=8)

LONG_WORD = "x" * 1_000_000

HOSTILE_DOCUMENTS = [
    "",
    " ",
    "\x00",
    *_WORDS,
    " ".join(_WORDS),
    "ΟΔΟΣ ΟΔΟΣ. ΟΔΟΣ'Σ ΑΣ\u0301 Σ1 1Σ ΣΣ",
    "İİ İ i̇ I ı i İstanbul'DA",
    "".join(_HOSTILE_CHARACTERS),
    " ".join(_HOSTILE_CHARACTERS),
    "ab".join(_HOSTILE_CHARACTERS),
    *(unicodedata.normalize(form, "Ÿåéñ 각각 ﬁﬃ ½ ™ K ΐ ᾈ Ṩ") for form in ("NFC", "NFD", "NFKC", "NFKD")),
    "good good GOOD Good food good food the the",
    "the café the cafe\u0301 the cafe\u0308\u0301 \u0301 \u0301alone",
    "one\x1ctwo\x1dthree\x1efour\x1ffive\u00a0six\u2028seven\u3000eight\x85nine\x0bten",
    "٣٤ ३४ ９９ ２０２４ 12 3.14 x²y Ⅷ①②",
    "שָׁלוֹם עוֹלָם العَرَبِيَّة مرحبا बिल्ली ไทยแลนด์ 日本語テキスト",
    "👩\u200d👩\u200d👧 👍🏽 ❤️ 😀😀 𝔸𝔹ℂ 𠮷野家 𐐀𐐨 🏴\U000e0067\U000e0062",
    "_ __ ___ a_b _a b_ a__b 1_000",
    "é" * 300 + " " + "y" * 5000 + " " + "ab " * 300,
    *["not good", "not a good", "good not", "new york city", "new  york", "york new york"] * 3,
]
