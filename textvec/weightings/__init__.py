"""Counts to weights: TF-IDF in every SMART variant, BM25 scores, naive Bayes log-count ratios."""

from textvec.weightings.bm25 import BM25Weighting
from textvec.weightings.nb import NBWeighting
from textvec.weightings.tfidf import TfidfWeighting

__all__ = ["BM25Weighting", "NBWeighting", "TfidfWeighting"]
