"""Which characters of a text made character n-grams: those that the n-gram stands on.

What a vectorizer does to a text before it cuts it, lower case and base letters, is done to each character alone, so
that it is known where each came from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from textvec.encoders.column_names import column_names, parts_of_union, traced
from textvec.explanation.highlights import ColumnWeights, Mark, runs

Origins = list[int]  # of each character of a cut text, which character of the text it came from; -1 for padding


def highlight_characters(
    encoder: Any, text: str, weights: ColumnWeights, others: Callable[[ColumnWeights], list[Mark]]
) -> list[Mark]:
    """Find the characters that make columns: those of a character n-gram, or the words of any other column.

    Parameters
    ----------
    encoder : fitted transformer or Pipeline
    text : str
    weights : dict of int to float
        What each column gave.
    others : function
        What finds the columns that are no character n-grams: `highlight_columns` for the encoder and the text.

    Returns
    -------
    list of Mark
        In the order of the text, without overlaps. A character has what all the n-grams gave that stand on it.
    """
    given = np.zeros(len(text))
    left = dict(weights)
    columns = np.array(sorted(weights), np.intp)
    for vectorizer, term_of in _vectorizers(encoder, columns, columns):
        pieces = _pieces(vectorizer, text)
        if pieces is None:
            continue
        for column, term in term_of.items():
            on = {at for piece, origins in pieces for at in _occurrences(term, piece, origins)}
            if on:
                given[sorted(on)] += left.pop(column)
    for mark in others(left):
        given[mark.start : mark.end] += mark.contribution
    return runs(given)


def _vectorizers(encoder: Any, columns: Any, within: Any) -> Iterator[tuple[Any, dict[int, str]]]:
    """Yield the vectorizers that cut the text itself into character n-grams, and the terms of their columns.

    Columns are numbered as they come to the classifier; `within` numbers them as they come from the encoder.
    """
    (last, *others), within = traced(encoder, within)
    if others:
        return
    if hasattr(last, "transformer_list"):
        for _, part, first, end in parts_of_union(last):
            of_part = (within >= first) & (within < end)
            yield from _vectorizers(part, columns[of_part], within[of_part] - first)
    elif getattr(last, "analyzer", None) in ("char", "char_wb") and hasattr(last, "vocabulary_"):
        yield last, dict(zip(columns.tolist(), column_names(last, within), strict=True))


def _pieces(vectorizer: Any, text: str) -> list[tuple[str, Origins]] | None:
    """Return what a vectorizer takes n-grams of, and where it comes from; None if that is not known."""
    preprocess = vectorizer.build_preprocessor()
    single = {character: preprocess(character) for character in set(text)}
    folded = "".join(single[character] for character in text)
    if folded != preprocess(text):  # a character depends on its neighbours, as the last sigma of a word does
        return None
    origins = [i for i, character in enumerate(text) for _ in single[character]]
    if vectorizer.analyzer == "char_wb":
        found = re.finditer(r"\S+", folded)  # as str.split, but for a few separators that are neither
        return [(f" {m[0]} ", [-1, *origins[m.start() : m.end()], -1]) for m in found]
    kept = np.ones(len(folded), bool)  # white space counts as one space
    spaced = list(folded)
    for match in re.finditer(r"\s\s+", folded):
        spaced[match.start()] = " "
        kept[match.start() + 1 : match.end()] = False
    return [("".join(c for c, keep in zip(spaced, kept, strict=True) if keep), np.array(origins)[kept].tolist())]


def _occurrences(term: str, piece: str, origins: Origins) -> Iterator[int]:
    """Yield the characters of the text that a term stands on in a piece."""
    at = piece.find(term)
    while at >= 0:
        yield from (i for i in origins[at : at + len(term)] if i >= 0)
        at = piece.find(term, at + 1)
