"""From words to the columns of a matrix: one-hot, counts, TF-IDF, hashes; and from counts to other weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp

from textvec.encoders.column_names import column_names
from textvec.encoders.pipeline_steps import unlabelled
from textvec.tracing import formulas
from textvec.tracing.analysis import analysed
from textvec.tracing.items import Item, TraceStep
from textvec.tracing.pruning import absence
from textvec.tracing.state import State, Teller, Told

Rows = list[dict[int, float]]
About = Callable[[Any], list[str]]
Fill = Callable[[Any, Mapping[int, float]], dict[int, str]]


def rows_of(matrix: Any) -> Rows:
    """Return for each row of a matrix the values that are not zero, by column."""
    matrix = sp.csr_matrix(unlabelled(matrix))
    ends = matrix.indptr.tolist()
    columns, values = matrix.indices.tolist(), matrix.data.tolist()
    return [{c: v for c, v in sorted(zip(columns[a:b], values[a:b], strict=True)) if v} for a, b in pairwise(ends)]


def tell_counts(name: str, step: Any, state: State, after: Any) -> Told:
    """Tell what a `CountVectorizer`, a `OneHotVectorizer` or a `TfidfVectorizer` did."""
    kind, counter = type(step).__name__, getattr(step, "_counter", step)
    fitted_on = state.fitted_on
    steps, state = analysed(name, counter, state)
    for each in steps:
        each.kind = kind  # a OneHotVectorizer has a counter within
    weighs = hasattr(step, "_tfidf")
    n = after.shape[1]
    binary = kind == "OneHotVectorizer" or bool(getattr(counter, "binary", False))
    why = absence(counter, fitted_on)
    rows = rows_of(after)
    names = _names(step, rows)
    items = [
        _counted(some, {names[c]: c for c in row}, binary, why) for some, row in zip(state.items, rows, strict=True)
    ]
    if not weighs:  # a subclass may do more than to count
        items = [
            [item if item.column is None else item._replace(value=row[item.column]) for item in some]
            for some, row in zip(items, rows, strict=True)
        ]
    title = "One-hot" if kind == "OneHotVectorizer" else "Counts"
    about = [
        f"The vocabulary has {n:,} terms, and the matrix a column for each.",
        "A term that is there counts once." if binary else "Counted is how often each term is in the text.",
    ]
    counts = TraceStep(name, kind, title, about, items, output=None if weighs else after)
    counts.results = [_empty(row, n) for row in rows]
    told = state.after(after, items, columns=True)
    if not weighs:
        return Told([*steps, counts], told)
    weighed = _weighed(name, step, told, after, formulas.about_tfidf(step), formulas.tfidf)
    return Told([*steps, counts, *weighed.steps], weighed.state)


def _names(step: Any, rows: Rows) -> dict[int, str]:
    columns = sorted({column for row in rows for column in row})
    return dict(zip(columns, column_names(step, np.array(columns, np.intp)), strict=True)) if columns else {}


def _counted(some: list[Item], column_of: Mapping[str, int], binary: bool, why: Callable[[str], str]) -> list[Item]:
    """Return an item for each distinct term of a text: known ones by their columns, the others dropped."""
    words: dict[str, list[int]] = {}
    counts: Counter[str] = Counter()
    for item in some:
        words.setdefault(item.text, []).extend(item.words)
        counts[item.text] += 1
    items = []
    for term, sources in words.items():
        distinct = tuple(dict.fromkeys(sources))
        if term in column_of:
            count = 1.0 if binary else float(counts[term])
            items.append(Item(term, distinct, value=count, column=column_of[term]))
        else:
            items.append(Item(term, distinct, kept=False, why=why(term)))
    return items


def _empty(row: Mapping[int, float], n: int) -> list[str]:
    known = f"{len(row)} of {n:,} columns are not zero."
    return [known if row else "No term is known: the row is all zeros."]


def tell_hashes(name: str, step: Any, state: State, after: Any) -> Told:
    """Tell what a `HashingVectorizer` did: the column and the sign of each term."""
    from sklearn.utils import murmurhash3_32

    steps, state = analysed(name, step, state)
    rows = rows_of(after)
    about = [
        f"column = |h| mod {step.n_features:,}, h: the 32-bit MurmurHash3 of the term",
        "sign: that of h" if step.alternate_sign else "sign: always +",
    ]
    if step.norm:
        about.append(f"value = sum of the signed counts / norm ({step.norm})")
    items = []
    for some, row in zip(state.items, rows, strict=True):
        found = []
        counted = {item.text: item for item in _counted(some, {item.text: 0 for item in some}, step.binary, str)}
        hashes = {term: murmurhash3_32(term, seed=0) for term in counted}
        column_of = {term: abs(h) % step.n_features for term, h in hashes.items()}
        shared = Counter(column_of.values())
        for term, item in counted.items():
            column = column_of[term]
            sign = "−" if step.alternate_sign and hashes[term] < 0 else "+"
            note = f"column {column:,}, sign {sign}, count {formulas.shown(item.value or 0)}"
            if shared[column] > 1:
                note += "; it shares the column"
            found.append(item._replace(column=column, value=row.get(column, 0.0), why=note))
        items.append(found)
    told = TraceStep(name, type(step).__name__, "Hashes", about, items, output=after)
    told.results = [_empty(row, after.shape[1]) for row in rows]
    state = state.after(after, items, columns=True)
    for known, some in zip(state.named, items, strict=True):  # a search names the columns, which are of several terms
        for item in some:
            column = f"column {item.column}"
            known[column] = tuple(sorted({*known.get(column, ()), *item.words}))
    return Told([*steps, told], state)


def teller_of_weights(about: About, filled: Fill) -> Teller:
    """Return what tells of a step that weighs counts, by sentences about its formula and the formula filled in."""
    return lambda name, step, state, after: _weighed(name, step, state, after, about(step), filled)


def tell_naive_bayes(name: str, step: Any, state: State, after: Any) -> Told:
    """Tell what an `NBWeighting` did with counts; with more than two classes each term has a column for each."""
    blocks, n = step.log_count_ratio_.shape
    if step.binary:
        state = state.after(state.content, [[i._replace(value=1.0) for i in some] for some in state.items])
    if blocks > 1:
        items = [
            [
                i._replace(text=f"{label}__{i.text}", column=(i.column or 0) + b * n)
                for b, label in enumerate(step.classes_)
                for i in some
            ]
            for some in state.items
        ]
        state = state.after(state.content, items)
    return _weighed(name, step, state, after, formulas.about_naive_bayes(step), formulas.naive_bayes)


def _weighed(
    name: str,
    step: Any,
    state: State,
    after: Any,
    about: list[str],
    filled: Fill,
) -> Told:
    """Tell of weights that a formula makes of counts: the weights are those of the matrix."""
    if type(step).transform.__module__.partition(".")[0] not in ("textvec", "sklearn"):
        about, filled = ["Weights are computed in a way of their own."], lambda step, counts: {}
    items = []
    for some, row in zip(state.items, rows_of(after), strict=True):
        parts = filled(step, {i.column: i.value for i in some if i.column is not None and i.value is not None})
        items.append([i._replace(value=row.get(i.column or 0, 0.0), why=parts.get(i.column or 0, "")) for i in some])
    told = TraceStep(name, type(step).__name__, "Weights", about, items, output=after)
    return Told([told], state.after(after, items))
