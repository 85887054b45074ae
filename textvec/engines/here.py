"""The process itself as an engine: it reads one piece of the files after the other, and holds one at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from textvec.engines.files import Files
from textvec.engines.pieces import Batch, Progress
from textvec.engines.tree import GrowingTree


class HereEngine:
    """Works on files in this process."""

    def fold(
        self,
        function: Callable[[Batch], Any],
        merge: Callable[[Sequence[Any]], Any],
        documents: Files,
        *,
        column: str | None = None,
        columns: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> Any:
        """See `textvec.engines.choosing.Engine`."""
        tree = GrowingTree(merge)
        for _, result in self.map(function, documents, column=column, columns=columns, progress=progress):
            tree.add(result)
        return tree.root()

    def map(
        self,
        function: Callable[[Batch], Any],
        documents: Files,
        *,
        column: str | None = None,
        columns: Sequence[str] = (),
        skip: Collection[int] = (),
        progress: Progress | None = None,
    ) -> Iterator[tuple[int, Any]]:
        """See `textvec.engines.choosing.Engine`."""
        pieces = documents.pieces(column, columns)
        for done, piece in enumerate(pieces, 1):
            if piece.number not in skip:
                yield piece.number, function(piece.read())
            if progress is not None:
                progress(done, len(pieces))
