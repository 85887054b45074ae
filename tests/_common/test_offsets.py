"""Offsets of documents: from lengths, and put together from pieces."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textvec._common.offsets import joined_offsets, offsets_of

LENGTHS = st.lists(st.integers(0, 50))


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int32, np.int64])
def test_offsets_are_64_bit_whatever_the_lengths_are(dtype):
    offsets = offsets_of(np.ones(300, dtype))
    assert offsets.dtype == np.int64
    assert offsets.tolist() == list(range(301))


def test_no_documents():
    assert offsets_of(np.zeros(0, np.int64)).tolist() == [0]
    assert joined_offsets([]).tolist() == [0]


@given(st.lists(LENGTHS))
def test_pieces_are_joined(pieces):
    joined = joined_offsets([offsets_of(np.array(lengths, np.int64)) for lengths in pieces])
    assert joined.dtype == np.int64
    assert joined.tolist() == offsets_of(np.array([*chain(*pieces)], np.int64)).tolist()
