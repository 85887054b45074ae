"""Ray as an engine: blocks of a Dataset and pieces of files are arguments of remote tasks, and so are their results.

This process holds references. Blocks and results lie in Ray's object store until the task that needs them has run, and
Ray does again what was on a worker that died.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from textvec._common.optional import import_ray
from textvec.engines.files import Files
from textvec.engines.pieces import Batch, Progress, check_columns, chosen_column, is_string_type, make_batch, read_batch
from textvec.engines.tree import GrowingTree
from textvec.engines.versions import asks_version, check_versions

# Tasks on files that wait for each CPU of the cluster. With one alone, a worker would wait for the next piece.
_TASKS_PER_CPU = 4


class RayEngine:
    """Works on Datasets of Ray's and on files, on the Ray that runs."""

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
        with _tasks(documents, (function, merge)) as tasks:
            tree = GrowingTree(tasks.merge)
            for _, result in tasks.completed(documents, column, columns, (), progress):
                tree.add(result)
            return tasks.value(tree.root())

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
        with _tasks(documents, (function, None)) as tasks:
            for number, result in tasks.completed(documents, column, columns, skip, progress):
                yield number, tasks.value(result)


@contextmanager
def _tasks(documents: Any, functions: Any) -> Iterator[_Tasks]:
    """Give what makes tasks; those that have not ended with the block are cancelled."""
    ray = import_ray("The engine 'ray'")
    check_nodes(ray)
    tasks = _Tasks(ray, documents, functions)
    try:
        yield tasks
    finally:
        for ended in tasks.left:
            ray.cancel(ended)


class _Tasks:
    """Makes remote tasks that share functions, which lie in the object store once.

    Attributes
    ----------
    left : dict
        Of each task that has not ended the reference that tells of its end, with the number of its piece and the
        reference of its result.
    """

    def __init__(self, ray: Any, documents: Any, functions: Any) -> None:
        self._ray = ray
        self.left: dict[Any, tuple[int, Any]] = {}
        self._functions = [ray.put(functions)]  # in a list, so that a worker fetches it, once, and not each task
        n_cpus = max(1, int(ray.cluster_resources().get("CPU", 1)))
        # Ray reads blocks of a Dataset ahead of those that are worked on. The tasks that do so keep their CPUs until
        # their blocks are taken; if ours waited for a CPU, neither would end. So ours ask for none, and are few.
        is_files = isinstance(documents, Files)
        self._most = n_cpus * _TASKS_PER_CPU if is_files else n_cpus
        self._run = ray.remote(_run).options(num_cpus=int(is_files), num_returns=2)
        self._merge = ray.remote(_merge).options(num_cpus=int(is_files))

    def completed(
        self,
        documents: Any,
        column: str | None,
        columns: Sequence[str],
        skip: Collection[int],
        progress: Progress | None,
    ) -> Iterator[tuple[int, Any]]:
        """Yield the numbers of pieces and the references of what was made of them, as they are done."""
        if isinstance(documents, Files):
            pieces = documents.pieces(column, columns)
            total = len(pieces)
            blocks: Iterator[Any] = iter(pieces)
            names: tuple[str | None, Sequence[str]] = (None, ())
        else:
            total = 0  # not known before the last block
            names = chosen_names(documents, column, columns)
            blocks = self._blocks(documents, *names)
        done = n_seen = 0
        is_last = False
        while not is_last or self.left:
            while not is_last and len(self.left) < self._most:
                block = next(blocks, None)
                is_last = block is None
                if block is None:
                    break
                if n_seen in skip:
                    done += 1
                else:
                    result, ended = self._run.remote(self._functions, n_seen, block, *names)
                    self.left[ended] = n_seen, result
                n_seen += 1
                del block  # the task holds it as long as it is needed
            if self.left:
                found = self._next()
                done += 1
                if progress is not None:
                    progress(done, total or n_seen)
                yield found

    def _next(self) -> tuple[int, Any]:
        [ended], _ = self._ray.wait(list(self.left), num_returns=1)
        found = self.left.pop(ended)
        self.value(ended)  # raises what the task raised; the result stays where it is
        return found

    def _blocks(self, documents: Any, column: str, columns: Sequence[str]) -> Iterator[Any]:
        """Yield references to the blocks of a Dataset in their order; at least one, without rows if there is none."""
        is_empty = True
        for bundle in in_order(documents.select_columns([column, *columns])).iter_internal_ref_bundles():
            for block in bundle.block_refs:
                is_empty = False
                yield block
        if is_empty:
            yield self._ray.put(pa.table({each: pa.nulls(0) for each in (column, *columns)}))

    def merge(self, results: list[Any]) -> Any:
        """Return the reference of what merging makes of results."""
        return self._merge.remote(self._functions, *results)

    def value(self, reference: Any) -> Any:
        """Return what a reference stands for, or raise what the task that makes it raised."""
        errors = self._ray.exceptions
        try:
            return self._ray.get(reference)
        except errors.RayTaskError as error:
            raise error.cause from error
        except (errors.WorkerCrashedError, errors.OutOfMemoryError, errors.ObjectLostError) as error:
            raise RuntimeError(
                "A piece of the documents was given up because several workers died working on it, most likely for "
                "want of memory. Give the workers more memory, or cut smaller pieces: bytes_per_piece of Files, or "
                "repartition."
            ) from error


_fetched: dict[Any, Any] = {}
"""On a worker, the functions that it fetched last."""


def _of(reference: list[Any]) -> Any:
    """Return the functions, which a worker fetches and unpickles once."""
    [wanted] = reference
    if wanted not in _fetched:
        import ray

        functions = ray.get(wanted)
        _fetched.clear()
        _fetched[wanted] = functions
    return _fetched[wanted]


def _run(reference: list[Any], number: int, data: Any, column: str | None, columns: Sequence[str]) -> tuple[Any, None]:
    """Work on a piece; this runs on the worker. What is returned second tells of the end, and is nothing to fetch."""
    try:
        return _of(reference)[0](batch_of(number, data, column, columns)), None
    except Exception as error:
        error.add_note(f"This was in piece {number} of the documents.")
        raise


def _merge(reference: list[Any], *results: Any) -> Any:
    return _of(reference)[1](list(results))


def batch_of(number: int, data: Any, column: str | None, columns: Sequence[str]) -> Batch:
    """Return the batch of a piece of files, whose columns are None, or of a block, on the worker that has it."""
    if column is not None and not len(data):  # Ray forgets the columns of some blocks without rows
        return make_batch(number, [], column, {each: pa.nulls(0) for each in columns})
    return read_batch(number, data, column, columns)


def in_order(documents: Any) -> Any:
    """Return a Dataset that gives its blocks in their order, and not as they are done.

    Its options are its own: those of the Dataset that it was made of are one object with the options of all that are
    made of that one.
    """
    ordered = type(documents).copy(documents, _deep_copy=True)
    ordered.context.execution_options.preserve_order = True
    return ordered


def chosen_names(documents: Any, column: str | None, columns: Sequence[str]) -> tuple[str, list[str]]:
    """Return the column of texts of a Dataset, and the others that are wanted."""
    schema = documents.schema()
    if schema is None:  # there are no rows, and nothing tells what there would be
        return column or "text", [each for each in columns if each != column]
    kinds = dict(zip(schema.names, schema.types, strict=True))
    column = chosen_column("the Dataset", schema.names, lambda name: is_string_type(kinds[name]), column)
    check_columns("the Dataset", schema.names, columns)
    return column, [each for each in columns if each != column]


def check_nodes(ray: Any) -> None:
    """Raise an error if a machine of the cluster has no textvec, or another version of it than this process."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    nodes = {node["NodeID"]: node["NodeManagerAddress"] for node in ray.nodes() if node["Alive"]}
    task = ray.remote(asks_version())
    asked = [
        task.options(num_cpus=0, scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)).remote()
        for node in nodes
    ]
    check_versions("Ray's node", zip(nodes.values(), ray.get(asked), strict=True))


@contextmanager
def ray_engine() -> Iterator[RayEngine]:
    """Give the engine; if Ray does not run yet, it is started, and ended with the block."""
    ray = import_ray("The engine 'ray'")
    if ray.is_initialized():
        yield RayEngine()
        return
    ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    try:
        yield RayEngine()
    finally:
        ray.shutdown()
