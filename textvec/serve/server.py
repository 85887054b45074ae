"""The service as processes: a socket, one worker or several, and an end that lets requests finish.

Tested in tests/cli/test_serve.py.
"""

from __future__ import annotations

import dataclasses
import errno
import ipaddress
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from textvec.index.opening import open_index
from textvec.serve.settings import Settings

if TYPE_CHECKING:
    from textvec.serve.served_model import ServedModel

NAMES_OF_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_BACKLOG = 2048
"""Connections that the system keeps waiting for one that accepts them."""


def run(
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    model: ServedModel | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until a signal ends it; SIGTERM and Ctrl-C let requests that have begun finish.

    Parameters
    ----------
    settings : Settings
        Which index and model, and who may ask what.
    host : str, default="127.0.0.1"
        The address to bind; "0.0.0.0" is all of this machine.
    port : int, default=8000
        0 is any that is free.
    workers : int, default=1
        Processes. The operating system keeps one copy of the index for all of them.
    model : ServedModel, optional
        The model of the settings, where it is open already; of use to a single worker.
    ready : function, optional
        Is given the address when the socket is bound.

    Raises
    ------
    OSError
        If the address cannot be bound.
    """
    options: dict[str, Any] = {
        "log_config": None,
        "access_log": False,  # the guard writes one
        "server_header": False,
        "timeout_graceful_shutdown": max(1, round(settings.limits.seconds)),
    }
    with _bound(host, port) as bound:
        if settings.hosts is None:
            settings = dataclasses.replace(settings, hosts=_names_of(bound, host))
        # uvicorn raises the signal that ended it once more, when all is done: an end that was asked for is no failure.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        if hasattr(signal, "SIGPIPE"):  # the command ends by it where a pipe is closed; a client may go at any time
            signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        if workers == 1:
            _run_one(settings, model, bound, options, ready)
        else:
            _run_several(settings, workers, bound, options, ready)


def _run_one(
    settings: Settings,
    model: ServedModel | None,
    bound: socket.socket,
    options: dict[str, Any],
    ready: Callable[[str], None] | None,
) -> None:
    from textvec.serve.app import create_app
    from textvec.serve.notes import capture_logs

    config = uvicorn.Config(create_app(settings, model=model), **options)
    if ready is not None:
        ready(_address(bound))
    capture_logs()
    uvicorn.Server(config).run(sockets=[bound])


def _run_several(
    settings: Settings,
    workers: int,
    bound: socket.socket,
    options: dict[str, Any],
    ready: Callable[[str], None] | None,
) -> None:
    if settings.index is not None:
        open_index(settings.index)  # so that what is wrong with it is said once, and here
    with tempfile.TemporaryDirectory(prefix="textvec-metrics-") as folder:
        os.environ.update(settings.to_environment() | {"PROMETHEUS_MULTIPROC_DIR": folder})
        config = uvicorn.Config("textvec.serve.app:app_of_environment", factory=True, workers=workers, **options)
        supervisor = _Supervisor(config, sockets=[bound])
        if ready is not None:
            ready(_address(bound))
        supervisor.run()
    if supervisor.is_interrupted:
        raise KeyboardInterrupt
    if any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes):
        raise OSError("A worker could not start; the lines before this one say why.")


class _Supervisor(Multiprocess):
    """The parent of workers, which remembers that Ctrl-C ended it."""

    is_interrupted = False

    def handle_int(self) -> None:
        self.is_interrupted = True
        super().handle_int()


def _names_of(bound: socket.socket, host: str) -> tuple[str, ...]:
    """Return the names by which a service may be called where nobody said any."""
    address = str(bound.getsockname()[0])
    return (host, address, *NAMES_OF_THIS_MACHINE) if ipaddress.ip_address(address).is_loopback else ("*",)


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket at an address."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise OSError(f"There is no address {host!r} to bind: {error.strerror}.") from error
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(_BACKLOG)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            message = f"Port {port} of {host} is in use by another program. Choose another port; 0 is any that is free."
            raise OSError(message) from error
        raise OSError(f"The address {host}:{port} cannot be bound: {error.strerror}.") from error
    bound.set_inheritable(True)
    return bound


def _address(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
