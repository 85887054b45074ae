"""Tokens to matrices: one-hot, bag of words and n-grams, TF-IDF."""

from textvec.vectorizers.count import CountVectorizer
from textvec.vectorizers.hashing import HashingVectorizer
from textvec.vectorizers.one_hot import OneHotVectorizer
from textvec.vectorizers.sequence import SequenceEncoder
from textvec.vectorizers.tfidf import TfidfVectorizer

__all__ = ["CountVectorizer", "HashingVectorizer", "OneHotVectorizer", "SequenceEncoder", "TfidfVectorizer"]
