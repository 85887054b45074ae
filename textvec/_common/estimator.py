"""What estimators share: a failed call changes nothing, and those that take text say so to scikit-learn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

from textvec._common.diagram import Diagram, is_estimator


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


class NoItems:
    """An estimator whose namesake of gensim's has items, `model[word]`: the error says what there is instead.

    It has no `__len__`, so that it is a sequence to nobody.
    """

    _instead_of_items: ClassVar[str]

    if not TYPE_CHECKING:  # A checker would take the items for some that there are.

        def __getitem__(self, item: Any) -> NoReturn:
            raise TypeError(f"{type(self).__name__!r} object is not subscriptable: {self._instead_of_items}.")


class DeferredEstimator(Diagram):
    """An estimator of text, as scikit-learn knows them, whose class is made without importing scikit-learn.

    `sklearn.base.BaseEstimator` would take longer to import than a search of a saved index.
    """

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters, as scikit-learn's estimators do.

        Parameters
        ----------
        deep : bool, default=True
            Whether to add the parameters of parameters that have some, as "parameter__its_parameter".

        Returns
        -------
        dict of str to object
        """
        names = list(signature(type(self).__init__).parameters)[1:]
        params = {name: getattr(self, name) for name in names}
        for name in names if deep else []:
            value = params[name]
            if hasattr(value, "get_params") and not isinstance(value, type):
                params |= {f"{name}__{inner}": v for inner, v in value.get_params().items()}
        return params

    def set_params(self, **params: Any) -> Self:
        """Set parameters, as scikit-learn's estimators do.

        Parameters
        ----------
        **params : object
            By the names of `get_params`.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If there is no parameter of a name. Nothing is set then.
        """
        own, known = self.get_params(deep=False), self.get_params()
        nested: dict[str, dict[str, Any]] = defaultdict(dict)
        for name in params:
            outer, _, inner = name.partition("__")
            if name not in known and not (inner and outer in params):
                raise ValueError(f"{type(self).__name__} has no parameter {name!r}; it has {', '.join(known)}.")
            if inner:
                nested[outer][inner] = params[name]
        for name in own.keys() & params.keys():
            setattr(self, name, params[name])
        for name, values in nested.items():
            getattr(self, name).set_params(**values)
        return self

    def _parts_of_diagram(self) -> list[tuple[str, Any]]:
        return [(name, value) for name, value in self.get_params(deep=False).items() if is_estimator(value)]

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import InputTags, Tags, TargetTags

        texts = InputTags(string=True, two_d_array=False)
        return Tags(estimator_type=None, target_tags=TargetTags(required=False), input_tags=texts)

    def _repr_html_(self) -> str | None:
        from sklearn import get_config
        from sklearn.utils import estimator_html_repr

        return estimator_html_repr(self) if get_config()["display"] == "diagram" else None
