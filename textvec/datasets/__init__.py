"""Data to try textvec on: three samples that come with it, and fetchers for real messages and reviews."""

from textvec.datasets.imdb import fetch_imdb
from textvec.datasets.samples import load_messages, load_paragraphs, load_reviews
from textvec.datasets.sms_spam import fetch_sms_spam

__all__ = ["fetch_imdb", "fetch_sms_spam", "load_messages", "load_paragraphs", "load_reviews"]
