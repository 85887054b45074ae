"""What merging the states of a fit takes, for vocabularies that no corpus here has: `python -m benchmarks.merging`.

It is no part of `make bench`. Two states of as many terms as are asked for are made, not read, and merged: words that
are all different, as names and numbers of a web crawl are, and pairs of words that are known.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from textvec._common.states import field
from textvec.vectorizers._merging import TermCounts, merged

KINDS = "words", "pairs"
N_TERMS = 100_000_000
# The distinct words of the pairs, each with as many others at most.
N_WORDS, N_NEXT = 2_000_000, 100


def spelt(numbers: np.ndarray) -> pa.Array:
    """Return words that sort as numbers do."""
    return pc.utf8_lpad(pa.array(numbers).cast(pa.large_string()), 9, "0").cast(pa.large_binary())


def made_state(kind: str, n_terms: int, seed: int) -> pa.RecordBatch:
    """Return a state of about so many terms, a third of which another seed has, too."""
    random = np.random.default_rng(seed)
    if kind == "words":
        words = spelt(np.unique(random.integers(0, 2 * n_terms, int(1.4 * n_terms))))
        rows = np.arange(len(words), dtype=np.int32)[:, None]
    else:
        words = spelt(np.arange(N_WORDS))
        pairs = np.unique(random.integers(0, N_WORDS * N_NEXT, int(1.1 * n_terms)))
        rows = np.stack(np.divmod(pairs, N_NEXT), axis=1).astype(np.int32)
    counts = np.ones(len(rows), np.int64)
    return TermCounts(words, rows, " ", counts, counts[:0], n_documents=n_terms).to_state()


def resident(what: str) -> int:
    """Return the bytes of this process that are in memory now ("VmRSS"), or were at most ("VmHWM")."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(what))


def line(kind: str, n_terms: int) -> str:
    """Merge two states, and return what that took."""
    states = [made_state(kind, n_terms // 2, seed) for seed in (0, 1)]
    Path("/proc/self/clear_refs").write_text("5")  # from here on the peak is counted anew
    before, start = resident("VmRSS"), time.perf_counter()
    state = merged(states)
    seconds, peak = time.perf_counter() - start, resident("VmHWM") - before
    n_made = sum(len(field(each, "document_frequencies")) for each in states)
    return (
        f"| {kind} | {n_made / 1e6:,.0f} | {sum(each.nbytes for each in states) / 1e9:.2f} | {state.nbytes / 1e9:.2f} "
        f"| {peak / 1e9:.2f} | {seconds:.1f} |"
    )


def main(n_terms: int) -> None:
    """Print a table; each line is measured by a process of its own, so that nothing but its work is in its peak."""
    print("| two states of | million terms | GB of states | GB merged | GB of peak above the states | seconds |")
    print("|---|---|---|---|---|---|")
    for kind in KINDS:
        command = [sys.executable, "-c", f"from benchmarks.merging import line; print(line({kind!r}, {n_terms}))"]
        print(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout, end="", flush=True)


if __name__ == "__main__":
    main(int(float(sys.argv[1])) if len(sys.argv) > 1 else N_TERMS)
