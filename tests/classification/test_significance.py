import math

import numpy as np
import pytest

from textvec.classification.significance import corrected_t_test


def test_by_hand():
    """With two degrees of freedom, the distribution of t has a closed form: p = 1 - t / sqrt(2 + t²)."""
    # The differences are 0.10, 0.05 and 0.10: their mean is 0.25 / 3, their variance 0.0025 / 3.
    # Each fold tests on half as many as it trains on: t = (0.25 / 3) / sqrt((1/3 + 1/2) 0.0025 / 3) = sqrt(10)
    p = corrected_t_test([0.9, 0.8, 0.85], [0.8, 0.75, 0.75], [80, 80, 80], [40, 40, 40])
    assert p == pytest.approx(1 - math.sqrt(10 / 12), abs=1e-12)
    assert corrected_t_test([0.8, 0.75, 0.75], [0.9, 0.8, 0.85], [80] * 3, [40] * 3) == pytest.approx(p, abs=1e-12)


def test_against_a_plain_t_test():
    """Without the correction it would be scipy's; with it, fewer differences are significant."""
    from scipy import stats

    rng = np.random.default_rng(0)
    one, other = rng.normal(0.9, 0.01, 10), rng.normal(0.89, 0.01, 10)
    plain = stats.ttest_rel(one, other).pvalue
    assert corrected_t_test(one, other, np.full(10, 900), np.zeros(10)) == pytest.approx(plain, rel=1e-9)
    assert corrected_t_test(one, other, np.full(10, 900), np.full(10, 100)) > 2 * plain


def test_what_never_varies_and_what_is_not_known():
    assert corrected_t_test([0.9, 0.8], [0.9, 0.8], [8, 8], [2, 2]) == 1
    assert corrected_t_test([0.9, 0.8], [0.8, 0.7], [8, 8], [2, 2]) == 0
    assert math.isnan(corrected_t_test([0.9], [0.8], [8], [2]))
    assert math.isnan(corrected_t_test([0.9, np.nan], [0.8, 0.7], [8, 8], [2, 2]))
