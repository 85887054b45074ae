"""Sparse search among many documents: `python -m benchmarks.large 10000000 [folder]`.

It is no part of `make bench`, as 10,000,000 documents take a quarter of an hour, 6 GB in the folder, which is left as
it was, and 9 GB of memory.

A document is the first half of one sentence of the reviews and the second half of another, both at random with a seed:
nearly all are distinct, with the words of reviews as often as they are there. Each step is a process of its own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.data import IMDB, data
from benchmarks.measure import PEAK

CHUNK = 100_000
N_MORE, N_DELETED = 10_000, 1_000  # Documents that are added, in halves, and deleted.
N_QUERIES, N_ONE_BY_ONE = 1_000, 100
N_COUNTED = 20  # Queries of each kind for which it is counted how many rows must be scored.
KINDS = "CosineIndex(TfidfVectorizer())", "BM25Index()"


def corpus(n: int) -> Iterator[list[str]]:
    """Yield n documents, some at a time."""
    reviews = pq.read_table(data(IMDB))["text"].to_pylist()
    halves: list[tuple[str, str]] = []
    for review in reviews:
        for sentence in re.split(r"(?<=[.!?]) +", review):
            words = sentence.split()
            halves.append((" ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])))
    random = np.random.default_rng(0)
    for start in range(0, n, CHUNK):
        pairs = random.integers(0, len(halves), (min(CHUNK, n - start), 2)).tolist()
        yield [f"{halves[i][0]} {halves[j][1]}" for i, j in pairs]


def write_corpus(path: Path, n: int) -> None:
    """Write n documents, and those to add after them, to an Arrow file."""
    schema = pa.schema({"text": pa.large_string()})
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema) as writer:
        for texts in corpus(n + N_MORE):
            writer.write_table(pa.table({"text": pa.array(texts, pa.large_string())}))


def read_corpus(path: Path) -> pa.Array:
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()["text"]


def index_of(kind: str) -> Any:
    from textvec import BM25Index, CosineIndex, TfidfVectorizer

    return {KINDS[0]: lambda: CosineIndex(TfidfVectorizer()), KINDS[1]: lambda: BM25Index()}[kind]()


def timed(function: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def build(kind: str, texts: Path, folder: Path) -> dict[str, Any]:
    """Index all documents but the last N_MORE, and save the index."""
    index_of(kind).fit(["something to compile with", "and something else"] * 10)
    documents = read_corpus(texts)[:-N_MORE].combine_chunks()
    fitting, index = timed(lambda: index_of(kind).fit(documents))
    saving, _ = timed(lambda: index.save(folder))
    rows = index._collection.segments[0].segment.rows
    size = sum(array.nbytes for array in rows.arrays.values())
    return {"fit": fitting, "save": saving, "weights": len(rows.vectors.data), "bytes": size}


def forget(folder: Path) -> None:
    """Have the system forget what it holds of files in memory, so that they are read from the disk."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def first_query(kind: str, texts: Path, folder: Path) -> dict[str, Any]:
    """Open, and search, in a process that has done neither."""
    from textvec import open_index

    opening, index = timed(lambda: open_index(folder))
    searching, _ = timed(lambda: index.search(["a great film about bees"]))
    second, _ = timed(lambda: index.search(["the worst film ever made"]))
    return {"open": opening, "first": searching, "second": second}


def from_disk(kind: str, texts: Path, folder: Path) -> dict[str, Any]:
    """Do the same with files that are not in memory."""
    forget(folder)
    return first_query(kind, texts, folder)


def change(kind: str, texts: Path, folder: Path) -> dict[str, Any]:
    """Add documents, and delete some."""
    more = read_corpus(texts)[-N_MORE:].combine_chunks()
    index = type(index_of(kind)).open(folder)
    query = ["a great film about bees"]
    index.search(query * 100)
    before = median(timed(lambda: index.search(query))[0] for _ in range(15))
    adding, _ = timed(lambda: index.add(more[: N_MORE // 2]))
    again, _ = timed(lambda: index.add(more[N_MORE // 2 :]))
    one, _ = timed(lambda: index.add(["a new_word that no document has"]))
    added = median(timed(lambda: index.search(query))[0] for _ in range(15))
    ids = np.random.default_rng(0).choice(len(index), N_DELETED, replace=False).tolist()
    deleting, _ = timed(lambda: index.delete(ids))
    deleting_one, _ = timed(lambda: index.delete(next(i for i in range(len(index)) if i not in set(ids))))
    after, _ = timed(lambda: index.search(query))
    deleted = median(timed(lambda: index.search(query))[0] for _ in range(15))
    return {
        "before": before, "add 5,000": adding, "add 5,000 again": again, "add one": one, "search then": added,
        "delete 1,000": deleting, "delete one": deleting_one, "first search then": after, "later searches": deleted,
    }  # fmt: skip


def queries_by_kind(index: Any, texts: Path) -> dict[str, list[str]]:
    """Return queries of several lengths, of words of reviews at random, and of words of several frequencies."""
    from textvec import CountVectorizer

    random = np.random.default_rng(1)
    sample = read_corpus(texts)[:CHUNK].combine_chunks()
    counter = CountVectorizer()
    frequencies = np.asarray((counter.fit_transform(sample) > 0).sum(axis=0)).ravel()
    names = counter.get_feature_names_out()
    tokens = np.repeat(names, frequencies)
    kinds = {f"{n} words": [" ".join(random.choice(tokens, n)) for _ in range(N_QUERIES)] for n in (1, 2, 5, 10, 20)}
    bands = {"under 0.01%": (2, 10), "0.1% to 1%": (100, 1000), "1% to 6%": (1000, 6000), "over 6%": (6250, CHUNK)}
    for band, (low, high) in bands.items():
        words = names[(frequencies >= low) & (frequencies < high)]
        kinds[f"5 words, each in {band}"] = [" ".join(random.choice(words, 5)) for _ in range(N_QUERIES)]
    return kinds


def scored(index: Any, queries: list[str]) -> float:
    """Return how many rows have a higher bound than the tenth hit: those that must be scored, on the mean."""
    collection = index._collection
    asked = index._asked(index._encoded(queries, collection), collection).vectors
    terms = getattr(asked, "terms", asked)
    rows = collection.segments[0].segment.rows
    _, scores = rows.search(asked, 10, np.zeros(len(queries), np.float32))
    postings, n = rows.postings, 0
    for q in range(len(queries)):
        bounds = np.zeros(len(rows), np.float32)
        for t in range(*terms.indptr[q : q + 2]):
            u = np.searchsorted(postings.columns, terms.indices[t])
            factor, place = terms.data[t] * postings.steps[u], np.flatnonzero(postings.frequent == u)
            if len(place):
                bounds += factor * postings.frequent_levels[place[0]]
            else:
                span = slice(*postings.posting_starts[u : u + 2])
                bounds[postings.posting_rows[span]] += factor * postings.posting_levels[span]
        n += int((bounds > scores[q, -1]).sum())
    return n / len(queries)


def search(kind: str, texts: Path, folder: Path) -> dict[str, Any]:
    """Search with queries of several kinds, one by one and all at once."""
    index = type(index_of(kind)).open(folder)
    figures = {}
    for name, queries in queries_by_kind(index, texts).items():
        index.search(queries)  # compiles, and reads what is needed from the disk
        one_by_one = [timed(partial(index.search, [query]))[0] for query in queries[:N_ONE_BY_ONE]]
        batch = median(timed(partial(index.search, queries))[0] for _ in range(3))
        figures[name] = [median(one_by_one), batch / N_QUERIES, scored(index, queries[:N_COUNTED])]
    return figures


STEPS = {step.__name__: step for step in (build, from_disk, first_query, search, change)}


def run(step: str, *arguments: Any) -> dict[str, Any]:
    """Run a step in a process of its own, and return its figures with its peak memory."""
    call = f"STEPS[{step!r}](sys.argv[1], *map(Path, sys.argv[2:]))"
    code = f"import json, sys\nfrom benchmarks.large import *\nprint(json.dumps({call}))\n{PEAK}"
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True
    )
    figures, peak = done.stdout.splitlines()
    return {**json.loads(figures), "peak": int(peak)}


def tables(n: int, figures: dict[str, dict[str, Any]]) -> list[str]:
    """Return what was measured of all kinds of indexes, side by side."""
    every = list(figures.values())

    def row(name: str, cell: Callable[[dict[str, Any]], str]) -> str:
        return f"| {name} | {' | '.join(map(cell, every))} |"

    def milliseconds(step: str, *names: str) -> Callable[[dict[str, Any]], str]:
        return lambda of: ", ".join(f"{1000 * of[step][name]:,.1f}" for name in names) + " ms"

    head = f"| {n:,} documents | {' | '.join(f'`{kind}`' for kind in figures)} |"
    lines = [head, "|---|" + "---|" * len(every)]
    lines += [
        row("weights", lambda of: f"{of['build']['weights']:,}"),
        row("bytes on disk by weight", lambda of: f"{of['build']['bytes'] / of['build']['weights']:.1f}"),
        row("fitting, saving", lambda of: f"{of['build']['fit']:.0f} s, {of['build']['save']:.0f} s"),
        row("peak memory of both, with the texts", lambda of: f"{of['build']['peak'] / 2**30:.1f} GiB"),
        row("opening, first query, second, in a new process", milliseconds("first_query", "open", "first", "second")),
        row("the same, nothing of the files in memory", milliseconds("from_disk", "open", "first", "second")),
        row("adding 5,000, 5,000 more, one", milliseconds("change", "add 5,000", "add 5,000 again", "add one")),
        row("deleting 1,000, one more", milliseconds("change", "delete 1,000", "delete one")),
        row("a query before, and after additions", milliseconds("change", "before", "search then")),
        row("the first one after deletions, later", milliseconds("change", "first search then", "later searches")),
    ]  # fmt: skip
    lines += [
        "",
        "| a query of | one by one | of 1,000 | by million documents | rows scored |",
        "|---|---|---|---|---|",
    ]
    for kind, of in figures.items():
        for name, (alone, batch, rows) in [item for item in of["search"].items() if item[0] != "peak"]:
            cells = f"{1000 * alone:.2f} ms | {1000 * batch:.2f} ms | {1e9 * batch / n:.2f} ms | {rows:.0f}"
            lines.append(f"| {name}, `{kind}` | {cells} |")
    return lines


def main(n: int, parent: str | None = None) -> None:
    figures: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(dir=parent) as work:
        texts, folder = Path(work, "texts.arrow"), Path(work, "index")
        write_corpus(texts, n)
        for kind in KINDS:
            figures[kind] = {}
            for step in STEPS:
                figures[kind][step] = run(step, kind, texts, folder)
                print(kind, step, figures[kind][step], file=sys.stderr)
            shutil.rmtree(folder)
    print("\n".join(tables(n, figures)))


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
