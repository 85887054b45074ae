"""Whole processes: peak memory, and the wall time of the command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.data import IMDB, data, train_reviews
from benchmarks.measure import Row, peak_memory, seconds

FITS = {
    "fits (1, 2) TF-IDF": ("TfidfVectorizer(ngram_range=(1, 2)).fit_transform(docs)", "1.43x (0.7 of it), aim 2.5x"),
    "fits `char_wb` (3, 5) counts": ("CountVectorizer(analyzer='char_wb', ngram_range=(3, 5)).fit_transform(docs)", ""),
    "hashes (1, 2)": ("HashingVectorizer(ngram_range=(1, 2)).transform(docs)", ""),
}


def memory() -> list[Row]:
    """Peak memory of a process that reads the reviews and vectorizes them."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        # Reading Parquet takes more memory than fitting does: the reviews are handed over in a plain file.
        path = Path(folder, "reviews.json")
        path.write_text(json.dumps(train_reviews()), encoding="utf-8")
        read = f"import json; docs = json.load(open({str(path)!r}, encoding='utf-8'))"
        print(f"the reviews alone: {peak_memory(read) / 2**20:.0f} MiB", file=sys.stderr)
        for work, (fit, goal) in FITS.items():
            name = fit.split("(", 1)[0]
            sides = [
                f"{read}\nfrom {m} import {name}\nX = {fit}" for m in ("textvec", "sklearn.feature_extraction.text")
            ]
            peak_memory(sides[0])  # compiles
            ours, theirs = ([peak_memory(side) for _ in range(2)] for side in sides)
            rows.append(
                Row(
                    f"peak memory of a process that reads the reviews and {work}",
                    "scikit-learn",
                    ours,
                    theirs,
                    "bytes",
                    goal,
                )
            )
    return rows


def first_use() -> list[str]:
    """Wall time of `textvec similar` over the SMS file, compilation included and warm."""
    cold, warm = _cold_and_warm("similar", "free entry to win", str(data("sms_spam/SMSSpamCollection")))
    return [
        f"| `textvec similar` over 5,574 messages, first use (nothing compiled) | {cold:.2f} s | 10 s |",
        f"| the same, warm | {warm:.2f} s | 2 s |",
    ]


OPEN = """
import sys, time
from textvec import CosineIndex
CosineIndex
start = time.perf_counter()
index = CosineIndex.open(sys.argv[1])
opened = time.perf_counter()
index.search(["a great film about bees"])
print(opened - start, time.perf_counter() - start)
"""


def saved_index() -> list[str]:
    """Size of the saved index of 100,000 reviews, and wall time until its first query is answered."""
    with tempfile.TemporaryDirectory() as parent:
        folder = str(Path(parent, "reviews.index"))
        _textvec("index", "build", str(data(IMDB)), "-o", folder)
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        runs = [
            subprocess.run([sys.executable, "-c", OPEN, folder], check=True, capture_output=True, text=True)
            for _ in range(9)
        ]
        opened, answered = np.median([[float(time) for time in run.stdout.split()] for run in runs], axis=0)
        cold, warm = _cold_and_warm("similar", "a great film about bees", "--index", folder)
    return [
        f"| an index of 100,000 reviews (132 MB of text) on disk | {size / 1e6:,.0f} MB | |",
        f"| opening it in a running Python | {opened * 1e3:.0f} ms | |",
        f"| the same, and the first query | {answered:.2f} s | 0.3 s |",
        f"| `textvec similar --index` over it, first use (nothing compiled) | {cold:.2f} s | |",
        f"| the same, warm | {warm:.2f} s | 1.2 s, aim 0.5 s |",
    ]


def _cold_and_warm(*arguments: str) -> tuple[float, float]:
    """Time the command with nothing compiled, and again."""
    cold, warm = [], []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as cache:
            cold.append(seconds(lambda: _textvec(*arguments, NUMBA_CACHE_DIR=cache)))
            warm += [seconds(lambda: _textvec(*arguments, NUMBA_CACHE_DIR=cache)) for _ in range(3)]
    return float(np.median(cold)), float(np.median(warm))


def _textvec(*arguments: str, **environment: str) -> None:
    command = shutil.which("textvec", path=Path(sys.executable).parent) or "textvec"
    subprocess.run([command, *arguments], check=True, capture_output=True, env=os.environ | environment)
