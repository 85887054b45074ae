import pickle
import sys
import warnings
from functools import partial

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp
import sklearn
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer as Peer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline, make_union

from support.estimators import CLASSES, takes_text
from textvec import (
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    OneHotVectorizer,
    TfidfVectorizer,
    TfidfWeighting,
    Tokenizer,
    WordVectors,
)
from textvec._common.set_output import SparseOutput
from textvec.similarity import find_duplicates

DOCUMENTS = ["good food", "bad food", "", "good pizza"]


def labelled_vectorizer(**params):
    return OneHotVectorizer(**params).set_output(transform="pandas_sparse")


@pytest.mark.parametrize("dtype", [np.int64, np.float32, np.bool_])
def test_a_sparse_table_with_names(dtype):
    expected = OneHotVectorizer(dtype=dtype).fit_transform(DOCUMENTS)
    vectorizer = labelled_vectorizer(dtype=dtype)
    for table in (vectorizer.fit_transform(DOCUMENTS), vectorizer.transform(iter(DOCUMENTS))):
        assert table.columns.tolist() == ["bad", "food", "good", "pizza"]
        assert set(table.dtypes) == {pd.SparseDtype(dtype, dtype(0))}
        assert (table.sparse.to_coo() != expected).nnz == 0
        assert table.index.tolist() == [0, 1, 2, 3]
    assert sp.issparse(OneHotVectorizer().fit(DOCUMENTS).transform(DOCUMENTS))


@pytest.mark.parametrize("index", [list("wxyz"), [3, 3, 0, 1], pd.date_range("2020-01-01", periods=4)], ids=str)
def test_the_index_is_that_of_the_documents(index):
    series = pd.Series(DOCUMENTS, index=index)
    for documents in (series, series.to_frame("text"), series.astype("category")):
        vectorizer = labelled_vectorizer()
        for table in (vectorizer.fit_transform(documents), vectorizer.transform(documents)):
            assert table.index.equals(series.index)
    assert vectorizer.transform(pl.Series(DOCUMENTS)).index.tolist() == [0, 1, 2, 3]


def test_no_documents():
    table = labelled_vectorizer().fit(DOCUMENTS).transform([])
    assert table.shape == (0, 4)
    assert table.columns.tolist() == ["bad", "food", "good", "pizza"]


def test_the_setting_is_kept():
    vectorizer = labelled_vectorizer()
    fitted = clone(vectorizer).fit(DOCUMENTS)
    for again in (clone(fitted).fit(DOCUMENTS), pickle.loads(pickle.dumps(fitted))):
        assert isinstance(again.transform(DOCUMENTS), pd.DataFrame)
    assert fitted.set_output(transform=None) is fitted
    assert isinstance(fitted.transform(DOCUMENTS), pd.DataFrame)
    assert sp.issparse(clone(fitted).set_output(transform="default").fit_transform(DOCUMENTS))
    assert isinstance(vectorizer.fit_transform(DOCUMENTS), pd.DataFrame), "a clone has its own setting"


@pytest.fixture
def vectorizers():
    """Return a pipeline of each class that makes sparse matrices, at its end."""
    made = {name: cls() for name, cls in CLASSES.items() if issubclass(cls, SparseOutput)}
    assert {"CountVectorizer", "HashingVectorizer", "NBWeighting", "OneHotVectorizer"} <= set(made)
    made["HashingVectorizer"].set_params(n_features=2**8)  # pandas makes an object of each of a million columns
    return {
        name: make_pipeline(*([] if takes_text(each) else [CountVectorizer().set_output(transform="default")]), each)
        for name, each in made.items()
    }


def said(work):
    """Return the warnings of some work, and the files that they name."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        work()
    return [str(w.message) for w in caught], {w.filename for w in caught}


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_what_is_not_done_is_said_once(output, vectorizers):
    for name, model in vectorizers.items():
        vectorizer = model[-1]

        def use(model=model):
            model.fit_transform(DOCUMENTS, [1, 0, 0, 1])
            model.transform(DOCUMENTS)

        told, files = said(lambda vectorizer=vectorizer: vectorizer.set_output(transform=output))
        assert [message.split(" makes ")[0] for message in told] == [name]
        assert f"a request for '{output}' does not turn into a table" in told[0]
        assert f"{name}.set_output(transform='pandas_sparse') makes a pandas DataFrame with sparse columns" in told[0]
        assert files == {__file__}
        assert said(lambda vectorizer=vectorizer: vectorizer.set_output(transform=output))[0] == []
        again = clone(model)
        assert said(lambda again=again: again.set_output(transform=output))[0][-1:] == told, "by a pipeline"
        with sklearn.config_context(transform_output=output):
            assert said(use)[0] == [], "it was said"
            again = clone(model)
            assert said(partial(use, again))[0] == told, "by the configuration"
            assert said(partial(use, again))[0] == []
            chosen = clone(model)
            chosen[-1].set_output(transform="default")
            assert said(partial(use, chosen))[0] == [], "it was chosen"
            chosen[-1].set_output(transform="pandas_sparse")
            assert said(partial(use, chosen))[0] == []
            assert isinstance(chosen.transform(DOCUMENTS), pd.DataFrame)
        assert said(use)[0] == []


def test_who_asks_is_named():
    vectorizer = OneHotVectorizer().fit(DOCUMENTS)
    for work in (vectorizer.transform, clone(vectorizer).fit_transform):
        with sklearn.config_context(transform_output="pandas"):
            assert said(lambda work=work: work(DOCUMENTS))[1] == {__file__}


MODELS = {
    "columns": lambda v: ColumnTransformer([("text", v, "text")]),
    "columns, dense": lambda v: ColumnTransformer(
        [("text", v, "text"), ("rest", "passthrough", ["n"])], sparse_threshold=0
    ),
    "columns, two processes": lambda v: ColumnTransformer([("a", v, "text"), ("b", clone(v), "text")], n_jobs=2),
    "a pipeline in columns": lambda v: ColumnTransformer([("text", make_pipeline(v), "text")]),
    "union": make_union,
    "middle": lambda v: make_pipeline(v, LogisticRegression()),
    "first of two pipelines": lambda v: make_pipeline(make_pipeline(v), LogisticRegression()),
}


@pytest.mark.parametrize("configured", [False, True], ids=["set_output", "set_config"])
@pytest.mark.parametrize("name", MODELS)
def test_parts_of_a_model_do_as_scikit_learn_s_own(name, configured):
    """Nothing is said of a matrix that another part takes; tables and errors are as with scikit-learn's vectorizer."""
    table = pd.DataFrame({"text": ["good food", "bad food", "no pasta", "good pizza"], "n": [1.0, 2, 3, 4]})
    y = [1, 0, 0, 1]

    def result(vectorizer):
        X = table if "columns" in name else table["text"]
        with sklearn.config_context(transform_output="pandas" if configured else "default"):
            model = MODELS[name](vectorizer)
            if not configured and isinstance(vectorizer, SparseOutput):
                model.set_output(transform="pandas")
            try:
                model.fit(X, y)
                return model.transform(X) if hasattr(model, "transform") else model.predict(X)
            except ValueError as error:
                return str(error)

    ours = []
    assert said(lambda: ours.append(result(CountVectorizer())))[0] == []
    if configured:  # scikit-learn's vectorizer has no set_output
        theirs = result(Peer())
        assert type(ours[0]) is type(theirs)
        if isinstance(theirs, pd.DataFrame):
            pd.testing.assert_frame_equal(ours[0], theirs)
        else:
            assert np.array_equal(ours[0], theirs)


def test_the_end_of_a_pipeline_reaches_the_user():
    for model in (make_pipeline(CountVectorizer()), make_pipeline(Tokenizer(), make_pipeline(CountVectorizer()))):
        with sklearn.config_context(transform_output="pandas"):
            assert len(said(lambda model=model: model.fit_transform(DOCUMENTS))[0]) == 1
        assert len(said(lambda model=model: clone(model).set_output(transform="pandas"))[0]) == 1


def test_a_warning_that_is_an_error_is_one_each_time():
    vectorizer = OneHotVectorizer()
    for _ in range(2):
        with pytest.raises(UserWarning, match="makes a sparse matrix"):
            vectorizer.set_output(transform="pandas")


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_an_index_asks_for_matrices(output):
    """What the configuration says of transformers is not for those that an index, or a measure, uses for itself."""
    vectors = EmbeddingVectorizer(WordVectors(["good", "food"], [[1.0, 0.0], [0.6, 0.8]]), unknown="zero")
    for encoder in (None, OneHotVectorizer(), vectors):
        expected = CosineIndex(encoder).fit(["good", "food"])
        with sklearn.config_context(transform_output=output):
            index = CosineIndex(encoder).fit(["good", "food"])
            assert index.search(["food"]).to_dicts() == expected.search(["food"]).to_dicts()
            assert find_duplicates(["good", "good food", "good"], encoder=encoder).to_dicts()


@pytest.mark.filterwarnings("ignore:.* makes a sparse matrix")
@pytest.mark.parametrize("output", ["default", "pandas", "polars"])
def test_a_request_for_dense_tables_changes_nothing(output):
    expected = OneHotVectorizer().fit_transform(DOCUMENTS)
    y = [1, 0, 0, 1]
    model = make_pipeline(Tokenizer(), OneHotVectorizer(), LogisticRegression()).set_output(transform=output)
    assert (model.fit(DOCUMENTS, y).predict(DOCUMENTS) == y).all()
    assert type(model[:-1].transform(DOCUMENTS)) is type(expected)
    with sklearn.config_context(transform_output=output):
        assert type(OneHotVectorizer().fit_transform(DOCUMENTS)) is type(expected)
        assert type(OneHotVectorizer().fit(DOCUMENTS).transform(DOCUMENTS)) is type(expected)
    if output != "default":  # a sparse table was chosen, and stays
        assert isinstance(labelled_vectorizer().set_output(transform=output).fit_transform(DOCUMENTS), pd.DataFrame)


def test_classifiers_take_the_table(messages, labels):
    table = labelled_vectorizer().fit_transform(messages)
    X = OneHotVectorizer().fit_transform(messages)
    ours, theirs = LogisticRegression().fit(table, labels), LogisticRegression().fit(X, labels)
    np.testing.assert_array_equal(ours.coef_, theirs.coef_)
    np.testing.assert_array_equal(ours.predict(table), theirs.predict(X))
    assert ours.feature_names_in_.tolist() == table.columns.tolist()
    model = make_pipeline(labelled_vectorizer(), LogisticRegression())
    expected = cross_val_predict(make_pipeline(OneHotVectorizer(), LogisticRegression()), messages, labels, cv=3)
    np.testing.assert_array_equal(cross_val_predict(model, messages, labels, cv=3), expected)


def test_the_table_is_not_dense_on_its_way_into_a_classifier(messages, labels, monkeypatch):
    table = labelled_vectorizer().fit_transform(messages)

    def to_dense(self, *args, **kwargs):
        raise AssertionError("made dense")

    monkeypatch.setattr(pd.DataFrame, "to_numpy", to_dense)
    monkeypatch.setattr(pd.DataFrame, "__array__", to_dense)
    with pytest.raises(AssertionError, match="made dense"):
        np.asarray(table)
    LogisticRegression().fit(table, labels).predict(table)


def test_column_transformer_and_feature_union():
    """With set_output of their own they keep the columns sparse."""
    table = pd.DataFrame({"a": DOCUMENTS, "b": DOCUMENTS[::-1], "n": [1.0, 2, 3, 4]}, index=list("wxyz"))
    parts = [("a", labelled_vectorizer(), "a"), ("b", labelled_vectorizer(), ["b"])]
    columns = ColumnTransformer(parts, remainder="passthrough").set_output(transform="pandas")
    for out in (columns.fit_transform(table), columns.transform(table)):
        assert out.columns.tolist() == [f"{p}__{w}" for p in "ab" for w in ("bad", "food", "good", "pizza")] + [
            "remainder__n"
        ]
        assert all(isinstance(dtype, pd.SparseDtype) for dtype in out.dtypes[:-1])
        assert out.index.tolist() == list("wxyz")
        assert out["b__pizza"].tolist() == [1, 0, 0, 0]
    union = make_union(labelled_vectorizer(), labelled_vectorizer(lowercase=False)).set_output(transform="pandas")
    out = union.fit_transform(table["a"])
    assert out.shape == (4, 8)
    assert all(isinstance(dtype, pd.SparseDtype) for dtype in out.dtypes)
    assert out.index.tolist() == list("wxyz")


@pytest.mark.parametrize("output", ["Pandas", "sparse", "", True, 1, ["pandas"]], ids=repr)
def test_unknown_output(output):
    message = (
        r"OneHotVectorizer: transform must be None or one of 'default', 'pandas', 'polars', 'pandas_sparse', but it is "
    )
    with pytest.raises(ValueError, match=message):
        OneHotVectorizer().set_output(transform=output)


def test_without_pandas(monkeypatch):
    vectorizer = labelled_vectorizer().fit(DOCUMENTS)
    monkeypatch.setitem(sys.modules, "pandas", None)
    for call in (lambda: OneHotVectorizer().set_output(transform="pandas_sparse"), lambda: vectorizer.transform([""])):
        with pytest.raises(ImportError, match=r"needs pandas\. Install it with: pip install pandas"):
            call()
    assert sp.issparse(OneHotVectorizer().set_output(transform="default").fit_transform(DOCUMENTS))


@pytest.mark.filterwarnings("ignore:.* makes a sparse matrix")
@pytest.mark.parametrize("cls", [HashingVectorizer, TfidfVectorizer, OneHotVectorizer])
def test_every_vectorizer_and_its_subclasses(cls):
    class Sub(cls):
        def transform(self, X):
            return super().transform(X)

    for kind in (cls, Sub):
        vectorizer = kind(**({"n_features": 8} if cls is HashingVectorizer else {}))
        for output in ("pandas", "polars"):
            with sklearn.config_context(transform_output=output):
                assert sp.issparse(clone(vectorizer).fit(DOCUMENTS).transform(DOCUMENTS))
        model = make_pipeline(vectorizer, LogisticRegression()).set_output(transform="pandas")
        assert len(model.fit(DOCUMENTS, [1, 0, 0, 1]).predict(DOCUMENTS)) == 4
        table = vectorizer.set_output(transform="pandas_sparse").fit(DOCUMENTS).transform(DOCUMENTS)
        assert table.columns.tolist() == vectorizer.get_feature_names_out().tolist()


@pytest.mark.filterwarnings("ignore:.* makes a sparse matrix")
def test_weightings():
    model = make_pipeline(TfidfVectorizer(use_idf=False, norm=None), TfidfWeighting()).set_output(transform="pandas")
    assert sp.issparse(model.fit_transform(DOCUMENTS))
    model.set_output(transform="pandas_sparse")
    assert model.fit_transform(DOCUMENTS).columns.tolist() == model[0].get_feature_names_out().tolist()
