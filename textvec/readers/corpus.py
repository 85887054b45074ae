"""Documents that were read, with the file and the row that each came from.

Tested in tests/readers/test_read.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass
class Corpus:
    """Documents and where they come from.

    Attributes
    ----------
    texts : list of str
        The documents.
    sources : list of str
        The file of each document, under the name it was given by; bytes of a name that are no UTF-8 are escaped.
    rows : list of int or None
        The number of each document in its file, from 1: the line of a text or JSON lines file, the row of a table (its
        header is not counted), the element of a JSON array. None where the whole file is one document.
    ids : list of str or list of int
        The id of each document; empty where no column of ids was asked for.
    columns : dict of lists
        The other columns, by name, that were asked for: a value for each document, None where there is none.
    notes : list of str
        What was decided on the way: a guessed column, a file passed over.
    warnings : list of str
        What the user has to know: texts that were missing or damaged, files of a folder that could not be read.
    """

    texts: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    rows: list[int | None] = field(default_factory=list)
    ids: list[Any] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    def to_metadata(self) -> pa.Table:
        """Return `sources`, `rows` and `columns` as a table, for `fit(..., metadata=...)` of an index.

        Returns
        -------
        pyarrow.Table
            With the columns `source` and `row`, and the others, each of the type that its values are; where they are
            of several, which an index refuses of a program, they become strings, as JSON writes them.
        """
        import pyarrow as pa

        from textvec.readers.column_types import typed

        own = {"source": pa.array(self.sources, pa.string()), "row": pa.array(self.rows, pa.int64())}
        return pa.table(own | {name: typed(values) for name, values in self.columns.items()})
