"""Contributions against the decision values of scikit-learn, and errors."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from support import strategies
from support.decided import (
    BAYES,
    CENTROIDS,
    COLUMNS,
    DECIDED,
    DENSE_ONLY,
    KERNEL,
    LABELS,
    LINEAR,
    ONLY_LINEAR,
    TEXTS,
    as_dense,
    decision_values,
    fitted,
)
from textvec import CountVectorizer, TfidfVectorizer
from textvec.explanation import explain

PAIRS = [
    *((features, classifier) for features in COLUMNS for classifier in ("logreg", "nb", "centroid")),
    *(("counts", classifier) for classifier in [*LINEAR, *BAYES]),
    *(("tfidf", classifier) for classifier in [*LINEAR, *BAYES, *CENTROIDS]),
    *((features, "svm") for features in ONLY_LINEAR),
    *((features, "centroid") for features in ("lsa", "scaled")),
    *(("dense", classifier) for classifier in DENSE_ONLY),
    ("tfidf", "kernel"),
]
FEATURES = COLUMNS | ONLY_LINEAR
CLASSIFIERS = LINEAR | BAYES | CENTROIDS | DENSE_ONLY | KERNEL


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize(("features", "classifier"), list(dict.fromkeys(PAIRS)))
def test_contributions_and_intercept_add_up_to_the_decision_value(features, classifier, classes):
    if (classifier, classes) in [("empirical", 2), ("kernel", 3)]:
        pytest.skip("its priors are of three classes, its coefficients of pairs of them")
    model = fitted(FEATURES[features], CLASSIFIERS[classifier], classes)
    for text in DECIDED:
        decision = explain(model, text)
        assert decision.exact
        assert decision.label == model.predict([text])[0]
        assert [each.label for each in decision] == model.classes_.tolist()
        values = decision_values(model, text)
        for each, value in zip(decision, values, strict=True):
            total = each.intercept + sum(gave.contribution for gave in each.contributions)
            assert total == pytest.approx(value, rel=1e-6, abs=1e-6)
            assert each.score == pytest.approx(total, rel=1e-12, abs=1e-12)
            values = [gave.contribution for gave in each.contributions]
            assert values == sorted(values, reverse=True)
            for term, value, weight, contribution in each.contributions:
                assert isinstance(term, str)
                assert value is None or value * weight == pytest.approx(contribution, rel=1e-12)
        if hasattr(model, "predict_proba"):
            probabilities = model.predict_proba([text])[0]
            assert [each.probability for each in decision] == pytest.approx(probabilities.tolist())
            assert decision.probability == decision.of(decision.label).probability


@pytest.mark.parametrize("text", [5, None, b"free", ["free"], np.array(["free"])], ids=repr)
def test_a_text_is_one_string(text):
    with pytest.raises(TypeError, match=r"explain: text must be one text, a str, but it is of type .*for each"):
        explain(fitted(CountVectorizer, LogisticRegression), text)


MODELS = {
    "not fitted": (
        lambda: make_pipeline(TfidfVectorizer(), LogisticRegression()),
        NotFittedError,
        r"this Pipeline is not fitted. Call its fit\(texts, labels\)",
    ),
    "not refitted": (
        lambda: GridSearchCV(make_pipeline(TfidfVectorizer(), LogisticRegression()), {}, refit=False),
        NotFittedError,
        "this GridSearchCV is not fitted",
    ),
    "class": (lambda: LogisticRegression, TypeError, "it is the class LogisticRegression, which predicts nothing"),
    "text": (lambda: "model.tv", TypeError, "it is a str, which predicts nothing"),
    "transformer": (lambda: TfidfVectorizer().fit(TEXTS), TypeError, "it is a TfidfVectorizer, which predicts nothing"),
    "regressor": (
        lambda: make_pipeline(TfidfVectorizer(), LinearRegression()).fit(TEXTS, range(12)),
        TypeError,
        "it ends in a regressor, LinearRegression: it predicts numbers",
    ),
    "clusters": (
        lambda: make_pipeline(TfidfVectorizer(), KMeans(2, n_init=1)).fit(TEXTS),
        TypeError,
        "it ends in KMeans, which is no classifier",
    ),
    "matrix": (
        lambda: LogisticRegression().fit(np.eye(12), LABELS),
        TypeError,
        r"this LogisticRegression was fitted on a matrix, .*make_pipeline\(vectorizer, classifier\)",
    ),
    "table": (
        lambda: make_pipeline(StandardScaler(), LogisticRegression()).fit(np.eye(12), LABELS),
        ValueError,
        "Pipeline does not take a text: ValueError: .*Its first step must make features of texts",
    ),
    "several labels": (
        lambda: make_pipeline(TfidfVectorizer(), OneVsRestClassifier(LogisticRegression())).fit(
            TEXTS, [[1, 1], [0, 1], [1, 0], [0, 0]] * 3
        ),
        TypeError,
        "OneVsRestClassifier gives a text several labels at once",
    ),
    "files": (
        lambda: make_pipeline(CountVectorizer(input="filename"), LogisticRegression()).fit([__file__] * 2, [0, 1]),
        ValueError,
        r"CountVectorizer\(input='filename'\) reads files, and text is the text itself",
    ),
    "no scores": (
        lambda: make_pipeline(CountVectorizer(), as_dense(), NearestCentroid(metric="manhattan")).fit(TEXTS, LABELS),
        ValueError,
        "NearestCentroid gives no scores: .*CalibratedClassifierCV",
    ),
}


@pytest.mark.filterwarnings("ignore:.*unique values")
@pytest.mark.parametrize("kind", MODELS)
def test_what_is_no_fitted_classifier_of_texts_is_refused(kind):
    make, error, message = MODELS[kind]
    with pytest.raises(error, match=f"explain: .*{message}"):
        explain(make(), "free prize")


def test_a_grid_search_stands_for_its_best_pipeline():
    search = GridSearchCV(make_pipeline(TfidfVectorizer(), LogisticRegression()), {"logisticregression__C": [1]}, cv=2)
    search.fit(TEXTS, LABELS)
    assert explain(search, TEXTS[0]).to_dicts() == explain(search.best_estimator_, TEXTS[0]).to_dicts()


def test_a_subclass_that_decides_otherwise_is_not_explained_as_a_sum():
    class Capped(LogisticRegression):
        def decision_function(self, X):
            return np.minimum(super().decision_function(X), 0.1)

    assert not explain(fitted(CountVectorizer, Capped), TEXTS[0]).exact
    assert explain(fitted(CountVectorizer, LogisticRegression), TEXTS[0]).exact


@pytest.mark.parametrize("n_coef_rows", [2, 3])
def test_features_that_a_classifier_makes_itself_are_those_that_are_weighed(n_coef_rows):
    class Presence(LogisticRegression):
        """As an NBSVM, which weighs the presence of terms."""

        def fit(self, X, y):
            return super().fit(self._decision_features(X), y)

        def decision_function(self, X):
            return super().decision_function(self._decision_features(X))

        def _decision_features(self, X):
            return (X > 0).astype(float)

    decision = explain(fitted(CountVectorizer, Presence, n_coef_rows), "Cash, cash, cash: call now")
    assert decision.exact
    assert {each.value for each in decision[0].contributions} == {1.0}


def test_a_model_of_models_is_asked_for_its_words():
    words, counts = (make_pipeline(each(), LogisticRegression()) for each in (TfidfVectorizer, CountVectorizer))
    model = VotingClassifier([("words", words), ("counts", counts)], voting="soft").fit(TEXTS, LABELS)
    decision = explain(model, TEXTS[0])
    assert not decision.exact
    assert decision.label == "spam"
    assert decision.reasons()[0].term in {"free", "prize", "win", "now"}
    assert decision.unknown_words == []


@pytest.mark.parametrize(
    "weights", ["uniform", "distance", lambda distances: 1 / (1 + distances)], ids=["uniform", "distance", "function"]
)
def test_neighbours_that_decided(weights):
    model = fitted(TfidfVectorizer, lambda: KNeighborsClassifier(3, metric="cosine", weights=weights))
    decision = explain(model, "Cash prize for mum", texts=TEXTS)
    distances, rows = model[-1].kneighbors(model[:-1].transform(["Cash prize for mum"]))
    assert [each.row for each in decision.neighbours] == rows[0].tolist()
    assert [each.distance for each in decision.neighbours] == distances[0].tolist()
    assert [each.text for each in decision.neighbours] == [TEXTS[row] for row in rows[0]]
    assert [each.label for each in decision.neighbours] == [LABELS[row] for row in rows[0]]
    for each in decision:
        votes = sum(near.vote for near in decision.neighbours if near.label == each.label)
        assert votes == pytest.approx(each.probability)
    assert not decision.exact
    assert [each.text for each in explain(model, "Cash prize for mum").neighbours] == [None] * 3


def test_a_neighbour_of_the_same_words_decides_alone():
    model = fitted(TfidfVectorizer, lambda: KNeighborsClassifier(3, weights="distance"))
    decision = explain(model, TEXTS[1])
    assert [round(each.vote, 6) for each in decision.neighbours] == [1, 0, 0]


def test_texts_are_those_of_fit():
    model = fitted(TfidfVectorizer, lambda: KNeighborsClassifier(3))
    with pytest.raises(ValueError, match=r"must be the 12 texts that the model was fitted on.* there are 2"):
        explain(model, "cash", texts=["a", "b"])
    with pytest.raises(ValueError, match="texts are for a model that ends in a KNeighborsClassifier"):
        explain(fitted(TfidfVectorizer, LogisticRegression), "cash", texts=TEXTS)


def test_that_no_word_is_known_is_in_the_result_and_no_warning():
    model = fitted(ONLY_LINEAR["embedding"], LogisticRegression)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        decision = explain(model, "blimey blargh")
    assert decision.unknown_words == ["blimey", "blargh"]
    assert decision[0].contributions == []


@pytest.mark.parametrize(
    ("features", "text", "unknown"),
    [
        ("counts", "a Free BLARGH! blargh x", ["BLARGH", "blargh"]),
        ("stems", "the prizes of a blargh and meetings", ["blargh"]),
        ("tfidf", "well-known on Monday", ["well", "known"]),
        ("words+char", "zzz a free", ["zzz"]),
        ("hashing", "blargh", []),
        ("scaled", "the prize, blargh", ["blargh"]),
        ("words+embedding", "the prize, blargh", ["blargh"]),
        ("lsa", "the prize, blargh", ["blargh"]),
        ("one-hot", "a free blargh", ["blargh"]),
        ("cleaned", "a free blargh", ["blargh"]),
        ("min and max", "a free blargh", ["blargh"]),
        ("table", "a free blargh", ["blargh"]),
        ("tokens and a union", "the prize, a blargh", ["blargh"]),
        ("counts", "", []),
    ],
)
def test_words_that_the_model_does_not_know(features, text, unknown):
    model = fitted(FEATURES[features], LogisticRegression)
    decision = explain(model, text)
    assert decision.unknown_words == unknown
    forest = make_pipeline(*[step for _, step in model.steps[:-1]], RandomForestClassifier(3)).fit(TEXTS, LABELS)
    assert explain(forest, text).unknown_words == unknown


ANY_TEXT = [
    ("words+char", "logreg"),
    ("tfidf", "nb"),
    ("counts", "bernoulli"),
    ("tfidf", "centroid"),
    ("embedding", "ridge"),
]
FITTED = [fitted(FEATURES[features], CLASSIFIERS[classifier]) for features, classifier in ANY_TEXT]


@given(strategies.texts, st.sampled_from(FITTED))
@settings(deadline=None, max_examples=60)
@pytest.mark.filterwarnings("ignore:.*hold no word that has a vector")
def test_any_text_adds_up(text, model):
    decision = explain(model, text)
    assert decision.exact
    for each, value in zip(decision, decision_values(model, text), strict=True):
        total = each.intercept + sum(gave.contribution for gave in each.contributions)
        assert total == pytest.approx(value, rel=1e-6, abs=1e-6)
    spans = [(mark.start, mark.end) for mark in [*decision.marks, *decision.unknown]]
    assert all(0 <= start < end <= len(text) for start, end in spans)
