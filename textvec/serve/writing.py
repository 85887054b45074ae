"""The routes that change the index, which are there with --write, and need the token.

Annotations are evaluated here, see `routes`.

Tested in tests/serve/test_writing.py.
"""

from typing import Annotated, Any

from fastapi import FastAPI, Path, Security
from fastapi.responses import Response
from fastapi.security import HTTPBearer
from pydantic import BeforeValidator, Field, StrictInt, StrictStr

from textvec.serve import shapes
from textvec.serve.errors import RequestError
from textvec.serve.json_answer import json_answer
from textvec.serve.routes import ERRORS, MAX_ID_CHARACTERS
from textvec.serve.service import Service


def _whole(given: Any) -> Any:
    """Return 7 for 7.0, which is a whole number in JSON."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


_Whole = Annotated[StrictInt, Field(ge=-(2**53) + 1, le=2**53 - 1), BeforeValidator(_whole)]
"""Whole numbers that all programs which read JSON have exactly, those in browsers included."""
_Name = Annotated[StrictStr, Field(max_length=MAX_ID_CHARACTERS)]


def add_writing_routes(app: FastAPI, service: Service) -> None:
    """Give an application the routes that change the index."""
    limits = service.settings.limits
    shared: dict[str, Any] = {"responses": ERRORS, "dependencies": [Security(HTTPBearer(auto_error=False))]}

    class Replacement(shapes.Shape):
        """A document to put in the place of the one with its id."""

        id: _Whole | _Name
        text: Annotated[str, Field(max_length=limits.text_characters)]
        metadata: Annotated[dict[str, Any], Field(default_factory=dict)]

    class NewDocument(Replacement):
        """A document to add, which gets the next number where it has no id."""

        id: _Whole | _Name | None = None  # type: ignore[assignment]

    class Replacements(shapes.Shape):
        """Documents to put in the place of others."""

        documents: Annotated[list[Replacement], Field(min_length=1, max_length=limits.texts)]

    class NewDocuments(shapes.Shape):
        """Documents to add."""

        documents: Annotated[list[NewDocument], Field(min_length=1, max_length=limits.texts)]

    @app.post("/documents", response_model=shapes.Changed, **shared)
    async def add(asked: NewDocuments) -> Response:
        """Add documents: all of them, or none."""
        texts, more = _columns(asked.documents)
        return json_answer({"documents": await service.change(lambda index: index.add(texts, **more))})

    @app.put("/documents", response_model=shapes.Changed, **shared)
    async def replace(asked: Replacements) -> Response:
        """Put documents in the place of those with their ids: of all of them, or of none."""
        texts, more = _columns(asked.documents)
        return json_answer({"documents": await service.change(lambda index: index.update(texts, **more))})

    @app.delete("/documents/{id:path}", response_model=shapes.Changed, **shared)
    async def delete(id: Annotated[_Name, Path()]) -> Response:  # noqa: A002
        """Delete a document."""
        return json_answer({"documents": await service.change(lambda index: index.delete(index._written_id(id)))})


def _columns(documents: list[Any]) -> tuple[list[str], dict[str, Any]]:
    """Return texts, and ids and metadata as indexes take them.

    Raises
    ------
    RequestError
        If some have an id, and others none.
    """
    ids = [each.id for each in documents if each.id is not None]
    if ids and len(ids) < len(documents):
        message = f"Of {len(documents)} documents {len(ids)} have an id: give one to all, or to none."
        raise RequestError(409, "conflict", message)
    metadata = [each.metadata for each in documents]
    return [each.text for each in documents], {"ids": ids or None, "metadata": metadata if any(metadata) else None}
