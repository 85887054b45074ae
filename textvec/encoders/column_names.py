"""What the columns of an encoder's vectors are called: only those asked for, of however many there are.

Tested in tests/explanation/test_explanation.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.pipeline_steps import steps_of


def column_names(encoder: Any, columns: NDArray[Any]) -> list[str]:
    """Return the names of some columns of an encoder's vectors.

    Parameters
    ----------
    encoder : fitted transformer, Pipeline of such, or function
    columns : ndarray of int of shape (n_columns,)

    Returns
    -------
    list of str
        Terms; "column 17" where the encoder has no name for it.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from textvec import BM25Weighting, CountVectorizer, HashingVectorizer
    >>> encoder = make_pipeline(CountVectorizer(), BM25Weighting()).fit(["good food", "bad food"])
    >>> column_names(encoder, [0, 2])
    ['bad', 'good']
    >>> column_names(HashingVectorizer(), [17])
    ['column 17']
    """
    steps, columns = traced(encoder, np.asarray(columns, np.intp))
    names = _names_of_last(steps, columns)
    return [f"column {column}" for column in columns.tolist()] if names is None else list(map(str, names))


def all_column_names(encoder: Any, n_columns: int) -> list[str] | None:
    """Return the names of all columns of an encoder's vectors, or None where it has no names for them.

    Examples
    --------
    >>> from textvec import CountVectorizer, HashingVectorizer
    >>> all_column_names(CountVectorizer().fit(["good food"]), 2), all_column_names(HashingVectorizer(), 2**20)
    (['food', 'good'], None)
    """
    names = _names_of_last(*traced(encoder, np.arange(n_columns, dtype=np.intp)))
    return None if names is None else list(map(str, names))


def traced(encoder: Any, columns: NDArray[np.intp]) -> tuple[list[Any], NDArray[np.intp]]:
    """Return the steps up to the last that makes columns of its own, and which of these some columns are."""
    steps = steps_of(encoder)
    while len(steps) > 1:
        if hasattr(steps[-1], "get_support"):  # of a selection of columns
            columns = steps.pop().get_support(indices=True)[columns]
        elif keeps_columns(steps[-1]):
            steps.pop()
        else:
            break
    return steps, columns


def parts_of_union(union: Any) -> Iterator[tuple[str, Any, int, int]]:
    """Yield the name of each part of a FeatureUnion, the part, and its first column and the one after its last."""
    parts = [(name, part) for name, part in union.transformer_list if part not in (None, "drop")]
    bounds = accumulate((count_columns(part) for _, part in parts), initial=0)
    for (name, part), (first, end) in zip(parts, pairwise(bounds), strict=True):
        yield name, part, first, end


def _names_of_last(steps: list[Any], columns: NDArray[np.intp]) -> Any:
    """Return the names of columns that the last of some steps makes, or None where it has none."""
    last = getattr(steps[-1], "_counter", steps[-1])  # that of a OneHotVectorizer
    if hasattr(last, "transformer_list"):
        return _names_of_union(last, columns)
    if hasattr(last, "ngrams_"):  # of a million of them, and of their words, only those asked for are touched
        words, separator = last.ngrams_.words.sorted, last.ngrams_.separator
        rows = last.ngrams_.by_column()[columns].tolist()
        return [separator.join(str(words[code]) for code in row if code >= 0) for row in rows]
    if hasattr(last, "build_analyzer") and hasattr(last, "vocabulary_"):  # scikit-learn would sort it
        name_of = dict.fromkeys(columns.tolist())
        name_of.update((column, term) for term, column in last.vocabulary_.items() if column in name_of)
        return [name_of[column] for column in columns.tolist()]
    if hasattr(last, "n_features"):  # hashes have names only where these were kept
        return last._names(columns) if hasattr(last, "feature_counts_") else None
    names = None
    for step in steps:
        if not hasattr(step, "get_feature_names_out"):
            return None
        names = step.get_feature_names_out(names)
    return None if names is None else np.asarray(names, dtype=object)[columns]


def _names_of_union(union: Any, columns: NDArray[np.intp]) -> list[str]:
    """Return the names of columns of a FeatureUnion: those of its parts, one part after the other."""
    names = np.array([f"column {column}" for column in columns.tolist()], dtype=object)
    for name, part, first, end in parts_of_union(union):
        within = (columns >= first) & (columns < end)
        if within.any():
            prefix = f"{name}__" if union.verbose_feature_names_out else ""
            names[within] = [prefix + term for term in column_names(part, columns[within] - first)]
    return names.tolist()  # type: ignore[no-any-return]


def count_columns(encoder: Any) -> int:
    """Count the columns of an encoder's vectors, without naming them where there is another way."""
    steps = steps_of(encoder)
    while len(steps) > 1 and keeps_columns(steps[-1]):
        steps.pop()
    last = getattr(steps[-1], "_counter", steps[-1])
    if hasattr(last, "ngrams_"):
        return len(last.ngrams_)
    if hasattr(last, "vocabulary_"):
        return len(last.vocabulary_)
    if hasattr(last, "get_support"):
        return int(last.get_support().sum())
    if hasattr(last, "n_features"):
        return int(last.n_features)
    return len(last.get_feature_names_out())


def keeps_columns(step: Any) -> bool:
    """Tell whether the columns that come out of a step are those that went in."""
    from sklearn.base import OneToOneFeatureMixin  # there is a pipeline, so it is loaded

    return isinstance(step, OneToOneFeatureMixin)
