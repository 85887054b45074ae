"""The routes that ask.

The limits of the settings are in the signatures, so that OpenAPI tells them. For that, annotations are evaluated here,
and not kept as text.

Tested in tests/serve/test_app.py.
"""

import time
from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Security
from fastapi.responses import Response
from fastapi.security import HTTPBearer
from pydantic import Field

from textvec._version import __version__
from textvec.serve import answers, shapes
from textvec.serve.json_answer import json_answer
from textvec.serve.searching import Search, explanation, similar
from textvec.serve.service import Service

MAX_CONDITIONS = 20
"""Conditions of one search."""
MAX_EXPLAINED = 100
"""Hits of one request that are explained, the first ones: each takes some milliseconds, and nobody reads more."""
MAX_K_OF_MANY = 100
"""Hits of each query where several are asked at once: documents may be long, and all of them are one answer."""
MAX_ID_CHARACTERS = 1000
"""Characters of an id."""

ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": shapes.Error, "description": what}
    for status, what in {
        400: "No JSON, or a foreign host.",
        401: "A token is needed.",
        404: "There is no such document, no index, or no model.",
        408: "The answer took too long.",
        409: "The change does not fit the index as it is.",
        413: "The body is too large.",
        422: "A parameter is out of its range, or does not fit the index.",
        429: "Too many requests at the same time.",
        500: "The service failed.",
        503: "The index cannot be read, or somebody else is writing to it.",
    }.items()
}


def add_routes(app: FastAPI, service: Service) -> None:
    """Give an application the routes that ask."""
    limits = service.settings.limits
    token: dict[str, Any] = {"dependencies": [Security(HTTPBearer(auto_error=False))]}
    shared: dict[str, Any] = {"responses": ERRORS} | (token if service.settings.reads_need_token else {})

    text = Annotated[str, Field(max_length=limits.query_characters)]
    q = Annotated[str, Query(max_length=limits.query_characters, description="What to look for.")]
    k = Annotated[int, Query(ge=1, le=limits.k, description="How many hits at the most.")]
    where = Annotated[
        list[text],
        Query(
            max_length=MAX_CONDITIONS,
            description="Conditions on metadata, which all hold: `year >= 2000`, or an object in JSON, "
            '`{"label": ["spam", null]}`.',
        ),
    ]
    min_score = Annotated[float | None, Query(ge=0, allow_inf_nan=False, description="Leave out weaker hits.")]
    facets = Annotated[bool, Query(description="Count the values of metadata among the best hits.")]
    of_document = Annotated[str, Field(max_length=MAX_ID_CHARACTERS, description="Id of a document.")]

    class SearchBody(shapes.Shape):
        """Several searches at once."""

        queries: Annotated[list[text], Field(min_length=1, max_length=limits.texts)]
        k: Annotated[int, Field(ge=1, le=min(limits.k, MAX_K_OF_MANY))] = 10
        where: Annotated[list[text], Field(max_length=MAX_CONDITIONS, default_factory=list)]
        min_score: Annotated[float | None, Field(ge=0, allow_inf_nan=False)] = None
        explain: Annotated[bool, Field(description=f"Tell why the first {MAX_EXPLAINED} hits of all are.")] = False

    class ClassifyBody(shapes.Shape):
        """Texts to classify."""

        texts: Annotated[
            list[Annotated[str, Field(max_length=limits.text_characters)]], Field(min_length=1, max_length=limits.texts)
        ]
        explain: bool = False

    async def id_of(written: str) -> str | int:
        return await service.ask(lambda index: index._written_id(written))

    @app.get("/search", response_model=shapes.SearchAnswer, **shared)
    async def search(
        q: q,
        k: k = 10,
        where: where = [],  # noqa: B006  (FastAPI copies it)
        min_score: min_score = None,
        explain: Annotated[
            bool, Query(description=f"Tell why the first {MAX_EXPLAINED} hits are; unknown words.")
        ] = False,
        facets: facets = False,
    ) -> Response:
        """Find the documents that are most like a query."""
        began = time.perf_counter()
        [found] = await service.search([Search(q, k, tuple(where), min_score, MAX_EXPLAINED * explain, facets)])
        return json_answer({"took_ms": _ms_since(began), **found})

    @app.post("/search", response_model=shapes.SearchesAnswer, **shared)
    async def search_many(asked: SearchBody) -> Response:
        """Find the documents that are most like each of some queries."""
        began = time.perf_counter()
        explained = max(1, MAX_EXPLAINED // len(asked.queries)) if asked.explain else 0
        searches = [Search(query, asked.k, tuple(asked.where), asked.min_score, explained) for query in asked.queries]
        found = await service.search(searches)
        told = [{name: each[name] for name in ("query", "hits", "unknown")} for each in found]
        return json_answer({"took_ms": _ms_since(began), "results": told})

    @app.get("/similar/{id:path}", response_model=shapes.SimilarAnswer, **shared)
    async def more_like_this(
        id: Annotated[of_document, Path()],  # noqa: A002
        k: k = 10,
        where: where = [],  # noqa: B006
        min_score: min_score = None,
        facets: facets = False,
    ) -> Response:
        """Find the documents that are most like one of the index."""
        began = time.perf_counter()
        of = await id_of(id)
        found = await service.ask(lambda index: similar(index, of, k, where, min_score, facets))
        return json_answer({"took_ms": _ms_since(began), **found})

    @app.get("/documents/{id:path}", response_model=shapes.Document, **shared)
    async def document(id: Annotated[of_document, Path()]) -> Response:  # noqa: A002
        """Return a document."""
        of = await id_of(id)
        return json_answer(await service.ask(lambda index: answers.document(index[of])))

    @app.get("/explain", response_model=shapes.ExplainAnswer, **shared)
    async def explain(q: q, id: Annotated[of_document, Query()], k: k = 10) -> Response:  # noqa: A002
        """Tell what made the score of a document for a query, among k hits where that makes a difference."""
        of = await id_of(id)
        return json_answer(await service.ask(lambda index: answers.explained(explanation(index, q, of, k))))

    @app.post("/classify", response_model=shapes.ClassifyAnswer, **shared)
    async def classify(asked: ClassifyBody) -> Response:
        """Return the class of each text."""
        began = time.perf_counter()
        found = await service.classify(asked.texts, asked.explain)
        return json_answer({"took_ms": _ms_since(began), "results": found})

    @app.get("/info", response_model=shapes.Info, **shared)
    async def info() -> Response:
        """Return what the service has, and how much one may ask for."""
        return json_answer(await _info(service))

    @app.get("/health", response_model=shapes.Health, responses={500: ERRORS[500]})
    async def health() -> Response:
        """Tell that the service answers: "ok", or "stale" while a changed index cannot be opened."""
        return json_answer({"status": "stale" if service.is_stale else "ok"})

    @app.get("/metrics", response_class=Response, **shared)
    async def metrics() -> Response:
        """Return figures for Prometheus."""
        return Response(service.notes.metrics(), media_type=service.notes.media_type)


async def _info(service: Service) -> dict[str, Any]:
    settings, model, index = service.settings, service.model, None
    if service.index is not None:
        index = await service.ask(answers.index_info) | {"explains": service.index.explains}
    return {
        "version": __version__,
        "index": index,
        "model": None if model is None else {"name": model.name, "classes": model.classes, "scores": model.scores},
        "writes": settings.writes,
        "reads_need_token": settings.reads_need_token,
        "limits": vars(settings.limits),
    }


def _ms_since(began: float) -> float:
    return round(1000 * (time.perf_counter() - began), 3)
