"""Averages of word vectors with each word's share, sequences of word numbers, and steps that nothing is known of."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import scipy.sparse as sp

from textvec._common.counted import counted
from textvec.encoders.column_names import keeps_columns
from textvec.encoders.pipeline_steps import unlabelled
from textvec.text.tokens import Tokens
from textvec.tracing.analysis import analysed
from textvec.tracing.formulas import shown
from textvec.tracing.items import Item, TraceStep
from textvec.tracing.pruning import absence
from textvec.tracing.state import State, Told
from textvec.tracing.terms import rows_of
from textvec.tracing.token_steps import cut_already, tell_tokenizer

_CORNER = 5  # numbers of a row that are shown of a matrix whose columns have no meaning of their own


def tell_embedding(name: str, step: Any, state: State, after: Any) -> Told:
    """Tell what an `EmbeddingVectorizer` did: which words have a vector, and what each gives to the average.

    The share of a word is the part of the vector's squared length that it gives: with p what the word gives to the
    vector v, (p · v) / (v · v). Shares add up to 1.
    """
    told_before: list[TraceStep] = []
    if not state.are_cut:
        told_before, state = tell_tokenizer(name, step._tokenizer(), state, step._tokens(state.content))
    pooling = step._pooling
    about = [f"The vectors of the words, pooled by {pooling!r}: {after.shape[1]:,} numbers for each text."]
    items = []
    for i, some in enumerate(state.items):
        try:
            words, parts = (
                step._word_parts(Tokens.from_lists([[item.text for item in some]])) if some else ([], np.zeros((0, 1)))
            )
            share_of: dict[str, float | None] = dict(zip(words, _shares(parts), strict=True))
            about_share = "share = (p · v) / (v · v), p: what a word gives, for all its occurrences, to the vector v"
        except ValueError:  # the largest of each dimension is no sum over words
            share_of = {item.text: None for item in some if _has_vector(step, item.text)}
            about_share = f"{pooling!r} takes numbers of single words, so that no word has a share."
        if i == 0:
            about.append(about_share)
        items.append(_pooled(some, share_of, step))
    unknown = {
        "skip": "as if they had not been written",
        "zero": "they count as zeros",
        "subword": "made of the vectors of their parts",
    }.get(step.unknown, step.unknown)
    told = TraceStep(name, type(step).__name__, "Average of word vectors", about, items, output=after)
    told.about.append(f"Words without a vector: {unknown}.")
    told.results = _corners(step, after)
    for some, lines in zip(items, told.results, strict=True):
        if not any(item.kept for item in some):
            has_some = any(_has_vector(step, item.text) for item in some)
            why = "What texts have in common is all there is" if has_some else "No word has a vector"
            lines.insert(0, f"{why}: the row is all zeros.")
    return Told([*told_before, told], state.after(after, items))


def _shares(parts: Any) -> list[float]:
    whole = parts.sum(axis=0)
    length = float(whole @ whole)
    return (parts @ whole / length).tolist() if length else [0.0] * len(parts)


def _has_vector(step: Any, word: str) -> bool:
    return step.unknown == "subword" or word in step.vectors_


def _pooled(some: list[Item], share_of: dict[str, float | None], step: Any) -> list[Item]:
    counts = Counter(item.text for item in some)
    words: dict[str, list[int]] = {}
    for item in some:
        words.setdefault(item.text, []).extend(item.words)
    # What the sum is divided by, as in `_pooling.word_parts`: how many words there are, or with TF-IDF their weights.
    divides = [word for word in counts if step.unknown != "skip" or _has_vector(step, word)]
    if step._pooling in ("mean", "tfidf"):
        whole = f"of {shown(sum(counts[word] * step.word_weights_[word] for word in divides))}"
    else:
        whole = f"/ {counted(sum(counts[word] for word in divides), 'word')}"
    items = []
    for word, sources in words.items():
        if word not in share_of:
            why = "nothing but what texts have in common" if _has_vector(step, word) else "it has no vector"
            items.append(Item(word, tuple(sources), kept=False, why=why))
            continue
        weight, share = step.word_weights_[word], share_of[word]
        times = f"{counts[word]} × " if counts[word] > 1 else ""
        why = "" if share is None else f"weight {times}{shown(weight)} {whole}"
        items.append(Item(word, tuple(sources), value=share, why=why))
    return items


def tell_sequence(name: str, step: Any, state: State, after: Any) -> Told:
    """Tell what a `SequenceEncoder` did: the number of each word, what was cut off, where it padded."""
    from textvec.vectorizers import CountVectorizer

    names = ("lowercase", "strip_accents", "stop_words", "token_pattern", "missing")
    analyzer = CountVectorizer(**{each: getattr(step, each) for each in names if hasattr(step, each)})
    fitted_on = state.fitted_on
    steps, state = analysed(name, analyzer, state)
    for each in steps:
        each.kind = type(step).__name__
    why, length, number_of = absence(step, fitted_on), step.max_length_, step.vocabulary_
    items, results = [], []
    for some in state.items:
        n = len(some)
        first, last = (max(n - length, 0), n) if step.truncating == "pre" else (0, min(n, length))
        padding = length - (last - first)
        offset = padding if step.padding == "pre" else 0
        found = []
        for i, item in enumerate(some):
            if not first <= i < last:
                found.append(item._replace(kept=False, why=f"cut off: a row has {length:,} places"))
                continue
            number = number_of.get(item.text)
            reason = "" if number is not None else why(item.text) + ": number 1"
            place = offset + i - first
            found.append(item._replace(value=float(1 if number is None else number), column=place, why=reason))
        items.append(found)
        side = "before" if step.padding == "pre" else "after"
        results.append([f"{padding:,} zeros {side} the words fill the row." if padding else "No padding."])
    about = [f"Each word becomes its number; 0 is padding, 1 an unknown word. Rows have {length:,} places."]
    told = TraceStep(name, type(step).__name__, "Sequence", about, items, results, output=after)
    return Told([*steps, told], state.after(after, items))


def tell_unknown(name: str, step: Any, state: State, after: Any) -> Told:
    """Tell of a step that nothing is known of: what came in, and what came out."""
    kind = type(step).__name__
    about = [f"In: {_shape(state.content)}. Out: {_shape(after)}."]
    words = _as_documents(after)
    if words is not None and state.are_cut:
        items = [
            [Item(word, known.get(word, ())) for word in some] for some, known in zip(words, state.named, strict=True)
        ]
        told = TraceStep(name, kind, "Words", about, items, output=after)
        return Told([told], state.after(after, items))
    if words is not None:  # it has cut the texts in a way of its own
        _, found, items = cut_already(words)
        told = TraceStep(name, kind, "Words", about, items, output=after)
        return Told(
            [told], state.after(after, items, words=[[w._replace(start=None, end=None) for w in f] for f in found])
        )
    if not hasattr(after, "shape") or len(after.shape) != 2:
        told = TraceStep(name, kind, kind, about, [], [[str(each)[:200]] for each in after], after)
        if all(isinstance(each, str) for each in after):  # they are cut anew
            return Told([told], State(state.given, list(after), after))
        return Told([told], State(state.given, state.texts, after, state.words, [], state.named))
    if state.columns and (hasattr(step, "get_support") or keeps_columns(step)):
        return _same_columns(name, step, state, after, about)
    told = TraceStep(name, kind, kind, about, [], _corners(step, after), after)
    return Told([told], State(state.given, state.texts, after, state.words, [], state.named))


def _same_columns(name: str, step: Any, state: State, after: Any, about: list[str]) -> Told:
    """Tell of a step that selects columns, or changes the numbers in them."""
    kept = step.get_support(indices=True).tolist() if hasattr(step, "get_support") else range(after.shape[1])
    place = {old: new for new, old in enumerate(kept)}
    items = []
    for some, row in zip(state.items, rows_of(after), strict=True):
        found = []
        for item in some:
            if item.column not in place:
                found.append(item._replace(kept=False, why="its column was not selected", value=None))
            else:
                column = place[item.column]
                found.append(item._replace(column=column, value=float(row.get(column, 0))))
        items.append(found)
    told = TraceStep(name, type(step).__name__, type(step).__name__, about, items, output=after)
    return Told([told], state.after(after, items))


def _as_documents(content: Any) -> list[list[str]] | None:
    """Return documents as lists of words, if that is what they are."""
    if not isinstance(content, Tokens | list):
        return None
    documents = list(content)
    is_cut = documents and all(
        isinstance(each, list | tuple) and all(isinstance(word, str) for word in each) for each in documents
    )
    return [list(each) for each in documents] if is_cut else None


def _shape(content: Any) -> str:
    if hasattr(content, "shape") and len(content.shape) == 2:
        kind = "sparse matrix" if sp.issparse(content) else "table" if hasattr(content, "columns") else "matrix"
        return f"{kind} of {content.shape[0]:,} × {content.shape[1]:,}"
    kind = type(content).__name__
    return f"{kind} of {len(content):,}" if hasattr(content, "__len__") else kind


def _corners(step: Any, matrix: Any) -> list[list[str]]:
    """Return the first numbers of each row with the names of their columns, where they have some."""
    plain = unlabelled(matrix)
    n = min(plain.shape[1], _CORNER)
    corner = plain[:, :n].toarray() if sp.issparse(plain) else np.asarray(plain)[:, :n]
    try:
        names = list(map(str, step.get_feature_names_out()))[:n]
    except (AttributeError, ValueError, TypeError):
        names = [f"column {i}" for i in range(n)]
    more = ", …" if plain.shape[1] > n else ""
    rows = []
    for row in corner.tolist():
        numbers = [shown(each) if isinstance(each, int | float) else str(each) for each in row]
        rows.append([", ".join(f"{name} {number}" for name, number in zip(names, numbers, strict=False)) + more])
    return rows
