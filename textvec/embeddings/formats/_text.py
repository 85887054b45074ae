"""Text: a line for each word, with its numbers after it, with a header or without.

A kernel reads the usual lines. A line with something unusual (a word with spaces, a number of seventeen digits that
lies between two floats, a mistake) is read in Python, or refused.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._common.threads import n_threads, run, split
from textvec.embeddings.formats._collector import Collector
from textvec.embeddings.formats._format import VectorTable
from textvec.embeddings.formats._request import Request
from textvec.embeddings.formats._window import Window
from textvec.kernels import vector_text as kernels

_FIELD = re.compile(rb"[^ \t]+")
_DECIMAL = rb"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_NUMBER = re.compile(_DECIMAL)
_AFTER_WORD = re.compile(rb"[ \t]" + _DECIMAL + rb"\Z")
_NOT_FINITE = re.compile(rb"[-+]?(?:nan|inf|infinity)", re.IGNORECASE)
# A word and characters of numbers, to the end of the line or of what was looked at.
_WORD_AND_NUMBERS = re.compile(rb"[^ \t\n]*[ \t][-+.0-9eEnaifNAIFty \t\r]*(\n|\Z)")


def ends_in_numbers(line: bytes) -> int:
    """Count the numbers at the end of a line; its first field is always a word."""
    fields = _FIELD.findall(line.rstrip(b" \t\r"))[0 if line[:1] in (b" ", b"\t") else 1 :]
    n = 0
    while n < len(fields) and (_NUMBER.fullmatch(fields[-n - 1]) or _NOT_FINITE.fullmatch(fields[-n - 1])):
        n += 1
    return n


def begins_with_numbers(text: bytes) -> bool:
    """Tell whether the first line of a text, maybe cut off, looks like a word and numbers."""
    return _WORD_AND_NUMBERS.match(text) is not None


def shown(line: bytes) -> str:
    """Return what came where another line was expected, for errors."""
    return f"it is {line[:60]!r}" + ("..." if len(line) > 60 else "")


class _Lines(NamedTuple):
    """Some lines of a file.

    Attributes
    ----------
    text : bytes
        What was read of the file; line i is text[begins[i] : ends[i]].
    start : int
        Where in the file the text begins.
    first : int
        The number of the first line.
    begins, ends : ndarray of int64 of shape (n_lines,)
    """

    text: bytes
    start: int
    first: int
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]

    def place(self, i: int) -> str:
        """Return where in the file line i is, for errors."""
        return f"line {self.first + i} (byte {self.start + int(self.begins[i])})"


class TextReader:
    """Reads the lines of one file, and the numbers of the words that are wanted.

    Parameters
    ----------
    request : Request
    window : Window
        On the file, after the header if there is one.
    line : int
        The number of the next line.
    n_dimensions : int
    n_words : int or None
        How many words the header says there are; None without a header, and words may have spaces then.
    """

    def __init__(self, request: Request, window: Window, line: int, n_dimensions: int, n_words: int | None) -> None:
        self._request = request
        self._window = window
        self._line = line
        self._n_read = 0
        self._n_dimensions = n_dimensions
        self._n_words = n_words
        self._blank = ""  # where the first line of white space is
        self._collector = Collector(request, n_dimensions)
        # Where a word with spaces ends is known only after its numbers are read. Before that, lines are chosen by their
        # first field.
        self._first_fields = request.words and request.words.union(re.split("[ \t]", word)[0] for word in request.words)

    def read(self) -> VectorTable:
        """Read the words that are wanted, to the end of the file or the limit."""
        limit = self._request.limit
        while limit is None or self._n_read < limit:
            lines = self._next_lines(None if limit is None else limit - self._n_read)
            if lines is None:
                self._check_end()
                break
            self._take(lines)
        return VectorTable(*self._collector.done())

    def _next_lines(self, most: int | None) -> _Lines | None:
        """Return some whole lines; None at the end of the file."""
        window = self._window
        at_end = not window.fill_line(f"line {self._line} (byte {window.start})")
        text = window.data
        if not text:
            return None
        ends = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n"))
        if at_end and not text.endswith(b"\n"):
            ends = np.append(ends, len(text))
        ends = ends[:most]
        begins = np.concatenate([[0], ends[:-1] + 1])
        lines = _Lines(text, window.start, self._line, begins, ends)
        window.drop(min(int(ends[-1]) + 1, len(text)))
        return lines

    def _take(self, lines: _Lines) -> None:
        """Add the words of some lines to those that were read."""
        text, request = lines.text, self._request
        stops = np.empty(len(lines.begins), np.int64)
        kernels.word_ends(text=np.frombuffer(text, np.uint8), begins=lines.begins, ends=lines.ends, stops=stops)
        n = self._count(lines, stops)
        bounds = list(zip(lines.begins[:n].tolist(), stops[:n].tolist(), strict=True))
        try:
            words = [text[a:b].decode("utf-8", request.encoding_errors) for a, b in bounds]
        except UnicodeDecodeError:
            words = [request.decode(text[a:b], lines.place(i)) for i, (a, b) in enumerate(bounds)]
        rows = np.arange(n)
        if self._first_fields is not None:
            rows = np.array([i for i, word in enumerate(words) if word in self._first_fields], np.int64)
            words = [words[i] for i in rows]
        # Each number takes two bytes at least. A line that is too short for all of them is refused before memory is
        # taken for them: a header may say any number of dimensions.
        if (short := np.flatnonzero(lines.ends[rows] - stops[rows] < 2 * self._n_dimensions)).size:
            self._read_line(lines, int(rows[short[0]]))
        numbers, odd = self._parse(lines, stops, rows)
        for i in np.flatnonzero(odd):
            word, numbers[i] = self._read_line(lines, int(rows[i]))
            words[i] = request.decode(word, lines.place(rows[i]))
        if request.words is not None:
            kept = [i for i, word in enumerate(words) if word in request.words]
            words, numbers, rows = [words[i] for i in kept], numbers[kept], rows[kept]
        self._collector.add(words, numbers, map(lines.place, rows.tolist()))
        self._n_read += n
        self._line += len(stops)

    def _count(self, lines: _Lines, stops: NDArray[np.int64]) -> int:
        """Count the words of some lines; lines of white space may follow the last word, but not come between words."""
        blank = stops < 0
        n = int(blank.argmax()) if blank.any() else len(blank)
        between = self._blank if n else ""
        if n < len(blank):
            self._blank = self._blank or lines.place(n)
            between = between or ("" if blank[n:].all() else self._blank)
        if between:
            raise self._request.malformed(between, self._expected(), "it is blank, and other lines follow")
        if self._n_words is not None and self._n_read + n > self._n_words:
            raise self._request.malformed(
                lines.place(self._n_words - self._n_read),
                f"the end of the file after {self._n_words} words, as its header says",
                "there are more lines",
            )
        return n

    def _check_end(self) -> None:
        if self._n_words is not None and self._n_read < self._n_words:
            raise self._request.malformed(
                self._blank or f"line {self._line} (byte {self._window.start})",
                f"{self._n_words} words, as its header says",
                f"the file ends after {self._n_read} of them",
            )

    def _parse(
        self, lines: _Lines, stops: NDArray[np.int64], rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the numbers of some of the lines, and which of these lines must be read in Python."""
        text = np.frombuffer(lines.text, np.uint8)
        begins, ends = stops[rows], lines.ends[rows]
        numbers, odd = np.empty((len(rows), self._n_dimensions)), np.empty(len(rows), np.bool_)
        kind = np.finfo(self._request.dtype or np.float32)

        def parse(part: tuple[int, int]) -> None:
            some = slice(*part)
            kernels.parse(
                text=text,
                begins=begins[some],
                ends=ends[some],
                dropped=52 - kind.nmant,
                least=float(kind.smallest_normal),
                most=float(kind.max),
                numbers=numbers[some],
                odd=odd[some],
            )

        sizes = np.concatenate([[0], np.cumsum(ends - begins)])
        run(parse, split(sizes, n_threads(int(sizes[-1]))))
        return numbers, odd

    def _expected(self) -> str:
        return f"a word and {self._n_dimensions} number{'s' * (self._n_dimensions > 1)}"

    def _read_line(self, lines: _Lines, i: int) -> tuple[bytes, list[float]]:
        """Read a line from its end, where the numbers are, or say what is wrong with it."""
        line = lines.text[lines.begins[i] : lines.ends[i]].rstrip(b" \t\r")
        fields = list(_FIELD.finditer(line))

        def malformed(came: str) -> ValueError:
            return self._request.malformed(lines.place(i), self._expected(), came)

        if len(fields) < self._n_dimensions or not fields[-self._n_dimensions].start():
            n = len(fields) - (fields[0].start() == 0)
            raise malformed(f"it has {n}: {line[:60]!r}")
        numbers = fields[-self._n_dimensions :]
        word = line[: numbers[0].start()].rstrip(b" \t")
        for field in numbers:
            if _NOT_FINITE.fullmatch(field[0]):
                raise malformed(f"its number {field[0].decode()} is not finite")
            if not _NUMBER.fullmatch(field[0]):
                raise malformed(
                    f"{field[0][:60]!r} is no number, at byte {lines.start + int(lines.begins[i]) + field.start()}"
                )
        if _AFTER_WORD.search(word):
            raise malformed(f"it has more numbers: {line[:60]!r}")
        if b" " in word and self._n_words is not None:
            raise malformed(
                f"{word[:60]!r} is a word with a space, or holds a number that is none. Words may have spaces in files "
                "without a header: take the first line away, and pass format='glove'"
            )
        return word, [float(field[0]) for field in numbers]
