"""Which documents lie in pieces, and which engine works on them. Neither Dask nor Ray is imported to find out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from textvec._common.spread import package_of
from textvec._common.suggestions import did_you_mean
from textvec.engines.files import Files
from textvec.engines.kinds import is_spread
from textvec.engines.pieces import Batch, Progress

_ENGINES = ("dask", "dask://HOST:PORT", "local-dask", "ray", "here")


class Engine(Protocol):
    """Who works on the pieces of documents.

    What a function raises is raised once, here, and what is left of the work is cancelled; so it is by Ctrl-C. What a
    worker did that died is done again by another one.
    """

    def fold(
        self,
        function: Callable[[Batch], Any],
        merge: Callable[[Sequence[Any]], Any],
        documents: Any,
        *,
        column: str | None = None,
        columns: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> Any:
        """Return what merging makes of what a function makes of each piece.

        Parameters
        ----------
        function : callable
            Takes a `Batch`, and runs on the workers, to each of which it is sent once with all that it holds.
        merge : callable
            Takes a list of at most 4 results and returns one; it runs on the workers, in a tree.
        documents : dask DataFrame, Series or Bag, ray Dataset, or Files
            At least one piece of them is worked on; it may be empty.
        column : str, optional
            The column that holds the texts.
        columns : sequence of str, default=()
            The other columns that the function needs.
        progress : callable, optional
            It is called after each piece with the numbers of pieces that are done and of all.
        """

    def map(
        self,
        function: Callable[[Batch], Any],
        documents: Any,
        *,
        column: str | None = None,
        columns: Sequence[str] = (),
        skip: Collection[int] = (),
        progress: Progress | None = None,
    ) -> Iterator[tuple[int, Any]]:
        """Yield the number of each piece with what a function makes of it, which should be small, in any order.

        Parameters
        ----------
        skip : collection of int, default=()
            Numbers of pieces that are neither read nor worked on; to `progress` they are done.
        function, documents, column, columns, progress
            As of `fold`.
        """


def spread_of(documents: Any) -> Any:
    """Return documents that lie in pieces: as they are, or, where paths are given, as `Files`.

    Parameters
    ----------
    documents : dask DataFrame, Series or Bag, ray Dataset, Files, str, path, or a list of these
        Paths are taken as `Files` takes them.

    Returns
    -------
    documents
        What `is_spread` is true of.

    Raises
    ------
    TypeError
        If it is anything else.

    Examples
    --------
    >>> from textvec.engines import spread_of
    >>> spread_of("reviews/*.parquet")
    Files('reviews/*.parquet')
    """
    if is_spread(documents):
        return documents
    listed = [documents] if isinstance(documents, str | os.PathLike) else documents
    if isinstance(listed, list | tuple) and listed and all(isinstance(each, str | os.PathLike) for each in listed):
        return Files(documents)
    raise TypeError(
        "Documents that lie in pieces are expected, a Dask DataFrame, Series or Bag, a Ray Dataset, a path or a list "
        f"of paths of files, but {type(documents).__module__}.{type(documents).__qualname__} was given. For texts in "
        "memory, call the estimator's own fit or transform."
    )


@contextmanager
def engine_for(documents: Any, engine: Any = None) -> Iterator[Engine]:
    """Give the engine that works on documents; one that is started for it is ended with the block.

    Parameters
    ----------
    documents : dask DataFrame, Series or Bag, ray Dataset, or Files
        See `is_spread`.
    engine : dask.distributed.Client, str or Engine, optional
        By default what fits the documents. Of Dask's collections, Dask: the current client, or else Dask's own
        scheduler. Of a Ray Dataset, Ray. Of files, the current client of Dask's, or else a Ray that runs, or else this
        process, one piece after the other. ``"dask"`` is the current client, or else
        threads of this process; ``"dask://host:port"`` a scheduler of Dask's elsewhere; ``"local-dask"`` as many
        processes on this machine as it has cores; ``"ray"`` is Ray, which is started if it does not run; ``"here"``
        this process.

    Yields
    ------
    Engine
        It has the methods `fold` and `map`.

    Raises
    ------
    ValueError
        If there is no such engine, or it cannot work on these documents.
    ConnectionError
        If the engine is not there.
    ImportError
        If the engine is not installed.

    Examples
    --------
    >>> from textvec.engines import Files, engine_for
    >>> with engine_for(Files("reviews/*.parquet")) as engine:
    ...     type(engine).__name__
    'HereEngine'
    """
    if hasattr(engine, "fold"):
        yield engine
        return
    package = package_of(documents)
    library = package if package in ("dask", "ray") else None  # files are worked on by any engine
    if engine is None:
        engine = library or _running()
    elif not isinstance(engine, str) and type(engine).__module__.partition(".")[0] != "distributed":
        raise ValueError(
            f"The engine must be a Client of Dask's or one of {', '.join(map(repr, _ENGINES))}, but it is of type "
            f"{type(engine).__name__}."
        )
    name = engine if isinstance(engine, str) else "dask"
    kind = "ray" if name == "ray" else "dask" if name in ("dask", "local-dask") or name.startswith("dask://") else name
    if kind not in ("dask", "ray", "here"):
        raise ValueError(
            f"There is no engine {name!r}. Known are {', '.join(map(repr, _ENGINES))}.{did_you_mean(name, _ENGINES)}"
        )
    if library not in (None, kind):
        what = {"dask": "A collection of Dask's", "ray": "A Ray Dataset"}[library]
        raise ValueError(f"{what} is worked on by {library.title()}, not by the engine {name!r}. Leave the engine out.")
    if kind == "here":
        from textvec.engines.here import HereEngine

        yield HereEngine()
    elif kind == "ray":
        from textvec.engines.ray_engine import ray_engine

        with ray_engine() as chosen:
            yield chosen
    else:
        from textvec.engines.dask_engine import dask_engine

        with dask_engine(engine) as chosen:
            yield chosen


def _running() -> str:
    """Return the engine that runs in this process already. What is not imported does not run."""
    distributed, ray = sys.modules.get("distributed"), sys.modules.get("ray")
    if distributed is not None:
        try:
            distributed.default_client()
        except ValueError:
            pass
        else:
            return "dask"
    if ray is not None and ray.is_initialized():
        return "ray"
    return "here"
