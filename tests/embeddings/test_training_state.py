"""The state of a training: words in their order, and the name of its class in saved files."""

import numpy as np

from textvec import Tokens
from textvec.embeddings._training_state import TrainingState
from textvec.persistence import classes


def grown(state, documents, min_count=2, most=None):
    return state.grown(Tokens.from_lists(documents), min_count, most, np.random.RandomState(0))


def test_words_are_taken_up_when_they_are_frequent_enough():
    first = grown(TrainingState.empty(3), [["b", "a", "b", "a", "c"]])
    assert (first.words, first.counts.tolist(), first.rare) == (["a", "b"], [2, 2], {"c": 1})
    assert (np.abs(first.inputs) <= 1 / 3).all()
    assert not first.outputs.any()
    second = grown(first, [["c", "c", "d", "d", "a"]])
    assert (second.words, second.counts.tolist(), second.rare) == (["a", "b", "c", "d"], [3, 2, 3, 2], {})
    assert np.array_equal(second.inputs[:2], first.inputs)
    assert first.counts.tolist() == [2, 2]


def test_the_rarest_words_are_left_out():
    state = grown(TrainingState.empty(2), [["a"] * 2 + ["b"] * 4 + ["c"] * 3], most=2)
    assert (state.words, state.rare) == (["b", "c"], {"a": 2})
    assert grown(state, [["a"] * 9], most=2).words == ["b", "c"]


def test_rows_of_tokens():
    state = grown(TrainingState.empty(2), [["a"] * 2 + ["b"] * 4])
    assert state.rows_of(Tokens.from_lists([["a", "x"], ["b"]])).tolist() == [1, -1, 0]
    assert state.rows_of(Tokens.from_lists([])).tolist() == []


def test_saved_files_keep_the_first_name_of_the_class():
    state = grown(TrainingState.empty(2), [["a", "a"]])
    name, content = classes.dump(state, "the state")
    assert name == "Tables"
    assert classes.make(name, content).words == ["a"]
    assert type(classes.make(name, content)) is TrainingState
