"""From text to words: tokenizing, stop words, stemming, lemmatizing, each a scikit-learn transformer.

Tested in tests/preprocessing/test_preprocessing.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.preprocessing.chunker import Chunker as Chunker
    from textvec.preprocessing.chunker import Passage as Passage
    from textvec.preprocessing.chunker import Passages as Passages
    from textvec.preprocessing.lemmatizer import Lemmatizer as Lemmatizer
    from textvec.preprocessing.phrases import Phrases as Phrases
    from textvec.preprocessing.stemmer import Stemmer as Stemmer
    from textvec.preprocessing.stop_words import StopWords as StopWords
    from textvec.preprocessing.tokenizer import Tokenizer as Tokenizer

_HOMES = {
    "Chunker": "textvec.preprocessing.chunker",
    "Lemmatizer": "textvec.preprocessing.lemmatizer",
    "Passage": "textvec.preprocessing.chunker",
    "Passages": "textvec.preprocessing.chunker",
    "Phrases": "textvec.preprocessing.phrases",
    "Stemmer": "textvec.preprocessing.stemmer",
    "StopWords": "textvec.preprocessing.stop_words",
    "Tokenizer": "textvec.preprocessing.tokenizer",
}

__all__ = [
    "Chunker",
    "Lemmatizer",
    "Passage",
    "Passages",
    "Phrases",
    "Stemmer",
    "StopWords",
    "Tokenizer",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)

ESTIMATORS = {name: home for name, home in _HOMES.items() if name not in ("Passage", "Passages")}
"""The estimators of this room and their modules, which `textvec` exports and `textvec.load` may make."""
