"""What a terabyte would take on many workers, computed from what some text took on this machine.

Assumptions: a worker is a core like one of this machine, and reads as fast as it does here. Reading, counting, weighing
and writing are divided by the workers without a rest, which takes many more pieces than workers, and there are. Words
keep coming with the square root of the text. States are merged four at a time, and what is merged last is merged by
fewer and fewer workers; merging what was measured is in the time of reading already, and counted twice. No worker dies.
"""

from __future__ import annotations

import math

N_WORKERS = 64
N_BYTES = 1e12
PIECE = 1 << 26  # Bytes of a piece, see textvec/engines/files.py.
FAN_IN = 4  # States that are merged at once, see textvec/engines/tree.py.
NETWORK = 1e9  # Bytes by second between two machines: ten gigabits, less what protocols take.


def levels_of_merging(size: float) -> list[float]:
    """Return the bytes that one worker has to merge at each level of the tree, the root first, for a result of a size.

    A state of a quarter of the text has half of the terms, so that four of them have twice those of the result.
    """
    n_levels = math.ceil(math.log(N_BYTES / PIECE, FAN_IN))
    merges = [FAN_IN**level for level in range(n_levels)]
    return [2 * size / math.sqrt(n) * max(1, n / N_WORKERS) for n in merges]


def estimate(megabytes: int, of: dict[str, dict[str, float]], n_cores: int) -> list[str]:
    """Return a table of what a terabyte would take.

    Parameters
    ----------
    megabytes : int
        The text that was measured with.
    of : dict of str to dict
        The figures of each step, as `benchmarks.distributed.measured` returns them.
    n_cores : int
        The cores that worked in steps of several workers.
    """
    larger = N_BYTES / (megabytes * 1e6)
    terms = of["states"]["terms"] * math.sqrt(larger)
    state = of["states"]["bytes"] * math.sqrt(larger)
    levels = levels_of_merging(state)
    merging = sum(levels) * of["states"]["merging"] / of["states"]["merged"]
    moving = sum(levels) / NETWORK
    finishing = terms * of["states"]["finishing"] / of["states"]["terms"]
    cores = {"one": 1, "transform": n_cores, "build": n_cores}
    work = {step: of[step]["seconds"] * n * larger / N_WORKERS for step, n in cores.items()}
    on_disk = [f"{of[step]['bytes'] * larger / 1e12:.2f} TB" for step in ("transform", "build")]

    def minutes(seconds: float) -> str:
        return f"{seconds / 60:,.1f} min"

    rows = {
        "distinct terms": f"{terms / 1e6:,.0f} million",
        "the state of all": f"{state / 1e9:.1f} GB",
        f"fit: reading and counting, divided by {N_WORKERS}": minutes(work["one"]),
        f"fit: merging {N_BYTES / PIECE:,.0f} states in {len(levels)} levels": minutes(merging),
        f"fit: states over the network, {NETWORK / 1e9:.0f} GB by second": minutes(moving),
        "fit: finishing, on one machine": minutes(finishing),
        "fit, in all": minutes(work["one"] + merging + moving + finishing),
        f"transform to parts, divided by {N_WORKERS}": minutes(work["transform"]),
        f"BM25 shards, divided by {N_WORKERS}": minutes(work["build"]),
        "parts, shards on disk": ", ".join(on_disk),
    }
    head = f"| 1 TB on {N_WORKERS} workers of one core each, estimated from {megabytes:,} MB | |"
    return [head, "|---|---|", *(f"| {name} | {figure} |" for name, figure in rows.items())]
