import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial import distance
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity

from support.strategies import texts
from textvec.similarity.measures import cosine, cosine_distance, jaccard, percent

numbers = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda x: x if abs(x) > 1e-6 else 0.0)
pairs = hnp.arrays(np.float64, st.tuples(st.just(2), st.integers(1, 8)), elements=numbers)


@given(pairs)
def test_cosine_is_scikit_learn_s(pair):
    a, b = pair
    expected = cosine_similarity(pair)[0, 1]
    assert cosine(a, b) == pytest.approx(expected, abs=1e-9)
    assert cosine(a, b) == cosine(b, a)
    assert -1 <= cosine(a, b) <= 1
    assert cosine(a, a) == (pytest.approx(1) if a.any() else 0)
    assert cosine_distance(a, b) == 1 - cosine(a, b)


def test_cosine_is_never_over_1():
    for a in np.random.default_rng(0).normal(size=(300, 20)):
        assert 1 - 1e-12 < cosine(a, a * 0.1) <= 1
        assert -1 <= cosine(a * -0.1, a) < 1e-12 - 1


VECTORS = [
    list, tuple, np.array, lambda a: np.array([a]), lambda a: np.float32(a), pd.Series, sp.csr_matrix, sp.csr_array,
    sp.coo_matrix, lambda a: sp.coo_array(np.array(a)),
]  # fmt: skip


@pytest.mark.parametrize("kind", VECTORS, ids=range(len(VECTORS)))
@pytest.mark.parametrize("other", VECTORS, ids=range(len(VECTORS)))
def test_kinds_of_vectors(kind, other):
    assert cosine(kind([3, 0, 4]), other([0, 5, 5])) == pytest.approx(4 / math.sqrt(50))
    if kind not in (list, tuple) and other not in (list, tuple):
        assert jaccard(kind([3, 0, 4]), other([0, 5, 5])) == pytest.approx(4 / 13)


def test_cosine_of_texts_is_that_of_their_counts(messages):
    for a, b in pairwise(messages[:200]):
        expected = 0.0
        if any(CountVectorizer().build_analyzer()(text) for text in (a, b)):
            expected = cosine_similarity(CountVectorizer().fit_transform([a, b]))[0, 1]
        assert cosine(a, b) == pytest.approx(expected, abs=1e-12)


def test_words_of_texts():
    assert cosine("Good, good food!", ["good", "good", "food"]) == pytest.approx(1)
    assert cosine({"good": 2, "food": 1}, iter(["good", "good", "food"])) == pytest.approx(1)
    assert cosine(np.array(["good"]), pd.Series(["good"])) == 1
    assert cosine({"good": -1}, ["good"]) == -1
    assert jaccard("Good, good food!", ["food", "mood"]) == pytest.approx(1 / 3)
    assert jaccard(np.array(["a", "b"]), pd.Series(["b"])) == 0.5
    assert jaccard([("new", "york")], {("new", "york"), ("york", "city")}) == 0.5
    assert jaccard({"a": 1}, ["a"]) == 1


@pytest.mark.parametrize("nothing", ["", " ?", [], (), {}, {"a": 0}])
def test_no_words_are_similar_to_nothing(nothing):
    for other in ("", "good food", [], ["a"], {"a": 1}):
        assert cosine(nothing, other) == 0
        assert cosine_distance(other, nothing) == 1
    for other in ("", "good food", [], set(), {"b": 1}):
        assert jaccard(nothing, other) == jaccard(other, nothing) == 0
    assert cosine(np.zeros(3), np.ones(3)) == cosine(np.zeros(0), np.zeros(0)) == 0
    assert jaccard(np.zeros(3), np.zeros(3)) == jaccard(set(), set()) == 0


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1e200, 1e308])
def test_numbers_of_any_size(scale):
    a, b = np.array([1.0, 0, 1]), np.array([1.0, 1, 0])
    assert cosine(a * scale, b) == cosine(b, a * scale) == pytest.approx(0.5)
    assert cosine(a * scale, b * scale) == pytest.approx(0.5)
    assert jaccard(a * scale, b * scale) == pytest.approx(1 / 3)


@given(texts, texts)
def test_hostile_texts(a, b):
    for measure in (cosine, jaccard):
        assert 0 <= measure(a, b) <= 1
        assert measure(a, b) == pytest.approx(measure(b, a))
    words = [set(CountVectorizer().build_analyzer()(text)) for text in (a, b)]
    assert jaccard(a, b) == len(words[0] & words[1]) / max(1, len(words[0] | words[1]))


@given(pairs)
def test_weighted_jaccard(pair):
    a, b = np.abs(pair)
    if a.any() or b.any():
        assert jaccard(a, b) == pytest.approx(np.minimum(a, b).sum() / np.maximum(a, b).sum())
        assert jaccard(a > 0, b > 0) == pytest.approx(1 - distance.jaccard(a > 0, b > 0))
    assert jaccard(a, a) == (pytest.approx(1) if a.any() else 0)
    assert jaccard(dict(enumerate(a)), dict(enumerate(b))) == pytest.approx(jaccard(a, b))
    sets = [set(np.flatnonzero(weights).tolist()) for weights in (a, b)]
    assert jaccard(*sets) == pytest.approx(jaccard(a > 0, b > 0))


def test_rows_of_a_vectorizer(messages):
    X = TfidfVectorizer().fit_transform(messages[:50])
    expected = cosine_similarity(X)
    for i in range(49):
        assert cosine(X[i], X[i + 1]) == pytest.approx(expected[i, i + 1])
        a, b = X[i].toarray(), X[i + 1].toarray()
        assert jaccard(X[i], X[i + 1]) == pytest.approx(np.minimum(a, b).sum() / np.maximum(a, b).sum())


@pytest.mark.parametrize(
    ("a", "b", "error", "message"),
    [
        ("text", [1.0], TypeError, "both must be vectors, or neither"),
        (np.ones((2, 3)), np.ones((2, 3)), ValueError, r"shape \(2, 3\) was given.*CosineIndex"),
        (sp.eye(3, format="csr"), np.ones(3), ValueError, r"shape \(3, 3\) was given"),
        (np.ones(3), np.ones(4), ValueError, r"they have \d and \d dimensions"),
        (np.array([1, np.nan]), np.ones(2), ValueError, "NaN or infinity"),
        ({"a": math.inf}, {"a": 1}, ValueError, "NaN or infinity"),
        (b"bytes", "text", TypeError, "b'bytes' was given"),
        (None, "text", TypeError, "None was given"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared(a, b, error, message):
    for measure in (cosine, cosine_distance, jaccard):
        for one, other in ((a, b), (b, a)):
            if measure is jaccard and isinstance(b, list):
                continue
            with pytest.raises(error, match=message):
                measure(one, other)


def test_what_is_no_set_or_no_words():
    for numbers in ([1, 2], (0.5, 1)):
        with pytest.raises(TypeError, match=r"may be a set of numbers or a vector of weights\. Write set"):
            jaccard(numbers, {1})
    with pytest.raises(ValueError, match="there are negative ones"):
        jaccard(np.array([1, -1]), np.array([1, 1]))
    with pytest.raises(ValueError, match="there are negative ones"):
        jaccard({"a": 1}, {"a": -1})
    with pytest.raises(TypeError, match="a list of words, or a mapping"):
        cosine([("a", "b")], ["a"])


@pytest.mark.parametrize(
    ("score", "digits", "expected"),
    [(1, 1, "100.0 %"), (0, 0, "0 %"), (0.92345, 2, "92.34 %"), (-0.5, 1, "-50.0 %"), (-1e-9, 1, "0.0 %"),
     (-0.0, 1, "0.0 %"), (0.9996, 1, "100.0 %"), (0.9994, 1, "99.9 %"), (np.float32(1.0000001), 1, "100.0 %"),
     (np.float64(0.5), 1, "50.0 %"), (np.array(0.5), 1, "50.0 %"), (np.int64(1), 1, "100.0 %"), (0.1, 20, None)],
)  # fmt: skip
def test_percent(score, digits, expected):
    assert percent(score, digits) == (expected or f"{0.1:.20%}".replace("%", " %"))


def test_percent_of_many():
    expected = ["50.0 %", "25.0 %"]
    for scores in ([0.5, 0.25], np.float32([0.5, 0.25]), pd.Series([0.5, 0.25]), iter((0.5, 0.25))):
        assert percent(scores) == expected
    assert percent([]) == []


@pytest.mark.parametrize(
    ("score", "digits", "error", "message"),
    [
        (math.nan, 1, ValueError, "between -1 and 1, but nan was given"),
        (12.5, 1, ValueError, "between -1 and 1, but 12.5"),
        ([0.1, -1.1], 1, ValueError, "but -1.1 was given"),
        ("0.5", 1, TypeError, "a score must be a number, but '0.5'"),
        (None, 1, TypeError, "a score must be a number, but None"),
        (["0.5"], 1, TypeError, "a score must be a number"),
        (True, 1, TypeError, "a score must be a number"),
        (0.5, -1, ValueError, "digits must be 0 or more, but it is -1"),
        (0.5, 1.0, TypeError, "digits must be a whole number, but it is 1.0"),
        (0.5, True, TypeError, "digits must be a whole number"),
    ],
)
def test_what_is_no_percentage(score, digits, error, message):
    with pytest.raises(error, match=message.replace(".", r"\.")):
        percent(score, digits)


@pytest.mark.parametrize("score", [sp.csr_matrix([[0.5]]), sp.csr_array([[0.5]]), sp.coo_array([0.5])], ids=repr)
def test_percentages_of_sparse_matrices(score):
    with pytest.raises(TypeError, match="a score must be a number, but a sparse matrix was given"):
        percent(score)
