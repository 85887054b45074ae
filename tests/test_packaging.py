"""The package as users get it: built, and installed where the sources are not."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from support.paths import ROOT

FOR_USERS = [
    "spacy",
    "gensim",
    "plot",
    "umap",
    "approximate",
    "transport",
    "dask",
    "ray",
    "serve",
    "mcp",
    "onnx",
    "langchain",
    "llama-index",
    "haystack",
    "pieces",
    "pretrained",
]  # the extras that are not for developers


def run(*command, cwd, check=True):
    return subprocess.run([str(part) for part in command], cwd=cwd, check=check, capture_output=True, text=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel, built from the sdist that was built from a copy of the sources: two processes may do so at once."""
    folder, sources = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("sources") / "textvec"
    shutil.copytree(ROOT, sources, ignore=shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__"))
    built = run(sys.executable, "-m", "build", "--outdir", folder, sources, cwd=folder, check=False)
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    (path,) = folder.glob("textvec_kit-*.whl")
    return path


@pytest.fixture(scope="module")
def bin_folder(wheel, tmp_path_factory):
    """A fresh environment with the wheel; what it depends on is lent by this one, but not the sources."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False, symlinks=True)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    run(sys.executable, "-m", "pip", "--python", folder / "bin/python", "install", "--no-deps", wheel, cwd=folder)
    lent = next(p for p in sys.path if p.endswith("site-packages"))
    (site_packages / "lent.pth").write_text(lent + "\n")
    return folder / "bin"


def test_the_wheel_holds_textvec_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"textvec", f"{wheel.name.split('-py3')[0]}.dist-info"}
    assert {"textvec/cli/main.py", "textvec/py.typed"} <= set(names)
    samples = {f"textvec/corpora/{path.name}" for path in (ROOT / "corpora").glob("*.*")}
    assert samples == {name for name in names if name.startswith("textvec/corpora/")}
    sources = {
        str(path.relative_to(ROOT)) for kind in ("py", "css", "js") for path in (ROOT / "textvec").rglob(f"*.{kind}")
    }
    assert sources <= set(names)


def test_benchmarks_need_only_what_their_extra_installs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["bench"], *extras["browser"], *extras["gensim"]]
    names = {"textvec-kit", "llvmlite", *(re.split(r"[^\w-]", requirement)[0] for requirement in needed)}
    modules = {
        (name or "").split(".")[0]
        for file in (ROOT / "benchmarks").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    } - {*sys.stdlib_module_names, "benchmarks", "textvec"}
    # Of what is installed here; the others are named like their modules.
    homes = {"faiss": ["faiss-cpu"], **packages_distributions()}
    assert {module for module in modules if not names & {*homes.get(module, [module.replace("_", "-")])}} == set()


def test_every_dependency_has_a_floor_that_make_test_minimum_installs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *(each for name in FOR_USERS for each in extras[name])]
    printed = run(sys.executable, ".ci/minimum.py", "pyproject.toml", cwd=ROOT).stdout.split()
    expected = {re.sub(r"\[.*\]", "", each).replace(">=", "==") for each in needed}
    assert printed == sorted(expected)
    assert all("==" in each for each in printed)


def test_the_command_works_from_the_wheel(bin_folder, tmp_path):
    (tmp_path / "notes.txt").write_text("red apple\ngreen pear\n")
    found = run(bin_folder / "textvec", "similar", "pear", "notes.txt", cwd=tmp_path)
    assert '"text": "green pear"' in found.stdout


def test_the_library_works_from_the_wheel(bin_folder, tmp_path):
    code = (
        "import textvec, textvec.cli; from textvec.datasets import load_messages;"
        "print(textvec.__file__, textvec.TfidfVectorizer().fit_transform(load_messages().data).shape[0])"
    )
    file, n_messages = run(bin_folder / "python", "-c", code, cwd=tmp_path).stdout.split()
    assert Path(file).is_relative_to(bin_folder.parent)
    assert int(n_messages) >= 300


@pytest.mark.parametrize("where", ["wheel", "editable"])
def test_no_top_level_cli_is_installed(where, bin_folder, tmp_path):
    python = bin_folder / "python" if where == "wheel" else sys.executable
    failed = run(python, "-c", "import textvec.cli.main; import cli", cwd=tmp_path, check=False)
    assert "No module named 'cli'" in failed.stderr
