"""Missing documents: refused by all that takes documents, or taken for empty ones."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from textvec import (
    CountVectorizer,
    HashingVectorizer,
    OneHotVectorizer,
    SequenceEncoder,
    TfidfVectorizer,
    Tokenizer,
)

MISSING = {
    "list": ["good food", None, "", float("nan")],
    "generator": ["good food", None, "", pd.NA],
    "pandas": pd.Series(["good food", None, "", np.nan]),
    "Arrow": pa.array(["good food", None, "", None]),
}


@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer, HashingVectorizer])
@pytest.mark.parametrize("params", [{}, {"analyzer": "char"}, {"token_pattern": r"\w|x"}], ids=str)
@pytest.mark.parametrize("kind", MISSING)
def test_missing_documents(cls, params, kind):
    def documents():
        return iter(MISSING[kind]) if kind == "generator" else MISSING[kind]

    with pytest.raises(ValueError, match=r"2 of 4 documents are missing, the first at position 1.*missing='empty'"):
        cls(**params).fit_transform(documents())
    filled = ["good food", "", "", ""]
    X = cls(**params, missing="empty").fit_transform(documents())
    assert (cls(**params).fit_transform(filled) != X).nnz == 0
    assert (cls(**params, missing="empty").fit(filled).transform(documents()) != X).nnz == 0


@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer, HashingVectorizer])
@pytest.mark.parametrize("kind", MISSING)
def test_missing_documents_do_not_reach_a_function(cls, kind):
    def documents():
        return iter(MISSING[kind]) if kind == "generator" else MISSING[kind]

    for params in ({"analyzer": str.split}, {"tokenizer": str.split, "token_pattern": None}):
        with pytest.raises(ValueError, match=r"2 of 4 documents are missing|np.nan is an invalid document"):
            cls(**params).fit_transform(MISSING["Arrow"])
        assert cls(**params, missing="empty").fit_transform(documents()).getnnz(axis=1).tolist() == [2, 0, 0, 0]


@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer, HashingVectorizer])
def test_what_missing_may_be(cls):
    with pytest.raises(ValueError, match=r"The 'missing' parameter of .*'drop' instead"):
        cls(missing="drop").fit(["good"])


@pytest.mark.parametrize("cls", [OneHotVectorizer, SequenceEncoder, Tokenizer])
@pytest.mark.parametrize("kind", MISSING)
def test_missing_documents_of_other_transformers(cls, kind):
    def documents():
        return iter(MISSING[kind]) if kind == "generator" else MISSING[kind]

    with pytest.raises(ValueError, match=r"2 of 4 documents are missing, the first at position 1.*missing='empty'"):
        cls().fit_transform(documents())
    X = cls(missing="empty").fit_transform(documents())
    expected = cls().fit_transform(["good food", "", "", ""])
    assert expected == X if cls is Tokenizer else X.shape == expected.shape and not (expected != X).sum()
    with pytest.raises(ValueError, match=r"missing.*'drop'"):
        cls(missing="drop").fit(["good food"])
