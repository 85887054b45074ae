"""Cost by size: documents read line by line from a file, so that no more than a piece of text is held."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.measure import PEAK

SIZES = (10_000, 100_000, 1_000_000)
WORK = {
    "`CountVectorizer().fit`": "CountVectorizer().fit",
    "`CountVectorizer().fit_transform`": "CountVectorizer().fit_transform",
    "`TfidfVectorizer(ngram_range=(1, 2)).fit_transform`": "TfidfVectorizer(ngram_range=(1, 2)).fit_transform",
    "`HashingVectorizer().transform`": "HashingVectorizer().transform",
}
FIT = """
import json, time
from textvec import CountVectorizer, HashingVectorizer, TfidfVectorizer
{work}(["some words to compile with"] * 20)
with open({path!r}, encoding="utf-8") as lines:
    start = time.perf_counter()
    X = {work}(lines)
    seconds = time.perf_counter() - start
size = sum(a.nbytes for a in (X.data, X.indices, X.indptr)) if hasattr(X, "indptr") else 0
print(json.dumps([seconds, size]), end=" ")
"""


def documents(reviews: list[str]) -> Iterator[str]:
    """Yield the reviews again and again, from the second time on with their sentences shuffled."""
    yield from reviews
    shuffle = random.Random(0).shuffle
    while True:
        for review in reviews:
            sentences = re.split(r"(?<=[.!?]) ", review)
            shuffle(sentences)
            yield " ".join(sentences)


def scale(path: Path) -> list[str]:
    """Return a table: time by megabyte and peak memory, for each kind of work and number of documents."""
    reviews = [text.replace("\n", " ") for text in pq.read_table(path)["text"].to_pylist()]
    random.Random(0).shuffle(reviews)
    lines = [
        "| work | documents | text | time | by MB | of the smallest | peak memory | of it the matrix |",
        "|---|---|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        files = [_write(Path(folder, str(n)), islice(documents(reviews), n)) for n in SIZES]
        for name, work in WORK.items():
            first = 0.0
            for n, file in zip(SIZES, files, strict=True):
                runs = [_run(FIT.format(work=work, path=str(file))) for _ in range(3 if n < SIZES[-1] else 1)]
                seconds, matrix, peak = min(runs)
                megabytes = file.stat().st_size / 1e6
                cost = seconds / megabytes
                first = first or cost
                time = f"{seconds:.2f} s | {1000 * cost:.1f} ms | {cost / first:.2f}"
                memory = f"{peak / 2**20:,.0f} MiB | {matrix / 2**20:,.0f} MiB"
                lines.append(f"| {name} | {n:,} | {megabytes:,.0f} MB | {time} | {memory} |")
                print(lines[-1], file=sys.stderr)
    return lines


def _write(file: Path, texts: Iterator[str]) -> Path:
    with file.open("w", encoding="utf-8") as out:
        out.writelines(f"{text}\n" for text in texts)
    return file


def _run(code: str) -> tuple[float, int, float]:
    done = subprocess.run([sys.executable, "-c", code + PEAK], check=True, capture_output=True, text=True)
    figures, _, peak = done.stdout.rpartition(" ")
    return (*json.loads(figures), float(peak))
