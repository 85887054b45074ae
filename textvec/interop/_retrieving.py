"""What the retrievers of all frameworks share: an index, what it finds as plain values, and conditions of theirs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from textvec.explanation.highlights import as_text
from textvec.index._filters import Where
from textvec.index.document_index import DocumentIndex
from textvec.index.opening import open_index


class Retrieved(NamedTuple):
    """What was found of a document, and all that is known of it.

    Attributes
    ----------
    id : str
        Its id; an integer is written as one.
    text : str
        The document, or its passage that was found.
    score : float
    metadata : dict
        `id` and `score` as they are in the index, the numbers `passage`, `start` and `end` of a passage, and the
        columns of metadata; `metadata.id` and so on where a name is one of these.
    """

    id: str
    text: str
    score: float
    metadata: dict[str, Any]


def opened(index: Any, caller: str) -> DocumentIndex:
    """Return an index that is given, or the one in a folder whose path is given.

    Raises
    ------
    TypeError
        If it is neither.
    """
    if isinstance(index, DocumentIndex):
        return index
    if isinstance(index, str | os.PathLike):
        return open_index(index)
    raise TypeError(
        f"{caller}: index must be an index, such as a BM25Index, or the path of a folder that holds one, but it is "
        f"{index!r:.60}."
    )


def retrieved(
    index: DocumentIndex, query: str, k: int, min_score: float | None = None, where: Where | None = None
) -> list[Retrieved]:
    """Search for one query, best hits first."""
    found = []
    for hit in index.search([query], k=k, min_score=min_score, where=where)[0]:
        metadata = hit.to_dict()
        document = metadata.pop("document")
        text = as_text(document) if hit.passage is None else hit.passage.text
        found.append(Retrieved(str(hit.id), text, hit.score, metadata))
    return found


def schema_of(index: DocumentIndex) -> pa.Schema:
    """Return the types of the columns of an index's metadata, none where it has no metadata."""
    metadata = index._fitted().like.metadata
    return pa.schema([]) if metadata is None else metadata.schema


def all_of(conditions: Sequence[pc.Expression]) -> pc.Expression:
    """Return the condition that all of several hold."""
    return reduce(and_, conditions, pc.scalar(True))


def any_of(conditions: Sequence[pc.Expression]) -> pc.Expression:
    """Return the condition that at least one of several holds."""
    return reduce(or_, conditions, pc.scalar(False))
