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
        self._hosts = frozenset(settings.hosts)
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
        counts = scope["path"] not in UNCOUNTED_PATHS
        if counts and self._present >= self.settings.limits.concurrent:
            raise RequestError(
                429,
                "too_many",
                f"{self._present} requests are being answered, which is the limit. Ask again.",
                Retry_After="1",
            )
        self._present += counts
        try:
            async with asyncio.timeout(self.settings.limits.seconds):
                await self.app(scope, await self._body(scope, receive), answer)
        finally:
            self._present -= counts

    def _check_host(self, host: str) -> None:
        """Refuse foreign names: a page of others could make one that of this machine, and read what is answered."""
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
        if "*" not in self._hosts and name.removeprefix("[").removesuffix("]").lower() not in self._hosts:
            named = ", ".join(sorted(self._hosts))
            raise RequestError(400, "host", f"The service is not called {name[:100]!r}, but {named}. See --allow-host.")

    def _check_token(self, scope: Scope, given: bytes) -> None:
        path = scope["path"]
        if path in OPEN_PATHS or path.startswith("/static/"):
            return
        reads = scope["method"] in READING or path in ASKING
        if reads and not self.settings.reads_need_token:
            return
        if not self.settings.writes and not reads:
            return  # there is no such route
        scheme, _, token = given.partition(b" ")
        is_right = self._token is not None and hmac.compare_digest(token.strip(), self._token)
        if scheme.lower() != b"bearer" or not is_right:
            came = "none came" if not given else "another one came"
            message = f"This needs the token of the service, and {came}: Authorization: Bearer TOKEN."
            raise RequestError(401, "token", message, WWW_Authenticate="Bearer")

    async def _body(self, scope: Scope, receive: Receive) -> Receive:
        """Read what was sent, no more of it than may be, and return a function that gives it to the routes."""
        most, parts, size = self.settings.limits.body_bytes, [], 0
        told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        too_large = RequestError(
            413, "body", f"The body of a request may have {most:,} bytes. Send less at a time.", Connection="close"
        )
        if int(told) > most:
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


class _GoneError(Exception):
    """The sender of a request has closed the connection before all of it came, or all of the answer was sent."""


class _Answer:
    """What is sent, with the headers that all answers have."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status, self.n_bytes = 0, 0

    async def __call__(self, message: Message) -> None:
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
