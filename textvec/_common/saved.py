"""What a class says, beside its definition, so that `textvec.save` can write its objects and `textvec.load` make them.

An estimator has

- `_saved_attributes`, the names of what it learns: a file holds these and its parameters, and nothing else of it;
- `_not_always_learnt`, the names of those that a fitted one may be without, if there are any;
- `_check_loaded`, if there is something to check: it raises an error unless the object can have been saved.

Any other class has

- `_saved_state`, which returns what an object is made of;
- the class method `_from_saved`, which makes an object of such a state, or raises an error.

A class whose objects are kept in another way says how in `_saved_otherwise`, the end of a sentence.

Kernels check nothing, and anybody may have made the file: what these methods let pass must be safe to work with. They
raise ValueError, TypeError, KeyError, AttributeError, IndexError or OverflowError. The functions below help with it;
they need NumPy alone, as the terms of a query do.

skops makes objects without textvec.load: of a class that its caller trusts, with `__setstate__`, of whatever a file
says. So `CheckedState` holds these objects to the same, those that they are made of included. A pickle may do anything
already, and takes another way, on which nothing is checked and nothing lost.

Tested in tests/persistence/test_errors.py and tests/interop/test_trusted.py.
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from numpy.typing import NDArray

FLOATS = (np.float64, np.float32)


def check(condition: Any, what: str) -> None:
    """Raise an error that says what is wrong, unless a condition holds."""
    if not condition:
        raise ValueError(what)


def check_array(name: str, array: Any, dtypes: tuple[Any, ...], *shape: int | None) -> NDArray[Any]:
    """Return an array if it is of one of the types and of the shape, in which None stands for any number."""
    fits = (
        isinstance(array, np.ndarray)
        and array.dtype in dtypes
        and array.ndim == len(shape)
        and array.flags.c_contiguous
        and all(wanted in (None, n) for wanted, n in zip(shape, array.shape, strict=True))
    )
    found = f"{array.dtype} of shape {array.shape}" if isinstance(array, np.ndarray) else type(array).__name__
    expected = " or ".join(np.dtype(dtype).name for dtype in dtypes)
    check(fits, f"{name} must be an array of {expected} of shape {shape}, but it is {found}")
    return array  # type: ignore[no-any-return]


def check_words(name: str, words: Any) -> list[str]:
    """Return a list if it is of strings, each of them once."""
    check(isinstance(words, list) and set(map(type, words)) <= {str}, f"{name} must be a list of strings")
    check(len(set(words)) == len(words), f"{name} holds a string more than once")
    return words  # type: ignore[no-any-return]


_ANY = {"n_features_in_", "feature_names_in_", "_sklearn_output_config", "_metadata_request"}  # scikit-learn's


class CheckedState:
    """Mixin of classes whose objects skops may make; it stands to the left of scikit-learn's classes."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        if not _is_ours(type(self)):
            return super().__reduce_ex__(protocol)
        return restored, (type(self), self.__getstate__())

    def __setstate__(self, state: Any) -> None:
        cls = type(self)
        if not _is_ours(cls):
            self._set_state(state)
        elif hasattr(cls, "_from_saved"):
            vars(self).update(vars(cls._from_saved(remade(state))))
        else:
            check(isinstance(state, dict), f"its state is a {type(state).__name__}, not a dict of attributes")
            kept = {name: remade(value) for name, value in state.items() if not _is_passing(name, cls)}
            check_state(cls, kept)
            self._set_state(kept)
            check_made(self, kept)

    def _set_state(self, state: Any) -> None:
        """Take a state as it is."""
        vars(self).update(state)


def restored(cls: Any, state: Any) -> Any:
    """Return the object of a pickle, whatever its state."""
    made = cls.__new__(cls)
    made._set_state(state)
    return made


def remade(value: Any) -> Any:
    """Return what estimators are made of, made anew by way of the checks: `__init__` of these classes has none."""
    if hasattr(type(value), "_from_saved"):
        return type(value)._from_saved(remade(value._saved_state()))
    if type(value) is tuple:
        return tuple(map(remade, value))
    return {key: remade(item) for key, item in value.items()} if type(value) is dict else value


def check_state(cls: Any, state: Any) -> None:
    """Raise an error unless a state is one of an estimator of a class, as far as its attributes go."""
    if not isinstance(state, dict):
        raise TypeError(f"its state is a {type(state).__name__}, not a dict of attributes")
    known = known_attributes(cls)
    for attribute in state:
        if not _may_be(attribute, cls, known):
            raise ValueError(f"it has an attribute {attribute!r:.80}, which objects of the class do not have")
    if not isinstance(state.get("_sklearn_output_config", {}), dict):
        raise TypeError("its _sklearn_output_config, what set_output chose, is no dict")
    learnt = _learnt(cls, state)
    missing = sorted(cls._saved_attributes - learnt - getattr(cls, "_not_always_learnt", frozenset())) if learnt else []
    if missing:
        raise ValueError(f"it is fitted, but has no {missing[0]}")


def check_made(made: Any, state: dict[str, Any]) -> None:
    """Raise an error unless an estimator, made of a state that was checked, can have been saved."""
    if _learnt(type(made), state) and hasattr(type(made), "_parameter_constraints"):
        made._validate_params()  # what is fitted works by parameters that `fit` has checked
    if hasattr(type(made), "_check_loaded"):
        made._check_loaded()


def known_attributes(cls: Any) -> set[str] | None:
    """Return the attributes that an estimator of ours may have; None for those of scikit-learn, which may have any."""
    if not hasattr(cls, "_saved_attributes"):
        return None
    return {*cls._get_param_names(), *cls._saved_attributes, *_ANY}


def _learnt(cls: Any, state: dict[str, Any]) -> frozenset[str]:
    attributes: frozenset[str] = getattr(cls, "_saved_attributes", frozenset())
    return attributes.intersection(state)


def _may_be(attribute: Any, cls: type, known: set[str] | None) -> bool:
    """Tell whether a name is that of an attribute of objects, and hides nothing that the class defines."""
    return (
        isinstance(attribute, str)
        and not attribute.startswith("__")
        and (attribute in getattr(cls, "_saved_attributes", ()) or inspect.getattr_static(cls, attribute, None) is None)
        and (known is None or attribute in known)
    )


def _is_passing(attribute: Any, cls: Any) -> bool:
    """Tell whether an attribute is one that an estimator has while it works, and files need not have."""
    known = known_attributes(cls) or set()
    return isinstance(attribute, str) and attribute[:1] == "_" != attribute[1:2] and attribute not in known


def _is_ours(cls: type) -> bool:
    return cls.__module__.startswith("textvec.")
