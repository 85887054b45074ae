"""Workers that die, and what cannot begin: the result is the same, or an error says why before any work is done."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support.deaths import AFTER, BEFORE, Deadly, DiesInMerge
from textvec import CountVectorizer, OneHotVectorizer, TfidfVectorizer
from textvec.engines import Files, fit_spread
from textvec.readers import ReadError

pytest.importorskip("distributed", reason="needs Dask: pip install 'textvec-kit[dask]'")

from textvec.engines.dask_engine import DaskEngine

ESTIMATORS = {
    "one_hot": lambda: OneHotVectorizer(min_df=2),
    "bigrams": lambda: CountVectorizer(ngram_range=(1, 2), max_features=500),
    "tfidf": lambda: TfidfVectorizer(min_df=2),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory, messages):
    """A folder of four files of messages."""
    folder = tmp_path_factory.mktemp("messages")
    n = -(-len(messages) // 4)
    for i in range(4):
        pq.write_table(pa.table({"text": messages[i * n : (i + 1) * n]}), folder / f"{i}.parquet")
    return folder


def assert_the_same(fitted, alone, messages):
    """Compare the names and the numbers of what two estimators make of messages, to the last bit."""
    assert fitted.get_feature_names_out().tolist() == alone.get_feature_names_out().tolist()
    ours, theirs = fitted.transform(messages), alone.transform(messages)
    assert all(
        getattr(ours, each).tobytes() == getattr(theirs, each).tobytes() for each in ("data", "indices", "indptr")
    )


@pytest.mark.parametrize(("name", "when"), [("one_hot", BEFORE), ("bigrams", AFTER), ("tfidf", AFTER)])
def test_a_worker_dies_in_a_fit(name, when, files, dask_client, tmp_path, messages):
    engine = Deadly(DaskEngine(dask_client), tmp_path / "died", when)
    fitted = fit_spread(ESTIMATORS[name](), Files(files), engine=engine)
    assert engine.n_died == engine.n_passes == 1
    assert_the_same(fitted, ESTIMATORS[name]().fit(messages), messages)


def test_a_worker_dies_that_merges(files, dask_client, tmp_path, messages):
    """The states that it held are made again."""
    vectorizer = TfidfVectorizer(min_df=2)
    vectorizer._merge = DiesInMerge(TfidfVectorizer(min_df=2)._merge, tmp_path / "died")
    fitted = fit_spread(vectorizer, Files(files), engine=dask_client)
    assert (tmp_path / "died").exists()
    assert_the_same(fitted, TfidfVectorizer(min_df=2).fit(messages), messages)


def test_files_that_differ_are_refused_before_work_begins(files, dask_client, tmp_path):
    """The error names the file and comes from this process: no worker has read anything."""
    table = pq.read_table(files / "0.parquet")
    pq.write_table(table, tmp_path / "0.parquet")
    pq.write_table(table.rename_columns(["message"]), tmp_path / "1.parquet")
    engine = Deadly(DaskEngine(dask_client), tmp_path / "died", BEFORE, number=0)
    with pytest.raises(ReadError, match=r"1\.parquet"):
        fit_spread(TfidfVectorizer(), Files(str(tmp_path / "*.parquet")), engine=engine)
    assert engine.n_died == 0


def install(version):
    """Have this process, a worker, be of another version."""
    import textvec._version

    before, textvec._version.__version__ = textvec._version.__version__, version
    return before


def test_a_worker_with_another_version_is_refused_before_work_begins(files, dask_client, tmp_path):
    engine = Deadly(DaskEngine(dask_client), tmp_path / "died", BEFORE, number=0)
    [worker] = list(dask_client.scheduler_info(n_workers=-1)["workers"])[:1]
    [before] = dask_client.run(install, "0.0.1", workers=[worker]).values()
    try:
        with pytest.raises(RuntimeError, match=r"0\.0\.1"):
            fit_spread(TfidfVectorizer(), Files(files), engine=engine)
    finally:
        dask_client.run(install, before, workers=[worker])
    assert engine.n_died == 0
