"""What the service tells of itself: a line of JSON for each request, and metrics for Prometheus.

The lines hold no query and no text: they are kept longer, and read by more people, than what somebody looked for.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import traceback
import warnings
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

if TYPE_CHECKING:
    from starlette.types import Scope

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Up to where the classes of the histogram of times go."""
METHODS = ("GET", "POST", "PUT", "DELETE")
"""Those that there are routes for; what else clients make up is one."""
WORKERS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable with the folder where workers add up their figures."""


class Notes:
    """What is told of requests.

    Parameters
    ----------
    access_log : bool
        Whether each is a line on standard error.
    """

    media_type = CONTENT_TYPE_LATEST

    def __init__(self, access_log: bool) -> None:
        self._access_log = access_log
        self._registry = CollectorRegistry()
        one = self._registry
        self._requests = Counter(
            "textvec_requests", "Requests that were answered.", ["route", "method", "status"], registry=one
        )
        self._seconds = Histogram(
            "textvec_request_seconds",
            "Time until the last byte of an answer.",
            ["route"],
            buckets=SECONDS,
            registry=one,
        )
        self._batches = Histogram(
            "textvec_batch_size", "Searches that were made together.", buckets=(1, 2, 4, 8, 16, 32, 64), registry=one
        )
        self._documents = Gauge(
            "textvec_documents", "Documents of the index.", multiprocess_mode="mostrecent", registry=one
        )
        self._refreshes = Counter("textvec_index_refreshes", "Changes of the index that were taken up.", registry=one)
        self._failures = Counter("textvec_failures", "Exceptions that nobody expected.", registry=one)

    def request(self, scope: Scope, status: int, seconds: float, n_bytes: int) -> None:
        """Note a request that was answered; status 0 is one whose sender has gone."""
        route = getattr(scope.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in METHODS and route != "other" else "other"
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if self._access_log:
            client = scope.get("client")
            log_line(
                "info",
                method=scope["method"],
                path=scope["path"],
                status=status,
                ms=round(1000 * seconds, 2),
                bytes=n_bytes,
                client=client[0] if client else None,
            )

    def batch(self, n: int) -> None:
        """Note searches that were made together."""
        self._batches.observe(n)

    def documents(self, n: int) -> None:
        """Note how many documents there are."""
        self._documents.set(n)

    def refreshed(self, n: int) -> None:
        """Note that a change of the index was taken up, and how many documents there are now."""
        self._refreshes.inc()
        self.documents(n)

    def failed(self, scope: Scope | None, error: BaseException) -> None:
        """Note an exception that nobody expected, with its traceback."""
        self._failures.inc()
        trace = "".join(traceback.format_exception(error))
        log_line("error", path=None if scope is None else scope["path"], error=repr(error), traceback=trace)

    def warn(self, message: str) -> None:
        """Note what an operator should know."""
        log_line("warning", message=message)

    def metrics(self) -> bytes:
        """Return all figures as Prometheus reads them, those of all workers together."""
        if WORKERS_FOLDER not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)


def log_line(level: str, **fields: Any) -> None:
    """Write a line of JSON to standard error."""
    now = datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds")
    # ASCII, so that what a path holds neither steers a terminal nor ends a line.
    line = json.dumps({"time": now, "level": level, "process": os.getpid(), **fields})
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def capture_logs() -> None:
    """Let what libraries log, and warn of, be lines of JSON, too."""
    logging.getLogger("uvicorn").handlers = [_LinesOfJson(logging.WARNING)]
    logging.getLogger("asyncio").handlers = [_LinesOfJson(logging.WARNING)]
    # A query of unknown words is no news for an operator.
    warnings.filterwarnings("ignore", message=".*hold no word that has a vector")
    warnings.showwarning = lambda message, *_: log_line("warning", message=str(message))


_NO_NEWS = "ASGI callable returned without completing response."
"""What uvicorn says of a client that has gone."""


class _LinesOfJson(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() == _NO_NEWS:
            return
        trace = {} if record.exc_info is None else {"traceback": "".join(traceback.format_exception(*record.exc_info))}
        log_line(record.levelname.lower(), message=record.getMessage(), logger=record.name, **trace)
