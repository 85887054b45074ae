import pickle

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from support import strategies
from textvec.vectorizers._words import Words

several = st.lists(st.lists(strategies.tokens, unique=True, max_size=12), max_size=5)


@given(several)
@example([["b", "d"], ["a", "c", "e"], [], ["a"], ["aa", "f"]])
def test_codes_are_places_in_sorted_order_however_words_join(batches):
    words, known = Words(), set()
    for batch in batches:
        before = list(words.sorted)
        joined, moved, codes = words.joined_by(batch)
        assert [joined.sorted[code] for code in codes] == batch
        assert words.sorted == before, "what was there is not touched"
        known |= set(batch)
        assert joined.sorted == sorted(known)
        assert len(joined) == len(known)
        assert [joined.sorted[code] for code in moved] == before
        if before and known == set(before):
            assert joined is words
        words = joined
        asked = [*sorted(known, reverse=True), "no such word"]
        expected = {word: code for code, word in enumerate(sorted(known))}
        assert words.codes(asked).tolist() == [expected.get(word, len(known)) for word in asked]
        again = pickle.loads(pickle.dumps(words))
        assert again.codes(asked).tolist() == words.codes(asked).tolist()


def test_a_branch_does_not_see_the_words_of_another():
    trunk, _, _ = Words(["m"]).joined_by(["c", "x"])
    a, _, _ = trunk.joined_by(["a"])
    b, _, _ = trunk.joined_by(["b"])
    for words, own, other in ((a, "a", "b"), (b, "b", "a")):
        assert words.sorted == [own, "c", "m", "x"]
        assert words.codes([own, other, "c", "x"]).tolist() == [0, 4, 1, 3]


def test_words_may_be_of_any_type_that_sorts():
    words, moved, _ = Words([(1, "a"), (3, "b")]).joined_by([(2, "a")])
    assert words.sorted == [(1, "a"), (2, "a"), (3, "b")]
    assert moved.tolist() == [0, 2]
    assert words.codes([(2, "a"), 7]).tolist() == [1, 3]


def test_words_are_few_bytes_in_a_pickle():
    words, _, _ = Words(["a"]).joined_by([f"w{i}" for i in range(1000)])
    words.codes(["a"])
    assert len(pickle.dumps(words)) == len(pickle.dumps(Words(words.sorted)))
    assert words.codes([]).dtype == np.int32
