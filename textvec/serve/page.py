"""The page for people: files beside this module, and nothing from elsewhere.

Tested in tests/browser/test_serve_page.py.
"""

from __future__ import annotations

from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
"""The types of the files of the page."""


def page_routes() -> list[Route]:
    """Return a route for the page, and one for each file that it loads."""
    routes = []
    for file in sorted(files(__package__).iterdir(), key=lambda file: file.name):
        kind = TYPES.get(file.name[file.name.rfind(".") :])
        if kind is not None:
            path = "/" if file.name == "page.html" else f"/static/{file.name}"
            routes.append(_route(path, file.read_bytes(), kind))
    return routes


def _route(path: str, content: bytes, kind: str) -> Route:
    async def answer(request: Request) -> Response:
        return Response(content, media_type=f"{kind}; charset=utf-8")

    return Route(path, answer, methods=["GET"], include_in_schema=False)
