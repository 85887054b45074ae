"""`textvec mcp` in a process of its own, asked through its standard input and output by a client of the SDK."""

import os
import signal
import subprocess

import pytest

from support.asyncs import run_async
from support.shell import TEXTVEC, environment, run
from textvec import BM25Index

pytest.importorskip("mcp", reason="needs the MCP SDK: pip install 'textvec-kit[mcp]'")
from mcp import Client
from mcp.client.stdio import StdioServerParameters

HELLO = (
    b'{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", '
    b'"capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}\n'
)


@pytest.fixture
def folder(tmp_path):
    BM25Index().fit(["a red apple", "a green pear"], metadata={"year": [2001, 2002]}).save(tmp_path / "index")
    return tmp_path / "index"


def test_a_session(folder):
    async def session():
        arguments = ["mcp", "--index", str(folder)]
        parameters = StdioServerParameters(command=str(TEXTVEC), args=arguments, env=dict(os.environ))
        async with Client(parameters, mode="legacy", read_timeout_seconds=60) as client:
            assert client.server_info.name == "textvec"
            assert [tool.name for tool in (await client.list_tools()).tools] == ["search", "explain", "similar"]
            found = await client.call_tool("search", {"query": "pear", "where": ["year > 2001"]})
            assert [hit["id"] for hit in found.structured_content["hits"]] == [1]
            told = await client.call_tool("explain", {"query": "pear", "id": 1})
            assert told.structured_content["reasons"][0]["term"] == "pear"
            wrong = await client.call_tool("explain", {"query": "pear", "id": 7})
            assert (wrong.is_error, wrong.content[0].text[:26]) == (True, "No document has the id 7; ")
            BM25Index.open(folder).add(["another pear"])
            found = await client.call_tool("search", {"query": "another pear"})
            assert [hit["id"] for hit in found.structured_content["hits"]] == [2, 1]

    run_async(session())


@pytest.mark.parametrize(("end", "code"), [("input", 0), ("Ctrl-C", 130)])
def test_it_ends_quietly(folder, end, code):
    with subprocess.Popen(
        [TEXTVEC, "mcp", "--index", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        process.stdin.write(HELLO)
        process.stdin.flush()
        assert b'"serverInfo"' in process.stdout.readline()
        if end == "input":
            process.stdin.close()
        else:
            process.send_signal(signal.SIGINT)
        try:
            assert process.wait(20) == code
        finally:
            process.kill()
        assert (process.stdout.read(), process.stderr.read()) == (b"", b"")


def test_what_it_refuses(folder, tmp_path):
    for arguments, expected, message in [
        (["--index", tmp_path], 1, f"textvec: error: {tmp_path} is no index: it has no manifest.json.\n"),
        (["--index", tmp_path / "gone"], 1, f"textvec: error: There is no folder {tmp_path / 'gone'}.\n"),
        (["--index", folder, "--model", "nobody"], 1, "textvec: error: There is no model 'nobody': "),
    ]:
        code, printed, said = run("mcp", *arguments)
        assert (code, printed, said[: len(message)], said.count("\n")) == (expected, "", message, 1)
    code, printed, said = run("mcp")
    assert (code, printed, "Missing option '--index'" in said) == (2, "", True)
