"""Data to try textvec on: four samples that come with it, and fetchers for data that people learn and compare with.

Tested in tests/datasets/test_datasets.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.datasets.google_analogies import fetch_google_analogies as fetch_google_analogies
    from textvec.datasets.imdb import fetch_imdb as fetch_imdb
    from textvec.datasets.recipes import load_classifier as load_classifier
    from textvec.datasets.samples import load_messages as load_messages
    from textvec.datasets.samples import load_paragraphs as load_paragraphs
    from textvec.datasets.samples import load_passages as load_passages
    from textvec.datasets.samples import load_reviews as load_reviews
    from textvec.datasets.simlex999 import fetch_simlex999 as fetch_simlex999
    from textvec.datasets.sms_spam import fetch_sms_spam as fetch_sms_spam
    from textvec.datasets.sts_benchmark import fetch_sts_benchmark as fetch_sts_benchmark
    from textvec.datasets.twenty_newsgroups import fetch_20newsgroups as fetch_20newsgroups
    from textvec.datasets.wordsim353 import fetch_wordsim353 as fetch_wordsim353

_HOMES = {
    "fetch_20newsgroups": "textvec.datasets.twenty_newsgroups",
    "fetch_google_analogies": "textvec.datasets.google_analogies",
    "fetch_imdb": "textvec.datasets.imdb",
    "fetch_simlex999": "textvec.datasets.simlex999",
    "fetch_sms_spam": "textvec.datasets.sms_spam",
    "fetch_sts_benchmark": "textvec.datasets.sts_benchmark",
    "fetch_wordsim353": "textvec.datasets.wordsim353",
    "load_classifier": "textvec.datasets.recipes",
    "load_messages": "textvec.datasets.samples",
    "load_paragraphs": "textvec.datasets.samples",
    "load_passages": "textvec.datasets.samples",
    "load_reviews": "textvec.datasets.samples",
}

__all__ = [
    "fetch_20newsgroups",
    "fetch_google_analogies",
    "fetch_imdb",
    "fetch_simlex999",
    "fetch_sms_spam",
    "fetch_sts_benchmark",
    "fetch_wordsim353",
    "load_classifier",
    "load_messages",
    "load_paragraphs",
    "load_passages",
    "load_reviews",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
