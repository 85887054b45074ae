"""What distributing costs, with Dask on this machine and made text: `python -m benchmarks.distributed`.

It is no part of `make bench`. `--sizes 100 300 1000` are megabytes of text; `--folder` is where they lie while it runs,
with what is made of them. Each figure is of a process of its own. Two cores cannot show speed-up: what is shown is what
distributing adds to the work, and what a terabyte would take if the work alone were divided.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.made_text import write
from benchmarks.measure import PEAK
from benchmarks.one_machine import Clock, texts
from benchmarks.terabyte import estimate

SIZES = 100, 300, 1000  # Megabytes.
N_WORKERS = 4
IDLE = 5.0  # Seconds for which it is counted what a cluster says that has nothing to do.


@contextmanager
def cluster(n_workers: int) -> Iterator[Any]:
    """Start a scheduler in a process of its own, and workers of one thread each; give a client."""
    import distributed
    from distributed.deploy.subprocess import SubprocessCluster

    with (
        SubprocessCluster(n_workers=n_workers, threads_per_worker=1, dashboard_address=None) as started,
        distributed.Client(started) as client,
    ):
        client.wait_for_workers(n_workers)
        client.run(compile_kernels)
        client.run_on_scheduler(count_bytes)
        yield client


def compile_kernels() -> None:
    from textvec import BM25Index, TfidfVectorizer

    few = ["something to compile with", "and something else"] * 10
    TfidfVectorizer().fit(few).transform(few)
    BM25Index().fit(few)


def count_bytes() -> None:
    """Count the bytes that this process receives and sends from now on: tornado is what a scheduler talks through."""
    from tornado.iostream import IOStream

    def counted(method: Callable[..., int | None]) -> Callable[..., int | None]:
        def call(stream: Any, data: Any) -> int | None:
            n = method(stream, data)
            IOStream.n_bytes += n or 0
            return n

        return call

    IOStream.n_bytes = 0
    IOStream.read_from_fd = counted(IOStream.read_from_fd)
    IOStream.write_to_fd = counted(IOStream.write_to_fd)


def bytes_so_far() -> int:
    from tornado.iostream import IOStream

    return int(IOStream.n_bytes)


def local(folder: Path) -> dict[str, float]:
    """Fit in this process, on a generator."""
    from textvec import TfidfVectorizer

    compile_kernels()
    clock = Clock()
    fitted = TfidfVectorizer().fit(texts(folder))
    return {**clock.read(), "terms": len(fitted.vocabulary_)}


def here(folder: Path) -> dict[str, float]:
    """Fit in this process, piece by piece."""
    from textvec import TfidfVectorizer, distributed

    compile_kernels()
    clock = Clock()
    fitted = distributed.fit(TfidfVectorizer(), str(folder), engine="here")
    return {**clock.read(), "terms": len(fitted.vocabulary_)}


def fit(folder: Path, n_workers: str) -> dict[str, float]:
    """Fit on workers, and count what goes through the scheduler, and how much of it would without work."""
    from textvec import TfidfVectorizer, distributed

    with cluster(int(n_workers)) as client:
        before = client.run_on_scheduler(bytes_so_far)
        time.sleep(IDLE)
        idle = client.run_on_scheduler(bytes_so_far)
        start = time.perf_counter()
        fitted = distributed.fit(TfidfVectorizer(), str(folder), engine=client)
        seconds = time.perf_counter() - start
        through = client.run_on_scheduler(bytes_so_far) - idle
        return {
            "seconds": seconds,
            "terms": len(fitted.vocabulary_),
            "through": through,
            "idle": (idle - before) / IDLE,
        }


def transform(folder: Path, n_workers: str) -> dict[str, float]:
    """Transform to parts on disk."""
    from textvec import TfidfVectorizer, distributed

    with cluster(int(n_workers)) as client, tempfile.TemporaryDirectory(dir=folder.parent) as parent:
        fitted = distributed.fit(TfidfVectorizer(min_df=5), str(folder), engine=client)
        before, start = client.run_on_scheduler(bytes_so_far), time.perf_counter()
        distributed.transform(fitted, str(folder), Path(parent, "parts"), engine=client)
        seconds = time.perf_counter() - start
        through = client.run_on_scheduler(bytes_so_far) - before
        return {"seconds": seconds, "through": through, "bytes": size_of(Path(parent))}


def build(folder: Path, n_workers: str) -> dict[str, float]:
    """Build a sharded index."""
    from textvec import BM25Index, distributed

    with cluster(int(n_workers)) as client, tempfile.TemporaryDirectory(dir=folder.parent) as parent:
        before, start = client.run_on_scheduler(bytes_so_far), time.perf_counter()
        distributed.build_index(BM25Index(statistics="frozen"), str(folder), Path(parent, "made.shards"), engine=client)
        seconds = time.perf_counter() - start
        through = client.run_on_scheduler(bytes_so_far) - before
        return {"seconds": seconds, "through": through, "bytes": size_of(Path(parent))}


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def states(folder: Path) -> dict[str, float]:
    """Make the states of two halves, merge them, and finish: sizes and times by term."""
    from textvec import TfidfVectorizer, distributed

    compile_kernels()
    estimator, source = TfidfVectorizer(), texts(folder)
    n = sum(1 for _ in texts(folder))
    halves = [distributed.partial(estimator, list(islice(source, part))) for part in (n // 2, n)]
    start = time.perf_counter()
    merged = distributed.merge(estimator, halves)
    merging = time.perf_counter()
    fitted = distributed.finish(estimator, merged)
    finishing = time.perf_counter() - merging
    terms = len(fitted.vocabulary_)
    return {
        "terms": terms,
        "bytes": merged.nbytes,
        "merged": sum(half.nbytes for half in halves),
        "merging": merging - start,
        "finishing": finishing,
    }


def run(step: str, folder: Path, *arguments: Any, threads: int | None = None) -> dict[str, float]:
    """Run a step in a process of its own, and return its figures with its peak memory."""
    call = f"{step}(Path(sys.argv[1]), *sys.argv[2:])"
    code = f"import json, sys\nfrom benchmarks.distributed import *\nprint(json.dumps({call}))\n{PEAK}"
    environment = {**os.environ, **({} if threads is None else {"OMP_NUM_THREADS": str(threads)})}
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), *map(str, arguments)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ).stdout.splitlines()
    figures = {**json.loads(done[-2]), "peak": float(done[-1])}
    print(step, folder.name, *arguments, figures, file=sys.stderr)
    return figures


def measured(folder: Path) -> dict[str, dict[str, float]]:
    """Run every step on the text of a folder."""
    figures = {
        "local": run("local", folder, threads=1),
        "here": run("here", folder, threads=1),
        "one": run("fit", folder, 1),
        "four": run("fit", folder, N_WORKERS),
        "transform": run("transform", folder, N_WORKERS),
        "build": run("build", folder, N_WORKERS),
        "states": run("states", folder),
    }
    terms = {name: of["terms"] for name, of in figures.items() if "terms" in of}
    assert len(set(terms.values())) == 1, terms
    return figures


def by_term(of: dict[str, float], name: str) -> float:
    return of[name] / of["terms"]


def tables(figures: dict[int, dict[str, dict[str, float]]]) -> list[str]:
    """Return what was measured, by megabytes of text."""
    sizes = list(figures)

    def row(name: str, cell: Callable[[int, dict[str, dict[str, float]]], str]) -> str:
        return f"| {name} | {' | '.join(cell(size, figures[size]) for size in sizes)} |"

    def cost(step: str) -> Callable[[int, dict[str, dict[str, float]]], str]:
        return lambda size, of: f"{of[step]['seconds']:.1f} s, {1000 * of[step]['seconds'] / size:.1f} ms"

    return [
        f"| made text, seconds and by MB | {' | '.join(f'{size:,} MB' for size in sizes)} |",
        "|---|" + "---|" * len(sizes),
        row("`TfidfVectorizer().fit` of a generator, one thread", cost("local")),
        row("`distributed.fit`, in this process, one thread", cost("here")),
        row("the same by Dask, one worker of one thread", cost("one")),
        row("of the local fit", lambda _, of: f"{of['one']['seconds'] / of['local']['seconds']:.2f}x"),
        row(f"the same, {N_WORKERS} workers", cost("four")),
        row(f"`distributed.transform` to parts, {N_WORKERS} workers", cost("transform")),
        row(f"`distributed.build_index`, BM25, {N_WORKERS} workers", cost("build")),
        row(
            "parts, shards: bytes by byte of text",
            lambda size, of: f"{of['transform']['bytes'] / size / 1e6:.2f}, {of['build']['bytes'] / size / 1e6:.2f}",
        ),
        row(
            "terms, bytes of the merged state by term",
            lambda _, of: f"{of['states']['terms']:,.0f}, {by_term(of['states'], 'bytes'):.1f}",
        ),
        row(
            "merging, finishing: by million terms",
            lambda _, of: ", ".join(f"{1e6 * by_term(of['states'], step):.2f} s" for step in ("merging", "finishing")),
        ),
        row(
            f"through the scheduler in a fit by {N_WORKERS} workers; twice its result, which comes in and goes out",
            lambda _, of: f"{of['four']['through'] / 1e6:.2f} MB; {2 * of['states']['bytes'] / 1e6:.2f} MB",
        ),
        row(
            "through the scheduler in a transform, in a build",
            lambda _, of: f"{of['transform']['through'] / 1e6:.1f} MB, {of['build']['through'] / 1e6:.1f} MB",
        ),
        row(f"what {N_WORKERS} idle workers say by second", lambda _, of: f"{of['four']['idle'] / 1e3:.1f} kB"),
        row(
            "peak memory of the process that asks: fit, transform, build",
            lambda _, of: ", ".join(f"{of[step]['peak'] / 1e9:.1f}" for step in ("four", "transform", "build")) + " GB",
        ),
    ]


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.distributed", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="MB", help="megabytes of text")
    parser.add_argument("--folder", help="where the text lies while it is measured")
    asked = parser.parse_args(arguments)
    figures = {}
    with tempfile.TemporaryDirectory(dir=asked.folder) as parent:
        for size in sorted(asked.sizes):
            folder = Path(parent, f"made-{size}")
            write(folder, size * 10**6)
            figures[size] = measured(folder)
            shutil.rmtree(folder)
    print("\n".join([*tables(figures), "", *estimate(size, figures[size], min(N_WORKERS, os.cpu_count() or 1))]))


if __name__ == "__main__":
    main(sys.argv[1:])
