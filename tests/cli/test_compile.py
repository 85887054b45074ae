"""`textvec compile`, and starting without a writable folder: what was compiled in advance is found and used."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys

import pytest

from support.shell import ROOT, run

# Prints for each command what it prints, then how many functions numba has compiled up to then.
COUNTED = """
import json, sys
from numba.core import event
from textvec.cli.main import main
with event.install_recorder("numba:compile") as recorder:
    for arguments in json.loads(sys.argv[1]):
        try:
            main(arguments)
        except SystemExit as end:
            print("compiled", len({id(each.data["dispatcher"]) for _, each in recorder.buffer}), end.code or 0)
"""
WITHOUT_POWERS = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"]  # root, whom the modes of files bind


def confined(site, home, *commands, cwd, **variables):
    """Run commands in one process, without a home; return what each printed, and the number compiled up to then."""
    command = [sys.executable, "-c", COUNTED, json.dumps([[str(each) for each in arguments] for arguments in commands])]
    if os.geteuid() == 0:
        command = [*WITHOUT_POWERS, *command]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA", "XDG", "PYTHON"))}
    # Modules that coverage or editable installs bring along do not matter: PYTHONPATH comes first.
    environment = {**kept, "PYTHONPATH": str(site), "HOME": str(home), **variables}
    ran = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)
    assert ran.returncode == 0, ran.stderr
    parts = re.split(r"^compiled (\d+) 0$", ran.stdout, flags=re.MULTILINE)
    assert (len(parts), parts[-1]) == (2 * len(commands) + 1, "\n"), ran.stdout + ran.stderr
    return [(printed.strip(), int(n)) for printed, n in zip(parts[:-1:2], parts[1::2], strict=True)]


def caches(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*.nb?")}


@pytest.fixture(scope="module")
def compiled():
    """Compile every kernel of the sources that are tested, which costs nothing where they are compiled."""
    subprocess.run([sys.executable, "-m", "textvec", "compile"], cwd=ROOT, check=True, capture_output=True)


@pytest.fixture
def read_only(compiled, tmp_path):
    """A copy of the package with its compiled kernels, which nobody may write to, and a home that is not there."""
    if os.geteuid() == 0 and (
        not shutil.which("setpriv")
        or subprocess.run([*WITHOUT_POWERS, "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("root may write anywhere, and setpriv does not take that away here")
    shutil.copytree(ROOT / "textvec", tmp_path / "site/textvec")
    (tmp_path / "work").mkdir()
    (tmp_path / "empty").mkdir()
    folders = [tmp_path / "site", tmp_path / "empty", *(tmp_path / "site").rglob("*")]
    for path in folders:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield tmp_path
    for path in folders:
        path.chmod(path.stat().st_mode | stat.S_IWUSR)


def test_nothing_is_compiled_where_nothing_can_be_written(read_only):
    site, home, work = read_only / "site", read_only / "empty/home", read_only / "work"
    (work / "vectors.txt").write_text("free 1 0 0.2\nprize 0.9 0.3 0.1\nlate 0 1 0\nhoney 0 0.1 1\n")
    (work / "queries.txt").write_text("free prize\nlate for dinner\n")
    messages = ROOT / "corpora/messages.csv"
    before = caches(site)
    assert before
    commands = [
        ["similar", "free prize", messages, "-k", 1],
        ["similar", "free prizes", messages, "--stop-words", "english", "--stem", "porter", "--ngrams", "1-2"],
        ["index", "build", messages, "-o", "m"],
        ["similar", "free prize", "--index", "m"],
        ["similar", "-i", "queries.txt", "--index", "m", "--explain"],
        ["index", "add", "m", messages],
        ["index", "build", messages, "-o", "v", "--model", "embedding", "--vectors", "vectors.txt"],
        ["similar", "free prize", "--index", "v"],
        ["index", "build", ROOT / "corpora/paragraphs.jsonl", "-o", "p", "--model", "bm25", "--chunk", "sentence"],
    ]
    for arguments, (printed, n_compiled) in zip(commands, confined(site, home, *commands, cwd=work), strict=True):
        assert n_compiled == 0, arguments
        if arguments[0] == "similar":
            assert json.loads(printed.splitlines()[0])["text"]
    assert caches(site) == before


def test_what_is_not_there_is_compiled_in_memory(read_only):
    site, home, work = read_only / "site", read_only / "empty/home", read_only / "work"
    (work / "vectors.txt").write_text("free 1 0 0.2\nprize 0.9 0.3 0.1\nlate 0 1 0\nhoney 0 0.1 1\n")
    command = ["words", "similar", "vectors.txt", "free"]  # needs few kernels
    ((printed, n_compiled),) = confined(site, home, command, cwd=work, NUMBA_CPU_NAME="generic")
    assert n_compiled > 0
    # A user's cache takes it, although the package has kernels for another processor beside its sources.
    cache = work / "cache"
    for expected in (n_compiled, 0):
        again = confined(site, home, command, cwd=work, NUMBA_CPU_NAME="generic", XDG_CACHE_HOME=str(cache))
        assert again == [(printed, expected)]
    assert caches(cache)


@pytest.fixture
def two_kernels(monkeypatch):
    """Two kernels, as if there were no others: one function of numpy arrays compiles as well as sixty."""
    from numba.core import config

    from textvec.kernels import _compile

    chosen = [each for each in _compile.all_kernels() if each[0].__module__.endswith(("weight", "select_columns"))][:2]
    monkeypatch.setattr(_compile, "all_kernels", lambda: chosen)
    monkeypatch.setattr(config, "CACHE_DIR", "")
    return chosen


def test_a_target_gets_every_kernel_also_those_kept_elsewhere(two_kernels, tmp_path):
    from textvec.kernels._cache import KernelCache

    target = tmp_path / "my kernels"
    for _ in range(2):
        code, printed, said = run("compile", "--target", target)
        assert (code, printed) == (0, "")
        first, second = said.splitlines()
        assert first.startswith(f"textvec: {target} holds 2 compiled functions: ")
        assert second == f"textvec: to use them, set NUMBA_CACHE_DIR='{target}' where textvec runs."
    for function, _ in two_kernels:
        folder = KernelCache(function).folders[0]
        assert folder.is_relative_to(target)
        assert len(list(folder.glob(f"*{function.__name__}*.nb?"))) == 2
    code, _, said = run("compile")
    assert code == 0


def test_a_target_that_cannot_be_written_is_an_error(two_kernels, tmp_path):
    (tmp_path / "file").touch()
    code, printed, said = run("compile", "--target", tmp_path / "file/kernels")
    assert (code, printed) == (1, "")
    assert said.startswith(f"textvec: error: {tmp_path / 'file/kernels'}")
    assert said.endswith("cannot be written: Not a directory. Name a folder that can be written with --target.\n")


def test_files_that_are_cut_off_are_written_anew(two_kernels, tmp_path):
    assert run("compile", "--target", tmp_path)[0] == 0
    sizes = {path: path.stat().st_size for path in caches(tmp_path)}
    assert len(sizes) == 4
    for content in (b"", b"nonsense", b"\x80\x04N."):
        for path in sizes:
            path.write_bytes(content)
        assert run("compile", "--target", tmp_path)[0] == 0
        assert {path: path.stat().st_size > size / 2 for path, size in sizes.items()} == dict.fromkeys(sizes, True)


def test_a_change_of_any_kernel_s_file_makes_all_of_them_stale(two_kernels, tmp_path, monkeypatch):
    from textvec.kernels import _cache

    assert run("compile", "--target", tmp_path)[0] == 0
    before = caches(tmp_path)
    assert run("compile", "--target", tmp_path)[0] == 0
    assert caches(tmp_path) == before
    monkeypatch.setattr(_cache, "_sources", lambda: b"others")
    assert run("compile", "--target", tmp_path)[0] == 0
    assert all(caches(tmp_path)[path] != before[path] for path in before)
