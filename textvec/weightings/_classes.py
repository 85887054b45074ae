"""The classes of documents: what y may be, of all documents and of parts of them.

Tested in tests/weightings/test_nb.py and tests/weightings/test_parts.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import assert_all_finite, column_or_1d

from textvec._common.states import field, words_from_arrow, words_to_arrow
from textvec.text.documents import is_missing


def check_classes(who: str, y: Any, n: int, name: str = "y") -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the classes, two or more, sorted, and the number of the class of each of n documents.

    Parameters
    ----------
    who : str
        The estimator or function that errors are about.
    y : array-like
        The class of each document.
    n : int
        How many documents there are.
    name : str, default="y"
        What `who` calls y.
    """
    classes, codes = labelled_by(who, y, n, name)
    check_several(who, classes, name)
    return classes, codes


def labelled_by(who: str, y: Any, n: int, name: str = "y") -> tuple[NDArray[Any], NDArray[Any]]:
    """Do as `check_classes` does for a part of the documents, all of which may be of one class."""
    if y is None:
        raise ValueError(
            f"{who} requires {name} to be passed, but the target {name} is None. Give it the class of each document."
        )
    if isinstance(y, str | bytes):
        raise ValueError(f"{who} needs a class for each document, but {name} is one string, {y!r:.100}.")
    if isinstance(y, Iterator):
        y = list(y)
    labels = np.asarray(y, dtype=object).ravel().tolist()  # without the dtype, NaN among strings becomes "nan"
    missing = [i for i, label in enumerate(labels) if is_missing(label)]
    if missing:
        raise ValueError(
            f"Input {name} contains NaN or None: document {missing[0]} has no class. Leave out documents without one."
        )
    y = column_or_1d(y, warn=True)
    assert_all_finite(y, input_name=name)
    if len(y) != n:
        raise ValueError(f"{who} needs a class for each document, but {len(y)} came for {n} documents.")
    if n:
        check_classification_targets(y)
    classes, codes = np.unique(y, return_inverse=True)
    return classes, codes


def check_several(who: str, classes: NDArray[Any], name: str = "y") -> None:
    """Raise an error unless there are two classes or more."""
    if len(classes) < 2:
        raise ValueError(
            f"{who} learns what tells classes apart, but all of {name} is one class: {classes.item()!r}. "
            "Give it documents of two classes or more."
        )


def labels_to_fields(classes: NDArray[Any]) -> dict[str, Any]:
    """Return classes as fields of a state."""
    kind = classes.dtype.kind
    return {
        "classes": words_to_arrow(classes.tolist()) if kind in "OU" else np.asarray(classes),
        "classes_kind": kind if kind in "OU" and len(classes) else "",
    }


def labels_of(state: pa.RecordBatch) -> NDArray[Any]:
    """Return the classes in a state."""
    labels = field(state, "classes")
    if isinstance(labels, np.ndarray):
        return labels
    if pa.types.is_boolean(labels.type):
        return np.asarray(labels)
    return np.array(words_from_arrow(labels), dtype=object if field(state, "classes_kind") == "O" else None)


def merged_labels(who: str, parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return the classes of all parts, sorted; a part of no documents says nothing of what they are.

    Raises
    ------
    ValueError
        If they are strings in some parts and numbers in others.
    """
    parts = [part for part in parts if len(part)] or list(parts[:1])
    if len({part.dtype.kind in "OU" for part in parts}) > 1:
        some = [next(part for part in parts if (part.dtype.kind in "OU") == text).item(0) for text in (True, False)]
        raise ValueError(
            f"{who}: classes are strings in some parts of the documents, such as {some[0]!r}, and numbers in others, "
            f"such as {some[1]!r}. Make them of one type."
        )
    return np.unique(np.concatenate(parts))
