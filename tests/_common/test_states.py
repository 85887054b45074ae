"""States carry numbers, arrays and any words there are."""

import pickle

import numpy as np
import pyarrow.compute as pc
import pytest

from textvec._common.states import field, from_bytes, make_state, to_bytes, words_from_arrow, words_to_arrow

WORDS = ["", "a", "a b", "\ud800", "\ue000", "é", "\U0001f600"]


@pytest.mark.parametrize(
    "carried",
    [lambda state: state, lambda state: from_bytes(to_bytes(state)), lambda state: pickle.loads(pickle.dumps(state))],
    ids=["as_it_is", "as_bytes", "pickled"],
)
def test_fields_come_back(carried):
    state = carried(
        make_state(n=2**40, total=0.5, counts=np.array([3, 1], np.int32), none=np.empty(0), words=words_to_arrow(WORDS))
    )
    assert state.num_rows == 1
    assert (field(state, "n"), field(state, "total")) == (2**40, 0.5)
    counts, none = field(state, "counts"), field(state, "none")
    assert (counts.dtype, counts.tolist(), none.dtype, len(none)) == (np.int32, [3, 1], np.float64, 0)
    assert words_from_arrow(field(state, "words")) == WORDS


def test_words_sort_as_their_bytes_do():
    order = pc.sort_indices(words_to_arrow(WORDS[::-1])).to_pylist()
    assert [WORDS[::-1][i] for i in order] == sorted(WORDS)
