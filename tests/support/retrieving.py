"""What retrievers are tested on: an index with passages and metadata, and the examples of their page."""

import doctest
import re
from datetime import datetime

from support.paths import ROOT
from textvec import BM25Index, Chunker

PAGE = ROOT / "docs" / "guide" / "retrievers.md"
TEXTS = ["A red apple. The sea is blue.", "A green pear.", "A red car, a red bus.", "The blue sea.", "Red."]
METADATA = {
    "year": [2001, 2002, None, 2004, 2005],
    "label": ["fruit", "fruit", "cars", None, "none"],
    "price": [1.5, None, 3.0, 2.5, 0.5],
    "day": [None, *(datetime(2026, 1, day) for day in (2, 3, 4, 5))],
}
ROWS = [dict(zip(METADATA, row, strict=True)) for row in zip(*METADATA.values(), strict=True)]
ALL_WORDS = "apple pear red sea"


def index_of_passages():
    """Return an index whose passages are sentences; each document is found by `ALL_WORDS`."""
    return BM25Index(chunker=Chunker("sentence", size=1)).fit(TEXTS, metadata=METADATA)


def run_examples(framework):
    """Run the examples of the page for a framework, as one session; return how many there were."""
    page = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(rf"^```python {framework}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest("".join(blocks), {}, PAGE.name, str(PAGE), 0)
    report = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    runner.run(examples, out=report.append)
    assert not runner.failures, "".join(report)
    return len(examples.examples)
