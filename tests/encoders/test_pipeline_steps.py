"""The steps of pipelines, in pipelines, frozen or left out; and what is named and done by them."""

import pytest
from sklearn.decomposition import TruncatedSVD
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from textvec import BM25Weighting, CountVectorizer, HashingVectorizer, StopWords, Tokenizer
from textvec.encoders.encode import name_of
from textvec.encoders.pipeline_steps import encoder_of, steps_of, transformed

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


TEXTS, LABELS = ["red sea", "blue sky"], [0, 1]


@pytest.mark.parametrize(
    ("model", "n_steps"),
    [
        (CountVectorizer().fit(TEXTS), 1),
        (FrozenEstimator(CountVectorizer().fit(TEXTS)), 1),
        (make_pipeline(Tokenizer(), CountVectorizer(), BM25Weighting()).fit(TEXTS), 3),
        (make_pipeline(Tokenizer(), CountVectorizer(), LogisticRegression()).fit(TEXTS, LABELS), 2),
        (make_pipeline(make_pipeline(CountVectorizer(), BM25Weighting()), Ridge()).fit(TEXTS, LABELS), 2),
        (
            GridSearchCV(make_pipeline(CountVectorizer(), MultinomialNB()), {}, cv=2).fit(TEXTS * 2, LABELS * 2),
            1,
        ),
        (HashingVectorizer(), 1),
    ],
)
def test_what_makes_vectors_in_a_model(model, n_steps):
    encoder = encoder_of(model, "caller")
    assert len(steps_of(encoder)) == n_steps
    assert encoder.transform(TEXTS).shape[0] == 2


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (
            LogisticRegression().fit([[0], [1]], LABELS),
            "m: a LogisticRegression makes no vectors of texts. It takes a ",
        ),
        (make_pipeline(LogisticRegression()).fit([[0], [1]], LABELS), "m: the Pipeline has only a classifier"),
        (TruncatedSVD(1).fit([[0, 1], [1, 1]]), "m: the TruncatedSVD was fitted on a matrix, not on texts"),
        (CountVectorizer(), "m: the CountVectorizer is not fitted"),
        (make_pipeline(CountVectorizer(), MultinomialNB()), "m: the Pipeline is not fitted"),
        (CountVectorizer, "makes no vectors of texts"),
        (Tokenizer().transform(TEXTS), "m: a Tokens makes no vectors of texts"),
    ],
)
def test_what_makes_no_vectors_of_texts_is_refused(model, message):
    with pytest.raises(ValueError, match=message):
        encoder_of(model, "m")
