"""Dask as an engine: pieces and partitions are tasks of one graph, and so are the merges of their results.

The graph is one of Dask's own, so that Dask decides what runs where, reads a partition where it is worked on, frees it
right after that, and does again what was on a worker that died. The functions are a task of the graph, too, which each
worker fetches the result of once.
"""

from __future__ import annotations

import logging
import pickle
import signal
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from typing import Any
from uuid import uuid4

from textvec._common.counted import counted
from textvec._common.optional import import_dask
from textvec._common.threads import n_threads
from textvec.engines.files import Files
from textvec.engines.pieces import Batch, Progress, check_columns, chosen_column, read_batch, refuse_columns
from textvec.engines.tree import merged_in_tree
from textvec.engines.versions import asks_version, check_versions

_SECONDS_TO_CONNECT = 5  # Seconds to wait for a scheduler to answer. Those that run answer in milliseconds.


class DaskEngine:
    """Works on collections of Dask's and on files, on a cluster, or by Dask's own scheduler in this process.

    Parameters
    ----------
    client : dask.distributed.Client or None
        The cluster; None for Dask's own scheduler.
    """

    def __init__(self, client: Any = None) -> None:
        self.client = client

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
        """See `textvec.engines.choosing.Engine`."""
        graph = _Graph("fold", function, merge)
        runs = [graph.run(*each) for each in _batches(documents, column, columns)]
        root = merged_in_tree(runs, graph.merge)
        if self.client is None:
            with _counted(runs, len(runs), progress):
                return root.compute()
        with self._submitted([*runs, root]) as futures:
            for key, future in self._completed(futures, [run.key for run in runs], len(runs), progress):
                if key != root.key:  # as it is of a single piece
                    futures.pop(key)
                    future.release()  # freed as soon as it is merged
            return futures[root.key].result()

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
        """See `textvec.engines.choosing.Engine`."""
        graph = _Graph("map", function, None)
        pieces = _batches(documents, column, columns)
        runs = {number: graph.run(number, *rest) for number, *rest in pieces if number not in skip}
        if self.client is None:
            with _counted(list(runs.values()), len(pieces), progress):
                results = import_dask("The engine").compute(*runs.values())
            yield from zip(runs, results, strict=True)
            return
        numbers = {run.key: number for number, run in runs.items()}
        with self._submitted(list(runs.values())) as futures:
            for key, future in self._completed(futures, list(numbers), len(pieces), progress):
                yield numbers[key], future.result()
                futures.pop(key).release()

    @contextmanager
    def _submitted(self, tasks: list[Any]) -> Iterator[dict[Any, Any]]:
        """Give the futures of tasks by their keys; at the end, the scheduler drops what is left of them."""
        check_versions("Dask's worker", self.client.run(asks_version()).items())
        with warnings.catch_warnings():
            # It holds the functions, which may hold a large estimator, and should.
            warnings.filterwarnings("ignore", "Sending large graph")
            futures = {future.key: future for future in self.client.compute(tasks)}
        try:
            yield futures
        finally:
            for future in futures.values():
                future.release()

    def _completed(
        self, futures: dict[Any, Any], keys: list[Any], total: int, progress: Progress | None
    ) -> Iterator[tuple[Any, Any]]:
        """Yield some futures with their keys as they are done; raise what one of them raised."""
        distributed = import_dask("The engine", "distributed")
        for done, future in enumerate(
            distributed.as_completed([futures[key] for key in keys], loop=self.client.loop), total - len(keys) + 1
        ):
            if future.status != "finished":
                _raise(future, distributed)
            if progress is not None:
                progress(done, total)
            yield future.key, future


class _Graph:
    """Makes the tasks of a graph, all of which share its functions."""

    def __init__(
        self, name: str, function: Callable[[Batch], Any], merge: Callable[[Sequence[Any]], Any] | None
    ) -> None:
        dask = import_dask("The engine")
        cloudpickle = import_dask("The engine", "cloudpickle")
        token = uuid4().hex
        self._name = f"textvec-{name}-{token}"
        self._run, self._merge = dask.delayed(_run, pure=False), dask.delayed(_merge, pure=False)
        # Pickled here, they are one task with a result, and no part of the other tasks.
        pickled = cloudpickle.dumps((function, merge))
        load = dask.delayed(pickle.loads, pure=False)
        self._functions = load(pickled, dask_key_name=f"textvec-functions-{token}")
        self._n_merges = 0

    def run(self, number: int, data: Any, column: str | None, columns: Sequence[str]) -> Any:
        """Return the task of a piece."""
        name = f"{self._name}-{number}"
        return self._run(self._functions, number, data, column, tuple(columns), dask_key_name=name)

    def merge(self, results: list[Any]) -> Any:
        """Return the task that merges the results of others."""
        self._n_merges += 1
        return self._merge(self._functions, results, dask_key_name=f"{self._name}-merge-{self._n_merges}")


def _run(functions: Any, number: int, data: Any, column: str | None, columns: Sequence[str]) -> Any:
    """Work on a piece; this runs on the worker."""
    try:
        return functions[0](read_batch(number, data, column, columns))
    except Exception as error:
        error.add_note(f"This was in piece {number} of the documents.")
        raise


def _merge(functions: Any, results: list[Any]) -> Any:
    return functions[1](results)


def _batches(documents: Any, column: str | None, columns: Sequence[str]) -> list[tuple[int, Any, Any, Sequence[str]]]:
    """Return of each piece or partition the arguments of `read_batch`; partitions are tasks of Dask's."""
    if isinstance(documents, Files):
        return [(piece.number, piece, None, ()) for piece in documents.pieces(column, columns)]
    if getattr(documents, "ndim", None) == 2:  # a DataFrame
        names = list(documents.columns)
        dtypes = documents.dtypes
        column = chosen_column("the DataFrame", names, lambda name: _is_text(dtypes[name]), column)
        check_columns("the DataFrame", names, columns)
        columns = [each for each in columns if each != column]
        documents = documents[[column, *columns]]
    elif hasattr(documents, "ndim"):  # a Series
        refuse_columns("The Series", columns)
        column = str(documents.name or "text")
    return [(number, data, column, columns) for number, data in enumerate(documents.to_delayed())]


def _is_text(dtype: Any) -> bool:
    from pandas.api.types import is_string_dtype

    return bool(is_string_dtype(dtype))


def _raise(future: Any, distributed: Any) -> None:
    try:
        future.result()
    except distributed.KilledWorker as error:
        raise RuntimeError(
            f"A piece of the documents was given up because {counted(error.allowed_failures + 1, 'worker')} died "
            "working on it, most likely for want of memory. Give the workers more memory, or cut smaller pieces: "
            "bytes_per_piece of Files, or repartition."
        ) from error
    except distributed.client.FutureCancelledError as error:
        raise ConnectionError(
            "The work was cancelled, or the connection to Dask's scheduler was lost. See whether it runs, and begin "
            "again."
        ) from error


@contextmanager
def _counted(runs: list[Any], total: int, progress: Progress | None) -> Iterator[None]:
    """Tell of progress while a scheduler of Dask's works in this process."""
    if progress is None:
        yield
        return
    keys, done = {run.key for run in runs}, total - len(runs)

    def count(key: Any, *_: Any) -> None:
        nonlocal done
        if key in keys:
            done += 1
            progress(done, total)

    from_dask = import_dask("The engine", "dask.callbacks")
    with from_dask.Callback(posttask=count):
        yield


@contextmanager
def dask_engine(engine: Any) -> Iterator[DaskEngine]:
    """Give the engine of a client, an address, a cluster on this machine ("local-dask"), or what there is ("dask")."""
    caller = f"The engine {engine!r}" if isinstance(engine, str) else "The engine"
    import_dask(caller)
    if engine == "dask":
        yield DaskEngine(_current_client())
    elif engine == "local-dask":
        distributed = import_dask(caller, "distributed")
        with ExitStack() as stack:
            with _unreached_by_interrupts():
                cluster = stack.enter_context(
                    distributed.LocalCluster(
                        n_threads(),
                        threads_per_worker=1,
                        dashboard_address="127.0.0.1:0",
                        scheduler_kwargs={"dashboard": False},
                        silence_logs=logging.ERROR,  # it warns of each task that is cancelled
                    )
                )
                client = stack.enter_context(distributed.Client(cluster, set_as_default=False))
            yield DaskEngine(client)
    elif isinstance(engine, str):
        with _connected(engine, import_dask(caller, "distributed")) as client:
            yield DaskEngine(client)
    else:
        yield DaskEngine(engine)


@contextmanager
def _unreached_by_interrupts() -> Iterator[None]:
    """Let Ctrl-C, which a terminal sends to all processes, not reach those that are started within the block.

    They inherit which signals are blocked here. A worker that is interrupted would print a traceback; this process
    ends it.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # when it starts, it unblocks the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _current_client() -> Any:
    try:
        return import_dask("The engine", "distributed").default_client()
    except (ImportError, ValueError):
        return None


def _connected(engine: str, distributed: Any) -> Any:
    address = engine.removeprefix("dask://")
    if not address.rpartition(":")[0] or not address.rpartition(":")[2].isdecimal():
        raise ValueError(f"The engine {engine!r} has no host and port. Give them as in 'dask://scheduler:8786'.")
    try:
        return distributed.Client(f"tcp://{address}", timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except OSError as error:
        raise ConnectionError(
            f"There is no scheduler of Dask's at {address} ({error}). Start one there with: dask scheduler, or give "
            "the address that it tells when it starts."
        ) from error
