"""How well similarities agree with the judgements of people: tests with pairs of words and of sentences.

Tested in tests/evaluation/test_words.py and tests/evaluation/test_sentences.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec._common.counted import counted
from textvec._common.html_table import html_table
from textvec._common.printable import printable


@dataclass(frozen=True, repr=False, eq=False)
class Agreement:
    """Correlations of judgements and similarities."""

    spearman: float
    spearman_pvalue: float
    pearson: float
    pearson_pvalue: float
    pairs: list[tuple[str, str, float]]
    similarities: NDArray[np.float64]

    @property
    def n_pairs(self) -> int:
        """Number of pairs in the test set."""
        return len(self.pairs)

    def to_dict(self) -> dict[str, Any]:
        """Return the figures, as a row of a table of results."""
        return {
            "spearman": self.spearman,
            "spearman_pvalue": self.spearman_pvalue,
            "pearson": self.pearson,
            "pearson_pvalue": self.pearson_pvalue,
            "n_pairs": self.n_pairs,
        }

    def _about(self) -> str:
        raise NotImplementedError

    def _remarks(self) -> list[str]:
        raise NotImplementedError

    def __repr__(self) -> str:
        lines = [
            f"{type(self).__name__}({self._about()})",
            f"  Spearman  {self.spearman:7.4f}  p = {self.spearman_pvalue:.2g}",
            f"  Pearson   {self.pearson:7.4f}  p = {self.pearson_pvalue:.2g}",
        ]
        return printable("\n".join([*lines, *(f"  {remark}" for remark in self._remarks())]), keep="\n")

    def _repr_html_(self) -> str:
        rows = [
            ("Spearman", f"{self.spearman:.4f}", f"{self.spearman_pvalue:.2g}"),
            ("Pearson", f"{self.pearson:.4f}", f"{self.pearson_pvalue:.2g}"),
        ]
        caption = ". ".join([self._about(), *self._remarks()])
        return html_table(("", "correlation", "p"), rows, caption=caption, texts={0}, row_heads=True)


def correlations(judgements: Any, similarities: Any) -> dict[str, float]:
    """Return Spearman's and Pearson's correlation and the two-sided p-value of each.

    Raises
    ------
    ValueError
        If there are fewer than three pairs, or all judgements or all similarities are equal.
    """
    from scipy import stats

    if len(judgements) < 3:
        raise ValueError(f"A correlation needs three pairs or more, but there are {len(judgements)} with known words.")
    for name, values in (("judgements", judgements), ("similarities", similarities)):
        if np.ptp(values) < 1e-10:
            raise ValueError(
                f"All {len(values)} {name} are equal, {values[0]:g}: there is no correlation with what never varies."
            )
    ranked = np.round(similarities, 10)  # Cosines of 1 that differ in their last bit are a tie.
    spearman, pearson = stats.spearmanr(judgements, ranked), stats.pearsonr(judgements, similarities)
    return {
        "spearman": float(spearman.statistic),
        "spearman_pvalue": float(spearman.pvalue),
        "pearson": float(pearson.statistic),
        "pearson_pvalue": float(pearson.pvalue),
    }


def describe_unknown(words: Sequence[str]) -> str:
    """Return the number of unknown words, and the first of them, as a sentence without its end."""
    shown = ", ".join(words[:8]) + (", ..." if len(words) > 8 else "")
    return f"{counted(len(words), 'unknown word')}: {shown}"
