"""The columns of terms: what is known, hashes with their signs, unions."""

import numpy as np
import pytest
from sklearn.pipeline import FeatureUnion, make_pipeline

from textvec import CountVectorizer, HashingVectorizer, OneHotVectorizer, TfidfVectorizer, Tokenizer, trace

TEXTS = ["good food", "bad food food", "great pizza"]


def test_counts_and_columns():
    step = trace(CountVectorizer().fit(TEXTS), ["food, bad food tea", "tea"])["Counts"]
    known = [(item.text, item.value, item.column, item.words) for item in step.items[0] if item.kept]
    assert known == [("food", 2.0, 1, (0, 2)), ("bad", 1.0, 0, (1,))]
    assert step.results == [["2 of 5 columns are not zero."], ["No term is known: the row is all zeros."]]
    assert step.output.shape == (2, 5)


def test_one_hot():
    steps = trace(OneHotVectorizer().fit(TEXTS), ["food bad food"])
    assert [(step.kind, step.title) for step in steps] == [
        ("OneHotVectorizer", "Words"),
        ("OneHotVectorizer", "One-hot"),
    ]
    assert [(item.text, item.value) for item in steps[1].items[0]] == [("food", 1.0), ("bad", 1.0)]


@pytest.mark.parametrize("params", [{}, {"alternate_sign": False}, {"norm": None}, {"norm": "l1"}, {"binary": True}])
@pytest.mark.parametrize("n_features", [7, 2**20])
def test_hashes(n_features, params):
    vectorizer = HashingVectorizer(n_features=n_features, **params).fit(TEXTS)
    texts = ["good food food wine, great", "bad"]
    step, expected = trace(vectorizer, texts)["Hashes"], vectorizer.transform(texts)
    for doc, items in enumerate(step.items):
        assert {item.column for item in items if item.value} == {*expected[doc].indices.tolist()}
        for item in items:
            assert item.value == expected[doc, item.column]
            shares = item.why.endswith("it shares the column")
            if not shares and not params.get("binary"):  # which takes the signs off
                assert (", sign −" in item.why) == (item.value < 0)
    assert len({item.column for item in step.items[0]}) == 4 or n_features == 7


def test_a_union_is_told_part_by_part():
    parts = [("words", make_pipeline(Tokenizer(), CountVectorizer())), ("tfidf", TfidfVectorizer())]
    union = FeatureUnion(parts, transformer_weights={"words": 2.0}).fit(TEXTS)
    traced = trace(union, ["good food"])
    assert [step.name for step in traced][:3] == [
        "featureunion__words__tokenizer",
        "featureunion__words__countvectorizer",
        "featureunion__tfidf",
    ]
    last = {item.text: (item.value, item.column) for item in traced["Union"].items[0]}
    expected = union.transform(["good food"]).toarray()[0]
    assert last["words__food"] == (2.0, 1)
    assert all(expected[column] == value for value, column in last.values())
    assert np.count_nonzero(expected) == len(last)


def test_parts_of_a_union_that_cut_differently():
    union = FeatureUnion([("words", CountVectorizer()), ("characters", CountVectorizer(analyzer="char"))]).fit(TEXTS)
    traced = trace(union, ["good, food"])
    assert [word.text for word in traced.words[0]] == ["good", "food"]
    items = {item.text: item.words for item in traced["Union"].items[0]}
    assert (items["words__good"], items["characters__g"], items["characters__o"]) == ((0,), (0,), (0, 1))
    assert traced[2].items[0][0].words == (0,)


class Doubled(TfidfVectorizer):
    def transform(self, X):
        return super().transform(X) * 2


class DoubledCounts(CountVectorizer):
    def transform(self, X):
        return super().transform(X) * 2


def test_subclasses_that_compute_something_else():
    """Values are those of the matrix, and there is no formula that would not give them."""
    weights = trace(Doubled(norm=None).fit(["a bb", "cc"]), ["bb"])["Weights"]
    assert [(item.value, item.why) for item in weights.items[0]] == [(weights.output.max(), "")]
    assert weights.about == ["Weights are computed in a way of their own."]
    assert [item.value for item in trace(DoubledCounts().fit(["a bb"]), ["bb bb"])["Counts"].items[0]] == [4]
