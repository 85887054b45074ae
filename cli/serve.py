"""`textvec serve`: an index and a model behind HTTP.

Tested in tests/cli/test_serve.py.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from textvec._common.progress import progress

from .classify_models import open_model, trust_option
from .output import note


@click.command(short_help="Serve an index and a model over HTTP, with a page.")
@click.option("--index", "folder", metavar="DIR", help="The index to search, see `textvec index`.")
@click.option(
    "--model",
    metavar="MODEL",
    help="The model that classifies: a file of `textvec classify train`; or spam, sentiment.",
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to bind; 0.0.0.0 is all of this machine."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 is any that is free.")
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Processes, which share one copy of the index.",
)
@click.option(
    "--allow-host",
    "hosts",
    metavar="NAME",
    multiple=True,
    help="A name by which the service is called; repeatable.  [default: any; at 127.0.0.1 only names of this machine]",
)
@click.option("--write", is_flag=True, help="Let documents be added, replaced and deleted by those with the token.")
@click.option("--require-token", is_flag=True, help="Let only those with the token ask.")
@click.option(
    "--max-body", metavar="BYTES", type=click.IntRange(1), default=1 << 20, show_default=True, help="Of a request."
)
@click.option(
    "--max-query", metavar="CHARACTERS", type=click.IntRange(1), default=2000, show_default=True, help="Of a query."
)
@click.option("--max-k", metavar="K", type=click.IntRange(1), default=1000, show_default=True, help="Hits of a search.")
@click.option(
    "--timeout", metavar="SECONDS", type=click.FloatRange(0.001), default=10.0, show_default=True, help="Of a request."
)
@click.option(
    "--max-concurrent",
    metavar="N",
    type=click.IntRange(1),
    default=256,
    show_default=True,
    help="Requests at the same time, of each worker.",
)
@click.option("--access-log/--no-access-log", default=True, show_default=True, help="A line of JSON for each request.")
@trust_option
def serve(
    folder: str | None,
    model: str | None,
    host: str,
    port: int,
    workers: int,
    hosts: tuple[str, ...],
    write: bool,
    require_token: bool,
    max_body: int,
    max_query: int,
    max_k: int,
    timeout: float,
    max_concurrent: int,
    access_log: bool,
    trust: tuple[str, ...],
) -> None:
    """Serve an index, a model, or both over HTTP, until Ctrl-C or SIGTERM.

    A page to search, filter, explain and classify with, and JSON for programs:
    /search, /similar/ID, /explain, /documents/ID, /classify, /info, /health,
    /metrics, described at /openapi.json. An index that is changed is taken up.
    The token is what the environment variable TEXTVEC_TOKEN holds.

    \b
    Examples:
      textvec serve --index reviews.index
      textvec serve --index reviews.index --model sentiment --port 8080
      TEXTVEC_TOKEN=... textvec serve --index reviews.index --write
    """  # noqa: D301  (click wants the \\b)
    if folder is None and model is None:
        raise click.UsageError("There is nothing to serve: give --index DIR, --model MODEL, or both.")
    if write and folder is None:
        raise click.UsageError("--write goes with --index only.")
    with progress("Starting"):
        from textvec._common.optional import import_serve

        import_serve("textvec serve")
        from textvec.serve import Limits, Settings, run
        from textvec.serve.served_model import ServedModel
        from textvec.serve.settings import TOKEN

    limits: dict[str, Any] = {
        "body_bytes": max_body,
        "query_characters": max_query,
        "k": max_k,
        "seconds": timeout,
        "concurrent": max_concurrent,
    }
    settings = Settings(
        index=None if folder is None else str(Path(folder).resolve()),
        model=model,
        trusted=trust,
        writes=write,
        reads_need_token=require_token,
        token=os.environ.get(TOKEN) if write or require_token else None,
        hosts=hosts or None,
        access_log=access_log,
        limits=Limits(**limits),
    )
    opened = None if model is None else ServedModel(model, open_model(model, trust))
    what = " and ".join(name for name in (folder, model) if name is not None)
    run(
        settings,
        host=host,
        port=port,
        workers=workers,
        model=opened,
        ready=lambda address: note(f"{address} serves {what}. Ctrl-C ends it."),
    )
