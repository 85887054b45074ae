"""What an evaluation counts, against scikit-learn's report; what is held out; what is refused; the picture."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.metrics import classification_report, confusion_matrix
from sklearn.model_selection import StratifiedKFold, cross_val_predict, train_test_split

from textvec.classification import Evaluation, evaluate, evaluate_held_out, text_classifier

TEXTS = [f"{word} {i}" for i in range(10) for word in ("red", "green", "blue")]
LABELS = [f"is {text.split()[0]}" for text in TEXTS]


@pytest.mark.parametrize("seed", range(5))
def test_the_figures_are_scikit_learn_s(seed):
    random = np.random.default_rng(seed)
    true = random.choice(["a", "b", "c"], 50).tolist()
    predicted = random.choice(["a", "b", "d"], 50).tolist()  # one is never predicted, one is never true
    found = Evaluation.from_predictions(true, predicted, ["e"])
    names = ["a", "b", "c", "d", "e"]
    expected = classification_report(true, predicted, labels=names, output_dict=True, zero_division=0)
    assert found.labels == names
    assert found.confusion.tolist() == confusion_matrix(true, predicted, labels=names).tolist()
    means = {"macro avg": found.macro_average, "weighted avg": found.weighted_average}
    for name, scores in [*zip(names, found, strict=True), *means.items()]:
        want = expected[name]
        assert scores[1:4] == pytest.approx([want["precision"], want["recall"], want["f1-score"]])
        assert scores.support == want["support"]
    assert found.accuracy == pytest.approx(np.mean(np.equal(true, predicted)))
    assert found.to_dict()["classes"][2] == found[2]._asdict()
    assert found.of("c") == found[2]
    with pytest.raises(TypeError, match=r"of\('c'\) is that of a label"):
        found["c"]
    with pytest.raises(ValueError, match="Evaluation: 'x' is none of the 5 classes: 'a', 'b', 'c', 'd', 'e'"):
        found.of("x")
    wrong = found.confusions()
    assert sum(each.n_texts for each in wrong) == 50 - np.trace(found.confusion)
    assert [each.n_texts for each in wrong] == sorted((each.n_texts for each in wrong), reverse=True)


def test_what_is_held_out_is_stratified_and_as_scikit_learn_has_it(messages, labels):
    model = text_classifier("tfidf", "nb")
    found = evaluate_held_out(model, messages, labels, cv=3, random_state=7)
    folds = StratifiedKFold(3, shuffle=True, random_state=7)
    predicted = cross_val_predict(model, messages, labels, cv=folds)
    assert found.confusion.tolist() == confusion_matrix(labels, predicted).tolist()

    found = evaluate_held_out(model, messages, labels, test_size=0.25, random_state=7)
    parts = train_test_split(messages, labels, test_size=0.25, stratify=labels, random_state=7)
    assert found.n_texts == len(parts[1])
    assert [each.support for each in found] == [parts[3].count("ham"), parts[3].count("spam")]
    assert not hasattr(model[0], "vocabulary_")


def test_labels_that_the_model_does_not_know():
    model = text_classifier("counts", "nb").fit(TEXTS, LABELS)
    found = evaluate(model, ["red", "red"], ["is red", "is purple"])
    assert found.labels == ["is blue", "is green", "is purple", "is red"]
    assert found[2] == ("is purple", 0.0, 0.0, 0.0, 1)
    with pytest.raises(
        ValueError, match=r"no label is a class of the model: the labels are 'x', the classes 'is blue'"
    ):
        evaluate(model, ["red"], ["x"])


@pytest.mark.parametrize(
    ("labels", "options", "message"),
    [
        (["a"] * 30, {}, "All 30 texts have the label 'a'. A classifier tells two or more classes apart"),
        ([*LABELS[:-1], None], {}, "the label of text 29 is missing"),
        (pd.Series([*LABELS[:-1], pd.NA], dtype="string"), {}, "the label of text 29 is missing"),
        ([*LABELS[:-1], ""], {}, "the label of text 29 is missing"),
        (LABELS[:-1], {}, "there are 29 for 30"),
        (["a", *LABELS[1:]], {}, "the class 'a' has 1 text, which cannot be among those to learn from"),
        (["a", "a", *LABELS[2:]], {"cv": 5}, "'a' has 2 texts, which cannot be in each of 5 folds.* or take 2 folds"),
        (LABELS, {"cv": 1}, "cv must be 2 or more folds"),
        (LABELS, {"test_size": 1.5}, "test_size must be a share"),
        (LABELS, {"test_size": 0.05}, "leaves one side with fewer texts than there are classes, 3"),
    ],
)
def test_what_cannot_be_held_out(labels, options, message):
    with pytest.raises(ValueError, match=message):
        evaluate_held_out(text_classifier("counts", "nb"), TEXTS, labels, **options)


@pytest.mark.parametrize("kind", [pd.Series, pa.array, pl.Series, np.array, iter], ids=lambda kind: kind.__name__)
def test_any_column(kind):
    model = text_classifier("counts", "nb")
    expected = evaluate_held_out(model, TEXTS, LABELS)
    assert evaluate_held_out(model, kind(TEXTS), kind(LABELS)).to_dict() == expected.to_dict()
    assert evaluate(model.fit(TEXTS, LABELS), kind(TEXTS), kind(LABELS)).accuracy == 1


def test_no_texts():
    with pytest.raises(ValueError, match="evaluate: there are no texts"):
        evaluate(text_classifier("counts", "nb"), [], [])
