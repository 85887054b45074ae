"""An index under 100 clients, while somebody changes it: `textvec serve` beside a ten-line Flask application.

python -m benchmarks.serving [SECONDS] needs wrk (`apt-get install wrk`), Flask and gunicorn. All of it is on this
machine, wrk and the writer included, so that the servers have less than all of its cores.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.data import train_reviews
from benchmarks.search import _short_queries
from textvec import BM25Index, open_index

CLIENTS, SECONDS = 100, 60
N_QUERIES = 1000
SECONDS_BETWEEN_CHANGES = 0.25
PEER = """
from flask import Flask, request
from textvec import open_index

app = Flask(__name__)
index = open_index("index")

@app.get("/search")
def search():
    hits = index.search([request.args["q"]], k=int(request.args.get("k", 10)))[0]
    return {"hits": [{"id": hit.id, "score": hit.score, "text": hit.document} for hit in hits]}
"""
SCRIPT = """
local paths, i = {}, 0
for line in io.lines("paths.txt") do paths[#paths + 1] = line end
function request() i = i % #paths + 1; return wrk.format("GET", paths[i]) end
"""
SERVERS = {
    "`textvec serve`": "-m textvec.cli serve --index index --port {port} --no-access-log --workers {workers}",
    "Flask, gunicorn": "-m gunicorn -w {workers} --threads 16 -b 127.0.0.1:{port} --log-level error peer:app",
}


@contextmanager
def served(command: str, folder: Path, port: int) -> Iterator[int]:
    """Start a server, wait until it answers, and end it; give the number of its process."""
    process = subprocess.Popen(
        [sys.executable, *command.split()], cwd=folder, env=os.environ | {"OMP_NUM_THREADS": "1"},
        stderr=(folder / "log.txt").open("a"),
    )  # fmt: skip
    try:
        for _ in range(600):
            try:
                get(port, "/search?q=film")
                break
            except OSError:
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def get(port: int, path: str) -> Any:
    """Ask a server, and return what it answers."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return json.loads(answer.read())


def memory_of(pid: int) -> float:
    """Return the memory of a process and its workers that is no file's, in megabytes: a mapped index counts once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    private = re.findall(r"^RssAnon:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return sum(map(int, private)) / 1024 + sum(memory_of(int(child)) for child in children)


def changing(folder: Path, end: threading.Event, changes: list[int]) -> None:
    """Add a document and delete it again, until the end."""
    index = open_index(folder)
    while not end.wait(SECONDS_BETWEEN_CHANGES):
        index.add(["a new film that nobody has seen yet"])
        index.delete(max(index))
        changes.append(1)


def checking(port: int, paths: list[str], end: threading.Event, wrong: list[Any]) -> None:
    """Ask now and then, and note answers that are wrong: no hits, or not in order."""
    i = 0
    while not end.wait(0.1):
        i += 1
        try:
            scores = [hit["score"] for hit in get(port, paths[i % len(paths)])["hits"]]
            if not scores or scores != sorted(scores, reverse=True):
                wrong.append(scores)
        except Exception as error:
            wrong.append(error)


def load(folder: Path, port: int, seconds: int) -> dict[str, Any]:
    """Let wrk ask with all clients, and return what it tells."""
    command = f"wrk -t1 -c{CLIENTS} -d{seconds}s --timeout 30s --latency -s load.lua http://127.0.0.1:{port}"
    told = subprocess.run(command.split(), cwd=folder, capture_output=True, text=True, check=True).stdout
    figures = {name: re.search(rf"{name}\s+([0-9.]+\w*)", told)[1] for name in ("50%", "99%", "Requests/sec:")}
    errors = [line.strip() for line in told.splitlines() if "Non-2xx" in line or "Socket errors" in line]
    return figures | {"errors": "; ".join(errors) or "none"}


def main(seconds: int = SECONDS) -> None:
    """Print the table."""
    reviews = train_reviews()
    queries = _short_queries(reviews, N_QUERIES)
    paths = [f"/search?k=10&q={urllib.parse.quote(query)}" for query in queries]
    print("| server | workers | answers a second | median | p99 | errors | wrong | changes | memory, MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        BM25Index().fit(reviews).save(folder / "index")
        (folder / "peer.py").write_text(textwrap.dedent(PEER))
        (folder / "load.lua").write_text(SCRIPT)
        (folder / "paths.txt").write_text("\n".join(paths))
        port = 18_000
        for workers in (1, 2):
            for server, command in SERVERS.items():
                port += 1
                with served(command.format(port=port, workers=workers), folder, port) as pid:
                    load(folder, port, 3)
                    end, changes, wrong = threading.Event(), [], []
                    others = [
                        threading.Thread(target=changing, args=(folder / "index", end, changes)),
                        threading.Thread(target=checking, args=(port, paths, end, wrong)),
                    ]
                    before = memory_of(pid)
                    for other in others:
                        other.start()
                    told = load(folder, port, seconds)
                    end.set()
                    for other in others:
                        other.join()
                    figures = [
                        told["Requests/sec:"],
                        told["50%"],
                        told["99%"],
                        told["errors"],
                        len(wrong),
                        len(changes),
                    ]
                    cells = [server, workers, *figures, f"{before:,.0f} to {memory_of(pid):,.0f}"]
                    print(f"| {' | '.join(map(str, cells))} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
