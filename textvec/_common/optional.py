"""Packages that are imported when something needs them, with an error that tells how to install them.

What is called `caller` is what needs the package, as the error names it: "Trace.to_pandas".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any


def import_pandas(caller: str) -> Any:
    """Return pandas, or raise an ImportError."""
    return _imported("pandas", "pandas", "pandas", caller)


def import_matplotlib(caller: str, module: str) -> Any:
    """Return a module of Matplotlib, such as "pyplot", or raise an ImportError."""
    return _imported(f"matplotlib.{module}", "Matplotlib", '"textvec-kit[plot]"', caller)


def import_figure(caller: str) -> Any:
    """Return the class of Matplotlib's figures, which need no display, or raise an ImportError."""
    return import_matplotlib(caller, "figure").Figure


def import_textalloc(caller: str) -> Any:
    """Return textalloc, which places labels in pictures so that they do not overlap, or raise an ImportError."""
    return _imported("textalloc", "textalloc", '"textvec-kit[plot]"', caller)


def import_umap(caller: str) -> Any:
    """Return umap-learn, or raise an ImportError."""
    return _imported("umap", "umap-learn", '"textvec-kit[umap]"', caller)


def import_dask(caller: str, module: str = "dask") -> Any:
    """Return a module of Dask, "dask" or "distributed", or raise an ImportError."""
    return _imported(module, "Dask", '"textvec-kit[dask]"', caller)


def import_ray(caller: str, module: str = "ray") -> Any:
    """Return a module of Ray, such as "ray.data", or raise an ImportError."""
    return _imported(module, "Ray", '"textvec-kit[ray]"', caller)


def import_serve(caller: str) -> None:
    """Raise an ImportError unless all is there that serves over HTTP."""
    for module, name in (("fastapi", "FastAPI"), ("uvicorn", "uvicorn"), ("prometheus_client", "prometheus-client")):
        _imported(module, name, '"textvec-kit[serve]"', caller)


def import_fsspec(caller: str) -> Any:
    """Return fsspec, which reads files elsewhere by their URLs, or raise an ImportError."""
    return _imported("fsspec", "fsspec", "fsspec", caller)


def import_skl2onnx(caller: str) -> Any:
    """Return skl2onnx, or raise an ImportError."""
    return _imported("skl2onnx", "skl2onnx", '"textvec-kit[onnx]"', caller)


def import_onnxruntime(caller: str) -> Any:
    """Return onnxruntime, or raise an ImportError."""
    return _imported("onnxruntime", "onnxruntime", '"textvec-kit[onnx]"', caller)


@contextmanager
def needing(name: str, requirement: str, caller: str) -> Iterator[None]:
    """Raise the ImportError of a `with` statement's body anew: who needs what, and what pip has to install.

    For modules that are themselves only imported when somebody asks for what they adapt: their classes inherit from
    those of the other package.
    """
    try:
        yield
    except ImportError as error:
        raise ImportError(f"{caller} needs {name}. Install it with: pip install {requirement}") from error


def _imported(module: str, name: str, requirement: str, caller: str) -> Any:
    """Return a module, or raise an ImportError that says who needs what, and what pip has to install."""
    with needing(name, requirement, caller):
        return import_module(module)
