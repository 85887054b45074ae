"""Decisions as data."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from support.decided import COLUMNS, LABELS, ONLY_LINEAR, TEXTS, fitted
from textvec import CountVectorizer, TfidfVectorizer
from textvec.explanation import ClassDecision, TermContribution, explain

TEXT = "Free lunch, mum! Win a prize on Monday, blimey"


@pytest.fixture(scope="module")
def decision():
    return explain(fitted(TfidfVectorizer, LogisticRegression), TEXT)


def test_a_decision_is_a_sequence_of_classes(decision):
    assert len(decision) == 3
    assert [each.label for each in decision] == ["home", "spam", "work"]
    assert isinstance(decision[0], ClassDecision)
    assert decision[-1] == decision[2] == decision.of("work")
    assert [each.label for each in decision[1:]] == ["spam", "work"]
    assert isinstance(decision[0].contributions[0], TermContribution)
    with pytest.raises(IndexError):
        decision[3]
    with pytest.raises(ValueError, match="Decision: 'eggs' is none of the 3 classes: 'home', 'spam', 'work'"):
        decision.of("eggs")


def test_a_label_is_no_number(decision):
    with pytest.raises(TypeError, match=r"takes the number of a class; of\('spam'\) is that of a label"):
        decision["spam"]


def test_as_dicts_and_as_a_table(decision):
    dicts = decision.to_dicts()
    assert [each["label"] for each in dicts] == ["home", "spam", "work"]
    assert list(dicts[0]) == ["label", "score", "probability", "intercept", "contributions"]
    assert list(dicts[0]["contributions"][0]) == ["term", "value", "weight", "contribution"]
    frame = decision.to_pandas()
    assert frame.columns.tolist() == ["label", "term", "value", "weight", "contribution"]
    totals = frame.groupby("label")["contribution"].sum()
    for each in decision:
        assert totals[each.label] + each.intercept == pytest.approx(each.score)


def test_equal_contributions_come_by_term():
    model = fitted(lambda: CountVectorizer(vocabulary=["8", "9", "7"], token_pattern=r"\w"), LogisticRegression)
    assert [tuple(each)[::3] for each in explain(model, "9 8 7")[0].contributions] == [("7", 0), ("8", 0), ("9", 0)]


@pytest.mark.parametrize("labels", [np.array([3, 5]), np.array([0.0, 1.0]), np.array([False, True])], ids=str)
def test_labels_are_plain_objects(labels):
    decision = explain(make_pipeline(CountVectorizer(), MultinomialNB()).fit(TEXTS, np.tile(labels, 6)), TEXT)
    assert [type(each.label) for each in decision] == [type(labels.tolist()[0])] * 2
    assert type(decision.label) is type(labels.tolist()[0])
    assert decision.label in labels.tolist()


def test_reasons_and_intercept_add_up_to_the_lead(decision):
    assert decision.reasons() == decision.of(decision.label).contributions
    bayes = explain(fitted(CountVectorizer, MultinomialNB), TEXT)
    for each in bayes:
        lead = each.score - np.mean([other.score for other in bayes if other.label != each.label])
        total = bayes.intercept(each.label) + sum(given.contribution for given in bayes.reasons(each.label))
        assert total == pytest.approx(lead)


def test_in_two_classes_what_speaks_for_one_speaks_against_the_other():
    decision = explain(fitted(TfidfVectorizer, LogisticRegression, 2), TEXT)
    home, spam = decision
    assert spam.score == -home.score
    assert {each.term: each.contribution for each in spam.contributions} == {
        each.term: -each.contribution for each in home.contributions
    }
    marks = {mark.start: mark.contribution for mark in decision.marks_of("spam")}
    assert marks == {mark.start: -mark.contribution for mark in decision.marks_of("home")}


def test_words_of_the_text_are_marked_with_what_they_gave(decision):
    reasons = {each.term: each.contribution for each in decision.reasons("work")}
    marks = {TEXT[mark.start : mark.end].lower(): mark.contribution for mark in decision.marks_of("work")}
    assert marks == pytest.approx({term: gave for term, gave in reasons.items() if gave})
    assert decision.unknown_words == ["blimey"]
    assert decision.marks == decision.marks_of(decision.label)


def test_a_union_marks_words_and_the_characters_of_n_grams():
    decision = explain(fitted(COLUMNS["words+char"], LogisticRegression, 2), "Prizes, freed prize")
    expected = np.zeros(len(decision.text))
    for each in decision.reasons():
        kind, term = each.term.split("__")
        for start, end in ((0, 7), (8, 13), (14, 19)):
            word = decision.text[start:end].lower()
            if kind == "tfidfvectorizer-1":
                expected[start : start + len(term)] += each.contribution * (word.strip(",") == term)
                continue
            padded = f" {word} "
            on = {i + k for i in range(len(padded)) if padded.startswith(term, i) for k in range(len(term))}
            expected[[start + k - 1 for k in on if 0 < k < len(padded) - 1]] += each.contribution
    given = np.zeros(len(decision.text))
    for mark in decision.marks:
        given[mark.start : mark.end] = mark.contribution
    assert given == pytest.approx(expected)
    assert given[0] != given[1]


def test_a_union_with_word_vectors_marks_words():
    decision = explain(fitted(ONLY_LINEAR["words+embedding"], LogisticRegression), TEXT)
    names = [each.term for each in decision[0].contributions]
    assert "embeddingvectorizer__lunch" in names
    assert "tfidfvectorizer__lunch" in names
    (lunch,) = [mark for mark in decision.marks_of("spam") if TEXT[mark.start : mark.end] == "lunch"]
    gave = [each.contribution for each in decision.of("spam").contributions if each.term.endswith("__lunch")]
    assert lunch.contribution == pytest.approx(sum(gave))


def test_a_decision_can_be_copied_and_pickled(decision):
    for twin in (copy.deepcopy(decision), pickle.loads(pickle.dumps(decision))):
        assert twin.to_dicts() == decision.to_dicts()
        assert twin.marks == decision.marks
        assert twin.unknown_words == ["blimey"]
    forest = explain(make_pipeline(TfidfVectorizer(), RandomForestClassifier(3)).fit(TEXTS, LABELS), TEXT)
    assert pickle.loads(pickle.dumps(forest)).to_dicts() == forest.to_dicts()
