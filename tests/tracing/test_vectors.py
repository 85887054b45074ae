"""Averages of word vectors, sequences, and steps that nothing is known of."""

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from textvec import CountVectorizer, EmbeddingVectorizer, SequenceEncoder, Tokenizer, WordVectors, trace

VECTORS = WordVectors(["food", "pizza", "good", "great"], [[1, 0.5], [0.75, 0.25], [0.5, 1], [0.25, 1]])
TEXTS = ["The food is good", "Great pizza, good pizza", "unheard"]


@pytest.mark.parametrize("pooling", ["mean", "tfidf", "sif", "usif"])
@pytest.mark.filterwarnings("ignore:.*removes what the vectors")
def test_shares_of_an_average(pooling):
    vectorizer = EmbeddingVectorizer(VECTORS, pooling=pooling, n_components=0).fit(TEXTS[:2])
    traced = trace(vectorizer, TEXTS)
    step = traced["Average of word vectors"]
    np.testing.assert_array_equal(step.output[:2], vectorizer.transform(TEXTS[:2]))
    for doc in (0, 1):
        items = [item for item in step.items[doc] if item.kept]
        assert sum(item.value for item in items) == pytest.approx(1)
        whole = step.output[doc].astype(float)
        weights = {item.text: len(item.words) * vectorizer.word_weights_[item.text] for item in items}
        total = sum(weights.values()) if pooling in ("mean", "tfidf") else sum(len(item.words) for item in items)
        for item in items:
            part = weights[item.text] * VECTORS[item.text] / total
            assert item.value == pytest.approx(part @ whole / (whole @ whole), rel=1e-4)
    assert [item.why for item in step.dropped[2]] == ["it has no vector"]
    assert step.results[2][0] == "No word has a vector: the row is all zeros."
    assert traced.words[1][3] == ("pizza", 18, 23)


@pytest.mark.parametrize("unknown", ["skip", "zero"])
@pytest.mark.parametrize("pooling", ["mean", "tfidf", "sif", "usif"])
@pytest.mark.filterwarnings("ignore:.*removes what the vectors")
def test_weights_and_what_they_are_divided_by_make_the_average(pooling, unknown):
    vectorizer = EmbeddingVectorizer(VECTORS, pooling=pooling, unknown=unknown, n_components=0).fit(TEXTS[:2])
    step = trace(vectorizer, ["great unheard food, great of heard"]).steps[-1]
    row = np.zeros(2)
    for item in step.items[0]:
        if item.kept:
            formula = item.why.removeprefix("weight ").replace("×", "*").replace(" of ", " / ").removesuffix(" words")
            row += eval(formula) * VECTORS[item.text]
    np.testing.assert_allclose(row, step.output[0], rtol=1e-3)


@pytest.mark.filterwarnings("ignore:.*removes what the vectors")
def test_words_of_which_nothing_is_left_without_what_texts_have_in_common():
    step = trace(EmbeddingVectorizer(VECTORS, pooling="sif").fit(["food"]), ["food unheard"]).steps[-1]
    assert [(item.text, item.kept, item.why) for item in step.items[0]] == [
        ("food", False, "nothing but what texts have in common"), ("unheard", False, "it has no vector")
    ]  # fmt: skip
    assert step.results[0][0] == "What texts have in common is all there is: the row is all zeros."


def test_a_pooling_without_shares():
    step = trace(EmbeddingVectorizer(VECTORS, pooling="max").fit(TEXTS[:2]), TEXTS[:1])["Average of word vectors"]
    assert [(item.text, item.value) for item in step.items[0] if item.kept] == [("food", None), ("good", None)]
    assert "no word has a share" in step.about[1]


def test_sequences():
    encoder = SequenceEncoder(max_length=3).fit(["good food", "bad food"])
    texts = ["good", "bad good tea food"]
    step = trace(encoder, texts)["Sequence"]
    rows = encoder.transform(texts)
    for doc, items in enumerate(step.items):
        for item in items:
            if item.kept:
                assert rows[doc, item.column] == item.value
    assert [item.why for item in step.items[1]] == [
        "cut off: a row has 3 places", "", "unknown: no text of fit has it: number 1", ""
    ]  # fmt: skip
    assert step.results == [["2 zeros before the words fill the row."], ["No padding."]]
    after = SequenceEncoder(max_length=3, padding="post", truncating="post").fit(["good food", "bad food"])
    assert [item.column for item in trace(after, ["good"])["Sequence"].items[0]] == [0]


def test_steps_of_others():
    upper = FunctionTransformer(lambda documents: [[word.upper() for word in words] for words in documents])
    traced = trace(make_pipeline(Tokenizer(), upper, CountVectorizer()).fit(TEXTS), ["good food"])
    assert [item.text for item in traced[1].items[0]] == ["GOOD", "FOOD"]
    assert traced[1].about == ["In: Tokens of 1. Out: list of 1."]
    assert [item.value for item in traced["Counts"].items[0]] == [1.0, 1.0]


def test_tables_with_names():
    to_table = FunctionTransformer(lambda X: pd.DataFrame({"length": np.asarray(X.sum(axis=1)).ravel()}))
    to_table.set_output(transform="pandas")
    step = trace(make_pipeline(CountVectorizer(), to_table).fit(TEXTS), ["good food"]).steps[-1]
    assert step.about == ["In: sparse matrix of 1 × 7. Out: table of 1 × 1."]
    assert step.results[0][0].endswith(" 2")
