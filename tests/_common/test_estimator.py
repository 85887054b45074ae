"""What text estimators tell scikit-learn, and what a failed call leaves behind."""

import pytest
from sklearn.base import clone
from sklearn.utils import get_tags

import textvec
from textvec._common.estimator import DeferredEstimator, unchanged_on_error

TEXT = [
    "Chunker", "CountVectorizer", "EmbeddingVectorizer", "HashingVectorizer", "Lemmatizer", "OneHotVectorizer",
    "Phrases", "SequenceEncoder", "Stemmer", "StopWords", "TfidfVectorizer", "Tokenizer", "Word2Vec",
]  # fmt: skip
NOT_TEXT = ["BM25Weighting", "NBWeighting", "TfidfWeighting"]


class Deferred(DeferredEstimator):
    def __init__(self, a=1, *, inner=None):
        self.a = a
        self.inner = inner

    def fit(self, X):
        return self


def tags_of(name):
    cls = getattr(textvec, name)
    return get_tags(cls(textvec.WordVectors(["a"], [[1.0]])) if name == "EmbeddingVectorizer" else cls())


@pytest.mark.parametrize("name", TEXT)
def test_text_estimators_say_so(name):
    tags = tags_of(name)
    assert tags.input_tags.string
    assert not tags.input_tags.two_d_array


@pytest.mark.parametrize("name", NOT_TEXT)
def test_others_do_not(name):
    assert not tags_of(name).input_tags.string


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failed_call_changes_nothing(error):
    class Estimator:
        def fit(self):
            with unchanged_on_error(self):
                self.a, self.b = 2, 3
                raise error

    estimator = Estimator()
    estimator.a = 1
    with pytest.raises(error):
        estimator.fit()
    assert vars(estimator) == {"a": 1}


def test_parameters_of_a_deferred_estimator():
    estimator = Deferred(inner=textvec.CountVectorizer(min_df=2))
    assert estimator.get_params(deep=False) == {"a": 1, "inner": estimator.inner}
    assert estimator.get_params()["inner__min_df"] == 2
    assert clone(estimator).set_params(a=3, inner__min_df=4).get_params()["inner__min_df"] == 4
    other = textvec.HashingVectorizer()
    assert estimator.set_params(inner__n_features=8, inner=other).inner.n_features == 8
    assert Deferred(inner=textvec.CountVectorizer).get_params().keys() == {"a", "inner"}, "a class has no parameters"


@pytest.mark.parametrize("wrong", [{"b": 1}, {"a__b": 1}, {"inner__nonsense": 1}, {"a": 2, "c": 1}])
def test_parameters_that_are_none(wrong):
    estimator = Deferred(inner=textvec.CountVectorizer())
    with pytest.raises(ValueError, match=r"Deferred has no parameter '.*'; it has a, inner, inner__analyzer"):
        estimator.set_params(**wrong)
    assert estimator.a == 1


def test_an_index_says_what_it_takes():
    texts, matrices = get_tags(textvec.CosineIndex()), get_tags(textvec.CosineIndex("precomputed"))
    assert (texts.input_tags.string, texts.input_tags.two_d_array, texts.input_tags.sparse) == (True, False, False)
    assert (matrices.input_tags.string, matrices.input_tags.two_d_array, matrices.input_tags.sparse) == (
        False, True, True,
    )  # fmt: skip
