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

from benchmarks.data import data, train_reviews
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
    command = [shutil.which("textvec", path=Path(sys.executable).parent) or "textvec", "similar", "free entry to win"]
    command += [str(data("sms_spam/SMSSpamCollection"))]

    def run(cache_folder: str) -> float:
        environment = os.environ | {"NUMBA_CACHE_DIR": cache_folder}
        return seconds(lambda: subprocess.run(command, check=True, capture_output=True, env=environment))

    cold, warm = [], []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            cold.append(run(folder))
            warm += [run(folder) for _ in range(3)]
    return [
        f"| `textvec similar` over 5,574 messages, first use (nothing compiled) | {np.median(cold):.2f} s | 10 s |",
        f"| the same, warm | {np.median(warm):.2f} s | 2 s |",
    ]
