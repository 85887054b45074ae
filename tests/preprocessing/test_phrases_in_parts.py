"""Phrases learnt from parts of the documents are those learnt at once: scores to the last bit, and their order."""

import pytest

from support.compare import threads
from support.parts import N_PARTS, differences, fitted_in_parts, merged
from textvec import Phrases, Tokens
from textvec.datasets import load_reviews

TEXTS = load_reviews().data[:80]
PARAMS = [
    {},
    {"min_count": 3, "threshold": 0.5},
    {"scoring": "npmi", "threshold": 0.1},
    {"connector_words": "english", "threshold": 0.5, "min_count": 1},
    {"connector_words": ["the", "is"], "scoring": "npmi", "threshold": -1.0, "delimiter": ""},
]


@pytest.mark.parametrize("n_parts", N_PARTS)
@pytest.mark.parametrize("params", PARAMS, ids=str)
def test_equal_to_one_fit(params, n_parts):
    phrases = Phrases(**{"min_count": 2, "threshold": 1.0, **params}).fit(TEXTS)
    assert phrases.phrases_
    for seed in range(2):
        made = fitted_in_parts(phrases, TEXTS, n_parts=n_parts, seed=seed)
        assert differences(made, phrases) == []


def test_any_number_of_threads_and_slices_of_tokens():
    tokens = Tokens.from_lists([text.split() for text in TEXTS])
    phrases = Phrases(min_count=1, threshold=0.1).fit(tokens)
    with threads(3):
        assert differences(fitted_in_parts(phrases, tokens), phrases) == []


def test_nothing_but_empty_parts():
    phrases = Phrases()
    states = [phrases._partial(part) for part in ([], [""], [])]
    assert phrases._finish(merged(phrases, states)).phrases_ == {}


def test_a_pair_that_is_frequent_only_over_all_parts():
    phrases = Phrases(min_count=2, threshold=0.01)
    made = fitted_in_parts(phrases, ["new york"] * 3, n_parts=7)
    assert made.phrases_ == phrases.fit(["new york"] * 3).phrases_
    assert list(made.phrases_) == ["new_york"]
