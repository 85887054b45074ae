"""Pages of maps and traces, their sizes, and when a browser has drawn them: `python -m benchmarks.pages CHROMIUM`.

It is no part of `make bench`, as it needs Chromium (`make test-browser` says how to get it) and its path. The peer
of maps is altair with everything in one file, which is how its charts are read without a network; points have the same
places, colours and texts.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from benchmarks.data import IMDB, data

N_POINTS, N_CLUSTERS, N_CHARACTERS = 50_000, 8, 160
N_LOADS = 5
# What is there when a page is drawn: the mark that our map sets, the canvas that altair's chart makes.
READY, CANVAS = "html[data-ready]", "canvas"


def timed(make: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    made = make()
    return made, time.perf_counter() - start


def loads(browser: Any, pages: dict[str, tuple[Path, str]]) -> dict[str, list[float]]:
    """Open pages in turn, and return for each when its sign was there, in milliseconds since its reading began."""
    found: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(N_LOADS):
        for name, (path, sign) in pages.items():
            page = browser.new_page(viewport={"width": 1200, "height": 800})
            page.goto(path.as_uri(), wait_until="commit", timeout=120_000)
            page.wait_for_selector(sign, state="attached", timeout=120_000)
            found[name].append(page.evaluate("performance.now()"))
            page.close()
    return found


def altair_page(points: Any, path: Path) -> None:
    import altair

    altair.data_transformers.disable_max_rows()
    chart = altair.Chart(points).mark_circle(size=6)
    chart = chart.encode(x="x", y="y", color="cluster_name:N", tooltip="text").properties(width=1000, height=700)
    chart.save(path, inline=True, embed_options={"renderer": "canvas"})  # faster than its SVG


def traced_pages(folder: Path, reviews: list[str], labels: list[str]) -> dict[str, Path]:
    """Write the traces of 20 sentences, and of 20 whole reviews, through the steps of a classifier."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from textvec import Stemmer, StopWords, TfidfVectorizer, Tokenizer, trace

    steps = Tokenizer(), StopWords(), Stemmer(), TfidfVectorizer(ngram_range=(1, 2), min_df=2), LogisticRegression()
    model = make_pipeline(*steps).fit(reviews[:5000], labels[:5000])
    sentences = [review.split(". ")[0] for review in reviews[:20]]
    found = {}
    for name, texts in {"20 sentences": sentences, "20 reviews": reviews[:20]}.items():
        path = folder / f"{name}.html"
        traced, seconds = timed(lambda texts=texts: trace(model, texts))  # type: ignore[misc]
        _, more = timed(lambda traced=traced, path=path: traced.to_html(path))  # type: ignore[misc]
        print(f"trace of {name}: {seconds:.2f} s, its page {more:.2f} s, {path.stat().st_size / 1000:,.0f} kB")
        found[name] = path
    return found


def main() -> None:
    from playwright.sync_api import sync_playwright

    from textvec.plots import map_documents

    table = pq.read_table(data(IMDB), columns=["text", "label"])
    table = table.take(np.random.default_rng(0).permutation(len(table))[:N_POINTS])
    reviews, labels = table["text"].to_pylist(), table["label"].to_pylist()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        made, seconds = timed(lambda: map_documents(reviews, clusters=N_CLUSTERS))
        _, more = timed(lambda: made.to_html(folder / "map.html"))
        print(f"map of {N_POINTS:,} reviews, {N_CLUSTERS} clusters, neighbours: {seconds:.1f} s, its page {more:.1f} s")
        points = made.to_pandas()
        points["text"] = points["text"].str[:N_CHARACTERS]
        altair_page(points, folder / "altair.html")
        pages = {
            "textvec": (folder / "map.html", READY),
            "altair": (folder / "altair.html", CANVAS),
        }
        browser = playwright.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox"])
        for peer, times in loads(browser, pages).items():
            size = pages[peer][0].stat().st_size / 1e6
            spread = f"{min(times):,.0f} to {max(times):,.0f}"
            print(f"{peer}: {size:.2f} MB, drawn after {median(times):,.0f} ms ({spread}, {N_LOADS} loads)")
        traced_pages(folder, reviews, labels)
        browser.close()
    print(f"{os.cpu_count()} cores")


if __name__ == "__main__":
    main()
