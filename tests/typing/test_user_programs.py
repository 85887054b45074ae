"""What mypy --strict and pyright say about programs that use the package: an error in each line marked, and no other.

A line marked `# error: name` is one whose error names `name`. The package is seen as when it is installed; scikit-learn
has no stubs, as for most of its users.
"""

import importlib
import json
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

import textvec

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


@pytest.fixture(scope="module")
def user(tmp_path_factory):
    """Return the folder of a user, beside which the package is installed, and the environment of its programs."""
    folder = tmp_path_factory.mktemp("user")
    package = Path(textvec.__file__).parent
    shutil.copytree(package, folder / "site/textvec", ignore=shutil.ignore_patterns("__pycache__", "cli", "corpora"))
    (folder / "home").mkdir()
    path = os.pathsep.join([str(folder / "site"), *filter(None, [os.environ.get("PYTHONPATH")])])
    return folder / "home", {**os.environ, "PYTHONPATH": path, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}


def run(user, programs, *command):
    folder, environment = user
    for program in programs:
        shutil.copy(program, folder)
    command = [sys.executable, "-m", *command, *(program.name for program in programs)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


def by_mypy(user, programs):
    out = run(user, programs, "mypy", "--strict", "--no-error-summary", "--config-file", os.devnull)
    errors = re.findall(r"^(\w+)\.py:(\d+): error: (.*)$", out, re.MULTILINE)
    assert len(errors) == len([line for line in out.splitlines() if ": error: " in line]), out
    return [(name, int(line), message) for name, line, message in errors]


def by_pyright(user, programs):
    report = json.loads(run(user, programs, "pyright", "--pythonpath", sys.executable, "--outputjson"))
    found = [d for d in report["generalDiagnostics"] if d["severity"] == "error"]
    return [(Path(d["file"]).stem, d["range"]["start"]["line"] + 1, d["message"]) for d in found]


def marked(program):
    """Return for each line marked as an error the name that the error should have, or an empty string."""
    lines = enumerate(program.read_text(encoding="utf-8").splitlines(), 1)
    marks = {n: re.search(r"  # error(?:: (\w+))?$", line) for n, line in lines}
    return {n: mark[1] or "" for n, mark in marks.items() if mark}


@pytest.mark.parametrize("checker", [by_mypy, by_pyright])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_errors_are_where_they_are_marked(checker, program, user):
    found = defaultdict(str)
    for name, line, message in checker(user, [program]):
        assert name == program.stem
        found[line] += message
    expected = marked(program)
    assert len(expected) > 15
    assert {n: message for n, message in found.items() if n not in expected} == {}, "right lines"
    assert sorted(found) == sorted(expected)
    assert {n: found[n] for n, name in expected.items() if name not in found[n]} == {}, "other errors"


@pytest.mark.parametrize("checker", [by_mypy, by_pyright])
def test_star_imports_bring_every_name(checker, user, tmp_path):
    """And those only: the last line uses a name that there is not."""
    rooms = sorted(m.name for m in pkgutil.iter_modules(textvec.__path__) if m.name not in ("cli", "corpora"))
    modules = [textvec, *(importlib.import_module(f"textvec.{room}") for room in rooms if not room.startswith("_"))]
    programs = {module.__name__: module.__all__ for module in modules if hasattr(module, "__all__")}
    assert len(programs) > 10
    lines = {}
    for module, names in programs.items():
        program = tmp_path / f"star_{module.replace('.', '_')}.py"
        program.write_text(
            "\n".join([f"from {module} import *", *(f"print({name})" for name in names), "print(Nonsense)"])
        )
        lines[program.stem] = len(names) + 2
    found = checker(user, sorted(tmp_path.glob("star_*.py")))  # all at once: each start takes a second or more
    assert {name: line for name, line, _ in found} == lines
    assert len(found) == len(lines)
    assert all("Nonsense" in message for *_, message in found)
