"""Hostile things for documents and for parameters, through every public transformer and function.

What comes out has as many rows as what went in, or an error says what is wrong. An error changes nothing: a fitted
estimator answers after it as before.
"""

import contextlib
import importlib
import inspect
import re
from copy import deepcopy

import numpy as np
import pandas as pd
import pyarrow as pa
import scipy.sparse as sp
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import textvec
from fuzz.harness import Finding, Kind, Refused, refused_by_name, require
from fuzz.texts import texts, word
from support.estimators import ESTIMATORS, TEXTS, label, of, same, takes_text
from textvec import CosineIndex, Tokens, WordVectors

ROOMS = ("embeddings", "evaluation", "explanation", "preprocessing", "similarity", "text", "vectorizers", "weightings")
NOT_CALLED = {"download", "load", "save"}  # the network and files: other kinds of search
LABELS = ["a", "b"] * 20
KNOWN = TEXTS[:40]


class Unhelpful:
    """A document whose every method fails."""

    def __getattr__(self, name):
        raise ZeroDivisionError(name)


class OwnError(Exception):
    """Of a generator of the user's, which has to come through."""


def failing(rng):
    yield from texts(rng)
    raise OwnError("of the user's generator")


def documents(rng):
    """Return hostile documents, and their number where it is known."""
    few = texts(rng, 4)
    return rng.choice(
        [
            lambda: few,
            lambda: [*few, rng.choice([None, float("nan"), b"\xff", 7, 1.5, True, [], {}, ("a",), Unhelpful(), pd.NA])],
            lambda: [rng.choice([None, float("nan"), b"bytes", 3, ["a", None], [["a"]], {"a": 1}])] * 3,
            lambda: [*few, "\ud800 lone", "\udcff"],
            lambda: rng.choice([None, 5, 1.5, "one text", b"bytes", True, object(), Ellipsis, len, dict, {}, set()]),
            lambda: (text for text in few),
            lambda: failing(rng),
            lambda: iter(few),
            lambda: np.array(few, object),
            lambda: np.array([few, few], object),
            lambda: np.array(rng.choice([[1, 2], [[1.0, np.nan]], [[-1, 2]], [[np.inf]], [], [[]], [[[1]]]])),
            lambda: np.zeros(2, [("a", "U3"), ("b", "f8")]),
            lambda: np.ma.masked_array([1.0, 2.0], [True, False]),
            lambda: pd.Series(few, dtype=object),
            lambda: pd.Series([*few, None], dtype="string"),
            lambda: pd.DataFrame({"a": few, "b": few}),
            lambda: pd.DataFrame({"a": few}).to_records(index=False),
            lambda: pd.DataFrame({"a": few, "b": 1}).itertuples(index=False),
            lambda: pd.Series(few, dtype=object).astype("category"),
            lambda: pa.array(few, pa.string()),
            lambda: pa.chunked_array([few, [None]], pa.string()),
            lambda: pa.table({"a": few}),
            lambda: pa.array([1, 2]),
            lambda: [text.split() for text in few],
            lambda: [[word(rng), rng.choice([None, 3, "", " ", b"a"])] for _ in few],
            lambda: Tokens.from_lists([text.split() for text in few]),
            lambda: sp.csr_matrix(np.array([[0.0, 1.0], [2.0, 0.0]])),
            lambda: sp.coo_matrix(([1.0, np.nan], ([0, 1], [0, 1])), (2, 2)),
            lambda: sp.csr_matrix((3, 0)),
            lambda: [few],
            lambda: ["x" * 300_000],
            lambda: ["a " * 50_000],
            lambda: dict.fromkeys(few, 1),
            lambda: range(3),
            lambda: memoryview(b"abc"),
        ]
    )()


PARAMETERS = [
    None, True, False, 0, 1, -1, 2**31, 2**63, 10**30, 0.0, 0.5, -0.5, 1e308, float("nan"), float("inf"), "",
    "x", "english", b"x", "\ud800", [], ["a", "a"], ["the", None], {}, {"a": 0}, {"a": 5}, {"a": "b"}, {"a",
    "b"}, (1, 2), (2, 1), (0, 0), (1,), ("a", "b"), (1, 2.5), np.array([1, 2]), np.int64(1), np.float32(0.5),
    object(), len, str.split, dict, np.float64, "[", "(a)(b)", "(", "a" * 1000, ["", " "],
]  # fmt: skip
WORK = {
    "epochs",
    "vector_size",
    "n_features",
    "passes",
    "batch_words",
}  # what asks for work or memory gets what it asks for


def prepare(folder):
    fitted = [clone(each).fit(of(each, KNOWN), LABELS) for each in ESTIMATORS]
    index = CosineIndex().fit(KNOWN)
    return {"fitted": [(each, answer(each)) for each in fitted], "index": index, "functions": functions()}


def functions():
    """Return the public functions by their names, and the class that is made of data."""
    found = {}
    for room in [textvec, *(importlib.import_module(f"textvec.{room}") for room in ROOMS)]:
        for name in set(room.__all__) - NOT_CALLED:
            thing = getattr(room, name)
            if inspect.isfunction(thing) or thing is WordVectors:
                found[name] = thing
    return found


def answer(fitted):
    """Return what a fitted estimator answers to what it knows."""
    return fitted.transform(of(fitted, KNOWN[:10]))


def attempt(rng, prepared, scratch):
    how = rng.choice([given, given, parameter, parameter, indexed, called, table])
    how(rng, prepared)


def table(rng, prepared):
    """Give a table of several columns, which is no documents: it is refused, and not read as lists of words."""
    fitted = rng.choice([each for each, _ in prepared["fitted"] if takes_text(each)])
    frame = pd.DataFrame({"a": ["one", *texts(rng, 4)], "b": "other"})
    as_records = rng.choice(
        [
            frame,
            frame.to_records(index=False),
            frame.itertuples(index=False),
            pa.Table.from_pandas(frame),
            frame.to_dict("records"),
            np.array([("x", 1.0)], [("a", "U3"), ("b", "f8")]),
        ]
    )
    tried = deepcopy(fitted)
    with refusals():
        tried.transform(as_records)
        raise Finding(f"{label(tried)} takes a table ({type(as_records).__name__}) for documents")


def given(rng, prepared):
    """Fit or transform hostile documents."""
    fitted, before = rng.choice(prepared["fitted"])
    method = rng.choice(
        [name for name in ("fit", "fit_transform", "transform", "partial_fit") if hasattr(fitted, name)]
    )
    thing = documents(rng)
    sized = hasattr(thing, "__len__") and not isinstance(thing, type)
    n = len(thing) if sized and not sp.issparse(thing) else getattr(thing, "shape", [None])[0]
    y = (
        [rng.choice([LABELS, None, (n or 0) * ["a"], [None], "ab"])]
        if method != "transform" and rng.random() < 0.3
        else []
    )
    tried = deepcopy(fitted)
    try:
        with refusals():
            result = getattr(tried, method)(thing, *y)
    except Refused:
        require(same(answer(tried), before), f"{label(tried)}.{method} was refused, and the estimator is another")
        raise
    if method in ("transform", "fit_transform") and n is not None:
        require(rows(result) == n, f"{label(fitted)}.{method}: {n} documents, and {rows(result)} rows")
    if method == "transform":
        require(same(answer(tried), before), f"{label(tried)}.{method} changed the estimator")


def parameter(rng, prepared):
    """Fit with a hostile parameter; if that is refused, what was fitted before still answers."""
    fitted, before = rng.choice(prepared["fitted"])
    tried, name = deepcopy(fitted), rng.choice(sorted(fitted.get_params(deep=False)) or [None])
    if name is None:
        return
    value, old = rng.choice(PARAMETERS), getattr(fitted, name)
    if name == "dtype" and isinstance(value, str):
        value = value.encode("utf-8", "replace").decode()  # NumPy says nothing clearer of what is no text
    if name in WORK and isinstance(value, int | float) and value > 2**20:
        value = -1
    learnt = False
    try:
        with refusals():
            tried.set_params(**{name: value}).fit(of(tried, KNOWN), LABELS)
            learnt = True
            result = tried.transform(of(tried, KNOWN))
    except Refused as refusal:
        tried.set_params(**{name: old})
        changed = not learnt and not same(answer(tried), before)
        require(not changed, f"{label(fitted)}({name}={value!r:.50}) was refused, and it is another")
        require(len(str(refusal)) > 20, f"{label(fitted)}({name}={value!r:.50}): {refusal}")
        raise
    require(rows(result) == len(KNOWN), f"{label(fitted)}({name}={value!r:.50}): {rows(result)} rows")


def indexed(rng, prepared):
    """Give an index hostile documents, ids, metadata, queries and numbers."""
    index = deepcopy(prepared["index"])
    before, thing = list(index), documents(rng)
    odd = rng.choice([None, None, thing, PARAMETERS, ["a"], [1, "a"], [1.5], [True], [2**70], range(10**6)])
    calls = [
        lambda: index.fit(thing, ids=odd),
        lambda: index.add(KNOWN[:3], metadata=odd),
        lambda: index.add(thing, ids=odd),
        lambda: index.update(thing, ids=odd or [1, 2]),
        lambda: index.delete(odd),
        lambda: index.search(thing),
        lambda: index.search(["food"], k=rng.choice(PARAMETERS)),
        lambda: index.search(["food"], min_score=rng.choice(PARAMETERS)),
        lambda: index.search(["food"], where=rng.choice(PARAMETERS)),
        lambda: index.search_by_id(odd),
        lambda: index.explain(rng.choice([thing, "food"]), rng.choice([0, odd])),
    ]
    number = rng.randrange(len(calls))
    try:
        with refusals(KeyError):
            calls[number]()
    except Refused:
        require(list(index) == before, "the index was changed by what was refused")
        require(index.search(["food"], k=2), "the index is of no more use")
        raise


def called(rng, prepared):
    """Call a public function with hostile arguments, as many as it must have."""
    name = rng.choice(sorted(prepared["functions"]))
    function = prepared["functions"][name]
    with contextlib.suppress(ValueError):
        wanted = inspect.signature(function).parameters.values()
        needed = [p for p in wanted if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        arguments = [rng.choice([documents(rng), rng.choice(PARAMETERS), "a text", KNOWN[:4]]) for _ in needed]
        with refusals(KeyError):
            repr(function(*arguments))


@contextlib.contextmanager
def refusals(*also):
    """Take for a refusal what says what is wrong, as `re` and codecs do, too, and what the user's own code raises."""
    try:
        with refused_by_name(also=(NotFittedError, OwnError, UnicodeDecodeError, re.error, *also)):
            yield
    except ZeroDivisionError as error:
        if "division" in str(error):
            raise
        raise Refused("the document's own error") from error


def rows(result):
    return result.shape[0] if hasattr(result, "shape") else len(result)


KIND = Kind(prepare, attempt, short=150, seconds=60)
