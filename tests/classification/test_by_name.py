import inspect
import re
import sys

import pytest
from sklearn.base import is_classifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.svm import SVC, LinearSVC
from sklearn.utils.discovery import all_estimators

from textvec import BM25Weighting, CountVectorizer, EmbeddingVectorizer, TfidfVectorizer, WordVectors
from textvec.classification import NBSVMClassifier, by_name, classifier, features

VECTORS = WordVectors(["a", "b"], [[1.0, 0.0], [0.0, 1.0]])


@pytest.mark.parametrize("name", by_name.CLASSIFIERS)
def test_a_classifier_has_its_name_its_defaults_and_those_of_its_class(name):
    model = classifier(name)
    part = by_name.CLASSIFIERS[name]
    assert is_classifier(model)
    assert type(model) is part.cls
    assert model.get_params() == {**part.cls().get_params(), **part.params}


@pytest.mark.parametrize("function", [classifier, features])
def test_the_table_in_the_docstring_has_every_name(function):
    known = by_name.CLASSIFIERS if function is classifier else by_name.FEATURES
    table = re.sub(r"\n {20,}", " ", inspect.getdoc(function))  # rows of two lines
    rows = [line for line in table.splitlines() if line.startswith('"')]
    assert [row.split()[0] for row in rows] == [f'"{name}"' for name in known]
    for row, part in zip(rows, by_name.CLASSIFIERS.values(), strict=True) if function is classifier else ():
        shown = ", ".join(f"{name}={value!r}" for name, value in part.params.items()).replace("'", '"')
        assert row.split("`")[1] == part.cls.__name__
        assert row.split("`")[2].strip() == shown


def test_parameters_are_those_of_the_class():
    assert repr(classifier("svm", C=0.5)) == repr(LinearSVC(C=0.5))
    assert classifier("logreg", C=1, max_iter=5).get_params() == LogisticRegression(C=1, max_iter=5).get_params()
    assert repr(classifier("nbsvm", interpolation=0.5)) == repr(NBSVMClassifier(interpolation=0.5))
    assert isinstance(classifier("passive-aggressive", eta0=0.5), SGDClassifier)


def test_each_call_makes_another():
    assert classifier("svm") is not classifier("svm")
    assert features("bm25").named_steps["counts"] is not features("bm25").named_steps["counts"]


@pytest.mark.parametrize(
    ("name", "expected"), [("sklearn.svm.SVC", SVC), ("sklearn.linear_model.SGDClassifier", SGDClassifier)]
)
def test_a_dotted_name(name, expected):
    assert type(classifier(name)) is expected
    assert classifier(name).get_params() == expected().get_params()


def test_every_classifier_of_scikit_learn_has_a_dotted_name():
    named = {cls for _, cls in all_estimators("classifier")}
    found = {by_name._of_sklearn(f"{cls.__module__.rsplit('._', 1)[0]}.{cls.__name__}") for cls in named}
    assert found == named


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "logregg",
            r"There is no classifier 'logregg'\. Did you mean 'logreg'\? There are nb, complement-nb, .*dummy\.",
        ),
        ("SVM", "Did you mean 'svm'"),
        ("LogisticRegression", r"There is no classifier 'LogisticRegression'\. Did you mean 'logreg'\? There are nb"),
        ("random-forest", r"Did you mean 'forest'\?.* have a dotted name, such as 'sklearn\.svm\.SVC'\."),
        ("xyz", r"There is no classifier 'xyz'\. There are nb"),
        ("", "There is no classifier ''"),
        ("sklearn.svm.SVR", r"sklearn\.svm\.SVR is no classifier\. .*There are LinearSVC, NuSVC, SVC\."),
        ("sklearn.svm.svc", r"sklearn\.svm has no 'svc'\. Did you mean 'SVC'\?"),
        ("sklearn.svm._base.BaseSVC", "only those of scikit-learn are made"),
        ("sklearn.svm.l1_min_c", r"sklearn\.svm\.l1_min_c is no classifier"),
        ("sklearn.svm", "only those of scikit-learn are made"),
        ("os.system", r"only those of scikit-learn are made, such as 'sklearn\.svm\.SVC', from sklearn\.calibration"),
        ("textvec.classification.NBSVMClassifier", "only those of scikit-learn are made"),
        (".SVC", "There is no classifier '.SVC'"),
    ],
)
def test_what_is_no_classifier_is_refused(name, message):
    with pytest.raises(ValueError, match=message):
        classifier(name)


def test_nothing_else_is_imported(tmp_path, monkeypatch):
    (tmp_path / "strange_module.py").write_text("class Model: ...")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("strange_module.Model", "sklearn.experimental.enable_halving_search_cv.X"):
        with pytest.raises(ValueError, match="only those of scikit-learn are made"):
            classifier(name)
    assert "strange_module" not in sys.modules


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: classifier("svm", c=1),
            r"classifier\('svm'\) has no parameter 'c'\. Did you mean 'C'\? There are .*C, ",
        ),
        (lambda: classifier("sklearn.svm.SVC", kernal="rbf"), "Did you mean 'kernel'"),
        (
            lambda: features("tfidf", ngrams=(1, 2)),
            r"features\('tfidf'\) has no parameter 'ngrams'.*There are .*min_df",
        ),
        (lambda: features("bm25", k=1), r"has no parameter 'k'\..*k1"),
        (lambda: features("bm25", weights__k1=1), "has no parameter 'weights__k1'"),
        (lambda: features("bm25", counts__k1=1), "has no parameter 'counts__k1'"),
        (
            lambda: features("tf-idf"),
            r"There are no features 'tf-idf'\. Did you mean 'tfidf'\? There are counts, binary",
        ),
        (lambda: classifier("sklearn.ensemble.VotingClassifier"), r"needs estimators\. Pass estimators=\.\.\."),
        (lambda: features("embedding"), r"needs vectors: a fitted Word2Vec, or WordVectors\.read\(file\)"),
    ],
)
def test_what_there_is_not_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_features_are_plain_estimators():
    assert repr(features("counts")) == repr(CountVectorizer())
    assert repr(features("binary", min_df=2)) == repr(CountVectorizer(binary=True, min_df=2))
    assert repr(features("tfidf")) == repr(TfidfVectorizer())
    assert isinstance(features("embedding", vectors=VECTORS), EmbeddingVectorizer)
    assert isinstance(features("nb"), Pipeline)
    assert isinstance(features("words+char"), FeatureUnion)


def test_parameters_go_to_each_step_that_has_them():
    both = features("words+char", min_df=2, words__ngram_range=(1, 2))
    words, char = (part for _, part in both.transformer_list)
    assert (words.min_df, char.min_df) == (2, 2)
    assert (words.ngram_range, char.ngram_range) == ((1, 2), (2, 5))
    bm25 = features("bm25", k1=2.0, ngram_range=(1, 2), counts__min_df=3)
    assert repr(bm25.named_steps) == repr(
        {"counts": CountVectorizer(ngram_range=(1, 2), min_df=3), "weighting": BM25Weighting(k1=2.0)}
    )


def test_plain_tfidf_and_logreg_sort_the_messages(messages, labels):
    model = make_pipeline(features("tfidf"), classifier("logreg"))
    assert cross_val_score(model, messages, labels, cv=StratifiedKFold(10, shuffle=True, random_state=0)).mean() > 0.95
