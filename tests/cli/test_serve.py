"""`textvec serve` as processes: addresses, signals, workers; what goes through it is tested in tests/serve."""

import json
import re
import signal
import socket
import struct
import subprocess
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.shell import TEXTVEC, environment, run
from textvec import BM25Index, CosineIndex, open_index

TOKEN = "correct-horse-battery-staple"


@pytest.fixture
def folder(tmp_path):
    BM25Index().fit(["a red apple", "a green pear"], metadata={"year": [2001, 2002]}).save(tmp_path / "index")
    return tmp_path / "index"


@contextmanager
def serving(*arguments, **variables):
    """Start the command at a free port; give its process and address, and end it."""
    command = [str(TEXTVEC), "serve", "--port", "0", *map(str, arguments)]
    # A shell that starts tests in the background lets them ignore Ctrl-C, and what they start.
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(**variables),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    try:
        first = process.stderr.readline()
        found = re.match(r"textvec: (http://\S+/) serves .*\. Ctrl-C ends it\.$", first)
        assert found, first + process.stderr.read()
        yield process, found[1]
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)


def get(address, **headers):
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:
        return json.loads(answer.read())


def ended(process, how):
    """Send a signal; return the exit code, and what is on standard output and error."""
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_it_answers_logs_and_lets_a_request_finish(folder):
    with serving("--index", folder, "--max-k", "5") as (process, address):
        assert address.startswith("http://127.0.0.1:")
        assert [hit["id"] for hit in get(f"{address}search?q=pear")["hits"]] == [1]
        with pytest.raises(urllib.error.HTTPError, match="422"):
            get(f"{address}search?q=pear&k=6")
        with pytest.raises(urllib.error.HTTPError, match="400"):
            get(f"{address}info", Host="evil.example")
        host, port = address[7:-1].split(":")
        for _ in range(5):
            with socket.create_connection((host, int(port))) as gone:
                gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                gone.sendall(b"GET /info HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20)
                time.sleep(0.02)
        # Whether one of them would have ended the process, as it ends other commands, is chance: so ask the system.
        ignored = re.search(r"^SigIgn:\s*(\w+)", Path(f"/proc/{process.pid}/status").read_text(), re.MULTILINE)
        assert int(ignored[1], 16) >> (signal.SIGPIPE - 1) & 1
        open_index(folder).add(["another pear"])
        end = time.monotonic() + 30
        while len(get(f"{address}search?q=pear")["hits"]) < 2:
            assert time.monotonic() < end
            time.sleep(0.05)
        with socket.create_connection((host, int(port))) as late:  # a request of which the end is still to come
            late.sendall(b"POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
            late.sendall(b'Content-Length: 21\r\n\r\n{"queries":')
            time.sleep(0.3)
            told = []
            asked = threading.Thread(target=lambda: told.append(ended(process, signal.SIGTERM)))
            asked.start()
            time.sleep(0.3)
            late.sendall(b' ["pear"]}')
            assert late.recv(100_000).startswith(b"HTTP/1.1 200")
        asked.join()
    code, out, err = told[0]
    assert (code, out) == (0, "")
    lines = [json.loads(line) for line in err.splitlines()]
    assert all(line["level"] == "info" for line in lines)  # that clients went before they were answered is no failure
    assert {"method": "GET", "path": "/search", "status": 200}.items() <= lines[0].items()
    assert [line["status"] for line in lines][:3] == [200, 422, 400]
    assert "pear" not in err


def test_ctrl_c_ends_it_without_a_word(folder):
    with serving("--index", folder, "--no-access-log") as (process, address):
        get(f"{address}info")
        assert ended(process, signal.SIGINT) == (130, "", "\n")  # the end of the line with ^C


def test_workers_answer_and_count_together(folder):
    with serving("--index", folder, "--workers", "2", "--write", "--require-token", TEXTVEC_TOKEN=TOKEN) as (
        process,
        address,
    ):
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        with pytest.raises(urllib.error.HTTPError, match="401"):
            get(f"{address}search?q=pear")
        for _ in range(10):
            assert get(f"{address}search?q=pear", **bearer)["hits"][0]["id"] == 1
        asked = urllib.request.Request(f"{address}metrics", headers=bearer)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            metrics = answer.read().decode()
        counts = re.findall(r'^textvec_requests_total{.*route="/search",status="200"} ([0-9.]+)', metrics, re.MULTILINE)
        assert sum(map(float, counts)) == 10
        assert "textvec_documents 2.0" in metrics
        code, out, err = ended(process, signal.SIGTERM)
        assert (code, out) == (0, "")
        assert len({json.loads(line)["process"] for line in err.splitlines()}) in (1, 2)


@pytest.mark.slow  # each worker takes seconds to start
def test_ctrl_c_ends_workers_as_well(folder):
    with serving("--index", folder, "--workers", "2", "--host", "127.0.0.2") as (process, address):
        get(f"{address}info")
        with pytest.raises(urllib.error.HTTPError, match="400"):
            get(f"{address}info", Host="evil.example")
        code, out, _ = ended(process, signal.SIGINT)
        assert (code, out) == (130, "")


@pytest.mark.slow  # each worker takes seconds to start
def test_workers_that_cannot_start_end_it(tmp_path):
    CosineIndex("precomputed").fit([[1.0, 0.0]]).save(tmp_path / "vectors")
    command = [str(TEXTVEC), "serve", "--port", "0", "--index", str(tmp_path / "vectors"), "--workers", "2"]
    process = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment(), check=False)
    assert process.returncode == 1, process.stderr
    assert "cannot be searched with texts" in process.stderr
    assert process.stderr.endswith("textvec: error: A worker could not start; the lines before this one say why.\n")


def test_what_cannot_be_is_one_line(folder, tmp_path):
    CosineIndex("precomputed").fit([[1.0, 0.0]]).save(tmp_path / "vectors")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, said = run("serve", "--index", str(folder), "--port", str(port))
    assert (code, f"Port {port} of 127.0.0.1 is in use" in said) == (1, True)
    for arguments, expected, says in (
        (["--index", str(tmp_path / "nothing")], 1, "nothing"),
        (["--index", str(tmp_path)], 1, "index"),
        (["--index", str(tmp_path / "nothing"), "--workers", "2"], 1, "nothing"),
        (["--model", "nonsense"], 1, "There is no model 'nonsense'"),
        (["--index", str(folder), "--host", "no.such.host.invalid"], 1, "no.such.host.invalid"),
        (["--index", str(folder), "--write"], 1, "TEXTVEC_TOKEN"),
        (["--index", str(tmp_path / "vectors")], 1, "cannot be searched with texts"),
        ([], 2, "There is nothing to serve"),
        (["--model", "spam", "--write"], 2, "--write goes with --index"),
        (["--index", str(folder), "--port", "70000"], 2, "--port"),
    ):
        code, out, said = run("serve", *arguments)
        assert (code, out) == (expected, ""), said
        assert says in said
        assert "Traceback" not in said
