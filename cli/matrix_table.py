"""A matrix of similarities as lines for a terminal: numbered columns, texts cut, cells coloured, pairs beneath.

Tested in tests/cli/test_matrix.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .snippets import one_line

MAX_SHOWN = 30  # texts of a table: a terminal shows so many lines at once
_CELL = 4  # columns of a terminal for a number of percent, which may be -100
_MIN_TEXT = 16  # columns for the beginning of a text
# From few to many percent, in steps of ten: colours that get lighter all the way (Matplotlib's cividis), which the
# colour-blind tell apart. The text on the darker ones is white, on the others black: a contrast of 4.5 and more.
GROUNDS = (
    *("#00224e", "#123570", "#3b496c", "#575d6d", "#707173"),
    *("#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"),
)
N_DARK = 5


def matrix_lines(texts: Sequence[str], scores: Any, width: int) -> Iterator[Any]:
    """Yield the lines of a table of the first `MAX_SHOWN` texts; columns that do not fit stand in further blocks."""
    from rich.text import Text

    n = min(len(texts), MAX_SHOWN)
    names = [Text(one_line(text)) for text in texts[:n]]
    digits = len(str(n))
    room = width - digits - 2
    longest = max(name.cell_len for name in names)
    n_columns = min(n, max(1, (room - min(longest, _MIN_TEXT)) // _CELL))
    room = max(1, min(longest, room - _CELL * n_columns))
    for name in names:
        name.truncate(room, overflow="ellipsis", pad=True)
    for begin in range(0, n, n_columns):
        if begin:
            yield Text()
        columns = range(begin, min(begin + n_columns, n))
        head = "".join(f"{column + 1:{_CELL}}" for column in columns)
        yield Text.assemble((" " * (digits + 1) + f"{'percent':{room}}"[:room], "dim"), " ", (head, "bold"))
        for row, name in enumerate(names):
            cells = [_cell(float(scores[row, column])) for column in columns]
            yield Text.assemble((f"{row + 1:{digits}}", "bold"), " ", name, " ", *cells)


def pair_lines(pairs: Sequence[Any], width: int) -> Iterator[Any]:
    """Yield two lines for each of the most similar pairs, with the numbers of its texts."""
    from rich.text import Text

    digits = max((len(str(pair.second + 1)) for pair in pairs), default=0)
    for pair in pairs:
        for begin, place, text in (
            (f"{100 * pair.score:5.1f} %", pair.first, pair.first_text),
            (" " * 7, pair.second, pair.second_text),
        ):
            line = Text.assemble(begin, "  ", (f"{place + 1:{digits}}", "bold"), " ", one_line(text))
            line.truncate(width, overflow="ellipsis")
            yield line


def _cell(score: float) -> tuple[str, str]:
    """Return a number of percent, and its style."""
    level = round(10 * score)
    text = f"{100 * score:z{_CELL}.0f}"
    return (text, f"{'#ffffff' if level <= N_DARK else '#000000'} on {GROUNDS[level - 1]}") if level > 0 else (text, "")
