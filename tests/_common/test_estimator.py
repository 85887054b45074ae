"""What text estimators tell scikit-learn, and what a failed call leaves behind."""

import pytest
from sklearn.utils import get_tags

import textvec
from textvec._common.estimator import unchanged_on_error

TEXT = [
    "Chunker", "CountVectorizer", "EmbeddingVectorizer", "HashingVectorizer", "Lemmatizer", "OneHotVectorizer",
    "Phrases", "SequenceEncoder", "Stemmer", "StopWords", "TfidfVectorizer", "Tokenizer", "Word2Vec",
]  # fmt: skip
NOT_TEXT = ["BM25Weighting", "NBWeighting", "TfidfWeighting"]


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
