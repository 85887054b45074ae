"""Ctrl-C at any moment of every long call: it ends soon with KeyboardInterrupt, and nothing is half done.

An estimator or index that was fitted before answers as before, a file or folder that was there holds what it held, one
that was not there is not, and no draft stays. The command ends with exit code 130, and without a traceback.
"""

import os
import signal
import sys
import time
import traceback
from copy import deepcopy

import numpy as np
from sklearn.base import clone

import textvec
from fuzz.harness import Kind, require
from support.estimators import ESTIMATORS, TEXTS, label, learnt, of, same
from support.saved_indexes import files
from textvec import CosineIndex, Word2Vec, WordVectors
from textvec.cli.main import main
from textvec.similarity import DamagedIndexError, find_duplicates, similarity_matrix

CPU_SECONDS = 4  # that a call may go on after Ctrl-C, of all its threads: what people take for a program that hangs
MANY = [f"{text} {number}" for number in range(8) for text in TEXTS]
DELAYS = [0.0, 0.005, 0.02, 0.1, 0.3]
LABELS = ["a", "b"] * (len(MANY) // 2 + 1)


def prepare(folder):
    estimators = [each for each in ESTIMATORS if not label(each).startswith("Word2Vec")]
    fitted = [learnt(each, TEXTS, LABELS[: len(TEXTS)]) for each in estimators]
    rows = np.random.default_rng(0).standard_normal((3000, 50))
    (folder / "documents.txt").write_text("\n".join(text.replace("\n", " ") for text in MANY), encoding="utf-8")
    index = CosineIndex().fit(MANY)
    index.save(folder / "index")
    return {
        "fitted": fitted,
        "index": index,
        "folder": folder,
        "vectors": WordVectors([f"w{n}" for n in range(len(rows))], rows),
    }


def attempt(rng, prepared, scratch):
    rng.choice([estimator, estimator, training, in_memory, written, written, opened, command])(rng, prepared, scratch)


def interrupted(rng, call):
    """Call and press Ctrl-C after a while; return whether the call was ended by it, and what it returned."""
    pressed, waits = [], True

    def press(*_):
        if waits:
            pressed[:] = [time.process_time()]
            raise KeyboardInterrupt

    def press_again(lost):  # Python loses an exception in `__del__` or the callback of a weak reference
        if lost.exc_type is KeyboardInterrupt:
            signal.setitimer(signal.ITIMER_REAL, 1e-3)

    sys.unraisablehook = press_again
    signal.signal(signal.SIGALRM, press)
    signal.setitimer(signal.ITIMER_REAL, rng.choice(DELAYS) + 0.01 * rng.random() + 1e-4)
    result, ended = None, False
    try:
        try:
            result = call()
            waits = False
        except KeyboardInterrupt:
            ended, waits = True, False
    finally:  # an error of the call included
        waits = False
        signal.setitimer(signal.ITIMER_REAL, 0)
    went_on = time.process_time() - pressed[0] if pressed else 0.0
    require(went_on < CPU_SECONDS, f"the call went on for {went_on:.1f} s of work after Ctrl-C")
    return ended, result


def estimator(rng, prepared, scratch):
    """What was fitted before answers after an interrupted fit or transform as it did."""
    original = rng.choice(prepared["fitted"])
    fitted = deepcopy(original)
    methods = [name for name in ("fit", "fit_transform", "transform", "partial_fit") if hasattr(fitted, name)]
    method = rng.choice(methods[:3] if getattr(fitted, "max_features", None) else methods)
    known, many = of(fitted, TEXTS[:20]), of(fitted, MANY)
    before, names = fitted.transform(known), set(vars(fitted))
    y = [] if method == "transform" else [LABELS[: len(MANY)]]
    ended, _ = interrupted(rng, lambda: getattr(fitted, method)(many, *y))
    if not ended and method != "transform":
        return
    require(set(vars(fitted)) == names, f"{label(fitted)}.{method} was interrupted, and left attributes")
    if not same(fitted.transform(known), before):  # then it must be as if there had been no interruption
        whole = deepcopy(original)
        getattr(whole, method)(many, *y)
        require(same(fitted.transform(known), whole.transform(known)), f"{label(fitted)}.{method} was done by half")


def training(rng, prepared, scratch):
    """Word2Vec ends early with what it has learnt, or is as before; it has many vectors to train, for hours."""
    model = Word2Vec(20, epochs=100_000, min_count=1, random_state=0, threads=rng.choice([1, 2]), sg=rng.choice([0, 1]))
    ended, result = interrupted(rng, lambda: clone(model).fit(TEXTS))
    if not ended:
        require(np.isfinite(result.vectors_.vectors).all(), "training ended early, and vectors hold what is no number")
        result.transform(TEXTS[:3])


def in_memory(rng, prepared, scratch):
    """Calls that only return something: the next one does its work as ever."""
    index, vectors = prepared["index"], prepared["vectors"]
    calls = [
        lambda: index.search(MANY),
        lambda: index.search_by_id(list(index)),
        lambda: find_duplicates(MANY, threshold=0.3),
        lambda: similarity_matrix(TEXTS * 3),
        lambda: [vectors.most_similar(word) for word in vectors],
        lambda: CosineIndex("precomputed").fit(vectors.vectors).search(vectors.vectors),
    ]
    interrupted(rng, rng.choice(calls))
    require(index.search(["good food"], k=3)[0], "the index is of no more use")


def written(rng, prepared, scratch):
    """A file or folder is there whole, or as it was before."""
    model, vectors, index = prepared["fitted"][0], prepared["vectors"], prepared["index"]
    name = rng.choice(["model.textvec", "vectors.vec", "vectors.npy", "vectors.txt.gz", "index"])
    path = scratch / name

    def write():
        if name == "index":
            index.save(path, overwrite=True)
        elif name == "model.textvec":
            textvec.save(model, path)
        else:
            vectors.write(path)

    if rng.random() < 0.5:
        write()
    before = contents(scratch)
    ended, _ = interrupted(rng, write)
    left = [each for each in files(scratch) if each.endswith(".tmp") or ".tmp/" in each]
    require(not left, f"{name} was interrupted, and {left} is left")
    if ended and name != "index" and contents(scratch) != before:
        require(set(contents(scratch)) - set(before) <= {name, "vectors.vocab"} or before, f"left: {files(scratch)}")
    if path.exists():
        if name == "index":
            require(len(CosineIndex.open(path, verify=True)) == len(index), "the index has lost documents")
        elif name == "model.textvec":
            textvec.load(path)
        else:
            require(len(WordVectors.read(path)) == len(vectors), "the file has lost words")


def contents(folder):
    return {name: (folder / name).read_bytes() for name in files(folder)}


def opened(rng, prepared, scratch):
    """A change of an index on disk is made, or is not."""
    folder = scratch / "index"
    prepared["index"].save(folder)
    index = CosineIndex.open(folder).delete([0])
    n, more = len(index), MANY[:500]
    change, new = rng.choice(
        [
            (lambda: index.add(more), n + len(more)),
            (lambda: index.delete(list(index)[:100]), n - 100),
            (lambda: index.update(more[:5], ids=[1, 2, 3, 4, 5]), n),
            (index.compact, n),
        ]
    )
    ended, _ = interrupted(rng, change)
    try:
        there = len(CosineIndex.open(folder, verify=True))
    except DamagedIndexError as error:
        raise AssertionError(f"an interrupted change damaged the index: {error}") from error
    require(there in ((n, new) if ended else (new,)), f"{there} documents are there, not {n} or {new}")
    require(index.search(["good food"], k=3)[0], "the index is of no more use")
    require(len(index.delete(max(index))) == there - 1, "the next change begins from another state")


def command(rng, prepared, scratch):
    """The command, in a copy of this process, ends with 130, no traceback and no half-written index."""
    folder, documents = scratch / "index", prepared["folder"] / "documents.txt"
    arguments = rng.choice(
        [
            ["index", "build", documents, "-o", folder],
            ["similar", "good food", documents],
            ["similar", "good food", "--index", prepared["folder"] / "index", "-k", "1000"],
        ]
    )
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        for number in (0, 1, 2):
            os.dup2(tell, number)
        sys.stdout, sys.stderr = (open(number, "w", closefd=False) for number in (1, 2))  # noqa: SIM115
        signal.signal(signal.SIGINT, signal.default_int_handler)
        code = 1
        try:
            os.write(tell, b"begun\n")
            main(["--debug", *map(str, arguments)])
        except SystemExit as end:
            code = end.code
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(tell)
    with os.fdopen(told, "rb") as file:
        file.readline()
        time.sleep(0.01 + rng.choice(DELAYS) + 0.01 * rng.random())
        os.kill(pid, signal.SIGINT)
        said = file.read().decode(errors="replace")
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    require(code in (0, 130), f"exit code {code}: {said[-2000:]}")
    require("Traceback" not in said, f"a traceback at Ctrl-C: {said[-2000:]}")
    if folder.exists():
        require(len(CosineIndex.open(folder, verify=True)) == len(MANY), "the index has lost documents")
    require([path.name for path in scratch.iterdir()] in ([], ["index"]), "a draft is left")


KIND = Kind(prepare, attempt, short=15, megabytes=2048)
