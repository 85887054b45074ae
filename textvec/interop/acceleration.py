"""What `accelerate` did with a model: which vectorizers it replaced, and which it left, and why.

Tested in tests/interop/test_accelerating.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textvec._common.html_table import and_more
from textvec._common.printable import printable
from textvec._common.records import Records

_MAX_SHOWN = 20  # vectorizers that are shown, as of other records


class Replacement(NamedTuple):
    """What became of one vectorizer.

    Attributes
    ----------
    where : str
        What leads to it from the model, as Python: ".best_estimator_['tfidf']"; empty for the model itself.
    vectorizer : str
        The name of its class.
    replaced : bool
        Whether it was replaced, or left as it is.
    note : str
        Why it was left; or "not fitted", of one that is only a parameter of what was fitted.
    """

    where: str
    vectorizer: str
    replaced: bool
    note: str = ""


class AccelerationReport(Records[Replacement]):
    """Each vectorizer of a model, and what `textvec.accelerate` did with it. A list that shows as a table.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import CountVectorizer
    >>> import textvec
    >>> vectorizer = CountVectorizer().fit(["good food"])
    >>> _, report = textvec.accelerate(vectorizer, report=True)
    >>> report
    AccelerationReport(1)
      the model: CountVectorizer, replaced
    >>> report.left
    AccelerationReport(0)
    """

    _head: ClassVar = ("where", "vectorizer", "", "note")
    _texts: ClassVar = frozenset(range(4))
    _what: ClassVar = ("vectorizer", "vectorizers")

    @property
    def left(self) -> AccelerationReport:
        """Those that were left as they are, each with the reason."""
        return AccelerationReport(each for each in self if not each.replaced)

    def _cells(self, record: Replacement) -> Sequence[str]:
        done = "replaced" if record.replaced else "left"
        return record.where or "the model", record.vectorizer, done, record.note

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__}({len(self)})"]
        for where, vectorizer, done, note in map(self._cells, self[:_MAX_SHOWN]):
            lines.append(f"  {where}: {vectorizer}, {done}{note and f' ({note})'}")
        if more := and_more(len(self) - _MAX_SHOWN, *self._what):
            lines.append(f"  {more}")
        return printable("\n".join(lines), keep="\n")
