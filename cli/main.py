"""The `textvec` command and what becomes of its errors.

Data goes to standard output, everything else to standard error. The exit code is 0 for success (no hits included),
1 for failure and 2 for a command that makes no sense; an error is one line, and a traceback only with `--debug`.

Tested in tests/cli/test_similar.py.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from typing import Any

import click

from textvec import __version__

from .classify import classify
from .compile import compile_kernels
from .data import data
from .duplicates import duplicates
from .index import index
from .map import map_
from .matrix import matrix
from .mcp import mcp
from .output import INTERRUPTED, say
from .serve import serve
from .similar import similar
from .trace import trace
from .vectorize import vectorize
from .words import words

# Objects that are made between two looks for unreachable cycles. With Python's own number, some thousands, the looks
# while libraries are imported take a tenth of a command's time. A larger one leaves more megabytes unreachable.
OBJECTS_PER_COLLECTION = 500_000
EXPECTED = (ValueError, OSError, ImportError, LookupError, MemoryError)  # what the library says in plain words


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Text vectorization, classification and search: by cosines, BM25, meaning.

    \b
    Examples:
      textvec similar "free prize" messages.csv
      textvec similar "out of battery" messages.csv --model bm25
      textvec similar --help
      textvec classify predict spam "You have won a free prize, call now"
      textvec trace "The food is good" "The food is not good"
      textvec data list
      textvec index build messages.csv -o messages.index
      textvec similar "free prize" --index messages.index
      textvec matrix "bees make honey" "bears eat honey" "it rains in May"
      textvec duplicates messages.csv --keep first --csv > cleaned.csv
      textvec vectorize messages.csv -o X.npz
      textvec map messages.csv -o map.html
      textvec serve --index messages.index --model spam
      textvec words similar words coffee
      textvec mcp --index messages.index
    """  # noqa: D301  (click wants the \\b)
    context.find_object(dict)["debug"] = debug  # type: ignore[index]
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


COMMANDS = (
    classify, compile_kernels, data, duplicates, index, map_, matrix, mcp, serve, similar, trace, vectorize, words,
)  # fmt: skip
for command in COMMANDS:
    cli.add_command(command)


class _Unused:
    """Keep out what scikit-learn, pyarrow and NLTK import where it is there, and this program does not use.

    pandas takes half a second. colorama, but for Windows, would write an end of colours to every terminal when the
    program ends, as tqdm starts it. `scipy.stats`, another half second, is loaded when something of it is used.
    """

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname == "pandas" or (fullname == "colorama" and os.name != "nt"):
            raise ModuleNotFoundError(f"{fullname} is not used by the textvec command", name=fullname)
        if fullname != "scipy.stats":
            return None
        spec = PathFinder.find_spec(fullname, path)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, and leave with its exit code."""
    gc.set_threshold(OBJECTS_PER_COLLECTION)
    _open_streams()
    if hasattr(signal, "SIGPIPE"):  # end without a word when the reader of a pipe goes away, as `cat` does
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.meta_path.insert(0, _Unused())
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_: say(f"textvec: warning: {message}")
        code = _run(arguments, {"debug": False})
    sys.exit(code)


def _run(arguments: Sequence[str] | None, options: dict[str, bool]) -> int:
    try:
        code = cli.main(arguments, "textvec", standalone_mode=False, obj=options)
        sys.stdout.flush()
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:  # a group without a command, such as `textvec classify`
        click.echo(error.format_message())
        return 0
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and error.ctx:
            say(error.ctx.get_usage(), keep="\n")
            say(f"See '{error.ctx.command_path} --help'.")
        _complain(error.format_message())
        return error.exit_code
    except Exception as error:
        _drop_output()
        if options["debug"]:
            say(traceback.format_exc().rstrip("\n"), keep="\n")
        else:
            _complain(_explained(error))
        return 1
    return code or 0


def _explained(error: Exception) -> str:
    """Return what an error says on one line."""
    message = " ".join(str(error).split())
    if isinstance(error, OSError) and error.strerror:
        message = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if not isinstance(error, EXPECTED) or isinstance(error, KeyError | IndexError):
        return f"{type(error).__name__}: {message} (a mistake in textvec: please report it, with what --debug shows)"
    parameter = getattr(error, "parameter", None)
    return f"{message} (--{parameter.replace('_', '-')})" if parameter else message


def _complain(message: str) -> None:
    say(f"textvec: error: {message}")


def _open_streams() -> None:
    """Open what the caller closed (`>&-`), since Python has None in its place."""
    for name, mode in {"stdin": "r", "stdout": "w", "stderr": "w"}.items():
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115


def _drop_output() -> None:
    """Send what is left in the buffer to nowhere, so that Python does not try again, and complain, at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
