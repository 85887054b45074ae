"""What one machine does with made text: `python -m benchmarks.one_machine 1000` for 1,000 MB. Nothing of it is kept.

It is no part of `make bench`. Each step is a process of its own, after a call that compiles, and is run several times.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.parquet as pq

from benchmarks.made_text import write
from benchmarks.measure import PEAK

N_RUNS = 3  # Runs of each step; the fastest is reported, and how much slower the slowest was.
N_QUERIES, N_SHORT = 200, 3  # Queries, and the words of each.


def columns(folder: Path) -> Iterator[Any]:
    """Yield the texts of the files, a row group at a time."""
    for path in sorted(folder.glob("*.parquet")):
        for batch in pq.ParquetFile(path).iter_batches(columns=["text"]):
            yield batch["text"]


def texts(folder: Path) -> Iterator[str]:
    """Yield the texts of the files one by one."""
    for column in columns(folder):
        yield from column.to_pylist()


def read(folder: Path) -> Any:
    """Return all texts as one column."""
    return pq.read_table(folder, columns=["text"])["text"]


class Clock:
    """Seconds since it was made: those that passed, and those that processors worked for this process."""

    def __init__(self) -> None:
        self.start = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        return {"seconds": time.perf_counter() - self.start[0], "processor": time.process_time() - self.start[1]}


def fit(kind: str, documents: Callable[[Path], Any], folder: Path) -> dict[str, float]:
    """Fit a vectorizer, and count its terms."""
    import textvec

    class_ = getattr(textvec, kind)
    class_().fit(["something to compile with", "and something else"] * 10)
    clock = Clock()
    vectorizer = class_().fit(documents(folder))
    return {**clock.read(), "terms": len(vectorizer.vocabulary_)}


def transform(folder: Path) -> dict[str, float]:
    """Transform row group by row group, and drop what comes out: the fit is not in the time, but in the memory."""
    from textvec import TfidfVectorizer

    vectorizer = TfidfVectorizer(min_df=5).fit(texts(folder))
    vectorizer.transform(["something to compile with"])
    clock = Clock()
    n_weights = sum(vectorizer.transform(column).nnz for column in columns(folder))
    return {**clock.read(), "terms": len(vectorizer.vocabulary_), "weights": n_weights}


def index(folder: Path) -> dict[str, float]:
    """Build and save a BM25 index, open it, and search it."""
    from textvec import BM25Index

    BM25Index().fit(["something to compile with", "and something else"] * 10).search(["something"])
    clock = Clock()
    built = BM25Index().fit(read(folder))
    with tempfile.TemporaryDirectory(dir=folder) as parent:
        saved = Path(parent, "made.index")
        built.save(saved)
        figures = clock.read()
        size = sum(file.stat().st_size for file in saved.rglob("*") if file.is_file())
        opened = BM25Index.open(saved)
        queries = [" ".join(text.split()[:N_SHORT]) for text in islice(texts(folder), N_QUERIES)]
        opened.search(queries)
        times = []
        for query in queries:
            asked = time.perf_counter()
            opened.search([query])
            times.append(time.perf_counter() - asked)
        asked = time.perf_counter()
        opened.search(queries)
        batch = (time.perf_counter() - asked) / N_QUERIES
    return {
        **figures,
        "bytes": size,
        "milliseconds": 1000 * median(times),
        "slowest": 1000 * max(times),
        "batch": 1000 * batch,
    }


STEPS: dict[str, Callable[[Path], dict[str, float]]] = {
    "`CountVectorizer().fit` of a generator": lambda folder: fit("CountVectorizer", texts, folder),
    "`CountVectorizer().fit` of an Arrow column": lambda folder: fit("CountVectorizer", read, folder),
    "`TfidfVectorizer().fit` of a generator": lambda folder: fit("TfidfVectorizer", texts, folder),
    "`TfidfVectorizer(min_df=5).transform`, row group by row group": transform,
    "`BM25Index().fit` of an Arrow column, `save`": index,
}


def run(step: str, folder: Path) -> dict[str, float]:
    """Run a step in a process of its own, and return its figures with its peak memory."""
    code = (
        f"import json\nfrom benchmarks.one_machine import *\nprint(json.dumps(STEPS[{step!r}](Path({str(folder)!r}))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{PEAK}"], check=True, stdout=subprocess.PIPE, text=True
    ).stdout.splitlines()
    return {**json.loads(done[0]), "peak": int(done[1])}


def table(folder: Path, megabytes: float, steps: dict[str, Any] = STEPS, n_runs: int = N_RUNS) -> list[str]:
    """Run the steps, and return a table of them."""
    lines = ["| work | time | slowest run | by second | of processors | peak memory |", "|---|---|---|---|---|---|"]
    for step in steps:
        runs = sorted((run(step, folder) for _ in range(n_runs)), key=lambda of: of["seconds"])
        print(step, *runs, sep="\n  ", file=sys.stderr)
        seconds, processor = runs[0]["seconds"], min(of["processor"] for of in runs)
        lines.append(
            f"| {step} | {seconds:.1f} s | {runs[-1]['seconds']:.1f} s | {megabytes / seconds:.0f} MB | "
            f"{megabytes / processor:.0f} MB | {max(of['peak'] for of in runs) / 1e9:.1f} GB |"
        )
    return lines


def main(megabytes: int) -> None:
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent, "made")
        write(folder, megabytes * 10**6)
        print("\n".join(table(folder, megabytes)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
