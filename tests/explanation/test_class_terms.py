"""The terms of each class against coefficients and log-probabilities."""

from xml.etree import ElementTree

import numpy as np
import pytest
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from support.decided import COLUMNS, LABELS, ONLY_LINEAR, TEXTS, as_dense, fitted
from textvec import CountVectorizer, TfidfVectorizer
from textvec.explanation import TermWeight, explain, top_terms


def best(weights, names, k):
    order = [i for i in np.argsort(-weights, kind="stable")[:k] if weights[i] > 0]
    return [(names[i], pytest.approx(weights[i], rel=1e-12)) for i in order]


@pytest.mark.parametrize("features", COLUMNS)
@pytest.mark.parametrize("classes", [2, 3])
def test_linear_models_have_their_largest_coefficients(features, classes):
    model = fitted(COLUMNS[features], LogisticRegression, classes)
    coef = model[-1].coef_ if classes == 3 else np.vstack([-model[-1].coef_, model[-1].coef_])
    found = top_terms(model, 5)
    assert list(found) == model.classes_.tolist()
    namer = {"stems": lambda: model[0][-1], "cleaned": lambda: model[0][-1]}.get(features, lambda: model[0])
    if features.startswith(("dense", "min")):
        namer = lambda: model[0][0]  # noqa: E731
    if features == "hashing":
        return  # its names are asked for in another way
    names = namer().get_feature_names_out()
    for label, row in zip(found, coef, strict=True):
        assert found[label] == best(row, names, 5)


def test_naive_bayes_has_those_that_are_likelier_than_in_the_other_classes():
    model = fitted(CountVectorizer, MultinomialNB)
    log_p = model[-1].feature_log_prob_
    found = top_terms(model, 4)
    names = model[0].get_feature_names_out()
    for c, label in enumerate(model.classes_):
        assert found[label] == best(log_p[c] - np.delete(log_p, c, axis=0).mean(axis=0), names, 4)


def test_bernoulli_has_log_odds_and_centroids_coordinates():
    model = fitted(CountVectorizer, BernoulliNB, 2)
    p = np.exp(model[-1].feature_log_prob_)
    odds = np.log(p / (1 - p))
    names = model[0].get_feature_names_out()
    assert top_terms(model, 3)["spam"] == best(odds[1] - odds[0], names, 3)
    model = fitted(CountVectorizer, NearestCentroid, 2)
    centroids = model[-1].centroids_
    assert top_terms(model, 3)["home"] == best(2 * (centroids[0] - centroids[1]), names, 3)


def test_a_table_that_prints():
    model = fitted(CountVectorizer, LogisticRegression)
    lines = repr(top_terms(model, 4)).split("\n")
    assert lines[0].split() == ["home", "spam", "work"]
    assert len(lines) == 5
    assert max(map(len, lines)) <= 80
    many = make_pipeline(CountVectorizer(), LogisticRegression()).fit(TEXTS, list("abcdef") * 2)
    lines = repr(top_terms(many, 2)).split("\n")
    assert len(lines) == 6
    assert lines[0].startswith("a: ")


def test_as_data():
    found = top_terms(fitted(CountVectorizer, LogisticRegression, 2), 2)
    assert isinstance(found["spam"][0], TermWeight)
    assert [each["label"] for each in found.to_dicts()] == ["home", "home", "spam", "spam"]
    frame = found.to_pandas()
    assert frame.columns.tolist() == ["label", "term", "weight"]
    assert frame.to_dict("records") == found.to_dicts()


def test_hostile_terms_are_shown_harmlessly():
    terms = ["<b>x</b>", "\x1b[31mred", "\ud800", "日本" * 60, "e\u202e"]
    model = make_pipeline(CountVectorizer(analyzer=str.split), LogisticRegression())
    model.fit([*terms, "y"], ["\x1b[1m<i>"] * 5 + ["ok"])
    found = top_terms(model)
    assert "\x1b" not in repr(found) + found._repr_html_()
    ElementTree.fromstring(found._repr_html_())
    assert "<b>" not in found._repr_html_()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: make_pipeline(CountVectorizer(), RandomForestClassifier()),
            ValueError,
            "RandomForestClassifier has no",
        ),
        (lambda: make_pipeline(CountVectorizer(), SVC(kernel="linear")), ValueError, "SVC has no weight for each term"),
        (lambda: make_pipeline(CountVectorizer(), as_dense(), GaussianNB()), ValueError, "GaussianNB has no weight"),
        (
            lambda: make_pipeline(TfidfVectorizer(), TruncatedSVD(2), LogisticRegression()),
            ValueError,
            "are not terms, but what TruncatedSVD makes of them",
        ),
        (
            lambda: make_pipeline(ONLY_LINEAR["embedding"](), LogisticRegression()),
            ValueError,
            "are not terms, but what EmbeddingVectorizer makes of them",
        ),
    ],
)
def test_models_without_weights_of_terms_are_refused(make, error, message):
    with pytest.raises(error, match=f"top_terms: .*{message}.*explain"):
        top_terms(make().fit(TEXTS, LABELS))


def test_arguments_are_checked():
    model = fitted(CountVectorizer, LogisticRegression)
    with pytest.raises(ValueError, match="k must be at least 1, but it is 0"):
        top_terms(model, 0)
    for k in (2.0, True, "3"):
        with pytest.raises(TypeError, match="k must be how many terms a class, an int"):
            top_terms(model, k)
    with pytest.raises(NotFittedError, match="top_terms: this Pipeline is not fitted"):
        top_terms(make_pipeline(CountVectorizer(), LogisticRegression()))
    assert top_terms(model, np.int64(1)).keys() == {each.label for each in explain(model, "free")}
