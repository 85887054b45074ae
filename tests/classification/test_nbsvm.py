import pickle
import re

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_predict, cross_val_score
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC
from sklearn.utils import estimator_checks

import textvec
from textvec import CountVectorizer, NBWeighting, TfidfVectorizer
from textvec.classification import NBSVMClassifier
from textvec.datasets import fetch_imdb
from textvec.explanation import explain

NEGATIVE = {"check_class_weight_classifiers": "its documents have negative counts, also for what takes none"}


# The check of sample weights compares to 1e-7, so the SVM has to learn as exactly; it may not be able to.
@pytest.mark.filterwarnings("ignore:Liblinear failed to converge")
@estimator_checks.parametrize_with_checks(
    [NBSVMClassifier(tol=1e-12), NBSVMClassifier(interpolation=1.0, tol=1e-12)],
    expected_failed_checks=lambda estimator: NEGATIVE,
)
def test_scikit_learn_s_checks(estimator, check):
    check(estimator)


def test_the_check_of_class_weights_with_counts(monkeypatch):
    """Of positive counts that tell the classes apart as presence: those of the check above its median."""
    blobs = estimator_checks.make_blobs
    monkeypatch.setattr(estimator_checks, "make_blobs", lambda **how: ((X := blobs(**how))[0] > 0, X[1]))
    estimator_checks.check_class_weight_classifiers("NBSVMClassifier", NBSVMClassifier(random_state=0))


@pytest.fixture(scope="module")
def counts(messages):
    return CountVectorizer(ngram_range=(1, 2)).fit_transform(messages)


@pytest.fixture(scope="module")
def y(labels):
    return np.array(labels)


@pytest.fixture(scope="module")
def three():
    """Counts of 300 documents of three classes, of which each has terms of its own."""
    rng = np.random.default_rng(0)
    y = np.repeat(["a", "b", "c"], [150, 100, 50])
    chances = np.where(np.arange(30) // 10 == np.repeat([0, 1, 2], [150, 100, 50])[:, None], 0.25, 0.12)
    return sp.csr_array(rng.binomial(2, chances)), y


def by_the_formula(X, y, C, alpha, beta):
    """Return coefficients and intercept of two classes, with the SVM of scikit-learn's, from dense arrays."""
    X, positive = (X.toarray() > 0).astype(float), y == np.unique(y)[1]
    p, q = alpha + X[positive].sum(axis=0), alpha + X[~positive].sum(axis=0)
    r = np.log((p / p.sum()) / (q / q.sum()))
    rows = np.hstack([X * r, np.ones((len(X), 1))])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    svm = LinearSVC(C=C, fit_intercept=False, tol=1e-10, max_iter=100_000, random_state=0).fit(rows, positive)
    w, b = svm.coef_[0, :-1], svm.coef_[0, -1]
    mean = np.abs(w).sum() / X.shape[1]
    prior = np.log(positive.sum() / (~positive).sum())
    return r * ((1 - beta) * mean + beta * w), (1 - beta) * mean * prior + beta * b


@pytest.mark.parametrize(("C", "alpha", "beta"), [(1.0, 1.0, 0.25), (0.1, 0.5, 0.0), (2.0, 2.0, 1.0)])
def test_it_is_the_formula(counts, y, C, alpha, beta):
    X = counts[:300, :2000]
    model = NBSVMClassifier(C, alpha, beta, tol=1e-10, max_iter=100_000, random_state=0).fit(X, y[:300])
    coef, intercept = by_the_formula(X, y[:300], C, alpha, beta)
    np.testing.assert_allclose(model.coef_[0], coef, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(model.intercept_, [intercept], rtol=1e-4, atol=1e-7)
    assert model.coef_.shape == (1, 2000)


def test_without_interpolation_it_is_a_linear_svm_on_the_ratios(counts, y):
    """Of the rows with 1 for the intercept, scaled to length 1: the classes are the same, decisions scaled alike."""
    rows = sp.hstack([NBWeighting().fit_transform(counts, y), np.ones((len(y), 1))], format="csr")
    svm = LinearSVC(random_state=0, fit_intercept=False, tol=1e-8, max_iter=10_000).fit(normalize(rows), y)
    model = NBSVMClassifier(interpolation=1.0, random_state=0, tol=1e-8, max_iter=10_000).fit(counts, y)
    np.testing.assert_allclose(model.decision_function(counts), svm.decision_function(rows), rtol=1e-5, atol=1e-5)
    assert (model.predict(counts) == svm.predict(normalize(rows))).all()


def test_all_interpolated_it_is_naive_bayes(counts, y):
    train = np.arange(len(y)) % 2 == 0
    ones = (counts > 0).astype(int)
    bayes = MultinomialNB().fit(ones[train], y[train])
    model = NBSVMClassifier(interpolation=0.0).fit(counts[train], y[train])
    assert (model.predict(counts[~train]) == bayes.predict(ones[~train])).all()
    joint = bayes.predict_joint_log_proba(ones[~train])
    ratio = model.decision_function(counts[~train]) / (joint[:, 1] - joint[:, 0])
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-6)


@pytest.mark.parametrize("many", [False, True])
def test_coefficients_of_the_terms_held_add_up_to_the_decision(counts, y, three, many):
    X, y = three if many else (counts, y)
    model = NBSVMClassifier(random_state=0).fit(X, y)
    expected = (X > 0).astype(float) @ model.coef_.T + model.intercept_
    decisions = model.decision_function(X)
    np.testing.assert_allclose(decisions, expected if many else expected[:, 0], rtol=1e-12)
    assert decisions.shape == ((len(y), 3) if many else (len(y),))


def test_several_classes_are_each_against_the_rest(three):
    X, y = three
    model = NBSVMClassifier(random_state=0, tol=1e-8, max_iter=10_000).fit(X, y)
    assert model.classes_.tolist() == ["a", "b", "c"]
    for k, label in enumerate("abc"):
        alone = clone(model).fit(X, y == label)
        np.testing.assert_allclose(model.decision_function(X)[:, k], alone.decision_function(X), rtol=1e-4, atol=1e-5)
    assert (model.predict(X) == y).mean() > 0.8


@pytest.mark.parametrize("kind", ["counts", "tfidf", "dense", "float32", "coo", "duplicates", "explicit zeros"])
def test_only_which_terms_a_document_holds_counts(messages, y, kind):
    messages, y = messages[:200], y[:200]
    X = CountVectorizer(binary=True).fit_transform(messages)
    expected = NBSVMClassifier(random_state=0).fit(X, y).decision_function(X)
    zeros = sp.csr_array(X + X)
    zeros.data[:] = 1.0
    coo = X.tocoo()
    rows, columns = np.tile(coo.row, 2), np.tile(coo.col, 2)
    other = {
        "counts": CountVectorizer().fit_transform(messages),
        "tfidf": TfidfVectorizer().fit_transform(messages),
        "dense": X.toarray(),
        "float32": X.astype(np.float32),
        "coo": coo,
        "duplicates": sp.coo_array((np.ones(len(rows)), (rows, columns)), shape=X.shape),
        "explicit zeros": sp.csr_array(
            sp.hstack([X, sp.csr_array((np.zeros(1), [0], [0, *[1] * 200]), shape=(200, 1))])
        ),
    }[kind]
    before = other.copy()
    model = NBSVMClassifier(random_state=0).fit(other, y)
    if kind == "explicit zeros":  # a column that no document holds
        assert model.coef_[0, -1] == pytest.approx(0, abs=0.05)
        assert model.coef_.shape[1] == X.shape[1] + 1
    else:
        np.testing.assert_allclose(model.decision_function(other), expected, rtol=1e-12)
    assert abs(sp.coo_array(other) - sp.coo_array(before)).sum() == 0


def test_a_weight_is_a_repetition(counts, y):
    X, y = counts[:200, :500], y[:200]
    weights = np.random.default_rng(0).integers(0, 4, 200)
    exact = NBSVMClassifier(tol=1e-10, max_iter=100_000, random_state=0)
    weighed = clone(exact).fit(X, y, weights)
    repeated = clone(exact).fit(X[np.repeat(np.arange(200), weights)], np.repeat(y, weights))
    np.testing.assert_allclose(weighed.coef_, repeated.coef_, rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(weighed.intercept_, repeated.intercept_, rtol=1e-3, atol=1e-6)
    doubled = clone(exact).set_params(class_weight={"spam": 2}).fit(X, y)
    same = clone(exact).fit(X, y, 1 + (y == "spam"))
    assert (doubled.coef_ == same.coef_).all()
    assert (doubled.coef_ != clone(exact).fit(X, y).coef_).any()


def test_balanced_classes_count_the_same_with_weights_too(counts, y):
    X, y = counts[:200, :500], y[:200]
    weights = np.random.default_rng(0).integers(1, 4, 200)
    n_spam, n_ham = (weights[y == label].sum() for label in ("spam", "ham"))
    by_hand = weights * np.where(y == "spam", (n_spam + n_ham) / 2 / n_spam, (n_spam + n_ham) / 2 / n_ham)
    balanced = NBSVMClassifier(class_weight="balanced", random_state=0).fit(X, y, weights)
    np.testing.assert_allclose(balanced.coef_, NBSVMClassifier(random_state=0).fit(X, y, by_hand).coef_, rtol=1e-10)


def test_probabilities_are_platt_s(counts, y):
    model = NBSVMClassifier(probability=True, random_state=0)
    halves = StratifiedKFold(2)
    chances = cross_val_predict(model, counts, y, cv=halves, method="predict_proba")
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    assert log_loss(y, chances) < 0.2
    fitted = model.fit(counts, y)
    assert (fitted.coef_ == clone(model).set_params(probability=False).fit(counts, y).coef_).all()
    order = np.argsort(fitted.decision_function(counts))
    assert (np.diff(fitted.predict_proba(counts)[order, 1]) >= 0).all()


def test_probabilities_of_several_classes(three):
    X, y = three
    chances = NBSVMClassifier(probability=True, random_state=0).fit(X, y).predict_proba(X)
    assert chances.shape == (300, 3)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    assert (np.array(["a", "b", "c"])[chances.argmax(axis=1)] == y).mean() > 0.8


def test_probabilities_are_there_on_request_only(counts, y):
    model = NBSVMClassifier(random_state=0).fit(counts, y)
    assert not hasattr(model, "predict_proba")
    with pytest.raises(NotFittedError, match="Fit NBSVMClassifier with probability=True"):
        model.set_params(probability=True).predict_proba(counts)
    assert not hasattr(model.set_params(probability=False).fit(counts, y), "calibration_")


def test_the_same_seed_makes_the_same_model(counts, y):
    one, other = (NBSVMClassifier(random_state=3).fit(counts, y) for _ in range(2))
    assert (one.coef_ == other.coef_).all()
    again = pickle.loads(pickle.dumps(one))
    assert (again.decision_function(counts) == one.decision_function(counts)).all()


def test_a_search_finds_its_parameters(messages, labels):
    model = make_pipeline(CountVectorizer(), NBSVMClassifier(random_state=0))
    grid = {"nbsvmclassifier__interpolation": [0.0, 0.25], "nbsvmclassifier__C": [0.5, 1.0]}
    assert GridSearchCV(model, grid, cv=3).fit(messages, labels).best_score_ > 0.9


FEW = sp.csr_array(np.eye(6))


@pytest.mark.parametrize(
    ("X", "y", "params", "message"),
    [
        (
            FEW,
            ["a"] * 6,
            {},
            "NBSVMClassifier learns what tells classes apart, but all of y is one class: 'a'",
        ),
        (FEW, None, {}, "NBSVMClassifier requires y to be passed"),
        (FEW, ["a", "b", None, "a", "b", "a"], {}, "document 2 has no class"),
        (-FEW, ["a", "b"] * 3, {}, "Negative values in data: NBSVMClassifier expects counts, but X has -1"),
        (FEW * np.nan, ["a", "b"] * 3, {}, "contains NaN"),
        (FEW, ["a", "b"] * 3, {"C": 0}, "The 'C' parameter of NBSVMClassifier must be"),
        (FEW, ["a", "b"] * 3, {"interpolation": 1.5}, "The 'interpolation' parameter of NBSVMClassifier must be"),
        (FEW, ["a", "b"] * 3, {"alpha": True}, "The 'alpha' parameter of NBSVMClassifier must be"),
        (FEW, ["a", "b"] * 3, {"class_weight": {"b": 0}}, "All documents of the class 'b' have the weight 0"),
        (FEW, ["a", "b"] * 3, {"probability": True}, "needs 5 documents or more of each class, but of 'a' there are 3"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(X, y, params, message):
    model = NBSVMClassifier(**params)
    with pytest.raises(ValueError, match=re.escape(message)):
        model.fit(X, y)
    assert not hasattr(model, "coef_")


@pytest.mark.parametrize("probability", [False, True])
def test_it_is_saved(tmp_path, messages, labels, probability):
    model = make_pipeline(CountVectorizer(), NBSVMClassifier(probability=probability, random_state=0))
    model.fit(messages, labels)
    textvec.save(model, tmp_path / "model")
    again = textvec.load(tmp_path / "model")
    assert (again.decision_function(messages) == model.decision_function(messages)).all()
    if probability:
        assert (again.predict_proba(messages) == model.predict_proba(messages)).all()


@pytest.mark.parametrize(
    ("attribute", "value", "message"),
    [
        ("coef_", np.ones((1, 3)), "coef_ must be"),
        ("intercept_", np.ones(3), "intercept_ must be"),
        ("classes_", np.array(["a"]), "classes_ must hold two"),
        ("calibration_", np.ones((1, 2)), "calibration_ must be there"),
    ],
)
def test_a_forged_file_is_refused(tmp_path, counts, y, attribute, value, message):
    model = NBSVMClassifier(random_state=0).fit(counts, y)
    setattr(model, attribute, value)
    textvec.save(model, tmp_path / "model")
    with pytest.raises(ValueError, match=message):
        textvec.load(tmp_path / "model")


def first_sentence(text):
    return re.split(r"(?<=[.!?])\s", text.replace("<br />", " ").strip(), maxsplit=1)[0]


def test_short_texts(data):
    """On first sentences of real reviews it beats naive Bayes and a linear SVM on the same features."""
    reviews = fetch_imdb(data("imdb", "imdb.parquet").parents[1])
    texts, y = [first_sentence(text) for text in reviews.data], np.asarray(reviews.target)
    X = CountVectorizer(ngram_range=(1, 2), binary=True).fit_transform(texts)
    folds = StratifiedKFold(2, shuffle=True, random_state=0)
    ours, bayes, svm = (
        cross_val_score(model, X, y, cv=folds).mean()
        for model in (NBSVMClassifier(random_state=0), MultinomialNB(), LinearSVC(random_state=0))
    )
    assert ours > max(bayes, svm)


def test_a_decision_is_explained_exactly_whatever_the_values_of_the_features(messages, labels):
    for features in (CountVectorizer(), TfidfVectorizer()):
        model = make_pipeline(features, NBSVMClassifier(random_state=0)).fit(messages, labels)
        decision = explain(model, "Free prize, free entry: call now").of("spam")
        given = {each.term: each.contribution for each in decision.contributions}
        column = features.vocabulary_["free"]
        assert given["free"] == pytest.approx(
            model[-1].coef_[0, column], rel=1e-12
        )  # once, though it stands there twice
        expected = model.decision_function(["Free prize, free entry: call now"])[0]
        assert sum(given.values()) + decision.intercept == pytest.approx(expected, rel=1e-9)
