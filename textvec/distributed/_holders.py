"""Who holds the shards of an index on a cluster: the workers of Dask's, or actors of Ray's, some shards each.

What a worker that died was asked is asked of another one by the engine; the shards of a worker where that did not help
are missing.

Tested in tests/distributed/test_shards_on_workers.py and tests/distributed/test_shards_on_ray.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from textvec._common.optional import import_ray
from textvec.distributed._shard_tasks import Found, FoundPairs, Shard, pairs_of_shards, search_shards, tasks_of
from textvec.encoders.vectors import count
from textvec.engines.ray_engine import check_nodes
from textvec.index import _search
from textvec.index.storage.shards import ShardedFolder
from textvec.similarity._all_pairs import Pairs

if TYPE_CHECKING:
    from textvec.index._filters import Where

Group = tuple[Shard, ...]

_SECONDS_OF_A_SPAN = 15
"""Seconds after which it is seen whether workers live. They tell Dask's scheduler so every half a second, and every 15
seconds where there are 2,800 of them; one that begins anew takes a few. If it is too short, more is asked twice."""


class Workers(Protocol):
    """Workers of a cluster, each of which has a number."""

    def __len__(self) -> int: ...

    def ask(self, worker: int, function: Callable[..., Any], *args: Any) -> Any:
        """Ask one of the workers for what a function returns, and return the promise of it."""

    def answer(self, promise: Any) -> Any:
        """Return what was promised, or raise what the function has raised; LostError if no worker could do it."""


class LostError(Exception):
    """What was asked was not answered: workers have died."""


class Holders:
    """Workers, each of which holds some of the shards.

    Parameters
    ----------
    workers : Workers
    folder : ShardedFolder
        Of all shards.
    """

    def __init__(self, workers: Workers, folder: ShardedFolder) -> None:
        self._workers = workers
        self._groups = grouped(_shards_of(folder), len(workers))

    @property
    def n_groups(self) -> int:
        """How many workers have shards."""
        return len(self._groups)

    def search(
        self, asked: _search.Asked, k: int, floor: float, where: Where | None, missing: dict[str, str]
    ) -> _search.Found:
        """Return the k best rows of each worker for each query, beside one another, and add to what is missing.

        Parameters
        ----------
        asked : Asked
            The queries.
        k : int
        floor : float
            What scores must reach.
        where : object
            As `search` of an index takes it.
        missing : dict of str to str
            Why shards could not be searched, by their names.
        """
        promises = [
            self._workers.ask(number, search_shards, group, asked, k, floor, where)
            for number, group in enumerate(self._groups)
        ]
        shape = count(asked.vectors), k
        rows, scores = [np.full(shape, -1, np.int64)], [np.zeros(shape, np.float32)]
        for group, promise in zip(self._groups, promises, strict=True):
            found: Found | None = self._answer(promise, group, missing)
            if found is not None:
                rows.append(found.rows)
                scores.append(found.scores)
        return np.hstack(rows), np.hstack(scores)

    def pairs_of_groups(self, threshold: float, encoder: Any, missing: dict[str, str]) -> list[Pairs]:
        """Return the pairs of near-duplicates in all shards, and add to what is missing.

        Parameters
        ----------
        threshold : float
        encoder : transformer or callable
            Fitted.
        missing : dict of str to str
            Why shards could not be compared, by their names.
        """
        tasks = tasks_of(dict(enumerate(self._groups)))
        promises = [
            self._workers.ask(
                i % self.n_groups, pairs_of_shards, self._groups[one], self._groups[other], encoder, threshold
            )
            for i, (one, other) in enumerate(tasks)
        ]
        every = []
        for (one, other), promise in zip(tasks, promises, strict=True):
            found: FoundPairs | None = self._answer(promise, self._groups[one] + self._groups[other], missing)
            if found is not None:
                every.append(found.pairs)
        return every

    def _answer(self, promise: Any, group: Group, missing: dict[str, str]) -> Any:
        """Return what was promised of some shards; None if it is lost."""
        try:
            found = self._workers.answer(promise)
        except LostError as error:
            missing |= {shard.name: str(error) for shard in group}
            return None
        missing |= found.missing
        return found


def grouped(shards: Sequence[Shard], n_groups: int) -> list[Group]:
    """Return shards in groups of as many, one more or one less; those of a group follow one another."""
    n = min(n_groups, len(shards))
    bounds = np.linspace(0, len(shards), n + 1).astype(int).tolist()
    return [tuple(shards[first:last]) for first, last in pairwise(bounds)]


def _shards_of(folder: ShardedFolder) -> list[Shard]:
    """Return the shards that are there, as workers are told of them."""
    shards, row, document = [], 0, 0
    for about in folder.shards:
        opened = folder.folders.get(about["name"])
        if opened is not None:
            shards.append(Shard(str(folder.path.absolute()), tuple(sorted(about.items())), row, document))
            row, document = row + int(opened.collection.first_rows[-1]), document + len(opened.collection)
    return shards


def holders_for(client: Any, folder: ShardedFolder) -> Holders:
    """Return who holds the shards of a folder.

    Parameters
    ----------
    client : dask.distributed.Client or "ray"
    folder : ShardedFolder

    Raises
    ------
    TypeError
        If the client is neither.
    ConnectionError
        If there are no workers.
    """
    if client == "ray":
        workers: Workers = RayActors(len(folder.folders))
    elif type(client).__module__.partition(".")[0] == "distributed" and hasattr(client, "submit"):
        workers = DaskWorkers(client)
    else:
        raise TypeError(
            f"client must be a Client of dask.distributed, or 'ray', but it is {client!r:.60}. Leave it out to search "
            "on this machine."
        )
    if not len(workers):
        raise ConnectionError("The cluster has no workers. Start some, or wait until they are there.")
    return Holders(workers, folder)


class _Promise(NamedTuple):
    """What was asked of a worker of Dask's, so that it can be asked of another one."""

    future: Any
    function: Callable[..., Any]
    args: tuple[Any, ...]


class DaskWorkers:
    """The workers of a cluster of Dask's, at the time when the index is opened.

    Dask itself waits for ever where there are no workers left, and for minutes for one that is there, but answers to
    nothing. So a wait is cut into spans, after each of which it is seen who lives.

    Parameters
    ----------
    client : dask.distributed.Client
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._addresses = sorted(client.nthreads())

    def __len__(self) -> int:
        return len(self._addresses)

    def ask(self, worker: int, function: Callable[..., Any], *args: Any) -> _Promise:
        """See `Workers`: another worker is asked where this one is not there any more."""
        return self._asked([self._addresses[worker]], function, args, allow_others=True)

    def answer(self, promise: _Promise) -> Any:
        """See `Workers`: another worker is asked where the one that has the work is silent for two spans."""
        before: dict[str, Any] | None = None
        while True:
            with _errors_of_dask():
                with suppress(TimeoutError):
                    return promise.future.result(_SECONDS_OF_A_SPAN)
                if promise.future.done():  # it is the function that has raised the error, or it is done just now
                    return promise.future.result()
                heard, has_it = self._heard(), self._has_it(promise.future.key)
            if before is not None:
                if not heard and not before:
                    raise LostError(f"the cluster has had no workers for {2 * _SECONDS_OF_A_SPAN} seconds")
                living = sorted(each for each, when in heard.items() if when != before.get(each))
                if living and not any(each in living for each in has_it):
                    promise = self._asked(living, promise.function, promise.args, allow_others=False)
                    before = None
                    continue
            before = heard

    def _asked(
        self, addresses: list[str], function: Callable[..., Any], args: tuple[Any, ...], allow_others: bool
    ) -> _Promise:
        with _errors_of_dask():
            future = self._client.submit(
                function, *args, workers=addresses, allow_other_workers=allow_others, pure=False
            )
        return _Promise(future, function, args)

    def _heard(self) -> dict[str, Any]:
        """Return when the scheduler has last heard of each worker, by its own clock."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        return {address: about["last_seen"] for address, about in workers.items()}

    def _has_it(self, key: Any) -> list[str]:
        """Return the workers that have a task to do."""
        return [address for address, keys in self._client.processing().items() if key in keys]


@contextmanager
def _errors_of_dask() -> Iterator[None]:
    """Raise Dask's errors as what they mean to who searches; those of functions stay."""
    try:
        yield
    except Exception as error:
        if {"ClosedClientError", "FutureCancelledError", "CommClosedError"} & {
            each.__name__ for each in type(error).__mro__
        }:
            raise ConnectionError(
                "The search was cancelled: the client is closed, or has lost the connection to Dask's scheduler. See "
                "whether it runs, and open the index with another client."
            ) from error
        if type(error).__module__.partition(".")[0] == "distributed":
            raise LostError(f"its workers have died, {type(error).__name__}") from error
        raise


class RayActors:
    """Actors of Ray's, as many as there are processors, or shards if these are fewer; Ray starts dead ones again.

    Parameters
    ----------
    n_shards : int
    """

    def __init__(self, n_shards: int) -> None:
        self._ray = import_ray("ShardedIndex")
        if not self._ray.is_initialized():
            self._ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        check_nodes(self._ray)
        n = min(n_shards, max(int(self._ray.cluster_resources().get("CPU", 1)), 1))
        # They ask for no processor, which they would keep while nobody searches; so Ray must be told not to start all
        # of them on one machine.
        options = {"max_restarts": -1, "max_task_retries": 3, "num_cpus": 0, "scheduling_strategy": "SPREAD"}
        actor = self._ray.remote(**options)(Asker)
        self._actors = [actor.remote() for _ in range(n)]

    def __len__(self) -> int:
        return len(self._actors)

    def ask(self, worker: int, function: Callable[..., Any], *args: Any) -> Any:
        """See `Workers`."""
        return self._actors[worker].do.remote(function, *args)

    def answer(self, promise: Any) -> Any:
        """See `Workers`."""
        errors = self._ray.exceptions
        try:
            return self._ray.get(promise)
        except errors.RayTaskError as error:
            raise error.cause from error
        except (errors.RayActorError, errors.OutOfMemoryError, errors.ObjectLostError) as error:
            raise LostError(f"its actor has died, {type(error).__name__}") from error


class Asker:
    """What an actor of Ray's is: it does what it is asked, in a process that keeps the shards it has opened."""

    def do(self, function: Callable[..., Any], *args: Any) -> Any:
        """Return what a function returns."""
        return function(*args)
