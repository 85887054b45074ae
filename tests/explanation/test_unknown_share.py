"""How many words are unknown to a model."""

import pytest
from sklearn.ensemble import VotingClassifier

from textvec.classification import text_classifier
from textvec.explanation.unknown_share import unknown_words

TEXTS, LABELS = ["red apple pie", "a green leaf", "the red sea"], ["x", "y", "x"]


@pytest.mark.parametrize(
    ("options", "texts", "found"),
    [
        ({}, ["red car", "", "leaf leaf car"], (1, 3)),
        ({"stop_words": "english"}, ["the red apples"], (1, 3)),
        ({"stem": "snowball"}, ["red apples and leaves"], (2, 4)),
        ({}, [], (0, 0)),
    ],
)
def test_words_that_are_no_features(options, texts, found):
    assert unknown_words(text_classifier("counts", "nb", **options).fit(TEXTS, LABELS), texts) == found


def test_a_model_that_does_all_itself():
    model = VotingClassifier([("a", text_classifier("counts", "nb"))]).fit(TEXTS, LABELS)
    assert unknown_words(model, ["nothing known"]) == (0, 2)
