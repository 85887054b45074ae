"""What a score loses when a word is left out."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from support.decided import LABELS, TEXTS, fitted
from textvec import CountVectorizer, TfidfVectorizer
from textvec.explanation import explain
from textvec.explanation.occlusion import leave_one_out, marks_of_words, scores_of


def test_all_places_of_a_word_are_left_out_at_once():
    asked = []

    def scores(texts):
        asked.extend(texts)
        return np.array([[len(text), -len(text)] for text in texts], float)

    table, found = leave_one_out("Win, win! A prize", scores)
    assert asked == ["Win, win! A prize", ", ! A prize", "Win, win!  prize", "Win, win! A "]
    assert table.names == ["win", "a", "prize"]
    assert table.gives.tolist() == [[6, -6], [1, -1], [5, -5]]
    assert found.tolist() == [17, -17]


def test_the_model_is_asked_about_few_texts_at_once():
    sizes = []

    def scores(texts):
        sizes.append(len(texts))
        return np.zeros((len(texts), 2))

    leave_one_out(" ".join(f"w{i}" for i in range(300)), scores)
    assert sum(sizes) == 301
    assert max(sizes) <= 128


def test_a_contribution_is_what_the_probability_loses():
    model = fitted(CountVectorizer, lambda: RandomForestClassifier(7, random_state=0))
    decision = explain(model, "Free lunch, free prize")
    assert not decision.exact
    assert decision.score_name == "probability"
    whole, without = model.predict_proba(["Free lunch, free prize", " lunch,  prize"])
    for c, each in enumerate(decision):
        assert each.intercept is None
        assert each.score == whole[c] == each.probability
        gave = {given.term: given for given in each.contributions}
        assert gave["free"].contribution == pytest.approx(whole[c] - without[c])
        assert gave["free"].value is None
        assert gave["free"].weight is None


@pytest.mark.parametrize("classes", [2, 3])
def test_decision_values_where_there_are_no_probabilities(classes):
    model = fitted(TfidfVectorizer, lambda: SVC(), classes)
    decision = explain(model, "free lunch")
    values = np.ravel(model.decision_function(["free lunch"]))
    assert [each.score for each in decision] == pytest.approx([-values[0], values[0]] if classes == 2 else values)
    assert decision.score_name == "decision function"
    assert decision.probability is None


def test_a_model_without_scores_has_none():
    assert scores_of(object(), 2) is None
    assert scores_of(make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, LABELS), 3)[0] == "probability"


def test_marks_are_at_all_places_of_a_word():
    marks = marks_of_words("Win, win! A prize", ["win", "a", "prize"], [1.0, 0.0, -1.0])
    assert [tuple(mark) for mark in marks] == [(0, 3, 1.0), (5, 8, 1.0), (12, 17, -1.0)]
