"""`textvec index build --engine`: an index in shards, searched and added to as any other, where that is possible."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support.shell import parsed, run
from textvec.distributed import _facts, _shards

TEXTS = ["red apple", "green apple pie. And a sea.", "the blue sea", "a red red sea", "pie"]
TABLE = pa.table({"key": ["a", "b", "c", "d", "e"], "text": TEXTS, "stars": [4, None, 1, 3, 2]})
FROZEN = (
    "textvec: statistics are frozen: in shards, words and weights stay what they are now when documents are added.\n"
)
COLUMNS = ("--text-column", "text", "--id-column", "key", "--metadata-columns", "stars")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """The texts in two files."""
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    pq.write_table(TABLE.slice(0, 3), "in/a.parquet")
    pq.write_table(TABLE.slice(3), "in/b.parquet")


def index(*arguments):
    """Run `textvec index`, which has to succeed; return what it said."""
    code, printed, said = run("index", *arguments)
    assert (code, printed) == (0, ""), said
    return said


def interrupted(*arguments):
    """Run `textvec index`, which is interrupted; return what it said."""
    code, printed, said = run("index", *arguments)
    assert (code, printed) == (130, "")
    return said.strip()


def hits(folder, *arguments):
    code, printed, said = run("similar", "--index", folder, *arguments)
    assert (code, said) == (0, "")
    return [{**hit, "source": None, "row": None} for hit in parsed(printed)]


def figures(folder, *options):
    code, printed, said = run("index", "info", folder, "--json", *options)
    assert (code, said) == (0, "")
    return json.loads(printed)[0]


@pytest.mark.parametrize(
    "options",
    ["", "--model bm25 --k1 1.2 --statistics frozen", "--stem porter --ngrams 1-2", "--chunk sentence:1"],
)
def test_shards_are_searched_as_one_index(options):
    said = index("build", "in", "-o", "s", *COLUMNS, *options.split(), "--engine", "here")
    index("build", "in", "-o", "one", *COLUMNS, *options.split())
    assert said.startswith("textvec: s holds 5 documents ")
    assert " in 2 shards: 0.0 MB, " in said
    assert figures("s", "--verify")["shards"] == 2
    for query in (["red apple", "--explain"], ["sea", "--where", "stars >= 2"], ["--id", "d"]):
        assert hits("s", *query) == hits("one", *query) != []


def test_bm25_gets_statistics_that_stay_and_says_so():
    assert index("build", "in", "-o", "s", *COLUMNS, "--model", "bm25", "--engine", "here").startswith(FROZEN)
    assert figures("s")["bm25"] == "lucene, k1=1.5, b=0.75, frozen statistics"


def test_documents_are_added_as_further_shards():
    index("build", "in", "-o", "s", "--text-column", "text", "--engine", "here")
    Path("new.txt").write_text("a new sea\n")
    assert index("add", "s", "new.txt") == "textvec: 1 document added; s holds 6 documents in 3 shards: 0.0 MB.\n"
    assert "7 documents in 4 shards" in index("add", "s", "new.txt", "--engine", "here")
    assert [hit["id"] for hit in hits("s", "sea", "-k", "4")] == [5, 6, 2, 3]
    index("build", "in", "-o", "ids", *COLUMNS, "--engine", "here")
    pq.write_table(pa.table({"key": ["f"], "text": ["sea"], "stars": [9]}), "new.parquet")
    assert "ids of this index are strings: name the column" in run("index", "add", "ids", "new.parquet")[2]
    index("add", "ids", "new.parquet", "--id-column", "key", "--text-column", "text")
    assert [hit["id"] for hit in hits("ids", "sea", "--where", "stars == 9")] == ["f"]


def test_what_is_not_done_to_shards_is_refused(monkeypatch):
    build = ("build", "in", "-o", "s", "--text-column", "text", "--engine", "here")
    index(*build)
    index("build", "in", "-o", "one", "--text-column", "text")
    before = figures("s")

    def read(*_):
        raise AssertionError

    monkeypatch.setattr(_facts.Look, "__call__", read)
    for arguments, code, message in (
        (["delete", "s", "1"], 1, "The index in s is in shards, which are not changed."),
        (["compact", "s"], 1, "The index in s is in shards, which are not changed."),
        (["add", "one", "in", "--engine", "here"], 2, "--engine goes with an index in shards only, and 'one' is none."),
        (["add", "s", "in", "-v"], 2, "--verbose does not go with an index in shards, which reads Parquet"),
        (["add", "s", "-"], 2, "Standard input is not read in pieces: name files, which an index in shards needs."),
        (["add", "s", "nope"], 1, "There is no file or folder: 'nope'."),
        (["add", "nope", "in", "--engine", "here"], 2, "'nope' is none."),
        (build, 1, "There is an index in shards at "),
        ([*build[:3], "one", *build[4:], "--overwrite"], 1, "one exists, and is no index in shards"),
        ([*build[:3], "in", *build[4:]], 1, "in exists, and is no index in shards"),
        ([*build[:3], "s3://a/b", *build[4:]], 2, "-o is a folder that all workers share, and no URL, 's3://a/b'"),
        ([*build, "--overwrite", "--id-column", "x"], 1, "Column 'x' is not in in/a.parquet."),
        ([*build, "--overwrite", "--model", "hybrid"], 2, "--model hybrid does not go with --engine. Build two"),
        ([*build, "--model", "bm25", "--statistics", "live"], 2, "--statistics live does not go with --engine"),
        ([*build, "--format", "csv"], 2, "--format does not go with --engine"),
        ([*build[:-1], "rye"], 2, "there is no 'rye'. Known are here, local-dask, dask://HOST:PORT, ray."),
    ):  # fmt: skip
        failed, printed, said = run("index", *arguments)
        assert (failed, printed) == (code, ""), said
        assert message in said
        assert "mistake in textvec" not in said
    assert figures("s", "--verify") == before


def test_ctrl_c_leaves_shards_that_the_same_command_goes_on_with(monkeypatch):
    build = ("build", "in", "-o", "s", "--text-column", "text", "--engine", "here")
    save, written = _shards.WriteShard._save, []

    def stopped(self, path, *rest):
        if path.name == "shard-00001":
            raise KeyboardInterrupt
        save(self, path, *rest)

    def saved(self, path, *rest):
        written.append(path.name)
        save(self, path, *rest)

    monkeypatch.setattr(_shards.WriteShard, "_save", stopped)
    said = "textvec: interrupted: 1 shard in s is finished, and not searched yet. The same command goes on."
    assert interrupted(*build) == said
    assert "s is no index" in run("index", "info", "s")[2]
    monkeypatch.setattr(_shards.WriteShard, "_save", saved)
    index(*build)
    assert written == ["shard-00001"]
    said = "textvec: interrupted: s holds what it held. The same command adds the documents."
    monkeypatch.setattr(_facts.Look, "__call__", lambda *_: stopped(None, Path("shard-00001")))
    assert interrupted("add", "s", "in", "--text-column", "text") == said
    assert figures("s", "--verify")["documents"] == 5


def test_a_cluster_builds_and_adds(dask_client):
    engine = ("--engine", "dask://" + dask_client.scheduler.address.removeprefix("tcp://"))
    files = str(Path("in").absolute())
    index("build", files, "-o", "s", *COLUMNS, "--model", "bm25", "--statistics", "frozen", *engine)
    index("build", files, "-o", "one", *COLUMNS, "--model", "bm25", "--statistics", "frozen")
    assert hits("s", "red sea") == hits("one", "red sea") != []
    pq.write_table(pa.table({"key": ["f"], "text": ["sea"], "stars": [9]}), "new.parquet")
    said = index("add", "s", Path("new.parquet").absolute(), "--id-column", "key", "--text-column", "text", *engine)
    assert said.startswith("textvec: 1 document added; s holds 6 documents in 3 shards")
