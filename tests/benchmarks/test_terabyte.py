"""What is computed of a terabyte follows from what was measured by the rules that are written down."""

import math

import pytest

from benchmarks import terabyte

FIGURES = {
    "one": {"seconds": 10.0},
    "transform": {"seconds": 20.0, "bytes": 5e8},
    "build": {"seconds": 40.0, "bytes": 2e9},
    "states": {"terms": 1e6, "bytes": 2e7, "merged": 3e7, "merging": 0.3, "finishing": 0.5},
}


def test_the_root_is_merged_by_one_worker_and_the_leaves_by_all():
    levels = terabyte.levels_of_merging(1.0)
    assert levels[:4] == [2, 1, 0.5, 0.25]
    assert levels[4] == pytest.approx(0.125 * 4)
    n_leaves = terabyte.FAN_IN ** len(levels)
    assert n_leaves / terabyte.FAN_IN < terabyte.N_BYTES / terabyte.PIECE <= n_leaves


def test_work_is_divided_and_states_grow_with_the_root():
    rows = dict(row.strip("| ").split(" | ") for row in terabyte.estimate(1000, FIGURES, n_cores=2)[2:])
    assert rows["distinct terms"] == f"{math.sqrt(1000):.0f} million"
    assert rows["the state of all"] == f"{0.02 * math.sqrt(1000):.1f} GB"
    assert rows["fit: reading and counting, divided by 64"] == f"{10 * 1000 / 64 / 60:.1f} min"
    assert rows["BM25 shards, divided by 64"] == f"{40 * 2 * 1000 / 64 / 60:.1f} min"
    assert rows["parts, shards on disk"] == "0.50 TB, 2.00 TB"
