"""Writers that are killed at any moment, beside a reader: everybody finds the old state or the new one, whole.

A writer is a copy of this process, which makes changes of a script and tells after each that it is done. Who reads
meanwhile sees states of the script, in their order; after the kill the last state that was told is there, or the one
after it. The next change removes what the killed writer left.
"""

import itertools
import os
import signal
import time

import textvec
from fuzz import changes
from fuzz.harness import Kind, require
from support.saved_indexes import files
from textvec import CosineIndex, CountVectorizer


def prepare(folder):
    changes.saved(folder / "index")
    index = CosineIndex.open(folder / "index")
    for change, _ in itertools.islice(changes.script(0, changes.read(index)), 12):
        change(index)
    for number, words in enumerate((["a b"], ["a b c d"])):
        textvec.save(CountVectorizer(token_pattern=r"\w").fit(words), folder / f"{number}.textvec")
    return [textvec.load(folder / f"{number}.textvec") for number in range(2)]


def attempt(rng, models, scratch):
    rng.choice([kill_changes, kill_changes, kill_replacing, kill_saving])(rng, models, scratch)


def killed(rng, write, look):
    """Let a copy of this process write, look at what it does, kill it, and return how many bytes it had told."""
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(told)
            write(lambda: os.write(tell, b"."))
        finally:
            os._exit(1)
    os.close(tell)
    end = time.monotonic() + rng.choice([0.0, 0.02, 0.1, changes.SECONDS_OF_WRITING]) + rng.random() * 0.05
    while time.monotonic() < end:
        look()
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    with os.fdopen(told, "rb") as file:
        return len(file.read())


def kill_changes(rng, models, scratch):
    """Kill who adds, updates, deletes and compacts."""
    folder, seed = scratch / "index", rng.random()
    first = changes.saved(folder, seed)
    seen = []

    def write(tell):
        index = CosineIndex.open(folder)
        for change, _ in changes.script(seed, first):
            change(index)
            tell()

    done = killed(rng, write, lambda: seen.append(changes.read(CosineIndex.open(folder))))
    states = [first, *(state for _, state in itertools.islice(changes.script(seed, first), done + 1))]
    position = 0
    for state in seen:
        at = next((number for number in range(position, len(states)) if states[number] == state), None)
        require(at is not None, "a reader saw a state that never was, or one older than it had seen before")
        position = at
    index = CosineIndex.open(folder, verify=True)
    require(changes.read(index) in states[done:], f"after {done} changes there is neither that state nor the next")
    hits = index.search([" ".join(changes.WORDS)], k=1000)[0]
    require({hit.id: hit.document for hit in hits} == changes.read(index), "a search finds others than are there")
    index.add(["red sun"], ids=[10**6])
    named = set(index._folder.content["files"])
    require(set(files(folder)) == {"lock", "manifest.json", *named}, "the next change left what a killed writer wrote")


def kill_replacing(rng, models, scratch):
    """Kill who saves two indexes to one folder in turn."""
    states = [changes.saved(scratch / name, name, n) for name, n in (("a", 20), ("b", 40))]
    indexes = [CosineIndex.open(scratch / name) for name in ("a", "b")]
    folder = scratch / "index"
    if rng.random() < 0.7:
        indexes[0].save(folder)

    def write(tell):
        for index in itertools.cycle(indexes[::-1]):
            index.save(folder, overwrite=True)
            tell()

    def look():
        if folder.exists():
            require(changes.read(CosineIndex.open(folder)) in states, "a reader saw neither index")

    done = killed(rng, write, look)
    if folder.exists() or done:
        require(changes.read(CosineIndex.open(folder, verify=True)) in states, "there is neither index")


def kill_saving(rng, models, scratch):
    """Kill who saves two models to one file in turn."""
    path = scratch / "model.textvec"
    textvec.save(models[0], path)

    def write(tell):
        for model in itertools.cycle(models):
            textvec.save(model, path)
            tell()

    def look():
        require(len(textvec.load(path).vocabulary_) in (2, 4), "there is neither model")

    killed(rng, write, look)
    look()


KIND = Kind(prepare, attempt, short=16)
