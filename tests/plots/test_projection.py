"""Coordinates against scikit-learn's own, and what becomes of vectors that have no two dimensions."""

import sys
import warnings

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.manifold import TSNE
from sklearn.metrics.pairwise import cosine_similarity

from textvec import TfidfVectorizer
from textvec.datasets import load_reviews
from textvec.plots import _projection
from textvec.plots._projection import cosines_to, few_dimensions, projected, reduced

SPARSE = TfidfVectorizer().fit_transform(load_reviews().data[:70])
DENSE = np.random.default_rng(0).normal(size=(60, 7))


def test_sparse_vectors_have_the_coordinates_of_truncated_svd():
    expected = TruncatedSVD(2, algorithm="arpack", random_state=0).fit_transform(SPARSE)
    np.testing.assert_allclose(projected(SPARSE, "svd", 0, None, "m"), expected, atol=1e-9)
    randomized = TruncatedSVD(2, n_iter=50, random_state=3).fit_transform(SPARSE)
    np.testing.assert_allclose(projected(SPARSE, "svd", 0, None, "m"), randomized, atol=1e-5)


def test_dense_vectors_have_the_coordinates_of_pca():
    np.testing.assert_allclose(projected(DENSE, "svd", 0, None, "m"), PCA(2).fit_transform(DENSE), atol=1e-9)
    halves = DENSE.astype(np.float16)
    np.testing.assert_allclose(
        projected(halves, "svd", 0, None, "m"), PCA(2).fit_transform(halves.astype(np.float64)), atol=1e-3
    )


def test_tsne_is_that_of_scikit_learn_on_the_first_50_components():
    first = TruncatedSVD(50, random_state=1).fit_transform(SPARSE).astype(np.float32)
    np.testing.assert_array_equal(few_dimensions(SPARSE, 1).astype(np.float32), first)
    expected = TSNE(perplexity=5, init="pca", random_state=1).fit_transform(first)
    np.testing.assert_allclose(projected(SPARSE, "tsne", 1, 5, "m"), expected, rtol=1e-3)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_tsne_of_few_points_has_a_perplexity_that_fits(n):
    points = projected(DENSE[:n], "tsne", 0, None, "m")
    assert points.shape == (n, 2)
    assert np.isfinite(points).all()


@pytest.mark.parametrize("perplexity", [0, -1, 60, float("nan"), "five"])
def test_a_perplexity_that_does_not_fit_is_refused(perplexity):
    with pytest.raises(ValueError, match=r"m: perplexity, .* less than the number of points, 60"):
        projected(DENSE, "tsne", 0, perplexity, "m")


class FakeUMAP:
    """Notes how it was made, and puts points where PCA does."""

    made = None

    def __init__(self, **params):
        FakeUMAP.made = params
        warnings.warn("n_jobs value overridden", stacklevel=1)

    def fit_transform(self, X):
        return X[:, :2]


def test_umap_gets_its_defaults_or_as_many_neighbours_as_there_are(monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", type(sys)("umap"))
    sys.modules["umap"].UMAP = FakeUMAP
    points = projected(DENSE, "umap", 7, None, "m")
    np.testing.assert_array_equal(points, DENSE[:, :2].astype(np.float32))
    assert FakeUMAP.made == {"n_neighbors": 15, "init": "spectral", "random_state": 7, "n_jobs": 1}
    projected(DENSE[:6], "umap", 7, None, "m")
    assert (FakeUMAP.made["n_neighbors"], FakeUMAP.made["init"]) == (5, "random")
    FakeUMAP.made = None
    np.testing.assert_allclose(projected(DENSE[:3], "umap", 7, None, "m"), reduced(DENSE[:3], 2, 7), atol=1e-5)
    assert FakeUMAP.made is None


def test_without_umap_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(ImportError, match=r"m with projection='umap' needs umap-learn.*textvec-kit\[umap\]"):
        projected(DENSE, "umap", 0, None, "m")


def test_one_vector_is_no_map():
    with pytest.raises(ValueError, match="needs two or more, but there is 1"):
        projected(DENSE[:1], "svd", 0, None, "m")


@pytest.mark.parametrize("as_matrix", [np.asarray, sp.csr_matrix, sp.csr_array])
@pytest.mark.parametrize("projection", _projection.PROJECTIONS[:2])
def test_vectors_that_are_all_the_same_are_in_one_place(as_matrix, projection):
    with pytest.warns(UserWarning, match="m: all 4 vectors are the same, so all points are in one place"):
        points = projected(as_matrix(np.full((4, 3), 0.1)), projection, 0, None, "m")
    assert not points.any()


@pytest.mark.parametrize("as_matrix", [np.asarray, sp.csr_matrix])
@pytest.mark.parametrize("shape", [(3, 1), (2, 2), (2, 5), (5, 2)])
def test_components_that_there_are_not_are_zero(as_matrix, shape):
    vectors = np.random.default_rng(1).random(shape)
    points = projected(as_matrix(vectors), "svd", 0, None, "m")
    assert points.shape == (shape[0], 2)
    if as_matrix is sp.csr_matrix:  # The products of all pairs tell that nothing was lost, up to the sign.
        np.testing.assert_allclose(points @ points.T, vectors @ vectors.T)
    elif shape[1] == 1:
        np.testing.assert_allclose(points[:, 0], vectors[:, 0] - vectors.mean())


def test_cosines_to_two_vectors():
    vectors = sp.csr_matrix([[1, 0], [3, 4], [0, 0]])
    assert cosines_to(vectors, np.array([[1.0, 0], [0, 2]])).round(4).tolist() == [[1, 0], [0.6, 0.8], [0, 0]]
    np.testing.assert_allclose(cosines_to(DENSE, DENSE[:2]), cosine_similarity(DENSE, DENSE[:2]))
