"""Objects that are not textvec's, by skops: scikit-learn's estimators and what they hold, without pickle.

Tested in tests/persistence/test_save_load.py.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from textvec._common.parsing import parsing
from textvec.persistence.skops_members import check_members, stored

# Of scikit-learn, and not trusted by skops because nobody asked: they hold numbers and names, or are functions of
# arrays. Trees, of forests and of neighbours, are not among them: their code follows the numbers in a file unchecked.
HARMLESS = {
    *(
        f"sklearn.feature_selection._univariate_selection.{name}"
        for name in ("chi2", "f_classif", "f_regression", "r_regression")
    ),
    *(f"sklearn.feature_selection._mutual_info.mutual_info_{name}" for name in ("classif", "regression")),
    *(
        f"sklearn.model_selection._split.{name}"
        for name in (
            "GroupKFold", "GroupShuffleSplit", "KFold", "LeaveOneGroupOut", "LeaveOneOut", "PredefinedSplit",
            "RepeatedKFold", "RepeatedStratifiedKFold", "ShuffleSplit", "StratifiedGroupKFold", "StratifiedKFold",
            "StratifiedShuffleSplit", "TimeSeriesSplit",
        )
    ),
    *(
        f"sklearn.metrics._classification.{name}"
        for name in (
            "accuracy_score", "balanced_accuracy_score", "brier_score_loss", "f1_score", "fbeta_score", "log_loss",
            "matthews_corrcoef", "precision_score", "recall_score",
        )
    ),
    *(f"sklearn.metrics._ranking.{name}" for name in ("average_precision_score", "roc_auc_score")),
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.compose._column_transformer.make_column_selector",
    "sklearn.metrics._scorer._Scorer",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.utils._bunch.Bunch",
}  # fmt: skip


class UntrustedTypesError(ValueError):
    """Objects are of types that neither skops nor the caller trusts.

    Attributes
    ----------
    types : list of str
        Their names.
    """

    def __init__(self, message: str, types: list[str]) -> None:
        super().__init__(message)
        self.types = types


def dumps(value: Any, place: str) -> bytes:
    """Return an object as skops writes it.

    Raises
    ------
    TypeError
        If skops cannot write it, or it holds objects of textvec that only textvec can write.
    """
    if inspect.isroutine(value) or isinstance(value, type):
        raise TypeError(
            f"{place} is {value!r:.100}, a function or class that cannot be saved: only its code could make it again. "
            "Use what textvec has for the purpose (token_pattern, Tokenizer, StopWords, Stemmer, Lemmatizer) or a "
            "function of Python's (list, str.lower, str.split); or keep the object with joblib, whose files run code "
            "when they are loaded."
        )
    import skops.io
    from skops.io.exceptions import UnsupportedTypeException

    try:
        data: bytes = skops.io.dumps(value)
    except (UnsupportedTypeException, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise TypeError(f"{place} is a {_name(value)}, which neither textvec nor skops can save: {error}") from error
    unknown = skops.io.get_untrusted_types(data=data)
    nameless = [name for name in unknown if "<" in name]
    if nameless:
        raise TypeError(
            f"{place} is a {_name(value)} that holds {nameless[0]}, a function that cannot be found again by its name. "
            "Define it in a module."
        )
    ours = [name for name in unknown if name.startswith("textvec.")]
    if ours:
        raise TypeError(
            f"{place} is a {_name(value)} that holds a {ours[0].rpartition('.')[2]} of textvec, which only a Pipeline, "
            "FeatureUnion, ColumnTransformer, FrozenEstimator, GridSearchCV or RandomizedSearchCV may. Put it into one."
        )
    return stored(data)


def loads(data: bytes, trusted: Sequence[str]) -> Any:
    """Return an object that skops wrote.

    Raises
    ------
    Exception
        Of any kind, if it is no file of skops' or takes more memory than it has bytes; ValueError if it holds types
        that neither skops nor the caller trusts. Use it in `parsing`.
    """
    import skops.io

    trusted = [*HARMLESS, *trusted]
    with parsing(lambda what: ValueError(f"a part of it is not what skops writes: {what}")):
        check_members(data)
        unknown = [name for name in skops.io.get_untrusted_types(data=data) if name not in trusted]
        if not unknown:
            return skops.io.loads(data, trusted=trusted)
    raise UntrustedTypesError(
        f"it holds objects of types that are not known to be harmless: {', '.join(unknown)}. If you know who wrote the "
        f"file and what these do, load it with trusted={unknown!r}",
        unknown,
    )


def _name(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"
