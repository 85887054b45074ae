"""HybridIndex: two rankings to one, by the formulas; both parts change together, in memory and on disk."""

from functools import partial

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.base import clone

from support.saved_indexes import rewrite_manifest
from textvec import (
    BM25Index,
    Chunker,
    CosineIndex,
    EmbeddingVectorizer,
    HybridIndex,
    TfidfVectorizer,
    WordVectors,
    open_index,
)
from textvec.index import DamagedIndexError

WORDS = ["car", "automobile", "truck", "apple", "pear", "fruit", "red", "green", "old", "new", "fast", "sweet"]
VECTORS = WordVectors(WORDS, np.random.default_rng(4).normal(size=(len(WORDS), 6)))
RNG = np.random.default_rng(5)
DOCUMENTS = [" ".join(RNG.choice([*WORDS, "and", "the"], 6)) for _ in range(60)]
BM25 = {"method": "lucene", "k1": 1.5, "b": 0.75, "delta": 0.5, "frozen": None}
QUERIES = ["red car", "sweet fruit and pear", "the old truck", "the"]


def meaning():
    return EmbeddingVectorizer(VECTORS)


def hybrid(lexical=None, **params):
    return HybridIndex(lexical, CosineIndex(meaning()), **params)


def by_hand(first, second, fusion, weights, normalization, constant, depth):
    """Return the fused score of each document that one of two searches finds, from their hits."""
    fused = {}
    for hits, weight in zip((first[:depth], second[:depth]), weights, strict=True):
        hits = hits if weight else []
        scores = np.array([hit.score for hit in hits])
        for rank, hit in enumerate(hits, 1):
            if fusion == "rrf":
                give = 1 / (constant + rank)
            elif scores.max() == scores.min():
                give = 1
            elif normalization == "min-max":
                give = (hit.score - scores.min()) / (scores.max() - scores.min())
            else:
                give = (hit.score - scores.mean()) / scores.std() - (scores.min() - scores.mean()) / scores.std()
            fused[hit.id] = fused.get(hit.id, 0) + weight * give
    return fused


@pytest.mark.parametrize("lexical", [None, BM25Index(method="bm25+", statistics="frozen"), CosineIndex()])
@pytest.mark.parametrize(
    ("fusion", "normalization", "weights", "constant", "depth"),
    [
        ("rrf", "min-max", (1, 1), 60, None),
        ("rrf", "min-max", (2, 0.5), 1, 7),
        ("weighted", "min-max", (1, 1), 60, None),
        ("weighted", "z-score", (0.3, 0.7), 60, 20),
        ("weighted", "min-max", (0, 1), 60, 10),
    ],
)
@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
def test_scores_are_those_of_the_two_searches_put_together(lexical, fusion, normalization, weights, constant, depth):
    how = {"fusion": fusion, "normalization": normalization, "weights": weights, "rank_constant": constant}
    index = hybrid(lexical).fit(DOCUMENTS)
    words = clone(BM25Index() if lexical is None else lexical).fit(DOCUMENTS).search(QUERIES, k=60)
    vectors = CosineIndex(meaning()).fit(DOCUMENTS).search(QUERIES, k=60)
    for q, found in enumerate(index.search(QUERIES, k=10, depth=depth, **how)):
        expected = by_hand(words[q], vectors[q], fusion, weights, normalization, constant, max(depth or 100, 10))
        ranked = sorted(expected, key=lambda i, of=expected: (-np.float32(of[i]), i))[:10]
        assert [hit.score for hit in found] == pytest.approx([expected[i] for i in ranked], rel=1e-5, abs=1e-6)
        assert {hit.id: hit.score for hit in found} == pytest.approx(
            {hit.id: expected[hit.id] for hit in found}, rel=1e-5, abs=1e-6
        )
        if not found:  # a word that has no vector, where only vectors count
            assert (QUERIES[q], weights) == ("the", (0, 1))
            continue
        explanation = index.explain(QUERIES[q], found[0].id, depth=depth, **how)
        assert explanation.score == pytest.approx(found[0].score, rel=1e-6)
        assert [each.part for each in explanation] == ["lexical", "dense"]


def same(index, documents):
    """Compare an index with one that is fitted on the documents that there are now."""
    fresh = hybrid().fit(list(documents.values()), ids=list(documents))
    for query in QUERIES[:3]:
        one, other = (each.search([query, "zebra"], k=20, depth=1000) for each in (index, fresh))
        for left, right in zip(one, other, strict=True):
            assert [hit.score for hit in left] == pytest.approx([hit.score for hit in right], rel=1e-5)


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
@pytest.mark.parametrize("on_disk", [False, True])
def test_both_parts_change_together(on_disk, tmp_path):
    index, documents = hybrid().fit(DOCUMENTS), dict(enumerate(DOCUMENTS))
    if on_disk:
        index.save(tmp_path / "index")
        index = HybridIndex.open(tmp_path / "index")
    index.add(["zebra car", "green apple"])
    documents |= {60: "zebra car", 61: "green apple"}
    same(index, documents)
    index.delete([3, 60]).update(["fast zebra"], ids=[7])
    documents = dict(sorted({**{i: d for i, d in documents.items() if i not in (3, 60)}, 7: "fast zebra"}.items()))
    same(index, documents)
    same(index.compact(), documents)
    if on_disk:
        same(open_index(tmp_path / "index", verify=True), documents)
        assert index.info()["dense encoder"] == "EmbeddingVectorizer"


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
def test_frozen_statistics_are_saved_and_stay(tmp_path):
    index = hybrid(BM25Index(statistics="frozen")).fit(DOCUMENTS)
    index.save(tmp_path / "index")
    for each in (index, open_index(tmp_path / "index", verify=True)):
        each.add(["zebra car", "green apple"]).delete([3])
    for each in (open_index(tmp_path / "index", verify=True), open_index(tmp_path / "index").compact()):
        assert each.info()["bm25"].endswith("frozen statistics")
        found, expected = each.search(QUERIES, k=10), index.search(QUERIES, k=10)
        assert [[(hit.id, hit.score) for hit in hits] for hits in found] == [
            [(hit.id, hit.score) for hit in hits] for hits in expected
        ]
        assert each.explain("zebra", 60).lexical is None


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
def test_passages_metadata_ids_and_more_like_this(tmp_path):
    texts = ["A red car. A sweet apple.", "An old truck. A green pear.", "Fruit."]
    index = hybrid(chunker=Chunker(size=1)).fit(iter(texts), ids="abc", metadata=[{"n": i} for i in range(3)])
    index.save(tmp_path / "index")
    for each in (index, open_index(tmp_path / "index")):
        hit = each.search(["green pear"])[0][0]
        assert (hit.id, hit.passage.text, hit.metadata) == ("b", "A green pear.", {"n": 1})
        assert "b" not in {hit.id for hit in each.search(["green pear"], where="n != 1")[0]}
        assert "a" not in [hit.id for hit in each.search_by_id("a")[0]]
        assert each.knows("fruit")
        assert not each.knows("zebra")


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
def test_an_encoder_of_meaning_that_is_a_function(tmp_path):
    def lengths(texts):
        return np.array([[len(text), 1.0] for text in texts])

    index = HybridIndex(dense=CosineIndex(lengths)).fit(["red car", "an apple a day"])
    assert index.explain("red", 0).dense is None  # no sum over words
    assert index.explain("red", 0).lexical is not None
    index.save(tmp_path / "index")
    with pytest.raises(ValueError, match="is a function, which is not saved"):
        open_index(tmp_path / "index").search(["red"])
    assert open_index(tmp_path / "index", encoder=lengths).search(["red"])[0][0].id == 0


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
def test_errors_of_encoders_that_are_functions(tmp_path):
    def lengths(texts):
        return np.array([[len(text), 1.0] for text in texts])

    def sparse(texts):
        return sp.csr_array(lengths(texts))

    index = HybridIndex(CosineIndex(), CosineIndex(lengths)).fit(["red car", "an apple a day"])
    index.save(tmp_path / "index")
    opened = open_index(tmp_path / "index", encoder=lambda texts: np.ones((len(texts), 3)))
    with pytest.raises(ValueError, match="of 2 dimensions, but these are dense, of 3 dimensions") as raised:
        opened.add(["green pear"])
    assert not isinstance(raised.value, DamagedIndexError), "the folder is as it was written"
    with pytest.raises(ValueError, match="the encoder of `lexical` is a function, which is not saved"):
        hybrid(CosineIndex(sparse)).fit(DOCUMENTS).save(tmp_path / "other")
    assert not (tmp_path / "other").exists()


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
def test_damage_is_told_by_explanations(tmp_path):
    hybrid().fit(["red car", "sweet apple"]).save(tmp_path / "index")
    index = open_index(tmp_path / "index")
    assert index.search(["red"])
    (tmp_path / "index" / "encoder-1.textvec").write_bytes(b"nothing")
    with pytest.raises(DamagedIndexError, match="encoder-1"):
        index.explain("red", 0)


def test_terms_of_a_query_are_those_of_the_lexical_search():
    index = hybrid().fit(DOCUMENTS)
    assert index.query_terms("red aple") == BM25Index().fit(DOCUMENTS).query_terms("red aple")
    assert [term.suggestion for term in index.query_terms("red aple").unknown] == ["apple"]


def test_an_index_is_fitted_anew(tmp_path):
    hybrid().fit(DOCUMENTS).save(tmp_path / "index")
    opened = open_index(tmp_path / "index")
    assert opened.fit(["red apple", "green pear"]).search(["apple"])[0][0].id == 0
    assert clone(opened).get_params().keys() >= {"lexical", "dense", "lexical__k1", "dense__encoder"}


@pytest.mark.parametrize(
    ("index", "error", "message"),
    [
        (HybridIndex(), TypeError, "dense must be a CosineIndex of an encoder that makes dense vectors, .* None"),
        (HybridIndex(TfidfVectorizer(), CosineIndex(meaning())), TypeError, "lexical must be a BM25Index or a Cosine"),
        (HybridIndex(dense=CosineIndex()), ValueError, "the vectors of `dense` must be dense"),
        (HybridIndex(CosineIndex(meaning()), CosineIndex(meaning())), ValueError, "`lexical` must be sparse"),
        (HybridIndex(dense=CosineIndex(meaning(), chunker=Chunker())), ValueError, "Give the chunker to HybridIndex"),
    ],
)
def test_searches_that_do_not_fit(index, error, message):
    with pytest.raises(error, match=message):
        index.fit(DOCUMENTS)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"fusion": "sum"}, "fusion must be one of rrf, weighted, but it is 'sum'"),
        ({"normalization": "softmax"}, "normalization must be one of min-max, z-score"),
        ({"weights": (0, 0)}, r"weights must be two numbers, .* but they are \(0, 0\)"),
        ({"weights": 0.5}, "weights must be two numbers"),
        ({"weights": (1, -1)}, "weights must be two numbers"),
        ({"rank_constant": -1}, "rank_constant must be a number of at least 0"),
        ({"depth": 0}, "depth, the number of documents of each ranking, must be a positive integer"),
    ],
)
def test_ways_that_there_are_not(how, message):
    index = hybrid().fit(DOCUMENTS)
    with pytest.raises(ValueError, match=message):
        index.search(["red"], **how)


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
@pytest.mark.parametrize(
    ("lexical", "change", "message"),
    [
        (None, lambda content: content.update(bm25=None), "its 'backend' is 'bm25\\+dense', but its 'bm25' is None"),
        (None, lambda content: content.update(backend="sparse+dense"), "vectors of several kinds"),
        (None, lambda content: content["segments"][0].update(backend="sparse+dense"), "vectors of several kinds"),
        (None, lambda content: content.update(dense_encoder=None), "encoder"),
        (CosineIndex(), lambda content: content.update(bm25=BM25), "its 'backend' is 'sparse\\+dense', but its 'bm25'"),
    ],
)
def test_manifests_that_are_forged(lexical, change, message, tmp_path):
    hybrid(lexical).fit(DOCUMENTS).save(tmp_path / "index")
    rewrite_manifest(tmp_path / "index", change)
    with pytest.raises(DamagedIndexError, match=message):
        open_index(tmp_path / "index")


def test_hits_below_a_score_are_left_out():
    index = hybrid().fit(DOCUMENTS)
    for search in (partial(index.search, ["red car"], k=20), partial(index.search_by_id, [4], k=20)):
        (found,) = search()
        bar = found[5].score
        assert [hit.score for hit in search(min_score=bar)[0]] == [hit.score for hit in found if hit.score >= bar]
        assert len(found) > len(search(min_score=bar)[0]) > 5
