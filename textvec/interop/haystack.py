"""A retriever for Haystack: a component for its pipelines. Needs the extra `haystack`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from textvec._common.optional import needing
from textvec.index._filters import compared
from textvec.index.document_index import DocumentIndex
from textvec.interop._retrieving import all_of, any_of, opened, retrieved, schema_of

with needing("Haystack", '"textvec-kit[haystack]"', "textvec.interop.haystack"):
    from haystack import Document, component, default_to_dict

_COMPARISONS = ("==", "!=", ">", ">=", "<", "<=", "in", "not in")
_LOGICAL = ("AND", "OR", "NOT")


@component
class TextvecRetriever:
    """Find documents in an index: a component of Haystack's pipelines.

    Parameters
    ----------
    index : str, path, CosineIndex, BM25Index, HybridIndex or VectorIndex
        The folder of an index, or an index.
    top_k : int, default=10
        How many documents at the most.
    filters : dict, optional
        Haystack's filters on metadata, such as ``{"field": "meta.year", "operator": ">=", "value": 2000}``; comparisons
        ``==``, ``!=``, ``>``, ``>=``, ``<``, ``<=``, ``in`` and ``not in``, put together by ``AND``, ``OR`` and
        ``NOT``.
    min_score : float, optional
        Leave out documents with a smaller score.

    Examples
    --------
    >>> from textvec import BM25Index
    >>> from textvec.interop.haystack import TextvecRetriever
    >>> index = BM25Index().fit(["red apple", "green pear"], metadata={"year": [2001, 2002]})
    >>> found = TextvecRetriever(index).run("pear")["documents"]
    >>> found[0].content, found[0].meta["year"]
    ('green pear', 2002)
    """

    def __init__(
        self,
        index: str | os.PathLike[str] | DocumentIndex,
        top_k: int = 10,
        filters: dict[str, Any] | None = None,
        min_score: float | None = None,
    ) -> None:
        self.index = opened(index, "TextvecRetriever")
        self.top_k = top_k
        self.filters = filters
        self.min_score = min_score

    @component.output_types(documents=list[Document])  # type: ignore[untyped-decorator]
    def run(
        self, query: str, top_k: int | None = None, filters: dict[str, Any] | None = None
    ) -> dict[str, list[Document]]:
        """Find documents.

        Parameters
        ----------
        query : str
            What is looked for.
        top_k : int, optional
            Instead of that of the component.
        filters : dict, optional
            Instead of those of the component.

        Returns
        -------
        dict
            ``{"documents": [...]}``, best first.

        Raises
        ------
        ValueError
            If filters are not as Haystack has them, or do not fit the metadata.
        """
        filters = filters or self.filters
        where = where_of(filters, schema_of(self.index)) if filters else None
        k = self.top_k if top_k is None else top_k
        found = retrieved(self.index, query, k, self.min_score, where)
        documents = [Document(id=each.id, content=each.text, meta=each.metadata, score=each.score) for each in found]
        return {"documents": documents}

    def to_dict(self) -> dict[str, Any]:
        """Return the component as plain data: its index by the folder that it is in.

        Returns
        -------
        dict

        Raises
        ------
        ValueError
            If the index is in no folder.
        """
        folder = self.index._folder
        if folder is None:
            raise ValueError(
                "TextvecRetriever: its index is in memory alone, and a pipeline is written with the path of the folder "
                "that it is in. Save it, and give the path: index.save(folder); TextvecRetriever(folder)."
            )
        parameters = {"top_k": self.top_k, "filters": self.filters, "min_score": self.min_score}
        written: dict[str, Any] = default_to_dict(self, index=str(folder.path), **parameters)
        return written


def where_of(filters: Mapping[str, Any], schema: pa.Schema) -> pc.Expression:
    """Return the condition that filters of Haystack's stand for.

    Parameters
    ----------
    filters : dict
        A comparison of `field`, `operator` and `value`, or a logical `operator` and its `conditions`.
    schema : pyarrow.Schema
        Of the metadata.

    Raises
    ------
    ValueError
        If they are neither, or do not fit the metadata.
    """
    expected = {"field", "operator", "value"} if "field" in filters else {"operator", "conditions"}
    if set(filters) != expected:
        raise ValueError(
            "Filters must be a comparison with the keys 'field', 'operator' and 'value', or a logical one with "
            f"'operator' and 'conditions', but they are {filters!r:.100}."
        )
    if not isinstance(filters.get("field", ""), str) or not isinstance(filters.get("conditions", []), list):
        raise ValueError(f"The field of a filter must be a name, and conditions a list, but it is {filters!r:.100}.")
    operator, known = filters["operator"], _COMPARISONS if "field" in filters else _LOGICAL
    if operator not in known:
        raise ValueError(f"The operator of a filter must be one of {', '.join(known)}, but it is {operator!r:.60}.")
    if "field" in filters:
        return compared(filters["field"].removeprefix("meta."), operator, filters["value"], schema)
    conditions = [where_of(each, schema) for each in filters["conditions"]]
    if operator == "OR":
        return any_of(conditions)
    return all_of(conditions) if operator == "AND" else ~all_of(conditions)
