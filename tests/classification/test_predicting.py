"""Classes and scores from features that are made once are those of the model."""

import numpy as np
import pytest
from sklearn.ensemble import VotingClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import MultinomialNB

from textvec.classification import text_classifier
from textvec.classification.predicting import can_have_probabilities, kind_of_scores, predictions

TEXTS = ["red apple", "red cherry", "green leaf", "green grass", "blue sea", "blue sky"]
LABELS = ["red", "red", "green", "green", "blue", "blue"]
NEW = ["a red leaf", "", "blue"]


@pytest.mark.parametrize("name", ["logreg", "svm", "perceptron", "centroid", "nbsvm", "nb", "dummy"])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.filterwarnings("ignore:self.within_class_std_dev_")
def test_scores_are_those_of_the_model(name, n_classes):
    n = 2 * n_classes
    model = text_classifier("tfidf", name, stem="snowball").fit(TEXTS[:n], LABELS[:n])
    labels, scores = predictions(model, NEW, True)
    assert labels == model.predict(NEW).tolist()
    assert scores.shape == (3, n_classes)
    if kind_of_scores(model) == "probability":
        np.testing.assert_array_equal(scores, model.predict_proba(NEW))
    else:
        np.testing.assert_array_equal(scores[:, 1] if n_classes == 2 else scores, model.decision_function(NEW))
        assert n_classes == 3 or (scores[:, 0] == -scores[:, 1]).all()
    assert predictions(model, NEW, False).scores is None


def test_a_grid_search_and_a_model_without_scores():
    search = GridSearchCV(text_classifier("counts", "nb"), {"classifier__alpha": [1.0, 2.0]}, cv=2).fit(TEXTS, LABELS)
    assert predictions(search, NEW, False).labels == search.predict(NEW).tolist()
    assert [can_have_probabilities(text_classifier("counts", name)) for name in ("nbsvm", "svm")] == [True, False]
    model = text_classifier("tfidf", VotingClassifier([("nb", MultinomialNB())]))
    with pytest.raises(ValueError, match="VotingClassifier gives neither probabilities nor scores"):
        kind_of_scores(model)
