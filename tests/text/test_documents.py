import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import sklearn
from hypothesis import given
from hypothesis import strategies as st
from sklearn.compose import ColumnTransformer

from support import strategies
from support.compare import assert_same_matrix
from textvec import CountVectorizer, OneHotVectorizer, TfidfVectorizer, Tokenizer
from textvec.text.documents import _with_wide_offsets, as_strings, check_missing, column_of, listed

TEXTS = ["good food", "", "the Café \U0001f600", "a\x00b", "good good food"]


class Shout(str):
    __slots__ = ()

    def __str__(self):
        return self.upper()


def exported(protocol, data):
    """Return something that knows of nothing but one of Arrow's protocols."""
    method = getattr(data, protocol, lambda **kwargs: data)
    return type("Exported", (), {protocol: lambda self, *args, **kwargs: method(*args, **kwargs)})()


KINDS = {
    "list": list,
    "tuple": tuple,
    "iterator": iter,
    "generator": lambda texts: (text for text in texts),
    "dict values": lambda texts: dict(enumerate(texts)).values(),
    "list of np.str_": lambda texts: [np.str_(text) for text in texts],
    "list of str subclass": lambda texts: [Shout(text) for text in texts],
    "numpy objects": lambda texts: np.array(texts, dtype=object),
    "numpy objects, a column": lambda texts: np.array(texts, dtype=object)[:, None],
    "numpy objects, every other": lambda texts: np.array([t for t in texts for _ in "12"], dtype=object)[::2],
    "numpy U": lambda texts: np.array(texts),
    "numpy StringDType, a column": lambda texts: np.array(texts, dtype=np.dtypes.StringDType())[:, None],
    "numpy StringDType": lambda texts: np.array(texts, dtype=np.dtypes.StringDType()),
    "pandas objects": lambda texts: pd.Series(texts, dtype=object),
    "pandas str": lambda texts: pd.Series(texts),
    "pandas string": lambda texts: pd.Series(texts, dtype="string"),
    "pandas string[python]": lambda texts: pd.Series(texts, dtype="string[python]"),
    "pandas string[pyarrow]": lambda texts: pd.Series(texts, dtype="string[pyarrow]"),
    "pandas ArrowDtype": lambda texts: pd.Series(texts, dtype=pd.ArrowDtype(pa.string())),
    "pandas ArrowDtype large_string": lambda texts: pd.Series(texts, dtype=pd.ArrowDtype(pa.large_string())),
    "pandas ArrowDtype string_view": lambda texts: pd.Series(texts, dtype=pd.ArrowDtype(pa.string_view())),
    "pandas str[python]": lambda texts: pd.Series(texts, dtype=pd.StringDtype("python", na_value=np.nan)),
    "pandas category": lambda texts: pd.Series(texts, dtype="category"),
    "pandas with an index": lambda texts: pd.Series(texts, index=range(10, 10 + len(texts))),
    "pandas Index": lambda texts: pd.Index(texts),
    "pandas array": lambda texts: pd.array(texts),
    "pandas table of one column": lambda texts: pd.DataFrame({"text": texts}),
    "pandas table of one column of objects": lambda texts: pd.DataFrame({"text": texts}, dtype=object),
    "polars": lambda texts: pl.Series(texts),
    "polars categories": lambda texts: pl.Series(texts, dtype=pl.Categorical),
    "polars Enum": lambda texts: pl.Series(texts, dtype=pl.Enum(texts)),
    "polars slice": lambda texts: pl.Series(["x", *texts, "y"])[1:-1],
    "polars chunks": lambda texts: pl.concat([pl.Series(texts[:2]), pl.Series(texts[2:])], rechunk=False),
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
    "arrow reader of one column": lambda texts: pa.table(
        {"text": pa.chunked_array([texts[:2], texts[2:]])}
    ).to_reader(),
    "arrow dictionary of string_view": lambda texts: pa.DictionaryArray.from_arrays(
        range(len(texts)), pa.array(texts, pa.string_view())
    ),
    "__arrow_c_stream__": lambda texts: exported("__arrow_c_stream__", pa.chunked_array([texts[:2], texts[2:]])),
    "__arrow_c_stream__ of a table": lambda texts: exported("__arrow_c_stream__", pa.table({"text": texts})),
    "__arrow_c_array__": lambda texts: exported("__arrow_c_array__", pa.array(texts)),
    "__arrow_c_array__ of a table": lambda texts: exported("__arrow_c_array__", pa.record_batch({"text": texts})),
    "__arrow_array__": lambda texts: exported("__arrow_array__", pa.array(texts)),
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


def test_lines_of_a_file(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("good food\n\npizza", encoding="utf-8")
    with path.open(encoding="utf-8") as file:
        assert as_strings(file).to_pylist() == ["good food\n", "\n", "pizza"]


def test_numpy_strings_lose_what_numpy_loses():
    """A fixed-width NumPy string cannot end in NUL."""
    assert as_strings(np.array(["a", "bc\0"])).to_pylist() == ["a", "bc"]


def addresses(array):
    _, offsets, text = array.buffers()
    return offsets.address, text.address


LARGE = pa.array(TEXTS, pa.large_string())
SMALL = pa.array(TEXTS, pa.string())
SERIES = pd.Series(TEXTS, dtype="str")


@pytest.mark.parametrize(
    ("documents", "source"),
    [
        (LARGE, LARGE),
        (LARGE[1:-1], LARGE),
        (pa.chunked_array([LARGE]), LARGE),
        (pa.table({"text": LARGE}), LARGE),
        (pa.table({"text": LARGE})[1:3], LARGE),
        (pa.record_batch({"text": LARGE}), LARGE),
        (pd.Series(LARGE, dtype=pd.ArrowDtype(pa.large_string())), LARGE),
        (pd.Series(LARGE, dtype=pd.ArrowDtype(pa.large_string())).to_frame()[1:], LARGE),
        (SERIES, SERIES.array.__arrow_array__().chunk(0)),
        (exported("__arrow_c_stream__", pa.chunked_array([LARGE])), LARGE),
        (exported("__arrow_c_stream__", pa.table({"text": LARGE})), LARGE),
        (exported("__arrow_c_array__", LARGE), LARGE),
    ],
    ids=lambda x: type(x).__name__,
)
def test_arrow_text_is_not_copied(documents, source):
    assert addresses(as_strings(documents)) == addresses(source)


@pytest.mark.parametrize(
    "documents",
    [SMALL, SMALL[1:-1], pa.chunked_array([SMALL]), pd.Series(SMALL, dtype=pd.ArrowDtype(pa.string()))],
    ids=["array", "slice", "chunk", "pandas"],
)
def test_strings_with_narrow_offsets_get_wide_ones_and_keep_their_text(documents):
    strings = as_strings(documents)
    assert strings.type == pa.large_string()
    assert strings.buffers()[2].address == SMALL.buffers()[2].address
    assert strings.to_pylist() == listed(documents).to_pylist()


def test_string_views_of_older_releases_of_arrow():
    """Which cannot cast them, and hand polars' strings over as such."""

    class Views:
        type = pa.string_view()

        def cast(self, kind):
            raise pa.ArrowNotImplementedError(f"Unsupported cast from string_view to {kind}")

        def to_pylist(self):
            return [*TEXTS, None]

    assert _with_wide_offsets(Views()).equals(pa.array([*TEXTS, None], pa.large_string()))


def test_chunks_are_joined_beyond_the_reach_of_narrow_offsets():
    """A `string` column of two chunks may hold more than 2 GB, one array of them may not."""
    chunks = pa.chunked_array([SMALL, SMALL])
    assert listed(chunks).type == pa.large_string()
    assert listed(chunks).to_pylist() == TEXTS * 2


def test_what_is_read_once_is_not_read():
    for documents in (iter(TEXTS), (text for text in TEXTS), pa.table({"text": TEXTS}).to_reader()):
        assert column_of(documents) is documents


MISSING = {
    "None": [None, "a", None],
    "NaN": [float("nan"), "a", np.nan],
    "NA and NaT": [pd.NA, "a", pd.NaT],
    "numpy objects": np.array([None, "a", np.nan], dtype=object),
    "numpy StringDType": np.array([np.nan, "a", np.nan], dtype=np.dtypes.StringDType(na_object=np.nan)),
    "numpy masked": np.ma.array(["x", "a", "y"], mask=[1, 0, 1]),
    "pandas objects": pd.Series([None, "a", np.nan], dtype=object),
    "pandas str": pd.Series([None, "a", None], dtype="str"),
    "pandas string[python]": pd.Series([None, "a", None], dtype="string[python]"),
    "pandas string[pyarrow]": pd.Series([None, "a", None], dtype="string[pyarrow]"),
    "pandas ArrowDtype": pd.Series([None, "a", None], dtype=pd.ArrowDtype(pa.string())),
    "pandas category": pd.Series([None, "a", None], dtype="category"),
    "pandas table": pd.DataFrame({"text": [None, "a", None]}),
    "polars": pl.Series([None, "a", None]),
    "polars categories": pl.Series([None, "a", None], dtype=pl.Categorical),
    "polars table": pl.DataFrame({"text": [None, "a", None]}),
    "arrow": pa.array([None, "a", None]),
    "arrow string_view": pa.array([None, "a", None], pa.string_view()),
    "arrow chunked": pa.chunked_array([[None], ["a", None]], pa.string()),
    "arrow slice": pa.array(["x", None, "a", None, "y"])[1:-1],
    "arrow dictionary": pa.array([None, "a", None]).dictionary_encode(),
    "arrow dictionary with a null": pa.DictionaryArray.from_arrays([1, 0, 1], ["a", None]),
}


@pytest.mark.parametrize("documents", MISSING.values(), ids=MISSING)
def test_missing_documents(documents):
    with pytest.raises(
        ValueError, match=r"2 of 3 documents are missing, the first at position 0: .*Drop these rows, or put"
    ):
        as_strings(documents)
    with pytest.raises(ValueError, match=r"2 of 1003 documents are missing, the first at position 1000: "):
        as_strings(documents, first=1000)
    assert as_strings(documents, "empty").to_pylist() == ["", "a", ""]
    assert Tokenizer(r"\w", missing="empty").transform(documents).to_lists() == [[], ["a"], []]
    one_hot = OneHotVectorizer(token_pattern=r"\w", missing="empty")
    assert one_hot.fit_transform(documents).toarray().tolist() == [[0], [1], [0]]
    assert one_hot.transform(documents).toarray().tolist() == [[0], [1], [0]]
    for call in (Tokenizer().transform, OneHotVectorizer().fit, OneHotVectorizer(vocabulary=["a"]).fit_transform):
        with pytest.raises(ValueError, match="2 of 3 documents are missing"):
            call(documents)


def test_nothing_but_missing_documents():
    for documents in ([None, np.nan], pa.nulls(2), pd.Series([None, None]), pl.Series([None, None])):
        assert as_strings(documents, "empty").to_pylist() == ["", ""]


def test_an_unused_null_of_a_dictionary_is_no_document():
    documents = pa.DictionaryArray.from_arrays([0, 0], ["a", None])
    assert as_strings(documents).to_pylist() == ["a", "a"]


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([None, 1], "document 8 is of type int"),
        ([None, b"a"], "document 8 is of type bytes"),
        (pa.array([None, 1]), "int"),
    ],
)
def test_what_is_no_text_is_not_missing(documents, message):
    with pytest.raises(TypeError, match=message):
        as_strings(documents, "empty", first=7)


def test_the_place_of_a_lone_surrogate_in_a_piece():
    with pytest.raises(ValueError, match="Document 1000007 holds the lone surrogate"):
        as_strings(["a", "\udc80"], first=1_000_006)


@pytest.mark.parametrize("value", ["", "drop", None, True, ["empty"]])
def test_what_missing_may_be(value):
    for estimator in (Tokenizer(missing=value), OneHotVectorizer(missing=value)):
        message = f"{type(estimator).__name__}: missing must be 'error' or 'empty', but it is "
        for check in (check_missing, lambda estimator: estimator.fit(["aa"])):
            with pytest.raises(ValueError, match=message):
                check(estimator)
    with pytest.raises(ValueError, match="Tokenizer: missing must be"):
        Tokenizer(missing=value).transform(["a"])


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, pa.table], ids=["pandas", "polars", "arrow"])
def test_columns_with_a_vectorizer_each(frame):
    """The way out that the refusal of several columns names."""
    subjects, bodies = ["win money", "lunch", ""], ["click now", "noon at the usual place", "money"]
    table = frame({"subject": subjects, "body": bodies, "length": [1.0, 2.0, 3.0]})
    if frame is pl.DataFrame and "sparse_interface" not in sklearn.get_config():
        pytest.skip("a ColumnTransformer takes tables of polars 2 since scikit-learn 1.9")
    model = ColumnTransformer(
        [("s", CountVectorizer(), "subject"), ("b", TfidfVectorizer(), "body"), ("one", OneHotVectorizer(), ["body"])],
        remainder="passthrough",
        sparse_threshold=1,
    )
    if frame is pa.table:  # which ColumnTransformer does not know
        table = table.to_pandas()
    X = model.fit_transform(table)
    parts = [
        CountVectorizer().fit_transform(subjects),
        TfidfVectorizer().fit_transform(bodies),
        OneHotVectorizer().fit_transform(bodies),
        [[1.0], [2.0], [3.0]],
    ]
    np.testing.assert_array_equal(X.toarray(), np.hstack([getattr(p, "toarray", lambda p=p: p)() for p in parts]))
    np.testing.assert_array_equal(model.transform(table).toarray(), X.toarray())
    assert {"s__lunch", "b__usual", "one__usual"} < set(model.get_feature_names_out())


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
        (["a", np.datetime64("NaT", "D")], ValueError, "1 of 2 documents are missing"),
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
        (pa.DictionaryArray.from_arrays([0, 1], [1, 2]), TypeError, "of type int64"),
        (pd.Series([1, 2], dtype=pd.ArrowDtype(pa.int64())), TypeError, "of type int64"),
        (pd.Series([b"a"]), TypeError, r"document 0 is of type bytes. Decode it first"),
        (pd.Series(["a", "\udc80"], dtype=object), ValueError, "Document 1 holds the lone surrogate"),
        (np.array(["a", "\udc80"]), ValueError, "Document 1 holds the lone surrogate"),
        (np.array("text"), ValueError, "string object received"),
        (np.str_("text"), ValueError, "string object received"),
        (exported("__arrow_c_stream__", pa.table({"a": ["x"], "b": ["y"]})), ValueError, r"2 columns \('a', 'b'\) was"),
        (pa.table({"a": ["x"], "b": ["y"]}).to_reader(), ValueError, r"2 columns \('a', 'b'\) was"),
        (pl.LazyFrame({"a": ["x"]}), TypeError, "LazyFrame received"),
        (object(), TypeError, "object received"),
    ],
)
def test_what_holds_no_documents(documents, error, message):
    with pytest.raises(error, match=message):
        as_strings(documents)


def test_a_collection_whose_documents_lie_in_pieces():
    dask = pytest.importorskip("dask", reason="needs Dask: pip install 'textvec-kit[dask]'")
    dd, bags = pytest.importorskip("dask.dataframe"), pytest.importorskip("dask.bag")
    frame = dd.from_pandas(pd.DataFrame({"a": ["x"], "b": ["y"]}), npartitions=1)
    bag = bags.from_sequence(["x"], npartitions=1)
    for documents in (frame, frame["a"], bag, frame.index.to_dask_array(), dask.delayed(list)("x")):
        with pytest.raises(TypeError, match=rf"dask's {type(documents).__name__}.*distributed.* by compute\(\)"):
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
