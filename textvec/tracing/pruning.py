"""Why a vectorizer does not know a term: no document had it, or which parameter left it out."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import Any

import numpy as np

_PRUNING = {"min_df": 1, "max_df": 1.0, "max_features": None}


def absence(vectorizer: Any, fitted_on: Any) -> Callable[[str], str]:
    """Return a function that says why a term is not in the vocabulary.

    Parameters
    ----------
    vectorizer : CountVectorizer
        Or anything with its parameters.
    fitted_on : object
        The documents it was fitted on, as they came to it; None if they are not known.
    """
    if getattr(vectorizer, "vocabulary", None) is not None:
        return lambda term: "not in the vocabulary that was given"
    names = [name for name, all_ in _PRUNING.items() if getattr(vectorizer, name, all_) not in (all_, float(all_ or 0))]
    if not names:
        return lambda term: "unknown: no text of fit has it"
    given = ", ".join(f"{name}={getattr(vectorizer, name)!r}" for name in names)
    if fitted_on is None:
        return lambda term: f"unknown: no text of fit has it, or {given} left it out"
    frequencies, n = _document_frequencies(vectorizer, fitted_on)
    low, high = (_limit(getattr(vectorizer, name, _PRUNING[name]), n) for name in ("min_df", "max_df"))

    def why(term: str) -> str:
        df = frequencies.get(term, 0)
        if not df:
            return "unknown: no text of fit has it"
        found = f"in {df:,} of {n:,} texts of fit"
        if df < low:
            return f"left out by min_df={vectorizer.min_df!r}: {found}"
        if df > high:
            return f"left out by max_df={vectorizer.max_df!r}: {found}"
        return f"left out by max_features={vectorizer.max_features!r}: {found}, and others occur more often"

    return why


def _limit(value: Any, n: int) -> float:
    return float(value if isinstance(value, Integral) else value * n)


def _document_frequencies(vectorizer: Any, documents: Any) -> tuple[dict[str, int], int]:
    """Return in how many documents each term is, and how many there are."""
    from textvec.vectorizers import CountVectorizer

    same = {name: value for name, value in vectorizer.get_params(deep=False).items() if name not in _PRUNING}
    counter = CountVectorizer()
    counter.set_params(
        **{name: value for name, value in same.items() if name in counter.get_params() and name != "dtype"}
    )
    counts = counter.fit_transform(documents)
    frequencies = np.bincount(counts.indices, minlength=counts.shape[1]).tolist()
    return dict(zip(counter.get_feature_names_out().tolist(), frequencies, strict=True)), counts.shape[0]
