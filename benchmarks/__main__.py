"""Run the benchmarks and write RESULTS.md: `python -m benchmarks [case ...]`; named cases are only printed."""

from __future__ import annotations

import datetime
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks import (
    accelerating,
    accuracy,
    classification,
    dense,
    duplicates,
    embedding,
    full_text,
    one_message,
    processes,
    quality,
    retrieval,
    scale,
    search,
    steps,
    tables,
    training,
    vectorizers,
)
from benchmarks.data import IMDB, data

HEAD = """# Results

Written by `make bench`. Both sides run in the same process (memory and first use: a process each), in turn, several
times; results are compared before they are timed. Figures are medians, the ratio is the median of the pairs. Work is
on the 25,000 labelled IMDb training reviews (33 MB) unless said otherwise.

scikit-learn's similarities of 1,000 queries are a matrix of 800 MB. Its time is threefold when the system has to find
that memory anew, which is the spread of that row; the low end is with the memory at hand.

"""
SCALE = """Cost by size: lines of a file, the IMDb reviews again and again with their sentences shuffled.
Each run is a process of its own that holds no more than a piece of the text; what is not the matrix is the vocabulary,
the piece, and 250 MiB of imports and compiled kernels.
"""
TABLE = (
    vectorizers.count,
    vectorizers.tfidf,
    vectorizers.characters,
    vectorizers.long_characters,
    vectorizers.hashing,
    vectorizers.pieces,
    one_message.one_message,
    steps.stemming,
    steps.phrases,
    steps.bm25,
    training.word2vec,
    embedding.pooling,
    tables.reading,
    tables.neighbours,
    search.search,
    full_text.full_text,
    dense.exact,
    duplicates.duplicates,
    classification.deciding,
    classification.comparing,
    accelerating.accelerating,
    processes.memory,
)
COLUMNS = "| work | textvec | peer | peer's | ratio | pairs | must |\n|---|---|---|---|---|---|---|"


def machine() -> str:
    """Describe the machine and the versions."""
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    names = (
        "textvec-kit",
        "scikit-learn",
        "scipy",
        "numpy",
        "numba",
        "pyarrow",
        "nltk",
        "gensim",
        "bm25s",
        "tantivy",
        "sparse-dot-topn",
        "faiss-cpu",
        "usearch",
    )
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    today = datetime.datetime.now(tz=datetime.UTC).date()
    return f"{today}, {os.cpu_count()} cores of {cpu}, Python {platform.python_version()}, {versions}.\n"


def main(names: list[str]) -> None:
    """Run all cases and write the file, or some and print them."""
    lines = [COLUMNS]
    for case in TABLE:
        if not names or case.__name__ in names:
            print(case.__doc__, file=sys.stderr)
            lines += [row.markdown() for row in case()]
            print("\n".join(lines[-3:]), file=sys.stderr)
    if not names or "first_use" in names:
        lines += ["", "| whole command | wall time | must |\n|---|---|---|", *processes.first_use()]
    if not names or "saved_index" in names:
        lines += ["", "| saved index | | must |\n|---|---|---|", *processes.saved_index()]
    if not names or "one_query" in names:
        lines += ["", *search.one_query(data(IMDB))]
    if not names or "scale" in names:
        lines += ["", SCALE, *scale.scale(data(IMDB))]
    if not names or "sparse_scale" in names:
        lines += ["", *search.sparse_scale(data(IMDB))]
    if not names or "approximate" in names:
        lines += ["", *dense.approximate()]
    if not names or "accuracy" in names:
        lines += ["", *accuracy.table()]
    if not names or "quality" in names:
        lines += ["", *quality.table(), "", "The same words in more dimensions:", "", *quality.wide_table()]
    if not names or "retrieval" in names:
        lines += ["", *retrieval.table()]
    table = "\n".join(lines)
    if names:
        print(table)
    else:
        Path(__file__).with_name("RESULTS.md").write_text(f"{HEAD}{machine()}\n{table}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
