"""How good word and document vectors are, and how good a search, by the field's own tests.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.evaluation._ranking_measures import QueryMeasures as QueryMeasures
    from textvec.evaluation.questions import AnalogiesResult as AnalogiesResult
    from textvec.evaluation.questions import AnalogyAnswer as AnalogyAnswer
    from textvec.evaluation.questions import AnalogySection as AnalogySection
    from textvec.evaluation.questions import analogies as analogies
    from textvec.evaluation.rankings import RetrievalResult as RetrievalResult
    from textvec.evaluation.rankings import retrieval as retrieval
    from textvec.evaluation.sentences import SentencePairsResult as SentencePairsResult
    from textvec.evaluation.sentences import sentence_pairs as sentence_pairs
    from textvec.evaluation.trec import read_qrels as read_qrels
    from textvec.evaluation.trec import read_run as read_run
    from textvec.evaluation.trec import write_qrels as write_qrels
    from textvec.evaluation.trec import write_run as write_run
    from textvec.evaluation.words import WordPairsResult as WordPairsResult
    from textvec.evaluation.words import word_pairs as word_pairs

_HOMES = {
    "AnalogiesResult": "textvec.evaluation.questions",
    "AnalogyAnswer": "textvec.evaluation.questions",
    "AnalogySection": "textvec.evaluation.questions",
    "QueryMeasures": "textvec.evaluation._ranking_measures",
    "RetrievalResult": "textvec.evaluation.rankings",
    "SentencePairsResult": "textvec.evaluation.sentences",
    "WordPairsResult": "textvec.evaluation.words",
    "analogies": "textvec.evaluation.questions",
    "read_qrels": "textvec.evaluation.trec",
    "read_run": "textvec.evaluation.trec",
    "retrieval": "textvec.evaluation.rankings",
    "sentence_pairs": "textvec.evaluation.sentences",
    "word_pairs": "textvec.evaluation.words",
    "write_qrels": "textvec.evaluation.trec",
    "write_run": "textvec.evaluation.trec",
}

__all__ = [
    "AnalogiesResult",
    "AnalogyAnswer",
    "AnalogySection",
    "QueryMeasures",
    "RetrievalResult",
    "SentencePairsResult",
    "WordPairsResult",
    "analogies",
    "read_qrels",
    "read_run",
    "retrieval",
    "sentence_pairs",
    "word_pairs",
    "write_qrels",
    "write_run",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
