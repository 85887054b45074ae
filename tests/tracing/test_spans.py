"""Where words stand in a text that was folded and cut."""

import unicodedata

import pytest

from textvec.tracing.spans import fold_with_origins, locate, words_between

FOLDED = {
    "plain": ("Great FOOD", str.lower, ["great", "food"], ["Great", "FOOD"]),
    "grows": ("İstanbul calls", str.lower, ["i̇stanbul", "calls"], ["İstanbul", "calls"]),
    "last sigma": ("ΟΔΟΣ ΣΑΣ", str.lower, ["οδος", "σας"], ["ΟΔΟΣ", "ΣΑΣ"]),
    "composed": ("cafe\u0301 au", lambda t: unicodedata.normalize("NFC", t), ["café", "au"], ["cafe\u0301", "au"]),
    "compatible": ("ﬁne x²", lambda t: unicodedata.normalize("NFKC", t), ["fine", "x2"], ["ﬁne", "x²"]),
    "dropped": ("na\u0308ïve", lambda t: t.encode("ascii", "ignore").decode(), ["nave"], ["na\u0308ïve"]),
}


@pytest.mark.parametrize("name", FOLDED)
def test_words_as_they_are_written(name):
    text, fold, tokens, written = FOLDED[name]
    assert [text[a:b] for a, b in locate(text, tokens, fold, r"(?u)\b\w\w+\b")] == written
    assert [text[a:b] for a, b in locate(text, tokens, fold, None)] == written


def test_a_pattern_finds_its_own_matches():
    """Looked for from the left, "at" would be found in "cat"."""
    assert locate("a cat at home", ["at"], str, r"\bat\b") == [(6, 8)]
    assert locate("#one two #three", ["one", "three"], str, r"#(\w+)") == [(1, 4), (10, 15)]


def test_tokens_that_are_not_written():
    assert locate('say "yes"', ["say", "``", "yes", "''", ""], str, None) == [(0, 3), None, (5, 8), None, None]


def test_a_function_that_reorders_characters():
    assert fold_with_origins("abc", lambda text: text + "!") is None
    assert locate("Red apple", ["red"], lambda text: f"<{text}>", None) == [(0, 3)]


def test_words_between_others():
    text = "I saw, a 7 b!"
    assert [text[a:b] for a, b in words_between(text, [(2, 5), None])] == ["I", "a", "7", "b"]
    assert words_between("", []) == []


def test_a_token_is_looked_for_at_the_beginnings_of_words_first():
    """A function that leaves words out does not leave the others within them; pieces of a word are where they are."""
    assert locate("heat, to eat", ["to", "eat"], str, None) == [(6, 8), (9, 12)]
    assert locate("the heat to eat", ["eat"], str, None) == [(12, 15)]
    assert locate("the running run", ["run", "run"], str, None) == [(4, 7), (12, 15)]
    assert locate("unheat eat", ["un", "heat", "eat"], str, None) == [(0, 2), (2, 6), (7, 10)]
    assert locate("the heat", ["eat"], str, None) == [(5, 8)]
