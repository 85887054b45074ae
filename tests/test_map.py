"""Where the test of a module is: `tests/x/test_y.py` for `textvec/x/y.py`, or where the module's docstring says.

A leading underscore of a module is left out (`textvec/index/_segment.py`, `tests/index/test_segment.py`); `cli/` has
its tests in `tests/cli/`. Where the test of a caller also tests the module, the module's docstring ends with a line
like "Tested in tests/index/test_changes.py.", and that file exists.
"""

import ast
import re

from support import layers
from support.paths import ROOT

# A test file is read as a whole when one of its tests fails.
MAX_LINES = 450


def expected(module, path):
    """Return the path of the test file that belongs to a module by its name."""
    *folders, name = module.split(".")[1:]
    if path.name == "__init__.py":
        folders, name = [*folders, name], "init"
    return "/".join(["tests", *folders, f"test_{name.strip('_')}.py"])


def untested(root):
    """Return a message for each module of a room that has no test file of its name and names no other."""
    messages = []
    for module, path in layers.modules(root).items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstring = ast.get_docstring(tree) or ""
        only_a_docstring = len(tree.body) <= 1 and (docstring or not tree.body)
        if module in layers.FRONT_DOOR | layers.FREE or only_a_docstring:
            continue
        file, test = path.relative_to(root).as_posix(), expected(module, path)
        said = re.search(
            r"^Tested in (tests/\S+\.py(?:(?:, | and |,\n| and\n)tests/\S+\.py)*)\.$", docstring, re.MULTILINE
        )
        named = re.findall(r"tests/\S+\.py", said[1]) if said else []
        messages += [
            f"{file} says that {name} tests it, which is not there" for name in named if not (root / name).exists()
        ]
        if not named and not (root / test).exists():
            messages.append(f'{file} has no {test}, and no line "Tested in tests/....py." in its docstring')
    return messages


def long_tests(root):
    """Return a message for each file of tests with more than `MAX_LINES` lines."""
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for path in sorted(root.glob("tests/**/test_*.py"))
    }
    return [
        f"{path.relative_to(root).as_posix()} has {n} lines, {MAX_LINES} at most: split it by what it tests"
        for path, n in lengths.items()
        if n > MAX_LINES
    ]


def test_every_module_has_a_test_that_can_be_found():
    messages = untested(ROOT)
    assert not messages, "\n" + "\n".join(messages)


def test_no_test_file_is_too_long():
    messages = long_tests(ROOT)
    assert not messages, "\n" + "\n".join(messages)


def test_what_contributing_names_is_there():
    """Paths with NAME, FILE, x, y or z in them are patterns; the documentation site is there only once it is built."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:textvec|tests|cli|corpora|benchmarks|docs)/[\w./]*)`", page))
    paths = {path for path in named if not re.search(r"NAME|FILE|_build|\b(test_)?[xyz]\b", path)}
    assert len(paths) > 30
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def test_what_is_missing_is_found(tmp_path):
    """On a made-up tree: tested by name, by its docstring, by nothing, by a file that is not there."""
    for name, text in {
        "textvec/__init__.py": "x = 1\n",
        "textvec/room/__init__.py": '"""Only a docstring."""\n',
        "textvec/room/sub/__init__.py": "x = 1\n",
        "textvec/room/_named.py": "x = 1\n",
        "textvec/room/two.py": '"""\nTested in tests/room/test_named.py,\ntests/room/sub/test_init.py.\n"""\nx = 1\n',
        "textvec/room/nothing.py": '"""It is Tested in tests/room/test_named.py."""\nx = 1\n',
        "textvec/room/gone.py": '"""What.\n\nTested in tests/room/test_lost.py.\n"""\nx = 1\n',
        "cli/main.py": "x = 1\n",
        "tests/room/test_named.py": "\n" * (MAX_LINES + 1),
        "tests/room/sub/test_init.py": "\n" * MAX_LINES,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    lost, no_line, command = sorted(untested(tmp_path), key=lambda message: ("gone" not in message, "cli" in message))
    assert lost == "textvec/room/gone.py says that tests/room/test_lost.py tests it, which is not there"
    assert no_line.startswith("textvec/room/nothing.py has no tests/room/test_nothing.py, and no line")
    assert command.startswith("cli/main.py has no tests/cli/test_main.py")
    assert long_tests(tmp_path) == ["tests/room/test_named.py has 451 lines, 450 at most: split it by what it tests"]
