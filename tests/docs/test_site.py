"""What is on the documentation site, if `make docs` has built it."""

import importlib
import pkgutil

import pytest

import textvec
from support.paths import ROOT

SITE = ROOT / "docs" / "_build" / "html"
pytestmark = pytest.mark.skipif(not (SITE / "index.html").exists(), reason="needs the documentation site: make docs")


def read(name):
    return (SITE / name).read_text(encoding="utf-8")


def test_every_public_name_has_a_page():
    pages = {path.stem for path in (SITE / "api").glob("*.html")}
    rooms = [importlib.import_module(f"textvec.{m.name}") for m in pkgutil.iter_modules(textvec.__path__) if m.ispkg]
    found = {
        f"{room.__name__}.{name}"
        for room in rooms
        for name in getattr(room, "__all__", ())
        if getattr(room, name).__module__.startswith(room.__name__)
    }
    assert len(found) > 100
    assert found <= pages


def test_every_command_shows_its_help():
    from textvec.cli.main import cli

    for name, command in cli.commands.items():
        text = read(f"commands/{name}.html")
        assert all(f"Usage: textvec {name} {each}" in text for each in getattr(command, "commands", {"": ""}))


def test_code_that_names_something_public_is_a_link():
    assert 'href="../api/textvec.index.BM25Index.html#textvec.index.BM25Index"' in read("guide/bm25.html")
    assert 'href="../api/textvec.distributed.transform.html#textvec.distributed.transform"' in read(
        "guide/distributed.html"
    )
    assert 'href="textvec.weightings.BM25Weighting.html#' in read("api/textvec.index.BM25Index.html")


def test_a_name_of_another_library_is_no_link_to_ours():
    for page, text in {
        "guide/vectorizers.html": "The matrix is that of scikit-learn's <",
        "guide/preprocessing.html": "gensim's <",
        "api/textvec.preprocessing.Phrases.html": "gensim's <",
    }.items():
        assert text + "code" in read(page), page
        assert text + "a " not in read(page), page


def test_a_command_that_made_a_trace_is_coloured_and_can_be_copied():
    assert '<span class="gp">$ </span>textvec' in read("course/1_one_hot.html")


def test_formulas_need_no_script():
    assert "<math " in read("guide/bm25.html")
    assert "<math " in read("api/textvec.index.BM25Index.html")
