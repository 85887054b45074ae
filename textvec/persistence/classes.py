"""Which classes a file of `textvec.save` may name, and how their objects are taken apart and made again.

A class is looked up in the tables below, never imported by a name that a file gives. What is written of an object, and
what it must be like when it is loaded, its class says itself: see `textvec._common.saved`.

Tested in tests/persistence/test_errors.py.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from textvec._common.saved import CheckedState, check_made, check_state, known_attributes
from textvec.classification import ESTIMATORS as _CLASSIFICATION
from textvec.embeddings import ESTIMATORS as _EMBEDDINGS
from textvec.preprocessing import ESTIMATORS as _PREPROCESSING
from textvec.vectorizers import ESTIMATORS as _VECTORIZERS
from textvec.weightings import ESTIMATORS as _WEIGHTINGS

# What estimators are made of, and data that is saved alone. The names are those in files, and stay what they are when
# a class gets another name.
_PARTS = {
    "NGrams": "textvec.vectorizers._ngrams:NGrams",
    "Numbering": "textvec.vectorizers._numbering:Numbering",
    "PathJoiner": "textvec.preprocessing._paths:PathJoiner",
    "Pieces": "textvec.preprocessing._pieces:Pieces",
    "Subwords": "textvec.embeddings.subwords:Subwords",
    "Tables": "textvec.embeddings._training_state:TrainingState",
    "Tokens": "textvec.text.tokens:Tokens",
    "WordVectors": "textvec.embeddings.word_vectors:WordVectors",
    "WordWeights": "textvec.embeddings._pooling:WordWeights",
    "Words": "textvec.vectorizers._words:Words",
}

# Of scikit-learn: what may hold an object of textvec, and what is used so often that it is opened without skops, whose
# import takes half a second. Everything else of it is written by skops.
_OTHERS = {
    "ColumnTransformer": "sklearn.compose._column_transformer",
    "FeatureUnion": "sklearn.pipeline",
    "FrozenEstimator": "sklearn.frozen._frozen",
    "GridSearchCV": "sklearn.model_selection._search",
    "LogisticRegression": "sklearn.linear_model._logistic",
    "Pipeline": "sklearn.pipeline",
    "RandomizedSearchCV": "sklearn.model_selection._search",
    "TfidfTransformer": "sklearn.feature_extraction.text",
    "_PassthroughScorer": "sklearn.metrics._scorer",
}

_ESTIMATORS = _PREPROCESSING | _VECTORIZERS | _WEIGHTINGS | _EMBEDDINGS | _CLASSIFICATION | _OTHERS
_HOMES = {**_PARTS, **{name: f"{module}:{name}" for name, module in _ESTIMATORS.items()}}
HOMES = frozenset(home.replace(":", ".") for home in _HOMES.values())
"""The classes, each by its module and name."""
_NAMES = {home: name for name, home in _HOMES.items()}


def dump(value: Any, place: str) -> tuple[str, Any] | None:
    """Return the name of the class of an object and its state, or None if the tables do not have the class.

    Raises
    ------
    TypeError
        If the class is derived from one in them, its objects are saved otherwise, or an estimator has attributes that
        it did not learn.
    """
    cls = type(value)
    name = _NAMES.get(f"{cls.__module__}:{cls.__name__}")
    if name is None:
        if otherwise := getattr(cls, "_saved_otherwise", None):
            raise TypeError(f"{place}: a {cls.__name__} is saved {otherwise}.")
        ours = [base.__name__ for base in cls.__mro__ if base.__module__.startswith("textvec.")]
        if ours:
            raise TypeError(
                f"{place} is a {cls.__module__}.{cls.__name__}, which builds on textvec's {ours[0]}. textvec.save "
                "writes textvec's own estimators, and none that are derived from them."
            )
        return None
    if name in _PARTS:
        return name, value._saved_state()
    state, known = value.__getstate__(), known_attributes(cls)
    if known is None:
        return name, state
    strange = [attribute for attribute in state if attribute not in known and not attribute.startswith("_")]
    if strange:
        raise TypeError(
            f"{place} has an attribute {strange[0]!r} that {name} does not make, and that would be lost. Delete it, or "
            "keep it elsewhere."
        )
    return name, {attribute: content for attribute, content in state.items() if attribute in known}


def make(name: str, state: Any) -> Any:
    """Make an object of a class in the tables.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError
        If there is no such class in them, or the state is not one.
    """
    if name not in _HOMES:
        raise ValueError("textvec.load makes no objects of such a class")
    module, _, class_name = _HOMES[name].partition(":")
    cls = getattr(import_module(module), class_name)
    if name in _PARTS:
        return cls._from_saved(state)
    check_state(cls, state)
    made = _with_defaults(cls, state)
    check_made(made, state)
    return made


def _with_defaults(cls: Any, state: dict[str, Any]) -> Any:
    """Make an object; parameters that are newer than the file have their defaults."""
    if not hasattr(cls, "_get_param_names"):
        made = cls.__new__(cls)
        vars(made).update(state)
        return made
    made = cls(**{parameter: state[parameter] for parameter in cls._get_param_names() if parameter in state})
    # Of the class: a FrozenEstimator has the attributes of the estimator in it.
    if issubclass(cls, CheckedState):
        made._set_state(state)
    else:
        made.__setstate__(state)
    return made
