import re
import warnings
from contextlib import contextmanager

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import sklearn.feature_extraction.text as sk
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import GroupKFold, ShuffleSplit, StratifiedKFold, cross_validate
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from support.compare import threads
from support.estimators import PARAMS
from textvec import CountVectorizer, EmbeddingVectorizer, HashingVectorizer, TfidfVectorizer, Tokenizer
from textvec.classification import SkippedPair, classifier, compare, comparing, features, text_classifier
from textvec.classification._shared_tokens import SharedTokens

VECTORS = PARAMS["EmbeddingVectorizer"]["vectors"]
TOY = ["win a prize", "free prize", "win cash now", "free cash", "see you", "lunch at one", "at home", "see the film"]
TOY_LABELS = ["spam"] * 4 + ["ham"] * 4


@pytest.fixture(scope="module")
def few(messages, labels):
    """300 messages, each class in its share."""
    chosen = np.random.default_rng(0).permutation(len(messages))[:300]
    return [messages[i] for i in chosen], [labels[i] for i in chosen]


def check_same(comparison, texts, labels, **how):
    """Hold the scores of each pair to those of scikit-learn's cross_validate, to the last bit."""
    assert len(comparison)
    scoring = comparison.scoring
    for pair in comparison:
        with threadpool_limits(1):  # several would wait for one another
            expected = cross_validate(pair.pipeline, texts, labels, scoring=scoring, **how)
        for name in scoring:
            assert pair.scores[name].tolist() == expected[f"test_{name}"].tolist(), (pair.features, pair.classifier)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_scores_of_scikit_learn(few):
    texts, labels = few
    encoders = {
        **{name: name for name in ("counts", "bm25", "nb", "words+char")},
        "hashing": features("hashing", n_features=2**10),
        "embedding": features("embedding", vectors=VECTORS),
        "pairs": features("counts", ngram_range=(1, 2), stop_words=["the"], min_df=2),
    }
    models = ["nb", "logreg", "svm", "nbsvm", "sgd"]
    with threads(2):
        found = compare(texts, labels, encoders, models, cv=3, scoring=["accuracy", "roc_auc"], random_state=0)
    assert len(found) == len(encoders) * len(models) - 2 * 2
    check_same(found, texts, labels, cv=3)


def test_the_scores_of_scikit_learns_own_vectorizers(few):
    texts, labels = few
    char = sk.TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    peers = {"counts": sk.CountVectorizer(), "char": char}
    found = compare(texts, labels, list(peers), ["nb", "svm"], random_state=0)
    for pair in found:
        peer = make_pipeline(peers[pair.features], pair.pipeline[-1])
        with threadpool_limits(1):
            expected = cross_validate(peer, texts, labels)["test_score"]
        assert pair.scores["accuracy"].tolist() == expected.tolist()


def test_steps_before_the_features(few):
    texts, labels = few
    options = {"tokenizer": "unicode", "stop_words": "english", "stem": "snowball"}
    found = compare(texts, labels, ["tfidf", "nb", "char"], ["svm"], cv=3, random_state=0, **options)
    assert [list(pair.pipeline.named_steps)[:3] for pair in found] == [["tokenizer", "stop_words", "stemmer"]] * 2
    assert [pair.features for pair in found.skipped] == ["char"]
    assert "tokenizer, stop_words and stem leave words" in found.skipped[0].reason
    check_same(found, texts, labels, cv=3)


@pytest.mark.parametrize("kind", [pd.Series, np.array, iter, Tokenizer().transform])
def test_any_documents(kind, few):
    texts, labels = few
    found, expected = (compare(documents, labels, "tfidf", "nb", cv=2) for documents in (kind(texts), texts))
    assert found[0].scores["accuracy"].tolist() == expected[0].scores["accuracy"].tolist()


def categories(labels):
    return pd.Series(labels, dtype="category")


@pytest.mark.parametrize("kind", [pd.Series, categories, pa.array, pl.Series, iter], ids=lambda kind: kind.__name__)
def test_any_labels(kind, few):
    texts, labels = few
    found, expected = (compare(texts, classes, "tfidf", "nb", cv=2) for classes in (kind(labels), labels))
    assert found[0].scores["accuracy"].tolist() == expected[0].scores["accuracy"].tolist()


def test_documents_that_are_words(few):
    texts, labels = few
    words = [text.split() for text in texts]
    found = compare(words, labels, ["counts", "words+char"], ["nb"], cv=2)
    check_same(found, words, labels, cv=2)
    assert found.skipped == [
        SkippedPair("words+char", "nb", "the features are made of characters, and the texts are words")
    ]


@pytest.mark.parametrize(
    "cv",
    [
        4,
        None,
        StratifiedKFold(3, shuffle=True, random_state=1),
        ShuffleSplit(2, random_state=0),
        [(range(200), range(200, 300))],
        [(np.arange(300) < 250, np.arange(300) >= 250)],
    ],
)
def test_folds(cv, few):
    check_same(compare(*few, "counts", ["nb"], cv=cv), *few, cv=cv)


def test_groups(few):
    groups = np.arange(300) // 7
    found = compare(*few, "counts", ["nb"], cv=GroupKFold(3), groups=groups)
    check_same(found, *few, cv=GroupKFold(3), groups=groups)
    assert found.n_train.sum() == 2 * 300


def test_estimators_of_other_packages_and_names(few):
    encoders = [sk.TfidfVectorizer(), "counts", TfidfVectorizer(), TfidfVectorizer(min_df=2)]
    found = compare(*few, encoders, {"a": "nb", "b": MultinomialNB(alpha=0.1)}, cv=2)
    check_same(found, *few, cv=2)
    assert {pair.features for pair in found} == {
        "TfidfVectorizer-1", "counts", "TfidfVectorizer-2", "TfidfVectorizer-3",
    }  # fmt: skip
    assert {pair.classifier for pair in found} == {"a", "b"}
    assert [pair.features for pair in compare(*few, CountVectorizer(), MultinomialNB(), cv=2)] == ["CountVectorizer"]


def decisions(estimator, X, y):
    """A score that the last bit of any weight changes."""
    return float(np.dot(estimator.decision_function(X), np.arange(len(y))))


def test_the_weights_do_not_depend_on_threads(few):
    """Those of liblinear would, which draws random numbers from one generator for all threads."""
    how = {"cv": 4, "scoring": decisions, "random_state": 0}
    models = {"svm": "svm", "again": "svm", "nbsvm": "nbsvm"}
    found = []
    for n in (1, 5):
        with threads(n):
            pairs = compare(*few, ["counts", "char"], models, **how)
        found.append({(pair.features, pair.classifier): pair.scores["decisions"].tolist() for pair in pairs})
    assert found[0] == found[1]
    pair = next(pair for pair in pairs if (pair.features, pair.classifier) == ("char", "svm"))
    with threadpool_limits(1):
        expected = cross_validate(pair.pipeline, *few, cv=4, scoring=decisions)
    assert pair.scores["decisions"].tolist() == expected["test_score"].tolist()


def test_texts_are_cut_once_for_features_of_the_same_words():
    shared = SharedTokens(TOY)
    tokens = shared.for_features(CountVectorizer())
    assert len(tokens) == len(TOY)
    for same in (
        TfidfVectorizer(ngram_range=(1, 2)),
        HashingVectorizer(n_features=8),
        features("bm25"),
        FeatureUnion([("a", CountVectorizer()), ("b", features("nb"))]),
    ):
        assert shared.for_features(same) is tokens
    assert shared.for_features(CountVectorizer(token_pattern=r"\w+"))[0] == ["win", "a", "prize"]
    assert shared.for_features(CountVectorizer(stop_words=["win"]))[0] == ["prize"]
    averages = shared.for_features(EmbeddingVectorizer(VECTORS))
    assert averages is shared.for_features(EmbeddingVectorizer(VECTORS, pooling="max"))
    assert averages.to_lists() == Tokenizer().transform(TOY).to_lists()


@pytest.mark.parametrize(
    "encoder",
    [
        features("char"),
        features("words+char"),
        sk.CountVectorizer(),
        CountVectorizer(tokenizer=str.split),
        CountVectorizer(preprocessor=str.lower),
        CountVectorizer(analyzer=str.split),
        type("Own", (CountVectorizer,), {})(),
        FeatureUnion([("a", CountVectorizer()), ("b", CountVectorizer(lowercase=False))]),
        make_pipeline(FunctionTransformer(), CountVectorizer()),
        FeatureUnion([("a", CountVectorizer()), ("b", "drop")]),
        EmbeddingVectorizer("sentences"),  # whose words are pieces
    ],
)
def test_what_needs_the_texts_gets_them(encoder):
    assert SharedTokens(TOY).for_features(encoder) is not None
    assert isinstance(SharedTokens(TOY).for_features(encoder), list)


def test_features_are_fitted_once_a_fold():
    fitted = []

    class Noting(CountVectorizer):
        def fit_transform(self, raw_documents, y=None):
            fitted.append((len(raw_documents), list(y)))
            return super().fit_transform(raw_documents, y)

    compare(TOY, TOY_LABELS, Noting(), ["nb", "complement-nb", "logreg"], cv=4)
    assert [n for n, _ in fitted] == [6] * 4
    assert all(y.count("spam") == 3 for _, y in fitted)


def test_the_bar_goes_on_with_each_pair(monkeypatch):
    told = []

    @contextmanager
    def noting(what, total):
        told.append((what, total))
        yield lambda n_steps, remark: told.append((n_steps, remark))

    monkeypatch.setattr(comparing, "progress", noting)
    compare(TOY, TOY_LABELS, ["counts", "nb"], ["nb", "logreg"], cv=2)
    assert told[0] == ("Comparing", 6)
    assert sorted(told[1:]) == sorted([(1, "counts + nb"), (1, "counts + logreg"), (1, "nb + logreg")] * 2)


def test_pairs_that_cannot_work_are_listed(few):
    found = compare(*few, ["counts", "nb"], ["nb", "svm"], cv=2, random_state=0)
    assert {(pair.features, pair.classifier) for pair in found} == {("counts", "nb"), ("counts", "svm"), ("nb", "svm")}
    assert found.skipped == [SkippedPair("nb", "nb", "the classifier does not take negative values")]
    found = compare(*few, "counts", ["logreg", "svm"], cv=2, scoring=["neg_log_loss", "accuracy"], random_state=0)
    reason = "the classifier has no predict_proba, which the scoring 'neg_log_loss' needs"
    assert found.skipped == [SkippedPair("counts", "svm", reason)]


def test_one_pair_that_cannot_work_is_an_error_that_names_others():
    with pytest.raises(ValueError, match=r"'nb' cannot learn from the features 'nb'.*Classifiers for 'nb': logreg,"):
        compare(TOY, TOY_LABELS, "nb", ["nb"], cv=2)
    with pytest.raises(ValueError, match=r"none of the pairs can work. nb with nb: .*; nb with complement-nb: "):
        compare(TOY, TOY_LABELS, "nb", ["nb", "complement-nb"], cv=2)
    with pytest.raises(ValueError, match="counts with svm: the classifier has no predict_proba"):
        compare(TOY, TOY_LABELS, "counts", "svm", cv=2, scoring="neg_log_loss")


def test_random_state_goes_to_what_has_none():
    models = {"set": SGDClassifier(random_state=7), "unset": SGDClassifier(), "none": "nb"}
    found = compare(TOY, TOY_LABELS, "counts", models, cv=2, random_state=3)
    states = {pair.classifier: pair.pipeline[-1].get_params().get("random_state") for pair in found}
    assert states == {"set": 7, "unset": 3, "none": None}
    assert models["unset"].random_state is None
    inner = compare(TOY, TOY_LABELS, "counts", {"p": make_pipeline(LinearSVC())}, cv=2, random_state=3)
    assert inner.best.pipeline[-1][-1].random_state == 3


class Failing(ClassifierMixin, BaseEstimator):
    def __init__(self, how="raises"):
        self.how = how

    def fit(self, X, y):
        if self.how == "raises" and len(y) == 5:
            raise ZeroDivisionError("no reason")
        if self.how == "changes":
            X.data[:] = 0
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return self.classes_[np.zeros(X.shape[0], int)] if self.how != "cannot predict" else [None][1]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("raises", r"in fold 3 of 3, with ZeroDivisionError: no reason"),
        ("cannot predict", r"in fold \d of 3, with IndexError: list index out of range"),
        ("changes", r"in fold \d of 3, with ValueError: .*read-only"),
    ],
)
def test_a_pair_that_fails_is_left_out_and_named(how, message, n):
    cv = [(range(2, 8), range(2)), (range(2, 8), range(2)), ([0, 1, 4, 5, 6], [2, 3, 7])]
    with threads(n), pytest.warns(UserWarning, match=r"^compare: counts . bad is left out: it failed " + message):
        both = compare(TOY, TOY_LABELS, "counts", {"nb": "nb", "bad": Failing(how)}, cv=cv)
    alone = compare(TOY, TOY_LABELS, "counts", "nb", cv=cv)
    assert [pair.classifier for pair in both] == ["nb"]
    assert both.best.scores["accuracy"].tolist() == alone.best.scores["accuracy"].tolist()
    (skipped,) = both.skipped
    assert (skipped.features, skipped.classifier) == ("counts", "bad")
    assert re.search(message, skipped.reason)
    assert "counts + bad" in str(both)
    with threads(n), pytest.raises(ValueError, match=r"^compare: every pair failed; first counts . bad, it failed in"):
        compare(TOY, TOY_LABELS, "counts", {"bad": Failing(how)}, cv=cv)


def test_features_that_fail_are_left_out_and_named():
    rare = {"counts": "counts", "rare": CountVectorizer(min_df=4)}
    with pytest.warns(UserWarning, match=r"rare . nb is left out: the features failed in fold \d of 2, .*no terms"):
        assert [pair.features for pair in compare(TOY, TOY_LABELS, rare, "nb", cv=2)] == ["counts"]
    with pytest.raises(
        ValueError, match=r"the features 'broken' cannot cut the texts into words, with .*: unterminated"
    ):
        compare(TOY, TOY_LABELS, {"broken": CountVectorizer(token_pattern="[")}, "nb", cv=2)


def test_sizes_are_those_of_pickle(few):
    own = CountVectorizer(tokenizer=lambda text: text.split(), token_pattern=None)
    found = compare(*few, {"plain": "counts", "own": own}, "nb", cv=2)
    sizes = {pair.features: pair.size for pair in found}
    assert sizes["own"] is None
    assert 10_000 < sizes["plain"] < 1_000_000
    large = compare(*few, features("hashing", n_features=2**12), ["nb", "dummy"], cv=2)
    by_classifier = {pair.classifier: pair.size for pair in large}
    assert by_classifier["nb"] - by_classifier["dummy"] > 2 * 2**12 * 8  # two numbers for each column and class


def test_times_count_what_a_pair_needs(few):
    found = compare(*few, "char", ["nb", "dummy"], cv=2)
    assert all((pair.fit_times > 0).all() and (pair.predict_times > 0).all() for pair in found)
    # A dummy learns nothing: its time is that of the features, which each pair has in full.
    assert found.seconds > max(pair.fit_times.max() for pair in found)


def test_scorings(few):
    def mine(estimator, X, y):
        return float((estimator.predict(X) == y).sum())

    found = compare(*few, "counts", "nb", cv=3, scoring={"right": mine, "share": "accuracy"})
    assert found.scoring == ["right", "share"]
    assert np.allclose(found[0].scores["right"] / found.n_test, found[0].scores["share"])
    assert compare(*few, "counts", "nb", cv=3, scoring=mine).scoring == ["mine"]
    assert compare(*few, "counts", "nb", cv=3, scoring=("f1_macro", mine)).scoring == ["f1_macro", "mine"]


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"texts": []}, ValueError, "there are no texts"),
        ({"texts": "one"}, ValueError, "string object received. Put a single document in a list"),
        ({"texts": [*TOY[:7], None]}, ValueError, "1 of 8 documents are missing, the first at position 7"),
        ({"texts": [*TOY[:7], 5]}, TypeError, "Documents must be strings, but document 7 is of type int"),
        ({"labels": None}, ValueError, "compare requires labels to be passed, but the target labels is None"),
        ({"labels": "spam"}, ValueError, "compare needs a class for each document, but labels is one string, 'spam'"),
        ({"labels": [*TOY_LABELS[:7], None]}, ValueError, "labels contains NaN or None: document 7 has no class"),
        ({"labels": [*TOY_LABELS[:7], np.nan]}, ValueError, "labels contains NaN or None: document 7 has no class"),
        ({"labels": pd.array([*TOY_LABELS[:7], pd.NA])}, ValueError, "labels contains NaN or None: document 7"),
        ({"labels": TOY_LABELS[:7]}, ValueError, "compare needs a class for each document, but 7 came for 8 documents"),
        ({"labels": ["a"] * 8}, ValueError, "all of labels is one class: 'a'. Give it documents of two classes"),
        ({"labels": np.linspace(0, 1, 8)}, ValueError, "Unknown label type: continuous"),
        ({"features": []}, ValueError, "compare: features is empty"),
        ({"classifiers": {}}, ValueError, "compare: classifiers is empty"),
        ({"features": 5}, TypeError, "features must be a list or dict of names and estimators, but it is 5"),
        ({"features": {1: "counts"}}, TypeError, "features must have names that are strings, but one is 1"),
        ({"features": ["counts", "counts"]}, ValueError, "features has 'counts' more than once"),
        ({"features": "tfidff"}, ValueError, "There are no features 'tfidff'. Did you mean 'tfidf'"),
        ({"classifiers": ["nb", "svmm"]}, ValueError, "There is no classifier 'svmm'. Did you mean 'svm'"),
        ({"features": [CountVectorizer]}, TypeError, "features must be a name or an estimator with transform"),
        ({"classifiers": [5]}, TypeError, "classifier must be a name or a classifier, but it is 5"),
        ({"features": "embedding"}, ValueError, "needs vectors"),
        ({"cv": 1}, ValueError, "k-fold cross-validation requires at least one train/test split"),
        ({"cv": "five"}, ValueError, "Expected `cv` as an integer"),
        ({"cv": []}, ValueError, "compare: cv makes no folds"),
        ({"cv": [(range(8), [])]}, ValueError, "fold 1 of 1 has 8 documents to train on and 0 to test on"),
        ({"cv": 5}, ValueError, "cv=5 folds need as many documents of some class, but the largest has 4"),
        ({"groups": [1], "cv": GroupKFold(2)}, ValueError, "inconsistent numbers of samples"),
        ({"scoring": "acuracy"}, ValueError, "there is no scoring 'acuracy'. Did you mean 'accuracy'"),
        ({"scoring": []}, ValueError, "compare: scoring is empty"),
        ({"scoring": 5}, TypeError, "scoring must be a name, a callable, or several, but it is 5"),
        ({"scoring": [5]}, TypeError, "scoring must be a name or a callable, but one is 5"),
        (
            {"scoring": lambda *_: "good"},
            ValueError,
            "must return a number, but it returned 'good'",
        ),
        ({"scoring": ["accuracy", "accuracy"]}, ValueError, "scoring has the same name more than once"),
        (
            {"random_state": -1},
            ValueError,
            "random_state must be an integer from 0 to 4294967295 or None, but it is -1",
        ),
        ({"random_state": True}, ValueError, "random_state must be an integer"),
        ({"stem": "nobody"}, ValueError, "nobody"),
    ],
)
def test_bad_input(changed, error, message):
    arguments = {"texts": TOY, "labels": TOY_LABELS, "features": "counts", "classifiers": "nb", "cv": 2}
    with pytest.raises(error, match=re.escape(message)):
        compare(**arguments | changed)


def test_a_class_with_fewer_members_than_folds_is_named():
    labels = ["spam"] * 4 + ["ham"] * 3 + ["rare"]
    with pytest.warns(UserWarning, match="the class 'rare' has 1 document, fewer than there are folds, 3") as warned:
        found = compare(TOY, labels, "counts", "nb", cv=3)
    assert [each.filename for each in warned] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_same(found, TOY, labels, cv=3)


def test_warnings_of_classifiers_are_not_lost():
    with pytest.warns(ConvergenceWarning):
        compare(TOY, TOY_LABELS, "counts", classifier("logreg", max_iter=1), cv=2)


def test_the_best_pair_is_a_pipeline(few):
    found = compare(*few, ["counts", "tfidf"], ["nb", "svm"], cv=2, random_state=0)
    best = found.best
    expected = text_classifier(
        best.features, classifier(best.classifier, random_state=0) if best.classifier == "svm" else "nb"
    )
    assert repr(best.pipeline) == repr(expected)
    assert len({id(pair.pipeline[0]) for pair in found}) == 4  # fitting one changes no other
    assert best.pipeline.fit(*few).score(*few) > 0.9
