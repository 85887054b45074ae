"""Why a document was found, and why a text is in its class: contributions to a score, and the words that made them.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.explanation.bm25 import BM25Contribution as BM25Contribution
    from textvec.explanation.class_terms import TermWeight as TermWeight
    from textvec.explanation.class_terms import TopTerms as TopTerms
    from textvec.explanation.class_terms import top_terms as top_terms
    from textvec.explanation.decision import Decision as Decision
    from textvec.explanation.decision_parts import ClassDecision as ClassDecision
    from textvec.explanation.decision_parts import Neighbour as Neighbour
    from textvec.explanation.decision_parts import TermContribution as TermContribution
    from textvec.explanation.explaining import explain as explain
    from textvec.explanation.explanation import Contribution as Contribution
    from textvec.explanation.explanation import Explanation as Explanation
    from textvec.explanation.explanation import PairContribution as PairContribution

_HOMES = {
    "BM25Contribution": "textvec.explanation.bm25",
    "ClassDecision": "textvec.explanation.decision_parts",
    "Contribution": "textvec.explanation.explanation",
    "Decision": "textvec.explanation.decision",
    "Explanation": "textvec.explanation.explanation",
    "Neighbour": "textvec.explanation.decision_parts",
    "PairContribution": "textvec.explanation.explanation",
    "TermContribution": "textvec.explanation.decision_parts",
    "TermWeight": "textvec.explanation.class_terms",
    "TopTerms": "textvec.explanation.class_terms",
    "explain": "textvec.explanation.explaining",
    "top_terms": "textvec.explanation.class_terms",
}

__all__ = [
    "BM25Contribution",
    "ClassDecision",
    "Contribution",
    "Decision",
    "Explanation",
    "Neighbour",
    "PairContribution",
    "TermContribution",
    "TermWeight",
    "TopTerms",
    "explain",
    "top_terms",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
