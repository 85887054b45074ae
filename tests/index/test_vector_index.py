"""VectorIndex: inner products beside cosines, of sparse and dense vectors, by brute force in float64."""

import numpy as np
import pytest
import scipy.sparse as sp

from textvec import CosineIndex, EmbeddingVectorizer, TfidfVectorizer, VectorIndex, WordVectors


def vectors(n, width, sparse, seed=7):
    """Return vectors of all lengths, with some that are zero, and negative numbers, in float32."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(n, width)) * np.exp(2 * rng.normal(size=(n, 1)))
    table *= rng.random(table.shape) < (0.2 if sparse else 1)
    table[::11] = 0
    table = table.astype(np.float32)
    return sp.csr_array(table) if sparse else table


@pytest.mark.parametrize("n_queries", [1, 3, 40])
@pytest.mark.parametrize("sparse", [True, False])
def test_hits_are_those_of_brute_force(sparse, n_queries, tmp_path):
    documents, queries = vectors(3000, 60, sparse), vectors(n_queries + 1, 60, sparse, seed=8)[1:]
    products = queries.astype(np.float64) @ documents.astype(np.float64).T
    products = products.toarray() if sparse else products
    products[:, 17] = 0
    index = VectorIndex("precomputed", metric="dot").fit(documents[:2500])
    index.add(documents[2500:]).delete([17])
    index.save(tmp_path / "index")
    for each in (index, VectorIndex.open(tmp_path / "index")):
        for found, expected in zip(each.search(queries, k=20), products, strict=True):
            best = -np.sort(-expected)[:20]
            assert [hit.score for hit in found] == pytest.approx(best[best > 0].tolist(), rel=1e-6)
            assert [expected[hit.id] for hit in found] == pytest.approx([hit.score for hit in found], rel=1e-6)
        bars = [float(row[np.argsort(-row)[4]]) for row in products]
        found = each.search(queries[:1], k=20, min_score=bars[0])[0]
        assert len(found) == 5


@pytest.mark.parametrize("sparse", [True, False])
def test_only_positive_products_are_hits(sparse):
    documents, query = np.array([[1.0, 0], [-1, 0], [0, 3], [0, 0]]), np.array([[2.0, 0]])
    if sparse:
        documents, query = sp.csr_array(documents), sp.csr_array(query)
    found = VectorIndex("precomputed", metric="dot").fit(documents).search(query)
    assert [(hit.id, hit.score) for hit in found[0]] == [(0, 2.0)]


def test_cosines_are_those_of_cosine_index():
    documents = vectors(200, 30, False)
    one, other = (cls("precomputed").fit(documents).search(documents[:9]) for cls in (VectorIndex, CosineIndex))
    assert one.to_dicts() == other.to_dicts()


def test_an_encoder_that_normalizes_is_warned_of():
    texts = ["red apple", "green apple"]
    with pytest.warns(UserWarning, match="all vectors have the length 1, so that inner products are cosines") as warned:
        VectorIndex(TfidfVectorizer(), metric="dot").fit(texts)
    assert [each.filename for each in warned] == [__file__], "the line of the user's program"
    index = VectorIndex(TfidfVectorizer(norm=None), metric="dot").fit(texts)
    idf = 1 + np.log(3 / 2)
    assert index.search(["red"])[0][0].score == pytest.approx(idf * idf)
    assert index.explain("red", 0)[0].contribution == pytest.approx(idf * idf)


def test_explanation_of_averages_adds_up_to_the_inner_product():
    words = WordVectors(["red", "apple", "green"], np.array([[1.0, 2], [3, 4], [0, 1]], np.float32))
    index = VectorIndex(EmbeddingVectorizer(words), metric="dot").fit(["red apple", "green"])
    assert index.search(["apple"])[0][0].score == pytest.approx(18)
    assert index.explain("apple", 0).score == pytest.approx(18)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"metric": "euclidean"}, "metric must be one of cosine, dot, but it is 'euclidean'"),
        ({"metric": "dot", "approximate": True}, "approximate=True is for cosines"),
    ],
)
def test_parameters_that_do_not_fit(params, message):
    with pytest.raises(ValueError, match=message):
        VectorIndex("precomputed", **params).fit(np.eye(2))


@pytest.mark.parametrize("sparse", [True, False])
def test_numbers_that_are_too_large_are_refused(sparse):
    huge = np.array([[1e30, 0], [1, 1]])
    huge = sp.csr_array(huge) if sparse else huge
    with pytest.raises(ValueError, match=r"must not be longer than 1e\+18, but one has the length 1e\+30"):
        VectorIndex("precomputed", metric="dot").fit(huge)
    assert VectorIndex("precomputed").fit(huge).search(huge[:1])[0][0].score == pytest.approx(1)


@pytest.mark.parametrize("sparse", [True, False])
def test_a_metric_that_is_set_later_waits_for_the_next_fit(sparse):
    documents = vectors(30, 5, sparse)
    index = VectorIndex("precomputed", metric="dot").fit(documents)
    before = index.search(documents).scores
    index.set_params(metric="cosine")
    np.testing.assert_array_equal(index.search(documents).scores, before)
    index.add(documents)
    assert index.search(documents).scores[:, 0] == pytest.approx(before[:, 0])


@pytest.mark.parametrize("metric", ["cosine", "dot"])
@pytest.mark.parametrize("kind", [np.array, sp.csr_array])
def test_an_array_may_be_filled_anew_for_the_next_documents(kind, metric):
    rows = kind(2 * np.eye(3, dtype=np.float32))
    index = VectorIndex("precomputed", metric=metric).fit(rows)
    before = index.search(rows)[0]
    (rows if kind is np.array else rows.data)[:] = 5
    assert index.search(kind(2 * np.eye(3)))[0] == before
    index.add(rows)
    assert len(index) == 6
