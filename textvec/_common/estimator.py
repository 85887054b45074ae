"""What estimators share: a failed call changes nothing, and those that take text say so to scikit-learn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def unchanged_on_error(estimator: Any) -> Iterator[None]:
    """Leave an estimator as it was when an error, or Ctrl-C, ends what it is doing: nothing is half-fitted."""
    before = dict(vars(estimator))
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise


class TextInput:
    """Mixin that tells scikit-learn that an estimator takes texts, one for each document, and no table of numbers.

    It stands to the left of scikit-learn's own mixins. Subclasses of scikit-learn's vectorizers do not need it.
    """

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags
