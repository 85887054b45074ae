"""Which documents lie in pieces. Every `fit` asks, so that neither Dask nor Ray is imported to find out.

Tested in tests/engines/test_choosing.py.
"""

from __future__ import annotations

from typing import Any

# Classes whose documents lie in pieces, by the package that they come from.
_CLASSES = {"dask": ("DataFrame", "Series", "Bag"), "ray": ("Dataset",), "textvec": ("Files",)}


def package_of(documents: Any) -> str | None:
    """Return the package that a collection is of, "dask", "ray" or "textvec"; None for all that is in memory."""
    for cls in type(documents).__mro__:
        package = cls.__module__.partition(".")[0]
        if cls.__name__ in _CLASSES.get(package, ()):
            return package
    return None


def is_spread(documents: Any) -> bool:
    """Tell whether documents lie in pieces: a Dask DataFrame, Series or Bag, a Ray Dataset, or `Files`.

    Parameters
    ----------
    documents : object
        Anything.

    Returns
    -------
    bool

    Examples
    --------
    >>> from textvec.engines import Files, is_spread
    >>> is_spread(Files("reviews/*.parquet")), is_spread(["a text"])
    (True, False)
    """
    return package_of(documents) is not None
