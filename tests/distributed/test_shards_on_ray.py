"""Ray builds an index in shards, its actors hold it and search it, also where some die. `make test-ray` runs it."""

import os
import shutil
import signal
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from sklearn.base import clone

from support.sharded import check_equal
from textvec import BM25Index, CosineIndex, TfidfVectorizer
from textvec.distributed import ShardedIndex, add_documents, build_index
from textvec.distributed._holders import RayActors, holders_for
from textvec.index import DamagedIndexError
from textvec.similarity import find_duplicates

pytestmark = pytest.mark.ray

TFIDF, BM25 = CosineIndex(TfidfVectorizer()), BM25Index(statistics="frozen")


@pytest.fixture(scope="module")
def built(ray_cluster, pieces, tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "index"
    build_index(TFIDF, pieces, folder, engine="ray", column="text", metadata=["number"])
    return folder


@pytest.fixture(scope="module")
def opened(built):
    """The index, held by actors."""
    return ShardedIndex.open(built, client="ray")


def test_a_dataset_is_built_and_searched(ray_cluster, pieces, texts, queries, tmp_path):
    one = clone(BM25).fit(texts, metadata={"number": range(90)})
    documents = ray_cluster.data.from_arrow([pq.read_table(path) for path in sorted(Path(pieces).parent.iterdir())])
    built = build_index(BM25, documents, tmp_path / "index", column="text", metadata=["number"])
    check_equal(one, built, queries[:5])
    sharded = ShardedIndex.open(tmp_path / "index", client="ray")
    check_equal(one, sharded, queries)
    check_equal(one, sharded, queries[:3], where=pc.field("number") > 30)
    assert repr(sharded).endswith(", held by 2 workers)")


def test_files_are_built_and_added_to(ray_cluster, built, opened, texts, queries, tmp_path):
    one = clone(TFIDF).fit(texts, metadata={"number": range(90)})
    check_equal(one, opened, queries)
    shutil.copytree(built, tmp_path / "index")
    more = ray_cluster.data.from_items([{"text": text, "number": 1} for text in texts[:5]])
    added = add_documents(tmp_path / "index", more, column="text")
    one.add(texts[:5], metadata={"number": [1] * 5})
    check_equal(one, added, queries)


def test_duplicates(opened, texts):
    found, one = opened.find_duplicates(0.2), find_duplicates(texts, 0.2, encoder=opened._index.encoder_)
    assert found.scores.tobytes() == one.scores.tobytes()
    assert list(found) == list(one)


def test_what_an_actor_raises_is_raised(opened):
    with pytest.raises(ValueError, match="nothing") as caught:
        opened.search(["free"], where="nothing == 3")
    assert "ray::" not in str(caught.value)


def kills_once(mark):
    """Kill the process that it runs in, unless there is a mark, which it makes."""
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "answered"


def test_an_actor_that_dies_is_replaced(ray_cluster, opened, built, queries, tmp_path):
    expected = ShardedIndex.open(built).search(queries).scores.tobytes()
    assert opened.search(queries).scores.tobytes() == expected
    workers = opened._holders._workers
    ray_cluster.kill(workers._actors[0], no_restart=False)
    assert opened.search(queries).scores.tobytes() == expected
    assert workers.answer(workers.ask(1, kills_once, tmp_path / "died")) == "answered"
    assert opened.search(queries).scores.tobytes() == expected


def test_shards_that_are_lost(ray_cluster, built, tmp_path):
    """A folder that is gone before an actor has opened it, and an actor that is not replaced."""
    shutil.copytree(built, tmp_path / "index")
    index, some = (ShardedIndex.open(tmp_path / "index", allow_partial=each) for each in (False, True))
    some._holders = index._holders = holders_for("ray", index._folder)
    shutil.rmtree(tmp_path / "index" / "shard-00002")
    with pytest.raises(DamagedIndexError, match=r"1 of 5 shards .*shard-00002.*is missing"):
        index.search(["free"])
    ray_cluster.kill(index._holders._workers._actors[1])
    message = r"4 of 5 shards .* shard-00004 \(its actor has died, ActorDiedError"
    with pytest.raises(DamagedIndexError, match=message):
        index.search(["free"])
    with pytest.raises(DamagedIndexError, match="ActorDiedError"):
        some.find_duplicates()
    assert some.search(["free"]).missing_shards == ("shard-00002", "shard-00004", "shard-00005", "shard-00006")


def test_another_version_on_a_node(ray_cluster, monkeypatch):
    monkeypatch.setattr("textvec.engines.versions.__version__", "9.9")
    with pytest.raises(RuntimeError, match=r"Ray's node [\d.]+ has textvec \S+, and this process has 9\.9"):
        RayActors(1)
