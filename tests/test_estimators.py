"""What scikit-learn asks of every estimator: its own checks where they take text, and the text versions of the rest."""

import pickle
from copy import deepcopy

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction import text as peers
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import FeatureUnion, make_pipeline, make_union
from sklearn.utils import estimator_checks
from sklearn.utils.validation import check_is_fitted

from textvec import (
    CountVectorizer,
    HashingVectorizer,
    Lemmatizer,
    OneHotVectorizer,
    Phrases,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    Tokenizer,
    Tokens,
)  # fmt: skip

VECTORIZERS = [
    CountVectorizer(),
    TfidfVectorizer(),
    OneHotVectorizer(),
    CountVectorizer(max_features=9, ngram_range=(1, 2)),
]
STEPS = [Tokenizer(), StopWords(), Stemmer(), Lemmatizer(), Phrases(min_count=2, threshold=1.0)]
ESTIMATORS = [*VECTORIZERS, *STEPS, HashingVectorizer(n_features=2**12)]
CHECKS = [
    "check_parameters_default_constructible", "check_estimator_cloneable", "check_estimator_repr",
    "check_no_attributes_set_in_init", "check_get_params_invariance", "check_set_params",
    "check_estimator_tags_renamed",
    "check_valid_tag_types", "check_do_not_raise_errors_in_init_or_set_params", "check_mixin_order",
    "check_n_features_in_after_fitting",
]  # fmt: skip
IDS = [f"{type(e).__name__}{i if i == 3 else ''}" for i, e in enumerate(ESTIMATORS)]

every = pytest.mark.parametrize("estimator", ESTIMATORS, ids=IDS)
every_vectorizer = pytest.mark.parametrize("estimator", VECTORIZERS, ids=IDS[: len(VECTORIZERS)])


def same(a, b):
    return a == b if isinstance(a, Tokens) else a.shape == b.shape and (a != b).nnz == 0


@every
@pytest.mark.parametrize("check", CHECKS)
def test_scikit_learn_s_checks(check, estimator):
    if not hasattr(estimator_checks, check):
        pytest.skip("not in this release of scikit-learn")
    getattr(estimator_checks, check)(type(estimator).__name__, estimator)


@every_vectorizer
@pytest.mark.parametrize("check", ["check_get_feature_names_out_error", "check_transformers_unfitted"])
def test_scikit_learn_s_checks_of_what_is_learnt(check, estimator):
    getattr(estimator_checks, check)(type(estimator).__name__, estimator)


@every
def test_parameters_are_kept_as_they_are(estimator, messages):
    """Neither fit nor transform changes a parameter, or sets what is none without an underscore."""
    fitted = clone(estimator)
    params = deepcopy(fitted.get_params())
    fitted.fit(messages).transform(messages)
    assert fitted.get_params() == params
    before = set(vars(clone(estimator)))
    new = set(vars(fitted)) - before
    assert all(name.startswith("_") or name.endswith("_") for name in new)


@every
def test_fit_returns_itself_and_takes_y(estimator, messages, labels):
    fitted = clone(estimator)
    assert fitted.fit(messages) is fitted
    assert fitted.fit(messages, labels) is fitted
    assert same(fitted.transform(messages), clone(estimator).fit_transform(messages, labels))


@every
def test_fit_transform_is_fit_then_transform(estimator, messages):
    assert same(clone(estimator).fit_transform(messages), clone(estimator).fit(messages).transform(messages))


@every
def test_fitting_twice_is_fitting_once(estimator, messages, reviews):
    once = clone(estimator).fit(messages)
    twice = clone(estimator).fit(reviews).fit(messages)
    assert same(once.transform(reviews), twice.transform(reviews))


@every
def test_transform_changes_neither_input_nor_estimator(estimator, messages):
    fitted = clone(estimator).fit(messages)
    for documents in (
        list(messages),
        np.array(messages, dtype=object),
        pd.Series(messages),
        Tokens.from_lists([["a"]]),
    ):
        copy, state = deepcopy(documents), dict(vars(fitted))
        first = fitted.transform(documents)
        assert same(first, fitted.transform(documents))
        note = {"_stop_words_id": None}  # of scikit-learn's HashingVectorizer, that it has checked its stop words
        assert {**vars(fitted), **note} == {**state, **note}
        assert copy.equals(documents) if isinstance(copy, pd.Series) else np.all(np.array_equal(copy, documents))


@every
def test_documents_do_not_depend_on_each_other(estimator, messages):
    """Order and company of documents change nothing in their rows."""
    fitted = clone(estimator).fit(messages)
    rows = fitted.transform(messages)
    order = np.random.default_rng(0).permutation(len(messages))
    assert same(fitted.transform([messages[i] for i in order]), rows[order])
    for i in (0, 7):
        assert same(fitted.transform(messages[i : i + 1]), rows[i : i + 1])


@every
@pytest.mark.parametrize("protocol", [2, pickle.HIGHEST_PROTOCOL])
def test_pickle(estimator, messages, protocol):
    fitted = clone(estimator).fit(messages)
    again = pickle.loads(pickle.dumps(fitted, protocol))
    assert same(again.transform(messages), fitted.transform(messages))
    assert again.get_params() == fitted.get_params()
    assert deepcopy(fitted).get_params() == fitted.get_params()


@every_vectorizer
def test_feature_names(estimator, messages):
    fitted = clone(estimator)
    with pytest.raises(NotFittedError):
        check_is_fitted(fitted)
    X = fitted.fit_transform(messages)
    check_is_fitted(fitted)
    names = fitted.get_feature_names_out()
    assert names.dtype == object
    assert len(names) == X.shape[1] == len(fitted.vocabulary_)
    assert all(fitted.vocabulary_[name] == column for column, name in enumerate(names))


@every
def test_html(estimator, messages):
    assert type(estimator).__name__ in estimator._repr_html_()
    assert type(estimator).__name__ in clone(estimator).fit(messages)._repr_html_()
    assert type(estimator).__name__ in make_pipeline(estimator, LogisticRegression())._repr_html_()


def test_vectorizers_are_scikit_learn_s():
    """Code that asks for scikit-learn's class gets it."""
    assert isinstance(CountVectorizer(), peers.CountVectorizer)
    assert isinstance(TfidfVectorizer(), peers.TfidfVectorizer)
    for ours in (CountVectorizer, TfidfVectorizer):
        theirs = getattr(peers, ours.__name__)
        assert ours().get_params() == {**theirs().get_params(), "missing": "error"}
        assert repr(ours()) == repr(theirs())


@every_vectorizer
@pytest.mark.parametrize("output", ["default", "pandas", "polars"])
def test_set_output_does_not_break_a_pipeline(output, estimator, messages, labels):
    model = make_pipeline(Tokenizer(), StopWords(), clone(estimator), SGDClassifier(random_state=0))
    expected = clone(model).fit(messages, labels).predict(messages)
    with sklearn.config_context(transform_output=output):
        assert (model.fit(messages, labels).predict(messages) == expected).all()


@every
def test_pipeline(estimator, messages, labels):
    steps = [clone(estimator), CountVectorizer()] if estimator in STEPS else [clone(estimator)]
    model = make_pipeline(*steps, SGDClassifier(random_state=0))
    scores = cross_val_score(model, messages, labels, cv=3)
    assert scores.min() > 0.6
    assert len(model[:-1].fit(messages).get_feature_names_out()) == model[:-1].transform(messages).shape[1]


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


def test_processes(messages):
    """Fitted estimators go to other processes and their answers come back."""
    estimators = [clone(e).fit(messages) for e in (CountVectorizer(), TfidfVectorizer(), Tokenizer(), Stemmer())]
    answers = joblib.Parallel(n_jobs=2)(joblib.delayed(e.transform)(messages) for e in estimators)
    assert all(same(answer, e.transform(messages)) for answer, e in zip(answers, estimators, strict=True))


def test_threads_share_an_estimator(messages):
    fitted = TfidfVectorizer(ngram_range=(1, 2)).fit(messages)
    answers = joblib.Parallel(n_jobs=4, backend="threading")(
        joblib.delayed(fitted.transform)(messages) for _ in range(16)
    )
    assert all(same(answer, fitted.transform(messages)) for answer in answers)
