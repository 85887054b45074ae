"""Why a document was found by two searches together: its rank and score in each, and what these gave."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from html import escape
from typing import Any, NamedTuple, overload

from textvec._common.records import Tabular
from textvec.explanation.explanation import Explanation


class PartContribution(NamedTuple):
    """What one of the searches gives to the score of a document.

    Attributes
    ----------
    part : str
        "lexical" or "dense".
    contribution : float
        What it gives.
    rank : int or None
        Of the document among those that it found, from 1; None if it did not find it.
    score : float
        Of the document there; 0 if it did not find it.
    """

    part: str
    contribution: float
    rank: int | None
    score: float


class HybridExplanation(Tabular, Sequence[PartContribution]):
    """What made the score of a document that two searches found together: a contribution of each, which add up to it.

    `HybridIndex.explain` makes it.

    Attributes
    ----------
    id : str or int
        Of the document.
    score : float
        The sum of the contributions.
    lexical, dense : Explanation or None
        What made the score in each; None where that cannot be told, or there is none.
    """

    def __init__(
        self,
        contributions: Sequence[PartContribution],
        *,
        id: Hashable,  # noqa: A002
        lexical: Explanation | None,
        dense: Explanation | None,
    ) -> None:
        self.id = id
        self.score = float(sum(each.contribution for each in contributions))
        self.lexical, self.dense = lexical, dense
        self._contributions = list(contributions)

    def __len__(self) -> int:
        return len(self._contributions)

    def __iter__(self) -> Iterator[PartContribution]:
        return iter(self._contributions)

    @overload
    def __getitem__(self, place: int) -> PartContribution: ...
    @overload
    def __getitem__(self, place: slice) -> list[PartContribution]: ...
    def __getitem__(self, place: int | slice) -> PartContribution | list[PartContribution]:
        return self._contributions[place]

    def _columns(self) -> Sequence[str]:
        return PartContribution._fields

    def to_text(self, *, color: bool = True, full: bool = False) -> str:
        """Return the contributions, and below each why it is what it is, for a terminal.

        Parameters
        ----------
        color : bool, default=True
            Whether to mark words in colour, see `Explanation.to_text`.
        full : bool, default=False
            Whether to show all of a long text.

        Returns
        -------
        str
        """
        lines = [f"{self.score:.4f}  {self.id}"]
        for each in self:
            lines.append(_line(each))
            explanation = getattr(self, each.part)
            if explanation is not None:
                text = explanation.to_text(color=color, full=full)
                lines += [f"    {line}" for line in text.splitlines()[1:]]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return "\n".join([f"HybridExplanation(score {self.score:.4f})", *map(_line, self)])

    def _repr_html_(self) -> str:
        parts = []
        for each in self:
            explanation = getattr(self, each.part)
            parts.append(f"<p>{escape(_line(each).strip())}</p>")
            parts.append("" if explanation is None else explanation._repr_html_())
        return "\n".join(["<div>", f"<p><b>{self.score:.4f}</b></p>", *parts, "</div>"])

    def __rich__(self) -> Any:
        from rich.text import Text

        return Text.from_ansi(self.to_text())


def _line(each: PartContribution) -> str:
    if each.rank is None:
        return f"  {each.contribution:.4f}  {each.part:<7}  not found"
    return f"  {each.contribution:.4f}  {each.part:<7}  rank {each.rank}, score {each.score:.4f}"
