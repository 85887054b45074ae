"""How an estimator describes itself for the query encoder, see `encoders.query_description`.

A step of an encoder that queries can do without has a method `_query_steps(before, words)`: `before` are the steps
before it, `words` some words that come to it. It returns plain data, a list of dicts with the kind of a step under
"step" and all that `encoders.query_encoder` needs to do the same. A step that cannot be described as its parameters are
raises `NotDescribedError`.

Tested in tests/encoders/test_query_encoder.py.
"""

from __future__ import annotations

from typing import Any


class NotDescribedError(Exception):
    """A step of an encoder does something that the query encoder cannot do; the message says what."""


def require(condition: Any, otherwise: str) -> None:
    """Raise `NotDescribedError`, with what stands in the way, unless the condition holds."""
    if not condition:
        raise NotDescribedError(otherwise)
