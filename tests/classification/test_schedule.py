"""Jobs in threads, and which estimators are fitted by one thread at a time."""

import threading
import time

import numpy as np
import pytest
from sklearn import config_context, get_config
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier
from sklearn.feature_selection import SelectFromModel
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC, LinearSVC

from support.compare import threads
from textvec import CountVectorizer
from textvec._common.threads import n_threads
from textvec.classification import NBSVMClassifier, by_name, classifier, features
from textvec.classification._schedule import Job, run_jobs
from textvec.classification._thread_safety import must_be_alone


@pytest.mark.parametrize("n", [1, 2, 5])
def test_all_jobs_run_once(n):
    done, made = [], []

    def make(i):
        made.append(i)
        return [Job(lambda j=j: done.append((i, j)), alone=j == 0) for j in range(3)]

    with threads(n):
        run_jobs([Job(lambda i=i: make(i)) for i in range(20)], 60)
    assert sorted(done) == [(i, j) for i in range(20) for j in range(3)]
    assert sorted(made) == list(range(20))


def test_without_jobs():
    with threads(3):
        run_jobs([], 0)
        run_jobs([Job(lambda: [])], 1)


def test_jobs_run_at_the_same_time():
    """Each waits for the other, which fails if they come one after the other."""
    both = threading.Barrier(2, timeout=60)

    def wait():
        both.wait()

    with threads(2):
        run_jobs([Job(lambda: [Job(wait), Job(wait)])], 2)


def test_some_run_alone():
    running, most = [], []

    def use():
        running.append(1)
        most.append(len(running))
        time.sleep(0.001)
        running.pop()

    with threads(4):
        run_jobs([Job(lambda: [Job(use, alone=True) for _ in range(4)]) for _ in range(8)], 40)
    assert len(most) == 32
    assert max(most) == 1


def test_what_is_made_is_used_before_more_is_made():
    alive, most = set(), []

    def make(i):
        alive.add(i)
        most.append(len(alive))
        left = [3]

        def use():
            time.sleep(0.0005)
            left[0] -= 1
            if not left[0]:
                alive.discard(i)

        return [Job(use, alone=True) for _ in range(3)]

    with threads(2):
        run_jobs([Job(lambda i=i: make(i)) for i in range(12)], 36)
    assert not alive
    assert max(most) <= 3 + 1  # one more may just have been used up


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt])
@pytest.mark.parametrize("n", [1, 3])
def test_an_error_ends_it(n, error):
    begun = []

    def fail():
        raise error("lost")

    def make(i):
        begun.append(i)
        time.sleep(0.001)
        return [Job(fail)] if i == 2 else []

    with threads(n), pytest.raises(error, match="lost"):
        run_jobs([Job(lambda i=i: make(i)) for i in range(500)], 500)
    assert len(begun) < 400


def test_threads_work_as_the_caller_would():
    seen = []

    def look():
        seen.append((get_config()["assume_finite"], np.geterr()["over"], n_threads(), threading.get_ident()))

    with threads(2), config_context(assume_finite=True), np.errstate(over="raise"):
        run_jobs([Job(lambda: [Job(look)]) for _ in range(4)], 4)
    assert {each[:3] for each in seen} == {(True, "raise", 1)}
    assert threading.get_ident() not in {each[3] for each in seen}


def test_few_jobs_have_all_cores():
    seen = []
    with threads(4):
        run_jobs([Job(lambda: seen.append(n_threads()))] * 2, 2)
    assert seen == [min(2, n_threads())] * 2


def test_what_uses_liblinear_is_fitted_alone():
    alone = {name for name in by_name.CLASSIFIERS if must_be_alone(classifier(name))}
    assert alone == {"svm", "nbsvm"}
    assert not any(must_be_alone(features(name)) for name in by_name.FEATURES if name != "embedding")


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(solver="liblinear"),
        SVC(probability=True),
        CalibratedClassifierCV(),
        OneVsRestClassifier(LinearSVC()),
        GridSearchCV(make_pipeline(NBSVMClassifier()), {}),
        VotingClassifier([("a", LogisticRegression()), ("b", LinearSVC())]),
        make_pipeline(CountVectorizer(), SelectFromModel(LinearSVC())),
        type("Other", (LogisticRegression,), {"__module__": "elsewhere.models"})(),
    ],
)
def test_parts_that_use_liblinear_are_found(estimator):
    assert must_be_alone(estimator)


def test_what_need_not_be_alone():
    assert not must_be_alone(OneVsRestClassifier(LogisticRegression()))
    assert not must_be_alone(SVC())
