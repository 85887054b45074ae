"""Which documents lie in pieces. Every `fit` asks, so that neither Dask nor Ray is imported to find out.

Tested in tests/engines/test_choosing.py.
"""

from __future__ import annotations

from typing import Any

from textvec._common.spread import package_of


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
