"""Expressions of words, unknown words with what they are spelt like, and the odd one among some."""

import numpy as np
import pytest

from textvec.embeddings import WordVectors
from textvec.embeddings.queries import describe_unknown, parse_expression, similarities_within, unknown_words

WORDS = ["tea", "coffee", "cocoa", "moon", "Moon", "nothing"]


@pytest.fixture
def vectors():
    return WordVectors(WORDS, np.array([[4, 1, 0], [3, 1, 1], [4, 2, 1], [-1, 4, 2], [-1, 4, 3], [0, 0, 0]]))


@pytest.mark.parametrize(
    ("text", "positive", "negative"),
    [
        ("king - man + woman", ["king", "woman"], ["man"]),
        ("  king  -man +woman ", ["king", "woman"], ["man"]),
        ("- man + king", ["king"], ["man"]),
        ("+ king", ["king"], []),
        ("- man", [], ["man"]),
        ("e-mail - mail + c++", ["e-mail", "c++"], ["mail"]),
        ("king-man", ["king-man"], []),
        (":-) - man", [":-)"], ["man"]),
        ("man : king :: woman", ["king", "woman"], ["man"]),
        ("man:king::woman:?", ["king", "woman"], ["man"]),
        ("man : king :: woman : ", ["king", "woman"], ["man"]),
        ("new york : e-mail :: woman", ["e-mail", "woman"], ["new york"]),
        ("a - -b", ["a"], ["-b"]),
    ],
)
def test_expressions(text, positive, negative):
    assert parse_expression(text) == (positive, negative)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' holds no word"),
        ("+", "ends with +"),
        ("king -", "ends with -"),
        ("king man", "no + or - stands between 'king' and 'man'"),
        ("king - man woman", "no + or - stands between 'man' and 'woman'"),
        ("king - + man", "- and + stand without a word between"),
        ("man : king ::", "has not two words before :: and one after it"),
        ("man :: king", "has not two words"),
        ("a : b :: c : d", "has not two words"),
        ("a : b :: c :: d", "has not two words"),
        (" : b :: c", "has not two words"),
    ],
)
def test_what_is_no_expression(text, message):
    with pytest.raises(ValueError, match=r"Expected words with \+ and - between them") as raised:
        parse_expression(text)
    assert message in str(raised.value)


def test_unknown_words(vectors):
    assert unknown_words(vectors, ["tea", "coffe", "MOON", "xylophone"]) == {
        "coffe": ["coffee"],
        "MOON": ["moon", "Moon"],
        "xylophone": [],
    }
    assert unknown_words(vectors, WORDS) == {}
    said = describe_unknown(vectors, {"coffe": ["coffee"], "MOON": ["moon", "Moon"], "x": []})
    assert (
        said
        == "None of the 6 words is 'coffe' (did you mean 'coffee'?), 'MOON' (did you mean 'moon' or 'Moon'?) or 'x'."
    )
    other_cases = WordVectors(["Paris", "parish", "pairs"], np.eye(3))
    assert unknown_words(other_cases, ["paris", "pariss"]) == {
        "paris": ["Paris"],
        "pariss": ["Paris", "parish", "pairs"],
    }
    vectors.unknown = "zero"
    assert unknown_words(vectors, ["x"]) == {"x": []}


def test_no_word_is_unknown_where_subwords_stand_for_it():
    from textvec.embeddings import Subwords

    vectors = WordVectors(["tea"], [[1, 0]], subwords=Subwords(np.eye(2), minn=3, maxn=3), unknown="subword")
    assert unknown_words(vectors, ["teapot"]) == {}


@pytest.mark.parametrize("words", [["tea", "coffee", "moon"], ["cocoa", "Moon", "moon", "tea"], WORDS])
def test_the_last_is_the_odd_one_out(vectors, words):
    within = similarities_within(vectors, words)
    assert within[-1].word == vectors.odd_one_out(words)
    for word, mean in within:
        assert mean == pytest.approx(np.mean([vectors.similarity(word, other) for other in words if other != word]))


def test_too_few_words_for_an_odd_one(vectors):
    for words, n in (([], "0 were"), (["tea"], "1 was"), (["tea", "moon", "tea"], "2 were")):
        with pytest.raises(ValueError, match=f"three different words or more, but {n} given"):
            similarities_within(vectors, words)
    with pytest.raises(KeyError, match="coffe"):
        similarities_within(vectors, ["tea", "coffe", "moon"])
