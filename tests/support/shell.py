"""The command line, run as a user runs it, in a process of its own, or quicker in this one."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

from click.testing import CliRunner

from support.paths import ROOT

TEXTVEC = Path(sys.executable).with_name("textvec")


def environment(**changes):
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM")}
    return {**kept, "TERM": "xterm-256color", **changes}


def textvec(*arguments, stdin="", cwd=ROOT, **variables):
    return subprocess.run(
        [TEXTVEC, *map(str, arguments)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        cwd=cwd,
        env=environment(**variables),
        check=False,
    )


def run(*arguments, stdin="", **variables):
    """Run `textvec` in this process, which saves the start of another; return its exit code and what it printed."""
    from textvec.cli.main import _run

    with CliRunner(env=variables).isolation(stdin) as (out, err, _):
        code = _run([str(argument) for argument in arguments], {"debug": False})
        sys.stdout.flush()
        return code, out.getvalue().decode(), err.getvalue().decode()


def inside(*arguments, stdin="", **variables):
    """Run `textvec similar` in this process, which has to succeed without a word; return what it printed."""
    code, printed, said = run("similar", *arguments, stdin=stdin, **variables)
    assert (code, said) == (0, "")
    return printed


def interrupt(*arguments, cwd=ROOT):
    """Press Ctrl-C when `textvec` reads standard input; return its exit code and what it said."""
    with subprocess.Popen(
        [TEXTVEC, *map(str, arguments)], stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd
    ) as process:
        process.stdin.write(b"apple pie\n" * 100_000)  # far more than a pipe holds: at its end, most of it was read
        time.sleep(0.3)  # all of it was read by now, and it waits for more
        process.send_signal(signal.SIGINT)
        return process.wait(), process.stderr.read().decode().strip()


def parsed(printed):
    return [json.loads(line) for line in printed.splitlines()]


def on_a_terminal(*arguments, cwd=ROOT, **variables):
    """Run in a terminal of 80 columns, and return what it shows."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        os.execve(TEXTVEC, ["textvec", *map(str, arguments)], environment(COLUMNS="80", **variables))
    shown = b""
    while True:
        try:
            piece = os.read(terminal, 1 << 16)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    return shown.decode().replace("\r\n", "\n")
