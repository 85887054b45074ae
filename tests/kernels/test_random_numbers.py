"""The alias table, from which negatives are drawn; the generator is restated in test_word2vec.py."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from textvec.kernels.random_numbers import make_alias


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50).filter(lambda weights: sum(weights) > 1e-3))
@settings(max_examples=200, deadline=None)
def test_alias_table_holds_the_distribution(weights):
    weights = np.array(weights)
    keep, alias = np.empty(len(weights), np.float32), np.zeros(len(weights), np.int32)
    make_alias(weights=weights, keep=keep, alias=alias)
    chances = keep + np.bincount(alias, 1 - keep, minlength=len(weights))
    np.testing.assert_allclose(chances / len(weights), weights / weights.sum(), atol=1e-5)
