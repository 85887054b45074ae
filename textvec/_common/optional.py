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


def import_umap(caller: str) -> Any:
    """Return umap-learn.

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
        import umap
    except ImportError as error:
        raise ImportError(f'{caller} needs umap-learn. Install it with: pip install "textvec-kit[umap]"') from error
    return umap


def import_textalloc(caller: str) -> Any:
    """Return textalloc, which places labels in Matplotlib's pictures so that they do not overlap.

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
        import textalloc
    except ImportError as error:
        raise ImportError(f'{caller} needs textalloc. Install it with: pip install "textvec-kit[plot]"') from error
    return textalloc
