"""`textvec compile`: every compiled function in advance, for images and installations that nobody writes to later."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

import click

from textvec._common.progress import progress

from .output import note


@click.command("compile", short_help="Compile the inner loops in advance.")
@click.option("--target", metavar="DIR", help="The folder to compile to, in place of the one that would be used.")
def compile_kernels(target: str | None) -> None:
    """Compile all of textvec's inner loops now, and not when they are first used.

    They are kept beside the installed package, or, if that cannot be written
    to, in the user's cache; in the folder that the environment variable
    NUMBA_CACHE_DIR names, if it is set. What is kept is used from then on,
    also by users who may only read it. A processor of another kind than this
    one needs its own.

    \b
    Examples:
      textvec compile
      textvec compile --target /opt/textvec-kernels
      NUMBA_CPU_NAME=generic textvec compile
    """  # noqa: D301  (click wants the \\b)
    began = time.perf_counter()
    with progress("Starting"):
        from numba import config

        from textvec.kernels._compile import all_kernels, keep

        kernels = all_kernels()
    if target is not None:
        config.CACHE_DIR = str(Path(target).absolute())
    folders: list[Path] = []
    with progress("Compiling", len(kernels)) as advance:
        for function, signature in kernels:
            advance(0, function.__qualname__)
            try:
                folders.append(keep(function, signature))
            except OSError as error:
                raise click.ClickException(
                    f"{error.filename or 'The cache of compiled functions'} cannot be written: "
                    f"{error.strerror or error}. Name a folder that can be written with --target."
                ) from None
            advance()
    sizes = {file: file.stat().st_size for folder in set(folders) for file in folder.glob("*.nb[ci]")}
    where = ", ".join(sorted({str(folder if target is None else config.CACHE_DIR) for folder in folders}))
    took = f"{time.perf_counter() - began:.1f} s"
    note(f"{where} holds {len(kernels)} compiled functions: {sum(sizes.values()) / 1e6:,.1f} MB, {took}.")
    if target is not None:
        note(f"to use them, set NUMBA_CACHE_DIR={shlex.quote(config.CACHE_DIR)} where textvec runs.")
