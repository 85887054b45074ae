"""Missing documents: refused by all that takes documents, or taken for empty ones where `missing="empty"` says so."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.base import clone

from support.estimators import ESTIMATORS, each, same, takes_text

MISSING = {
    "list": ["good food", None, "", float("nan")],
    "generator": ["good food", None, "", pd.NA],
    "pandas": pd.Series(["good food", None, "", np.nan]),
    "Arrow": pa.array(["good food", None, "", None]),
}
FILLED = ["good food", "", "", ""]
REFUSED = r"2 of 4 documents are missing, the first at position 1.*missing='empty'"


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
