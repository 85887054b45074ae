"""k-means, and c-TF-IDF against its formula."""

from math import log

import numpy as np
import pytest
import scipy.sparse as sp

from textvec import CountVectorizer
from textvec.plots._clusters import class_tfidf, clustered, named_by_nearest, named_by_terms

COUNTS = sp.csr_matrix([[2, 1, 0], [0, 1, 0], [0, 1, 3]])
CLASSES = np.array([0, 0, 1])


def test_class_tfidf_is_its_formula():
    """Classes have 4 and 4 terms, so A is 4; the terms occur 2, 3 and 3 times."""
    expected = [
        [2 / 4 * log(1 + 4 / 2), 2 / 4 * log(1 + 4 / 3), 0],
        [0, 1 / 4 * log(1 + 4 / 3), 3 / 4 * log(1 + 4 / 3)],
    ]
    np.testing.assert_allclose(class_tfidf(COUNTS, CLASSES), expected)


def test_a_class_without_terms_has_zeros():
    assert class_tfidf(sp.csr_matrix([[1, 2], [0, 0]]), np.array([0, 1]))[1].tolist() == [0, 0]


def test_names_leave_out_what_is_everywhere_and_what_is_in_one_text_only():
    """The stop word has the highest c-TF-IDF of all, and "zzz" is of one text among forty."""
    fruit = ["the the the the apple pear", "the the the the apple plum"] * 20
    cars = ["the the the the car road", "the the the the car wheel"] * 20
    fruit[0] += " zzz" * 60
    counter = CountVectorizer()
    counts = counter.fit_transform(fruit + cars)
    classes = np.repeat([0, 1], 40)
    terms = counter.get_feature_names_out().tolist()
    assert terms[class_tfidf(counts, classes)[1].argmax()] == "the"
    assert named_by_terms(counts, terms, classes) == ["apple, pear, plum", "car, road, wheel"]


def test_stop_words_are_the_last_names():
    """Though they tell the two classes best; a class that has nothing else is named by them."""
    texts = ["was were ll apple"] * 3 + ["apple"] * 3 + ["isn we our"] * 6
    counter = CountVectorizer()
    counts = counter.fit_transform(texts)
    names = named_by_terms(counts, counter.get_feature_names_out().tolist(), np.repeat([0, 1], 6))
    assert [name.split(", ")[0] for name in names] == ["apple", "isn"]


def test_names_without_any_term():
    assert named_by_terms(sp.csr_matrix((3, 0)), [], CLASSES) == ["no term (1)", "no term (2)"]
    assert named_by_terms(sp.csr_matrix([[0], [0], [1]]), ["tea"], CLASSES) == ["no term", "tea"]


def test_words_nearest_to_the_centre_name_a_cluster():
    vectors = np.array([[1, 0.1], [1, 0], [1, 0.2], [0, 1], [1, -0.9]])
    assert named_by_nearest(vectors, list("abcde"), np.array([0, 0, 0, 1, 0])) == ["b, a, c", "d"]


@pytest.mark.parametrize("as_matrix", [np.asarray, sp.csr_matrix])
def test_the_largest_cluster_is_the_first(as_matrix):
    vectors = np.array([[1, 0], [0, 1], [0, 2], [0.1, 1], [5, 0.1]])
    assert clustered(as_matrix(vectors), 2, 0, "m").tolist() == [1, 0, 0, 0, 1]


@pytest.mark.parametrize("n_clusters", [0, -1, 6, 2.0, True])
def test_a_number_that_is_none_of_clusters_is_refused(n_clusters):
    with pytest.raises(ValueError, match="m: clusters must be a number from 1 to that of points, 5"):
        clustered(np.eye(5), n_clusters, 0, "m")


def test_fewer_different_points_than_clusters():
    with pytest.warns(UserWarning, match="m: 4 clusters were asked for, but there are only 2 different points"):
        found = clustered(np.array([[1.0, 0], [2, 0], [0, 1], [0, 1]]), 4, 0, "m")
    assert sorted(found.tolist()) == [0, 0, 1, 1]
