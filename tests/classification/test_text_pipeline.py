"""A message at a time is decided as many are, and as scikit-learn's own Pipeline does."""

import pickle

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import Pipeline

import textvec
from textvec import EmbeddingVectorizer, WordVectors
from textvec.classification import TextClassifier, classifier, features, text_classifier
from textvec.datasets import load_paragraphs

SHORT = ["You have won", "see you at lunch", "", "\u00fcber"]
LINEAR = ["logreg", "svm", "sgd", "perceptron", "passive-aggressive", "ridge"]


def quick(model, texts):
    """Return what is decided on the short way, None where it is not taken."""
    return model._of_few("predict", texts)


def assert_same_bits(a, b):
    assert (a.dtype, a.shape) == (b.dtype, b.shape)
    assert a.tobytes() == b.tobytes()


@pytest.mark.parametrize("name", [*LINEAR, "nbsvm", "nb", "knn", "centroid", "mlp", "dummy"])
def test_the_same_as_of_many_texts(name, messages, labels):
    model = classifier(name)
    if "random_state" in model.get_params():
        model.set_params(random_state=0)
    model = text_classifier("counts", model).fit(messages[:200], labels[:200])
    texts = [*messages[200:260], *SHORT]
    expected = model.predict(texts)
    peer = Pipeline(model.steps)
    for i, text in enumerate(texts):
        found = model.predict([text])
        assert found.dtype == expected.dtype
        assert found.tolist() == peer.predict([text]).tolist() == expected[i : i + 1].tolist()
        assert (quick(model, [text]) is not None) == (name in LINEAR)
        for method in ("decision_function", "predict_proba"):
            assert hasattr(model, method) == hasattr(peer, method)
            if hasattr(model, method):
                assert_same_bits(getattr(model, method)([text]), getattr(peer, method)([text]))
    assert model.predict(SHORT).tolist() == peer.predict(SHORT).tolist()


@pytest.mark.parametrize("name", ["logreg", "svm", "ridge", "sgd"])
def test_more_than_two_classes(name, messages):
    paragraphs = load_paragraphs()
    model = text_classifier("tfidf", name, stem="snowball").fit(paragraphs.data, paragraphs.subject)
    peer = Pipeline(model.steps)
    for i in range(0, 60, 3):
        texts = messages[i : i + 1 + i % 4]
        assert quick(model, texts).tolist() == peer.predict(texts).tolist()
        assert_same_bits(model.decision_function(texts), peer.decision_function(texts))
        if name == "logreg":
            assert model._of_few("predict_proba", texts) is not None
            assert_same_bits(model.predict_proba(texts), peer.predict_proba(texts))


@pytest.mark.parametrize("name", LINEAR)
def test_a_single_term(name):
    model = text_classifier("counts", name).fit(["good", "good good", "good good good"], ["a", "b", "b"])
    peer = Pipeline(model.steps)
    assert quick(model, ["good"]).tolist() == peer.predict(["good"]).tolist()
    assert_same_bits(model.decision_function(["good good"]), peer.decision_function(["good good"]))


def test_several_classes_of_one_text_are_left_to_scikit_learn(messages):
    y = np.array([[1, 0], [0, 1], [1, 1], [0, 0]] * 10)
    model = text_classifier("tfidf", "ridge").fit(messages[:40], y)
    assert quick(model, messages[:1]) is None
    np.testing.assert_array_equal(model.predict(messages[:1]), Pipeline(model.steps).predict(messages[:1]))


def test_what_is_not_finite_is_refused_as_scikit_learn_does(messages, labels):
    model = text_classifier("counts", "logreg").fit(messages[:100], labels[:100])
    model[-1].intercept_[:] = np.nan
    assert_same_bits(model.decision_function(messages[:1]), Pipeline(model.steps).decision_function(messages[:1]))
    model = text_classifier(features("tfidf", norm=None), "logreg").fit(messages[:100], labels[:100])
    model[0].idf_[:] = np.inf
    with pytest.raises(ValueError, match="contains infinity"):
        model.predict(messages[:1])


def test_the_same_errors():
    with pytest.raises(NotFittedError):
        text_classifier("tfidf", "logreg").predict(["not fitted"])
    model = text_classifier("tfidf", "logreg").fit(["a prize", "a lunch"], ["spam", "ham"])
    model[-1].coef_ = model[-1].coef_[:, :1]
    with pytest.raises(ValueError, match="dimension mismatch"):
        model.predict(["a prize"])


def test_what_is_left_to_scikit_learn(messages, labels):
    model = TextClassifier([("counts", CountVectorizer()), ("logreg", classifier("logreg"))])
    model.fit(messages[:100], labels[:100])
    assert quick(model, SHORT) is None
    assert model.predict(SHORT).tolist() == Pipeline(model.steps).predict(SHORT).tolist()
    model = text_classifier("tfidf", "logreg").fit(messages[:100], labels[:100])
    for texts in (tuple(SHORT), np.array(SHORT, dtype=object), iter(SHORT), messages[:9]):
        assert len(model.predict(texts)) in (4, 9)
    with sklearn.config_context(transform_output="pandas"):
        assert quick(model, SHORT) is None
    model[0].set_output(transform="pandas_sparse")
    assert quick(model, SHORT) is None


def test_it_is_a_pipeline_of_scikit_learn(messages, labels, tmp_path):
    model = text_classifier("tfidf", "logreg")
    assert isinstance(model, Pipeline)
    assert repr(model).startswith("TextClassifier(steps=[('features', TfidfVectorizer())")
    assert not hasattr(model[:-1], "predict")
    model.set_params(classifier__C=2.0).fit(messages[:100], labels[:100])
    textvec.save(model, tmp_path / "m")
    for copy in (clone(model).fit(messages[:100], labels[:100]), pickle.loads(pickle.dumps(model)),
                 textvec.load(tmp_path / "m")):  # fmt: skip
        assert type(copy) is TextClassifier
        assert copy.predict(SHORT).tolist() == model.predict(SHORT).tolist()
        np.testing.assert_array_equal(copy.predict_proba(SHORT), model.predict_proba(SHORT))


def test_features_are_made_once(messages, labels, monkeypatch):
    """Dense rows are left to the classifier, and not made again for scikit-learn's own way."""
    words = sorted({word for message in messages[:100] for word in message.lower().split()})
    vectors = WordVectors(words, np.random.default_rng(0).normal(size=(len(words), 8)))
    model = text_classifier(features("embedding", vectors=vectors), "logreg").fit(messages[:100], labels[:100])
    expected = Pipeline(model.steps).predict([messages[3]]).tolist()
    made = []
    transform = EmbeddingVectorizer.transform
    monkeypatch.setattr(EmbeddingVectorizer, "transform", lambda *given: made.append(given) or transform(*given))
    assert model.predict([messages[3]]).tolist() == expected
    assert len(made) == 1


def test_sparse_coefficients_decide_as_dense_ones():
    texts, labels = ["win a free prize", "free entry", "lunch at noon", "see you"], [1, 1, 0, 0]
    model = text_classifier("tfidf", "logreg").fit(texts, labels)
    dense = model.predict(texts), model.decision_function(texts)
    model[-1].sparsify()
    np.testing.assert_array_equal(model.predict(texts), dense[0])
    np.testing.assert_allclose(model.decision_function(texts), dense[1])
