"""The public functions: partial of each part, merge in any order, finish; equal to one fit."""

import numpy as np
import pytest
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import make_pipeline

from support.parts import N_PARTS, cut, differences
from textvec import (
    BM25Weighting,
    CountVectorizer,
    HashingVectorizer,
    NBWeighting,
    OneHotVectorizer,
    TfidfVectorizer,
    TfidfWeighting,
    Tokenizer,
    Word2Vec,
)
from textvec.datasets import load_messages
from textvec.distributed import finish, merge, partial, passes, state_from_bytes, state_to_bytes, sums

DATA = load_messages()
TEXTS, LABELS = DATA.data[:80], np.asarray(DATA.target[:80])
COUNTS = CountVectorizer().fit_transform(TEXTS)
OF_TEXTS = [
    CountVectorizer(min_df=2, max_df=0.5, ngram_range=(1, 2)),
    CountVectorizer(max_features=20),
    TfidfVectorizer(min_df=0.05, sublinear_tf=True),
    OneHotVectorizer(),
]
OF_COUNTS = [
    TfidfWeighting(),
    TfidfWeighting(norm="pivoted"),
    TfidfWeighting.smart("lnu.ltc"),
    BM25Weighting("bm25l"),
    NBWeighting(),
]


def fitted(estimator, X, y, n_parts):
    for _ in range(passes(estimator)):
        states = [
            partial(estimator, X[p], y[p] if isinstance(estimator, NBWeighting) else None) for p in cut(80, n_parts)
        ]
        while len(states) > 1:
            states = [merge(estimator, states[i : i + 4]) for i in range(0, len(states), 4)][::-1]
        estimator = finish(estimator, merge(estimator, states))
    return estimator


@pytest.mark.parametrize("n_parts", N_PARTS)
@pytest.mark.parametrize("estimator", [*OF_TEXTS, *OF_COUNTS], ids=repr)
def test_equal_to_one_fit(estimator, n_parts):
    X = TEXTS if estimator in OF_TEXTS else COUNTS
    before = dict(vars(estimator))
    made = fitted(estimator, X, LABELS, n_parts)
    assert vars(estimator) == before
    reference = estimator.__class__(**estimator.get_params(deep=False)).fit(X, LABELS)
    tested = TEXTS if estimator in OF_TEXTS else COUNTS
    assert differences(made.transform(tested), reference.transform(tested)) == []
    assert made.get_feature_names_out().tolist() == reference.get_feature_names_out().tolist()
    if estimator in OF_COUNTS:
        assert differences(made, reference) == []


def test_what_a_fitted_estimator_has_learnt_is_forgotten():
    old = TfidfVectorizer().fit(["other words"])
    assert finish(old, partial(old, ["good food"])).get_feature_names_out().tolist() == ["food", "good"]
    assert old.get_feature_names_out().tolist() == ["other", "words"]


def test_number_of_passes():
    assert [passes(e) for e in (Tokenizer(), HashingVectorizer(), CountVectorizer())] == [0, 0, 1]
    assert passes(TfidfWeighting(queries=TfidfWeighting(norm="pivoted"))) == 2


@pytest.mark.parametrize(
    ("estimator", "way"),
    [
        (Word2Vec(), "Train it on a sample, or on one large machine, and give its vectors_"),
        (SGDClassifier(), "call partial_fit"),
        (make_pipeline(CountVectorizer()), "fit takes pipelines"),
        (Tokenizer(), "learns nothing from documents"),
        (TfidfVectorizer, "Give it an object"),
        (object(), "does not learn by sums"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_does_not_learn_by_sums(estimator, way):
    for call in (lambda: partial(estimator, []), lambda: merge(estimator, []), lambda: finish(estimator, None)):
        with pytest.raises(TypeError, match=way):
            call()


def test_states_that_do_not_belong_together(monkeypatch):
    counter, pivoted = CountVectorizer(), TfidfWeighting(norm="pivoted")
    state = partial(counter, ["good"])
    with pytest.raises(ValueError, match="merge expected one state or more"):
        merge(counter, iter([]))
    with pytest.raises(ValueError, match="made for CountVectorizer, and cannot be given to TfidfWeighting"):
        merge(pivoted, [state])
    with pytest.raises(TypeError, match="but dict came"):
        finish(counter, {})
    first = partial(pivoted, np.eye(2))
    begun = finish(pivoted, first)
    with pytest.raises(ValueError, match="different passes"):
        merge(begun, [partial(begun, np.eye(2)), first])
    monkeypatch.setattr(sums, "__version__", "9")
    with pytest.raises(ValueError, match="Install one version on all machines"):
        finish(counter, state)


def test_states_as_bytes():
    vectorizer = CountVectorizer()
    halves = [state_to_bytes(partial(vectorizer, part)) for part in (TEXTS[:30], TEXTS[30:])]
    state = merge(vectorizer, map(state_from_bytes, [bytearray(halves[0]), memoryview(halves[1])]))
    assert finish(vectorizer, state).vocabulary_ == CountVectorizer().fit(TEXTS).vocabulary_
    for stream in (b"", b"something else", halves[0][:-100], halves[0][:40]):
        with pytest.raises(ValueError, match=r"bytes are no state that state_to_bytes returned, or not all of one"):
            state_from_bytes(stream)
    with pytest.raises(TypeError, match="expected the bytes that state_to_bytes returned, but str came"):
        state_from_bytes("a state")
    with pytest.raises(TypeError, match="list came"):
        state_to_bytes([])
    with pytest.raises(TypeError, match=r"bytes came\. state_from_bytes makes one of bytes"):
        merge(vectorizer, halves)
