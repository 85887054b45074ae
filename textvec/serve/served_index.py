"""The index in a folder as it is now: when somebody changes the folder, the next question is put to the new state."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textvec.index.errors import DamagedIndexError
from textvec.index.opening import open_index
from textvec.index.storage.manifest import MANIFEST

if TYPE_CHECKING:
    from textvec.index.document_index import DocumentIndex

Answer = TypeVar("Answer")


class ServedIndex:
    """An index on disk that follows the changes of its folder.

    A manifest is replaced in one step, so that it tells whether anything changed. Questions that were begun with the
    old state end with it; if a file that it needs has been removed meanwhile, they are asked again, of the new one.

    Parameters
    ----------
    path : str or path
        The folder of the index.

    Raises
    ------
    FileNotFoundError, DamagedIndexError
        See `textvec.open_index`.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._opening = threading.Lock()
        self._seen = self._identity()
        self._index = open_index(self.path)

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
            self._index, self._seen = open_index(self.path), identity
            return True

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

    def _identity(self) -> tuple[int, int, int] | None:
        """Return what tells one manifest from the next, None if there is none."""
        try:
            status = (self.path / MANIFEST).stat()
        except FileNotFoundError:
            return None
        return (status.st_ino, status.st_mtime_ns, status.st_size)
