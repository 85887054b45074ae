"""How results are merged: in a tree, a few at a time, so that no process holds more than a few of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

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


class GrowingTree(Generic[T]):
    """The same for results that come one after the other: those that can be merged are merged at once.

    Parameters
    ----------
    merge : callable
        Takes a list of at most `FAN_IN` results and returns one.

    Examples
    --------
    >>> tree = GrowingTree(lambda parts: f"({''.join(parts)})")
    >>> for each in "abcdef":
    ...     tree.add(each)
    >>> tree.root()
    '((abcd)ef)'
    """

    def __init__(self, merge: Callable[[list[T]], T]) -> None:
        self._merge = merge
        self._waiting: list[list[T]] = [[]]  # of 1 result, of FAN_IN, of FAN_IN**2, ...: fewer than FAN_IN of each

    def add(self, result: T) -> None:
        """Take a result, and merge what is complete with it."""
        for waiting in self._waiting:
            waiting.append(result)
            if len(waiting) < FAN_IN:
                return
            result = self._merge(list(waiting))
            waiting.clear()
        self._waiting.append([result])

    def root(self) -> T:
        """Return what all results make together."""
        return merged_in_tree([result for waiting in reversed(self._waiting) for result in waiting], self._merge)
