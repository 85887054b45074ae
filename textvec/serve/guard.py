"""What every request passes before any route sees it: who asks, how much, how many at once, how long.

All of it stands here, so that a route that is added is under it, too. What is wrong is answered with JSON and a status
of the 4xx kind; what nobody expected with 500 and one sentence, its traceback going to standard error.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textvec.serve.errors import RequestError, error_answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from textvec.serve.settings import Settings

SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Headers of every answer: a browser loads only what comes from here, runs no script within the page, shows the page in
no frame, and keeps nothing."""

OPEN_PATHS = ("/", "/health", "/openapi.json")
"""What is answered to all: the page, which holds no documents, and what a supervisor asks."""
UNCOUNTED_PATHS = ("/health", "/metrics")
"""What is answered however many requests there are."""
READING = ("GET", "HEAD", "OPTIONS")
ASKING = ("/search", "/classify")
"""Routes of questions that are sent as POST."""
MAX_PIECE = 1 << 16
"""Bytes of an answer that are handed on at once: the rest waits until they are read, and counts as being answered."""

FAILED = "The service failed to answer. Its log says why."

Note = Callable[["Scope", int, float, int], None]
"""What is told of a request that was answered: its scope, status, seconds, and bytes of the answer."""


class Guard:
    """The outermost part of the service, around all routes.

    Parameters
    ----------
    app : ASGI application
        What answers.
    settings : Settings
    note : function
        Is told of every request, see `Note`.
    failed : function
        Is told of every exception that nobody expected.
    """

    def __init__(
        self, app: ASGIApp, settings: Settings, note: Note, failed: Callable[[Scope, BaseException], None]
    ) -> None:
        self.app, self.settings = app, settings
        self._note, self._failed = note, failed
        self._hosts = frozenset(name.lower() for name in settings.hosts or ("*",))
        self._token = None if settings.token is None else settings.token.encode()
        self._present = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, see the specification of ASGI."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:  # there is no route of another kind
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, answer = time.perf_counter(), _Answer(send)
        try:
            await self._guarded(scope, receive, answer)
        except RequestError as error:
            await answer.instead(error, scope, receive)
        except TimeoutError:
            seconds = self.settings.limits.seconds
            message = f"The answer took longer than {seconds:g} seconds. Ask for less, or again later."
            await answer.instead(RequestError(408, "time", message), scope, receive)
        except _GoneError:
            pass
        except Exception as error:
            self._failed(scope, error)
            await answer.instead(RequestError(500, "internal", FAILED), scope, receive)
        finally:
            self._note(scope, answer.status, time.perf_counter() - began, answer.n_bytes)

    async def _guarded(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        headers = {name: value for name, value in scope["headers"] if name in (b"host", b"authorization")}
        self._check_host(headers.get(b"host", b"").decode("latin-1"))
        self._check_token(scope, headers.get(b"authorization", b""))
        counts = _path(scope) not in UNCOUNTED_PATHS
        if counts and self._present >= self.settings.limits.concurrent:
            raise RequestError(
                429,
                "too_many",
                f"{self._present} requests are being answered, which is the limit. Ask again.",
                Retry_After="1",
            )
        self._present += counts
        try:
            end = asyncio.get_running_loop().time() + self.settings.limits.seconds
            async with asyncio.timeout_at(end):
                body = await self._body(scope, receive)
            # A change that has begun is made, and is not told to have failed because it took long.
            async with asyncio.timeout_at(end if _asks(scope) else None):
                await self.app(scope, body, answer)
        finally:
            self._present -= counts

    def _check_host(self, host: str) -> None:
        """Refuse foreign names: a page of others could make one that of this machine, and read what is answered."""
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
        if "*" not in self._hosts and name.removeprefix("[").removesuffix("]").lower() not in self._hosts:
            named = ", ".join(sorted(self._hosts))
            raise RequestError(400, "host", f"The service is not called {name[:100]!r}, but {named}. See --allow-host.")

    def _check_token(self, scope: Scope, given: bytes) -> None:
        path = _path(scope)
        if path in OPEN_PATHS or path.startswith("/static/"):
            return
        if not self.settings.reads_need_token and (_asks(scope) or not self.settings.writes):
            return
        scheme, _, token = given.partition(b" ")
        is_right = self._token is not None and hmac.compare_digest(token.strip(), self._token)
        if scheme.lower() != b"bearer" or not is_right:
            came = "none came" if not given else "another one came"
            message = f"This needs the token of the service, and {came}: Authorization: Bearer TOKEN."
            raise RequestError(401, "token", message, WWW_Authenticate="Bearer")

    async def _body(self, scope: Scope, receive: Receive) -> Receive:
        """Read what was sent, no more of it than may be, and return a function that gives it to the routes."""
        most = 0 if _path(scope) in UNCOUNTED_PATHS else self.settings.limits.body_bytes
        parts: list[bytes] = []
        size = 0
        message = f"The body of this request may have {most:,} bytes. Send less at a time."
        too_large = RequestError(413, "body", message, Connection="close")
        told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if told.isdigit() and int(told) > most:
            raise too_large
        while True:
            came = await receive()
            if came["type"] != "http.request":
                raise _GoneError
            parts.append(came.get("body", b""))
            size += len(parts[-1])
            if size > most:
                raise too_large
            if not came.get("more_body"):
                break
        whole: list[Message] = [{"type": "http.request", "body": b"".join(parts), "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        return replay


def _path(scope: Scope) -> str:
    """Return the path as routes are found by it: without that under which the whole service may be mounted."""
    path, root = str(scope["path"]), str(scope.get("root_path", "")).rstrip("/")
    return path.removeprefix(root) if path.startswith(f"{root}/") else path


def _asks(scope: Scope) -> bool:
    """Tell whether a request changes nothing."""
    return scope["method"] in READING or (scope["method"] == "POST" and _path(scope) in ASKING)


class _GoneError(Exception):
    """The sender of a request has closed the connection before all of it came, or all of the answer was sent."""


class _Answer:
    """What is sent, with the headers that all answers have."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status, self.n_bytes = 0, 0

    async def __call__(self, message: Message) -> None:
        body = message.get("body", b"")
        for start in range(0, len(body) - MAX_PIECE, MAX_PIECE):
            piece = body[start : start + MAX_PIECE]
            await self({"type": "http.response.body", "body": piece, "more_body": True})
        if len(body) > MAX_PIECE:
            message = {**message, "body": body[(len(body) - 1) // MAX_PIECE * MAX_PIECE :]}
        if message["type"] == "http.response.start":
            self.status = message["status"]
            there = {name.lower() for name, _ in message["headers"]}
            more = [(name.lower().encode(), value.encode()) for name, value in SAFE_HEADERS.items()]
            message["headers"] = [*message["headers"], *(each for each in more if each[0] not in there)]
        else:
            self.n_bytes += len(message.get("body", b""))
        try:
            await self._send(message)
        except (OSError, RuntimeError) as error:  # the loop's word for a connection that is closed
            raise _GoneError from error

    async def instead(self, error: RequestError, scope: Scope, receive: Receive) -> None:
        """Send an error, unless an answer has begun, which can only be cut off."""
        if not self.status:
            await error_answer(error)(scope, receive, self)
