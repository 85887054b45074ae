"""The terms of a query: what each brings to the search, and the nearest known word for each that is unknown.

Unknown words are found by the query encoder, where the encoder has a description, so that one query from the shell does
not load more than it needs; otherwise by the encoder itself, which is asked for each word of the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from textvec._common.counted import counted
from textvec._common.html_table import html_table
from textvec._common.printable import printable
from textvec._common.records import Tabular, cut
from textvec.encoders.encode import TRANSFORMER, is_precomputed, kind_of, name_of
from textvec.encoders.vectors import Sparse
from textvec.text.spelling import SpellChecker, Suggestion

if TYPE_CHECKING:
    from textvec.encoders.query_encoder import QueryEncoder
    from textvec.index._collection import Collection, LiveSegment

_MAX_SUGGESTIONS = 1000
"""Words that are spelt like an unknown one and may be suggested, if documents have them. There are rarely more than
some hundred; of more, the rest would not be looked at."""
_MAX_NAME_LENGTH = 49
"""Characters of a term that are printed: a line has 80 with what is before it."""


class QueryTerm(NamedTuple):
    """A term of a query.

    Attributes
    ----------
    term : str
        Its name: that of its column, or the word as it is cut from the text where it is unknown.
    share : float
        Its part of the squared length of the query's vector: of terms that have a column each, the squared weight over
        the sum of all. Of BM25, whose scores are sums of weights, the weight over the sum of all. 0 for unknown ones.
    weight : float
        Its weight in the query's vector of length 1. Of averaged word vectors, the length of what the word gives; of
        BM25, its idf times how often the query has it.
    documents : int or None
        In how many documents of the index it occurs; None where that is not known.
    known : bool
        Whether the encoder has a column, or a vector, for it.
    suggestion : str or None
        The known word that is spelt most like an unknown one; None where none is near.
    """

    term: str
    share: float
    weight: float
    documents: int | None
    known: bool
    suggestion: str | None


class QueryTerms(Tabular, Sequence[QueryTerm]):
    """The terms of a query, what brings most first, unknown words last; the method `query_terms` of an index makes it.

    Parameters
    ----------
    terms : list of QueryTerm
        In their order.

    Examples
    --------
    >>> from textvec import CosineIndex
    >>> terms = CosineIndex().fit(["red apple", "green apple", "blue sea"]).query_terms("red appel")
    >>> terms[0].term, terms[0].documents
    ('red', 1)
    >>> [(term.term, term.suggestion) for term in terms.unknown]
    [('appel', 'apple')]
    """

    def __init__(self, terms: list[QueryTerm]) -> None:
        self._terms = terms

    @property
    def unknown(self) -> list[QueryTerm]:
        """The words that the encoder does not know."""
        return [term for term in self._terms if not term.known]

    def __len__(self) -> int:
        return len(self._terms)

    @overload
    def __getitem__(self, place: int) -> QueryTerm: ...
    @overload
    def __getitem__(self, place: slice) -> list[QueryTerm]: ...
    def __getitem__(self, place: int | slice) -> QueryTerm | list[QueryTerm]:
        return self._terms[place]

    def __eq__(self, other: object) -> bool:
        return self._terms == (other._terms if isinstance(other, QueryTerms) else other)

    __hash__ = None  # type: ignore[assignment]

    def _columns(self) -> Sequence[str]:
        return QueryTerm._fields

    def _rows(self) -> Iterator[tuple[str, str, str, str, str]]:
        """Yield the cells of each term as they are shown."""
        for term, share, weight, documents, known, suggestion in self._terms:
            n = "-" if documents is None else f"{documents:,}"
            figures = (f"{share:.4f}", f"{weight:.4f}", n) if known else ("-", "-", "-")
            yield (*figures, term, "" if suggestion is None else f"did you mean {suggestion}?")

    def __repr__(self) -> str:
        n = len(self.unknown)
        lines = [f"QueryTerms({counted(len(self) - n, 'term')}{f', {n} unknown' if n else ''})"]
        if len(self):
            lines += ["   share   weight  documents  term"]
        for share, weight, documents, term, hint in self._rows():
            name = term if len(term) <= _MAX_NAME_LENGTH else term[: _MAX_NAME_LENGTH - 3] + "..."
            line = f"{share:>8} {weight:>8} {documents:>10}  {name}{f'  ({hint})' if hint else ''}"
            lines.append(cut(line))
        return printable("\n".join(lines), keep="\n")

    def _repr_html_(self) -> str:
        return html_table(("share", "weight", "documents", "term", ""), self._rows(), texts={3, 4})


def query_terms(index: Any, query: Any) -> QueryTerms:
    """Rank the terms of a query; see `DocumentIndex.query_terms`."""
    search, collection = index._word_search()
    vectors = search._encoded_one(query, collection)
    known = _terms(search, collection, vectors) if isinstance(vectors, Sparse) else _words(search, query)
    return QueryTerms([*sorted(known, key=lambda term: (-term.share, term.term)), *unknown_words(index, query)])


def unknown_words(index: Any, query: Any) -> list[QueryTerm]:
    """Return the words of a query that the encoder of an index does not know, each with a suggestion.

    Parameters
    ----------
    index : CosineIndex, VectorIndex, BM25Index or HybridIndex
        Fitted.
    query : str
        Of other documents than texts no words are unknown.

    Returns
    -------
    list of QueryTerm
        In the order of the text.
    """
    if not isinstance(query, str):
        return []
    index, collection = index._word_search()
    light = _query_encoder(index)
    if light is not None:
        unknown = light.unknown_words(query)
        speller = index._spelling_encoder(collection) if unknown else light
        found = [(word, _suggestion(speller or light, collection, word)) for word in unknown]
    else:
        found = list(_unknown_to_encoder(index, collection, query))
    return [QueryTerm(word, 0.0, 0.0, None, False, suggestion) for word, suggestion in found]


def _query_encoder(index: Any) -> QueryEncoder | None:
    """Return what encodes queries as the encoder does, and knows its words; None if there is nothing like it."""
    light: QueryEncoder | None = index._query_encoder([""])
    return light


def _terms(index: Any, collection: Collection, vectors: Sparse) -> Iterator[QueryTerm]:
    """Yield the terms of a sparse vector."""
    columns = vectors.indices.tolist()
    light = _query_encoder(index)
    names = None if light is None else light.names(columns)
    if names is None:
        from textvec.encoders.column_names import column_names

        names = column_names(index.encoder_, vectors.indices)
    weights = vectors.data.astype(np.float64)
    if collection.bm25 is not None:
        weights *= collection.bm25.idf(vectors.indices, collection.statistics)
        shares = weights / (float(weights.sum()) or 1.0)
    else:
        weights /= float(np.sqrt(weights @ weights)) or 1.0
        shares = weights**2
    for name, column, share, weight in zip(names, columns, shares.tolist(), weights.tolist(), strict=True):
        yield QueryTerm(name, share, weight, _count_documents(collection, column), True, None)


def _words(index: Any, query: Any) -> Iterator[QueryTerm]:
    """Yield the words of an average of word vectors: what each gives, and its part in the direction of the whole."""
    from textvec.encoders.pipeline_steps import steps_of, transformed

    encoder = index.encoder_
    *steps, vectorizer = steps_of(encoder)
    if not hasattr(vectorizer, "_word_parts"):
        whose = "precomputed vectors" if is_precomputed(encoder) else f"the vectors of {name_of(encoder)}"
        raise ValueError(
            f"{type(index).__name__}.query_terms: {whose} are dense, and no sums over words, so that a query has no "
            "terms. It has with an encoder that makes sparse vectors, or an EmbeddingVectorizer, alone or at the end "
            "of a Pipeline."
        )
    words, parts = vectorizer._word_parts(transformed([query], steps)[0])
    whole = parts.sum(axis=0)
    length = float(np.linalg.norm(whole)) or 1.0
    for word, part in zip(words, parts / length, strict=True):
        yield QueryTerm(word, float(part @ whole) / length, float(np.linalg.norm(part)), None, True, None)


def _suggestion(light: QueryEncoder, collection: Collection, word: str) -> str | None:
    """Return the nearest known word; of equally near ones that of most documents, or the first of a table."""
    near = light.suggestions(word, _MAX_SUGGESTIONS)
    if _has_postings(collection):
        return _most_frequent(collection, near)
    return min(((each.distance, row, each.word) for each, row in near), default=(0, 0, None))[2]


def _most_frequent(collection: Collection, near: Iterable[tuple[Suggestion, int]]) -> str | None:
    """Return the nearest of suggestions, given with their columns, that is in a document: in most of them."""
    for _, equally_near in groupby(near, lambda pair: pair[0].distance):
        found = [(-_count_documents(collection, column), each.word) for each, column in equally_near]
        n, word = min(found)
        if n:
            return word
    return None


def _unknown_to_encoder(index: Any, collection: Collection, text: str) -> Iterator[tuple[str, str | None]]:
    """Yield the words of a text of which the encoder makes nothing, and a term that is spelt like each."""
    encoder = index.encoder_
    if kind_of(encoder, type(index).__name__) != TRANSFORMER:
        return
    from textvec.encoders.column_names import all_column_names
    from textvec.encoders.pipeline_steps import steps_of
    from textvec.explanation.features import features_of

    steps = steps_of(encoder)
    marks = features_of(steps, text).unknown()
    words = list(dict.fromkeys(text[mark.start : mark.end] for mark in marks))
    if not words:
        return
    of_words = all(getattr(step, "analyzer", "word") == "word" for step in steps)
    vectors = collection.like.vectors
    names = all_column_names(encoder, vectors.n_columns) if isinstance(vectors, Sparse) and of_words else None
    column_of = {name: column for column, name in enumerate(names or ())}
    checker = SpellChecker(column_of)
    for word in words:
        near = checker.suggest(word, _MAX_SUGGESTIONS) or checker.suggest(word.lower(), _MAX_SUGGESTIONS)
        yield word, _most_frequent(collection, ((each, column_of[each.word]) for each in near))


def _has_postings(collection: Collection) -> bool:
    """Tell whether it is known by columns which documents have something there."""
    return all(hasattr(live.segment.rows, "postings") for live in collection.segments)


def _count_documents(collection: Collection, column: int) -> int:
    """Count the documents that have a term."""
    return sum(_count_in_segment(live, column) for live in collection.segments)


def _count_in_segment(live: LiveSegment, column: int) -> int:
    postings = live.segment.rows.postings  # type: ignore[attr-defined]
    used = int(np.searchsorted(postings.columns, column))
    if used == len(postings.columns) or postings.columns[used] != column:
        return 0
    rows: NDArray[Any] = postings.posting_rows[slice(*postings.posting_starts[used : used + 2].tolist())]
    frequent = np.flatnonzero(postings.frequent == used)
    if len(frequent):
        rows = np.flatnonzero(postings.frequent_levels[frequent[0]])
    docs = live.segment.docs_of(rows)
    docs = docs[np.diff(docs, prepend=-1) != 0]  # Rows increase, and those of a document follow one another.
    # Not by `isin`, which would load a module of NumPy that takes a hundredth of a second.
    found = np.searchsorted(docs, live.deleted)
    deleted = docs[found[found < len(docs)]] == live.deleted[found < len(docs)]
    return len(docs) - int(deleted.sum())
