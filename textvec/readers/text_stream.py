"""Text that comes in pieces: looked at from its beginning, and cut into lines that are known to be whole.

Tested in tests/readers/test_batches.py.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator


class TextStream:
    """The text of a file.

    Parameters
    ----------
    pieces : iterable of str
        The text, cut anywhere.
    in_parts : bool, default=True
        Whether what is read is wanted as soon as it is there, and not when all is.

    Attributes
    ----------
    is_drained : bool
        Whether all lines that were there have been taken, so that the next may have to be waited for. Never, if the
        text is not wanted in parts.
    """

    def __init__(self, pieces: Iterable[str], in_parts: bool = True) -> None:
        self._in_parts = in_parts
        self._pieces = iter(pieces)
        self._ahead = ""
        self.is_drained = False

    def peek(self, n_characters: int | None = None) -> str:
        """Return the text from its beginning, as many characters at least; by default a line that is not blank."""
        if n_characters is None:
            while "\n" not in self._ahead.lstrip() and self._more("\n"):
                pass
        else:
            more, missing = [self._ahead], n_characters - len(self._ahead)
            while missing > 0 and (piece := next(self._pieces, "")):
                more.append(piece)
                missing -= len(piece)
            self._ahead = "".join(more)
        return self._ahead

    def skip(self, n_characters: int) -> None:
        """Leave out the beginning, which was peeked at."""
        self._ahead = self._ahead[n_characters:]

    def rest(self) -> str:
        """Return all of it that is left."""
        text = "".join([self._ahead, *self._pieces])
        self._ahead = ""
        return text

    def lines(self, newline: str = "\n") -> Iterator[str]:
        """Yield the lines with their ends; with `newline=""` those that end with a carriage return alone as well."""
        while True:
            end = self._ahead.rfind("\n") + 1
            if not end and not newline:
                end = self._ahead.rstrip("\r").rfind("\r") + 1
            if end:
                yield from self._cut(self._ahead[:end], newline, end)
            elif not self._more(newline or "\r"):
                break
        yield from self._cut(self._ahead, newline, len(self._ahead))

    def _more(self, newline: str) -> bool:
        """Read on up to a piece that a line may end in, and tell whether there was any."""
        more = []
        for piece in self._pieces:
            more.append(piece)
            if "\n" in piece or newline in piece:
                break
        self._ahead += "".join(more)
        return bool(more)

    def _cut(self, text: str, newline: str, end: int) -> Iterator[str]:
        self._ahead, left = self._ahead[end:], len(text)
        for line in io.StringIO(text, newline=newline):
            left -= len(line)
            self.is_drained = self._in_parts and not left
            yield line
