"""A retriever and a vector store for LangChain. Needs the extra `langchain`."""

from __future__ import annotations

from typing import Any

from textvec._common.optional import needing
from textvec.interop._retrieving import opened, retrieved

with needing("LangChain", '"textvec-kit[langchain]"', "textvec.interop.langchain"):
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    from textvec.interop._langchain_store import TextvecVectorStore

__all__ = ["TextvecRetriever", "TextvecVectorStore"]


class TextvecRetriever(BaseRetriever):  # type: ignore[misc]
    """Find documents in an index: a retriever of LangChain's.

    Parameters
    ----------
    index : CosineIndex, BM25Index, HybridIndex, VectorIndex, str or path
        An index, or the folder of one.
    k : int, default=10
        How many documents at the most.
    min_score : float, optional
        Leave out documents with a smaller score.
    where : pyarrow.compute.Expression, mapping, str or list of str, optional
        Conditions on metadata, as in `CosineIndex.search`.
    **options : object
        Those of LangChain's `BaseRetriever`, such as `tags`.

    Notes
    -----
    `k`, `min_score` and `where` may be given to a single call as well: ``retriever.invoke("pear", k=1)``.

    Examples
    --------
    >>> from textvec import BM25Index
    >>> from textvec.interop.langchain import TextvecRetriever
    >>> index = BM25Index().fit(["red apple", "green pear"], metadata={"year": [2001, 2002]})
    >>> found = TextvecRetriever(index).invoke("pear")
    >>> found[0].page_content, found[0].metadata["year"]
    ('green pear', 2002)
    """

    index: Any
    k: int = 10
    min_score: float | None = None
    where: Any = None

    def __init__(self, index: Any, **options: Any) -> None:
        super().__init__(index=opened(index, "TextvecRetriever"), **options)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **changed: Any
    ) -> list[Document]:
        limits = {"k": self.k, "min_score": self.min_score, "where": self.where} | changed
        return [
            Document(id=each.id, page_content=each.text, metadata=each.metadata)
            for each in retrieved(self.index, query, **limits)
        ]
