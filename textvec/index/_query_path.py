"""What encodes the queries of an index: the encoder, or the query encoder that was made of its description.

A query encoder takes some hundredths of a millisecond for a short text, where an encoder, which is made for many texts,
takes up to a millisecond or two; the vectors are the same to the last bit. An index on disk whose encoder was not
loaded has that of its folder. Any other has one that is made of the encoder itself when the first query comes.

Tested in tests/index/test_query_path.py.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from operator import is_
from typing import Any

from textvec.encoders.encode import TRANSFORMER, kind_of
from textvec.encoders.pipeline_steps import parts_of
from textvec.encoders.query_encoder import QueryEncoder
from textvec.index import _cold_start
from textvec.index.storage.stored_encoder import StoredEncoder

Content = dict[str, Any] | list[Any]

MAX_TEXTS, MAX_CHARACTERS = 16, 4_000
"""Up to how many queries of a few words, of how many characters together, a query encoder takes less time than an
encoder that is loaded already, n-grams of several words included. With other numbers some searches take longer; the
hits are the same."""


class QueryPath:
    """Chooses what encodes the queries of one index, and keeps the query encoder that was made of its encoder."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._compiled: dict[bool, _Compiled] = {}

    def query_encoder(self, encoder: Any, stored: StoredEncoder | None, queries: Any) -> QueryEncoder | None:
        """Return what encodes queries instead of the encoder, None if nothing does.

        Parameters
        ----------
        encoder : transformer, callable, "precomputed" or None
            That of the index; None if it was not loaded from the folder yet.
        stored : StoredEncoder or None
            That in the folder of the index, if it has one.
        queries : object
            What was given to be searched for.
        """
        if not _cold_start.prefers_query_encoder(queries):
            return None
        if encoder is None:
            return None if stored is None else stored.query_encoder
        if len(queries) > MAX_TEXTS or sum(map(len, queries)) > MAX_CHARACTERS:
            return None
        # No words of documents: `Stemmer` remembers the stems of those that it was fitted on.
        return self._kept(encoder, None)

    def spelling_encoder(self, encoder: Any, stored: StoredEncoder | None, documents: Any) -> QueryEncoder | None:
        """Return a query encoder that knows the words of the documents, and not only what steps such as stemming make.

        Parameters
        ----------
        encoder : callable
            Returns the encoder of the index.
        stored : StoredEncoder or None
            That in the folder of the index, if it has one.
        documents : column of strings, lists of words, or other documents
            Those that are indexed.
        """
        light = None if stored is None else stored.query_encoder
        return self._kept(encoder(), documents) if light is None else light

    def _kept(self, encoder: Any, documents: Any) -> QueryEncoder | None:
        """Return the query encoder that was made of an encoder, or make it: with words of documents, or without."""
        knows_words = documents is not None
        compiled = self._compiled.get(knows_words)
        if compiled is None or not compiled.is_of(encoder):
            with self._lock:
                compiled = self._compiled.get(knows_words)
                if compiled is None or not compiled.is_of(encoder):  # otherwise another thread has just made it
                    compiled = self._compiled[knows_words] = _Compiled(encoder, documents if knows_words else [])
        return compiled.query_encoder


class _Compiled:
    """The query encoder of an encoder, and what the encoder was like when it was made.

    Attributes
    ----------
    query_encoder : QueryEncoder or None
        None for an encoder without a description.
    """

    def __init__(self, encoder: Any, documents: Any) -> None:
        self._encoder = encoder
        self.query_encoder = _compile(encoder, documents)
        contents = () if self.query_encoder is None else _contents(encoder)
        self._before = [(content, list(_values(content))) for content in contents]

    def is_of(self, encoder: Any) -> bool:
        """Tell whether it is that of an encoder, no attribute or step of which was set since."""
        return encoder is self._encoder and all(
            len(now) == len(before) and all(map(is_, _values(now), before)) for now, before in self._before
        )


def _compile(encoder: Any, documents: Any) -> QueryEncoder | None:
    if kind_of(encoder, "CosineIndex") != TRANSFORMER:
        return None
    from textvec.encoders.query_description import describe  # it imports scikit-learn, as the encoder has done

    steps, _ = describe(encoder, documents)
    return None if steps is None else QueryEncoder(steps)


def _contents(encoder: Any) -> Iterator[Content]:
    """Yield what the query encoder depends on: the attributes of an encoder and of its steps, and lists of steps."""
    for part in parts_of(encoder):
        inner = [value for value in vars(part).values() if hasattr(value, "get_params") and not isinstance(value, type)]
        yield from map(vars, [part, *inner])
        if hasattr(part, "steps"):
            yield part.steps


def _values(content: Content) -> Iterable[Any]:
    return content.values() if isinstance(content, dict) else content
