"""How good word and document vectors are, by the field's own tests.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.evaluation.questions import AnalogiesResult as AnalogiesResult
    from textvec.evaluation.questions import AnalogyAnswer as AnalogyAnswer
    from textvec.evaluation.questions import AnalogySection as AnalogySection
    from textvec.evaluation.questions import analogies as analogies
    from textvec.evaluation.sentences import SentencePairsResult as SentencePairsResult
    from textvec.evaluation.sentences import sentence_pairs as sentence_pairs
    from textvec.evaluation.words import WordPairsResult as WordPairsResult
    from textvec.evaluation.words import word_pairs as word_pairs

_HOMES = {
    "AnalogiesResult": "textvec.evaluation.questions",
    "AnalogyAnswer": "textvec.evaluation.questions",
    "AnalogySection": "textvec.evaluation.questions",
    "SentencePairsResult": "textvec.evaluation.sentences",
    "WordPairsResult": "textvec.evaluation.words",
    "analogies": "textvec.evaluation.questions",
    "sentence_pairs": "textvec.evaluation.sentences",
    "word_pairs": "textvec.evaluation.words",
}

__all__ = [
    "AnalogiesResult",
    "AnalogyAnswer",
    "AnalogySection",
    "SentencePairsResult",
    "WordPairsResult",
    "analogies",
    "sentence_pairs",
    "word_pairs",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
