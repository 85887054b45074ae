import itertools
import re

import numpy as np
import pytest
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer as SklearnTfidfVectorizer
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.svm import SVC, SVR

import textvec
from support.estimators import PARAMS
from textvec import CountVectorizer, NBWeighting, StopWords, TfidfVectorizer, Tokenizer
from textvec.classification import by_name, classifier, features, text_classifier, text_features

VECTORS = PARAMS["EmbeddingVectorizer"]["vectors"]
NO_NEGATIVES = {"nb", "complement-nb", "bernoulli-nb", "nbsvm"}
REFUSED = set(itertools.product(["nb", "embedding"], NO_NEGATIVES))
PAIRS = sorted(set(itertools.product(by_name.FEATURES, by_name.CLASSIFIERS)) - REFUSED)
# Enough for each to learn something, so few that all pairs are through in seconds.
FAST = {"forest": {"n_estimators": 10}, "boosting": {"n_estimators": 5}, "mlp": {"hidden_layer_sizes": (8,)}}


NEEDED = {"embedding": {"vectors": VECTORS}, "hashing": {"n_features": 2**12}}


def made(name):
    return features(name, **NEEDED.get(name, {}))


@pytest.fixture(scope="module")
def few(messages, labels):
    """160 messages, each class in its share."""
    chosen = np.random.default_rng(0).permutation(len(messages))[:160]
    return [messages[i] for i in chosen], np.array(labels)[chosen]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
# Of the nearest centroid's, about columns that hashing leaves empty, which decide nothing
@pytest.mark.filterwarnings("ignore:self.within_class_std_dev_", "ignore:invalid value encountered in divide")
@pytest.mark.parametrize(("encoder", "model"), PAIRS)
def test_every_pair_learns(encoder, model, few, tmp_path):
    texts, y = few
    pipeline = text_classifier(made(encoder), classifier(model, **FAST.get(model, {})))
    predicted = pipeline.fit(texts[:120], y[:120]).predict(texts)
    assert set(predicted) <= {"ham", "spam"}
    if model != "dummy" and encoder not in ("hashing", "embedding"):  # shared columns, and vectors by chance
        assert (predicted[:120] == y[:120]).mean() > 0.7
    textvec.save(pipeline, tmp_path / "model")
    asked = {"forest", "boosting", "knn"}  # their code follows the numbers in a file unchecked
    if model in asked and (model, encoder) != ("knn", "embedding"):
        with pytest.raises(ValueError, match=r"not known to be harmless: (sklearn|scipy)"):
            textvec.load(tmp_path / "model")
    else:
        assert (textvec.load(tmp_path / "model").predict(texts) == predicted).all()


@pytest.mark.parametrize(("encoder", "model"), sorted(REFUSED))
def test_a_pair_that_cannot_work_is_refused_with_those_that_do(encoder, model):
    with pytest.raises(ValueError, match=re.escape(f"classifier '{model}' cannot learn from the features")) as refused:
        text_classifier(made(encoder), model)
    says = str(refused.value)
    assert "they are negative values" in says
    for_features = re.search(r"Classifiers for \w+: ([^.]*)\.", says)[1].split(", ")
    assert for_features == [name for name in by_name.CLASSIFIERS if name not in NO_NEGATIVES]
    for_model = re.search(r"Features for '[\w-]+': ([^.]*)\.", says)[1].split(", ")
    assert for_model == [name for name in by_name.FEATURES if name not in ("nb", "embedding")]


@pytest.mark.parametrize(
    "encoder",
    [
        features("hashing", alternate_sign=True),
        make_pipeline(CountVectorizer(), NBWeighting()),
        FeatureUnion([("a", CountVectorizer()), ("b", features("nb"))]),
        make_pipeline(Tokenizer(), FeatureUnion([("b", features("nb"))])),
    ],
)
def test_features_with_negative_values_are_known_wherever_they_stand(encoder):
    with pytest.raises(ValueError, match="cannot learn from the features"):
        text_classifier(encoder, "nb")


def test_a_classifier_of_dense_rows_takes_word_vectors_only(few):
    name = "sklearn.ensemble.HistGradientBoostingClassifier"
    with pytest.raises(
        ValueError, match=r"they are sparse rows, which it does not take.* Features for .*: embedding\."
    ):
        text_classifier("tfidf", name)
    text_classifier(made("embedding"), classifier(name, max_iter=2)).fit(*few)
    text_classifier(make_pipeline(TfidfVectorizer(), TruncatedSVD(5)), classifier(name, max_iter=2)).fit(*few)


def test_the_steps_have_names():
    model = text_classifier("bm25", "svm", tokenizer="unicode", stop_words=["the"], stem="snowball:german")
    assert list(model.named_steps) == ["tokenizer", "stop_words", "stemmer", "features", "classifier"]
    assert model.named_steps["tokenizer"].pattern == "unicode"
    assert model.named_steps["stop_words"].words == ["the"]
    assert model.named_steps["stemmer"].get_params() == {"algorithm": "snowball", "language": "german"}
    assert list(text_classifier().named_steps) == ["features", "classifier"]
    assert list(text_classifier(stem="porter").named_steps) == ["tokenizer", "stemmer", "features", "classifier"]


def test_steps_before_do_what_they_say():
    words = text_classifier("counts", "nb", stop_words="english", stem="porter")
    words.fit(["the connections", "a connected food"], ["a", "b"])
    assert words[:-1].get_feature_names_out().tolist() == ["connect", "food"]
    expected = make_pipeline(Tokenizer(), StopWords(), CountVectorizer())
    plain = text_classifier("counts", "nb", stop_words="english").fit(["the food", "a film"], ["a", "b"])
    assert (plain[:-1].transform(["the film"]) != expected.fit_transform(["the food", "a film"])[1]).nnz == 0


@pytest.mark.parametrize("encoder", ["char", "words+char"])
def test_features_of_characters_need_the_text(encoder):
    with pytest.raises(ValueError, match="are made of characters, and tokenizer, stop_words and stem leave words"):
        text_classifier(encoder, "svm", stem="porter")
    text_classifier(encoder, "svm")


def test_estimators_are_taken_as_they_are(few):
    encoder, model = SklearnTfidfVectorizer(), SVC(kernel="linear")
    pipeline = text_classifier(encoder, model)
    assert pipeline.named_steps["features"] is encoder
    assert pipeline.named_steps["classifier"] is model
    assert pipeline.fit(*few).score(*few) > 0.9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tfidf", SVR()), r"classifier must be a name or a classifier, but it is SVR\(\)"),
        (("tfidf", SVC), "classifier must be a name or a classifier, but it is <class"),
        (("tfidf", None), "classifier must be a name or a classifier, but it is None"),
        ((TfidfVectorizer, "svm"), "features must be a name or an estimator with transform, but it is <class"),
        ((None, "svm"), "features must be a name or an estimator with transform, but it is None"),
    ],
)
def test_what_is_neither_name_nor_estimator_is_refused(arguments, message):
    with pytest.raises(TypeError, match=message):
        text_classifier(*arguments)


@pytest.mark.parametrize("arguments", [("tfidff", "svm"), ("tfidf", "svmm")])
def test_unknown_names_are_refused(arguments):
    with pytest.raises(ValueError, match=r"Did you mean '(tfidf|svm)'"):
        text_classifier(*arguments)


def test_features_alone_are_those_before_the_classifier():
    texts = ["the films you see", "a film I saw"]
    for options in ({}, {"stop_words": ["see"], "stem": "snowball", "tokenizer": "unicode"}):
        whole = text_classifier("counts", "nb", **options).fit(texts, ["a", "b"])
        alone = text_features("counts", **options).fit(texts)
        assert [name for name, _ in alone.steps] == [name for name, _ in whole.steps[:-1]]
        assert (alone.transform(texts) != whole[:-1].transform(texts)).nnz == 0
    with pytest.raises(ValueError, match="are made of characters"):
        text_features("char", stem="snowball")
    with pytest.raises(TypeError, match="features must be a name or an estimator"):
        text_features(None)
