"""Packages that are imported when something needs them, with an error that tells how to install them."""

from __future__ import annotations

from importlib import import_module
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


def import_matplotlib(caller: str, module: str) -> Any:
    """Return a module of Matplotlib.

    Parameters
    ----------
    caller : str
        What needs it.
    module : str
        Its name below `matplotlib`, such as "pyplot".

    Raises
    ------
    ImportError
        If Matplotlib is not installed.
    """
    try:
        return import_module(f"matplotlib.{module}")
    except ImportError as error:
        raise ImportError(f'{caller} needs Matplotlib. Install it with: pip install "textvec-kit[plot]"') from error


def import_figure(caller: str) -> Any:
    """Return the class of Matplotlib's figures, which are drawn to files and need no display.

    Parameters
    ----------
    caller : str
        What needs it.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    return import_matplotlib(caller, "figure").Figure
