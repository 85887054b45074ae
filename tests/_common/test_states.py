"""States carry numbers, arrays and any words there are."""

import pickle

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from textvec._common.states import field, make_state, words_from_arrow, words_to_arrow

WORDS = ["", "a", "a b", "\ud800", "\ue000", "é", "\U0001f600"]


def by_ipc(state):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, state.schema) as writer:
        writer.write_batch(state)
    return pa.ipc.open_stream(sink.getvalue()).read_next_batch()


@pytest.mark.parametrize(
    "carried",
    [lambda state: state, by_ipc, lambda state: pickle.loads(pickle.dumps(state))],
    ids=["as_it_is", "by_ipc", "pickled"],
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
