"""Packages that are imported when something needs them, with an error that tells how to install them."""

from __future__ import annotations

from typing import Any


def import_pandas(caller: str) -> Any:
    """Return pandas.

    Parameters
    ----------
    caller : str
        What needs it.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise ImportError(f"{caller} needs pandas. Install it with: pip install pandas") from error
    return pandas
