"""What holds for every kind of index: scikit-learn's contract, any container of documents, odd documents, threads."""

import io
import pickle
import threading

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction import text as peers
from sklearn.pipeline import make_pipeline

from textvec import (
    BM25Index,
    BM25Weighting,
    Chunker,
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    HybridIndex,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    Tokenizer,
    VectorIndex,
    WordVectors,
    open_index,
)

DOCUMENTS = ["red apple red", "green apple pie", "", "blue sea"]
VECTORS = WordVectors(["red", "apple", "green", "pie", "blue", "sea"], np.random.default_rng(0).random((6, 3)))
INDEXES = {
    "cosine": CosineIndex(),
    "dot": VectorIndex(CountVectorizer(), metric="dot"),
    "live": BM25Index(),
    "frozen": BM25Index(statistics="frozen", method="bm25+", k1=1.2),
    "hybrid": HybridIndex(dense=CosineIndex(EmbeddingVectorizer(VECTORS))),
}
pytestmark = pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
every = pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
every_bm25 = pytest.mark.parametrize("index", [INDEXES["live"], INDEXES["frozen"]], ids=["live", "frozen"])


@pytest.fixture
def index(request):
    return clone(request.param)


def fitted(index, documents=DOCUMENTS, **more):
    return clone(index).fit(documents, **more)


def found(index, query):
    return [(hit.id, hit.score) for hit in index.search([query])[0]]


@every
def test_params_clone_and_representations(index):
    params = index.get_params()
    assert clone(index).get_params().keys() == params.keys()
    changed = clone(index).set_params(chunker=Chunker(size=2))
    assert (changed.chunker.size, changed.get_params()["chunker__size"]) == (2, 2)
    assert len(clone(fitted(index))) == 0
    name = type(index).__name__
    assert repr(fitted(index)).startswith(f"{name}(4 documents, 1 segment, ")
    assert repr(index).startswith(f"{name}(")
    assert "WordVectors" in repr(index) or repr(eval(repr(index))) == repr(index)
    with pytest.raises(ValueError, match=f"{name} has no parameter 'nonsense'"):
        clone(index).set_params(nonsense=1)
    assert name in make_pipeline(Tokenizer(), clone(index))._repr_html_()


@every
@pytest.mark.parametrize("use", ["search", "search_by_id", "explain", "knows", "add", "delete", "save", "info"])
def test_what_is_not_fitted_says_so(index, use, tmp_path):
    arguments = {"explain": ("red", 0), "search": (["red"],), "add": (["red"],), "save": (tmp_path / "index",)}
    arguments |= {"search_by_id": (0,), "delete": (0,), "knows": ("red",)}
    with pytest.raises(NotFittedError, match=f"This {type(index).__name__} is not fitted yet"):
        getattr(clone(index), use)(*arguments.get(use, ()))
    assert not (tmp_path / "index").exists()


@every
@pytest.mark.parametrize("on_disk", [False, True])
def test_pickle_and_joblib(index, on_disk, tmp_path):
    index = fitted(index)
    if on_disk:
        index.save(tmp_path / "index")
        index = open_index(tmp_path / "index")
    file = io.BytesIO()
    joblib.dump(index, file)
    file.seek(0)
    for again in (pickle.loads(pickle.dumps(index)), joblib.load(file)):
        assert found(again, "red apple") == found(index, "red apple")
        assert repr(again.get_params()) == repr(index.get_params())
    again.add(["red wine"])
    assert 4 in again
    assert 4 not in index
    assert on_disk == (tmp_path / "index").exists()
    assert not on_disk or len(open_index(tmp_path / "index", verify=True)) == 5


CONTAINERS = [list, tuple, iter, np.array, pd.Series, pl.Series, pa.array, Tokenizer().transform]


@every
@pytest.mark.parametrize("container", CONTAINERS, ids=lambda each: getattr(each, "__qualname__", "?"))
def test_documents_in_any_container(index, container):
    expected = fitted(index).add(["red zebra"])
    same = clone(index).fit(container(DOCUMENTS), ids=range(4)).add(container(["red zebra"]), ids=[4])
    for hits, query in zip(same.search(container(["red apple", "zebra"])), ["red apple", "zebra"], strict=True):
        assert [(hit.id, hit.score) for hit in hits] == found(expected, query)


@every
def test_lists_of_words_are_documents(index):
    words = clone(index).fit([["red", "apple"], ["Red"], []])
    assert [hit.id for hit in words.search([["apple"]])[0]] == [0]
    assert words.search_by_id(2)[0] == []
    with pytest.raises(ValueError, match="of type large_list"):
        words.add(["a text"])
    assert len(words) == 3


@every
@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda index: index.fit("red apple"), ValueError, "string object received"),
        (lambda index: index.search("apple"), ValueError, "string object received"),
        (lambda index: index.add("red"), ValueError, "string object received"),
        (lambda index: index.fit(["red", None]), ValueError, "1 of 2 documents are missing"),
        (lambda index: index.add([None]), ValueError, "1 of 1 documents are missing"),
        (lambda index: index.fit(["red", "red"], ids=["a", "a"]), ValueError, "'a' stands for several documents"),
        (lambda index: index.add(["zebra"], ids=[0]), ValueError, "the id 0 already"),
        (lambda index: index.add(["zebra", "pie"], ids=[7, 7]), ValueError, "7 stands for several documents"),
        (lambda index: index.add(["zebra"], metadata={"size": [1]}), ValueError, "no metadata, but 'size' came"),
        (lambda index: index.update(["zebra"], ids=[9]), KeyError, "No document has the id 9"),
        (lambda index: index.update(["zebra"]), ValueError, "need the ids of these"),
        (lambda index: index.add(["zebra \udce9"]), ValueError, "holds the lone surrogate"),
        (lambda index: index.search(["apple \udce9"]), ValueError, "holds the lone surrogate"),
        (lambda index: index.fit([]), ValueError, "empty vocabulary"),
        (lambda index: index.fit(["", ""]), ValueError, "empty vocabulary"),
        (lambda index: index.search(["apple"], k=0), ValueError, "k, the number of hits"),
        (lambda index: index.search(["apple"], min_score=float("nan")), ValueError, "it is nan"),
        (lambda index: index.search(peers.CountVectorizer().fit_transform(DOCUMENTS)), ValueError, "of 6 columns"),
    ],
)
def test_bad_calls_change_nothing(index, use, error, message, tmp_path):
    index = fitted(index)
    index.save(tmp_path / "index")
    for each in (index, open_index(tmp_path / "index")):
        before = each.info(), found(each, "red apple")
        with pytest.raises(error, match=message):
            use(each)
        assert (each.info(), found(each, "red apple")) == before
        assert not each.knows("zebra")
    assert list(open_index(tmp_path / "index", verify=True)) == [0, 1, 2, 3]


@every
@pytest.mark.parametrize("score", [float("inf"), 1e300, 3.5e38, 1e9])
def test_scores_that_none_reaches(index, score):
    index = fitted(index)
    assert index.search(["red apple"], min_score=score)[0] == []
    assert index.search_by_id(0, min_score=score)[0] == []


@every
def test_empty_documents_and_queries(index):
    index = fitted(index).add(["", "?"])
    assert list(index.search(["", "?!", "unknown words"])) == [[], [], []]
    assert list(index.search_by_id([2, 4])) == [[], []]
    assert len(index.search([])) == 0
    assert index.explain("", 0).score == 0
    assert not index.knows("")
    index.delete([0, 1, 2, 3])
    assert index.search(["red apple"])[0] == []
    assert found(index.add(["red apple"]), "red apple") == found(index.compact(), "red apple") != []


@every
def test_passages(index):
    index = clone(index).set_params(chunker=Chunker(by="words", size=2))
    index.fit(["red apple green apple pie", "apple sea", "", "red"])
    assert [(hit.id, hit.passage.text) for hit in index.search(["apple red"], k=1)[0]] == [(0, "red apple")]
    like = index.search_by_id([0, 2, 3])
    assert [{hit.id for hit in hits} for hits in like[:2]] == [{1, 3}, set()]
    assert like[2][0].id == 0
    best = like[0][0]
    assert index.search_by_id(0, min_score=best.score)[0][0] == best
    if not isinstance(index, HybridIndex):  # whose scores are of ranks
        again = index.search(["red apple", "green apple", "pie"])
        assert best.score == pytest.approx(max(hit.score for hits in again for hit in hits if hit.id == best.id))
    for hit in index.add(["zebra red zebra"]).search(["red"])[0]:
        assert index.explain("red", hit.id).score == pytest.approx(hit.score, rel=1e-6)


@every
def test_readers_and_a_writer_at_once(index, messages, tmp_path):
    index = clone(index).fit(messages[:200])
    index.save(tmp_path / "index")
    index = open_index(tmp_path / "index")
    errors, done = [], threading.Event()

    def read():
        try:
            while not done.is_set():
                for query, hits in zip(messages[:5], index.search(messages[:5], 500), strict=True):
                    assert query in [hit.document for hit in hits]
                    assert all(np.isfinite(hit.score) and hit.score > 0 for hit in hits)
        except Exception as error:  # any, to be told in the main thread
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for start in range(200, 320, 20):
        index.add(messages[start : start + 20]).delete(range(start, start + 10))
    index.compact()
    done.set()
    for reader in readers:
        reader.join()
    assert not errors
    assert len(index) == 260
    assert found(index, messages[315]) == found(open_index(tmp_path / "index", verify=True), messages[315])


def test_huge_counts():
    """Counts that double the average length, and whose weight is the limit of the formula."""
    index = BM25Index(b=0).fit(["apple " * 300_000, "apple pie", "sea"])
    (huge,) = [score for id_, score in found(index, "apple") if id_ == 0]
    assert huge == pytest.approx(np.log(1 + 1.5 / 2.5), rel=1e-4)
    assert index.explain("apple", 0)[0].frequency == 300_000
    index = VectorIndex(CountVectorizer(), metric="dot").fit(["apple " * 300_000, "apple pie"])
    assert found(index, "apple apple") == [(0, 600_000.0), (1, 2.0)]


@every_bm25
def test_documents_of_stop_words_count(index):
    """They are documents of length 0, which make the average length smaller and words rarer."""
    steps = make_pipeline(Tokenizer(), StopWords("english"))
    index = clone(index).set_params(tokenizer=steps).fit(["the apple", "of the", "and", "a sea of apples"])
    assert index.search(["the", "of and"]).scores.any() is np.False_
    apple = index.explain("apple", 0)[0]
    assert apple.length == pytest.approx(1 / (3 / 4))
    with pytest.raises(ValueError, match="empty vocabulary"):
        clone(index).fit(["the of", "and"])


@every_bm25
def test_statistics_that_were_set_after_fit_wait_for_the_next_fit(index, tmp_path):
    index = fitted(index)
    index.save(tmp_path / "index")
    others = {"live": "frozen", "frozen": "live"}
    for each in (index, open_index(tmp_path / "index")):
        was = each.statistics
        each.set_params(statistics=others[was]).add(["zebra apple"])
        assert each.knows("zebra") == (was == "live")
        assert [hit.id for hit in each.search(["zebra"])[0]] == [4] * (was == "live")
    assert open_index(tmp_path / "index", verify=True).statistics == was


@every
def test_a_chunker_that_was_set_after_fit_waits_for_the_next_fit(index, tmp_path):
    whole, cut = fitted(index), clone(index).set_params(chunker=Chunker(by="words", size=2)).fit(DOCUMENTS)
    for each, other in ((whole, Chunker(by="words", size=2)), (cut, None)):
        expected = clone(each).fit(DOCUMENTS).add(["red wine red"])
        folder = tmp_path / type(other).__name__
        each.set_params(chunker=other).save(folder)
        for changed in (each, open_index(folder).set_params(chunker=other)):
            assert found(changed.add(["red wine red"]), "red apple") == found(expected, "red apple")
        assert found(open_index(folder, verify=True), "red apple") == found(expected, "red apple")


@every
@pytest.mark.parametrize("chunker", ["words", 3, Chunker])
def test_what_cuts_no_texts_is_no_chunker(index, chunker):
    with pytest.raises(TypeError, match="chunker must be a Chunker, or None, but it is "):
        clone(index).set_params(chunker=chunker).fit(DOCUMENTS)


@pytest.mark.parametrize(
    ("tokenizer", "message"),
    [
        (TfidfVectorizer(), "ends in a TfidfVectorizer of textvec"),
        (make_pipeline(Tokenizer(), HashingVectorizer()), "ends in a HashingVectorizer of textvec"),
        (peers.CountVectorizer(), r"CountVectorizer of sklearn\. .* a textvec\.CountVectorizer at the most"),
        (make_pipeline(CountVectorizer(), BM25Weighting()), "CountVectorizer of the tokenizer makes vectors of them"),
        (EmbeddingVectorizer(VECTORS), "EmbeddingVectorizer of the tokenizer makes vectors of them"),
        ("unicode", "tokenizer must be a step that makes words, .* but it is 'unicode'"),
        (7, "tokenizer must be a step that makes words, .* but it is 7"),
        (Stemmer, "must be an instance, but it is the class Stemmer"),
    ],
)
def test_what_makes_no_words_is_no_tokenizer(tokenizer, message):
    with pytest.raises(TypeError, match=message):
        BM25Index(tokenizer).fit(DOCUMENTS)


def test_a_method_that_is_no_name():
    with pytest.raises(ValueError, match=r"method must be one of .* but it is \['lucene'\]"):
        BM25Index(method=["lucene"]).fit(DOCUMENTS)
