"""How things are measured: us and the peer in turn, several times, ratios pair by pair; memory in a process each."""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Not ru_maxrss: a child process inherits that of the one that started it.
PEAK = "print(next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM')) * 1024)"


@dataclass
class Row:
    """One line of the table: what each side needed, run by run."""

    work: str
    peer: str
    ours: list[float]
    theirs: list[float]
    unit: str
    goal: str

    @property
    def ratio(self) -> float:
        """How many times more the peer needs: the median of the pairs."""
        return statistics.median(t / o for o, t in zip(self.ours, self.theirs, strict=True))

    def markdown(self) -> str:
        pairs = sorted(t / o for o, t in zip(self.ours, self.theirs, strict=True))
        spread = f"{pairs[0]:.1f} to {pairs[-1]:.1f}" if len(pairs) > 1 else "one run"
        ours, theirs = (_figure(statistics.median(side), self.unit) for side in (self.ours, self.theirs))
        return f"| {self.work} | {ours} | {self.peer} | {theirs} | **{self.ratio:.1f}x** | {spread} | {self.goal} |"


def _figure(value: float, unit: str) -> str:
    return f"{value / 2**20:,.0f} MiB" if unit == "bytes" else f"{value:.3f} s"


def seconds(function: Callable[[], Any]) -> float:
    """Time one call, with nothing of the one before left to clean up."""
    gc.collect()
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def in_turn(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int) -> tuple[list[float], list[float]]:
    """Time both in turn, after a run of ours that compiles the kernels."""
    ours()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    return [o for o, _ in pairs], [t for _, t in pairs]


def peak_memory(code: str) -> float:
    """Return the largest resident size, in bytes, of a Python process that runs the code."""
    done = subprocess.run([sys.executable, "-c", f"{code}\n{PEAK}"], check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])
