"""What the parameters of vectorizers may be, where scikit-learn looks at nothing but the type, or at nothing.

Each is a constraint as scikit-learn's own are, so that `fit` and `textvec.load` check the parameter, and name it.

Tested in tests/vectorizers/test_count_errors.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils._param_validation import Options

from textvec._common.numbers import is_integer


class NgramRange(Options):  # type: ignore[misc]
    """Two integers, min_n and max_n; scikit-learn checks their order itself."""

    def __init__(self) -> None:
        super().__init__(tuple, set())

    def is_satisfied_by(self, val: Any) -> bool:
        """Tell whether a value is a tuple of two integers, and no bools."""
        return isinstance(val, tuple) and len(val) == 2 and all(map(is_integer, val))

    def __str__(self) -> str:
        return "a tuple of two integers, (min_n, max_n)"


class DataType(Options):  # type: ignore[misc]
    """Whatever NumPy makes a data type of."""

    def __init__(self) -> None:
        super().__init__(object, set())

    def is_satisfied_by(self, val: Any) -> bool:
        """Tell whether NumPy makes a data type of a value."""
        try:
            np.dtype(val)
        except Exception:  # TypeError, but SyntaxError, UnicodeEncodeError and others for some strings
            return False
        return True

    def __str__(self) -> str:
        return "a data type of NumPy"


CONSTRAINTS = {"ngram_range": [NgramRange()], "dtype": [DataType()]}
