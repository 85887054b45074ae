import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from compare import assert_same_matrix
from textvec import CountVectorizer, OneHotVectorizer, TfidfVectorizer
from textvec.documents import as_strings, listed

TEXTS = ["good food", "", "the Café \U0001f600", "a\x00b", "good good food"]
KINDS = {
    "list": list,
    "tuple": tuple,
    "iterator": iter,
    "generator": lambda texts: (text for text in texts),
    "dict values": lambda texts: dict(enumerate(texts)).values(),
    "list of str subclass": lambda texts: [np.str_(text) for text in texts],
    "numpy objects": lambda texts: np.array(texts, dtype=object),
    "numpy objects, a column": lambda texts: np.array(texts, dtype=object)[:, None],
    "numpy objects, every other": lambda texts: np.array([t for t in texts for _ in "12"], dtype=object)[::2],
    "numpy StringDType": lambda texts: np.array(texts, dtype=np.dtypes.StringDType()),
    "pandas objects": lambda texts: pd.Series(texts, dtype=object),
    "pandas str": lambda texts: pd.Series(texts),
    "pandas string": lambda texts: pd.Series(texts, dtype="string"),
    "pandas string[python]": lambda texts: pd.Series(texts, dtype="string[python]"),
    "pandas string[pyarrow]": lambda texts: pd.Series(texts, dtype="string[pyarrow]"),
    "pandas ArrowDtype": lambda texts: pd.Series(texts, dtype=pd.ArrowDtype(pa.string())),
    "pandas category": lambda texts: pd.Series(texts, dtype="category"),
    "pandas with an index": lambda texts: pd.Series(texts, index=range(10, 10 + len(texts))),
    "pandas Index": lambda texts: pd.Index(texts),
    "pandas array": lambda texts: pd.array(texts),
    "pandas table of one column": lambda texts: pd.DataFrame({"text": texts}),
    "polars": lambda texts: pl.Series(texts),
    "polars categories": lambda texts: pl.Series(texts, dtype=pl.Categorical),
    "polars table of one column": lambda texts: pl.DataFrame({"text": texts}),
    "arrow string": lambda texts: pa.array(texts, pa.string()),
    "arrow large_string": lambda texts: pa.array(texts, pa.large_string()),
    "arrow string_view": lambda texts: pa.array(texts, pa.string_view()),
    "arrow dictionary": lambda texts: pa.array(texts).dictionary_encode(),
    "arrow chunked": lambda texts: pa.chunked_array([texts[:2], [], texts[2:]], pa.string()),
    "arrow chunked dictionary": lambda texts: pa.chunked_array([texts[:2], texts[2:]], pa.string()).dictionary_encode(),
    "arrow slice": lambda texts: pa.array(["x", *texts, "y"])[1:-1],
    "arrow slice of a dictionary": lambda texts: pa.array(["x", *texts, "y"]).dictionary_encode()[1:-1],
    "arrow table of one column": lambda texts: pa.table({"text": texts}),
    "arrow batch of one column": lambda texts: pa.record_batch({"text": pa.array(texts)}),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_of_column(kind):
    strings = as_strings(kind(TEXTS))
    assert strings.type == pa.large_string()
    assert strings.to_pylist() == TEXTS
    if kind is not KINDS["pandas table of one column"]:
        assert list(listed(kind(TEXTS))) == TEXTS or listed(kind(TEXTS)).to_pylist() == TEXTS


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize(
    "params", [{}, {"analyzer": str.split}, {"analyzer": "char"}, {"token_pattern": r"\w|x"}], ids=str
)
def test_vectorizers_take_every_kind(kind, params):
    vectorizer = CountVectorizer(**params)
    expected = vectorizer.fit_transform(TEXTS)
    assert_same_matrix(vectorizer.fit_transform(kind(TEXTS)), expected)
    assert_same_matrix(vectorizer.transform(kind(TEXTS)), expected)


@pytest.mark.parametrize("kind", ["generator", "pandas str", "polars", "arrow chunked", "numpy objects, a column"])
@pytest.mark.parametrize("cls", [TfidfVectorizer, OneHotVectorizer])
def test_other_vectorizers_take_them_too(cls, kind):
    expected = cls().fit_transform(TEXTS)
    assert_same_matrix(cls().fit(KINDS[kind](TEXTS)).transform(KINDS[kind](TEXTS)), expected)


@pytest.mark.parametrize(
    "empty",
    [[], (), iter([]), np.array([], object), pd.Series([], dtype=object), pl.Series([], dtype=pl.String), pa.array([])],
    ids=lambda e: type(e).__module__,
)
def test_no_documents(empty):
    assert len(as_strings(empty)) == 0
    assert CountVectorizer(vocabulary=["a"]).transform(empty).shape == (0, 1)


@given(strategies.documents)
def test_any_text(texts):
    assert as_strings(texts).to_pylist() == texts
    assert as_strings(np.array(texts, dtype=object)).to_pylist() == texts


def test_numpy_strings_lose_what_numpy_loses():
    """A fixed-width NumPy string cannot end in NUL."""
    assert as_strings(np.array(["a", "bc\0"])).to_pylist() == ["a", "bc"]


def test_arrow_text_is_not_copied():
    texts = pa.array(TEXTS, pa.large_string())
    assert as_strings(texts).buffers()[2].address == texts.buffers()[2].address


TABLE = {"subject": ["a", "b"], "body": ["c", "d"]}
TABLES = {
    "pandas": lambda: pd.DataFrame(TABLE),
    "polars": lambda: pl.DataFrame(TABLE),
    "arrow": lambda: pa.table(TABLE),
    "arrow batch": lambda: pa.record_batch({k: pa.array(v) for k, v in TABLE.items()}),
    "numpy": lambda: np.array(list(TABLE.values()), dtype=object),
}


@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer, OneHotVectorizer])
@pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)
def test_tables_are_refused_with_the_way_out(make, cls):
    for call in (cls().fit, cls().fit_transform, cls().fit(["a1"] if cls else []).transform):
        with pytest.raises(ValueError, match=r"a table of 2 columns.*ColumnTransformer") as caught:
            call(make())
        assert make is TABLES["numpy"] or "'subject', 'body'" in str(caught.value)


@pytest.mark.parametrize(
    ("documents", "error", "message"),
    [
        ("text", ValueError, "string object received. Put a single document in a list"),
        (b"text", ValueError, "string object received"),
        ({"a": "text"}, ValueError, r"mapping.*list\(mapping.values\(\)\)"),
        (pd.DataFrame(), ValueError, "a table of 0 columns"),
        (np.array([[["a"]]], object), ValueError, "One column of documents was expected"),
        (3, TypeError, "int received"),
        (None, TypeError, "NoneType received"),
        ([1], TypeError, "document 0 is of type int"),
        (["a", b"b"], TypeError, r"document 1 is of type bytes. Decode it first"),
        (["a", None, None], ValueError, "2 of 3 documents are missing, the first at position 1: None"),
        ([float("nan"), 1], ValueError, "1 of 2 documents are missing, the first at position 0: nan"),
        (["a", pd.NA], ValueError, "1 of 2 documents are missing, the first at position 1: <NA>"),
        (["a", np.datetime64("NaT")], ValueError, "1 of 2 documents are missing"),
        (["a", "\udc80"], ValueError, r"Document 1 holds the lone surrogate '\\udc80' at character 0"),
        (["a", np.array([1, 2])], TypeError, "document 1 is of type ndarray"),
        (np.array([1.5, np.nan]), ValueError, "1 of 2 documents are missing"),
        (np.array([1, 2]), TypeError, "document 0 is of type int"),
        (np.array([b"a"]), TypeError, "document 0 is of type bytes"),
        (pd.Series(["a", None]), ValueError, "1 of 2 documents are missing, the first at position 1"),
        (pd.Series(["a", None], dtype="string[pyarrow]"), ValueError, "1 of 2 documents are missing"),
        (pd.Series([1, 2]), TypeError, "document 0 is of type int"),
        (pl.Series(["a", None]), ValueError, "1 of 2 documents are missing, the first at position 1"),
        (pl.Series([1, 2]), TypeError, "of type int64"),
        (pa.array(["a", None, "b"])[1:], ValueError, "1 of 2 documents are missing, the first at position 0"),
        (pa.array(["a", None]).dictionary_encode(), ValueError, "1 of 2 documents are missing"),
        (pa.chunked_array([["a"], [None]]), ValueError, "1 of 2 documents are missing, the first at position 1"),
        (pa.array([b"a"]), TypeError, "of type binary"),
        (pa.nulls(2), ValueError, "2 of 2 documents are missing"),
        (pa.DictionaryArray.from_arrays([0, 1], ["a", None]), ValueError, "1 of 2 documents are missing"),
        (object(), TypeError, "object received"),
    ],
)
def test_what_holds_no_documents(documents, error, message):
    with pytest.raises(error, match=message):
        as_strings(documents)


@given(
    st.lists(
        st.one_of(st.text(max_size=2), st.sampled_from([None, float("nan"), pd.NA, 1, b"x", "\ud800"])), max_size=5
    )
)
def test_never_a_wrong_number_of_rows(documents):
    try:
        strings = as_strings(documents)
    except (TypeError, ValueError):
        assert not all(isinstance(d, str) and d != "\ud800" for d in documents)
    else:
        assert strings.to_pylist() == documents
