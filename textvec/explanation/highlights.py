"""Which characters of a text made a contribution.

Steps of an encoder may lower-case, stem, drop, join and hash words, so that a feature does not tell which words it came
from. So it is tried out: each distinct word of the text goes through the encoder alone, and is marked with what its
features gave. If features are left that no single word has, such as bigrams, words in a row go through it together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from textvec.encoders.pipeline_steps import steps_of, transformed, unlabelled

if TYPE_CHECKING:
    from textvec.text.tokens import Tokens

# How many words in a row a step before the vectorizer, such as Phrases, may have joined to one. Words of longer
# entities are not found; each further word costs a pass of the text through the encoder.
_MAX_JOINED_WORDS = 3

ColumnWeights = Mapping[Any, float]
Features = Callable[[list[Any]], list[set[Any]]]  # documents to the features of each


class Mark(NamedTuple):
    """Characters of a text that gave something to a score.

    Attributes
    ----------
    start, end : int
        Where they begin and end in the text; or in the words with spaces between, of a document that is a list.
    contribution : float
        What the terms gave that they belong to, for all their occurrences together.
    """

    start: int
    end: int
    contribution: float


class _Piece(NamedTuple):
    """Characters that may be a word, as they are encoded alone: text, or a list of one word."""

    start: int
    end: int
    content: Any


def as_text(document: Any) -> str:
    """Return a document as text: words with spaces between, nothing for one that is not known."""
    if document is None:
        return ""
    return document if isinstance(document, str) else " ".join(map(str, document))


def highlight_columns(encoder: Any, document: Any, weights: ColumnWeights) -> list[Mark]:
    """Find the words that make columns of sparse vectors.

    Parameters
    ----------
    encoder : fitted transformer or Pipeline
        Words of others, such as functions, are not looked for.
    document : str, list of str or None
    weights : dict of int to float
        What each column gave.

    Returns
    -------
    list of Mark
        In the order of the text, without overlaps.
    """
    steps = [_without_names(step) for step in steps_of(encoder)]
    if not all(hasattr(step, "transform") and getattr(step, "input", "content") == "content" for step in steps):
        return []
    return _highlight(document, weights, partial(_columns_of, steps), partial(_are_kept, steps), _longest(steps))


def highlight_words(encoder: Any, document: Any, weights: ColumnWeights) -> list[Mark]:
    """Find the words that an EmbeddingVectorizer, perhaps at the end of a Pipeline, has vectors of.

    Parameters
    ----------
    encoder : EmbeddingVectorizer or Pipeline
        Fitted.
    document : str or list of str
    weights : dict of str to float
        What each word gave.

    Returns
    -------
    list of Mark
        In the order of the text, without overlaps.
    """
    *steps, vectorizer = steps_of(encoder)
    features = partial(_words_of, steps, vectorizer._tokens)
    return _highlight(document, weights, features, partial(_are_kept, steps), _MAX_JOINED_WORDS)


def find_unknown(encoder: Any, text: str, known: list[Mark]) -> list[Mark]:
    """Find the words of a text that no feature stands on, but not those that the encoder drops, such as stop words.

    Parameters
    ----------
    encoder : fitted transformer or Pipeline
    text : str
    known : list of Mark
        What the features of the text stand on.

    Returns
    -------
    list of Mark
        With contributions of zero.
    """
    steps = steps_of(encoder)
    covered = np.zeros(len(text), bool)
    for mark in known:
        covered[mark.start : mark.end] = True
    words = [p for piece in _pieces(text) for p in _parts(piece) if not covered[p.start : p.end].any()]
    distinct = list(dict.fromkeys(word.content for word in words))
    if distinct and hasattr(steps[-1], "_tokens"):
        kept = steps[-1]._tokens(transformed(distinct, steps[:-1])).lengths > 0
    else:
        kept = _are_kept(steps, distinct) if distinct else []
    is_kept = dict(zip(distinct, kept, strict=True))
    return [Mark(word.start, word.end, 0.0) for word in words if is_kept[word.content]]


def words_in(text: str) -> dict[str, list[tuple[int, int]]]:
    """Return the words of a text, without the punctuation around them and in lower case, and where each stands."""
    places: dict[str, list[tuple[int, int]]] = {}
    for piece in _pieces(text):
        start, end = _trimmed(piece)
        places.setdefault(text[start:end].casefold(), []).append((start, end))
    return places


def _highlight(
    document: Any, weights: ColumnWeights, features: Features, are_kept: Callable[[list[Any]], list[bool]], longest: int
) -> list[Mark]:
    """Mark what has the features that have weights: pieces alone first, then up to `longest` of them in a row."""
    if document is None or not weights:
        return []
    given = np.zeros(len(as_text(document)))
    pieces = list(_pieces(document))
    parts = [list(_parts(piece)) for piece in pieces]
    found = _lookup([*pieces, *(part for some in parts for part in some)], weights.keys(), features)
    missing = set(weights)
    for piece, some in zip(pieces, parts, strict=True):
        rest = found[_key(piece)]
        missing -= rest
        for part in some:
            given[part.start : part.end] += sum(weights[f] for f in found[_key(part)] & found[_key(piece)])
            rest = rest - found[_key(part)]
        given[slice(*_trimmed(piece))] += sum(weights[f] for f in rest)
    if missing:
        _add_rows(pieces, given, {f: weights[f] for f in missing}, features, are_kept, longest)
    return runs(given)


def _add_rows(
    pieces: list[_Piece],
    given: Any,
    weights: ColumnWeights,
    features: Features,
    are_kept: Callable[[list[Any]], list[bool]],
    longest: int,
) -> None:
    """Add the weights of features that only several pieces in a row have, without pieces that the encoder drops."""
    distinct = {_key(piece): piece.content for piece in pieces}
    kept = dict(zip(distinct, are_kept(list(distinct.values())), strict=True))
    pieces = [piece for piece in pieces if kept[_key(piece)]]
    rows = [pieces[i : i + n] for n in range(2, min(longest, len(pieces)) + 1) for i in range(len(pieces) - n + 1)]
    found = _lookup([_joined(row) for row in rows], weights.keys(), features)
    for row in rows:
        new = found[_key(_joined(row))]
        if len(row) > 2:
            new = new - found[_key(_joined(row[1:]))] - found[_key(_joined(row[:-1]))]
        for piece in row:
            given[slice(*_trimmed(piece))] += sum(weights[f] for f in new)


def _lookup(pieces: list[_Piece], wanted: Any, features: Features) -> dict[Any, set[Any]]:
    """Return the wanted features of each piece's content, which are asked for at once."""
    distinct = {_key(piece): piece.content for piece in pieces}
    found = features(list(distinct.values())) if distinct else []
    return {key: each & wanted for key, each in zip(distinct, found, strict=True)}


def _pieces(document: Any) -> Iterator[_Piece]:
    """Yield what stands between white space, or the words of a list."""
    if isinstance(document, str):
        for match in re.finditer(r"\S+", document):
            yield _Piece(match.start(), match.end(), match[0])
        return
    start = 0
    for word in map(str, document):
        yield _Piece(start, start + len(word), [word])
        start += len(word) + 1


def _parts(piece: _Piece) -> Iterator[_Piece]:
    """Yield the runs of letters and digits in a piece of text."""
    if isinstance(piece.content, str):
        for match in re.finditer(r"\w+", piece.content):
            yield _Piece(piece.start + match.start(), piece.start + match.end(), match[0])


def _trimmed(piece: _Piece) -> tuple[int, int]:
    """Return where a piece begins and ends without the punctuation around it, if it is not punctuation only."""
    match = re.search(r"\w(?:.*\w)?", piece.content, re.DOTALL) if isinstance(piece.content, str) else None
    if not match:
        return piece.start, piece.end
    end = match.end()
    while end < len(piece.content) and unicodedata.category(piece.content[end])[0] == "M":
        end += 1  # a vowel sign or an accent at the end of the last word
    return piece.start + match.start(), piece.start + end


def _joined(row: list[_Piece]) -> _Piece:
    content = row[0].content
    if isinstance(content, str):
        return _Piece(row[0].start, row[-1].end, " ".join(piece.content for piece in row))
    return _Piece(row[0].start, row[-1].end, [word for piece in row for word in piece.content])


def _key(piece: _Piece) -> Any:
    return piece.content if isinstance(piece.content, str) else tuple(piece.content)


def runs(given: Any) -> list[Mark]:
    """Return the longest runs of characters that were given the same, but not those that were given nothing."""
    cuts = [0, *(np.flatnonzero(np.diff(given)) + 1).tolist(), len(given)]
    return [Mark(a, b, float(given[a])) for a, b in pairwise(cuts) if a < b and given[a]]


def _columns_of(steps: list[Any], documents: list[Any]) -> list[set[int]]:
    from scipy.sparse import csr_matrix  # the encoder has loaded it

    rows = csr_matrix(unlabelled(transformed(documents, steps)))
    columns, ends = rows.indices.tolist(), rows.indptr.tolist()
    return [set(columns[a:b]) for a, b in pairwise(ends)]


def _words_of(steps: list[Any], tokenize: Callable[[Any], Tokens], documents: Any) -> list[set[str]]:
    return list(map(set, tokenize(transformed(documents, steps))))


def _are_kept(steps: list[Any], documents: Any) -> list[bool]:
    """Tell which documents still hold a word when n-grams are made: those that are no stop word, and not too short."""
    from textvec.text.tokens import Tokens, as_tokens, is_tokenized  # the encoder has loaded it

    n = len(documents)
    for each in steps:
        step = getattr(each, "_counter", each)  # that of a OneHotVectorizer
        if hasattr(step, "transformer_list"):
            parts = [part for _, part in step.transformer_list if part not in (None, "drop", "passthrough")]
            return list(map(any, zip(*(_are_kept(steps_of(part), documents) for part in parts), strict=True)))
        if hasattr(step, "build_analyzer") and is_tokenized(documents) and not callable(step.analyzer):
            stop_words = step.get_stop_words() or ()
            return [any(word not in stop_words for word in words) for words in as_tokens(documents)]
        if hasattr(step, "build_analyzer"):
            analyze = _with_params(step, ngram_range=(1, 1)).build_analyzer()
            return [bool(words) for words in map(analyze, documents)]
        documents = step.transform(documents)
        if not isinstance(documents, Tokens) and not all(isinstance(document, str) for document in documents):
            break
    return (documents.lengths > 0).tolist() if isinstance(documents, Tokens) else [True] * n


def _longest(steps: list[Any]) -> int:
    """Return how many words in a row may have a feature together."""
    longest = _MAX_JOINED_WORDS
    for step in steps:
        for _, part in getattr(step, "transformer_list", []):
            longest = max(longest, _longest(steps_of(part)))
        if getattr(step, "analyzer", None) == "word":
            longest = max(longest, step.ngram_range[1])
    return longest


def _without_names(step: Any) -> Any:
    """Return a HashingVectorizer that does not keep the names of what is tried out."""
    return _with_params(step, keep_names=False) if getattr(step, "keep_names", False) else step


def _with_params(vectorizer: Any, **changed: Any) -> Any:
    """Return an unfitted vectorizer with some parameters changed, which is cheaper than a copy of a fitted one."""
    return type(vectorizer)(**{**vectorizer.get_params(deep=False), **changed})
