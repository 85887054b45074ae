import math

import numpy as np
import pandas as pd
import pytest

from support.compared import SCORES, SKIPPED, comparison_of, four_pairs, pair_scores
from textvec.classification.significance import corrected_t_test


@pytest.fixture
def comparison():
    return four_pairs()


def names(pairs):
    return [(pair.features, pair.classifier) for pair in pairs]


def test_a_sequence_the_best_first(comparison):
    assert len(comparison) == 4
    assert names(comparison) == [("tfidf", "nb"), ("char", "svm"), ("tfidf", "svm"), ("counts", "nb")]
    assert names(comparison[1:3]) == names(list(comparison))[1:3]
    assert comparison[0] is comparison.best
    assert comparison.best_by("loss") is comparison[-1]
    assert comparison.scoring == ["accuracy", "loss"]


def test_figures_of_a_pair(comparison):
    pair = comparison.best
    assert pair.mean() == pytest.approx(np.mean(SCORES["tfidf", "nb"]))
    assert pair.std() == pytest.approx(np.std(SCORES["tfidf", "nb"], ddof=1))
    assert (pair.mean("loss"), pair.std("loss")) == (-1, 0)
    assert (pair.fit_time, pair.predict_time) == (2.0, 2.0)
    with pytest.raises(ValueError, match="There is no scoring 'f1' in this comparison, only accuracy, loss"):
        pair.mean("f1")


def test_in_another_order(comparison):
    assert names(comparison.sorted_by("loss")) == list(SCORES)
    assert names(comparison.sorted_by("fit_time")) == list(SCORES)
    assert names(comparison.sorted_by("predict_time")) == list(SCORES)[::-1]
    assert names(comparison.sorted_by("size")) == list(SCORES)[::-1]
    assert comparison.sorted_by("size").best is comparison.best
    assert comparison.sorted_by("size").skipped == SKIPPED
    assert comparison[0] is comparison.best
    with pytest.raises(
        ValueError, match="is sorted by accuracy, loss, fit_time, predict_time, size, but not by 'name'"
    ):
        comparison.sorted_by("name")


def test_what_has_no_size_comes_last():
    pairs = [pair_scores("a", "nb", {"s": [1, 2]}, size=None), pair_scores("b", "nb", {"s": [1, 2]}, size=5)]
    assert names(comparison_of(pairs).sorted_by("size")) == [("b", "nb"), ("a", "nb")]


def test_differences_and_noise(comparison):
    by_name = dict(zip(names(comparison), comparison, strict=True))
    one, other = by_name["counts", "nb"], by_name["tfidf", "svm"]
    expected = corrected_t_test(SCORES["counts", "nb"], SCORES["tfidf", "svm"], [200] * 3, [100] * 3)
    assert comparison.p_value(one, other) == expected
    assert comparison.p_value(one) == comparison.p_value(one, comparison.best)
    assert comparison.p_value(comparison.best) == 1
    assert comparison.p_value(one, other, "loss") == 0
    near = comparison.within_noise()
    assert near == [pair for pair in comparison if comparison.p_value(pair) >= 0.05]
    assert comparison.within_noise(alpha=0) == list(comparison)
    assert names(comparison.within_noise("loss")) == [("counts", "nb")]


def test_one_fold_says_nothing_about_chance():
    pairs = [pair_scores("a", "nb", {"s": [0.9]}), pair_scores("b", "nb", {"s": [0.95]})]
    found = comparison_of(pairs)
    assert math.isnan(found.p_value(found[1]))
    assert math.isnan(found[0].std())
    assert names(found.within_noise()) == [("b", "nb")]


def test_scores_that_are_none_come_last():
    pairs = [pair_scores("a", "nb", {"s": [np.nan, 0.9]}), pair_scores("b", "nb", {"s": [0.1, 0.2]})]
    assert names(comparison_of(pairs)) == [("b", "nb"), ("a", "nb")]


def test_as_dicts(comparison):
    rows = comparison.to_dicts()
    assert len(rows) == 5
    keys = ["features", "classifier"]
    keys += [name + end for name in ("accuracy", "loss") for end in ("", "_std", "_folds", "_p")]
    assert all(list(row) == [*keys, "fit_time", "predict_time", "size", "skipped"] for row in rows)
    assert rows[0]["accuracy_folds"] == SCORES["tfidf", "nb"]
    assert rows[0]["accuracy"] == comparison.best.mean()
    assert rows[0]["skipped"] is None
    last = {key: value for key, value in rows[-1].items() if value is not None}
    assert last == {"features": "nb", "classifier": "nb", "skipped": SKIPPED[0].reason}


def test_as_a_table(comparison):
    table = comparison.to_pandas()
    assert isinstance(table, pd.DataFrame)
    assert table["accuracy"].tolist()[:4] == [pair.mean() for pair in comparison]
    assert table["features"].tolist() == [row["features"] for row in comparison.to_dicts()]
