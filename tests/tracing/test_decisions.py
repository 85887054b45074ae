"""The end of a pipeline: decisions and their probabilities, the hits of a search."""

import math
import re

import numpy as np
import pytest
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import IsolationForest, RandomForestClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import MultinomialNB
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from textvec import (
    BM25Index,
    CosineIndex,
    EmbeddingVectorizer,
    HashingVectorizer,
    HybridIndex,
    TfidfVectorizer,
    WordVectors,
    trace,
)
from textvec.classification import NBSVMClassifier
from textvec.explanation import explain

TEXTS = ["win a free prize", "free prize now", "lunch at noon", "see you at lunch", "the noon prize"]
LABELS = ["spam", "spam", "ham", "ham", "spam"]
NEW = ["Free prizes and a free lunch", "noon", "unheard"]


CLASSIFIERS = [LogisticRegression(), MultinomialNB(), NBSVMClassifier(probability=True)]


def fitted(classifier, labels=LABELS):
    return make_pipeline(TfidfVectorizer(), classifier).fit(TEXTS * 5, labels * 5)


@pytest.mark.parametrize("classifier", [LogisticRegression(), LinearSVC(), MultinomialNB(), NearestCentroid()], ids=str)
@pytest.mark.filterwarnings("ignore:.*within_class_std_dev_")
def test_contributions_add_up_to_the_score(classifier):
    model = fitted(classifier)
    step = trace(model, NEW)["Decision"]
    assert step.output.tolist() == model.predict(NEW).tolist()
    for text, items, lines, label in zip(NEW, step.items, step.results, step.output, strict=True):
        decision = explain(model, text).of(label)
        assert sum(item.value for item in items) + decision.intercept == pytest.approx(decision.score)
        assert lines[0] == f"Decision: {label}"
        total, *_, score = re.fullmatch(r"[a-z ]+ = (.*?)(?: = (\S+))?", lines[1]).groups()
        assert eval(total.replace("−", "-")) == pytest.approx(decision.score, abs=2e-3)
        assert score is None or score.replace("−", "-") == f"{decision.score:.4g}"
        for item in items:
            weight, value = (float(part) for part in item.why.replace("−", "-").split(" × "))
            assert weight * value == pytest.approx(item.value, rel=2e-3)


@pytest.mark.parametrize("classifier", CLASSIFIERS, ids=str)
@pytest.mark.parametrize("labels", [LABELS, list("aabbc")], ids=["two", "three"])
def test_the_formula_of_the_probability(classifier, labels):
    model = fitted(classifier, labels)
    step = trace(model, NEW)["Decision"]
    places = np.searchsorted(model.classes_, step.output)  # a calibrated probability may be below a half
    for lines, chance in zip(step.results, model.predict_proba(NEW)[range(len(NEW)), places], strict=True):
        formula, shown = re.fullmatch(r"probability = (?:(.*) = )?(\S+)", lines[-1]).groups()
        assert shown == f"{chance:.4g}"
        if formula is None:
            assert isinstance(classifier, NBSVMClassifier)
            assert len(model.classes_) == 3
            continue
        python = re.sub(r"e\^\(", "exp(", formula.replace("−", "-").replace("×", "*").replace("e^-(", "exp(-1*("))
        python += ")" * (python.count("(") - python.count(")"))
        assert eval(python, {"exp": math.exp}) == pytest.approx(chance, abs=2e-3)


def test_terms_lead_to_the_words():
    items = trace(fitted(LogisticRegression()), NEW)["Decision"].items[0]
    assert {item.text: item.words for item in items} == {"free": (0, 4), "lunch": (5,)}


def test_contributions_that_are_not_exact():
    step = trace(fitted(RandomForestClassifier(20, random_state=0)), NEW[:1])["Decision"]
    assert "when the word is left out" in step.about[0]
    assert all(item.words for item in step.items[0])
    assert re.fullmatch(r"probability = [\d.]+", step.results[0][-1])


def test_predictions_of_numbers():
    step = trace(fitted(Ridge(), [1.0, 2.0, 3.0, 4.0, 5.0]), NEW[:1]).steps[-1]
    assert step.results == [[f"Prediction: {step.output[0]}"]]


def test_the_hits_of_a_search():
    index = CosineIndex().fit(TEXTS)
    traced = trace(index, NEW)
    step = traced["Search"]
    for text, items, lines in zip(NEW, step.items, step.results, strict=True):
        (hits,) = index.search([text], k=3)
        by_hit = {}
        for item in items:
            by_hit.setdefault(item.group, []).append(item.value)
        np.testing.assert_allclose([sum(values) for values in by_hit.values()], [hit.score for hit in hits])
        assert len(lines) == max(len(hits), 1)
    assert step.results[2] == ["Nothing was found."]
    first = step.items[0][0]
    left, right = re.fullmatch(r"(\S+) × (\S+) \(query × document\)", first.why).groups()
    assert float(left) * float(right) == pytest.approx(first.value, rel=1e-3)
    assert traced.model == "CosineIndex of TfidfVectorizer"


def test_the_hits_of_bm25():
    step = trace(BM25Index().fit(TEXTS), ["free free lunch"])["Search"]
    for item in step.items[0]:
        product = item.why.split(" (idf")[0].replace("×", "*")
        assert eval(product) == pytest.approx(item.value, rel=2e-3)
    assert {item.text: item.words for item in step.items[0]}["free"] == (0, 1)


def test_the_hits_of_meaning_and_of_both():
    vectors = WordVectors(["free", "prize", "lunch", "noon"], [[1, 0.1], [0.9, 0.2], [0.1, 1], [0.2, 0.9]])
    dense = CosineIndex(EmbeddingVectorizer(vectors))
    items = trace(dense.fit(TEXTS), ["a free meal at noon"])["Search"].items[0]
    assert all(" ~ " in item.text for item in items)
    assert {item.words for item in items} == {(1,), (4,)}
    both = HybridIndex(BM25Index(), CosineIndex(EmbeddingVectorizer(vectors))).fit(TEXTS)
    items = trace(both, ["free meal"])["Search"].items[0]
    assert {item.text for item in items} <= {"lexical", "dense"}
    assert any(item.why.startswith("rank 1") for item in items)


def test_an_index_that_is_not_fitted():
    with pytest.raises(NotFittedError, match="CosineIndex"):
        trace(CosineIndex(), ["a"])


def test_a_classifier_without_scores():
    """What it predicts is shown, and why there are no contributions."""
    voting = VotingClassifier([("a", LogisticRegression()), ("b", MultinomialNB())])
    model = fitted(voting)
    traced = trace(model, NEW)
    assert [step.title for step in traced] == ["Words", "Counts", "Weights", "Decision"]
    assert traced["Decision"].results == [[f"Prediction: {label}"] for label in model.predict(NEW)]
    assert traced["Decision"].about[0].startswith("Contributions are not known. explain: VotingClassifier gives no")


def test_several_labels_a_text():
    several = make_pipeline(TfidfVectorizer(), OneVsRestClassifier(LogisticRegression()))
    several.fit(TEXTS, np.array([[1, 0], [1, 0], [0, 1], [0, 1], [1, 1]]))
    assert trace(several, NEW[:1])["Decision"].results == [["Prediction: [1 1]"]]


def test_what_predicts_without_classes():
    outliers = make_pipeline(TfidfVectorizer(), IsolationForest(n_estimators=3, random_state=0)).fit(TEXTS)
    assert trace(outliers, NEW)["Decision"].results == [[f"Prediction: {each}"] for each in outliers.predict(NEW)]


def test_hits_that_cannot_be_explained():
    index = CosineIndex(make_pipeline(TfidfVectorizer(), TruncatedSVD(2))).fit(TEXTS)
    step = trace(index, NEW[:1])["Search"]
    assert (len(step.results[0]), step.items) == (3, [[]])
    assert step.about[1].startswith("A similarity of the vectors of TruncatedSVD cannot be explained")
    assert len(step.about) == 2


def test_words_of_the_hashes_that_gave_to_a_score():
    traced = trace(CosineIndex(HashingVectorizer(n_features=2**12)).fit(TEXTS), ["free prize"])
    assert {item.words for item in traced["Search"].items[0] if item.group.startswith("hit 1")} == {(0,), (1,)}
