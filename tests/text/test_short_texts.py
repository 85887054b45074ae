"""The words of a short text are those that `re` and the kernels find."""

import re

import pytest
from hypothesis import given, settings

from support import strategies
from textvec import Tokenizer
from textvec.preprocessing import tokenizer as module
from textvec.text.folding import fold
from textvec.text.short_texts import are_few, are_few_and_short, word_finder

PATTERNS = [
    r"(?u)\b\w\w+\b", r"\w+", r"\w{3,}", r"\S+", r"[^,]+", r"[^\s]+", r"[a-z]{2,}", r"[A-Z]+", r"\d+", r"[ab ]+",
    r"(\w)\w*", r"\w*", r"#?\w+(?:'\w+)?",
]  # fmt: skip
ASCII = "".join(map(chr, range(128))) + "It's A_b  12,3\tthe END\x1cand\r\nmore"


def assert_same(params, texts):
    """Compare with the way of many texts: the same words with the same numbers."""
    tokenizer = Tokenizer(**params)
    ours = tokenizer.transform(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_finder", lambda _: None)
        expected = tokenizer.transform(texts)
    assert ours.to_lists() == expected.to_lists()
    assert sorted(ours.vocabulary) == sorted(expected.vocabulary)
    for name in ("vocabulary", "codes", "offsets"):
        assert getattr(ours, name).dtype == getattr(expected, name).dtype
    assert ours.steps == expected.steps == (tokenizer,)


@pytest.mark.parametrize("lowercase", [True, False])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_words_of_ascii(pattern, lowercase):
    find = word_finder(pattern, lowercase)
    for text in (ASCII, ASCII[::-1], "", " ", "Aa a,b  \x1d c", "one"):
        assert find(text) == re.findall(pattern, fold(text, lowercase, None))
        assert_same({"pattern": pattern, "lowercase": lowercase}, [text, "Aa a,b"])


@given(documents=strategies.documents)
@settings(deadline=None, max_examples=60)
def test_any_text(documents):
    for params in (
        {}, {"pattern": r"\S+", "strip_accents": "unicode"}, {"strip_accents": "ascii"}, {"normalize": "NFKC"},
    ):  # fmt: skip
        for i in range(0, len(documents), 4):
            assert_same(params, documents[i : i + 4])


def test_which_are_few():
    assert are_few(["a", "b", "c", "d"])
    assert not any(map(are_few, ([], ["a"] * 5, ("a",), "a", ["a", None], [b"a"], [["a"]], None)))
    assert are_few_and_short(["a" * 2000] * 2)
    assert not are_few_and_short(["a" * 2001] * 2)


def test_parameters_that_change_are_followed():
    tokenizer = Tokenizer()
    text = ["Caf\u00e9 I x\u00b2"]
    assert tokenizer.transform(text).to_lists() == [["caf\u00e9", "x\u00b2"]]
    assert tokenizer.set_params(lowercase=False).transform(text).to_lists() == [["Caf\u00e9", "x\u00b2"]]
    assert tokenizer.set_params(strip_accents="ascii").transform(text).to_lists() == [["Cafe", "x2"]]
    tokenizer.pattern = str.split
    assert tokenizer.transform(text).to_lists() == [["Cafe", "I", "x2"]]
    with pytest.raises(ValueError, match="normalize must be"):
        tokenizer.set_params(pattern=r"\w", normalize="nfc").transform(text)
    with pytest.raises(ValueError, match="More than 1 capturing group"):
        Tokenizer(r"(a)(b)").transform(["ab"])


def test_a_lone_surrogate_is_named():
    with pytest.raises(ValueError, match="Document 1 holds the lone surrogate"):
        Tokenizer().transform(["good", "bad \ud800"])
