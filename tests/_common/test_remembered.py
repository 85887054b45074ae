"""What was made of an estimator is made again when a parameter is another object, and not before."""

import gc
import pickle
import weakref

from textvec import CountVectorizer
from textvec._common.remembered import Remembered


class Estimator:
    def __init__(self, a=1, b=2):
        self.a, self.b = a, b

    def method(self):
        return 1


def counting(*attributes, **options):
    """Return what remembers sums, and the list of those it made."""
    made = []

    def add(estimator):
        made.append(estimator.a + estimator.b)
        return made[-1] if made[-1] else None

    return Remembered(add, *attributes, **options), made


def test_made_once_for_each_state():
    remembered, made = counting("a", "b")
    one, other = Estimator(), Estimator(5)
    assert [remembered(one), remembered(one), remembered(other), remembered(one)] == [3, 3, 7, 3]
    assert made == [3, 7]
    vars(one)["b"] = 2.0  # equal, and another object
    assert remembered(one) == 3.0
    one.a = -2
    assert remembered(one) is None
    assert remembered(one) is None
    assert made == [3, 7, 3.0, 0, 0]  # what is nothing is not kept


def test_methods_of_the_class_and_of_the_estimator(monkeypatch):
    remembered, made = counting("a", "b", methods=("method", "__init__"))
    one = Estimator()
    assert remembered(one) == 3
    one.method = lambda: 2
    assert remembered(one) is None
    del one.method
    assert remembered(one) == 3
    assert made == [3]
    monkeypatch.setattr(Estimator, "method", lambda self: 3)
    assert remembered(one) == 3
    assert made == [3, 3]


def test_nothing_is_kept_in_the_estimator_or_keeps_it():
    remembered, _ = counting("a", "b")
    one = Estimator()
    remembered(one)
    assert vars(one) == {"a": 1, "b": 2}
    assert vars(pickle.loads(pickle.dumps(one))) == vars(one)
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None
    assert not remembered._known


class Owner:
    def __init__(self):
        self.vectorizer = CountVectorizer(tokenizer=self.cut, token_pattern=None).fit(["a few words"])

    def cut(self, text):
        return text.split()


def test_an_estimator_that_its_parameters_refer_to_goes_with_its_owner():
    owner = Owner()
    owner.vectorizer.transform(["few words"])
    gone = weakref.ref(owner)
    del owner
    gc.collect()
    assert gone() is None


class Compared(CountVectorizer):
    def __eq__(self, other):
        return self is other


def test_an_estimator_that_has_no_hash():
    assert Compared().fit(["a few words"]).transform(["few words"]).toarray().tolist() == [[1, 1]]
