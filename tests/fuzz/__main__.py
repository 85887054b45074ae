"""`make fuzz`: every kind of search in turn on all cores, counts of what became of the cases, and what was found.

What is found is kept in a folder, a file for each case: its seed, which is all that repeats it, and the traceback.
"""

import argparse
import collections
import importlib
import itertools
import os
import queue
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fuzz.harness import FINDING, KINDS, REFUSED, SURVIVED, kernels_are_compiled, search

FOLDER = Path(".fuzz")


def main():
    parser = argparse.ArgumentParser(prog="fuzz", description="Search for faults.")
    parser.add_argument("--seconds", type=float, default=60, help="how long, in all")
    parser.add_argument("--seed", help="repeat one case, KIND:NUMBER, and show what is wrong with it")
    parser.add_argument("--kind", action="append", choices=KINDS, help="only this kind; may be repeated")
    options = parser.parse_args()
    if options.seed:
        name, _, number = options.seed.partition(":")
        return repeat(name, int(number))
    return run(options.kind or list(KINDS), options.seconds, os.cpu_count() or 1)


def repeat(name, number):
    """Try one case, and print what became of it."""
    (verdict,) = search(name, [number])
    print(f"{verdict.seed}: {verdict.outcome}\n{verdict.cause}\n\n{verdict.details}")
    return verdict.outcome == FINDING


def run(names, seconds, jobs):
    """Try cases of each kind for its share of the time, and print the counts and findings."""
    kernels_are_compiled()  # before the clock runs
    for name in names:
        importlib.import_module(f"fuzz.{name}")  # threads that import the same would get in each other's way
    todo, counts, found = queue.SimpleQueue(), collections.Counter(), []
    first = random.SystemRandom().randrange(10**9)
    for name in names:
        todo.put(name)
    share = seconds * min(jobs, len(names)) / len(names)

    def work():
        while True:
            try:
                name = todo.get_nowait()
            except queue.Empty:
                return
            for verdict in search(name, until(time.monotonic() + share, first)):
                counts[name, verdict.outcome] += 1
                if verdict.outcome == FINDING:
                    found.append(verdict)
                    keep(verdict)

    with ThreadPoolExecutor(jobs) as pool:
        for worker in [pool.submit(work) for _ in range(jobs)]:
            worker.result()
    report(names, counts, found)
    return bool(found)


def until(end, first):
    """Yield numbers until the time is up."""
    return itertools.takewhile(lambda _: time.monotonic() < end, itertools.count(first))


def keep(verdict):
    """Write what was found to a file."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{verdict.kind}-{verdict.number}.txt").write_text(
        f"make fuzz SEED={verdict.seed}\n{verdict.cause}\n\n{verdict.details}", encoding="utf-8", errors="replace"
    )


def report(names, counts, found):
    """Print the counts as a table of Markdown, and each cause once, with its first seed."""
    print("| search | cases | survived | refused by name | findings |\n|---|---|---|---|---|")
    for name in names:
        row = [counts[name, outcome] for outcome in (SURVIVED, REFUSED, FINDING)]
        print(f"| {name} |", " | ".join(f"{n:,}" for n in (sum(row), *row)), "|")
    causes = collections.defaultdict(list)
    for verdict in found:
        causes[verdict.kind, verdict.cause.partition(":")[0], verdict.cause[:60]].append(verdict)
    for same in sorted(causes.values(), key=lambda same: (same[0].kind, -len(same))):
        print(f"{len(same)} x  SEED={same[0].seed}  {same[0].cause}")
    if found:
        print(f"What was found is in {FOLDER}/; make fuzz SEED=... repeats one of them.")


if __name__ == "__main__":
    sys.exit(main())
