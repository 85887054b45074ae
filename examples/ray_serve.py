r"""Search an index in shards online, behind Ray Serve: python -m pip install "textvec-kit[ray]" "ray[serve]".

    python examples/ray_serve.py                 serves on 127.0.0.1:8000 until Ctrl-C
    curl "http://127.0.0.1:8000/search?q=cold+soup&k=3"
    python examples/ray_serve.py "cold soup"     asks for this once, prints the answer, and ends

Ray builds an index of the reviews that come with textvec, in shards, whose actors then hold them. A deployment puts
the queries of several requests together and gives them to the actors as one search. On a cluster, the folder is one
that all machines share, and `num_replicas` says how many replicas answer.
"""

import argparse
import asyncio
import json
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import ray
from ray import serve
from starlette.requests import Request
from starlette.responses import JSONResponse

from textvec import BM25Index
from textvec.datasets import load_reviews
from textvec.distributed import ShardedIndex, build_index

SHARDS = 4
MAX_HITS = 100
MAX_QUERIES = 32  # Queries that are put together at the most. They wait a hundredth of a second for others.


@serve.deployment(ray_actor_options={"num_cpus": 0.1}, max_ongoing_requests=2 * MAX_QUERIES)
class Search:
    """Answers requests from an index in shards, which the actors of this replica hold."""

    def __init__(self, folder: str) -> None:
        self.index = ShardedIndex.open(folder, client="ray")

    async def __call__(self, request: Request) -> JSONResponse:
        """Return the hits for the query `q`, at most `k` of them."""
        query, k = request.query_params.get("q", ""), request.query_params.get("k", "10")
        if not query or not k.isdecimal() or not 1 <= int(k) <= MAX_HITS:
            return JSONResponse({"error": f"Give a query, and k from 1 to {MAX_HITS}: /search?q=cold+soup&k=3"}, 400)
        return JSONResponse({"query": query, "hits": await self.hits(query, int(k))})

    @serve.batch(max_batch_size=MAX_QUERIES, batch_wait_timeout_s=0.01)
    async def hits(self, queries: list[str], ks: list[int]) -> list[list[dict[str, object]]]:
        """Return the hits of queries that have come at about the same time."""
        results = await asyncio.to_thread(self.index.search, queries, max(ks))
        return [
            [{"id": hit.id, "score": round(hit.score, 4), "text": hit.document} for hit in hits[:k]]
            for hits, k in zip(results, ks, strict=True)
        ]


def build(folder: Path) -> None:
    """Write the reviews to files, and build an index of these."""
    reviews = load_reviews()
    table = pa.table({"id": range(len(reviews.data)), "text": reviews.data})
    size = -(-len(table) // SHARDS)
    (folder / "documents").mkdir()
    for i in range(SHARDS):
        pq.write_table(table.slice(i * size, size), folder / "documents" / f"{i}.parquet")
    index = BM25Index(statistics="frozen")
    built = build_index(index, folder / "documents", folder / "index", engine="ray", column="text", ids="id")
    print(built)


def main() -> None:
    """Build the index, serve it, and ask once or wait."""
    parser = argparse.ArgumentParser(description="Search an index in shards online, behind Ray Serve.")
    parser.add_argument("query", nargs="?", help="what to ask for once; without it, requests are served until Ctrl-C")
    parser.add_argument("--port", type=int, default=8000, help="where to listen on 127.0.0.1 (8000)")
    options = parser.parse_args()
    if not ray.is_initialized():
        ray.init(include_dashboard=False)
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        serve.start(http_options={"host": "127.0.0.1", "port": options.port})
        try:
            serve.run(Search.bind(f"{folder}/index"), route_prefix="/search")
            address = f"http://127.0.0.1:{options.port}/search"
            if options.query is not None:
                asked = urllib.parse.urlencode({"q": options.query, "k": 3})
                with urllib.request.urlopen(f"{address}?{asked}", timeout=60) as answer:  # noqa: S310  (it is our own)
                    print(json.dumps(json.load(answer), indent=2))
                return
            print(f"Serving {address}?q=cold+soup&k=3 until Ctrl-C")
            while True:
                time.sleep(60)
        except KeyboardInterrupt:
            pass
        finally:
            serve.shutdown()


if __name__ == "__main__":
    main()
