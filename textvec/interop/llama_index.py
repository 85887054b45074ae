"""A retriever for LlamaIndex. Needs the extra `llama-index`."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from textvec._common.optional import needing
from textvec.index._filters import compared
from textvec.index.document_index import DocumentIndex
from textvec.interop._retrieving import Retrieved, all_of, any_of, opened, retrieved, schema_of

with needing("LlamaIndex", '"textvec-kit[llama-index]"', "textvec.interop.llama_index"):
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
    from llama_index.core.vector_stores import FilterCondition, FilterOperator, MetadataFilters

_OPERATORS = {
    FilterOperator.EQ: "==",
    FilterOperator.NE: "!=",
    FilterOperator.GT: ">",
    FilterOperator.GTE: ">=",
    FilterOperator.LT: "<",
    FilterOperator.LTE: "<=",
    FilterOperator.IN: "in",
    FilterOperator.NIN: "not in",
}
_OURS = ["id", "score", "passage", "start", "end"]
"""What is in the metadata of a node and says nothing about its text: it is not shown to models."""


class TextvecRetriever(BaseRetriever):  # type: ignore[misc]
    """Find documents in an index, as nodes with scores: a retriever of LlamaIndex's.

    Parameters
    ----------
    index : CosineIndex, BM25Index, HybridIndex, VectorIndex, str or path
        An index, or the folder of one.
    similarity_top_k : int, default=10
        How many nodes at the most.
    min_score : float, optional
        Leave out nodes with a smaller score.
    filters : MetadataFilters, optional
        Conditions on metadata, which may hold others: with the operators ``==``, ``!=``, ``>``, ``>=``, ``<``, ``<=``,
        ``in`` and ``nin``.
    **options : object
        Those of LlamaIndex's `BaseRetriever`, such as `callback_manager`.

    Raises
    ------
    ValueError
        If filters have other operators, or do not fit the metadata.

    Examples
    --------
    >>> from textvec import BM25Index
    >>> from textvec.interop.llama_index import TextvecRetriever
    >>> index = BM25Index().fit(["red apple", "green pear"], metadata={"year": [2001, 2002]})
    >>> found = TextvecRetriever(index).retrieve("pear")
    >>> found[0].text, found[0].metadata["year"]
    ('green pear', 2002)
    """

    def __init__(
        self,
        index: DocumentIndex | str | os.PathLike[str],
        similarity_top_k: int = 10,
        min_score: float | None = None,
        filters: MetadataFilters | None = None,
        **options: Any,
    ) -> None:
        self.index = opened(index, "TextvecRetriever")
        self.similarity_top_k = similarity_top_k
        self.min_score = min_score
        self._where = None if filters is None else where_of(filters, schema_of(self.index))
        super().__init__(**options)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        query = query_bundle.query_str
        return [
            _node(each) for each in retrieved(self.index, query, self.similarity_top_k, self.min_score, self._where)
        ]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(found: Retrieved) -> NodeWithScore:
    node = TextNode(
        id_=found.id,
        text=found.text,
        metadata=found.metadata,
        start_char_idx=found.metadata.get("start"),
        end_char_idx=found.metadata.get("end"),
        excluded_llm_metadata_keys=_OURS,
        excluded_embed_metadata_keys=_OURS,
    )
    return NodeWithScore(node=node, score=found.score)


def where_of(filters: MetadataFilters, schema: pa.Schema) -> pc.Expression:
    """Return the condition that filters of LlamaIndex's stand for.

    Parameters
    ----------
    filters : MetadataFilters
        Comparisons, and filters of them.
    schema : pyarrow.Schema
        Of the metadata.

    Raises
    ------
    ValueError
        If an operator is none that conditions here have, or they do not fit the metadata.
    """
    conditions = []
    for each in filters.filters:
        if isinstance(each, MetadataFilters):
            conditions.append(where_of(each, schema))
        elif each.operator in _OPERATORS:
            conditions.append(compared(each.key, _OPERATORS[each.operator], each.value, schema))
        else:
            known = ", ".join(operator.value for operator in _OPERATORS)
            raise ValueError(
                f"The operator of a filter must be one of {known}, but that of {each.key!r} is {each.operator.value!r}."
            )
    if filters.condition == FilterCondition.OR and conditions:  # no filter at all lets everything through
        return any_of(conditions)
    # As LlamaIndex has it: none of them may hold.
    return ~any_of(conditions) if filters.condition == FilterCondition.NOT else all_of(conditions)
