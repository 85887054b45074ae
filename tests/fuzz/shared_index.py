"""Threads and processes on one index: every search answers from one state, whatever is changed meanwhile, and by whom.

- An index that was opened stays as it was opened, for any number of threads, while another process changes its folder.
- Threads that search an index in memory while another changes it see states that it had, each whole.
- Of two writers at once, each change is refused or made; what was reported done by either is there in the end.
"""

import itertools
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from fuzz import changes
from fuzz.harness import Kind, require
from textvec import CosineIndex

THREADS = 4
QUERY = [" ".join(changes.WORDS)]


def prepare(folder):
    changes.saved(folder / "index")
    found(CosineIndex.open(folder / "index"))


def attempt(rng, prepared, scratch):
    rng.choice([readers_beside_a_writer, threads_beside_a_change, two_writers])(rng, scratch)


def found(index):
    """Return what a search for every word finds: all documents, by their ids."""
    return {hit.id: hit.document for hit in index.search(QUERY, k=10_000)[0]}


def in_threads(function, seconds):
    """Call a function in threads, again and again, until the time is up; raise what it raises."""
    end = time.monotonic() + seconds

    def repeat(_):
        while time.monotonic() < end:
            function()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(repeat, range(THREADS)))


def in_a_process(function):
    pid = os.fork()
    if pid == 0:
        try:
            function()
            os._exit(0)
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
    return pid


def readers_beside_a_writer(rng, scratch):
    folder, seed, n = scratch / "index", rng.random(), rng.randrange(5, 30)
    first = changes.saved(folder, seed)
    index = CosineIndex.open(folder)
    states = [first, *(state for _, state in itertools.islice(changes.script(seed, first), n))]

    def write():
        own = CosineIndex.open(folder)
        for change, _ in itertools.islice(changes.script(seed, first), n):
            change(own)

    def look():
        require(found(index) == first == changes.read(index), "an index that was opened has changed")
        require(found(CosineIndex.open(folder)) in states, "a reader saw a state that never was")

    pid = in_a_process(write)
    in_threads(look, changes.SECONDS_OF_WRITING)
    require(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, "the writer failed beside readers")
    require(changes.read(CosineIndex.open(folder, verify=True)) == states[-1], "the last state is another")


def threads_beside_a_change(rng, scratch):
    seed, n = rng.random(), rng.randrange(5, 40)
    first = changes.saved(scratch / "index", seed)
    index = CosineIndex.open(scratch / "index") if rng.random() < 0.5 else CosineIndex().fit(list(first.values()))
    steps = list(itertools.islice(changes.script(seed, first), n))
    states, failed = [first, *(state for _, state in steps)], []

    def write():
        try:
            for change, _ in steps:
                change(index)
        except Exception as error:
            failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    in_threads(lambda: require(found(index) in states, "a search saw two states at once"), changes.SECONDS_OF_WRITING)
    writer.join()
    require(not failed, f"a change failed beside searches: {failed}")
    require(found(index) == states[-1] == changes.read(index), "the last state is another")


def two_writers(rng, scratch):
    folder = scratch / "index"
    first, end = changes.saved(folder, rng.random()), time.monotonic() + changes.SECONDS_OF_WRITING

    def write(name, seed, most):
        index, moments, done = CosineIndex.open(folder), random.Random(seed), {}
        for number in range(most):
            if time.monotonic() > end:
                break
            new = {name + number: changes.sentence(moments)}
            try:
                index.add(list(new.values()), ids=list(new))
                done |= new
                if moments.random() < 0.2:
                    index.compact()
            except BlockingIOError:
                time.sleep(moments.random() * 0.01)
        return done

    seed, most = rng.random(), 1000
    told, tell = os.pipe()
    pid = in_a_process(lambda: os.write(tell, " ".join(map(str, write(1000, seed, most))).encode()))
    ours = write(100_000, seed + 1, most)
    require(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, "a writer failed beside another")
    os.close(tell)
    with os.fdopen(told) as file:
        theirs = {int(each) for each in file.read().split()}
    left = changes.read(CosineIndex.open(folder, verify=True))
    require(first.items() | ours.items() <= left.items(), "a change that was reported done is not there")
    require(set(left) == {*first, *ours, *theirs}, "there are other documents than were added")


KIND = Kind(prepare, attempt, short=5)
