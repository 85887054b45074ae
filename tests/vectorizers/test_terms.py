import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction import text as peers

from textvec import CountVectorizer, TfidfVectorizer

BOTH = pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer])
DOCUMENTS = ["The food is good", "The food is not good, not good", "Pizza is great", ""]


@BOTH
@pytest.mark.parametrize(
    "params", [{}, {"ngram_range": (1, 2)}, {"analyzer": "char_wb", "ngram_range": (2, 3)}], ids=str
)
def test_terms_of_a_row_are_those_that_weigh_most(cls, params, messages):
    vectorizer = cls(**params)
    X = vectorizer.fit_transform(messages)
    names = vectorizer.get_feature_names_out()
    for i in (0, 7, 100):
        weights = X[[i]].toarray().ravel()
        expected = sorted(((n, w) for n, w in zip(names, weights, strict=True) if w), key=lambda t: (-t[1], t[0]))
        for row in (X[i], X[[i]], weights, weights[None, :]):
            assert vectorizer.terms(row, k=5) == expected[:5]
        assert vectorizer.terms(X[i], k=10_000) == expected


def test_terms_of_columns_in_another_order():
    vectorizer = CountVectorizer(vocabulary={"not": 0, "good": 2, "pizza": 1})
    X = vectorizer.fit_transform(DOCUMENTS)
    assert vectorizer.terms(X[1]) == [("good", 2), ("not", 2)]
    assert vectorizer.terms(X[3]) == []
    piecewise = CountVectorizer().partial_fit(["zebra"]).partial_fit(DOCUMENTS)
    assert piecewise.terms(piecewise.transform(["a good zebra is good"])[0]) == [("good", 2), ("is", 1), ("zebra", 1)]


def test_terms_of_what_is_no_row():
    vectorizer = CountVectorizer()
    with pytest.raises(NotFittedError):
        vectorizer.terms(np.zeros(3))
    X = vectorizer.fit_transform(DOCUMENTS)
    with pytest.raises(ValueError, match=r"One row of a matrix was expected"):
        vectorizer.terms(X)
    with pytest.raises(ValueError, match="A row of 7 columns was expected"):
        vectorizer.terms(X[0, :3])
    with pytest.raises(ValueError, match="A matrix of 7 columns was expected, one for each term, but one of 3"):
        vectorizer.inverse_transform(X[:, :3])


def test_names_are_made_only_for_what_is_shown(messages):
    vectorizer = CountVectorizer(ngram_range=(1, 2))
    X = vectorizer.fit_transform(messages)
    asked = []
    names = vectorizer.ngrams_.names
    vectorizer.ngrams_.names = lambda columns: asked.append(len(columns)) or names(columns)
    vectorizer.terms(X[0], k=3)
    assert sum(asked) <= 40 < X.shape[1]
    assert "_vocabulary" not in vars(vectorizer)


@BOTH
@pytest.mark.parametrize("params", [{"ngram_range": (1, 2)}, {"analyzer": "char_wb", "ngram_range": (2, 5)}], ids=str)
def test_pickles_do_not_hold_what_can_be_remade(cls, params, messages):
    vectorizer = cls(**params).fit(messages)
    before = pickle.dumps(vectorizer)
    X = vectorizer.transform(messages)
    assert vectorizer.vocabulary_
    vectorizer.terms(X[0])
    vectorizer.inverse_transform(X[:3])
    assert len(pickle.dumps(vectorizer)) == len(before)
    assert len(before) < len(pickle.dumps(getattr(peers, cls.__name__)(**params).fit(messages)))
    again = pickle.loads(before)
    assert (again.transform(messages) != X).nnz == 0
    assert again.get_feature_names_out().tolist() == vectorizer.get_feature_names_out().tolist()
    if cls is TfidfVectorizer:
        assert again._tfidf.__dict__.keys() == vectorizer._tfidf.__dict__.keys()
        assert again.partial_fit(messages).n_documents_ == 2 * len(messages)


def test_pickles_keep_what_was_fitted_whatever_is_set_later(messages):
    vectorizer = TfidfVectorizer().fit(messages).set_params(smooth_idf=False, dtype=np.float32, use_idf=False)
    again = pickle.loads(pickle.dumps(vectorizer))
    np.testing.assert_array_equal(again.idf_, vectorizer.idf_)
    assert again.idf_.dtype == vectorizer.idf_.dtype == np.float64


def test_weights_that_were_set_are_pickled(messages):
    vectorizer = TfidfVectorizer().fit(messages)
    vectorizer.idf_ = np.arange(1.0, len(vectorizer.idf_) + 1)
    again = pickle.loads(pickle.dumps(vectorizer))
    np.testing.assert_array_equal(again.idf_, vectorizer.idf_)
    assert (again.transform(messages) != vectorizer.transform(messages)).nnz == 0


@BOTH
def test_a_labelled_table_on_request(cls):
    series = pd.Series(DOCUMENTS, index=list("wxyz"))
    vectorizer = cls().set_output(transform="pandas_sparse")
    expected = cls().fit_transform(DOCUMENTS)
    for table in (vectorizer.fit_transform(series), vectorizer.transform(series)):
        assert table.index.tolist() == list("wxyz")
        assert table.columns.tolist() == vectorizer.get_feature_names_out().tolist()
        assert (table.sparse.to_coo() != expected).nnz == 0
    assert vectorizer.terms(table.loc["x"], 1)[0][0] == ("good" if cls is CountVectorizer else "not")
