"""What a trace is made of: words of a text, what a step made of them, and the step.

Tested in tests/tracing/test_result.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from textvec._common.optional import import_pandas


class Word(NamedTuple):
    """A run of characters of a text that a step took for a word, or passed over.

    Attributes
    ----------
    text : str
        As it is written.
    start, end : int or None
        Where it begins and ends in the text; None if that could not be found out.
    """

    text: str
    start: int | None
    end: int | None


class Item(NamedTuple):
    """Something that a step made of a text: a token, a term, a weight, or what it dropped.

    Attributes
    ----------
    text : str
        What it is called after the step; of what was dropped, what it was called before.
    words : tuple of int
        The words of the text that it comes from: numbers of `Trace.words`, from 0.
    kept : bool
        Whether it goes on to the next step.
    was : str or None
        What it was called before the step, if the step changed it.
    why : str
        Why it was dropped; or what was done; or the formula of its value, filled in.
    value : float or None
        Its count, weight, share or contribution.
    column : int or None
        Its column in the matrix that the step returns.
    group : str
        Which part of the step's result it belongs to, where there are several: a hit of a search.
    """

    text: str
    words: tuple[int, ...] = ()
    kept: bool = True
    was: str | None = None
    why: str = ""
    value: float | None = None
    column: int | None = None
    group: str = ""


@dataclass
class TraceStep:
    """What one step did, or one part of a step that does several things.

    Attributes
    ----------
    name : str
        The name of the step in the pipeline; within pipelines and unions, "outer__inner".
    kind : str
        Its class.
    title : str
        What it makes, in a word or two.
    about : list of str
        What it does, in sentences: parameters, formulas.
    items : list of list of Item
        For each text.
    results : list of list of str
        For each text: what there is to say of the text as a whole.
    output : object
        What the step returned for all texts: `Tokens`, a matrix, labels; None of a part that returns nothing itself.
    """

    name: str
    kind: str
    title: str
    about: list[str] = field(default_factory=list)
    items: list[list[Item]] = field(default_factory=list)
    results: list[list[str]] = field(default_factory=list)
    output: Any = field(default=None, repr=False)

    @property
    def dropped(self) -> list[list[Item]]:
        """For each text what the step dropped."""
        return [[item for item in some if not item.kept] for some in self.items]

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a dict for each item, with its fields and the number of its text, from 0."""
        return [{"document": doc, **item._asdict()} for doc, some in enumerate(self.items) for item in some]

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame with a row for each item.

        Returns
        -------
        pandas.DataFrame
            With the column "document" and those of `Item`.

        Raises
        ------
        ImportError
            Without pandas.
        """
        pandas = import_pandas("TraceStep.to_pandas")
        return pandas.DataFrame.from_records(self.to_dicts(), columns=["document", *Item._fields])
