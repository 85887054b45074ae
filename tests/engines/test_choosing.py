"""What lies in pieces, and which engine works on it."""

import subprocess
import sys

import pytest

from support.spread import texts_of
from textvec.engines import Files, engine_for, is_spread, spread_of
from textvec.engines.here import HereEngine

dd = pytest.importorskip("dask.dataframe", reason="needs Dask: pip install 'textvec-kit[dask]'")
import dask.bag as db  # noqa: E402
import pandas as pd  # noqa: E402

FILES = Files("reviews/*.txt")


@pytest.fixture(scope="module")
def frame():
    return dd.from_pandas(pd.DataFrame({"text": ["a", "b"], "n": [1, 2]}), npartitions=2)


def test_what_lies_in_pieces(frame):
    for documents in (frame, frame["text"], db.from_sequence(["a"]), FILES):
        assert is_spread(documents)
        assert spread_of(documents) is documents
    for documents in (["a"], "a.txt", frame["text"].to_delayed()[0], frame["n"].values, pd.Series(["a"]), None):
        assert not is_spread(documents)


def test_paths_become_files(tmp_path):
    assert repr(spread_of("a/*.txt")) == "Files('a/*.txt')"
    assert spread_of(["a.txt", tmp_path]).paths == ["a.txt", tmp_path]
    for other in ([], ["a", 1], 5, pd.Series(["a"])):
        with pytest.raises(TypeError, match=r"paths of files, but \w+\.\S+ was given"):
            spread_of(other)


def test_the_engine_that_fits_the_documents(frame, dask_client):
    with engine_for(FILES) as engine:
        assert isinstance(engine, HereEngine)
        with engine_for(frame, engine) as same:
            assert same is engine
    for documents in (frame, frame["text"], db.from_sequence(["a"])):
        with engine_for(documents) as engine:
            assert engine.client is None
    with dask_client.as_current():
        for documents in (frame, FILES):
            with engine_for(documents) as engine:
                assert engine.client is dask_client
        with engine_for(FILES, "here") as engine:
            assert isinstance(engine, HereEngine)
    with engine_for(FILES, dask_client) as engine:
        assert engine.client is dask_client


def test_dask_threads_read_files(tmp_path):
    (tmp_path / "a.txt").write_text("one\ntwo\n")
    with engine_for(Files(tmp_path), "dask") as engine:
        assert engine.client is None
        assert dict(engine.map(texts_of, Files(tmp_path))) == {0: ["one", "two"]}


def test_an_address(dask_client, tmp_path):
    (tmp_path / "a.txt").write_text("one\ntwo\n")
    address = dask_client.scheduler.address.removeprefix("tcp://")
    with engine_for(FILES, f"dask://{address}") as engine:
        assert dict(engine.map(texts_of, Files(tmp_path))) == {0: ["one", "two"]}
        client = engine.client
    assert client.status == "closed"
    assert dask_client.status == "running"


@pytest.mark.parametrize(
    ("engine", "error", "message"),
    [
        ("spark", ValueError, "There is no engine 'spark'. Known are 'dask', 'dask://HOST:PORT', 'local-dask', 'ray'"),
        ("local-task", ValueError, "Did you mean 'local-dask'?"),
        ("dask://somewhere", ValueError, "'dask://somewhere' has no host and port. Give them as in 'dask://scheduler"),
        ("dask://127.0.0.1:9", ConnectionError, "There is no scheduler of Dask's at 127.0.0.1:9 "),
        (5, ValueError, "The engine must be a Client of Dask's or one of 'dask', .* but it is of type int"),
    ],
)
def test_an_engine_that_is_not_there(engine, error, message, monkeypatch):
    monkeypatch.setattr("textvec.engines.dask_engine._SECONDS_TO_CONNECT", 0.2)
    with pytest.raises(error, match=message), engine_for(FILES, engine):
        pass


@pytest.mark.parametrize("engine", ["ray", "here"])
def test_collections_stay_with_their_engine(frame, engine):
    with pytest.raises(ValueError, match=f"A collection of Dask's is worked on by Dask, not by the engine '{engine}'"):
        engine_for(frame, engine).__enter__()


def test_neither_dask_nor_ray_is_imported_to_find_out():
    code = (
        "import sys; from textvec.engines import Files, engine_for, is_spread; assert not is_spread(['a'])\n"
        "with engine_for(Files('x')) as engine: assert type(engine).__name__ == 'HereEngine'\n"
        "print([m for m in ('dask', 'distributed', 'ray', 'fsspec', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_dask(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(ImportError, match=r"'local-dask' needs Dask. Install it with: pip install \"textvec-kit\[dask"):
        engine_for(FILES, "local-dask").__enter__()
