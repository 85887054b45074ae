import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from support import strategies
from support.compare import threads
from textvec.kernels import encode as kernels
from textvec.text import encoding
from textvec.text.encoding import Encoded, Runs, encode_lists, encode_runs, fold

CLASSES = [
    Runs(r"\w", 2), Runs(r"\w", 1), Runs("[a-z]", 3), Runs(r"\S", 1), Runs(r"[^\s]", 2), Runs(r"\d", 2),
    Runs(r"[^\W\d_]", 1), Runs("[a-zé\u0301]", 2),
]  # fmt: skip
FOLDINGS = [(lower, strip) for lower in (True, False) for strip in (None, "unicode", "ascii")]


def encode(texts, runs, lowercase=True, strip_accents=None):
    return to_lists(encode_runs(pa.array(texts, pa.large_string()), runs, lowercase, strip_accents))


def to_lists(encoded):
    assert encoded.codes.dtype == np.int32
    assert encoded.offsets.dtype == np.int64
    assert encoded.offsets[0] == 0
    assert len(set(encoded.words)) == len(encoded.words)
    assert set(encoded.codes.tolist()) == set(range(len(encoded.words)))
    words = [encoded.words[code] for code in encoded.codes]
    return [words[a:b] for a, b in zip(encoded.offsets, encoded.offsets[1:], strict=False)]


def found(texts, runs, lowercase=True, strip_accents=None):
    """Return what scikit-learn finds."""
    preprocess = CountVectorizer(lowercase=lowercase, strip_accents=strip_accents).build_preprocessor()
    pattern = re.compile(f"{runs.character}{{{runs.min_length},}}")
    return [pattern.findall(preprocess(text)) for text in texts]


@pytest.mark.parametrize(("lowercase", "strip_accents"), FOLDINGS)
@pytest.mark.parametrize("runs", CLASSES, ids=str)
@given(strategies.documents, st.sampled_from([1, 2, 3]))
@example(strategies.HOSTILE_DOCUMENTS, 2)
@settings(deadline=None, max_examples=15)
def test_equal_to_findall(runs, lowercase, strip_accents, texts, n):
    with threads(n):
        assert encode(texts, runs, lowercase, strip_accents) == found(texts, runs, lowercase, strip_accents)


@pytest.mark.parametrize(("lowercase", "strip_accents"), FOLDINGS)
def test_every_character_beside_letters(lowercase, strip_accents):
    points = [i for i in range(0x110000) if not 0xD800 <= i < 0xE000]
    texts = ["a".join(map(chr, points[i : i + 64])) for i in range(0, len(points), 64)]
    runs = Runs(r"\w", 1)
    assert encode(texts, runs, lowercase, strip_accents) == found(texts, runs, lowercase, strip_accents)


@pytest.mark.parametrize("character", ["Σ", "İ", "ß", "ﬁ", "½", "각", "É", "\u0301", "e\u0301", "Ⱥ", "K"])
@pytest.mark.parametrize(("lowercase", "strip_accents"), FOLDINGS)
def test_characters_that_change_in_every_place_of_a_word(character, lowercase, strip_accents):
    texts = [
        a + character + b for a in ("", "A", "a.", " ", "\u0301", "Σ") for b in ("", "B", ".b", " ", "\u0307", "Σ")
    ]
    for runs in (Runs(r"\w", 2), Runs(r"\S", 1)):
        assert encode(texts, runs, lowercase, strip_accents) == found(texts, runs, lowercase, strip_accents)


@given(st.lists(st.text("abc é", max_size=60), max_size=12), st.sampled_from([1, 2, 3]))
@settings(deadline=None, max_examples=100)
def test_tables_that_start_tiny_grow(texts, n):
    runs = Runs(r"\w", 1)
    words = encoding._WordTable
    with pytest.MonkeyPatch.context() as patch, threads(n):
        patch.setattr(encoding, "_WordTable", lambda n_slots, n_bytes: words(2, 1))
        assert encode(texts, runs) == found(texts, runs)


@pytest.mark.parametrize("n", [1, 2])
def test_many_distinct_words_and_long_ones(n):
    texts = [" ".join(f"w{i * j % 99_991}" for i in range(2_000)) for j in range(1, 101)]
    texts += ["é" * 300_000, strategies.LONG_WORD, "", *["ȺȾ" * 100_000] * 3, "x" * 70_000 + " y"]
    runs = Runs(r"\w", 1)
    with threads(n):
        assert encode(texts, runs) == found(texts, runs)


@pytest.mark.parametrize("n", [1, 2])
def test_slices_of_arrow_arrays(n, hostile):
    runs = Runs(r"\w", 1)
    array = pa.array(hostile, pa.large_string())
    with threads(n):
        for part in (slice(0, 0), slice(5, 9), slice(9, None), slice(0, 20)):
            sliced = array[part.start : part.stop]
            assert to_lists(encode_runs(sliced, runs, True, None)) == found(hostile[part], runs)


@pytest.mark.parametrize("texts", [[], [""], ["", "", ""], ["\0"], ["a"], ["a", ""], ["", "a"]], ids=repr)
def test_nearly_nothing(texts):
    for runs in (Runs(r"\w", 1), Runs(r"\S", 1), Runs(r"\w", 2)):
        assert encode(texts, runs) == found(texts, runs)


def test_words_are_numbered_in_the_order_they_are_met():
    encoded = encode_runs(pa.array(["b a b", "c a"], pa.large_string()), Runs(r"\w", 1), True, None)
    assert encoded.words == ["b", "a", "c"]
    assert encoded.codes.tolist() == [0, 1, 0, 2, 1]
    assert encoded.offsets.tolist() == [0, 3, 5]


@pytest.mark.parametrize(
    ("pattern", "runs"),
    [
        (r"(?u)\b\w\w+\b", (r"\w", 2)),
        (r"\b\w\w\w+\b", (r"\w", 3)),
        (r"\w+", (r"\w", 1)),
        (r"\b\w+", (r"\w", 1)),
        (r"\w{3,}", (r"\w", 3)),
        (r"\w\w{3,}", (r"\w", 4)),
        (r"[a-z]+", ("[a-z]", 1)),
        (r"[^ ,]+", ("[^ ,]", 1)),
        (r"\S+", (r"\S", 1)),
        (r"\d+", (r"\d", 1)),
    ],
)
def test_patterns_for_the_kernel(pattern, runs):
    assert Runs.parse(pattern) == runs


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b[a-z]+\b", r"\b\d+\b", r"\S\b", r"\w", r"\w\w", r"\w*", r"\w?", r"\w{2}", r"\w{0,}", r"\w{2,5}", r"\w+?",
        r"\w++", r"(\w+)", r"(\w)\w+", r"\w+(?=\s)", r"(?i)[a-z]+", r"(?a)\w+", r"\w+|\d+", r"\w\d+", r"[z-a]+", r"[]+",
        r"\B\w+", r"\w+$", r"^\w+", r"\w+\n", r"", r"\W+", r"\s+", r"[\w']+", r"\w{99999,}", "\\w+ ", " \\w+",
    ],
)  # fmt: skip
def test_patterns_that_are_not(pattern):
    assert Runs.parse(pattern) is None


@given(
    strategies.documents,
    st.sampled_from([r"[^ ,]+", r"[^a]+", r"[^.^]+", r"[^-a]{2,}", r"[.*+a-c]+", r"[[]+", r"[a&&b]+"]),
)
@settings(deadline=None, max_examples=60)
@pytest.mark.filterwarnings("ignore:Possible (set|nested):FutureWarning")
def test_patterns_mean_what_they_say(texts, pattern):
    runs = Runs.parse(pattern)
    assert runs is None or encode(texts, runs) == [re.findall(pattern, text.lower()) for text in texts]


@given(strategies.token_lists)
def test_lists_are_encoded(lists):
    encoded = encode_lists(iter(document) for document in lists)
    assert to_lists(encoded) == lists
    assert encoded.words == list(dict.fromkeys(word for document in lists for word in document))


def test_lists_may_hold_anything_that_can_be_hashed():
    documents = [[1, ("a",), None], [], ["a", ("a",), frozenset()]]
    assert to_lists(encode_lists(documents)) == documents
    with pytest.raises(TypeError, match="unhashable"):
        encode_lists([[[]]])


@given(strategies.plain_token_lists, st.dictionaries(strategies.plain_tokens, st.sampled_from([None, "a", "x", "y"])))
def test_words_are_replaced_merged_and_dropped(lists, change):
    encoded = encode_lists(lists)
    before = encoded.codes.copy()
    expected = [[new for w in document if (new := change.get(w, w)) is not None] for document in lists]
    replaced = encoded.replace([change.get(word, word) for word in encoded.words])
    assert [[replaced.words[c] for c in replaced.codes[a:b]] for a, b in bounds(replaced)] == expected
    np.testing.assert_array_equal(encoded.codes, before)
    without = encoded.without({"a", "b"})
    assert to_lists(without) == [[w for w in document if w not in {"a", "b"}] for document in lists]
    assert encoded.without(set()) is encoded


def bounds(encoded: Encoded):
    return zip(encoded.offsets, encoded.offsets[1:], strict=False)


@given(strategies.texts, st.sampled_from(FOLDINGS))
def test_fold_is_scikit_learn_s_preprocessing(text, folding):
    lowercase, strip_accents = folding
    preprocess = CountVectorizer(lowercase=lowercase, strip_accents=strip_accents).build_preprocessor()
    assert fold(text, lowercase, strip_accents) == preprocess(text)


def test_words_of_equal_hash_are_told_apart():
    """Two words of 16 bytes whose hashes are one: the second half of each makes up for the first."""

    def mixed(h, chunk):
        h = ((h ^ chunk) * int(kernels._MULTIPLIER)) & (2**64 - 1)
        return h ^ (h >> 32)

    letters = b"abcdefghijklmnopqrstuvwxyz0123456789_"
    first = b"aaaaaaaa"
    for i in range(1_000_000):
        second = f"{i:08x}".encode()
        seeds = [mixed(int(kernels._SEED), int.from_bytes(half, "big")) for half in (first, second)]
        difference = (seeds[0] ^ seeds[1]).to_bytes(8, "big")
        ends = [next((c for c in letters if c ^ x in letters), None) for x in difference]
        if None not in ends:
            break
    words = [first + bytes(ends), second + bytes(c ^ x for c, x in zip(ends, difference, strict=True))]
    one, other = (word.decode() for word in words)
    encoded = encode_runs(pa.array([f"{one} {other} {one}"], pa.large_string()), Runs(r"\w", 2), True, None)
    assert encoded.words == [one, other]
    assert encoded.codes.tolist() == [0, 1, 0]
