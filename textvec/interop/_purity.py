"""Whether an object needs this package where it is loaded: what its pickle would import.

Tested in tests/interop/test_sklearn_export.py.
"""

from __future__ import annotations

import io
import pickle
from types import FunctionType
from typing import Any

import numpy as np


class _FoundError(Exception):
    """Ends the search; the message is what was found."""


class _Search(pickle.Pickler):
    """Pickles an object to nowhere, and raises an error at the first part of it that is textvec's."""

    def reducer_override(self, part: Any) -> Any:
        """Look at a class, a function or an object before it is pickled."""
        named = part if isinstance(part, type | FunctionType) else type(part)
        if str(named.__module__).partition(".")[0] == "textvec":
            raise _FoundError(f"{named.__qualname__}" if named is part else f"a {named.__qualname__}")
        is_name = named is part and part is not str
        if is_name or (isinstance(part, np.ndarray) and not part.dtype.hasobject):
            return str, ()  # a name, or numbers: nothing more to see, and lambdas cannot be pickled
        return NotImplemented


class _Nowhere(io.RawIOBase):
    def write(self, data: Any) -> int:
        return len(data)


def foreign_to_sklearn(model: Any) -> str | None:
    """Return what in a model is textvec's, so that it could not be loaded without; None if there is nothing.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import CountVectorizer
    >>> from textvec import Tokenizer
    >>> foreign_to_sklearn(CountVectorizer(tokenizer=Tokenizer().tokenize))
    'a Tokenizer'
    >>> foreign_to_sklearn(CountVectorizer(tokenizer=str.split))
    """
    try:
        _Search(_Nowhere(), protocol=5).dump(model)
    except _FoundError as found:
        return str(found)
    except (
        pickle.PicklingError,
        TypeError,
        AttributeError,
    ):  # what cannot be pickled cannot be taken anywhere
        return None
    return None
