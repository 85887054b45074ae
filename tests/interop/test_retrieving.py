"""What the retrievers of all frameworks share; none of them is needed here, and none is imported."""

import importlib
import subprocess
import sys

import pytest

from support.retrieving import ALL_WORDS, METADATA, ROWS, TEXTS, index_of_passages
from textvec import BM25Index, CosineIndex
from textvec.interop._retrieving import opened, retrieved, schema_of

FRAMEWORKS = {
    "langchain": ("langchain_core", "LangChain", "langchain"),
    "llama_index": ("llama_index.core", "LlamaIndex", "llama-index"),
    "haystack": ("haystack", "Haystack", "haystack"),
}


def test_what_is_found_is_what_search_finds():
    index = index_of_passages()
    hits = index.search(["blue sea"], k=2)[0]
    found = retrieved(index, "blue sea", 2)
    assert [(each.id, each.text, each.score) for each in found] == [(str(h.id), h.passage.text, h.score) for h in hits]
    best = found[-1]
    assert (best.id, best.text) == ("0", "The sea is blue.")
    assert best.metadata == {"id": 0, "score": best.score, "passage": 1, "start": 13, "end": 29} | ROWS[0]
    assert TEXTS[0][13:29] == best.text


def test_limits_and_names_that_are_taken():
    index = CosineIndex().fit(TEXTS, ids=list("abcde"), metadata={"id": list("vwxyz"), "year": METADATA["year"]})
    (found,) = retrieved(index, "red sea", 9, min_score=0.1, where="year > 2004")
    assert found.metadata == {"id": "e", "score": found.score, "metadata.id": "z", "year": 2005}
    assert [each.id for each in retrieved(index, ALL_WORDS, 1)] == [index.search([ALL_WORDS])[0][0].id]


def test_words_are_texts():
    (found,) = retrieved(CosineIndex().fit([["red", "apple"], ["pear"]]), ["apple"], 3)
    assert found.text == "red apple"


def test_an_index_or_its_folder(tmp_path):
    index = BM25Index().fit(TEXTS)
    assert opened(index, "R") is index
    index.save(tmp_path / "index")
    for path in (tmp_path / "index", str(tmp_path / "index")):
        assert list(opened(path, "R")) == list(index)
    with pytest.raises(FileNotFoundError):
        opened(tmp_path / "nothing", "R")
    with pytest.raises(TypeError, match=r"R: index must be an index, .* or the path of a folder .*, but it is 7\."):
        opened(7, "R")
    assert schema_of(index).names == []
    assert schema_of(index_of_passages()).names == list(METADATA)


@pytest.mark.parametrize("name", list(FRAMEWORKS))
def test_a_framework_that_is_missing(name, monkeypatch):
    package, title, extra = FRAMEWORKS[name]
    for module in [*sys.modules]:
        if module == package or module.startswith(f"{package}."):
            monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"textvec.interop.{name}", raising=False)
    message = rf"textvec\.interop\.{name} needs {title}\. Install it with: pip install \"textvec-kit\[{extra}\]\""
    with pytest.raises(ImportError, match=message):
        importlib.import_module(f"textvec.interop.{name}")


def test_the_rooms_import_no_framework():
    packages = [package.partition(".")[0] for package, _, _ in FRAMEWORKS.values()] + ["mcp"]
    code = (
        "import sys, textvec.interop, textvec.interop._retrieving, textvec.serve, textvec.cli.main\n"
        f"print([name for name in {packages} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
