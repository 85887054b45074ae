"""Constraints of the numbers among estimators' parameters: scikit-learn's intervals, in which True is no number."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval

from textvec._common.numbers import MAX_SEED


class Number(Interval):  # type: ignore[misc]
    """A constraint of scikit-learn's, an interval, that does not take True for 1 and False for 0."""

    def is_satisfied_by(self, val: Any) -> bool:
        """Tell whether a value is a number within the interval, and no bool."""
        try:
            if self.type is Real and isinstance(val, Integral):
                float(val)
            return not isinstance(val, bool) and bool(super().is_satisfied_by(val))
        except OverflowError:  # an integer that no float can hold
            return False


RANDOM_STATE = [Number(Integral, 0, MAX_SEED, closed="both"), np.random.RandomState, None]
"""scikit-learn's constraint "random_state", for which True is no seed."""


def without_bools(constraints: Mapping[str, Any]) -> dict[str, Any]:
    """Return the constraints of an estimator of scikit-learn's, with a `Number` for each of its intervals."""
    return {
        name: allowed if isinstance(allowed, str) else [_strict(constraint) for constraint in allowed]
        for name, allowed in constraints.items()
    }


def _strict(constraint: Any) -> Any:
    if type(constraint) is not Interval:
        return constraint
    return Number(constraint.type, constraint.left, constraint.right, closed=constraint.closed)
