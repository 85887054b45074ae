"""What an encoder does with a query, as plain data, for `query_encoder`: written when an index is saved.

The encoder itself is asked, while it is alive: each of its steps knows what it does. So a private attribute can be
renamed without breaking queries.

Tested in tests/encoders/test_query_encoder.py.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from textvec._common.query_steps import NotDescribedError, require
from textvec.encoders.pipeline_steps import parts_of, steps_of, transformed
from textvec.encoders.query_encoder import QueryEncoder
from textvec.preprocessing import Tokenizer
from textvec.text.chunks import in_chunks

_KNOWN_PACKAGES = ("textvec", "sklearn")
"""A subclass elsewhere may do anything, with the description that it inherits."""


class QueryDescription(NamedTuple):
    """The description of an encoder, or why there is none.

    Attributes
    ----------
    steps : list of dict or None
        What each step does, the kind of the step under "step".
    reason : str or None
        Why queries need the encoder itself.
    """

    steps: list[dict[str, Any]] | None
    reason: str | None


def describe(encoder: Any, documents: Any, before: QueryEncoder | None = None) -> QueryDescription:
    """Ask a fitted encoder what it does with a query.

    Parameters
    ----------
    encoder : transformer
    documents : column of strings, lists of words, or other documents
        Those that are indexed. Their words are likely in queries: what a slow step makes of them is written down.
    before : QueryEncoder, optional
        Of the encoder before it learnt words of these documents: the words that are written down there are again.
    """
    try:
        return QueryDescription(_described(encoder, documents, before), None)
    except NotDescribedError as error:
        return QueryDescription(None, str(error))


def _described(encoder: Any, documents: Any, before: QueryEncoder | None) -> list[dict[str, Any]]:
    for part in parts_of(encoder):
        _check_class(part)
    steps = steps_of(encoder)
    if not isinstance(steps[0], Tokenizer) and not hasattr(steps[0], "token_pattern"):
        own = getattr(steps[0], "_tokenizer", Tokenizer)()  # steps that are given text cut it with one of their own
        steps = [own, *steps]
    described: list[dict[str, Any]] = []
    written = iter([] if before is None else before.stemmed_words)
    for i, step in enumerate(steps):
        name = type(step).__name__
        require(hasattr(step, "_query_steps"), f"{name} has no description for queries")
        require("_sklearn_output_config" not in vars(step), f"set_output was called on {name}")
        words: set[str] = set()
        if getattr(step, "_is_slow_on_words", False):
            words = _distinct_words(steps[:i], documents).union(next(written, []))
        described += step._query_steps(tuple(steps[:i]), sorted(words))
    try:
        QueryEncoder(described)  # what is written must be what can be read
    except ValueError as error:
        raise NotDescribedError(str(error)) from None
    return described


def _check_class(part: Any) -> None:
    """Raise an error unless an encoder, or a step of it, does what its class does, and that is one known here."""
    kind = type(part)
    require(kind.__module__.partition(".")[0] in _KNOWN_PACKAGES, f"{kind.__name__} is a class of another package")
    own = [name for name in vars(part) if callable(getattr(kind, name, None))]
    require(not own, f"{kind.__name__} has a {', '.join(own)} of its own")


def _distinct_words(steps: list[Any], documents: Any) -> set[str]:
    """Return the distinct words of documents as they come out of some steps."""
    words: set[str] = set()
    for chunk in in_chunks(documents):
        words.update(transformed(chunk.documents, steps).vocabulary.tolist())
    return words
