"""The tools of the MCP server, asked by a client of the SDK in this process."""

import importlib
import json
import re
import shutil
import sys

import numpy as np
import pytest

from support.asyncs import run_async
from textvec import BM25Index, Chunker, CosineIndex, EmbeddingVectorizer, HybridIndex, WordVectors
from textvec.classification import text_classifier
from textvec.explanation import explain
from textvec.serve import answers
from textvec.serve.served_index import ServedIndex
from textvec.serve.served_model import ServedModel

pytest.importorskip("mcp", reason="needs the MCP SDK: pip install 'textvec-kit[mcp]'")
from mcp import Client

from textvec.serve import mcp_server as tools
from textvec.serve.mcp_server import mcp_server

TEXTS = ["A red apple. The sea is blue.", "A green pear.", "A red car, a red bus.", "Red <b>sea</b>\x1b[31m \u202e."]
METADATA = {"year": [2001, 2002, None, 2004], "label": ["fruit", "fruit", "cars", None]}


@pytest.fixture
def folder(tmp_path):
    BM25Index().fit(TEXTS, metadata=METADATA).save(tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture(scope="module")
def model():
    texts = ["win a free prize", "free prize now", "lunch at noon", "see you at lunch"]
    return text_classifier("counts", "nb").fit(texts, ["spam", "spam", "ham", "ham"])


def asked(server, *calls):
    """Return the results of calls of tools, each a name and arguments."""

    async def ask():
        async with Client(server) as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return run_async(ask())


def answer(server, name, **arguments):
    """Return the data, and the text, that one call answers."""
    (result,) = asked(server, (name, arguments))
    (content,) = result.content
    assert not result.is_error, content.text
    return result.structured_content, content.text


def error(server, name, **arguments):
    """Return what is said of one call that fails."""
    (result,) = asked(server, (name, arguments))
    (content,) = result.content
    assert result.is_error
    assert result.structured_content is None
    return content.text


def listed(server):
    async def ask():
        async with Client(server) as client:
            return (await client.list_tools()).tools, client.instructions

    return run_async(ask())


def test_the_tools_are_described_and_read_only(folder, model):
    found, said = listed(mcp_server(ServedIndex(folder)))
    assert [tool.name for tool in found] == ["search", "explain", "similar"]
    assert said == "Searches 4 documents by BM25. Columns of metadata for `where`: year, label."
    found, said = listed(mcp_server(ServedIndex(folder), ServedModel("mine", model)))
    assert [tool.title for tool in found] == ["Search", "Explain a score", "More like this", "Classify a text"]
    assert said.endswith(" Classifies texts by mine.")
    for tool in found:
        assert len(tool.description) > 40
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint
        assert tool.output_schema["type"] == "object"
        assert all(each["description"] for each in tool.input_schema["properties"].values())
    search = found[0].input_schema["properties"]
    assert (search["k"]["maximum"], search["query"]["maxLength"]) == (100, 2000)


def test_search(folder):
    index = BM25Index.open(folder)
    data, text = answer(mcp_server(ServedIndex(folder)), "search", query="red sea", k=2)
    assert data == {"query": "red sea", "hits": [answers.hit(hit) for hit in index.search(["red sea"], k=2)[0]]}
    assert data["hits"][0]["text"] == TEXTS[3], "texts are as they are, markup and controls included"
    assert text.startswith("2 hits for 'red sea'\n\n1. id 3, score ")
    assert '{"year": 2004, "label": null}\n' + TEXTS[3] in text
    json.dumps(data)


def test_search_by_conditions(folder):
    server = mcp_server(ServedIndex(folder))
    for where, found in [
        (["year >= 2002"], [3]),
        (["label == fruit", "year < 2002"], [0]),
        ('["label == cars"]', [2]),
        ([], [3, 2, 0]),
        (None, [3, 2, 0]),
    ]:
        data, _ = answer(server, "search", query="red", where=where)
        assert sorted(hit["id"] for hit in data["hits"]) == sorted(found)
    assert answer(server, "search", query="nothing")[0]["hits"] == []


def test_explain(folder):
    data, text = answer(mcp_server(ServedIndex(folder)), "explain", query="red sea", id=0)
    expected = answers.explained(BM25Index.open(folder).explain("red sea", 0))
    assert data == expected
    assert text.splitlines()[0] == f"Document 0 scores {expected['score']:.4f} for 'red sea'."
    assert re.search(r"^\+0\.\d{4} sea$", text, re.MULTILINE)


def test_explain_two_searches(tmp_path):
    vectors = WordVectors(["red", "apple", "sea"], np.eye(3))
    index = HybridIndex(BM25Index(), CosineIndex(EmbeddingVectorizer(vectors))).fit(["red apple", "red sea"])
    index.save(tmp_path / "index")
    data, text = answer(mcp_server(ServedIndex(tmp_path / "index")), "explain", query="sea", id="1")
    assert [part["part"] for part in data["parts"]] == ["lexical", "dense"]
    assert re.search(r"^\+0\.\d{4} dense$", text, re.MULTILINE)


def test_similar(folder):
    data, text = answer(mcp_server(ServedIndex(folder)), "similar", id="0", k=1)
    expected = [answers.hit(hit) for hit in BM25Index.open(folder).search_by_id(0, k=1)[0]]
    assert data == {"id": 0, "hits": expected}
    assert text.startswith("1 hit like document 0\n")


@pytest.mark.parametrize("id_", ["null", "[1]", "7", "a/b", ""])
def test_ids_that_are_strings(id_, tmp_path):
    CosineIndex().fit(["red apple", "red sea"], ids=[id_, "other"]).save(tmp_path / "index")
    server = mcp_server(ServedIndex(tmp_path / "index"))
    assert answer(server, "similar", id=id_)[0]["hits"][0]["id"] == "other"
    assert answer(server, "search", query="apple")[0]["hits"][0]["id"] == id_


def test_classify(folder, model):
    data, text = answer(
        mcp_server(ServedIndex(folder), ServedModel("model", model)), "classify", text="A free lunch, blimey! Free!"
    )
    assert data["label"] == "spam"
    assert [each["label"] for each in data["scores"]] == ["ham", "spam"]
    expected = model.predict_proba(["A free lunch, blimey! Free!"])[0]
    assert [each["score"] for each in data["scores"]] == pytest.approx(expected)
    assert data["explanation"] == answers.decision(explain(model, "A free lunch, blimey! Free!"))
    assert text.splitlines()[0] == "Class: spam"
    assert re.search(r"^ham: probability 0\.\d{4}$", text, re.MULTILINE)


def test_classes_that_are_numbers_and_no_probabilities(folder):
    model = text_classifier("counts", "perceptron").fit(["free prize", "see you"], [1, 0])
    data, text = answer(mcp_server(ServedIndex(folder), ServedModel("model", model)), "classify", text="a free beer")
    assert (data["label"], [each["label"] for each in data["scores"]]) == (1, [0, 1])
    assert "1: score " in text


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("search", {}, "query: Field required"),
        ("search", {"query": ""}, "query: String should have at least 1 character"),
        ("search", {"query": "x" * 2001}, "query: String should have at most 2000 characters"),
        ("search", {"query": "red", "k": 0}, "k: Input should be greater than or equal to 1"),
        ("search", {"query": "red", "k": 101}, "k: Input should be less than or equal to 100"),
        ("search", {"query": "red", "k": "many"}, "k: Input should be a valid integer, unable to parse"),
        (
            "search",
            {"query": "red", "where": ["yeer > 3"]},
            "The metadata has no column 'yeer'. Its columns are: 'year'",
        ),
        ("search", {"query": "red", "where": ["year"]}, "`where` must be a column, one of"),
        ("search", {"query": "red", "where": "year"}, "where: Input should be a valid list"),
        ("search", {"query": "red", "where": ["year > 1"] * 21}, "where: List should have at most 20 items"),
        ("explain", {"query": "red", "id": 9}, "No document has the id 9; there are 4, such as 0, 1, 2."),
        ("similar", {"id": "nobody"}, "No document has the id 'nobody'; there are 4"),
        ("similar", {"id": [3]}, "id: Input should be a valid string"),
        ("classify", {"text": "red"}, "Unknown tool: classify"),
    ],
)
def test_errors_in_plain_words(folder, name, arguments, message):
    said = error(mcp_server(ServedIndex(folder)), name, **arguments)
    assert said.startswith(message)
    assert "Error executing" not in said
    assert len(said.splitlines()) == 1


def test_what_nobody_expected_is_told_to_nobody(folder, monkeypatch, caplog):
    def broken(self, *arguments, **named):
        raise TypeError("a secret")

    served = ServedIndex(folder)
    monkeypatch.setattr(BM25Index, "search", broken)
    assert error(mcp_server(served), "search", query="red") == "Error executing tool search"
    assert "a secret" in caplog.text


def test_an_index_that_changes_or_goes_away(folder):
    server = mcp_server(ServedIndex(folder))
    assert answer(server, "search", query="melon")[0]["hits"] == []
    BM25Index.open(folder).add(["a melon"])
    assert [hit["text"] for hit in answer(server, "search", query="melon")[0]["hits"]] == ["a melon"]
    shutil.rmtree(folder)
    assert "There is no folder" in error(server, "search", query="melon")


def test_long_texts_are_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(tools, "MAX_TEXT_CHARACTERS", 40)
    monkeypatch.setattr(tools, "MAX_SHOWN_CHARACTERS", 20)
    BM25Index().fit(["apple " * 100, "pear"]).save(tmp_path / "index")
    server = mcp_server(ServedIndex(tmp_path / "index"))
    data, text = answer(server, "search", query="apple")
    assert data["hits"][0]["text"] == ("apple " * 7)[:40]
    assert "\napple apple apple ap [the first 20 characters]" in text
    data, _ = answer(server, "explain", query="apple", id=0)
    assert (len(data["text"]), data["marks"][-1]["end"]) == (40, 35)


def test_passages(tmp_path):
    BM25Index(chunker=Chunker("sentence", size=1)).fit(TEXTS).save(tmp_path / "index")
    data, text = answer(mcp_server(ServedIndex(tmp_path / "index")), "search", query="blue")
    (hit,) = data["hits"]
    assert (hit["text"], hit["passage"]) == ("The sea is blue.", {"number": 1, "start": 13, "end": 29})
    assert text.endswith("\nThe sea is blue.")


def test_without_the_sdk(monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    monkeypatch.delitem(sys.modules, "textvec.serve.mcp_server")
    with pytest.raises(ImportError, match=r'needs the MCP SDK\. Install it with: pip install "textvec-kit\[mcp\]"'):
        importlib.import_module("textvec.serve.mcp_server")
