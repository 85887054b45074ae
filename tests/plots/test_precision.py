import numpy as np
import pytest
from sklearn.metrics import average_precision_score, precision_recall_curve

from textvec.classification import text_classifier
from textvec.datasets import load_messages
from textvec.plots import precision_recall

MESSAGES = load_messages()
TEXTS, LABELS = MESSAGES.data[1:400:2], MESSAGES.target[1:400:2]


@pytest.mark.parametrize("learner", ["logreg", "svm"])  # with probabilities, and with a decision function
def test_curves_are_those_of_scikit_learn(learner):
    model = text_classifier("counts", learner).fit(MESSAGES.data[:400:2], MESSAGES.target[:400:2])
    ax = precision_recall(model, TEXTS, LABELS)
    scores = model.predict_proba(TEXTS)[:, 1] if learner == "logreg" else model.decision_function(TEXTS)
    for line, label, of_class in zip(ax.lines, ["ham", "spam"], [-scores, scores], strict=True):
        of_class = 1 + of_class if learner == "logreg" and label == "ham" else of_class
        precision, recall, _ = precision_recall_curve(np.equal(LABELS, label), of_class)
        np.testing.assert_allclose(line.get_xdata(), recall)
        np.testing.assert_allclose(line.get_ydata(), precision)
        assert line.get_label() == f"{label} (AP {average_precision_score(np.equal(LABELS, label), of_class):.3f})"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("recall", "precision")


def test_classes_without_a_text_have_no_curve():
    labels = [f"class {i} $x^{{$" for i in range(9)]
    texts = [f"word{i}" for i in range(9)]
    model = text_classifier("counts", "nb").fit(texts * 3, labels * 3)
    ax = precision_recall(model, texts[:8], labels[:8])
    assert [line.get_label() for line in ax.lines] == [f"{label} (AP 1.000)" for label in labels[:8]]
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 8
    ax.figure.draw_without_rendering()
    assert ax.get_legend().get_window_extent().x0 > ax.get_window_extent().x1  # beside the curves
    assert len(precision_recall(model, texts[:2], [labels[0], "unknown"]).lines) == 1


def test_what_cannot_be_drawn():
    model = text_classifier("counts", "nb").fit(["red", "blue"], ["a", "b"])
    with pytest.raises(ValueError, match="precision_recall: no label is a class of the model"):
        precision_recall(model, ["red"], ["c"])
    with pytest.raises(ValueError, match="precision_recall: there must be a label for each text"):
        precision_recall(model, ["red"], ["a", "b"])
    with pytest.raises(TypeError, match="precision_recall: model must be a fitted Pipeline"):
        precision_recall(["a"], ["red"], ["a"])
