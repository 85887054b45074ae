"""Traces as data, and what is known of texts between two steps."""

import json

import pytest
from sklearn.pipeline import make_pipeline

from textvec import StopWords, TfidfVectorizer, Tokenizer, trace
from textvec.tracing import Item
from textvec.tracing.state import State


@pytest.fixture(scope="module")
def traced():
    texts = ["the good food", "bad <b>food</b>"]
    return trace(make_pipeline(Tokenizer(), StopWords(), TfidfVectorizer()).fit(texts), ["The good wine", "food"])


def test_a_trace_is_a_sequence_of_steps(traced):
    assert len(traced) == 4
    assert list(traced) == traced.steps
    assert traced[-1] is traced["Weights"] is traced.steps[3]
    assert traced["stopwords"].title == "Stop words"


def test_tables(traced):
    table = traced.to_pandas()
    assert list(table) == ["step", "name", "title", "document", *Item._fields]
    assert len(table) == sum(len(items) for step in traced for items in step.items)
    one = traced["Counts"].to_pandas()
    assert one[~one.kept].text.tolist() == ["wine"]
    assert one.document.tolist() == [0, 0, 1]


def test_everything_is_json(traced):
    whole = json.loads(json.dumps(traced.to_dict()))
    assert whole["words"] == [[[0, 3, "The"], [4, 8, "good"], [9, 13, "wine"]], [[0, 4, "food"]]]
    assert whole["steps"][1]["items"][0][0] == {
        "text": "the", "words": [0], "kept": False, "was": None, "why": "stop word (list 'english')",
        "value": None, "column": None, "group": "",
    }  # fmt: skip


def test_names_gather_their_words():
    state = State(["a b a"], ["a b a"], None)
    after = state.after(
        None, [[Item("a", (0,)), Item("b", (1,), was="B", why="x"), Item("a", (2,)), Item("c", (3,), False)]]
    )
    assert after.named == [{"a": (0, 2), "b": (1,)}]
    assert after.items == [[Item("a", (0,)), Item("b", (1,)), Item("a", (2,))]]
    assert after.after(None, after.items).named == after.named
