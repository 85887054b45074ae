"""From text to words: tokenizing, stop words, stemming, lemmatizing, each a scikit-learn transformer."""

from __future__ import annotations

from textvec.preprocessing.chunker import Chunker, Passage
from textvec.preprocessing.lemmatizer import Lemmatizer
from textvec.preprocessing.phrases import Phrases
from textvec.preprocessing.stemmer import Stemmer
from textvec.preprocessing.stop_words import StopWords
from textvec.preprocessing.tokenizer import Tokenizer

__all__ = ["Chunker", "Lemmatizer", "Passage", "Phrases", "Stemmer", "StopWords", "Tokenizer"]
