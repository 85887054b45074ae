"""The steps of pipelines, in pipelines, frozen or left out; and what is named and done by them."""

import pytest
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from textvec import BM25Weighting, CountVectorizer, StopWords, Tokenizer
from textvec.encoders.encode import name_of
from textvec.encoders.pipeline_steps import steps_of, transformed

TOKENIZER, COUNTER, WEIGHTING = Tokenizer(), CountVectorizer(), BM25Weighting()
UNION = make_union(Tokenizer(), CountVectorizer())


def function(texts):
    return [[1.0]] * len(texts)


PIPELINES = {
    "one": (COUNTER, [COUNTER]),
    "pipeline": (make_pipeline(TOKENIZER, COUNTER), [TOKENIZER, COUNTER]),
    "nested": (make_pipeline(make_pipeline(TOKENIZER, COUNTER), WEIGHTING), [TOKENIZER, COUNTER, WEIGHTING]),
    "left out": (Pipeline([("a", "passthrough"), ("b", COUNTER), ("c", None)]), [COUNTER]),
    "frozen": (FrozenEstimator(make_pipeline(FrozenEstimator(TOKENIZER), COUNTER)), [TOKENIZER, COUNTER]),
    "union": (make_pipeline(UNION, WEIGHTING), [UNION, WEIGHTING]),
    "function": (function, [function]),
    "precomputed": ("precomputed", ["precomputed"]),
}


@pytest.mark.parametrize("kind", PIPELINES)
def test_steps_in_their_order(kind):
    encoder, expected = PIPELINES[kind]
    found = steps_of(encoder)
    assert len(found) == len(expected)
    assert all(a is b for a, b in zip(found, expected, strict=True))


def test_an_encoder_is_named_by_its_steps():
    names = {kind: name_of(encoder) for kind, (encoder, _) in PIPELINES.items()}
    assert names["nested"] == "Tokenizer, CountVectorizer, BM25Weighting"
    assert names["frozen"] == "Tokenizer, CountVectorizer"
    assert names["left out"] == "CountVectorizer"
    assert (names["function"], names["precomputed"]) == ("function", "precomputed")


def test_steps_work_one_after_the_other():
    texts = ["the red sea", "a sea"]
    steps = [Tokenizer(), StopWords(["the"]).fit(texts)]
    assert transformed(texts, steps).to_lists() == [["red", "sea"], ["sea"]]
    assert transformed(texts, []) is texts
