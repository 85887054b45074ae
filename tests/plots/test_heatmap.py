import numpy as np
import pytest

from textvec.plots import similarity_heatmap
from textvec.similarity import SimilarityMatrix, similarity_matrix

TEXTS = ["$x^{$ bees make honey", "bears eat honey", "it rains"]


def test_the_image_is_the_matrix_in_percent():
    matrix = similarity_matrix(TEXTS)
    ax = similarity_heatmap(matrix)
    np.testing.assert_array_equal(ax.images[0].get_array(), 100 * matrix.scores)
    assert ax.images[0].get_clim() == (0, 100)
    assert [text.get_text() for text in ax.texts] == [f"{100 * score:.0f}" for score in matrix.scores.ravel()]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == [label.get_text() for label in ax.get_xticklabels()] == TEXTS
    ax.figure.draw_without_rendering()


def test_scores_below_zero_have_colours_of_their_own():
    ax = similarity_heatmap(SimilarityMatrix(["a", "b"], np.array([[1, -0.001], [-0.001, 1]])))
    assert ax.images[0].get_clim() == (-100, 100)
    assert ax.texts[1].get_text() == "0"


def test_other_labels():
    ax = similarity_heatmap(similarity_matrix(TEXTS), labels=range(3))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["0", "1", "2"]
    with pytest.raises(ValueError, match="there must be a label for each text, but there are 2 for 3"):
        similarity_heatmap(similarity_matrix(TEXTS), ["a", "b"])


def test_some_names_of_many_texts(apart):
    texts = [f"text {i}" for i in range(100)]
    ax = similarity_heatmap(SimilarityMatrix(texts, np.eye(100)))
    assert not ax.texts
    assert [label.get_text() for label in ax.get_yticklabels()] == texts[::3]
    assert ax.get_yticks().tolist() == list(range(0, 100, 3))
    apart(ax.get_yticklabels())


def test_what_is_no_matrix():
    with pytest.raises(TypeError, match="similarity_heatmap: a SimilarityMatrix was expected, but a ndarray was given"):
        similarity_heatmap(np.eye(2))
