"""Data to try textvec on: three samples that come with it, and fetchers for real messages and reviews.

Tested in tests/datasets/test_datasets.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.datasets.imdb import fetch_imdb as fetch_imdb
    from textvec.datasets.samples import load_messages as load_messages
    from textvec.datasets.samples import load_paragraphs as load_paragraphs
    from textvec.datasets.samples import load_reviews as load_reviews
    from textvec.datasets.sms_spam import fetch_sms_spam as fetch_sms_spam

_HOMES = {
    "fetch_imdb": "textvec.datasets.imdb",
    "fetch_sms_spam": "textvec.datasets.sms_spam",
    "load_messages": "textvec.datasets.samples",
    "load_paragraphs": "textvec.datasets.samples",
    "load_reviews": "textvec.datasets.samples",
}

__all__ = [
    "fetch_imdb",
    "fetch_sms_spam",
    "load_messages",
    "load_paragraphs",
    "load_reviews",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
