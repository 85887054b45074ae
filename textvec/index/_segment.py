"""A segment: documents that were indexed together, in the order of their ids, with searchable vectors.

In that order equal scores come by id, whatever was added when, and an id is found by bisection: nothing has to be
built when a segment of a million documents is opened from disk. The ordinal of a document in its segment is called
`doc`, the number of a vector `row`; they are the same unless documents are cut into passages.

Tested in tests/index/test_changes.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec.encoders.vectors import Pair, Sparse
from textvec.index._arrow import validated, value_at
from textvec.index._documents import Documents
from textvec.index._ids import Id
from textvec.index.rows.base import Rows
from textvec.index.rows.postings import check_rows


@dataclass(frozen=True, eq=False)
class Segment:
    """Documents in the order of their ids, whose vectors can be searched.

    Attributes
    ----------
    documents : Documents
        Those of a file were not validated: native code may be given single values by `value_at`, and the rest as
        `ids`, `metadata` and `to_rewrite` return it.
    rows : Rows
        Their vectors.
    compare : callable or None
        Raises an error if the files are not what was written; None where there are none.
    """

    documents: Documents
    rows: Rows
    compare: Callable[[], None] | None = None

    @classmethod
    def of(cls, documents: Documents, rows_of: Callable[[Any], Rows]) -> Segment:
        """Index documents; the function makes searchable rows of their vectors."""
        documents = documents.in_order()
        return cls(documents, rows_of(documents.vectors))

    def part(self, part: str) -> Segment:
        """Return the same documents with one of the two kinds of rows that they have."""
        rows: Rows = getattr(self.rows, part)
        return replace(self, documents=replace(self.documents, vectors=rows.vectors), rows=rows)

    def __len__(self) -> int:
        return len(self.documents)

    @cached_property
    def metadata(self) -> pa.Table | None:
        """The metadata, which is validated before all of it is read for the first time."""
        return None if self.documents.metadata is None else validated(self.documents.metadata)

    @cached_property
    def ids(self) -> pa.Array:
        """The ids, likewise."""
        return validated(self.documents.ids)

    @cached_property
    def contents(self) -> pa.Array:
        """The documents, likewise."""
        return validated(self.documents.contents)

    def to_rewrite(self) -> Documents:
        """Return the documents with all that belongs to them, to write them anew.

        Raises
        ------
        DamagedIndexError
            If files are not what was written: new checksums would vouch for the damage.
        """
        if self.compare is not None:
            self.compare()
        vectors = self.documents.vectors
        words = vectors.lexical if isinstance(vectors, Pair) else vectors
        if isinstance(words, Sparse):
            check_rows(words)
        return replace(self.documents, ids=self.ids, contents=self.contents, metadata=self.metadata)

    def __getstate__(self) -> dict[str, Any]:
        # A pickle is a copy of all bytes, which is kept apart from the checksums.
        return {"documents": self.to_rewrite(), "rows": self.rows, "compare": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)

    def find(self, id_: Id) -> int:
        """Return the ordinal of a document, -1 if there is none with that id."""
        ids, low, high = self.documents.ids, 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if value_at(ids, middle) < id_:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and value_at(ids, low) == id_ else -1

    def id_of(self, doc: int) -> Id:
        """Return the id of a document."""
        id_: Id = value_at(self.documents.ids, doc)
        return id_

    def rows_of(self, doc: int) -> NDArray[np.int64]:
        """Return the rows of a document's vectors."""
        passages = self.documents.passages
        return np.array([doc]) if passages is None else np.arange(*passages.offsets[doc : doc + 2])

    def doc_of(self, row: int) -> int:
        """Return the document that a row belongs to."""
        return row if self.documents.passages is None else int(self.docs_of(np.array([row]))[0])

    def rows_of_docs(self, docs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows of the vectors of several documents."""
        passages = self.documents.passages
        return docs if passages is None else passages.of(docs)[1]

    def docs_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the document that each row belongs to."""
        passages = self.documents.passages
        return rows if passages is None else np.searchsorted(passages.offsets, rows, side="right") - 1

    def allowed_rows(self, docs: NDArray[np.bool_] | None) -> NDArray[np.uint8] | None:
        """Return for each row whether its document is allowed; None stands for all documents, and all rows."""
        if docs is None:
            return None
        passages = self.documents.passages
        allowed = docs.astype(np.uint8)
        return allowed if passages is None else np.repeat(allowed, np.diff(passages.offsets))

    def passage(self, row: int, doc: int) -> tuple[int, int, int] | None:
        """Return the number of a passage in its document, and its span; None where documents are not cut."""
        passages = self.documents.passages
        if passages is None:
            return None
        start, end = passages.spans[row].tolist()
        return row - int(passages.offsets[doc]), start, end

    def content_of(self, doc: int, row: int) -> Any:
        """Return a document, or the passage of it that a row stands for."""
        content, passage = value_at(self.documents.contents, doc), self.passage(row, doc)
        return content if passage is None else content[slice(*passage[1:])]
