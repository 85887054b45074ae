"""Contributions against coefficients and log-probabilities, term by term, and those of classifiers without a sum."""

import numpy as np
import pytest
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from support.decided import COLUMNS, LABELS, TEXTS, as_dense, fitted
from textvec import CountVectorizer, TfidfVectorizer
from textvec.explanation import explain
from textvec.explanation.contributions import rule_of

TEXT = "Free cash, free lunch on Monday, blimey"
COUNTS = {"cash": 1, "free": 2, "lunch": 1, "monday": 1, "on": 1}


def contributions(model, label):
    return {each.term: each.contribution for each in explain(model, TEXT).of(label).contributions}


@pytest.mark.parametrize("classes", [2, 3])
def test_linear_models_give_coefficients_times_values(classes):
    model = fitted(
        lambda: CountVectorizer(vocabulary=["free", "cash", "lunch", "monday", "on"]), LogisticRegression, classes
    )
    coef, intercept = model[-1].coef_, model[-1].intercept_
    if classes == 2:
        coef, intercept = [-coef[0], coef[0]], [-intercept[0], intercept[0]]
    for decision, row, b in zip(explain(model, TEXT), coef, intercept, strict=True):
        assert decision.intercept == pytest.approx(b, rel=1e-12)
        given = {each.term: each for each in decision.contributions}
        for term, weight in zip(["free", "cash", "lunch", "monday", "on"], row, strict=True):
            assert given[term].value == COUNTS[term]
            assert given[term].weight == pytest.approx(weight, rel=1e-12)
            assert given[term].contribution == pytest.approx(weight * COUNTS[term], rel=1e-12)


@pytest.mark.parametrize("kind", [MultinomialNB, lambda: ComplementNB(norm=True)], ids=["multinomial", "complement"])
def test_naive_bayes_gives_counts_times_log_probabilities(kind):
    model = fitted(CountVectorizer, kind)
    vocabulary, bayes = model[0].vocabulary_, model[-1]
    for c, label in enumerate(bayes.classes_):
        expected = {term: n * bayes.feature_log_prob_[c, vocabulary[term]] for term, n in COUNTS.items()}
        assert contributions(model, label) == pytest.approx(expected, rel=1e-12)
    prior = np.log(1 / 3) if isinstance(bayes, MultinomialNB) else 0.0
    assert explain(model, TEXT)[0].intercept == pytest.approx(prior)


def test_bernoulli_gives_log_odds_and_the_absent_terms_are_in_the_intercept():
    model = fitted(CountVectorizer, BernoulliNB)
    vocabulary = model[0].vocabulary_
    p = np.exp(model[-1].feature_log_prob_)
    present = [vocabulary[term] for term in COUNTS]
    for c, label in enumerate(model.classes_):
        expected = {term: np.log(p[c, vocabulary[term]] / (1 - p[c, vocabulary[term]])) for term in COUNTS}
        assert contributions(model, label) == pytest.approx(expected, rel=1e-9)
        absent = np.delete(1 - p[c], present)
        by_hand = np.log(1 / 3) + np.log(p[c, present]).sum() + np.log(absent).sum()
        assert explain(model, TEXT).of(label).score == pytest.approx(by_hand, rel=1e-12)
    empty = explain(model, "")
    assert [each.score for each in empty] == pytest.approx((np.log(1 / 3) + np.log(1 - p).sum(axis=1)).tolist())


def test_gaussian_gives_densities_against_those_of_a_text_without_the_term():
    model = fitted(lambda: make_pipeline(TfidfVectorizer(), as_dense()), lambda: GaussianNB(var_smoothing=1e-2))
    tfidf, bayes = model[0][0], model[-1]
    x = tfidf.transform([TEXT]).toarray()[0]
    for c, label in enumerate(bayes.classes_):
        mean, variance = bayes.theta_[c], bayes.var_[c]
        gives = ((0 - mean) ** 2 - (x - mean) ** 2) / (2 * variance)
        expected = {term: gives[column] for term, column in tfidf.vocabulary_.items() if x[column]}
        assert contributions(model, label) == pytest.approx(expected, rel=1e-9)


def test_centroids_decide_by_the_distance_less_what_all_have_in_common():
    model = fitted(TfidfVectorizer, NearestCentroid)
    x = model[0].transform([TEXT]).toarray()[0]
    distances = np.linalg.norm(x - model[-1].centroids_, axis=1)
    scores = [each.score for each in explain(model, TEXT)]
    assert scores == pytest.approx((x @ x - distances**2).tolist(), rel=1e-9)


@pytest.mark.parametrize(
    "kind",
    [
        lambda: RandomForestClassifier(5),
        lambda: AdaBoostClassifier(n_estimators=3),
        lambda: MLPClassifier([4], max_iter=300, random_state=0),
        lambda: KNeighborsClassifier(3),
        lambda: SVC(),
        lambda: SVC(kernel="linear"),
        lambda: NearestCentroid(metric="manhattan"),
    ],
    ids=["forest", "boosting", "mlp", "knn", "rbf", "pairs", "manhattan"],
)
@pytest.mark.filterwarnings("ignore")
def test_no_rule_where_there_is_no_sum(kind):
    X = CountVectorizer().fit_transform(TEXTS).toarray()
    assert rule_of(kind().fit(X, LABELS)) is None


def test_naive_bayes_speaks_for_a_class_by_its_lead_over_the_others():
    decision = explain(fitted(COLUMNS["counts"], MultinomialNB), TEXT)
    table = {(each.label, given.term): given.contribution for each in decision for given in each.contributions}
    reasons = {each.term: each.contribution for each in decision.reasons("spam")}
    assert reasons == pytest.approx(
        {term: table["spam", term] - (table["home", term] + table["work", term]) / 2 for term in COUNTS}
    )
    assert all(each.contribution < 0 for each in decision.of("spam").contributions)
    assert decision.reasons("spam")[0].term == "free"
    assert decision.intercept("spam") == pytest.approx(0)
