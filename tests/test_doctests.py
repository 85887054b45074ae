"""Every example in a docstring, the README and the documentation runs, and shows what it says it shows."""

import doctest
import importlib
import pkgutil
import re
import sys

import pytest

import textvec
from support.paths import PAGES, ROOT

MODULES = ["textvec", *(m.name for m in pkgutil.walk_packages(textvec.__path__, "textvec."))]
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def run(examples, name):
    report = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=FLAGS)
    runner.run(examples, out=report.append, clear_globs=False)
    assert not runner.failures, f"{name}\n" + "".join(report)


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name):
    try:
        module = importlib.import_module(name)
    except ImportError as error:  # of what others made, which a module is for
        if "textvec-kit[" not in str(error):
            raise
        pytest.skip(str(error))
    for examples in doctest.DocTestFinder(exclude_empty=True).find(module):
        if examples.examples:
            run(examples, examples.name)


def blocks(page):
    """Yield the Python examples of a page, with the line each begins at."""
    text = page.read_text(encoding="utf-8")
    for found in re.finditer(r"^```(?:python|pycon|py)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        yield found[1], text.count("\n", 0, found.start(1))


# Dask uses what pandas will remove.
@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index is deprecated")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages(page, monkeypatch, tmp_path):
    """The examples of a page are one session, run in an empty folder."""
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    for code, line in blocks(page):
        if ">>>" in code:
            examples = doctest.DocTestParser().get_doctest(code, names, page.name, str(page), line)
            run(examples, page.name)
            names.update(examples.globs)
        else:
            exec(compile("\n" * line + code, str(page), "exec"), names)


@pytest.fixture(autouse=True)
def closed_figures():
    """Close what examples have drawn: pyplot keeps every figure, and warns of more than 20."""
    yield
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")


def test_there_is_something_to_run():
    finder, modules = (
        doctest.DocTestFinder(),
        [name for name in MODULES if not name.startswith(("textvec.interop.", "textvec.serve."))],
    )
    examples = [e for name in modules for test in finder.find(importlib.import_module(name)) for e in test.examples]
    assert len(examples) > 50
