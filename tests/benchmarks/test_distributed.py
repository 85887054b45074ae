"""What is measured of distributing runs, on a little text and the cluster of all tests; figures are not compared."""

from contextlib import contextmanager

import pytest

pytest.importorskip("distributed", reason="needs Dask: pip install 'textvec-kit[dask]'")

from benchmarks import distributed as benchmark
from benchmarks.made_text import write

WORKERS = {"seconds": 2.0, "peak": 5e8, "through": 5e6, "idle": 1e4, "bytes": 1e8, "terms": 1e5}
FIGURES = {
    100: {
        "local": {"seconds": 4.0, "terms": 1e5},
        "here": {"seconds": 5.0, "terms": 1e5},
        "states": {"terms": 1e5, "bytes": 2e6, "merged": 3e6, "merging": 0.1, "finishing": 0.2},
        **dict.fromkeys(("one", "four", "transform", "build"), WORKERS),
    }
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    write(folder, 200_000, n_files=2)
    return folder


@pytest.fixture
def counted(dask_client, monkeypatch):
    """Have steps run on the cluster of the tests, whose scheduler is in this process."""
    from tornado.iostream import IOStream

    for name in ("read_from_fd", "write_to_fd"):
        monkeypatch.setattr(IOStream, name, getattr(IOStream, name))
    monkeypatch.setattr(IOStream, "n_bytes", 0, raising=False)
    benchmark.count_bytes()

    @contextmanager
    def cluster(n_workers):
        yield dask_client

    monkeypatch.setattr(benchmark, "cluster", cluster)
    monkeypatch.setattr(benchmark, "IDLE", 1.0)


def test_all_ways_to_fit_learn_the_same(folder, counted):
    local, here = benchmark.local(folder), benchmark.here(folder)
    spread, states = benchmark.fit(folder, "1"), benchmark.states(folder)
    assert local["terms"] == here["terms"] == spread["terms"] == states["terms"]
    assert spread["through"] > 0
    assert spread["idle"] > 0
    assert states["bytes"] < states["merged"]


def test_transform_and_build(folder, counted):
    for step in (benchmark.transform, benchmark.build):
        figures = step(folder, "1")
        assert min(figures.values()) > 0


def test_the_table_has_a_row_a_figure_and_a_column_a_size():
    head, _, *rows = benchmark.tables({100: FIGURES[100], 300: FIGURES[100]})
    assert all(row.count("|") == head.count("|") == 4 for row in rows)
    assert "| of the local fit | 0.50x | 0.50x |" in rows
    through = next(row for row in rows if "a fit by 4 workers" in row)
    assert through.endswith("| 5.00 MB; 4.00 MB | 5.00 MB; 4.00 MB |")  # the result is 2 MB


def test_the_command_removes_the_text(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(benchmark, "measured", lambda folder: FIGURES[100])
    benchmark.main(["--sizes", "1", "--folder", str(tmp_path)])
    assert "1 TB on 64 workers" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
