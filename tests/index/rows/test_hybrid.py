"""Rows of two kinds: their arrays are told apart by name; tests/index/test_hybrid_index.py searches them."""

import numpy as np
import pytest
import scipy.sparse as sp

from textvec.encoders.vectors import Pair, as_vectors
from textvec.index.rows.base import BACKENDS, backend_class
from textvec.index.rows.hybrid import HybridRows

TABLE = np.random.default_rng(0).random((30, 6)).astype(np.float32)
NAMES = [name for name in BACKENDS if "+" in name]


@pytest.mark.parametrize("name", NAMES)
def test_parts_come_back_as_what_they_are(name):
    lexical, dense = name.split("+")
    rows = HybridRows(
        backend_class(lexical).of(as_vectors(sp.csr_array(TABLE), unit=False)), backend_class(dense).of(TABLE)
    )
    again = HybridRows.from_arrays(rows.arrays)
    assert (again.backend, len(again)) == (name, 30)
    assert {*rows.arrays} <= {*HybridRows.array_names}
    taken = again.take(np.array([4, 2]))
    np.testing.assert_array_equal(taken.dense, TABLE[[4, 2]])
    assert taken.lexical.n_vectors == 2
    with pytest.raises(TypeError, match="part by part"):
        again.search(taken, 1, np.zeros(2, np.float32))


def test_rows_that_do_not_belong_together():
    words = as_vectors(sp.csr_array(TABLE))
    with pytest.raises(ValueError, match="There are 30 vectors of words, but 29 of meaning"):
        HybridRows.of(Pair(words, TABLE[:29]))
    with pytest.raises(ValueError, match="missing"):
        HybridRows.from_arrays({})
