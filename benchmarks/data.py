"""The real data that is measured on, and the check that both sides make the same of it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from textvec.datasets import fetch_imdb

IMDB = "imdb/imdb.parquet"


def data(name: str) -> Path:
    """Return the path of a data set, see CONTRIBUTING.md."""
    root = os.environ.get("TEXTVEC_DATA")
    if not root or not (Path(root) / name).exists():
        raise SystemExit(f"The benchmarks need real data: set TEXTVEC_DATA to the folder that holds {name}.")
    return Path(root) / name


@cache
def train_reviews() -> list[str]:
    """Return the 25,000 labelled training reviews."""
    reviews: list[str] = fetch_imdb(subset="train").data
    return reviews


def same(ours: Any, theirs: Any, tolerance: float) -> None:
    """Stop when two matrices differ: a faster way to another result is worth nothing."""
    theirs.sort_indices()
    assert ours.shape == theirs.shape
    assert np.array_equal(ours.indptr, theirs.indptr)
    assert np.array_equal(ours.indices, theirs.indices)
    assert np.abs(ours.data - theirs.data).max() <= tolerance
