"""Vectors of documents in pieces: on Dask, in any number of partitions, with workers that die."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.decomposition import TruncatedSVD
from sklearn.pipeline import make_pipeline

from support.dying import DiesInTheMiddle
from support.part_folders import assert_same, bytes_of, names_in
from textvec import CountVectorizer, EmbeddingVectorizer, TfidfVectorizer, WordVectors
from textvec.distributed import read_parts, transform
from textvec.engines import Files
from textvec.engines.lazy import transform_spread
from textvec.text.documents import column_of

dask = pytest.importorskip("dask", reason="needs Dask: pip install 'textvec-kit[dask]'")
dd = pytest.importorskip("dask.dataframe")

TEXTS = [f"red sea {'blue sky ' * (i % 3)}" if i % 5 else ["", "§ !", "unknown"][i % 3] for i in range(30)]
VECTORS = WordVectors(["red", "sea", "blue"], np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32))
ESTIMATORS = {
    "counts": CountVectorizer(),
    "tfidf": TfidfVectorizer(ngram_range=(1, 2), dtype=np.float32),
    "pipeline": make_pipeline(CountVectorizer(), TruncatedSVD(2, random_state=0)),
    "embedding": EmbeddingVectorizer(VECTORS),
}


def fitted(name):
    return ESTIMATORS[name].fit([text for text in TEXTS if text != "unknown"])


def collection(n_partitions):
    """Return the texts as a Dask DataFrame; of more partitions than texts some are empty."""
    table = pd.DataFrame({"text": TEXTS, "id": range(len(TEXTS))})
    bounds = np.linspace(0, len(TEXTS), n_partitions + 1).astype(int)
    parts = [dask.delayed(table.iloc[a:b]) for a, b in pairwise(bounds)]
    return dd.from_delayed(parts, meta=table)


@pytest.fixture(autouse=True)
def one_thread():
    with dask.config.set(scheduler="synchronous"):
        yield


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer. .* hold no word")
@pytest.mark.parametrize("n_partitions", [1, 2, 7, 40])
@pytest.mark.parametrize("name", ESTIMATORS)
def test_parts_are_what_one_machine_makes(name, n_partitions, tmp_path):
    estimator, documents = fitted(name), collection(n_partitions)
    expected = estimator.transform(column_of(TEXTS))
    layout = "npz" if n_partitions % 2 else "parquet"
    parts = transform(estimator, documents, tmp_path / "out", column="text", keep=["id", "text"], format=layout)
    assert parts.n_parts == n_partitions
    assert_parts(parts, expected)
    assert [text for part in parts for text in part.columns["text"].to_pylist()] == TEXTS
    array = transform(estimator, documents, column="text")
    assert (array.shape[1], array.dtype, array.npartitions) == (expected.shape[1], expected.dtype, n_partitions)
    assert type(array._meta) is type(expected)
    assert_close_or_same(array.compute(), expected, name)


def assert_parts(parts, expected):
    made = parts.to_matrix()
    if isinstance(made, np.ndarray) and made.dtype == np.float64:  # products of BLAS, by the shape of the operands
        np.testing.assert_allclose(made, expected, rtol=1e-12, atol=1e-15)
    else:
        assert_same(made, expected)


def assert_close_or_same(made, expected, name):
    if name == "pipeline":
        np.testing.assert_allclose(made, expected, rtol=1e-12, atol=1e-15)
    else:
        assert_same(made, expected)


def test_on_a_cluster_a_worker_is_killed_in_the_middle(dask_client, tmp_path):
    texts = [*TEXTS[:10], "die", *TEXTS[10:]]
    (tmp_path / "a.txt").write_text("\n".join(texts) + "\n")
    (tmp_path / "out").mkdir()
    estimator = make_pipeline(DiesInTheMiddle(str(tmp_path / "out")), CountVectorizer()).fit(TEXTS)
    files = Files(tmp_path / "a.txt", bytes_per_piece=80)
    parts = transform(estimator, files, tmp_path / "out", engine=dask_client)
    assert (tmp_path / "died").exists()
    assert not any(name.startswith(".") for name in names_in(tmp_path / "out"))
    assert parts.n_parts > 3
    assert_same(parts.to_matrix(), estimator.transform(texts))
    transform(estimator, files, tmp_path / "here")  # in this process
    assert bytes_of(tmp_path / "here") == bytes_of(tmp_path / "out")


def test_a_dask_array_on_a_cluster(dask_client):
    estimator = fitted("tfidf")
    array = transform_spread(estimator, collection(7)["text"])
    made = dask_client.compute(array).result()
    assert_same(made, estimator.transform(TEXTS))
    block = dask_client.compute(array.blocks[2]).result()
    assert sp.issparse(block)
    assert 0 < block.shape[0] < 7


def test_a_bag(tmp_path):
    import dask.bag

    estimator = fitted("counts")
    bag = dask.bag.from_sequence(TEXTS, npartitions=4)
    assert_same(transform(estimator, bag).compute(), estimator.transform(TEXTS))
    assert_same(transform(estimator, bag, tmp_path / "out").to_matrix(), estimator.transform(TEXTS))


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"documents": TEXTS}, (TypeError, ValueError), "Documents that lie in pieces|no file|There is no"),
        ({"format": "csv"}, ValueError, "format must be one of 'npz', 'parquet', but it is 'csv'"),
        ({"keep": ["indices"], "format": "parquet"}, ValueError, "column 'indices' cannot be kept"),
        ({"keep": ["nope"]}, ValueError, "Column 'nope' is not in"),
        ({"column": "nope"}, ValueError, "Column 'nope' is not in"),
        ({"estimator": len}, TypeError, "must be a transformer, which can be saved, but it is a function"),
        ({"estimator": CountVectorizer}, TypeError, "must be an instance"),
        ({"estimator": TfidfVectorizer()}, ValueError, "fitted"),
        ({"engine": "spark"}, ValueError, "There is no engine 'spark'"),
    ],
    ids=["list", "format", "taken", "keep", "column", "function", "class", "unfitted", "engine"],
)
def test_bad_input_is_refused_before_anything_is_written(change, error, said, tmp_path):
    given = {"estimator": fitted("counts"), "documents": collection(2), "output": tmp_path / "out", "column": "text"}
    with pytest.raises(error, match=said):
        transform(**given | change)
    assert not (tmp_path / "out").exists()


def test_files_need_an_output(tmp_path):
    (tmp_path / "a.txt").write_text("red sea\n")
    with pytest.raises(TypeError, match="written to a folder: give transform"):
        transform(fitted("counts"), tmp_path / "a.txt")
    with pytest.raises(ValueError, match="a Dask array cannot keep the column 'id'"):
        transform(fitted("counts"), collection(2), column="text", keep=["id"])


def test_no_documents_at_all(tmp_path):
    (tmp_path / "a.txt").write_text("")
    parts = transform(fitted("counts"), tmp_path / "a.txt", tmp_path / "out")
    assert (parts.shape[0], parts.n_parts) == (0, 1)
    assert read_parts(tmp_path / "out").to_matrix().shape == parts.shape
