"""Missing documents: refused by all that takes documents, or taken for empty ones where `missing="empty"` says so."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from support.estimators import ESTIMATORS, each, same, takes_text
from textvec import CosineIndex, CountVectorizer, Phrases, TfidfVectorizer, Tokenizer
from textvec.similarity import find_duplicates, similarity_matrix

MISSING = {
    "list": ["good food", None, "", float("nan")],
    "generator": ["good food", None, "", pd.NA],
    "pandas": pd.Series(["good food", None, "", np.nan]),
    "Arrow": pa.array(["good food", None, "", None]),
}
LISTS = [["good", "food"], None, [], None]
MISSING_LISTS = {
    "list": LISTS,
    "generator": LISTS,
    "NaN": [["good", "food"], float("nan"), [], pd.NA],
    "NumPy": np.fromiter(LISTS, object, 4),
    "pandas": pd.Series(LISTS),
    "polars": pl.Series(LISTS),
    "Arrow": pa.array(LISTS),
    "chunks": pa.chunked_array([pa.array(LISTS[:3]), pa.array([None], pa.list_(pa.string()))]),
    "slice": pa.array([["x"], *LISTS], pa.large_list(pa.large_string()))[1:],
}
FILLED = ["good food", "", "", ""]
REFUSED = r"2 of 4 documents are missing, the first at position 1.*Drop these rows"


def documents(kind):
    return iter(MISSING[kind]) if kind == "generator" else MISSING[kind]


TEXT = [e for e in ESTIMATORS if takes_text(e)]
WITH_OPTION = [e for e in TEXT if "missing" in e.get_params()]
every_analyzer = each([e for e in WITH_OPTION if "analyzer" in e.get_params()])
every_kind = pytest.mark.parametrize("kind", MISSING)


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer. 3 of 4 documents hold no word")
@each(WITH_OPTION)
@every_kind
def test_missing_documents(estimator, kind):
    with pytest.raises(ValueError, match=REFUSED):
        clone(estimator).fit_transform(documents(kind))
    filling = clone(estimator).set_params(missing="empty")
    expected = clone(estimator).fit_transform(FILLED)
    assert same(filling.fit_transform(documents(kind)), expected)
    assert same(filling.fit(FILLED).transform(documents(kind)), expected)


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer. 3 of 4 documents hold no word")
@each(WITH_OPTION)
@pytest.mark.parametrize("kind", MISSING_LISTS)
def test_missing_lists_of_words(estimator, kind):
    def lists():
        return iter(MISSING_LISTS[kind]) if kind == "generator" else MISSING_LISTS[kind]

    with pytest.raises(ValueError, match=r"documents are missing, the first at position 1.*missing='empty'"):
        clone(estimator).fit_transform(lists())
    filling = clone(estimator).set_params(missing="empty")
    expected = clone(estimator).fit_transform([["good", "food"], [], [], []])
    assert same(filling.fit_transform(lists()), expected)
    assert same(
        filling.fit([["good", "food"]] * 2).transform(lists()), filling.transform([["good", "food"], [], [], []])
    )


@pytest.mark.parametrize("kind", ["filename", "file"])
@pytest.mark.parametrize(
    "params",
    [{}, {"analyzer": "char"}, {"tokenizer": str.split, "token_pattern": None}, {"analyzer": lambda text: list("ab")}],
    ids=["words", "characters", "tokenizer", "analyzer"],
)
def test_missing_files(kind, params, tmp_path):
    (tmp_path / "a").write_text("good food")
    for missing in (None, float("nan")):
        with (tmp_path / "a").open("rb") as file:
            given = [missing, file if kind == "file" else str(tmp_path / "a"), missing]
            vectorizer = CountVectorizer(input=kind, missing="empty", **params)
            X = vectorizer.fit_transform(given)
        empty = CountVectorizer(vocabulary=vectorizer.vocabulary_, **params).transform([""])
        assert X[0].toarray().tolist() == X[2].toarray().tolist() == empty.toarray().tolist()
        with pytest.raises(ValueError, match=r"2 of 3 documents are missing.*missing='empty'"):
            CountVectorizer(input=kind).fit(given)


@pytest.mark.parametrize("documents", [["good food", None, "pizza"], [["good", "food"], None, ["pizza"]]])
def test_the_advice_is_that_of_what_reads_the_documents(documents):
    filling = {"missing": "empty"}
    cases = [
        (make_pipeline(Tokenizer(), TfidfVectorizer(**filling)).fit, r"Tokenizer\(missing='empty'\) as the first step"),
        (TfidfVectorizer().fit, r"TfidfVectorizer\(missing='empty'\)"),
        (Phrases().fit, r"Tokenizer\(missing='empty'\)"),
        (CosineIndex().fit, r"TfidfVectorizer\(missing='empty'\)"),
        (find_duplicates, r"TfidfVectorizer\(missing='empty'\)"),
        (similarity_matrix, r"TfidfVectorizer\(missing='empty'\)"),
    ]
    for take, advice in cases:
        with pytest.raises(ValueError, match=r"1 of 3 documents are missing.*" + advice):
            take(documents)
    assert CosineIndex(TfidfVectorizer(**filling)).fit(documents).search([documents[0]])[0][0].id == 0
    assert len(find_duplicates(documents, encoder=TfidfVectorizer(**filling))) == 0
    assert similarity_matrix(documents, encoder=TfidfVectorizer(**filling)).scores.shape == (3, 3)
    assert make_pipeline(Tokenizer(**filling), Phrases()).fit_transform(documents).to_lists()[1] == []


def test_nothing_but_missing_documents():
    for documents in ([None], [None, float("nan")], iter([None]), pa.array([None], pa.string())):
        vectorizer = CountVectorizer(vocabulary=["a1"], missing="empty")
        assert vectorizer.transform(documents).nnz == 0


@each([e for e in TEXT if e not in WITH_OPTION])
@every_kind
def test_missing_documents_are_refused_where_nothing_else_is_offered(estimator, kind):
    with pytest.raises(ValueError, match=REFUSED):
        clone(estimator).fit_transform(documents(kind))


@each(WITH_OPTION)
def test_what_missing_may_be(estimator):
    with pytest.raises(ValueError, match=r"missing.*'drop'"):
        clone(estimator).set_params(missing="drop").fit(["good food"])


@every_analyzer
@pytest.mark.parametrize("params", [{"analyzer": "char"}, {"token_pattern": r"\w|x"}], ids=str)
@every_kind
def test_missing_documents_whatever_is_counted(estimator, params, kind):
    test_missing_documents(clone(estimator).set_params(**params), kind)


@every_analyzer
@every_kind
def test_missing_documents_do_not_reach_a_function(estimator, kind):
    for params in ({"analyzer": str.split}, {"tokenizer": str.split, "token_pattern": None}):
        vectorizer = clone(estimator).set_params(ngram_range=(1, 1), **params)
        with pytest.raises(ValueError, match=r"2 of 4 documents are missing|np.nan is an invalid document"):
            vectorizer.fit_transform(MISSING["Arrow"])
        vectorizer.set_params(missing="empty")
        assert vectorizer.fit_transform(documents(kind)).getnnz(axis=1).tolist() == [2, 0, 0, 0]


def test_those_are_found():
    assert {"CountVectorizer", "EmbeddingVectorizer", "Tokenizer"} <= {type(e).__name__ for e in WITH_OPTION}
