"""States that are made, not read, merge to what their terms say."""

import numpy as np
import pytest

from benchmarks.merging import KINDS, line, made_state
from textvec._common.states import field
from textvec.vectorizers._merging import TermCounts, merged


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_of_the_table(kind):
    states = [made_state(kind, 5_000, seed) for seed in (0, 1)]
    frequencies = field(merged(states), "document_frequencies")
    n_made = sum(len(field(state, "document_frequencies")) for state in states)
    assert frequencies.sum() == n_made
    assert len(frequencies) < n_made or kind == "pairs"  # some words are in both
    for state in states:
        rows = TermCounts.from_state(state).rows.astype(np.int64)
        assert (np.diff(rows[:, 0] * 2**31 + rows[:, -1]) > 0).all()
    assert line(kind, 10_000).startswith(f"| {kind} | 0 | 0.")
