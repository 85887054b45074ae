"""Try a kind of search case by case: each case is made of a seed alone, and tried in a process under limits.

A kind of search is a module of this folder with a `KIND`. Its cases are tried by a child process that is warm already,
one after the other, so that a case costs milliseconds. The parent knows which case is being tried: a child that dies,
hangs or takes too much memory is a finding of that case, and another child goes on with the next one.

A case *survives* if nothing is wrong, is *refused* if an error says in plain words what is wrong with what was given,
and everything else is a *finding*. `python -m fuzz` runs kinds for long, `test_fuzz.py` a few cases of each.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import random
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

TESTS = Path(__file__).parents[1]
KINDS = (
    "saved_files", "saved_indexes", "vector_files", "against_sklearn", "hostile_inputs", "killed_writers", "interrupts",
    "shared_index", "injection",
)  # fmt: skip
CASES_PER_CHILD = 400  # What earlier cases left in memory must not count as taken by a later one.
SECONDS_TO_PREPARE = 300  # Many times what it takes on a machine that is busy.
SURVIVED, REFUSED, FINDING = "survived", "refused", "finding"


class Kind(NamedTuple):
    """A kind of search.

    Attributes
    ----------
    prepare : callable
        Makes in an empty folder, once for each child, what cases change, and returns what they need.
    attempt : callable
        Tries a case: takes a `random.Random`, what `prepare` returned, and an empty folder of its own. It raises
        `Refused` if the case was refused by name; any other exception is a finding.
    short : int
        The number of cases in `make test`.
    seconds : float
        The time that a case may take, many times what it takes on a machine that is busy.
    megabytes : int
        The memory that a case may take beyond what the child has after `prepare`.
    """

    prepare: Callable[[Path], Any]
    attempt: Callable[[random.Random, Any, Path], None]
    short: int
    seconds: float = 60
    megabytes: int = 1024


class Refused(Exception):  # noqa: N818
    """The case was refused, by an error that says what is wrong."""


class Finding(AssertionError):  # noqa: N818
    """Something is wrong that is no exception of its own."""


class Verdict(NamedTuple):
    """What became of a case."""

    kind: str
    number: int
    outcome: str
    cause: str = ""
    details: str = ""

    @property
    def seed(self) -> str:
        """What repeats the case: `make fuzz SEED=...`."""
        return f"{self.kind}:{self.number}"


def require(condition: Any, what: str) -> None:
    """Make it a finding that a condition does not hold."""
    if not condition:
        raise Finding(what)


@contextmanager
def refused_by_name(*names: str | Path, also: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Take ValueError, TypeError and OSError for a refusal if the message holds one of some names.

    Errors of decoders are none: they say what a parser met, and not what is wrong with which file. Without names, or
    for an exception of the types `also`, any message will do that is not empty. MemoryError is a refusal if textvec
    says which parameters ask for more than there is.
    """
    try:
        yield
    except (ValueError, TypeError, OSError, *also) as error:
        said = f"{error} {getattr(error, 'filename', '')}"
        raw = isinstance(error, UnicodeError | json.JSONDecodeError) and not isinstance(error, also)
        named = not names or isinstance(error, also) or any(str(name) in said for name in names)
        if raw or not named or not str(error).strip():
            raise
        raise Refused(f"{type(error).__name__}: {error}") from error
    except MemoryError as error:
        if "not fit into memory" not in str(error):
            raise
        raise Refused(f"{type(error).__name__}: {error}") from error


def compile_kernels() -> None:
    """Compile every kernel into the cache: a compiler at work needs more memory than a case may take."""
    from textvec.kernels._compile import all_kernels, keep

    for function, signature in all_kernels():
        keep(function, signature)


@cache
def kernels_are_compiled() -> bool:
    """Make sure of it, once for all children of this process."""
    code = "from fuzz.harness import compile_kernels; compile_kernels()"
    return not subprocess.run([sys.executable, "-c", code], env=_environment(), check=True).returncode


def _environment() -> dict[str, str]:
    paths = [str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])]
    # Allocators that reserve addresses by the gigabyte would use up the limit, whatever a case takes.
    allocators = {"MALLOC_ARENA_MAX": "2", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **allocators}


# The child.


def serve(name: str, answers: int) -> None:
    """Try the cases whose numbers come in, one in a line, and write what became of each."""
    faulthandler.enable()
    warnings.simplefilter("ignore")
    kind = importlib.import_module(f"fuzz.{name}").KIND
    folder = Path.cwd()
    (folder / "prepared").mkdir()
    prepared = kind.prepare(folder / "prepared")
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if sys.platform == "linux" else 0
    if pages:
        most = pages * resource.getpagesize() + kind.megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with os.fdopen(answers, "w") as out:
        print("ready", file=out, flush=True)
        for line in sys.stdin:
            scratch = folder / "case"
            scratch.mkdir()
            print(json.dumps(_tried(kind, name, int(line), prepared, scratch)), file=out, flush=True)
            _remove(scratch)


def _tried(kind: Kind, name: str, number: int, prepared: Any, scratch: Path) -> tuple[str, str, str]:
    try:
        kind.attempt(random.Random(f"{name}:{number}"), prepared, scratch)
    except Refused as refusal:
        return REFUSED, str(refusal)[:300], ""
    except BaseException as error:
        return FINDING, _cause(error), "".join(traceback.format_exception(error))[-20_000:]
    return SURVIVED, "", ""


def _cause(error: BaseException) -> str:
    """Return an error in short, with the last place of textvec that it went through."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [f for f in frames if "textvec" in Path(f.filename).parts or "cli" in Path(f.filename).parts]
    where = f" in {Path(inside[-1].filename).name}:{inside[-1].name}" if inside else ""
    return f"{type(error).__name__}{where}: {' '.join(str(error).split())[:300]}"


def _remove(folder: Path) -> None:
    """Remove what a case left, folders that it made unreadable included."""
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())]:
        path.chmod(0o700)
    shutil.rmtree(folder)


# The parent.


class Child:
    """A process that tries cases of a kind."""

    def __init__(self, name: str) -> None:
        self.name, self.kind = name, importlib.import_module(f"fuzz.{name}").KIND
        self._folder = tempfile.TemporaryDirectory(prefix="fuzz-", ignore_cleanup_errors=True)
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
        self._answers, write = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from fuzz.harness import serve; serve({name!r}, {write})"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._complaints,
            cwd=self._folder.name,
            pass_fds=[write],
            start_new_session=True,  # so that what the child starts ends with it
            env=_environment(),
        )
        os.close(write)
        self._said = b""
        if self._line(SECONDS_TO_PREPARE) != b"ready":
            complaints = self._what_it_said()
            self.close()
            raise RuntimeError(f"What cases of {name} need could not be prepared:\n{complaints}")

    def attempt(self, number: int) -> Verdict:
        """Try a case; after a finding that says `alive` is False, the child is of no more use."""
        self._process.stdin.write(b"%d\n" % number)
        self._process.stdin.flush()
        answer = self._line(self.kind.seconds)
        if answer:
            return Verdict(self.name, number, *json.loads(answer))
        if answer is None:
            cause = f"not done after {self.kind.seconds:g} s"
            os.kill(self._process.pid, signal.SIGABRT)  # faulthandler writes where it is
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
        else:
            self._process.wait()
            code = self._process.returncode
            cause = (
                f"the process died of {signal.Signals(-code).name}" if code < 0 else f"the process ended with {code}"
            )
        said = self._what_it_said()
        where = next((line.strip() for line in said.splitlines() if "/textvec/" in line and "File" in line), "")
        return Verdict(self.name, number, FINDING, f"{cause} {where}".strip(), said)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process.stdin.close()
        os.close(self._answers)
        self._complaints.close()
        self._folder.cleanup()

    def _line(self, seconds: float) -> bytes | None:
        """Return the next line of the child: None if there is none in time, b"" if it has ended."""
        while b"\n" not in self._said:
            if not select.select([self._answers], [], [], seconds)[0]:
                return None
            piece = os.read(self._answers, 1 << 16)
            if not piece:
                return b""
            self._said += piece
        line, self._said = self._said.split(b"\n", 1)
        return line

    def _what_it_said(self) -> str:
        self._complaints.seek(0)
        return self._complaints.read()[-20_000:].decode(errors="replace")


def search(name: str, numbers: Iterable[int]) -> Iterator[Verdict]:
    """Try the cases with these numbers, and yield what becomes of each.

    A finding is tried once more in a new child, so that it says whether it repeats: what depends on the moment may not.
    """
    kernels_are_compiled()
    child, tried = None, 0
    try:
        for number in numbers:
            if child is None or tried == CASES_PER_CHILD or not child.alive:
                if child is not None:
                    child.close()
                child, tried = Child(name), 0
            verdict = child.attempt(number)
            tried += 1
            if verdict.outcome == FINDING:
                child.close()
                child, tried = Child(name), 0
                again = child.attempt(number)
                if again.outcome != FINDING:
                    verdict = verdict._replace(cause=f"{verdict.cause} (not when repeated: {again.outcome})")
            yield verdict
    finally:
        if child is not None:
            child.close()
