"""How results are merged: in a tree, a few at a time, so that no process holds more than a few of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

# Results that are merged at a time. With more, the tree has fewer levels, but a worker holds more results at once, and
# waits longer for the first merge. Any number above 1 gives the same result.
FAN_IN = 4


def merged_in_tree(results: Sequence[T], merge: Callable[[list[T]], T]) -> T:
    """Return the root of a tree of merges of at least one result; a single result is its own root.

    Examples
    --------
    >>> merged_in_tree("abcdef", lambda parts: f"({''.join(parts)})")
    '((abcd)(ef))'
    """
    level = list(results)
    while len(level) > 1:
        groups = (level[i : i + FAN_IN] for i in range(0, len(level), FAN_IN))
        level = [merge(group) if len(group) > 1 else group[0] for group in groups]
    return level[0]
