"""Numbers as parameters of estimators, whose constraints scikit-learn checks; those of functions: `plain_numbers`."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from sklearn.utils._param_validation import Interval


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
