"""The shapes of what the MCP server answers, those of the HTTP service, from which clients get their schemas.

Tested in tests/serve/test_mcp_server.py.
"""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict  # pydantic takes that of `typing` from Python 3.12 only


class Mark(TypedDict):
    """Characters of a text, from `start` up to `end`, and what they gave to its score."""

    start: int
    end: int
    contribution: float


class Reason(TypedDict):
    """A term, and what it gave to a score."""

    term: str
    contribution: float


class Passage(TypedDict):
    """Which passage of a document was found: its number, its first character and the one after its last."""

    number: int
    start: int
    end: int


class Hit(TypedDict):
    """A document that was found."""

    id: str | int
    score: float
    text: str
    passage: Passage | None
    metadata: dict[str, Any]
    reasons: list[Reason] | None
    marks: list[Mark] | None


class Found(TypedDict):
    """What was found for a query."""

    query: str
    hits: list[Hit]


class Similar(TypedDict):
    """What was found for a document."""

    id: str | int
    hits: list[Hit]


class Part(TypedDict):
    """What one of two searches gave to a score."""

    part: str
    contribution: float
    rank: int | None
    score: float | None


class Explained(TypedDict):
    """Why a document has its score."""

    id: str | int
    score: float
    query: str
    query_marks: list[Mark]
    text: str
    marks: list[Mark]
    reasons: list[Reason]
    parts: list[Part] | None


class ClassScore(TypedDict):
    """How much speaks for a class."""

    label: str | int | float | bool
    score: float


class Decision(TypedDict):
    """What spoke for a class, and against it."""

    exact: bool
    score_name: str
    intercept: float | None
    reasons: list[Reason]
    marks: list[Mark]
    unknown_words: list[str]


class Classified(TypedDict):
    """The class of a text."""

    label: str | int | float | bool
    scores: list[ClassScore]
    explanation: Decision
