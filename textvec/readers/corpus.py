"""Documents that were read, with the file and the row that each came from.

Tested in tests/readers/test_read.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from textvec._common.counted import counted
from textvec._common.html_table import and_more, html_table
from textvec._common.printable import printable
from textvec._common.records import as_cell, cut, snippet

if TYPE_CHECKING:
    import pyarrow as pa

_MAX_SHOWN = 5  # documents that are shown


@dataclass(repr=False)
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

    def __repr__(self) -> str:
        lines = [f"Corpus({self._summary()})"]
        lines += [cut(f"  {source}{'' if row is None else f' {row}'}: {text}") for text, source, row in self._first()]
        rest = and_more(len(self) - _MAX_SHOWN, "document")
        return printable("\n".join([*lines, f"  {rest}"] if rest else lines), keep="\n")

    def _repr_html_(self) -> str:
        ids = [("id", self.ids)] if self.ids else []
        named = [*ids, *self.columns.items()]
        rows = [
            [source, "" if row is None else str(row), *(as_cell(values[i]) for _, values in named), text]
            for i, (text, source, row) in enumerate(self._first())
        ]
        head = ["source", "row", *(name for name, _ in named), "text"]
        rest = and_more(len(self) - _MAX_SHOWN, "document")
        texts = {0, *range(2, len(head))}
        return html_table(head, rows, caption=f"Corpus: {self._summary()}", texts=texts, rest=rest)

    def _first(self) -> list[tuple[str, str, int | None]]:
        """Return what is shown of the first documents."""
        shown = (map(snippet, self.texts[:_MAX_SHOWN]), self.sources, self.rows)
        return [(text, source, row) for text, source, row in zip(*shown, strict=False)]

    def _summary(self) -> str:
        files = counted(len(set(self.sources)), "file")
        return f"{counted(len(self), 'document')} of {files}"

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
