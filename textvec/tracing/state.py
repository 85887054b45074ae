"""What is known of texts on their way through a pipeline: what goes into the next step, and where it comes from.

Tested in tests/tracing/test_result.py.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import accumulate
from operator import itemgetter
from typing import Any, NamedTuple

from textvec.tracing.items import Item, TraceStep, Word


@dataclass
class State:
    """Texts between two steps.

    Attributes
    ----------
    given : list
        The documents as they were given: texts, or lists of words.
    texts : list of str
        What the words are words of: the documents, or what a step before the first word made of them.
    content : object
        What goes into the next step: the texts, `Tokens`, a matrix.
    words : list of list of Word
        For each text its words; empty before something has cut it.
    items : list of list of Item
        For each text what is in it now: its tokens, or what is in the columns of a matrix.
    named : list of dict
        For each text: what a name that a step has given comes from, as numbers of words.
    columns : bool
        Whether `content` is a matrix, and `items` has an item for each column of a text that is not zero.
    fitted_on : object
        The documents that the pipeline was fitted on, as they come to the next step; None if they are not known.
    """

    given: list[Any]
    texts: list[str]
    content: Any
    words: list[list[Word]] = field(default_factory=list)
    items: list[list[Item]] = field(default_factory=list)
    named: list[dict[str, tuple[int, ...]]] = field(default_factory=list)
    columns: bool = False
    fitted_on: Any = None

    @property
    def are_cut(self) -> bool:
        """Whether something has cut the texts into words."""
        return bool(self.words)

    def after(self, content: Any, items: Iterable[list[Item]], **changed: Any) -> State:
        """Return the state after a step whose result has these items; dropped ones are not in it."""
        kept = [[item for item in some if item.kept] for some in items]
        named = [
            known | _sources(item for item in some if item.words)
            for known, some in zip(self.named or [{} for _ in kept], kept, strict=True)
        ]
        # What a step said of an item is not true of the next one any longer.
        plain = [[item._replace(was=None, why="", group="") for item in some] for some in kept]
        return replace(self, content=content, items=plain, named=named, **changed)


class Told(NamedTuple):
    """What a step did, and the state after it."""

    steps: list[TraceStep]
    state: State


Teller = Callable[[str, Any, State, Any], Told]
"""Takes the name of a step, the step, the state before it, and what the step returned."""


def _sources(items: Iterable[Item]) -> dict[str, tuple[int, ...]]:
    """Return which words each name comes from, all of them together."""
    found: dict[str, set[int]] = {}
    for item in items:
        found.setdefault(item.text, set()).update(item.words)
    return {name: tuple(sorted(words)) for name, words in found.items()}


def in_words_of(state: State, steps: Iterable[TraceStep], words: list[list[Word]]) -> State:
    """Return a state, and change steps, so that items come from these words, and not from those of another cut.

    Two parts of a union may cut a text differently. A word of one comes from the words of the other that it overlaps.
    """
    if not state.words or state.words == words:  # a part that cut nothing has no words of its own
        return state
    sources = [_overlapping(own, theirs) for own, theirs in zip(state.words, words, strict=True)]

    def moved(items: list[list[Item]]) -> list[list[Item]]:
        return [
            [item._replace(words=_together(found, item.words)) for item in some]
            for some, found in zip(items, sources, strict=True)
        ]

    for step in steps:
        step.items = moved(step.items) if step.items else []
    named = [
        {name: _together(found, places) for name, places in known.items()}
        for known, found in zip(state.named, sources, strict=True)
    ]
    return replace(state, words=words, items=moved(state.items) if state.items else [], named=named)


def _overlapping(own: list[Word], words: list[Word]) -> list[list[int]]:
    """Return for each of a text's words which words of another cut share a character with it."""
    placed = [
        (i, word.start, word.end) for i, word in enumerate(words) if word.start is not None and word.end is not None
    ]
    placed.sort(key=itemgetter(1))
    starts = [start for _, start, _ in placed]
    ends = list(accumulate((end for _, _, end in placed), max))
    return [
        []
        if word.start is None or word.end is None
        else [
            i
            for i, _, end in placed[bisect_right(ends, word.start) : bisect_left(starts, word.end)]
            if end > word.start
        ]
        for word in own
    ]


def _together(sources: list[list[int]], places: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for place in places for number in sources[place]))
