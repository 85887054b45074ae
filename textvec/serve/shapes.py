"""The shapes of what goes out, as OpenAPI and MCP tell them; the answers are made in `answers` and `searching`.

Tested in tests/serve/test_openapi.py.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """What all have in common: nothing that is not named."""

    model_config = ConfigDict(extra="forbid")


class ErrorContent(Shape):
    """What is wrong."""

    code: str = Field(description="What programs go by.")
    message: str = Field(description="What was expected, what came, and what to do.")


class Error(Shape):
    """The answer to a request that is not answered as it was meant."""

    error: ErrorContent


class Mark(Shape):
    """Characters of a text that gave something to a score, counted in code points."""

    start: int
    end: int
    contribution: float


class Reason(Shape):
    """A term and what it gave."""

    term: str
    contribution: float


class Passage(Shape):
    """Where the passage that was found is in its document."""

    number: int
    start: int
    end: int


class Hit(Shape):
    """A document that was found."""

    id: int | str
    score: float
    text: str = Field(description="What was found: the passage, or the document.")
    passage: Passage | None
    metadata: dict[str, Any]
    reasons: list[Reason] | None
    marks: list[Mark] | None


class Unknown(Shape):
    """A word of a query that the index does not know, and the known word that is spelt most like it."""

    word: str
    suggestion: str | None


class Value(Shape):
    """A value of metadata, and how many of the hits have it."""

    value: str | int | bool | None
    count: int


class Facet(Shape):
    """A column of metadata to filter by."""

    column: str
    values: list[Value]
    more: int = Field(description="How many further values there are.")


class Counted(Shape):
    """What answers with hits have besides."""

    took_ms: float
    facets: list[Facet] | None
    counted: int | None = Field(description="Among how many of the best hits facets are counted.")


class HitsOfQuery(Shape):
    """The hits of a query, best first."""

    query: str
    hits: list[Hit]


class HitsOfDocument(Shape):
    """The documents most like one of the index."""

    id: int | str
    hits: list[Hit]


class QueryAnswer(HitsOfQuery):
    """The hits of one query of several."""

    unknown: list[Unknown] | None


class SearchAnswer(Counted, QueryAnswer):
    """The hits of a query, best first, with what was asked besides."""


class SimilarAnswer(Counted, HitsOfDocument):
    """The documents most like one of the index, with what was asked besides."""


class SearchesAnswer(Shape):
    """The hits of each query."""

    took_ms: float
    results: list[QueryAnswer]


class Document(Shape):
    """A document of the index."""

    id: int | str
    text: str
    metadata: dict[str, Any]


class Part(Shape):
    """What one of two searches gave."""

    part: str
    contribution: float
    rank: int | None
    score: float


class ExplainAnswer(Shape):
    """What made the score of a document."""

    id: int | str
    score: float
    query: str
    query_marks: list[Mark]
    text: str
    marks: list[Mark]
    reasons: list[Reason]
    parts: list[Part] | None


class Score(Shape):
    """How much speaks for a class."""

    label: str | int | float | bool
    score: float


class DecisionReasons(Shape):
    """Why a class was chosen."""

    exact: bool
    score_name: str
    intercept: float | None
    reasons: list[Reason]
    marks: list[Mark]
    unknown_words: list[str]


class Classified(Shape):
    """The class of a text."""

    label: str | int | float | bool
    scores: list[Score] | None
    explanation: DecisionReasons | None


class ClassifyAnswer(Shape):
    """The class of each text."""

    took_ms: float
    results: list[Classified]


class MetadataColumn(Shape):
    """A column of metadata."""

    column: str
    type: str


class IndexInfo(Shape):
    """What is searched."""

    model_config = ConfigDict(extra="allow")
    documents: int
    ids: str
    scores: str
    explains: bool
    metadata: list[MetadataColumn]


class ModelInfo(Shape):
    """What classifies."""

    name: str
    classes: list[str | int | float | bool]
    scores: str | None


class Info(Shape):
    """What the service has, and how much one may ask for."""

    version: str
    index: IndexInfo | None
    model: ModelInfo | None
    writes: bool
    reads_need_token: bool
    limits: dict[str, float]


class Health(Shape):
    """That the service answers."""

    status: str


class Changed(Shape):
    """How many documents there are after a change."""

    documents: int
