"""Imported by the process that workers are forked from: what every worker would import and load, once for all."""

import distributed  # noqa: F401
import pandas  # noqa: F401

from textvec import TfidfVectorizer

TfidfVectorizer().fit_transform(["a worker that is warm"])
