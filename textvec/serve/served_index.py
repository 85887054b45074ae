"""The index in a folder as it is now: when somebody changes the folder, the next question is put to the new state."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from textvec.explanation.highlights import as_text
from textvec.index.errors import DamagedIndexError
from textvec.index.opening import of_folder
from textvec.index.storage.manifest import MANIFEST
from textvec.index.storage.shards import ShardedFolder, folder_at, newest

if TYPE_CHECKING:
    from textvec.index.document_index import DocumentIndex
    from textvec.index.storage.folder import Folder

Answer = TypeVar("Answer")


class ServedIndex:
    """An index on disk that follows the changes of its folder.

    A manifest is replaced in one step, so that it tells whether anything changed. Questions that were begun with the
    old state end with it; if a file that it needs has been removed meanwhile, they are asked again, of the new one.

    Parameters
    ----------
    path : str or path
        The folder of the index.
    changes : bool, default=False
        Whether it is to be changed.

    Raises
    ------
    FileNotFoundError, DamagedIndexError
        See `textvec.open_index`.
    ValueError
        If it cannot be searched with texts, or cannot be changed and should be.

    Attributes
    ----------
    explains : bool
        Whether it can tell why documents are found.
    """

    def __init__(self, path: str | os.PathLike[str], *, changes: bool = False) -> None:
        self.path = Path(path)
        self._opening = threading.Lock()
        self._seen = self._identity()
        self._kind, self.explains = ("", ""), True
        self._folder = folder_at(self.path)
        self._index = self._opened(self._folder)
        if changes and isinstance(self._folder, ShardedFolder):
            raise ValueError(
                f"The index at {self.path} is one in shards, which is only read. Add documents by `textvec index add`; "
                "what is served follows."
            )

    @property
    def index(self) -> DocumentIndex:
        """The state that was opened last."""
        return self._index

    def refresh(self) -> bool:
        """Open the index anew if the folder has changed.

        Returns
        -------
        bool
            Whether it was.

        Raises
        ------
        OSError, DamagedIndexError
            If the new state cannot be opened; the old one stays.
        """
        with self._opening:
            identity = self._identity()
            if identity == self._seen:
                return False
            folder = newest(self._folder)
            self._index, self._folder, self._seen = self._opened(folder), folder, identity
            return True

    def change(self, change: Callable[[DocumentIndex], Any]) -> None:
        """Change the index.

        Parameters
        ----------
        change : function
            Is given the index, and calls its `add`, `update` or `delete`.

        Raises
        ------
        BlockingIOError
            If another process is writing.
        """
        change(self._index)
        with suppress(OSError, ValueError):  # the change is made; who looks for changes tells what is wrong
            self.refresh()

    def ask(self, question: Callable[[DocumentIndex], Answer]) -> Answer:
        """Put a question to the index.

        Parameters
        ----------
        question : function
            From an index to an answer.

        Returns
        -------
        answer : object
            What the question returns.
        """
        asked = self._index
        try:
            return question(asked)
        except (OSError, DamagedIndexError):
            # Where files of a state are read when they are first needed, changes may have removed them.
            if not self.refresh() and self._index is asked:
                raise
            return question(self._index)

    def _opened(self, folder: Folder | ShardedFolder) -> DocumentIndex:
        """Open an index, and what its first searches need: no question waits for that, as the old state answers."""
        index = of_folder(folder)
        first = next(iter(index), None)
        text = "" if first is None else as_text(index[first].document)
        try:
            index.search([text], k=1)
        except (ValueError, TypeError, AttributeError) as error:
            if isinstance(error, DamagedIndexError):
                raise
            raise ValueError(f"The index at {self.path} cannot be searched with texts: {error}") from error
        kind = type(index).__name__, str(index.info()["encoder"])
        if kind != self._kind and first is not None:  # reading the encoder for it takes longer than all the rest
            self._kind, self.explains = kind, _explains(index, text, first)
        _ = index.facet_columns
        return index

    def _identity(self) -> tuple[int, int, int] | None:
        """Return what tells one manifest from the next, None if there is none."""
        try:
            status = (self.path / MANIFEST).stat()
        except FileNotFoundError:
            return None
        return (status.st_ino, status.st_mtime_ns, status.st_size)


def _explains(index: DocumentIndex, text: str, id: str | int) -> bool:  # noqa: A002
    """Tell whether an index can tell why documents are found: not if its vectors are dense, and no sums over words."""
    try:
        index.explain(text, id)
    except ValueError as error:
        if isinstance(error, DamagedIndexError):
            raise
        return False
    return True
