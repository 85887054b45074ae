"""Why a document was found: contributions to a score, and the words that made it.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.explanation.explanation import Contribution as Contribution
    from textvec.explanation.explanation import Explanation as Explanation
    from textvec.explanation.explanation import PairContribution as PairContribution

_HOMES = {
    "Contribution": "textvec.explanation.explanation",
    "Explanation": "textvec.explanation.explanation",
    "PairContribution": "textvec.explanation.explanation",
}

__all__ = [
    "Contribution",
    "Explanation",
    "PairContribution",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
