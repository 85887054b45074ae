"""The service as an ASGI application: routes, errors, the page, all behind the guard."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from uvicorn.config import STARTUP_FAILURE

from textvec._version import __version__
from textvec.serve.errors import RequestError, error_answer
from textvec.serve.guard import FAILED, Guard
from textvec.serve.notes import WORKERS_FOLDER, Notes, capture_logs, log_line
from textvec.serve.page import page_files, page_html
from textvec.serve.routes import add_routes
from textvec.serve.service import Service
from textvec.serve.settings import Settings
from textvec.serve.writing import add_writing_routes

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from textvec.serve.served_model import ServedModel

SECONDS_BETWEEN_STARTS = 1.0
"""How long a worker that cannot start waits before the next may try, where there was one that could."""
_CODES = {404: "no_route", 405: "method", 413: "body"}


def create_app(settings: Settings, *, model: ServedModel | None = None) -> ASGIApp:
    """Return the service as an application for any ASGI server.

    Parameters
    ----------
    settings : Settings
        Which index and model, and who may ask what.
    model : ServedModel, optional
        The model of the settings, where it is open already.

    Returns
    -------
    ASGI application

    Raises
    ------
    FileNotFoundError, DamagedIndexError
        If there is no index, or it is damaged.
    ValueError
        If the index cannot be asked with texts, or cannot be changed and should be.

    Examples
    --------
    >>> import tempfile
    >>> from fastapi.testclient import TestClient
    >>> from textvec import BM25Index
    >>> from textvec.serve import Settings, create_app
    >>> folder = tempfile.mkdtemp()
    >>> BM25Index().fit(["red apple", "green pear"]).save(folder)
    >>> with TestClient(create_app(Settings(index=folder))) as client:
    ...     found = client.get("/search", params={"q": "a pear"}).json()
    >>> [(hit["id"], hit["text"]) for hit in found["hits"]]
    [(1, 'green pear')]
    """
    notes = Notes(settings.access_log)
    service = Service(settings, notes, model)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await service.start()
        yield
        await service.stop()

    app = FastAPI(
        title="textvec",
        summary="An index and a model of textvec, asked over HTTP.",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,  # pages that load their scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    app.exception_handler(RequestError)(_tell)
    app.exception_handler(RequestValidationError)(_tell_validation)
    app.exception_handler(HTTPException)(_tell_http)
    app.exception_handler(Exception)(_tell_failure)  # the guard notes what it was
    add_routes(app, service)
    if settings.writes:
        add_writing_routes(app, service)
    app.router.routes.append(_file_route("/", "text/html; charset=utf-8", page_html()))
    app.router.routes.extend(_file_route(f"/static/{name}", *file) for name, file in page_files().items())
    return Guard(app, settings, notes.request, notes.failed)


def app_of_environment() -> ASGIApp:
    """Return the service of a worker, whose settings are in the environment.

    Raises
    ------
    SystemExit
        If it cannot start: with the code by which uvicorn knows that another attempt would end in the same way.
    """
    capture_logs()
    started = Path(os.environ[WORKERS_FOLDER], "started")
    try:
        app = create_app(Settings.from_environment())
    except (ValueError, OSError, ImportError, TypeError) as error:
        log_line("error", message=str(error))
        if started.exists():  # others answer; uvicorn starts another in the place of this one
            time.sleep(SECONDS_BETWEEN_STARTS)
            raise SystemExit(1) from error
        raise SystemExit(STARTUP_FAILURE) from error
    started.touch()
    return app


def _file_route(path: str, kind: str, content: bytes) -> Route:
    async def answer(request: Request) -> Response:
        return Response(content, media_type=kind)

    return Route(path, answer, methods=["GET"], include_in_schema=False)


async def _tell(request: Request, error: RequestError) -> Response:
    return error_answer(error)


async def _tell_failure(request: Request, error: Exception) -> Response:
    return error_answer(RequestError(500, "internal", FAILED))


async def _tell_validation(request: Request, error: RequestValidationError) -> Response:
    """Say what is wrong with parameters or the body: the first thing, as it is named."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        message = f"The body is no JSON: {first['ctx']['error']}, at character {first['loc'][-1]}."
        return error_answer(RequestError(400, "json", message))
    where, *names = map(str, first["loc"])
    name = ".".join(names) or "the body"
    what = "the body" if where == "body" and not names else f"{name!r} ({where})"
    return error_answer(RequestError(422, "parameter", f"{what}: {_sentence(first)}"))


def _sentence(found: dict[str, Any]) -> str:
    came = found.get("input")
    shown = f" It is {came!r:.60}." if isinstance(came, str | int | float | bool) else ""
    return f"{found['msg'].rstrip('.')}.{shown}"


async def _tell_http(request: Request, error: HTTPException) -> Response:
    code = _CODES.get(error.status_code, "request")
    headers = dict(error.headers or {})
    if code == "method":  # the framework names those of one route, and a path may have several
        matching = [each for each in request.app.router.routes if each.matches(request.scope)[0] is not Match.NONE]
        headers = {"Allow": ", ".join(sorted({method for each in matching for method in each.methods}))}
    message = {
        "no_route": f"There is no {request.url.path!r:.100}. /openapi.json lists what there is.",
        "method": f"{request.method} is no method of {request.url.path!r:.100}.",
    }.get(code, str(error.detail))
    return error_answer(RequestError(error.status_code, code, message, **headers))
