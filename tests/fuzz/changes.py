"""Random changes of an index, and the state that it has after each: what a reader may see of a writer at work."""

import random

from textvec import CosineIndex

WORDS = ["red", "green", "blue", "apple", "pie", "sea", "sun", "rain"]
SECONDS_OF_WRITING = 0.4


def saved(folder, seed=0, n=30):
    """Save an index of some documents; return its state: the documents by their ids."""
    documents = [sentence(random.Random(f"{seed}:{number}")) for number in range(n)]
    CosineIndex().fit(documents).save(folder)
    return dict(enumerate(documents))


def sentence(rng):
    return " ".join(rng.choices(WORDS, k=6))


def read(index):
    """Return the state of an index, which takes reading everything in it."""
    return {id_: index[id_].document for id_ in index}


def script(seed, state):
    """Yield changes without end, each as a function of an index and the state after it."""
    rng, state = random.Random(seed), dict(state)
    next_id = max(state) + 1
    while True:
        how = rng.choice(["add", "add", "update", "delete", "compact"])
        if how == "add":
            documents = [sentence(rng) for _ in range(rng.randrange(1, 4))]
            new = {next_id + number: document for number, document in enumerate(documents)}
            next_id += len(new)
            state = state | new
            yield _adding(new), state
        elif how == "update" and state:
            changed = {id_: sentence(rng) for id_ in rng.sample(sorted(state), min(2, len(state)))}
            state = {id_: document for id_, document in state.items() if id_ not in changed} | changed
            yield _updating(changed), state
        elif how == "delete" and len(state) > 10:
            gone = rng.sample(sorted(state), rng.randrange(1, 4))
            state = {id_: document for id_, document in state.items() if id_ not in gone}
            yield _deleting(gone), state
        else:
            yield CosineIndex.compact, state


def _adding(new):
    return lambda index: index.add(list(new.values()), ids=list(new))


def _updating(changed):
    return lambda index: index.update(list(changed.values()), ids=list(changed))


def _deleting(gone):
    return lambda index: index.delete(gone)
