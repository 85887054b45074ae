"""Few short queries of an index are encoded by a query encoder, in memory as on disk, with the bits of the encoder."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer as SklearnTfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline, make_pipeline

from textvec import (
    BM25Index,
    BM25Weighting,
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    TfidfWeighting,
    Tokenizer,
    WordVectors,
)
from textvec.encoders.encode import encode
from textvec.encoders.query_description import describe
from textvec.index import _query_path

DOCUMENTS = ["Red apple pie", "green apples", "the blue sea", "red sea, red sea", "running", "the runner of the sea"]
QUERIES = ["red apple", "Sea of apples running", "nothing?", "", "the red red sea, RED sea of pies"]
MEANS = EmbeddingVectorizer(WordVectors(["red", "sea", "apple"], np.eye(3)), pooling="sif", n_components=0)


def bm25(**how):
    return make_pipeline(Tokenizer(), StopWords(), Stemmer(), CountVectorizer(**how), BM25Weighting())


ENCODERS = [
    None,
    TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32),
    bm25(),
    bm25(ngram_range=(1, 3)),
    make_pipeline(CountVectorizer(stop_words="english"), TfidfWeighting(norm="pivoted_unique")),
    FrozenEstimator(make_pipeline(make_pipeline(Tokenizer()), "passthrough", TfidfVectorizer()).fit(DOCUMENTS)),
    MEANS,
]


def used(index, queries=("red",)):
    """What encodes queries of an index instead of its encoder."""
    return index._query_encoder(list(queries))


def assert_bits_of_encoder(index, queries):
    made = index._encoded(queries, index._collection)
    expected = encode(index.encoder_, queries, fit=False, caller="test")
    for a, b in zip(*((each[:3] if isinstance(each, tuple) else [each]) for each in (made, expected)), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer. .* documents hold no word")
@pytest.mark.parametrize("encoder", ENCODERS, ids=repr)
def test_bits_and_hits_are_those_of_the_encoder_in_memory_and_on_disk(encoder, tmp_path):
    index = CosineIndex(encoder).fit(DOCUMENTS)
    index.save(tmp_path / "index")
    for each in index, CosineIndex.open(tmp_path / "index"):
        assert used(each) is not None
        each.encoder_  # noqa: B018  (loads it)
        assert used(each) is used(each) is not None
        for query in QUERIES:
            assert_bits_of_encoder(each, [query])
        assert_bits_of_encoder(each, QUERIES[:4])
        each.encoder_.transform(QUERIES)
        made = used(each)
        each.add(["another red sea"], ids=[99])
        assert used(each) is made  # using the encoder does not change it
        assert [hit.id for hit in each.search(["another red sea"], 1)[0]] in ([99], [3])
        alone, in_batch = [each.search([query]).to_dicts()[0] for query in QUERIES], each.search(QUERIES * 4).to_dicts()
        assert alone * 4 == in_batch


def test_many_queries_and_long_ones_go_to_the_encoder():
    index = CosineIndex().fit(DOCUMENTS)
    assert used(index, ["red"] * _query_path.MAX_TEXTS) is not None
    assert used(index, ["red"] * (_query_path.MAX_TEXTS + 1)) is None
    assert used(index, ["r" * (_query_path.MAX_CHARACTERS + 1)]) is None
    for others in (np.array(["red"]), ("red",), [["red"]], [], [None]):
        assert index._query_path.query_encoder(index.encoder_, None, others) is None


class Shouting(TfidfVectorizer):
    def transform(self, raw_documents, *args, **kwargs):
        return super().transform([text + " sea" for text in raw_documents])


class Reversed(Pipeline):
    def transform(self, X):
        return super().transform([text[::-1] for text in X])


class Lengths:
    """A transformer of nobody's, without a dict of attributes."""

    __slots__ = ()

    def get_params(self, deep=True):
        return {}

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return np.array([[len(x), 1.0] for x in X])


@pytest.mark.parametrize(
    "encoder",
    [
        HashingVectorizer(n_features=64),
        SklearnTfidfVectorizer(),
        TfidfVectorizer(analyzer="char"),
        Shouting(),
        make_pipeline(Shouting()),
        Reversed([("tfidf", TfidfVectorizer())]),
        Lengths(),
        Lengths().transform,
    ],
    ids=["hashing", "sklearn", "characters", "own", "own in a pipeline", "own pipeline", "no estimator", "function"],
)
def test_other_encoders_are_used_themselves(encoder):
    index = CosineIndex(encoder).fit(DOCUMENTS)
    assert used(index) is None
    assert_bits_of_encoder(index, ["red apple", "aes"])


def test_a_method_that_was_replaced():
    vectorizer = TfidfVectorizer().fit(DOCUMENTS)
    index = CosineIndex(FrozenEstimator(vectorizer)).fit(DOCUMENTS)
    vectorizer.build_tokenizer = lambda: str.split
    assert used(index) is None
    assert describe(vectorizer, []).reason == "TfidfVectorizer has a build_tokenizer of its own"
    assert_bits_of_encoder(index, ["red sea,"])


def test_an_encoder_that_was_changed_is_asked_again():
    index = CosineIndex(make_pipeline(CountVectorizer(), BM25Weighting())).fit(DOCUMENTS)
    counter, weighting = (step for _, step in index.encoder_.steps)
    made = [used(index)]
    for change in (
        lambda: counter.set_params(binary=True),
        lambda: weighting.set_params(k1=3.0),
        lambda: setattr(weighting, "idf_", weighting.idf_ * np.arange(len(weighting.idf_))),
        lambda: index.encoder_.steps.__setitem__(1, ("tfidf", TfidfWeighting().fit(counter.transform(DOCUMENTS)))),
        lambda: index.encoder_.set_params(tfidf="passthrough"),
    ):
        assert_bits_of_encoder(index, ["red red sea"])
        assert used(index) is made[-1]
        change()
        assert_bits_of_encoder(index, ["red red sea"])
        made.append(used(index))
        assert made[-1] is not made[-2]
    tfidf = CosineIndex().fit(DOCUMENTS)
    used(tfidf)
    tfidf.encoder_.idf_ = tfidf.encoder_.idf_ + np.arange(len(tfidf.encoder_.idf_))  # it is kept in an inner estimator
    assert_bits_of_encoder(tfidf, ["red red sea"])
    tfidf.encoder_ = TfidfVectorizer(sublinear_tf=True).fit(DOCUMENTS)
    assert_bits_of_encoder(tfidf, ["red red sea"])


def test_fitting_anew_drops_it():
    index = CosineIndex().fit(DOCUMENTS)
    assert index.search(["apple"])[0]
    path = index._query_path
    index.fit(["other things"])
    assert index._query_path is not path
    assert not index.search(["apple"])[0]
    assert index.search(["things"])[0][0].score == pytest.approx(np.sqrt(0.5))


def test_it_is_made_once_for_all_threads(monkeypatch):
    compiled, count = _query_path._compile, []
    monkeypatch.setattr(_query_path, "_compile", lambda encoder, words: count.append(1) or compiled(encoder, words))
    index = CosineIndex(bm25()).fit(DOCUMENTS)
    assert not count
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda query: index.search([query]).to_dicts()[0], QUERIES * 20))
    assert len(count) == 1
    assert found == index.search(QUERIES * 20).to_dicts()


def test_copies_have_one_of_their_own():
    index = CosineIndex(bm25()).fit(DOCUMENTS)
    index.search(["red"])
    for other in copy.copy(index), pickle.loads(pickle.dumps(index)):
        assert other._query_path is not index._query_path
        assert other.search(["red sea"]).to_dicts() == index.search(["red sea"]).to_dicts()


def test_full_text_search_has_one_too_which_learns_new_words():
    index = BM25Index(make_pipeline(Tokenizer(), Stemmer())).fit(DOCUMENTS)
    made = used(index)
    assert made is not None
    index.add(["a whale in the sea"])
    assert used(index) not in (None, made)
    for queries in ["whales"], ["red apple pie"]:
        assert index.search(queries).to_dicts()[0] == index.search(queries * 20).to_dicts()[0]
    assert index.search(["whales"])[0][0].id == 6
