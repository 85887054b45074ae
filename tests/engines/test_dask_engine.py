"""Dask as an engine: the same as one machine, and what fails is told once."""

import signal
import subprocess
import sys

import pytest

from support.spread import DiesAlways, DiesOnce, DocumentCounts, fails_on_bees, joined, pid_of, table_of, texts_of
from textvec.engines import Files, engine_for, fit_spread
from textvec.engines.dask_engine import _unreached_by_interrupts

dd = pytest.importorskip("dask.dataframe", reason="needs Dask: pip install 'textvec-kit[dask]'")
import dask.bag as db  # noqa: E402
import pandas as pd  # noqa: E402


@pytest.fixture(scope="module")
def frame(table):
    return pd.DataFrame(table)


@pytest.fixture(params=["threads", "cluster"])
def engine(request):
    """Dask's own scheduler, and a cluster."""
    with engine_for(Files("x"), "dask" if request.param == "threads" else request.getfixturevalue("dask_client")) as it:
        yield it


@pytest.mark.parametrize("n", [1, 2, 7, 30])
def test_a_fit_is_that_of_one_machine(frame, table, engine, n):
    spread = dd.from_pandas(frame, npartitions=n)
    expected = vars(DocumentCounts().fit(table["text"], table["y"]))
    assert vars(fit_spread(DocumentCounts(), spread, "y", engine)) == expected
    bag = db.from_sequence(table["text"], npartitions=n)
    for documents in (spread["text"], bag):
        assert vars(fit_spread(DocumentCounts(), documents, engine=engine)) == expected | {"total_": 0.0}


def test_partitions_without_rows(frame, table, engine):
    spread = dd.from_pandas(frame, npartitions=6)
    spread = spread[(spread["id"] < "d2") | (spread["id"] > "d5")]
    kept = frame[(frame["id"] < "d2") | (frame["id"] > "d5")]
    expected = vars(DocumentCounts().fit(list(kept["text"]), kept["y"]))
    assert vars(fit_spread(DocumentCounts(), spread, "y", engine)) == expected
    assert fit_spread(DocumentCounts(), spread[spread["y"] > 1], "y", engine).n_documents_ == 0
    assert fit_spread(DocumentCounts(), db.from_sequence(["a"]).filter(len).remove(len), engine=engine).counts_ == {}


def test_a_map_gives_each_piece_and_columns_by_name(frame, engine):
    told = []
    spread = dd.from_pandas(frame, npartitions=3)
    found = list(engine.map(table_of, spread, columns=["id", "y"], skip=[1], progress=lambda *each: told.append(each)))
    assert sorted(number for number, _ in found) == [0, 2]
    assert told == [(2, 3), (3, 3)]
    for number, (same, texts, columns) in found:
        rows = frame[10 * number : 10 * number + 10]
        assert same == number
        assert columns == {name: rows[name].tolist() for name in ("text", "id", "y")}
        assert texts == columns["text"]


def test_progress_of_a_fold(frame, engine):
    told = []
    spread = dd.from_pandas(frame, npartitions=5)
    assert engine.fold(texts_of, joined, spread, progress=lambda *each: told.append(each)) == frame["text"].tolist()
    assert told == [(done, 5) for done in range(1, 6)]


@pytest.mark.parametrize("dtype", ["string[pyarrow]", "string[python]", "object", "str", "category"])
def test_types_of_texts(engine, dtype, frame):
    texts = pd.Series(["red", None, "blue"], dtype=dtype, name="text")
    import dask

    with dask.config.set({"dataframe.convert-string": False}):
        spread = dd.from_pandas(texts, npartitions=1)
        assert dict(engine.map(texts_of, spread)) == {0: ["red", None, "blue"]}


def test_what_is_no_text_is_left_to_the_estimator(engine):
    assert dict(engine.map(texts_of, db.from_sequence(["a", 5, None], npartitions=1))) == {0: ["a", 5, None]}


def test_dictionaries_of_a_bag(engine):
    bag = db.from_sequence([{"body": "red", "n": 1}, {"body": "blue", "n": 2}], npartitions=1)
    found = dict(engine.map(table_of, bag, column="body", columns=["n"]))
    assert found == {0: (0, ["red", "blue"], {"body": ["red", "blue"], "n": [1, 2]})}
    with pytest.raises(ValueError, match="with the field 'text', but item 0 of a partition has the fields 'body', 'n'"):
        list(engine.map(table_of, bag))


def test_columns_that_are_not_there(frame, engine):
    spread = dd.from_pandas(frame, npartitions=2)
    with pytest.raises(ValueError, match=r"Column 'body' is not in the DataFrame\. Its columns are: 'id', 'text', 'y'"):
        engine.fold(texts_of, joined, spread, column="body")
    with pytest.raises(ValueError, match="Column 'label' is not in the DataFrame"):
        fit_spread(DocumentCounts(), spread, "label", engine)
    with pytest.raises(ValueError, match="The Series holds texts alone, so it has no column 'y'"):
        fit_spread(DocumentCounts(), spread["text"], "y", engine)


def test_what_a_function_raises_is_raised_once(frame, engine):
    spread = dd.from_pandas(frame, npartitions=3)
    with pytest.raises(ValueError, match="Document 1 is about bees") as caught:
        engine.fold(fails_on_bees, joined, spread)
    assert str(caught.value) == "Document 1 is about bees."
    assert caught.value.__notes__[0].startswith("This was in piece ")
    with pytest.raises(ValueError, match="Document 1 is about bees"):
        list(engine.map(fails_on_bees, spread))
    assert engine.fold(texts_of, joined, spread) == frame["text"].tolist()


def test_a_worker_that_dies_is_replaced(frame, dask_client, tmp_path):
    spread = dd.from_pandas(frame, npartitions=6)
    before = set(dask_client.run(lambda: __import__("os").getpid()).values())
    with engine_for(spread, dask_client) as engine:
        assert engine.fold(DiesOnce(tmp_path, 2), joined, spread) == frame["text"].tolist()
    assert (tmp_path / "died").exists()
    dask_client.wait_for_workers(3)
    assert set(dask_client.run(lambda: __import__("os").getpid()).values()) != before


def test_a_piece_that_kills_every_worker_is_given_up(frame, dask_client, monkeypatch):
    monkeypatch.setattr(dask_client.cluster.scheduler, "allowed_failures", 0)
    spread = dd.from_pandas(frame, npartitions=1)
    with (
        engine_for(spread, dask_client) as engine,
        pytest.raises(RuntimeError, match="given up because 1 worker died"),
    ):
        engine.fold(DiesAlways(), joined, spread)
    dask_client.wait_for_workers(3)


def test_another_version_on_a_worker(frame, dask_client):
    import textvec.engines.versions as module

    spread = dd.from_pandas(frame, npartitions=2)
    real = module.__version__
    try:
        module.__version__ = "9.9"
        with (
            engine_for(spread, dask_client) as engine,
            pytest.raises(
                RuntimeError, match=rf"Dask's worker tcp://\S+ has textvec {real}, and this process has 9\.9\. Install"
            ),
        ):
            engine.fold(pid_of, joined, spread)
    finally:
        module.__version__ = real


def test_ctrl_c_does_not_reach_processes_of_a_cluster_on_this_machine():
    code = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"
    with _unreached_by_interrupts():
        ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout == "True\n"
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
