"""BM25Index: the scores of the formula, with statistics that follow or stay, in memory and on disk."""

import bm25s
import numpy as np
import pytest
import rank_bm25
from sklearn.decomposition import TruncatedSVD
from sklearn.pipeline import make_pipeline

from textvec import (
    BM25Index,
    BM25Weighting,
    Chunker,
    CosineIndex,
    CountVectorizer,
    Stemmer,
    StopWords,
    Tokenizer,
    open_index,
)
from textvec.weightings._bm25 import VARIANTS

DOCUMENTS = [
    *["The food is good good", "The food is not good", "Pizza is great", "nothing but pasta pasta pasta and wine"] * 9,
    "rare word pizza",
    "wine and cheese " * 20,
    "",
]
QUERIES = ["good pizza", "wine cheese", "rare food nothing", "unknown", "the is good wine wine", ""]


def brute_force(documents, queries, method="lucene", k1=1.5, b=0.75, delta=0.5, learnt_from=None):
    """Return what each document scores for each query, and whether it is a hit, by scikit-learn's counts in float64."""
    from sklearn.feature_extraction.text import CountVectorizer as Peer

    learnt_from = documents if learnt_from is None else learnt_from
    counter = Peer(dtype=np.float64).fit(learnt_from)
    weighting = BM25Weighting(method, k1=k1, b=b, delta=delta).fit(counter.transform(learnt_from))
    asked = counter.transform(queries)
    scores = (weighting.transform(counter.transform(documents)) @ asked.T).toarray().T
    return scores + (asked @ weighting.nonoccurrence_)[:, None], scores > 0


def check(index, documents, queries=QUERIES, **how):
    """Compare all hits with those of brute force; `documents` is a dict by id."""
    scores, hits = brute_force(list(documents.values()), queries, **how)
    for found, expected, is_hit in zip(index.search(queries, k=1000), scores, hits, strict=True):
        wanted = {i: s for i, s, h in zip(documents, expected, is_hit, strict=True) if h}
        assert {hit.id: hit.score for hit in found} == pytest.approx(wanted, rel=1e-6)
        order = [(-np.float32(hit.score), hit.id) for hit in found]
        assert order == sorted(order)


@pytest.mark.parametrize("statistics", ["live", "frozen"])
@pytest.mark.parametrize("method", VARIANTS)
@pytest.mark.parametrize(("k1", "b", "delta"), [(1.5, 0.75, 0.5), (0, 0.75, 0), (0.9, 0, 1), (2, 1, 0.5)])
def test_scores_are_those_of_the_formula(method, statistics, k1, b, delta):
    how = {"method": method, "k1": k1, "b": b, "delta": delta}
    index = BM25Index(statistics=statistics, **how).fit(DOCUMENTS)
    check(index, dict(enumerate(DOCUMENTS)), **how)


@pytest.mark.parametrize("on_disk", [False, True])
@pytest.mark.parametrize("method", VARIANTS)
def test_live_statistics_and_words_are_those_of_the_documents_that_there_are(method, on_disk, tmp_path):
    index = BM25Index(method=method).fit(DOCUMENTS)
    if on_disk:
        index.save(tmp_path / "index")
        index = BM25Index.open(tmp_path / "index")
    documents = dict(enumerate(DOCUMENTS))
    queries = [*QUERIES, "zebra word", "quokka", "great"]

    def same(index):
        check(index, documents, queries, method=method)

    index.add(["brand new zebra pizza", "zebra wine " * 30])
    documents |= {39: "brand new zebra pizza", 40: "zebra wine " * 30}
    same(index)
    index.delete([0, 1, 2, 38]).update(["quokka good"], ids=[5])
    documents = {i: text for i, text in documents.items() if i not in (0, 1, 2, 38)} | {5: "quokka good"}
    documents = dict(sorted(documents.items()))
    same(index)
    index.delete([i for i, text in documents.items() if text == "Pizza is great"])  # a word that is no longer there
    documents = {i: text for i, text in documents.items() if text != "Pizza is great"}
    same(index)
    same(index.compact())
    if on_disk:
        same(BM25Index.open(tmp_path / "index", verify=True))


def test_frozen_statistics_stay(tmp_path):
    index = BM25Index(statistics="frozen").fit(DOCUMENTS)
    more = ["pizza zebra", "wine " * 50]
    documents = dict(enumerate([*DOCUMENTS, *more]))
    index.save(tmp_path / "index")
    for each in (index, BM25Index.open(tmp_path / "index")):
        each.add(more).delete([0])
        check(each, {i: text for i, text in documents.items() if i}, learnt_from=DOCUMENTS)
        assert not each.knows("zebra")
    assert BM25Index.open(tmp_path / "index", verify=True).statistics == "frozen"


def test_explanations_add_up():
    for method in VARIANTS:
        index = BM25Index(method=method).fit(DOCUMENTS)
        for query in ["good good pizza wine", "cheese"]:
            for hit in index.search([query], k=5)[0]:
                explanation = index.explain(query, hit.id)
                assert explanation.score == pytest.approx(hit.score, rel=1e-6)
                assert sum(share for _, share in explanation) == pytest.approx(hit.score, rel=1e-6)
                for each in explanation:
                    assert each.contribution == pytest.approx(each.query_frequency * each.idf * each.tf)
    (cheese,) = index.explain("cheese", 37)
    assert (cheese.term, cheese.frequency, cheese.query_frequency) == ("cheese", 20, 1)


def test_words_of_a_pipeline_and_ngrams(tmp_path):
    steps = make_pipeline(Tokenizer(), StopWords("english"), Stemmer())
    index = BM25Index(steps).fit(["The runner was running", "Nobody runs here", "stones"])
    assert {hit.id for hit in index.search(["runs"])[0]} == {0, 1}
    index.save(tmp_path / "index")
    opened = BM25Index.open(tmp_path / "index")
    opened.add(["a jumping jogger"])
    assert [hit.id for hit in opened.search(["jumped"])[0]] == [3]
    assert opened.info()["queries"] == "compiled"
    grams = BM25Index(CountVectorizer(ngram_range=(1, 2))).fit(["new york city", "york has new walls"])
    assert [hit.id for hit in grams.add(["old new york"]).search(["new york"])[0]] == [0, 2, 1]
    assert [hit.id for hit in BM25Index(str.split).fit(["a b", "b c"]).search(["a"])[0]] == [0]
    assert [hit.id for hit in BM25Index().fit([["a", "b"], ["b", "c"]]).search([["a"]])[0]] == [0]


def test_passages_metadata_and_more_like_this():
    texts = ["Wine is red. Cheese is yellow.", "Bread is brown. Wine, wine, wine."]
    index = BM25Index(chunker=Chunker(size=1)).fit(texts, metadata=[{"n": 1}, {"n": 2}])
    hit = index.search(["wine"])[0][0]
    assert (hit.id, hit.passage.text) == (1, "Wine, wine, wine.")
    assert [hit.id for hit in index.search(["wine"], where={"n": 1})[0]] == [0]
    assert [hit.id for hit in index.search_by_id([0])[0]] == [1]
    scores, _ = brute_force([passage for text in texts for passage in text.replace(". ", ".|").split("|")], ["wine"])
    assert hit.score == pytest.approx(scores[0, 3], rel=1e-6)


def test_min_score_counts_what_absent_terms_give():
    index = BM25Index(method="bm25+").fit(DOCUMENTS)
    scores = np.array([hit.score for hit in index.search(["good wine"], k=100)[0]])
    bar = float(np.median(scores))
    found = [hit.score for hit in index.search(["good wine"], k=100, min_score=bar)[0]]
    assert found == scores[scores >= bar - 1e-6].tolist()


def test_two_who_write_learn_from_each_other(tmp_path):
    BM25Index().fit(DOCUMENTS).save(tmp_path / "index")
    one, other = BM25Index.open(tmp_path / "index"), open_index(tmp_path / "index")
    one.add(["aardvark"])
    other.add(["zebra"])
    assert not one.search(["zebra"])[0]  # it sees the documents that it opened, and its own
    assert [[hit.document for hit in hits] for hits in other.search(["aardvark", "zebra"])] == [["aardvark"], ["zebra"]]
    one.delete([0])
    assert [[hit.document for hit in hits] for hits in one.search(["aardvark", "zebra"])] == [["aardvark"], ["zebra"]]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"method": "bm25l", "k1": 0}, "with method='bm25l' and k1=0 a term has the same weight in every document"),
        ({"method": "bm26"}, r"method must be one of robertson, lucene, atire, bm25l, bm25\+, but it is 'bm26'"),
        ({"statistics": "dead"}, "statistics must be one of live, frozen, but it is 'dead'"),
        ({"k1": -1}, "k1 must be a number of at least 0, but it is -1"),
        ({"b": 1.5}, "b must be a number from 0 to 1, but it is 1.5"),
        ({"delta": float("nan")}, "delta must be a number of at least 0"),
        ({"tokenizer": "precomputed"}, "takes its statistics from the counts, .* metric='dot'"),
        ({"tokenizer": CountVectorizer(min_df=2)}, "cannot leave terms out .* min_df=2"),
    ],
)
def test_parameters_that_do_not_fit(params, message):
    with pytest.raises(ValueError, match=message):
        BM25Index(**params).fit(DOCUMENTS)


def test_one_class_does_not_open_the_index_of_another(tmp_path):
    BM25Index().fit(DOCUMENTS).save(tmp_path / "bm25")
    CosineIndex().fit(DOCUMENTS).save(tmp_path / "cosine")
    with pytest.raises(ValueError, match=r"scores by BM25, and is no CosineIndex\. Open it by textvec\.open_index"):
        CosineIndex.open(tmp_path / "bm25")
    with pytest.raises(ValueError, match=r"scores by cosines, and is no BM25Index"):
        BM25Index.open(tmp_path / "cosine")
    with pytest.raises(ValueError, match="has an encoder of its own"):
        open_index(tmp_path / "bm25", encoder=len)


PEERS = {
    **{f"bm25s {method}": (method, {}, method, 1) for method in VARIANTS},
    "bm25s parameters": ("bm25l", {"k1": 0.9, "b": 0.4, "delta": 0.2}, "bm25l", 1),
    "rank_bm25 Plus": ("bm25+", {"delta": 1.0}, rank_bm25.BM25Plus, 1),
    # Of terms in less than half of the documents. It has the factor k1 + 1.
    "rank_bm25 Okapi": ("robertson", {}, rank_bm25.BM25Okapi, 2.5),
}


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("corpus", ["messages", "sms", "imdb"])
def test_scores_are_those_of_others(corpus, peer, request):
    texts = request.getfixturevalue(corpus)[:300]
    method, params, theirs, factor = PEERS[peer]
    words_of = CountVectorizer().build_analyzer()
    words = [words_of(text) for text in texts]
    if isinstance(theirs, str):
        other = bm25s.BM25(method=theirs, dtype="float64", **params)
        other.index(words, show_progress=False)
    else:
        other = theirs(words, **params)
    rare = {
        word for word in {*words[0], *words[7], *words[11], *words[40]} if sum(word in each for each in words) < 120
    }
    queries = [sorted(rare)[i::6] for i in range(6)]
    index = BM25Index(method=method, **params).fit(texts)
    for query, hits in zip(queries, index.search([" ".join(query) for query in queries], k=1000), strict=True):
        assert len(hits) > 3
        expected = np.asarray(other.get_scores(query))[[hit.id for hit in hits]]
        assert [factor * hit.score for hit in hits] == pytest.approx(expected.tolist(), rel=2e-7)
        assert (np.diff(expected) < 1e-6 * expected[0]).all()


def test_documents_that_are_added_while_others_are_read():
    index = BM25Index().fit(["red apple"])

    def more():
        index.add(["blue sea"])  # as another thread may do
        yield "green pear"

    index.add(more())
    check(index, dict(enumerate(["red apple", "blue sea", "green pear"])), ["green", "blue", "pear", "sea", "apple"])


@pytest.mark.parametrize("statistics", ["live", "frozen"])
def test_an_encoder_that_does_not_fit(statistics):
    index = BM25Index(statistics=statistics).fit(DOCUMENTS)
    dense = make_pipeline(CountVectorizer(), TruncatedSVD(2)).fit(DOCUMENTS)
    for encoder in (dense, CountVectorizer().fit([*DOCUMENTS, "quokka"]))[: 1 + (statistics == "frozen")]:
        index.encoder_ = encoder
        with pytest.raises(ValueError, match="The vectors of this index are sparse, of 15 columns, but these are"):
            index.search(["wine quokka"])


@pytest.mark.parametrize("on_disk", [False, True])
def test_words_are_known_before_the_documents_that_bring_them_are_there(on_disk, tmp_path):
    """So a thread that searches meanwhile finds both or neither."""
    known = []

    class Watched(BM25Index):
        def __setattr__(self, name, value):
            if name == "_collection" and value is not None and len(value) > 1:
                known.append("zebra" in self.encoder_.vocabulary_)
            super().__setattr__(name, value)

    index = Watched().fit(["red apple"])
    if on_disk:
        index.save(tmp_path / "index")
        index = Watched.open(tmp_path / "index")
        assert index.encoder_.vocabulary_ == {"red": 1, "apple": 0}
    index.add(["zebra apple"])
    assert known == [True]
