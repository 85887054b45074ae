import importlib
import os
import pkgutil
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numba
import pytest
from numba.core.caching import NullCache
from numba.core.registry import CPUDispatcher

import textvec
import textvec.chunks
import textvec.tokens
from textvec.kernels import _compile

ROOMS = sorted(m.name for m in pkgutil.iter_modules(textvec.__path__) if m.ispkg)
HEAVY = ["numba", "nltk", "spacy", "sklearn", "pyarrow", "pandas", "scipy", "simplemma", "polars", "gensim", "llvmlite"]
FIT = """
from textvec import CountVectorizer, TfidfVectorizer
texts = ["good food", "the food is not good"]
assert CountVectorizer(ngram_range=(1, 2)).fit_transform(texts).sum() == 12
"""


def python(code, cwd=None, **environment):
    environment = {**os.environ, **environment}
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_names_are_exactly_those_exported():
    public = [name for name in dir(textvec) if not name.startswith("_") or name == "__version__"]
    assert sorted(textvec.__all__) == public
    assert textvec.__all__ == sorted([*textvec._HOMES, "__version__"])
    for name in textvec._HOMES:
        thing = getattr(textvec, name)
        assert thing.__name__ == name
        assert thing.__module__.startswith(textvec._HOMES[name])
    with pytest.raises(AttributeError, match="'textvec' has no attribute 'Nonsense'"):
        textvec.Nonsense  # noqa: B018


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in ("datasets", "kernels")])
def test_rooms_export_exactly_their_all(room):
    module = importlib.import_module(f"textvec.{room}")
    if not hasattr(module, "__all__"):
        pytest.skip("exports nothing by name")
    assert module.__all__ == sorted(module._HOMES)
    public = {name for name in dir(module) if isinstance(getattr(module, name), type) and not name.startswith("_")}
    assert public == {name for name in module.__all__ if isinstance(getattr(module, name), type)}
    assert all(hasattr(module, name) for name in module.__all__)
    names = {name for name, home in textvec._HOMES.items() if home == f"textvec.{room}"}
    assert names <= set(module.__all__)


@pytest.mark.parametrize("module", [textvec, textvec.tokens, textvec.chunks], ids=lambda module: module.__name__)
def test_the_front_door_has_a_written_list_of_its_names(module):
    assert set(module.__all__) - {"__version__"} == set(module._HOMES)


def test_star_import():
    assert python("from textvec import *; print(CountVectorizer, Tokens, __version__)")


def test_import_costs_nothing():
    code = f"import sys, textvec; textvec.__version__; dir(textvec); print([m for m in {HEAVY} if m in sys.modules])"
    assert python(code) == "[]"


def test_vectorizers_need_no_optional_dependency():
    code = "import sys, textvec; textvec.TfidfVectorizer; print([m for m in OPTIONAL if m in sys.modules])"
    assert python(code.replace("OPTIONAL", "['nltk', 'spacy', 'simplemma', 'polars']")) == "[]"


@pytest.fixture
def installed(tmp_path):
    """Put a copy of the package without caches into a folder of its own, and give the environment that uses it."""
    package = Path(textvec.__file__).parent
    shutil.copytree(package, tmp_path / "site/textvec", ignore=shutil.ignore_patterns("__pycache__", "*.nb?"))
    return {
        "PYTHONPATH": str(tmp_path / "site"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "XDG_CACHE_HOME": str(tmp_path / "user"),
    }


def caches(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.rglob("*.nb?")}


def test_kernels_are_kept_on_disk(installed, tmp_path):
    python(FIT, cwd=tmp_path, **installed)
    kept = caches(tmp_path / "site")
    assert kept
    python(FIT, cwd=tmp_path, **installed)
    assert caches(tmp_path / "site") == kept, "compiled again"
    for path in (tmp_path / "site").rglob("*.nb?"):
        path.write_bytes(b"" if path.stem.startswith("encode") else b"nonsense")
    python(FIT, cwd=tmp_path, **installed)


def test_ctrl_c_does_not_reach_the_compiler(monkeypatch):
    """It raises in the main thread alone; within LLVM it would leave a lock held, and the next kernel would wait."""
    threads, compiled = [], CPUDispatcher.compile

    def recorded(self, signature):
        threads.append(threading.current_thread())
        return compiled(self, signature)

    monkeypatch.setattr(CPUDispatcher, "compile", recorded)
    monkeypatch.setattr(_compile, "KernelCache", lambda function: NullCache())
    monkeypatch.setattr(_compile, "_kernels", [])
    assert _compile.kernel(numba.int64(numba.int64))(lambda number: number + 1)(1) == 2
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


def test_a_folder_that_cannot_be_written_to_breaks_nothing(installed, tmp_path):
    """Neither the package's folder nor the user's nor that of NUMBA_CACHE_DIR is one that files can be made in."""
    (tmp_path / "user").touch()
    (tmp_path / "site/textvec/kernels/__pycache__").touch()
    python(FIT, cwd=tmp_path, NUMBA_CACHE_DIR=str(tmp_path / "user/cache"), **installed)
    assert not caches(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="has no limits on file sizes")
def test_a_full_disk_breaks_nothing(installed, tmp_path):
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
    python(limit + FIT, cwd=tmp_path, **installed)
    assert not any(path.stat().st_size for path in tmp_path.rglob("*.nb?"))
