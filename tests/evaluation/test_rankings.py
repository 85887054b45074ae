"""Measures of rankings are trec_eval's, whatever comes in; judgements that do not fit are an error that says which."""

import math
import random

import numpy as np
import pytest

from textvec import CosineIndex
from textvec.evaluation import read_run, retrieval, write_qrels, write_run

QUERIES = {"q1": "apple", "q2": "blue", "q3": "ocean"}
QRELS = {"q1": {"d1": 1}, "q2": {"d3": 2}, "q3": {"d3": 2, "d1": 0}}


@pytest.fixture(scope="module")
def index():
    return CosineIndex().fit(["red apple", "green apple", "blue sea"], ids=["d1", "d2", "d3"])


def made_up(seed):
    """Return judgements and a run with ties, unjudged and negative documents, queries without one of the two."""
    rng = random.Random(seed)
    names = [f"d{i}" for i in range(30)] + ["é", "日本", "D1", "10", "9", "~"]
    qrels, run = {}, {}
    for q in range(25):
        documents = rng.sample(names, rng.randrange(1, len(names)))
        grades = rng.choice([(0, 1), (-1, 0, 1, 2, 3), (0,), (1, 2, 4)])
        if q % 7 != 3:
            qrels[f"q{q}"] = {document: rng.choice(grades) for document in documents}
        if q % 6 != 2:
            scores = rng.choice([(0.0, 1.0), (-1.5, 0.5, 2.0), (1.0, 1.0 + 1e-12)])
            found = rng.sample(names, rng.randrange(len(names)))
            run[f"q{q}"] = {document: rng.choice(scores) + rng.choice([0.0, rng.random()]) for document in found}
    return qrels, run


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("k", "level"), [(1, 1), (10, 1), (10, 2), (5, 3), (1000, 1)])
def test_measures_are_those_of_trec_eval(seed, k, level):
    pytrec_eval = pytest.importorskip("pytrec_eval")
    qrels, run = made_up(seed)
    names = (f"ndcg_cut_{k}", f"recall_{k}", "recip_rank", "map")
    asked = {f"ndcg_cut.{k}", f"recall.{k}", "recip_rank", "map"}
    judge = pytrec_eval.RelevanceEvaluator(qrels, asked, relevance_level=level)
    theirs = judge.evaluate({query: run.get(query, {}) for query in qrels})
    ours = retrieval(run, qrels, k=k, relevance_level=level)
    assert [query.query for query in ours.queries] == list(qrels)
    for query in ours.queries:
        np.testing.assert_allclose(query[1:5], [theirs[query.query][name] for name in names], rtol=1e-12)
    means = np.mean([[theirs[query][name] for name in names] for query in qrels], axis=0)
    np.testing.assert_allclose([ours.ndcg, ours.recall, ours.mrr, ours.map], means, rtol=1e-12)
    assert ours.n_unjudged_queries == len(run.keys() - qrels.keys()) > 0


@pytest.mark.parametrize("seed", range(3))
def test_means_are_those_of_ir_measures(seed):
    ir_measures = pytest.importorskip("ir_measures")
    qrels, run = made_up(seed)
    asked = [ir_measures.nDCG @ 10, ir_measures.R @ 10, ir_measures.RR, ir_measures.AP]
    theirs = ir_measures.calc_aggregate(asked, qrels, run)
    ours = retrieval(run, qrels)
    np.testing.assert_allclose([ours.ndcg, ours.recall, ours.mrr, ours.map], [theirs[name] for name in asked])


def test_by_hand():
    result = retrieval({"q": {"a": 3.0, "b": 2.0, "c": 1.0}}, {"q": {"b": 1, "c": 3, "d": 1, "e": -4}}, k=2)
    (query,) = result.queries
    assert query.ndcg == pytest.approx((1 / math.log2(3)) / (3 + 1 / math.log2(3)))
    assert query[2:] == (1 / 3, 1 / 2, pytest.approx((1 / 2 + 2 / 3) / 3), 3, 3)
    strict = retrieval({"q": ["a", "b", "c"]}, {"q": {"b": 1, "c": 3, "d": 1}}, k=2, relevance_level=2)
    assert strict.queries[0][1:] == (query.ndcg, 0, 1 / 3, 1 / 3, 1, 3)


def test_ties_go_to_the_last_by_id():
    assert retrieval({"q": {"a": 1, "b": 1}}, {"q": {"b": 1}}).mrr == 1
    assert retrieval({"q": {"b": 1, "a": 1}}, {"q": {"a": 1}}).mrr == 1 / 2
    assert retrieval({"q": {10: 1, 9: 1}}, {"q": {9: 1}}).mrr == 1  # as text, 9 is after 10
    assert retrieval({"q": ["a", "b"]}, {"q": {"a": 1}}).mrr == 1  # a list is an order
    assert retrieval({"q": {"a": 1 + 1e-12, "b": 1}}, {"q": {"b": 1}}).mrr == 1  # equal in single precision
    assert retrieval({"q": {"a": math.inf, "b": 1e300}}, {"q": {"b": 1}}).mrr == 1


def test_an_index_is_asked_what_has_judgements(index):
    result = retrieval(index, QRELS, {**QUERIES, "q4": "red"})
    assert result.run.keys() == QRELS.keys()
    assert list(result.run["q1"]) == ["d1", "d2"]
    assert result.run["q3"] == {}
    assert (result.n_unjudged_queries, result.queries[2].n_hits) == (1, 0)
    assert retrieval(index, QRELS, QUERIES, depth=1).queries[0].n_hits == 1
    again = retrieval(result.run, QRELS, QUERIES)
    assert again.queries == result.queries


def test_anything_that_searches_is_an_index():
    class Hit:
        def __init__(self, id_, score):
            self.id, self.score = id_, np.float32(score)

    class Searcher:
        def search(self, texts, k):
            assert texts == ["apple"]
            return [[Hit(7, 0.9), Hit(7, 0.4), Hit(8, 0.5)][:k]]

    result = retrieval(Searcher(), {"q1": {"8": 1}}, QUERIES)
    assert result.run == {"q1": {"7": pytest.approx(0.9), "8": 0.5}}  # the best passage of a document counts
    assert result.mrr == 1 / 2


def test_an_index_is_searched_as_it_is_said(index):
    found = retrieval(index, QRELS, QUERIES, min_score=0.99)
    assert (found.run, retrieval(index, QRELS, QUERIES).run["q1"].keys()) == (
        {"q1": {}, "q2": {}, "q3": {}},
        {"d1", "d2"},
    )
    with pytest.raises(TypeError, match="fusion"):
        retrieval(index, QRELS, QUERIES, fusion="weighted")
    with pytest.raises(TypeError, match="fusion, weights is for the search of an index"):
        retrieval(found.run, QRELS, fusion="weighted", weights=(1, 2))


def test_numbers_of_an_index_are_their_text_in_files(tmp_path):
    index = CosineIndex().fit(["red apple", "green apple", "blue sea"])
    write_qrels({"1": {0: 1}}, tmp_path / "qrels.txt")
    assert retrieval(index, tmp_path / "qrels.txt", {1: "red"}).mrr == 1
    with pytest.raises(ValueError, match="names 4 documents that the index does not hold: '3', '00', '9999"):
        retrieval(index, {"1": {0: 1, 3: 0, "00": 1, "9" * 5000: 1, "--1": 1}}, {1: "red"})


def test_the_run_of_a_result_has_its_figures(index, tmp_path):
    result = retrieval(index, QRELS, QUERIES)
    write_run(result.run, tmp_path / "run.txt")
    assert read_run(tmp_path / "run.txt") == {query: hits for query, hits in result.run.items() if hits}
    assert retrieval(tmp_path / "run.txt", QRELS).queries == result.queries


def test_what_it_looks_like(index):
    result = retrieval(index, QRELS, {**QUERIES, "x": "no"}, k=1000)
    shown = repr(result)
    assert max(map(len, shown.split("\n"))) <= 80
    assert shown.split("\n")[-2:] == ["  1 query without hits", "  1 query without judgements, left out"]
    assert "recall@1000</th><td>0.6667</td><td>0.3333</td>" in result._repr_html_()
    assert result.to_dict() == {
        "ndcg@1000": result.ndcg,
        "recall@1000": 2 / 3,
        "mrr": 0.5,
        "map": 0.5,
        "n_queries": 3,
    }
    assert result.standard_errors["mrr"] == pytest.approx(np.std([0.5, 1, 0], ddof=1) / 3**0.5)
    assert result.to_dicts()[1]["query"] == "q2"
    assert "1 query without relevant documents" in repr(retrieval({"q": ["a"]}, {"q": {"a": 0}, "p": {"a": 1}}))
    single = retrieval({"q": ["a"]}, {"q": {"a": 1}})
    assert math.isnan(single.standard_errors["map"])
    assert "MAP        1.0000 ± -" in repr(single)


def test_a_table_of_queries(index):
    pytest.importorskip("pandas")
    frame = retrieval(index, QRELS, QUERIES).to_pandas()
    assert frame["query"].tolist() == list(QRELS)
    assert frame["average_precision"].mean() == pytest.approx(0.5)


def test_judgements_of_what_is_not_there(index):
    with pytest.raises(ValueError, match=r"names 1 query that queries does not have: 'q3'\. queries has 'q1', 'q2'\."):
        retrieval(index, QRELS, {"q1": "apple", "q2": "blue"})
    with pytest.raises(ValueError, match="names 1 query that queries does not have: 'q3'"):
        retrieval({"q1": ["d1"]}, QRELS, {"q1": "apple", "q2": "blue"})
    with pytest.raises(ValueError, match=r"names 2 documents that the index does not hold: 'd9', 'd8'\. Give its"):
        retrieval(index, {"q1": {"d1": 1, "d9": 0}, "q2": {"d8": 1, "d9": 1}}, QUERIES)
    with pytest.raises(
        ValueError, match="None of the 1 queries of the run has judgements: it has 'Q1', qrels has 'q1'"
    ):
        retrieval({"Q1": ["d1"]}, QRELS)


@pytest.mark.parametrize(
    ("found", "qrels", "more", "error", "said"),
    [
        ({"q": ["a"]}, {}, {}, ValueError, "qrels is empty"),
        ({"q": ["a"]}, [("q", "a", 1)], {}, TypeError, "qrels must be a dict of .* but it is of type list"),
        ({"q": ["a"]}, {"q": ["a"]}, {}, TypeError, "qrels must have a dict .* for 'q' it has"),
        ({"q": ["a"]}, {"q": {"a": 1.5}}, {}, ValueError, "'a' for query 'q' is 1.5"),
        ({"q": ["a"]}, {"q": {"a": True}}, {}, ValueError, "is True"),
        ({"q": ["a"]}, {"q": {"a": math.inf}}, {}, ValueError, "is inf"),
        ({"q": ["a"]}, {"q": {"a": 0}}, {}, ValueError, "no document with a grade of 1 or more.* the highest is 0"),
        ({"q": ["a"]}, {"q": {"a": 1}}, {"relevance_level": 2}, ValueError, "grade of 2 or more"),
        ({"q": ["a"]}, {"q": {1: 1, "1": 0}}, {}, ValueError, "'1' is there twice in the judgements of query 'q'"),
        ({"q": ["a"]}, {"q": {None: 1}}, {}, TypeError, "An id must be a string or an integer, but .* None"),
        ({"q": ["a", "a"]}, {"q": {"a": 1}}, {}, ValueError, "'a' is there twice in the hits of query 'q'"),
        ({"q": "a"}, {"q": {"a": 1}}, {}, TypeError, "a list of documents for each query, but for 'q' it has 'a'"),
        ({"q": {"a": math.nan}}, {"q": {"a": 1}}, {}, ValueError, "A score must be a number.* is nan"),
        ({"q": {"a": "1"}}, {"q": {"a": 1}}, {}, ValueError, "A score must be a number"),
        (3, {"q": {"a": 1}}, {}, TypeError, "a dict of .* but int was given"),
        (CosineIndex(), {"q": {"a": 1}}, {}, TypeError, "An index was given without queries"),
        ({"q": ["a"]}, {"q": {"a": 1}}, {"queries": ["a"]}, TypeError, "queries must be a dict .* type list"),
        ({"q": ["a"]}, {"q": {"a": 1}}, {"k": 0}, ValueError, "k must be a positive integer"),
        ({"q": ["a"]}, {"q": {"a": 1}}, {"depth": 1.5}, ValueError, "depth must be a positive integer"),
        ({"q": ["a"]}, {"q": {"a": 1}}, {"relevance_level": 0}, ValueError, "relevance_level must be a positive"),
    ],
)
def test_what_does_not_fit(found, qrels, more, error, said):
    with pytest.raises(error, match=said):
        retrieval(found, qrels, **more)


def test_whole_numbers_of_any_type_are_grades():
    assert retrieval({"q": ["a"]}, {"q": {"a": np.int8(2), "b": 1.0}}).queries[0].n_relevant == 2
