import numpy as np
import pytest
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.metrics import confusion_matrix as sklearn_matrix

from textvec.classification import Evaluation
from textvec.plots import confusion_matrix

TRUE = ["ham", "ham", "ham", "spam", "spam", "eggs"]
SAID = ["ham", "spam", "ham", "spam", "spam", "ham"]


def test_numbers_and_colours_are_those_of_scikit_learn():
    ax = confusion_matrix(Evaluation.from_predictions(TRUE, SAID))
    expected = sklearn_matrix(TRUE, SAID)
    assert [text.get_text() for text in ax.texts] == [str(n) for n in expected.ravel()]
    peer = ConfusionMatrixDisplay.from_predictions(TRUE, SAID).ax_
    assert [text.get_position() for text in ax.texts] == [text.get_position() for text in peer.texts]
    for axis in ("xticklabels", "yticklabels"):
        names = [label.get_text() for label in getattr(ax, f"get_{axis}")()]
        assert names == [label.get_text() for label in getattr(peer, f"get_{axis}")()] == ["eggs", "ham", "spam"]
    np.testing.assert_allclose(ax.images[0].get_array(), sklearn_matrix(TRUE, SAID, normalize="true"))
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == (
        "predicted class",
        "true class",
        "6 texts, accuracy 66.7%",
    )


def test_a_class_without_texts_has_a_row_of_zeros():
    ax = confusion_matrix(Evaluation(["a", "b"], [[2, 1], [0, 0]]))
    assert ax.images[0].get_array().tolist() == [[2 / 3, 1 / 3], [0, 0]]


def test_names_are_no_formulas_and_do_not_run_into_each_other(apart):
    names = ["$x^{$", "spam\x1b", *(f"a long name of a class {i}" for i in range(9))]
    ax = confusion_matrix(Evaluation(names, np.eye(11, dtype=int)))
    ax.figure.draw_without_rendering()  # as a formula, the first could not be written
    assert [label.get_text() for label in ax.get_xticklabels()][:2] == ["$x^{$", "spam\ufffd"]
    apart(ax.get_yticklabels())


@pytest.mark.parametrize(("length", "angle"), [(10, 0), (17, 45)])
def test_names_of_three_classes_stand_level_if_they_fit(length, angle, apart):
    names = [f"{i}" + (length - 1) * "n" for i in range(3)]
    labels = confusion_matrix(Evaluation(names, np.eye(3, dtype=int))).get_xticklabels()
    assert labels[0].get_rotation() == angle
    if angle == 0:
        apart(labels)


def test_many_classes_have_colours_only():
    ax = confusion_matrix(Evaluation(range(30), np.eye(30, dtype=int)))
    assert not ax.texts
    assert ax.images[0].get_array().shape == (30, 30)


@pytest.mark.parametrize("thing", [[[1, 0], [0, 1]], np.eye(2), None], ids=["list", "array", "none"])
def test_what_is_no_evaluation(thing):
    with pytest.raises(TypeError, match="confusion_matrix: an Evaluation was expected, but a "):
        confusion_matrix(thing)


def test_no_classes():
    with pytest.raises(ValueError, match="confusion_matrix: there is nothing to draw"):
        confusion_matrix(Evaluation([], np.zeros((0, 0))))
