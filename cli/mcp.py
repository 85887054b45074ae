"""`textvec mcp`: an index, and a model, as tools of the Model Context Protocol on standard input and output."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Any

import click

from .classify_models import open_model, trust_option
from .output import INTERRUPTED, note


@click.command(short_help="Let assistants search an index, over MCP.")
@click.option("--index", "folder", metavar="DIR", required=True, help="Search this index, see `textvec index`.")
@click.option(
    "--model",
    metavar="MODEL",
    help="Classify texts, too: by a file of `textvec classify train` or of textvec.save; or spam, sentiment.",
)
@trust_option
def mcp(folder: str, model: str | None, trust: tuple[str, ...]) -> None:
    """Serve an index to a client of the Model Context Protocol, on standard input
    and output.

    Its tools are search, explain and similar, and with --model classify. They
    change nothing. An index that changes on disk is taken up by the next call. The
    client starts the command, and ends it by closing its input.

    \b
    Examples:
      textvec mcp --index messages.index
      textvec mcp --index messages.index --model spam
    """  # noqa: D205, D301  (click wants the \\b)
    from textvec.serve.served_index import ServedIndex

    served = ServedIndex(folder)
    classifier = None
    if model is not None:
        from textvec.serve.served_model import ServedModel

        classifier = ServedModel(model, open_model(model, trust))
    from textvec.serve.mcp_server import mcp_server

    server = mcp_server(served, classifier)
    if sys.stdin.isatty():
        note("speaks the Model Context Protocol with the program that starts it. Ctrl-C ends it.")
    _leave_at_ctrl_c()
    server.run("stdio")


def _leave_at_ctrl_c() -> None:
    """Let Ctrl-C end the process at once: there is nothing to tidy up.

    The thread that waits for input cannot be interrupted, so that a KeyboardInterrupt would wait for it. Python runs a
    handler only when the main thread wakes, which it does not where another thread was given the signal. So the signal
    writes to a pipe, and a thread waits for that.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)  # as Python wants it
    signal.set_wakeup_fd(writing)
    signal.signal(signal.SIGINT, _leave)
    threading.Thread(target=lambda: _leave(os.read(reading, 1)), daemon=True).start()


def _leave(*_: Any) -> None:
    os._exit(INTERRUPTED)
