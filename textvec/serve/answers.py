"""What is answered to questions over HTTP and MCP: plain data, as JSON has it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from textvec.explanation.explanation import Explanation, PairContribution
from textvec.explanation.highlights import Mark, as_text
from textvec.explanation.hybrid import HybridExplanation

if TYPE_CHECKING:
    from textvec.explanation.decision import Decision
    from textvec.index.document_index import DocumentIndex
    from textvec.index.results import Document, Hit

MAX_REASONS = 10
"""How many terms, or pairs of words, an answer lists for a hit or for a class: more are not read by people."""


def plain(value: Any) -> Any:
    """Return a value of metadata, or a label, as JSON has it: NaN and infinity are null, dates are ISO 8601.

    Parameters
    ----------
    value : object

    Examples
    --------
    >>> from datetime import date
    >>> plain({"day": date(2026, 11, 28), "score": float("nan"), "tags": ("a", 1)})
    {'day': '2026-11-28', 'score': None, 'tags': ['a', 1]}
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, np.generic | np.ndarray):
        return plain(value.tolist())
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        return list(map(plain, value))
    return str(value)


def document(found: Document) -> dict[str, Any]:
    """Return a document of an index."""
    return {"id": found.id, "text": as_text(found.document), "metadata": plain(found.metadata)}


def index_info(index: DocumentIndex) -> dict[str, Any]:
    """Return what an index is, but not where it is."""
    figures = {name: plain(value) for name, value in index.info().items() if name not in ("path", "metadata")}
    metadata = index._fitted().like.metadata
    columns = [] if metadata is None else [{"column": field.name, "type": str(field.type)} for field in metadata.schema]
    return {"class": type(index).__name__, **figures, "metadata": columns}


def hit(found: Hit, explanation: Explanation | HybridExplanation | None = None) -> dict[str, Any]:
    """Return a hit: `text` is what was found, the passage or the document, and the marks are places in it.

    Parameters
    ----------
    found : Hit
    explanation : Explanation or HybridExplanation, optional
        Of its score.
    """
    passage = None if found.passage is None else found.passage._asdict()
    return {
        "id": found.id,
        "score": float(found.score),
        "text": as_text(found.document) if passage is None else passage.pop("text"),
        "passage": passage,
        "metadata": plain(found.metadata),
        "reasons": None if explanation is None else reasons(explanation),
        "marks": None if explanation is None else marks(_words_of(explanation)),
    }


def explained(explanation: Explanation | HybridExplanation) -> dict[str, Any]:
    """Return why a document has its score: the largest contributions, and both texts with the words that made them."""
    of_words = _words_of(explanation)
    is_hybrid = isinstance(explanation, HybridExplanation)
    return {
        "id": explanation.id,
        "score": float(explanation.score),
        "query": "" if of_words is None else as_text(of_words.query),
        "query_marks": [] if of_words is None else list(map(_mark, of_words.query_marks)),
        "text": "" if of_words is None else as_text(of_words.document),
        "marks": marks(of_words),
        "reasons": reasons(explanation),
        "parts": [plain(part._asdict()) for part in explanation] if is_hybrid else None,
    }


def reasons(explanation: Explanation | HybridExplanation) -> list[dict[str, Any]]:
    """Return the largest contributions to a score; of a pair of words, the term is both of them."""
    of_words = _words_of(explanation)
    return [] if of_words is None else list(map(_reason, of_words[:MAX_REASONS]))


def marks(explanation: Explanation | None) -> list[dict[str, Any]]:
    """Return the words of a document that made its score, as places in the text."""
    return [] if explanation is None else list(map(_mark, explanation.document_marks))


def decision(found: Decision) -> dict[str, Any]:
    """Return why a model decides as it does on a text: what speaks most for its class, and against it."""
    from textvec.explanation.decision_parts import strongest

    return {
        "exact": found.exact,
        "score_name": found.score_name,
        "intercept": plain(found.intercept()),
        "reasons": list(map(_reason, strongest(found.reasons())[:MAX_REASONS])),
        "marks": list(map(_mark, found.marks)),
        "unknown_words": found.unknown_words,
    }


def _words_of(explanation: Explanation | HybridExplanation) -> Explanation | None:
    """Return the explanation by words; of two searches, that of the lexical one, or else of the other."""
    if isinstance(explanation, HybridExplanation):
        return explanation.lexical or explanation.dense
    return explanation


def _reason(given: Any) -> dict[str, Any]:
    term = f"{given.query_word} ~ {given.document_word}" if isinstance(given, PairContribution) else given.term
    return {"term": term, "contribution": float(given.contribution)}


def _mark(mark: Mark) -> dict[str, Any]:
    return {"start": mark.start, "end": mark.end, "contribution": float(mark.contribution)}
