"""`fit` on files, with pipelines: the estimator of one machine."""

import json
import pickle

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

import textvec
from support.parts import differences
from textvec import (
    BM25Weighting,
    CountVectorizer,
    HashingVectorizer,
    NBWeighting,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    TfidfWeighting,
    Tokenizer,
    Word2Vec,
)
from textvec.datasets import load_messages
from textvec.distributed import fit

DATA = load_messages()
TEXTS, LABELS = DATA.data[:90], [str(label) for label in DATA.target[:90]]
PIPELINES = {
    "one": TfidfVectorizer(min_df=2),
    "words": make_pipeline(
        Tokenizer(), StopWords("english"), Stemmer(), CountVectorizer(), TfidfWeighting(norm="pivoted")
    ),
    "hashed": make_pipeline(HashingVectorizer(n_features=64, norm=None, alternate_sign=False), BM25Weighting()),
    "classes": make_pipeline(CountVectorizer(min_df=2), NBWeighting(binary=False)),
    "passthrough": Pipeline([("none", "passthrough"), ("counts", CountVectorizer()), ("nothing", None)]),
    "union": FeatureUnion(
        [
            ("words", make_pipeline(CountVectorizer(max_features=30), BM25Weighting())),
            ("characters", TfidfVectorizer(analyzer="char", max_features=50)),
            ("none", "drop"),
        ]
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Files of many, few, one and no documents."""
    folder = tmp_path_factory.mktemp("documents")
    bounds = [0, 0, 1, 60, 60, 65, 90]
    for i in range(6):
        rows = zip(TEXTS[bounds[i] : bounds[i + 1]], LABELS[bounds[i] : bounds[i + 1]], strict=True)
        lines = [json.dumps({"text": text, "label": label}) + "\n" for text, label in rows]
        (folder / f"{i}.jsonl").write_text("".join(lines))
    return folder


@pytest.mark.parametrize("name", PIPELINES)
def test_equal_to_one_machine(name, folder, tmp_path):
    pipeline = PIPELINES[name]
    made = fit(pipeline, folder, "label", column="text")
    reference = pickle.loads(pickle.dumps(pipeline)).fit(TEXTS, LABELS)
    assert not hasattr(pipeline, "n_features_in_")
    assert differences(made.transform(TEXTS), reference.transform(TEXTS)) == []
    assert made.get_feature_names_out().tolist() == reference.get_feature_names_out().tolist()
    assert differences(pickle.loads(pickle.dumps(made)).transform(TEXTS), reference.transform(TEXTS)) == []
    if name != "union":
        textvec.save(made, tmp_path / "made.textvec")
        assert differences(textvec.load(tmp_path / "made.textvec").transform(TEXTS), reference.transform(TEXTS)) == []


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (make_pipeline(TfidfVectorizer(), SGDClassifier()), "SGDClassifier does not learn by sums.*partial_fit"),
        (Word2Vec(), "Word2Vec does not learn by sums.*Train it on a sample"),
        (ColumnTransformer([("text", TfidfVectorizer(), "text")]), "ColumnTransformer takes tables"),
    ],
    ids=["classifier", "word2vec", "columns"],
)
def test_what_does_not_learn_by_sums_is_an_error_before_anything_is_read(estimator, message):
    with pytest.raises(TypeError, match=message):
        fit(estimator, "nowhere/*.jsonl")


def test_classes_that_are_not_named():
    with pytest.raises(ValueError, match="name the column that holds it"):
        fit(make_pipeline(CountVectorizer(), NBWeighting()), "nowhere/*.jsonl")


def test_texts_in_memory():
    with pytest.raises(TypeError, match="call the estimator's own fit"):
        fit(TfidfVectorizer(), np.array([1, 2]))


def test_progress_counts_each_pass(folder):
    seen = []
    fit(make_pipeline(CountVectorizer(), BM25Weighting()), folder, column="text", progress=lambda *n: seen.append(n))
    assert [done for done, total in seen if done == total] == [seen[-1][1]] * 2
