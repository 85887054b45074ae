"""Which estimators must not be fitted in two threads at once.

liblinear, which scikit-learn has its linear SVMs from, draws random numbers from one generator for the whole process.
Two threads would take them from each other: the same `random_state` would no longer give the same weights.

Tested in tests/classification/test_schedule.py.
"""

from __future__ import annotations

from typing import Any

from sklearn.calibration import CalibratedClassifierCV
from sklearn.svm import LinearSVC, LinearSVR

from textvec.classification.nbsvm import NBSVMClassifier

_OF_LIBLINEAR = (LinearSVC, LinearSVR, NBSVMClassifier, CalibratedClassifierCV)  # the last has a LinearSVC by default


def must_be_alone(estimator: Any) -> bool:
    """Tell whether an estimator, or a part of it, uses liblinear, or may: nobody knows what other packages do."""
    parts = [estimator, *estimator.get_params().values()] if hasattr(estimator, "get_params") else [estimator]
    return any(_uses_liblinear(part) for part in parts if hasattr(part, "fit"))


def _uses_liblinear(part: Any) -> bool:
    package = type(part).__module__.partition(".")[0]
    return (
        package not in ("sklearn", "textvec")
        or isinstance(part, _OF_LIBLINEAR)
        or getattr(part, "solver", None) == "liblinear"
        or getattr(part, "probability", False) is True  # of an SVC: libsvm draws in the same way
    )
