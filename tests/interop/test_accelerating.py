import pickle
import warnings
from io import BytesIO
from types import SimpleNamespace

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn.feature_extraction.text as sk
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.datasets import make_classification
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    TunedThresholdClassifierCV,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer
from sklearn.semi_supervised import SelfTrainingClassifier

import textvec
from support import strategies
from support.compare import assert_same_outcome, outcome
from support.oracle import COUNT, TFIDF, Case
from textvec.classification import TextClassifier
from textvec.explanation import explain
from textvec.interop import AccelerationReport

PEERS = (sk.CountVectorizer, sk.TfidfVectorizer, sk.HashingVectorizer)
HASHING = {
    "default": Case({"n_features": 2**10}),
    "plain": Case({"n_features": 50, "norm": None, "alternate_sign": False, "ngram_range": (1, 2)}),
    "characters": Case({"n_features": 50, "norm": "l1", "analyzer": "char_wb", "binary": True, "dtype": np.float32}),
}
CASES = {
    f"{peer.__name__}: {name}": (peer, case)
    for peer, cases in zip(PEERS, (COUNT, TFIDF, HASHING), strict=True)
    for name, case in cases.items()
    if not name.startswith(("pattern ", "max_", "min_", "pruned"))  # of these, `transform` knows nothing
}
C = {"logisticregression__C": [0.1, 10.0]}


def plain(**params):
    return make_pipeline(sk.TfidfVectorizer(**params), LogisticRegression())


def dumped(model):
    return pickle.dumps(model)


def accelerated(model):
    """Return what becomes of a model that nothing is left of and nothing happens to."""
    before = dumped(model)
    fast, report = textvec.accelerate(model, report=True)
    assert dumped(model) == before
    assert not report.left
    assert len(report)
    return fast


@pytest.mark.parametrize(("peer", "case"), CASES.values(), ids=CASES)
def test_vectorizers_have_the_same_matrix(peer, case, messages, hostile, tmp_path):
    texts = [*messages[:60], *hostile]
    theirs = peer(**case.params)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs.fit(case.prepare(texts[:80], tmp_path))
    state = {name: id(value) for name, value in vars(theirs).items()}
    ours = textvec.accelerate(theirs)
    assert {name: id(value) for name, value in vars(theirs).items()} == state
    assert type(ours) is getattr(textvec, peer.__name__)
    assert ours.get_params(deep=False) == {"missing": "error", **vars(clone(ours)), **theirs.get_params(deep=False)}
    found, expected = (outcome(each.transform, case.prepare(texts[20:], tmp_path)) for each in (ours, theirs))
    assert_same_outcome(found, expected, 0 if peer is sk.CountVectorizer else 1e-6 if "32" in str(case) else 1e-12)
    if hasattr(theirs, "vocabulary_"):
        assert ours.vocabulary_ == theirs.vocabulary_
        assert ours.vocabulary_ is not theirs.vocabulary_
        assert ours.fixed_vocabulary_ == theirs.fixed_vocabulary_


@given(texts=st.lists(strategies.documents, min_size=1), low=st.integers(1, 2), char=st.booleans())
@settings(max_examples=15)
def test_any_text(texts, low, char):
    params = {"analyzer": "char" if char else "word", "ngram_range": (low, 2), "token_pattern": r"\S+"}
    theirs, _ = outcome(sk.TfidfVectorizer(**params).fit, texts)
    if not isinstance(theirs, Exception):
        ours = textvec.accelerate(theirs)
        assert_same_outcome(outcome(ours.transform, texts), outcome(theirs.transform, texts), 1e-12)


def columns():
    return ColumnTransformer(
        [("title", sk.CountVectorizer(), "title"), ("body", make_pipeline(sk.TfidfVectorizer(min_df=2)), "body")],
        remainder="passthrough",
    )


def two_columns(texts):
    return pd.DataFrame({"title": texts, "body": texts[::-1], "length": list(map(len, texts))})


def as_column(texts):
    return np.array(texts, object)[:, None]


MODELS = {
    "Pipeline": plain(ngram_range=(1, 2), stop_words=["the", "a"]),
    "counts and weights": make_pipeline(sk.CountVectorizer(), sk.TfidfTransformer(), MultinomialNB()),
    "FeatureUnion": make_pipeline(
        make_union(sk.HashingVectorizer(n_features=99), make_union(sk.CountVectorizer())),
        TruncatedSVD(5, random_state=0),
        LogisticRegression(),
    ),
    "GridSearchCV": GridSearchCV(plain(), C, cv=2),
    "GridSearchCV of vectorizers": GridSearchCV(
        plain(), {"tfidfvectorizer": [sk.TfidfVectorizer(), sk.CountVectorizer(binary=True)]}, cv=2
    ),
    "RandomizedSearchCV": RandomizedSearchCV(plain(), C, n_iter=2, cv=2, random_state=0),
    "HalvingGridSearchCV": HalvingGridSearchCV(plain(), C, cv=2, random_state=0),
    "CalibratedClassifierCV": CalibratedClassifierCV(plain(), cv=2),
    "VotingClassifier": VotingClassifier([("a", plain()), ("b", plain(analyzer="char"))], voting="soft"),
    "StackingClassifier": StackingClassifier([("a", plain()), ("b", plain(binary=True))], cv=2),
    "BaggingClassifier": BaggingClassifier(
        make_pipeline(FunctionTransformer(np.ravel), plain()), n_estimators=3, random_state=0
    ),
    "OneVsRestClassifier": OneVsRestClassifier(plain()),
    "SelfTrainingClassifier": make_pipeline(sk.CountVectorizer(), SelfTrainingClassifier(LogisticRegression())),
    "TunedThresholdClassifierCV": TunedThresholdClassifierCV(plain(), cv=2),
    "ColumnTransformer": make_pipeline(columns(), MultinomialNB()),
    "nested": GridSearchCV(
        Pipeline([("all", VotingClassifier([("a", CalibratedClassifierCV(plain(), cv=2))]))]),
        {"all__voting": ["hard", "soft"]},
        cv=2,
    ),
}
INPUTS = {"BaggingClassifier": as_column, "ColumnTransformer": two_columns}


@pytest.mark.filterwarnings("ignore:y contains no unlabeled samples")
@pytest.mark.parametrize("name", MODELS)
def test_models_decide_the_same(name, messages, labels):
    X, y = INPUTS.get(name, list)(messages[:60]), np.array([label == "spam" for label in labels[:60]], int)
    model = clone(MODELS[name]).fit(X, y)
    fast = accelerated(model)
    assert set(map(type, vectorizers_of(fast))) <= {getattr(textvec, peer.__name__) for peer in PEERS}
    assert len(vectorizers_of(fast)) == len(vectorizers_of(model))
    more = INPUTS.get(name, list)(messages[40:100])
    for method in ("predict", "predict_proba", "decision_function", "transform"):
        if hasattr(model, method):
            np.testing.assert_array_equal(getattr(fast, method)(more), getattr(model, method)(more), strict=True)
    assert isinstance(fast, type(model))
    again = pickle.loads(pickle.dumps(fast))
    np.testing.assert_array_equal(again.predict(more), model.predict(more))
    assert not {*map(type, vectorizers_of(clone(fast).fit(X, y)))} & {*PEERS}


def vectorizers_of(model):
    """Return the vectorizers that a pickle of a model holds."""
    found = []

    class Finding(pickle.Pickler):
        def reducer_override(self, value):
            if isinstance(value, PEERS):
                found.append(value)
            return NotImplemented

    Finding(BytesIO()).dump(model)
    return found


def test_several_outputs_and_targets_that_are_numbers(messages):
    lengths = np.array(list(map(len, messages[:60])))
    both = MultiOutputClassifier(plain()).fit(messages[:60], np.column_stack([lengths > 60, lengths > 90]))
    np.testing.assert_array_equal(accelerated(both).predict(messages), both.predict(messages))
    regression = TransformedTargetRegressor(
        make_pipeline(sk.TfidfVectorizer(), Ridge()), func=np.sqrt, inverse_func=np.square
    )
    regression.fit(messages[:60], lengths)
    np.testing.assert_allclose(accelerated(regression).predict(messages), regression.predict(messages), rtol=1e-12)


@pytest.fixture
def model(messages, labels):
    return plain().fit(messages[:60], labels[:60])


def test_what_is_one_object_stays_one_and_what_is_large_is_shared(model):
    vectorizer, classifier = model[0], model[1]
    union = FeatureUnion([("a", vectorizer), ("b", make_pipeline(vectorizer))])
    fast = accelerated(union)
    assert fast["a"] is fast["b"][0]
    assert fast["a"].idf_ is vectorizer.idf_
    assert accelerated(model)[1] is not classifier
    assert accelerated(model)[1].coef_ is classifier.coef_
    frozen = accelerated(FrozenEstimator(model))
    assert type(frozen) is FrozenEstimator
    assert frozen[0].idf_ is vectorizer.idf_


class Holder(BaseEstimator):
    """An estimator of somebody's, which holds others its own way."""

    def __init__(self, inner=None):
        self.inner = inner

    def fit(self, X, y=None):
        self.fitted_ = True
        return self


def test_circles_end(model):
    held = []
    holder = Holder({"one": (model, held), "array": np.array([model, None, "text"], object)}).fit([])
    held.append(held)
    held += [holder, holder.inner["one"]]
    fast, report = textvec.accelerate(holder, report=True)
    assert fast is not holder
    inner = fast.inner["one"][1]
    assert inner[0] is inner
    assert inner[1] is fast
    assert inner[2] is fast.inner["one"]
    assert fast.inner["one"][0] is fast.inner["array"][0]
    assert type(fast.inner["array"][0][0]) is textvec.TfidfVectorizer
    assert type(held[1].inner["one"][0][0]) is sk.TfidfVectorizer
    assert [each.where for each in report] == [".inner['one'][0]['tfidfvectorizer']"]


def test_pipelines_that_classify_become_text_classifiers(model, messages):
    assert type(accelerated(model)) is TextClassifier
    assert type(accelerated(Pipeline(model.steps[:1]))) is Pipeline


def test_reports_and_templates(messages, labels):
    search = GridSearchCV(plain(), C, cv=2).fit(messages[:60], labels[:60])
    _, report = textvec.accelerate(search, report=True)
    assert [(each.where, each.replaced, each.note) for each in report] == [
        (".estimator['tfidfvectorizer']", True, "not fitted"),
        (".best_estimator_['tfidfvectorizer']", True, ""),
    ]
    assert repr(report).splitlines()[2] == "  .best_estimator_['tfidfvectorizer']: TfidfVectorizer, replaced"
    assert "<td" in report._repr_html_()
    assert isinstance(report[:1], AccelerationReport)
    assert repr(AccelerationReport(list(report) * 20)).endswith("and 20 more vectorizers")


class Own(sk.TfidfVectorizer):
    """A vectorizer that counts its own way."""

    def build_analyzer(self):
        return str.split


def test_what_cannot_be_carried_is_left_and_named(messages):
    counts, weights = sk.CountVectorizer, sk.TfidfVectorizer
    left = {
        "own": Own(),
        "method": counts(),
        "weights": weights(),
        "old": weights(),
        "columns": counts(),
        "size": sk.HashingVectorizer(n_features=9),
        "replaced": counts(),
    }
    union = FeatureUnion(list(left.items())).fit(messages[:60])
    left["method"].build_tokenizer = lambda: str.split
    left["weights"]._tfidf = SimpleNamespace(transform=lambda X, copy: X)
    del left["old"]._tfidf.idf_  # as in a pickle of scikit-learn 1.2, which had _idf_diag
    left["columns"].vocabulary_ = {"a": -1}
    left["size"].n_features = True
    fast, report = textvec.accelerate(union, report=True)
    notes = {each.where: each.note for each in report.left}
    assert list(notes) == [f"[{name!r}]" for name in list(left)[:-1]]
    assert "Own is a class of its own" in notes["['own']"]
    assert notes["['method']"] == "its method build_tokenizer was replaced"
    assert "SimpleNamespace" in notes["['weights']"]
    assert "fit it again" in notes["['old']"]
    assert "'a' has -1" in notes["['columns']"]
    assert "n_features" in notes["['size']"]
    assert [type(fast[name]) for name in list(left)[:-1]] == [type(left[name]) for name in list(left)[:-1]]
    assert type(fast["replaced"]) is textvec.CountVectorizer
    with pytest.warns(UserWarning, match=r"cannot be replaced \(\['own'\]: .*Own is a class of its own"):
        textvec.accelerate(make_pipeline(left["own"]).set_params(steps=[("own", left["own"])]))


def test_state_of_an_older_version(model, messages):
    """Attributes that are newer than the pickle have their defaults; those that are gone are not carried."""
    state = vars(model[0])
    state["stop_words_"] = {"of", "an"}
    for newer in ("sublinear_tf", "binary"):
        del state[newer]
    del vars(model)["transform_input"]
    state["stop_words"] = {"the", "a"}  # which `fit` took, once
    fast, report = textvec.accelerate(model, report=True)
    assert not report.left
    assert not fast[0].sublinear_tf
    assert fast[0].stop_words == {"the", "a"}
    assert not hasattr(fast[0], "stop_words_")
    state["binary"] = False
    np.testing.assert_array_equal(fast.predict(messages[:9]), model.predict(messages[:9]))


def test_a_vocabulary_that_was_changed(messages):
    theirs = sk.CountVectorizer().fit(messages)
    theirs.vocabulary_ = {"free": 4, "the": 2, "win": 2, 3: 0, "you": 1}
    ours = textvec.accelerate(theirs)
    assert_same_outcome(outcome(ours.transform, messages), outcome(theirs.transform, messages))
    theirs.vocabulary_["prize"] = 3
    assert "prize" not in ours.vocabulary_
    given = sk.CountVectorizer(vocabulary=["free", "win"])  # which transforms without `fit`
    X = textvec.accelerate(given).transform(messages)
    assert (given.transform(messages) != X).nnz == 0


def test_attributes_come_along(messages):
    theirs = columns().fit(two_columns(messages[:60]))
    theirs.named_transformers_["title"].note = "mine"
    theirs.named_transformers_["body"][0]._metadata_request = theirs.get_metadata_routing()
    ours = accelerated(theirs)
    assert ours.feature_names_in_ is theirs.feature_names_in_
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    assert ours.named_transformers_["title"].note == "mine"
    assert hasattr(ours.named_transformers_["body"][0], "_metadata_request")
    assert (ours.transform(two_columns(messages)) != theirs.transform(two_columns(messages))).nnz == 0


def test_accelerated_models_are_saved_and_explained(model, messages, tmp_path):
    fast, wanted = accelerated(model), model.predict(messages)
    textvec.save(fast, tmp_path / "model.textvec")
    joblib.dump(fast, tmp_path / "model.joblib")
    for again in textvec.load(tmp_path / "model.textvec"), joblib.load(tmp_path / "model.joblib"):
        np.testing.assert_array_equal(again.predict(messages), wanted)
    assert explain(fast, messages[0]).label == wanted[0]


def test_nothing_to_replace(model):
    X, y = make_classification(random_state=0)
    numbers = LogisticRegression().fit(X, y)
    with pytest.warns(UserWarning, match="LogisticRegression transforms by: it has no fitted text vectorizer"):
        same = textvec.accelerate(numbers)
    assert same is not numbers
    np.testing.assert_array_equal(same.predict(X), numbers.predict(X))
    with pytest.warns(UserWarning, match="package's vectorizers already"):
        textvec.accelerate(textvec.accelerate(model))
    assert textvec.accelerate(numbers, report=True)[1] == []


def test_a_model_that_is_not_fitted(model):
    for unfitted, what in (
        (plain(), "this Pipeline is not fitted"),
        (GridSearchCV(plain(), C), "this GridSearchCV is not fitted"),
        (sk.CountVectorizer(), "its CountVectorizer is not fitted"),
        (sk.TfidfVectorizer(vocabulary=["a"]), "its TfidfVectorizer is not fitted"),
        (make_pipeline(sk.TfidfVectorizer(), model[1]), r"its TfidfVectorizer, \['tfidfvectorizer'\], is not fitted"),
    ):
        with pytest.raises(NotFittedError, match=what):
            textvec.accelerate(unfitted)


@pytest.mark.parametrize("given", ["text", None, sk.CountVectorizer, [sk.CountVectorizer()]], ids=str)
def test_what_is_no_estimator(given):
    with pytest.raises(TypeError, match="accelerate expects a fitted estimator"):
        textvec.accelerate(given)


@pytest.mark.parametrize("has_vectorizer", [True, False])
def test_fitting_the_copy_leaves_the_model_as_it_was(has_vectorizer):
    texts, labels = ["win a free prize", "free entry", "lunch at noon", "see you"] * 5, [1, 1, 0, 0] * 5
    model = make_pipeline(sk.TfidfVectorizer(), TruncatedSVD(2, random_state=0), LogisticRegression()).fit(
        texts, labels
    )
    if not has_vectorizer:
        model = textvec.accelerate(model)
    before, decided = pickle.dumps(model), model.predict_proba(texts)
    fast, _ = textvec.accelerate(model, report=True)
    assert fast[-1] is not model[-1]
    assert fast[-1].coef_ is model[-1].coef_
    fast.set_params(logisticregression__C=7.0, truncatedsvd__n_components=3)
    fast.fit(["other words altogether", "and more of them", "nothing that was there"], [0, 1, 1])
    assert pickle.dumps(model) == before
    np.testing.assert_array_equal(model.predict_proba(texts), decided)
