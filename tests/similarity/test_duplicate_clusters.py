"""find_duplicate_clusters has the clusters of find_duplicates, with fewer pairs."""

import numpy as np
import pytest
import scipy.sparse as sp

from textvec import HashingVectorizer
from textvec.similarity import find_duplicate_clusters, find_duplicates


def repeated(dense):
    """Return rows of few columns and values, so that many are equal, some only but for their length, and some zero."""
    rng = np.random.default_rng(3)
    matrix = np.round(rng.random((400, 6)) * 2) * (rng.random((400, 6)) < 0.4)
    return matrix if dense else sp.csr_array(matrix)


@pytest.mark.parametrize("threshold", [0.3, 0.8, 0.95, 1.0])
@pytest.mark.parametrize("dense", [False, True])
def test_clusters_are_those_of_all_pairs(threshold, dense):
    matrix = repeated(dense)
    whole = find_duplicates(matrix, threshold, encoder="precomputed")
    found = find_duplicate_clusters(matrix, threshold, encoder="precomputed")
    np.testing.assert_array_equal(found.labels, whole.labels)
    np.testing.assert_array_equal(found.unique, whole.unique)
    assert found.clusters == whole.clusters
    scores = {(first, second): score for first, second, score in whole}
    assert {pair[:2] for pair in found} < scores.keys()
    np.testing.assert_allclose(found.scores, [scores[pair[:2]] for pair in found], rtol=0, atol=1e-12)
    assert len(found) < len(whole)
    order = np.lexsort((found.second, found.first, -found.scores))
    assert (order == np.arange(len(order))).all()


def test_texts_with_ids():
    found = find_duplicate_clusters(["red sea", "", "sea red", "", "blue"], ids=["a", "b", "c", "d", "e"])
    assert found.clusters == [["a", "c"]]
    assert found.labels.tolist() == [0, -1, 0, -1, -1]
    assert "sea red" in repr(found)
    assert len(find_duplicate_clusters([])) == 0


def test_explicit_zeros_and_repeated_entries_are_no_differences():
    matrix = sp.csr_array(([1.0, 1.0, 2.0, 0.0], [0, 0, 0, 1], [0, 2, 4]), (2, 2))
    assert find_duplicate_clusters(matrix, 1.0, encoder="precomputed").clusters == [[0, 1]]
    assert (matrix.nnz, matrix.indptr.tolist()) == (4, [0, 2, 4])  # what was given is not changed


def test_many_equal_documents_make_few_pairs():
    n = 30_000  # 450 million pairs
    found = find_duplicate_clusters(["red sea", "blue"] * n, encoder=HashingVectorizer(n_features=64))
    assert len(found) == 2 * (n - 1)
    assert found.unique.tolist() == [0, 1]


def test_errors_name_the_function():
    with pytest.raises(TypeError, match="find_duplicate_clusters: the encoder must be"):
        find_duplicate_clusters(["red"], encoder=3)
    with pytest.raises(ValueError, match="threshold, the lowest similarity"):
        find_duplicate_clusters(["red"], 2)
