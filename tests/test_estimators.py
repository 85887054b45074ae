"""What scikit-learn asks of every estimator: its own checks where they take text, and the text versions of the rest."""

import pickle
from copy import deepcopy

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import ClassifierMixin, clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction import text as peers
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline, make_union
from sklearn.utils import estimator_checks, get_tags
from sklearn.utils.validation import check_is_fitted

import textvec
from support.estimators import (
    CLASSES,
    ESTIMATORS,
    PARAMS,
    STEPS,
    VARIANTS,
    each,
    into_a_classifier,
    learnt,
    needs_fit,
    of,
    public_classes,
    rows_of,
    same,
    takes_text,
)
from textvec import CountVectorizer, OneHotVectorizer, Stemmer, StopWords, TfidfVectorizer, Tokenizer, Tokens

# Scikit-learn's checks that need no data, or that take any.
CHECKS = [
    "check_parameters_default_constructible", "check_estimator_cloneable", "check_estimator_repr",
    "check_no_attributes_set_in_init", "check_get_params_invariance", "check_set_params",
    "check_estimator_tags_renamed",
    "check_valid_tag_types", "check_do_not_raise_errors_in_init_or_set_params", "check_mixin_order",
    "check_n_features_in_after_fitting",
]  # fmt: skip
CHECKS_OF_WHAT_IS_LEARNT = ["check_get_feature_names_out_error", "check_transformers_unfitted"]
# Why something cannot hold for a class; that it does not is tested as well.
WHY_NOT = {
    "Chunker": {"Tokens": "it cuts texts into passages, and Tokens are words"},
    "EmbeddingVectorizer": {"score": "its vectors are random here"},
    "Phrases": {"check_get_feature_names_out_error": "its one column is named before it has learnt anything"},
    "SequenceEncoder": {"score": "a linear classifier learns little from the numbers of words"},
}


@pytest.fixture(scope="module")
def messages(messages):
    """Enough of them to learn from, for time."""
    return messages[::2]


@pytest.fixture(scope="module")
def labels(labels):
    return labels[::2]


@pytest.fixture
def holds(request, estimator):
    """Return a function that says what is tested, so that it is expected to fail where `WHY_NOT` gives a reason."""

    def about(what):
        if reason := WHY_NOT.get(type(estimator).__name__, {}).get(what):
            request.applymarker(pytest.mark.xfail(reason=reason, strict=True))

    return about


every = each(ESTIMATORS)
every_that_learns = each([e for e in ESTIMATORS if needs_fit(e)])


def test_what_is_found():
    """Nothing that transforms is left out, and the tables name nothing that is gone.

    Classifiers are tested in tests/classification.
    """
    learning = {cls for cls in public_classes() if hasattr(cls, "fit") or hasattr(cls, "transform")}
    learning = {cls for cls in learning if not issubclass(cls, ClassifierMixin | Pipeline)}
    assert learning == {*CLASSES.values(), *(type(step) for step in STEPS)}
    assert {cls.__name__ for cls in learning} <= set(textvec.__all__)
    assert {"CountVectorizer", "EmbeddingVectorizer", "NBWeighting", "Tokenizer", "Word2Vec"} <= set(CLASSES)
    assert {*PARAMS, *VARIANTS, *WHY_NOT} <= set(CLASSES)


def test_a_class_that_needs_parameters_says_so():
    class Needy(Tokenizer):
        def fit(self, X, y=None):
            raise ValueError("it needs a table")

    message = r"Needy\(\) cannot be fitted .*: it needs a table\nSay in PARAMS of tests/support/estimators.py"
    with pytest.raises(AssertionError, match=message):
        learnt(Needy(), ["good"], ["a"])


@every
@pytest.mark.parametrize("check", CHECKS)
def test_scikit_learn_s_checks(check, estimator, holds):
    if not hasattr(estimator_checks, check):
        pytest.skip("not in this release of scikit-learn")
    holds(check)
    getattr(estimator_checks, check)(type(estimator).__name__, clone(estimator))


@every_that_learns
@pytest.mark.parametrize("check", CHECKS_OF_WHAT_IS_LEARNT)
def test_scikit_learn_s_checks_of_what_is_learnt(check, estimator, holds):
    holds(check)
    getattr(estimator_checks, check)(type(estimator).__name__, clone(estimator))


@estimator_checks.parametrize_with_checks([e for e in ESTIMATORS if not takes_text(e)])
def test_scikit_learn_s_checks_of_what_takes_numbers(estimator, check):
    check(estimator)


@every
def test_parameters_are_kept_as_they_are(estimator, messages, labels):
    """Neither fit nor transform changes a parameter, or sets what is none without an underscore."""
    fitted = clone(estimator)
    params, content = fitted.get_params(), joblib.hash(fitted.get_params())
    fitted.fit(of(estimator, messages), labels).transform(of(estimator, messages))
    assert all(value is params[name] for name, value in fitted.get_params().items())
    assert joblib.hash(fitted.get_params()) == content
    new = set(vars(fitted)) - set(vars(clone(estimator)))
    assert all(name.startswith("_") or name.endswith("_") for name in new)


@every
def test_fit_returns_itself_and_takes_y(estimator, messages, labels):
    fitted, X = clone(estimator), of(estimator, messages)
    assert fitted.fit(X, labels) is fitted
    assert same(fitted.transform(X), clone(estimator).fit_transform(X, labels))
    if not get_tags(estimator).target_tags.required:
        assert fitted.fit(X) is fitted
        assert same(fitted.transform(X), clone(estimator).fit_transform(X))


@every
def test_fitting_twice_is_fitting_once(estimator, messages, reviews, labels):
    X, Y = of(estimator, messages), of(estimator, reviews)
    once = learnt(estimator, messages, labels)
    twice = clone(estimator).fit(Y, np.resize(labels, Y.shape[0] if hasattr(Y, "shape") else len(Y))).fit(X, labels)
    assert same(once.transform(Y), twice.transform(Y))


def unchanged(fitted, documents):
    """Transform twice: neither the documents nor the estimator change, nor does the result."""
    copy, state = deepcopy(documents), dict(vars(fitted))
    first = fitted.transform(documents)
    assert same(first, fitted.transform(documents))
    note = {"_stop_words_id": None}  # of scikit-learn's HashingVectorizer, that it has checked its stop words
    assert {**vars(fitted), **note} == {**state, **note}
    assert copy.equals(documents) if isinstance(copy, pd.Series) else same(copy, documents)


@every
def test_transform_changes_neither_input_nor_estimator(estimator, messages, labels):
    fitted, X = learnt(estimator, messages, labels), of(estimator, messages)
    objects = [np.array(X, dtype=object), pd.Series(X)] if takes_text(estimator) else [X.toarray()]
    for documents in (X, *objects):
        unchanged(fitted, documents)


@each([e for e in ESTIMATORS if takes_text(e)])
def test_tokens_are_taken_and_not_changed(estimator, messages, labels, holds):
    holds("Tokens")
    unchanged(learnt(estimator, messages, labels), Tokens.from_lists([["a"], ["to", "a"]]))


@every
def test_documents_do_not_depend_on_each_other(estimator, messages, labels):
    """Order and company of documents change nothing in their rows."""
    fitted, X = learnt(estimator, messages, labels), of(estimator, messages)
    rows = fitted.transform(X)
    order = np.random.default_rng(0).permutation(len(messages))
    assert same(fitted.transform(rows_of(X, order)), rows_of(rows, order))
    for i in (0, 7):
        assert same(fitted.transform(X[i : i + 1]), rows[i : i + 1])


@every
@pytest.mark.parametrize("protocol", [2, pickle.HIGHEST_PROTOCOL])
def test_pickle(estimator, messages, labels, protocol):
    fitted = learnt(estimator, messages, labels)
    again = pickle.loads(pickle.dumps(fitted, protocol))
    assert same(again.transform(of(estimator, messages)), fitted.transform(of(estimator, messages)))
    for copy in (again, deepcopy(fitted)):
        assert joblib.hash(copy.get_params()) == joblib.hash(fitted.get_params())


@every_that_learns
def test_not_fitted(estimator, messages, labels):
    for unused in (estimator, clone(learnt(estimator, messages, labels))):
        with pytest.raises(NotFittedError):
            check_is_fitted(unused)
        with pytest.raises(NotFittedError, match=type(estimator).__name__):
            unused.transform(of(estimator, messages))
    check_is_fitted(learnt(estimator, messages, labels))


@every
def test_feature_names(estimator, messages, labels):
    fitted = learnt(estimator, messages, labels)
    rows, names = fitted.transform(of(estimator, messages)), fitted.get_feature_names_out()
    assert names.dtype == object
    first = rows[0] if isinstance(rows, list) else rows
    n_columns = first.shape[-1] if hasattr(first, "dtype") else 1  # one column of tokens or of passages
    assert len(names) == len(set(names)) == n_columns
    if hasattr(fitted, "terms") and hasattr(fitted, "vocabulary_"):  # each column is one term
        assert fitted.vocabulary_ == {name: column for column, name in enumerate(names)}


@pytest.fixture
def steps(estimator, messages, labels):
    """Return the steps of a pipeline with the estimator, which a classifier can follow."""
    return into_a_classifier(estimator, messages, labels) or pytest.skip("makes lists, which no classifier takes")


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer. 1 of .* documents hold no word")
@every
@pytest.mark.filterwarnings("ignore:.* makes a sparse matrix")
@pytest.mark.parametrize("output", ["default", "pandas", "polars"])
def test_set_output_does_not_break_a_pipeline(output, steps, messages, labels):
    model = make_pipeline(Tokenizer(), StopWords(), *steps, SGDClassifier(random_state=0))
    expected = clone(model).fit(messages, labels).predict(messages)
    with sklearn.config_context(transform_output=output):
        assert (model.fit(messages, labels).predict(messages) == expected).all()


@every
def test_names_in_a_pipeline(steps, messages, labels):
    model = make_pipeline(*steps).fit(messages, labels)
    assert len(model.get_feature_names_out()) == model.transform(messages).shape[1]


@every
def test_a_classifier_learns_from_it(steps, messages, labels, holds):
    holds("score")
    model = make_pipeline(*steps, SGDClassifier(random_state=0))
    assert cross_val_score(model, messages, labels, cv=3).min() > 0.7  # 0.62 of the messages are ham


@every
def test_processes(estimator, messages, labels):
    """Fitted estimators go to other processes and their answers come back."""
    fitted, X = learnt(estimator, messages, labels), of(estimator, messages)
    (answer,) = joblib.Parallel(n_jobs=2)([joblib.delayed(fitted.transform)(X)])
    assert same(answer, fitted.transform(X))


@every
def test_threads_share_an_estimator(estimator, messages, labels):
    fitted, X = learnt(estimator, messages, labels), of(estimator, messages)
    answers = joblib.Parallel(n_jobs=4, backend="threading")(joblib.delayed(fitted.transform)(X) for _ in range(8))
    expected = fitted.transform(X)
    assert all(same(answer, expected) for answer in answers)


def test_vectorizers_are_scikit_learn_s():
    """Code that asks for scikit-learn's class gets it."""
    assert isinstance(CountVectorizer(), peers.CountVectorizer)
    assert isinstance(TfidfVectorizer(), peers.TfidfVectorizer)
    for ours in (CountVectorizer, TfidfVectorizer):
        theirs = getattr(peers, ours.__name__)
        assert ours().get_params() == {**theirs().get_params(), "missing": "error"}
        assert repr(ours()) == repr(theirs())


@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer])
def test_the_whole_way_is_scikit_learn_s(cls, messages, labels):
    grid = {"vectorizer__ngram_range": [(1, 1), (1, 2)], "vectorizer__min_df": [1, 2]}
    results = []
    for vectorizer in (cls(), getattr(peers, cls.__name__)()):
        model = sklearn.pipeline.Pipeline([("vectorizer", vectorizer), ("classifier", LogisticRegression())])
        results.append(GridSearchCV(model, grid, cv=3, n_jobs=2).fit(messages, labels))
    ours, theirs = results
    assert ours.best_params_ == theirs.best_params_
    np.testing.assert_allclose(ours.cv_results_["mean_test_score"], theirs.cv_results_["mean_test_score"])
    np.testing.assert_allclose(ours.predict_proba(messages), theirs.predict_proba(messages), atol=1e-6)


def test_two_columns_of_text(messages, reviews):
    table = pd.DataFrame({"a": messages[:300], "b": reviews[:300], "n": range(300)})
    names = ("CountVectorizer", "TfidfVectorizer")
    made = []
    for ours in (True, False):
        a, b = (globals()[name]() if ours else getattr(peers, name)() for name in names)
        columns = ColumnTransformer([("a", a, "a"), ("b", b, "b")], remainder="passthrough", sparse_threshold=1)
        made.append((columns.fit_transform(table), columns.get_feature_names_out(), columns.transform(table[:3])))
    for mine, theirs in zip(*made, strict=True):
        assert (mine == theirs).all() if isinstance(mine, np.ndarray) else abs(mine - theirs).max() < 1e-12
    with pytest.raises(ValueError, match="ColumnTransformer"):
        ColumnTransformer([("both", CountVectorizer(), ["a", "b"])]).fit(table)
    one = ColumnTransformer([("one", CountVectorizer(), ["a"])]).fit_transform(table)
    assert one.shape[0] == 300


def test_union(messages):
    ours, theirs = (
        make_union(m.CountVectorizer(analyzer="char", ngram_range=(2, 2)), m.TfidfVectorizer())
        for m in (__import__("textvec"), peers)
    )
    assert abs(ours.fit_transform(messages) - theirs.fit_transform(messages)).max() < 1e-12
    assert isinstance(ours, FeatureUnion)
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()


def test_tokens_are_shared_by_a_union(messages):
    model = make_pipeline(Tokenizer(), Stemmer(), make_union(CountVectorizer(), OneHotVectorizer(max_features=10)))
    assert model.fit_transform(messages).shape[0] == len(messages)
