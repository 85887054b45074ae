"""How good word and document vectors are, by the field's own tests."""

from textvec.evaluation.questions import AnalogiesResult, AnalogyAnswer, AnalogySection, analogies
from textvec.evaluation.sentences import SentencePairsResult, sentence_pairs
from textvec.evaluation.words import WordPairsResult, word_pairs

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
