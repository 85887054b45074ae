"""Suggestions for unknown words: those of the plain table of edit distances, by either engine."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textvec.text import SpellChecker, Suggestion, spelling


def distance(a, b):
    """Compute the restricted Damerau-Levenshtein distance by its whole table."""
    table = [[max(i, j) if not i or not j else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1])
            )  # fmt: skip
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[len(a)][len(b)]


def expected(words, frequencies, word, n, most):
    near = [Suggestion(w, distance(word, w), f) for w, f in zip(words, frequencies, strict=True)]
    near = [each for each in near if 0 < each.distance <= most]
    return sorted(near, key=lambda each: (each.distance, -each.frequency, each.word))[:n]


@pytest.fixture(params=["compiled", "numpy"])
def engine(request, monkeypatch):
    if request.param == "numpy":
        monkeypatch.setattr(spelling, "_COMPILED", "not loaded")
        monkeypatch.setattr(spelling, "_MAX_NUMPY_SEARCHES", 10**9)
    return request.param


def test_the_oracle():
    assert [distance(*pair) for pair in (("ca", "abc"), ("recieve", "receive"), ("", "ab"), ("kitten", "sitting"))] == [
        3, 1, 2, 3,
    ]  # fmt: skip


@pytest.mark.parametrize("alphabet", ["ab", "abcdefghijklmnopqrstuvwxyz", "aàáäßсω日本\U0001f600\ud800"])
def test_all_that_is_near_and_nothing_else(engine, alphabet):
    rng = np.random.default_rng(len(alphabet))
    letters = np.array(list(alphabet), dtype=object)
    words = list(dict.fromkeys("".join(rng.choice(letters, n)) for n in rng.integers(0, 9, 300)))
    frequencies = rng.integers(0, 4, len(words))
    checker = SpellChecker(words, frequencies)
    asked = ["", *words[:8], *("".join(rng.choice(letters, n)) for n in rng.integers(1, 10, 12))]
    for word in asked:
        for most in (0, 1, 2, 3):
            found = checker.suggest(word, n=7, max_distance=most)
            assert found == expected(words, frequencies.tolist(), word, 7, most), (word, most)


words_strategy = st.lists(st.text(st.sampled_from("abcß日"), max_size=7), unique=True, max_size=20)


@given(words_strategy, st.text(st.sampled_from("abcß日"), max_size=8), st.integers(0, 10))
def test_any_words(words, word, most):
    wanted = expected(words, [0] * len(words), word, 100, most)
    assert SpellChecker(words).suggest(word, 100, max_distance=most) == wanted


def test_long_words(engine):
    words = ["ab" * 40, "ab" * 39 + "b", "ab" * 39 + "ba", "ac" * 40, "x" * 120, "x" * 118 + "y", "x" * 65 + "y"]
    checker = SpellChecker(words)
    for word in (words[0], "x" * 119, "ab" * 39 + "a", "x" * 65):
        found = checker.suggest(word, max_distance=2)
        assert found == expected(words, [0] * len(words), word, 5, 2)
        assert found


def test_how_far_words_may_be_by_default():
    checker = SpellChecker(["at", "ate", "bates", "abates", "debates"])
    assert [each.word for each in checker.suggest("as")] == []
    assert [each.word for each in checker.suggest("atx")] == ["at", "ate"]
    assert [each.word for each in checker.suggest("batex")] == ["bates"]
    assert [each.word for each in checker.suggest("batesx")] == ["bates", "abates"]


def test_ties():
    checker = SpellChecker(["cart", "card", "care", "scar"], [1, 2, 2, 9])
    assert [each.word for each in checker.suggest("carx", max_distance=3)] == ["card", "care", "cart", "scar"]
    assert [each.word for each in checker.suggest("carx", 2)] == ["card", "care"]


def test_upper_case_is_another_letter():
    assert SpellChecker(["TEA", "Tea"]).suggest("tea") == [Suggestion("Tea", 1, 0)]


def test_a_known_word_is_not_its_own_suggestion():
    assert SpellChecker(["tea", "teas"]).suggest("tea") == [Suggestion("teas", 1, 0)]


def test_no_words():
    assert SpellChecker([]).suggest("tea") == []
    assert len(SpellChecker(iter(["tea"]))) == 1
    assert repr(SpellChecker(["tea"])) == "SpellChecker(1 word)"


def test_a_distance_without_end_takes_no_memory(engine):
    assert [each.word for each in SpellChecker(["tea", "moon"]).suggest("sea", max_distance=10**15)] == ["tea", "moon"]


def test_a_list_that_changes_later_changes_nothing():
    words = ["teas"]
    checker = SpellChecker(words)
    words[0] = 7
    assert checker.suggest("tea") == [Suggestion("teas", 1, 0)]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: SpellChecker("tea"), TypeError, "a single one was given: 'tea'"),
        (lambda: SpellChecker(["tea", 7]), TypeError, "one is of type int"),
        (lambda: SpellChecker(["tea"], [1, 2]), ValueError, "each of the 1 words"),
        (lambda: SpellChecker(["tea"], [0.5]), ValueError, "of type float64"),
        (lambda: SpellChecker(["tea"]).suggest(["tea"]), TypeError, "takes a word, but list was given"),
        (lambda: SpellChecker(["tea"]).suggest("tea", 0), ValueError, "n must be a positive integer"),
        (lambda: SpellChecker(["tea"]).suggest("tea", max_distance=-1), ValueError, "0 or more, but it is -1"),
        (lambda: SpellChecker(["tea"]).suggest("tea", max_distance=1.5), ValueError, "0 or more, but it is 1.5"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_the_first_suggestions_of_a_process_do_without_compiled_code():
    code = f"""
import sys
from textvec.text.spelling import SpellChecker
checker = SpellChecker(["tea", "moon"])
for n in range({spelling._MAX_NUMPY_SEARCHES} + 1):
    print(checker.suggest("teas")[0].word, "numba" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split("\n") == ["tea False"] * spelling._MAX_NUMPY_SEARCHES + ["tea True", ""], done.stderr
