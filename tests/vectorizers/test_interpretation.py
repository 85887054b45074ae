import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from textvec import OneHotVectorizer
from textvec.vectorizers._interpretation import top_terms

WEIGHTS = [0.5, 0.0, -1.0, 2.0, 0.5, 0.25]
TERMS = np.array(["pizza", "never", "bad", "good", "food", "mood"], dtype=object)
EXPECTED = [("good", 2.0), ("bad", -1.0), ("food", 0.5), ("pizza", 0.5), ("mood", 0.25)]
TABLE = pd.DataFrame.sparse.from_spmatrix(sp.csr_array(np.array([WEIGHTS, WEIGHTS])), columns=TERMS).fillna(0)
ROWS = {
    "list": WEIGHTS,
    "array": np.array(WEIGHTS),
    "array of one row": np.array([WEIGHTS]),
    "csr_matrix": sp.csr_matrix([WEIGHTS])[0],
    "csr_array, one dimension": sp.csr_array(np.array([WEIGHTS, WEIGHTS]))[1],
    "csr_array, two dimensions": sp.csr_array(np.array([WEIGHTS, WEIGHTS]))[[1]],
    "csc_array": sp.csc_array(np.array([WEIGHTS])),
    "coo_array": sp.coo_array(np.array([WEIGHTS])),
    "entries in parts": sp.coo_array(([0.25, 0.25, -1, 1, 1, 0.5, 0.25], ([0] * 7, [0, 0, 2, 3, 3, 4, 5])), (1, 6)),
    "zeros stored": sp.csr_array((np.array(WEIGHTS), np.arange(6), np.array([0, 6])), (1, 6)),
    "columns unsorted": sp.csr_array((np.array(WEIGHTS)[::-1], np.arange(6)[::-1], np.array([0, 6])), (1, 6)),
    "pandas Series": TABLE.iloc[1],
    "pandas table of one row": TABLE.iloc[[1]],
}


def names_of(columns):
    return TERMS[columns]


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 6, np.int64(100)])
def test_every_kind_of_row(row, k):
    assert top_terms(row, 6, names_of, k) == EXPECTED[:k]


@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.int64, np.float32])
def test_every_kind_of_number(dtype):
    row = sp.csr_array(np.array([[1, 0, 1, 0, 1, 0]], dtype=dtype))
    found = top_terms(row, 6, names_of)
    assert found == [("bad", 1), ("food", 1), ("pizza", 1)]
    assert type(found[0][1]) in (bool, int, float)


def test_an_empty_row():
    for row in (np.zeros(6), sp.csr_array((1, 6)), sp.csr_array((2, 6), dtype=np.int64)[0]):
        assert top_terms(row, 6, names_of) == []
    assert top_terms(np.zeros(0), 0, names_of) == []


def test_names_are_made_for_few():
    asked = []

    def names(columns):
        asked.extend(columns.tolist())
        return [f"t{c}" for c in columns]

    weights = np.arange(1.0, 1001.0)
    weights[[3, 5]] = 1000
    assert top_terms(weights, 1000, names, k=2) == [("t3", 1000.0), ("t5", 1000.0)]
    assert asked == [3, 5, 999]


@given(st.lists(st.integers(-2, 2), max_size=12), st.integers(1, 6))
def test_against_sorting_everything(weights, k):
    names = [f"{chr(97 + 7 * i % 12)}" for i in range(len(weights))]
    expected = sorted(((n, w) for n, w in zip(names, weights, strict=True) if w), key=lambda t: (-abs(t[1]), t[0]))[:k]
    row = np.array(weights, dtype=np.int64)
    assert top_terms(row, len(names), lambda columns: [names[c] for c in columns], k) == expected
    assert top_terms(sp.csr_array(row[None]), len(names), lambda columns: [names[c] for c in columns], k) == expected


def test_a_row_of_a_vectorizer(reviews):
    vectorizer = OneHotVectorizer()
    X = vectorizer.fit_transform(reviews)
    terms = vectorizer.get_feature_names_out()
    for i in range(5):
        found = top_terms(X[i], len(terms), terms.__getitem__, k=1000)
        assert [term for term, _ in found] == vectorizer.inverse_transform(X[[i]])[0].tolist()


@pytest.mark.parametrize(
    ("row", "error", "message"),
    [
        (np.zeros((2, 6)), ValueError, r"One row of a matrix was expected, X\[i\], but an array of shape \(2, 6\) was"),
        (sp.csr_array((2, 6)), ValueError, r"of shape \(2, 6\)"),
        (sp.csr_array((0, 6)), ValueError, r"of shape \(0, 6\)"),
        (TABLE, ValueError, r"of shape \(2, 6\)"),
        (3.0, ValueError, r"of shape \(\)"),
        (np.zeros(5), ValueError, "A row of 6 columns was expected, one for each term, but one of 5 was given"),
        (sp.csr_array((1, 7)), ValueError, "but one of 7 was given"),
        (["a"] * 6, TypeError, "A row of numbers was expected, but one of <U1 was given"),
        (np.zeros(6, complex), TypeError, "but one of complex128 was given"),
    ],
)
def test_what_is_no_row(row, error, message):
    with pytest.raises(error, match=message):
        top_terms(row, 6, names_of)


@pytest.mark.parametrize("k", [0, -1, 1.5, None, "3"])
def test_k(k):
    with pytest.raises(ValueError, match="k must be a positive integer, but it is "):
        top_terms(WEIGHTS, 6, names_of, k)
